//! Where to look in the program.

use crate::heap::analysis::sources::SourceLocation;
use crate::heap::detect::Finding;
use crate::v8::{ScriptOrigin, is_of_runtime};

impl Finding {
    /// The source location to look at first: the one nearest to the object in the user's own code, or else in a
    /// package. It is on the path to the object. If all of that belongs to the runtime, it is in what the object keeps
    /// alive, such as the callback of a timer.
    #[must_use]
    pub fn place(&self) -> Option<&SourceLocation> {
        let (to_object, kept) = self.path.split_at(self.path_to_object_length.min(self.path.len()));
        let above = to_object.iter().rev().filter_map(|entry| entry.location.as_ref()).chain(&self.holder.location);
        let kept = kept.iter().filter_map(|entry| entry.location.as_ref());
        first_of_program(above).or_else(|| first_of_program(kept))
    }
}

/// The first location in the user's own code, or else the first outside the runtime.
fn first_of_program<'a>(places: impl Iterator<Item = &'a SourceLocation>) -> Option<&'a SourceLocation> {
    let is_package = |place: &SourceLocation| matches!(ScriptOrigin::of(&place.url), ScriptOrigin::Package(_));
    let places: Vec<_> = places.filter(|place| !is_of_runtime(&place.url)).collect();
    places.iter().find(|place| !is_package(place)).or(places.first()).copied()
}
