//! Where the program's own code begins on a path.

use crate::heap::analysis::path_entries::PathEntry;
use crate::heap::analysis::path_text::{Thing, global_word, thing};
use crate::heap::analysis::sources::SourceLocation;
use crate::heap::graph::EdgeKind;
use crate::v8::{ScriptOrigin, is_of_runtime, urls};

/// What a path shown to people begins with, the most telling first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Beginning {
    /// A global or a module.
    Known,
    /// A function, variable or object of the program's own code.
    Program,
    /// A function, variable or object of a package.
    Package,
}

/// What the path to a retainer begins with, and at which entry: a global or a module if one comes first, else the first
/// function, variable or object of the program, else the first of a package. `None` if it has none of these. O(length).
#[must_use]
pub(crate) fn beginning(path: &[PathEntry], retainer: usize) -> Option<(Beginning, usize)> {
    let end = retainer.min(path.len().checked_sub(1)?);
    let first = |is_wanted: fn(&SourceLocation) -> bool| {
        (0..=end).find(|at| {
            let entry = &path[*at];
            let has_words = match thing(entry) {
                Thing::Context => path.get(at + 1).is_some_and(|next| next.edge_kind == Some(EdgeKind::Context)),
                Thing::Closure | Thing::Object => true,
                Thing::Root | Thing::Plain | Thing::List | Thing::Engine => false,
            };
            has_words && entry.location.as_ref().is_some_and(is_wanted)
        })
    };
    let is_programs = |l: &SourceLocation| ScriptOrigin::of(&l.url) == ScriptOrigin::User;
    let of_program = first(is_programs).map(|at| (Beginning::Program, at));
    let own = of_program.or_else(|| first(|l| !is_of_runtime(&l.url)).map(|at| (Beginning::Package, at)));
    let known = (0..own.map_or(end, |(_, at)| at)).find(|at| is_known(path, *at));
    known.map(|at| (Beginning::Known, at)).or(own)
}

/// Where the program's own code begins on the path to a retainer; `None` if the path begins with something more telling:
/// `global`, or a module. O(length).
#[must_use]
pub(crate) fn own_start(path: &[PathEntry], retainer: usize) -> Option<usize> {
    beginning(path, retainer).filter(|(beginning, _)| *beginning != Beginning::Known).map(|(_, at)| at)
}

/// Whether an entry is a landmark: `global`, or a module.
fn is_known(path: &[PathEntry], at: usize) -> bool {
    let entry = &path[at];
    // A global function of the runtime, such as `setTimeout`, leads to whatever is nearest.
    let is_runtimes = |next: &PathEntry| next.location.as_ref().is_none_or(|place| is_of_runtime(&place.url));
    let leads_to_function =
        path.get(at + 1).is_some_and(|next| matches!(thing(next), Thing::Closure) && is_runtimes(next));
    (global_word(entry).is_some() && !leads_to_function) || is_module(entry)
}

/// Whether the module loader's cache leads to an entry.
pub(super) fn is_module(entry: &PathEntry) -> bool {
    entry.name.as_bytes() == b"Module" && entry.edge.as_ref().is_some_and(|edge| urls::is_file(edge.as_bytes()))
}
