//! Paths in words, as a programmer would describe them.
//!
//! Known hops become words, engine internals are left out, and unknown hops stay as they are:
//!
//! | hops | words |
//! |---|---|
//! | plain objects, arrays | `global.app.items[3]` |
//! | an object of a class | ` → Session` |
//! | a Map's or Set's table | ` → Map entry` |
//! | a scope object | ` → variable cache of startServer (/src/app.js:12:3)` |
//! | the loader's cache | `module /src/app.js` |
//! | Node's timer lists | `timer list 1000 ms` |
//! | backing stores, hidden classes, code, `system / …` | nothing |

use crate::base::Text;
use crate::heap::analysis::entry_words::{
    engine_name, function, in_brackets, landmark, object, property, scope, scope_owner, short,
};
use crate::heap::analysis::own_start::own_start;
use crate::heap::analysis::path_entries::PathEntry;
use crate::heap::analysis::things::{Thing, global_word, thing};
use crate::heap::graph::{EdgeKind, NamedKind, NodeKind};
use crate::v8::is_of_runtime;

/// A path in words. O(length).
#[must_use]
pub(crate) fn fold(path: &[PathEntry]) -> String {
    fold_entries(path, path.len(), Folding::default())
}

/// The path of a finding in words. `retainer` is the entry under which something accumulates, and `object_end` is the
/// position after the accumulated object; later entries are what the object keeps alive. The text begins where the
/// program's own code does, and at the last module-level variable: how a module is reached is noise.
#[must_use]
pub(crate) fn fold_to(path: &[PathEntry], retainer: Option<usize>, object_end: usize) -> String {
    let own_start = retainer.and_then(|retainer| own_start(path, retainer));
    fold_entries(path, object_end, Folding { begins_at_variables: true, own_start, ..Folding::default() })
}

fn fold_entries(path: &[PathEntry], object_end: usize, mut folding: Folding) -> String {
    for at in 0..path.len() {
        folding.is_beyond_object = at >= object_end;
        folding.entry(path, at, at + 1 == path.len());
    }
    folding.finish()
}

/// What the program calls an object on a path: `TraceCache.byRequestId`, `global.app.sessions`. `None` if no property
/// or variable leads to it. O(length).
#[must_use]
pub(crate) fn program_name(path: &[PathEntry], at: usize) -> Option<String> {
    let mut folding = Folding { begins_at_variables: true, own_start: own_start(path, at), ..Folding::default() };
    for before in 0..at {
        folding.entry(path, before, false);
    }
    let previous = &path[at.checked_sub(1)?];
    if folding.own_start == Some(at) || folding.restarts(Some(previous), &path[at]) {
        return None;
    }
    let is_named = folding.edge(Some(previous), &path[at]);
    let last = folding.out.rsplit(" → ").next().unwrap_or_default();
    let last = last.strip_prefix("variable ").unwrap_or(last);
    // Table entries and unnamed variables have no name.
    let is_name = last.starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$') && !last.contains(' ');
    (is_named && is_name).then(|| last.to_owned())
}

/// The way from one entry of a path to a later one in words, without the two themselves: `.app.items`, `[*]`, `variable
/// cache of start (/app.js:2:3)`. O(entries between).
#[cfg(feature = "report")]
#[must_use]
pub(crate) fn way(path: &[PathEntry], from: usize, to: usize) -> String {
    // A ring of timers is recognized by the beginning of the text.
    const TIMERS: &str = "timer list";
    let mut folding = Folding::default();
    if path[from].name.as_bytes() == b"TimersList" {
        folding.out.push_str(TIMERS);
    }
    for at in from + 1..to {
        folding.entry(path, at, false);
    }
    folding.edge(Some(&path[to - 1]), &path[to]);
    let words = folding.finish();
    words.strip_prefix(TIMERS).unwrap_or(&words).trim_start_matches([' ', '→']).to_owned()
}

/// What an entry is called on its own, and where it or its function is defined.
#[cfg(feature = "report")]
#[must_use]
pub(crate) fn noun(path: &[PathEntry], at: usize) -> (String, Option<String>) {
    let entry = &path[at];
    let place = entry.location.as_ref().map(crate::heap::analysis::entry_words::place);
    if let Some(word) = landmark(at.checked_sub(1).map(|before| &path[before]), entry) {
        return (word, None);
    }
    match thing(entry) {
        Thing::Root if entry.name.as_bytes().is_empty() => ("(root)".to_owned(), None),
        Thing::Root => (entry.name.to_string(), None),
        Thing::Engine => (engine_name(entry), None),
        Thing::Context => {
            let owner = entry.function.as_ref().map(|name| format!("scope of {}", short(name)));
            (owner.unwrap_or_else(|| "scope".to_owned()), place)
        }
        Thing::Closure => (function(entry), place),
        Thing::Plain | Thing::List | Thing::Object => (object(entry), None),
    }
}

/// Whether the text may begin at an entry because it says more than what comes before it.
#[cfg(feature = "report")]
#[must_use]
pub(crate) fn is_start(path: &[PathEntry], at: usize) -> bool {
    let entry = &path[at];
    let is_internal_scope = thing(entry) == Thing::Context
        && entry.location.as_ref().is_some_and(|l| is_of_runtime(&l.url))
        && path.get(at + 1).is_some_and(|next| next.edge_kind == Some(EdgeKind::Context));
    is_internal_scope || landmark(at.checked_sub(1).map(|before| &path[before]), entry).is_some()
}

#[derive(Default)]
struct Folding {
    out: String,
    /// Text to append after the properties that may follow: whose variable it is, or where a function is.
    suffix: String,
    /// Whether the text has begun with a landmark.
    has_start: bool,
    /// Whether a module-level variable counts as a beginning.
    begins_at_variables: bool,
    /// Where the program's own code begins, unless the text begins there anyway.
    own_start: Option<usize>,
    /// Whether the current entry belongs to what the object keeps alive.
    is_beyond_object: bool,
    /// Remaining entries of a repeated piece, and how often it repeats.
    repeating: Option<(u64, u64)>,
}

impl Folding {
    fn entry(&mut self, path: &[PathEntry], at: usize, is_last: bool) {
        let mut previous = at.checked_sub(1).map(|before| &path[before]);
        if self.own_start == Some(at) {
            self.restart(String::new());
            previous = None;
        }
        self.hop(previous, &path[at], is_last);
        self.repeats(&path[at]);
    }

    fn hop(&mut self, previous: Option<&PathEntry>, entry: &PathEntry, is_last: bool) {
        if !self.is_beyond_object && self.restarts(previous, entry) {
            return;
        }
        let is_shown = self.edge(previous, entry);
        match thing(entry) {
            Thing::Root => self.root(entry),
            Thing::Engine if is_last => self.arrow(&engine_name(entry)),
            Thing::Context if is_last => self.arrow(&scope(entry)),
            Thing::Engine | Thing::Context => {}
            Thing::Closure => self.function(entry),
            Thing::Plain if self.out.is_empty() => self.out.push_str("Object"),
            Thing::Plain | Thing::List if is_shown && !is_last => {}
            Thing::Plain | Thing::List | Thing::Object => self.arrow(&object(entry)),
        }
    }

    /// Whether the text restarts here, because the entry says more than the way to it.
    fn restarts(&mut self, previous: Option<&PathEntry>, entry: &PathEntry) -> bool {
        // A realm reached from another object is only an object of the program.
        if self.has_start && global_word(entry).is_some() {
            return false;
        }
        let Some(start) = landmark(previous, entry) else { return false };
        self.restart(start);
        true
    }

    fn restart(&mut self, start: String) {
        self.has_start = true;
        self.out = start;
        self.suffix.clear();
    }

    /// Writes a variable. Variables of Node's own modules say enough without the way to them.
    fn variable(&mut self, name: &str, scope: &PathEntry) {
        let is_internal = scope.location.as_ref().is_some_and(|l| is_of_runtime(&l.url));
        let is_module = self.begins_at_variables && scope.function.is_none() && scope.location.is_some();
        if is_internal || (is_module && !self.is_beyond_object) {
            self.restart(String::new());
        }
        self.arrow(name);
        self.suffix = scope_owner(scope).map(|owner| format!(" of {owner}")).unwrap_or_default();
    }

    fn function(&mut self, entry: &PathEntry) {
        self.arrow(&function(entry));
        self.suffix = in_brackets(entry);
    }

    /// Writes the way to the next node; returns whether there was anything to write.
    fn edge(&mut self, previous: Option<&PathEntry>, entry: &PathEntry) -> bool {
        let (Some(previous), Some(edge), Some(kind)) = (previous, &entry.edge, entry.edge_kind) else { return false };
        let from = thing(previous);
        match (kind, from) {
            (_, Thing::Root) => false,
            (EdgeKind::Property, _) if self.is_list_link(edge) => true,
            (EdgeKind::Property, _) => {
                self.out.push_str(&if entry.is_one_of_many { "[*]".to_owned() } else { property(edge) });
                true
            }
            (EdgeKind::Element, Thing::Plain | Thing::List | Thing::Object)
                if previous.kind != NamedKind::Known(NodeKind::NATIVE) =>
            {
                self.out.push_str(&if entry.is_one_of_many { "[*]".to_owned() } else { format!("[{edge}]") });
                true
            }
            (EdgeKind::Context, _) => {
                self.variable(&format!("variable {}", short(edge)), previous);
                true
            }
            (EdgeKind::Hidden | EdgeKind::Internal, Thing::Context) => {
                self.unnamed_variable(previous, edge, kind, entry)
            }
            (EdgeKind::Internal | EdgeKind::Shortcut, _) => self.internal(edge, entry),
            _ => false,
        }
    }

    /// Writes an unnamed variable: block scopes have no names in the file. Other hops lead to outer scopes.
    fn unnamed_variable(&mut self, scope: &PathEntry, edge: &Text, kind: EdgeKind, entry: &PathEntry) -> bool {
        let is_variable = kind == EdgeKind::Hidden && !matches!(thing(entry), Thing::Context | Thing::Engine);
        if is_variable {
            self.variable("a variable", scope);
        } else if edge.as_bytes() == b"extension" && entry.kind == NamedKind::Known(NodeKind::OBJECT) {
            self.arrow("suspended");
        }
        is_variable
    }

    fn internal(&mut self, edge: &Text, entry: &PathEntry) -> bool {
        match edge.as_bytes() {
            b"table" => {
                self.out.push_str(" entry");
                false
            }
            b"bound_this" => self.word("bound this"),
            b"bound_function" => self.word("bound function"),
            b"bindings" => self.word("bound arguments"),
            b"prototype" | b"__proto__" => self.word("prototype"),
            b"reactions_or_result" if thing(entry) != Thing::Engine => self.word("result"),
            b"reactions_or_result" => self.word("waiting"),
            name if memchr::memmem::find(name, b" / part of key (").is_some() => self.word("WeakMap value"),
            _ => false,
        }
    }

    fn word(&mut self, word: &str) -> bool {
        self.arrow(word);
        true
    }

    /// Whether an edge links timers in a ring, which is of no interest.
    fn is_list_link(&self, edge: &Text) -> bool {
        matches!(edge.as_bytes(), b"_idleNext" | b"_idlePrev") && self.out.starts_with("timer list")
    }

    fn root(&mut self, entry: &PathEntry) {
        let name = entry.name.to_string();
        // `(GC roots)` says nothing if one of its parts follows.
        if self.out.is_empty() || self.out == "(GC roots)" {
            self.out = name;
        } else {
            self.arrow(&name);
        }
    }

    fn finish(mut self) -> String {
        self.out.push_str(&self.suffix);
        self.out
    }

    fn arrow(&mut self, word: &str) {
        self.out.push_str(&std::mem::take(&mut self.suffix));
        if !self.out.is_empty() {
            self.out.push_str(" → ");
        }
        self.out.push_str(word);
    }

    fn repeats(&mut self, entry: &PathEntry) {
        if let Some(count) = entry.repeat_count {
            self.repeating = Some((entry.repeat_length.unwrap_or(1), count));
        }
        if let Some((left, count)) = self.repeating {
            self.repeating = (left > 1).then_some((left - 1, count));
            if left == 1 {
                self.out.push_str(&format!(" × {count}"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{fold, fold_to, program_name};
    use crate::base::Text;
    use crate::heap::analysis::path_entries::PathEntry;
    use crate::heap::analysis::sources::SourceLocation;

    /// A path from lines of `edge_kind edge|node kind|name` and, for functions and scopes, `|function|line`.
    fn path(hops: &[&str]) -> Vec<PathEntry> {
        hops.iter().map(|hop| entry(&hop.split('|').collect::<Vec<_>>())).collect()
    }

    fn entry(parts: &[&str]) -> PathEntry {
        let edge = parts[0].split_once(' ');
        let place =
            |line: &&str| SourceLocation { url: Text::from("file:///app.js"), line: line.parse().unwrap(), column: 3 };
        PathEntry {
            edge: edge.map(|(_, name)| Text::from(name)),
            edge_kind: edge.map(|(kind, _)| kind.parse().unwrap()),
            kind: parts[1].into(),
            name: Text::from(parts[2]),
            class: Text::from(parts[2]),
            node_id: 1,
            function: parts.get(3).filter(|f| !f.is_empty()).map(|f| Text::from(*f)),
            location: parts.get(4).map(place),
            repeat_count: None,
            repeat_length: None,
            is_one_of_many: false,
        }
    }

    #[test]
    fn what_people_call_things() {
        let cases: [(&[&str], &str); 12] = [
            (
                &[
                    "|synthetic|",
                    "shortcut 2|object|global",
                    "property cache|object|Map",
                    "internal table|array|",
                    "internal 3|object|Session",
                ],
                "global.cache → Map entry → Session",
            ),
            (
                &[
                    "|synthetic|",
                    "element 1|synthetic|(GC roots)",
                    "element 2|synthetic|(Global handles)",
                    "element 7|object|TCP",
                    "property <symbol owner>|object|Socket",
                ],
                "(Global handles) → TCP[owner] → Socket",
            ),
            (
                &[
                    "|object|global",
                    "property f|closure|f|f|7",
                    "internal context|object|system / Context|start|2",
                    "context items|object|Array",
                    "element 3|object|Object",
                ],
                "global.f → function f (/app.js:7:3) → variable items[3] of start (/app.js:2:3) → Object",
            ),
            (
                &[
                    "|object|global",
                    "context a|object|Object",
                    "property /app/b.js|object|Module",
                    "property exports|object|Object",
                    "property list|object|Array",
                ],
                "module /app/b.js.exports.list → Array",
            ),
            (
                &[
                    "|object|global",
                    "element 250|object|TimersList",
                    "property _idleNext|object|Timeout",
                    "property _onTimeout|closure|tick|tick|4",
                ],
                "timer list 250 ms → Timeout._onTimeout → function tick (/app.js:4:3)",
            ),
            (
                &["|object|Window / https://a", "property a b|object|Object", "property c|object|Date"],
                "window[\"a b\"].c → Date",
            ),
            (
                &["|synthetic|", "element 1|synthetic|(Stack roots)", "hidden 3|hidden|system / X"],
                "(Stack roots) → system / X",
            ),
            (&["|object|A", "property evil\u{1b}[2J|string|x\ny"], "A[\"evil\\u{1b}[2J\"] → string \"x\\ny\""),
            (
                &[
                    "|object|Promise",
                    "internal reactions_or_result|hidden|system / PromiseReaction",
                    "hidden 1|closure|f|f",
                ],
                "Promise → waiting → function f",
            ),
            (
                &["|object|K", "internal 7 / part of key (K @1) -> value (V @2) pair in WeakMap (table @3)|object|V"],
                "K → WeakMap value → V",
            ),
            (&["|object|Bound", "internal bound_this|object|Emitter"], "Bound → bound this → Emitter"),
            (
                &["|object|T", "property f|closure|native_bind|poll|4", "internal bound_this|object|P"],
                "T.f → bound function poll (/app.js:4:3) → bound this → P",
            ),
        ];
        for (hops, words) in cases {
            assert_eq!(fold(&path(hops)), words);
        }
    }

    #[test]
    fn runs_and_merged_paths_are_told() {
        let mut list = path(&["|object|global", "property list|object|Node", "property next|object|Node"]);
        list[2].repeat_count = Some(999);
        assert_eq!(fold(&list), "global.list → Node.next → Node × 999");
        let mut many = path(&["|object|global", "property byCode|object|Object", "property code_7|object|Object"]);
        many[2].is_one_of_many = true;
        assert_eq!(fold(&many), "global.byCode[*] → Object");
    }

    #[test]
    fn findings_begin_where_the_programs_own_code_does() {
        let list = path(&[
            "|synthetic|(GC roots)",
            "element 250|object|TimersList",
            "property _idleNext|object|Timeout",
            "property _onTimeout|closure|tick|tick|4",
            "internal context|object|system / Context|start|2",
            "context cache|object|Map",
            "internal table|array|",
            "internal 3|object|Session",
        ]);
        let own = "function tick (/app.js:4:3) → variable cache of start (/app.js:2:3) → Map entry → Session";
        assert_eq!(fold_to(&list, Some(5), 8), own);
        // What holds the objects is shown, even if it belongs to the runtime.
        assert_eq!(fold_to(&list, Some(1), 8), format!("timer list 250 ms → Timeout._onTimeout → {own}"));
        assert_eq!(fold_to(&list, None, 8), format!("timer list 250 ms → Timeout._onTimeout → {own}"));
        // A global says more than the function that it leads to.
        let global = path(&[
            "|object|global",
            "property f|closure|f|f|7",
            "internal context|object|system / Context|f|2",
            "context list|object|Array",
        ]);
        assert_eq!(
            fold_to(&global, Some(3), 4),
            "global.f → function f (/app.js:7:3) → variable list of f (/app.js:2:3) → Array"
        );
    }

    #[test]
    fn objects_have_the_names_of_the_program() {
        let name = |hops: &[&str]| program_name(&path(hops), hops.len() - 1);
        let of = |words: &str| Some(words.to_owned());
        assert_eq!(
            name(&["|object|global", "property app|object|Object", "property list|object|Array"]),
            of("global.app.list")
        );
        assert_eq!(
            name(&["|object|global", "property t|object|TraceCache", "property byId|object|Map"]),
            of("TraceCache.byId")
        );
        assert_eq!(
            name(&["|closure|f|f|7", "internal context|object|system / Context|f|2", "context bus|object|Bus"]),
            of("bus")
        );
        assert_eq!(
            name(&["|object|global", "property m|object|Map", "internal table|array|", "internal 3|object|Set"]),
            None
        );
        assert_eq!(name(&["|object|global", "internal 3|object|Set"]), None);
    }
}
