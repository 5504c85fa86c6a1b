//! Where the program's own code begins on a path.

use crate::heap::analysis::path_entries::PathEntry;
use crate::heap::analysis::path_text::{Thing, global_word, thing};
use crate::heap::analysis::sources::SourceLocation;
use crate::heap::graph::EdgeKind;
use crate::v8::{ScriptOrigin, is_of_runtime, urls};

/// Where the program's own code begins on the way to a retainer: at its first function, variable or object there; in lack
/// of those at the first of a package. None if the path begins with something that says more: `global`, a module. O(length).
#[must_use]
pub(crate) fn own_start(path: &[PathEntry], retainer: usize) -> Option<usize> {
    let first = |is_wanted: fn(&SourceLocation) -> bool| {
        (0..=retainer.min(path.len().checked_sub(1)?)).find(|at| {
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
    let start = first(is_programs).or_else(|| first(|l| !is_of_runtime(&l.url)))?;
    (!(0..start).any(|at| is_known(path, at))).then_some(start)
}

/// Whether a path leads over something that the program has by name: a variable, a module, a global. O(length).
#[must_use]
pub(crate) fn leads_over_program(path: &[PathEntry]) -> bool {
    let before_last = path.len().saturating_sub(1);
    (0..before_last).any(|at| is_known(path, at)) || own_start(path, before_last).is_some()
}

/// Whether an entry says where one is: `global`, a module.
fn is_known(path: &[PathEntry], at: usize) -> bool {
    let entry = &path[at];
    // A function of the runtime's that is global, such as `setTimeout`, leads to whatever is nearest.
    let is_runtimes = |next: &PathEntry| next.location.as_ref().is_none_or(|place| is_of_runtime(&place.url));
    let leads_to_function =
        path.get(at + 1).is_some_and(|next| matches!(thing(next), Thing::Closure) && is_runtimes(next));
    (global_word(entry).is_some() && !leads_to_function) || is_module(entry)
}

/// Whether the loader's cache leads to an entry.
pub(super) fn is_module(entry: &PathEntry) -> bool {
    entry.name.as_bytes() == b"Module" && entry.edge.as_ref().is_some_and(|edge| urls::is_file(edge.as_bytes()))
}
