//! Which program a snapshot comes from, as far as it tells. Snapshots of two programs cannot be compared.
//!
//! Snapshots have no field for this, but they have the program's own scripts, with their functions and classes. Two
//! processes of one program have the same scripts, wherever it is installed. In another build, some scripts have other
//! names or functions. Two programs each have scripts that the other does not, whatever else they share. Scripts of
//! packages and of the runtime say nothing, because many programs have them.

use crate::base::Text;
use crate::heap::analysis::runtime::Runtime;
use crate::heap::analysis::sources::Sources;
use crate::heap::graph::{HeapGraph, NodeKind};
use crate::v8::origin::ScriptOrigin;
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};
use std::hash::Hasher as _;

/// A script is missing from another program if less than this share of its functions and classes occurs there.
const MIN_KNOWN: f64 = 0.5;
/// The same for scripts with the same name, which change between builds; many programs have an `index.js`.
const MIN_KNOWN_OF_SAME_NAME: f64 = 0.25;
/// Minimum number of functions and classes of such a script; fewer may differ by chance.
const MANY_NAMES: usize = 4;
/// Two snapshots come from different programs if at least this share of each is in scripts that the other does not
/// have. Measured on pairs of processes: 0 for one program (later captures, other runs, warm and cold), 0.25 to 0.4 for
/// two with a common library, 0.8 and more for others.
const MIN_FOREIGN: f64 = 0.15;

/// A program and its runtime.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Program {
    /// The runtime.
    pub runtime: Runtime,
    /// The program's own scripts: hashes of file names to hashes of the names of functions and classes.
    scripts: FxHashMap<u64, FxHashSet<u64>>,
}

/// Why two snapshots cannot be compared.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) enum Foreign {
    /// They come from different runtimes, or from versions or processors that differ too much.
    Runtime {
        /// The runtime of the earlier snapshot.
        before: Runtime,
        /// The runtime of the later snapshot.
        after: Runtime,
    },
    /// They come from different programs.
    Program,
}

impl Program {
    /// Collects what a snapshot tells. O(nodes).
    #[must_use]
    pub(crate) fn of(graph: &HeapGraph) -> Self {
        Self { runtime: Runtime::of(graph), scripts: own_scripts(graph) }
    }

    /// Why a later snapshot cannot be compared with this one; `None` if it can, or if too little is known. O(names).
    #[must_use]
    pub(crate) fn foreign(&self, later: &Self) -> Option<Foreign> {
        if self.runtime.difference(&later.runtime).is_some() {
            return Some(Foreign::Runtime { before: self.runtime.clone(), after: later.runtime.clone() });
        }
        let foreign = self.share_not_in(later).min(later.share_not_in(self));
        (foreign >= MIN_FOREIGN).then_some(Foreign::Program)
    }

    /// The share of the program in scripts that the other does not have; 0 if nothing is known about one of them.
    fn share_not_in(&self, other: &Self) -> f64 {
        if self.scripts.is_empty() || other.scripts.is_empty() {
            return 0.0;
        }
        let known: FxHashSet<u64> = other.scripts.values().flatten().copied().collect();
        let is_foreign = |file: &u64, names: &FxHashSet<u64>| {
            let share = names.iter().filter(|name| known.contains(name)).count() as f64 / names.len().max(1) as f64;
            match other.scripts.contains_key(file) {
                true => names.len() >= MANY_NAMES && share < MIN_KNOWN_OF_SAME_NAME,
                false => share < MIN_KNOWN,
            }
        };
        let size = |names: &FxHashSet<u64>| 1 + names.len();
        let all: usize = self.scripts.values().map(size).sum();
        let foreign = self.scripts.iter().filter(|(file, names)| is_foreign(file, names));
        foreign.map(|(_, names)| size(names)).sum::<usize>() as f64 / all as f64
    }
}

/// The program's own scripts with the names defined in them. Scripts with the same name are merged.
fn own_scripts(graph: &HeapGraph) -> FxHashMap<u64, FxHashSet<u64>> {
    let sources = Sources::new(graph);
    let own = sources.scripts().filter(|(_, url)| is_own(url));
    let file_of: FxHashMap<u32, u64> = own.map(|(script, url)| (script, hash(file_name(url.as_bytes())))).collect();
    let mut scripts: FxHashMap<u64, FxHashSet<u64>> =
        file_of.values().map(|file| (*file, FxHashSet::default())).collect();
    for (node, number) in graph.locations().iter() {
        let script = graph.locations().position(number).script_id;
        let is_named = matches!(graph.kind(node), NodeKind::CLOSURE | NodeKind::OBJECT);
        if let Some(names) = file_of.get(&script).and_then(|file| scripts.get_mut(file)).filter(|_| is_named) {
            let name = graph.name_bytes(node);
            names.extend((!name.is_empty()).then(|| hash(name)));
        }
    }
    scripts
}

/// Whether a script is the program's own.
fn is_own(url: &Text) -> bool {
    matches!(ScriptOrigin::of(url), ScriptOrigin::User | ScriptOrigin::Site(_) | ScriptOrigin::Eval)
}

fn file_name(url: &[u8]) -> &[u8] {
    url.rsplit(|byte| b"/\\".contains(byte)).next().unwrap_or_default()
}

fn hash(name: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(name);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::{Foreign, Program, file_name, hash, is_own};
    use crate::base::Text;
    use crate::heap::analysis::runtime::Runtime;

    fn program(version: &str, scripts: &[(&str, &[&str])]) -> Program {
        let runtime = Runtime { name: Some("node".into()), version: Some(version.into()), arch: None };
        let hashed = |text: &&str| hash(text.as_bytes());
        let scripts = scripts.iter().map(|(file, names)| (hashed(file), names.iter().map(hashed).collect())).collect();
        Program { runtime, scripts }
    }

    const LIBRARY: (&str, &[&str]) = ("log.js", &["log", "Logger", "flush", "rotate", "format", "level"]);

    #[test]
    fn one_program_has_the_same_scripts() {
        let shop = program("24.1.0", &[("shop.js", &["order", "Cart", "pay"]), LIBRARY]);
        assert_eq!(shop.foreign(&shop), None);
        // Scripts that only one of them has loaded, renamed bundles, functions of another build.
        let more =
            program("24.2.0", &[("shop.js", &["order", "Cart", "pay"]), LIBRARY, ("admin.js", &["Audit", "ban"])]);
        assert_eq!((shop.foreign(&more), more.foreign(&shop)), (None, None));
        let bundles = ["main.1f.js", "main.2e.js"].map(|file| program("24.1.0", &[(file, &["order", "Cart", "pay"])]));
        assert_eq!(bundles[0].foreign(&bundles[1]), None);
        let next = program("24.1.0", &[("shop.js", &["order", "Basket", "check", "refund"]), LIBRARY]);
        assert_eq!(shop.foreign(&next), None);
    }

    #[test]
    fn each_of_two_programs_has_scripts_that_the_other_has_not() {
        let shop = program("24.1.0", &[("shop.js", &["order", "Cart", "pay"]), LIBRARY]);
        let jobs = program("24.1.0", &[("jobs.js", &["Queue", "drain"]), LIBRARY]);
        assert_eq!(shop.foreign(&jobs), Some(Foreign::Program));
        let called_alike = [["order", "Cart", "pay", "main"], ["Queue", "drain", "retry", "main"]]
            .map(|names| program("24.1.0", &[("index.js", &names)]));
        assert_eq!(called_alike[0].foreign(&called_alike[1]), None);
        let called_alike = [["order", "Cart", "pay", "ship"], ["Queue", "drain", "retry", "stop"]]
            .map(|names| program("24.1.0", &[("index.js", &names)]));
        assert_eq!(called_alike[0].foreign(&called_alike[1]), Some(Foreign::Program));
        // Nothing is known about one of them.
        assert_eq!(shop.foreign(&program("24.1.0", &[])), None);
    }

    #[test]
    fn other_runtimes_are_told_first() {
        let [old, new] = ["22.1.0", "24.1.0"].map(|version| program(version, &[LIBRARY]));
        assert!(matches!(old.foreign(&new), Some(Foreign::Runtime { .. })));
        assert_eq!(Program::default().foreign(&new), None);
    }

    #[test]
    fn only_the_programs_own_scripts_tell() {
        for url in ["/srv/app/a.js", "file:///srv/a.mjs", "https://shop.example/main.js", "[eval]"] {
            assert!(is_own(&Text::from(url)), "{url}");
        }
        for url in ["node:fs", "/srv/node_modules/express/index.js", "", "wasm://wasm/1"] {
            assert!(!is_own(&Text::from(url)), "{url}");
        }
        assert_eq!(file_name(b"/srv/app/a.js"), b"a.js");
        assert_eq!(file_name(b"C:\\srv\\a.js"), b"a.js");
    }
}
