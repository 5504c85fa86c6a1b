//! Where in the program to look at a finding.

use crate::heap::analysis::sources::SourceLocation;
use crate::heap::detect::Finding;
use crate::v8::{ScriptOrigin, is_of_runtime};

impl Finding {
    /// Where to look first: the place nearest to the object that is in the user's own code, else in a package. It is one
    /// above the object; if all there is the runtime's, one of what the object keeps alive: the callback of a timer.
    #[must_use]
    pub fn place(&self) -> Option<&SourceLocation> {
        let (to_object, kept) = self.path.split_at(self.path_to_object_length.min(self.path.len()));
        let above = to_object.iter().rev().filter_map(|entry| entry.location.as_ref()).chain(&self.holder.location);
        let kept = kept.iter().filter_map(|entry| entry.location.as_ref());
        first_of_program(above).or_else(|| first_of_program(kept))
    }
}

/// The first place that is not the runtime's, in the user's own code if any is.
fn first_of_program<'a>(places: impl Iterator<Item = &'a SourceLocation>) -> Option<&'a SourceLocation> {
    let is_package = |place: &SourceLocation| matches!(ScriptOrigin::of(&place.url), ScriptOrigin::Package(_));
    let places: Vec<_> = places.filter(|place| !is_of_runtime(&place.url)).collect();
    places.iter().find(|place| !is_package(place)).or(places.first()).copied()
}
