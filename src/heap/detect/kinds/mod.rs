//! The kinds of findings: one file each, and the list of them.
//!
//! A detector looks at a growing group and says what it is, or nothing. The first answer counts, so detectors of
//! particular shapes come before those that take what is left. [`Kind`] and everything that depends on it follow from
//! the list; see [`Detector`]. The list needs the detectors, and their claims need the [`Kind`] that the list makes.
//! This circle is deliberate: it keeps a kind to one line in one place.

// These stand outside the list because rustfmt does not find files named by a macro.
mod array;
mod async_context;
mod buffers;
mod classes;
mod closures;
mod detached_dom;
mod engine;
mod listeners;
mod map;
pub(crate) mod modules;
mod object;
mod promises;
mod set;
mod sockets;
mod streams;
mod strings;
pub(crate) mod timers;
mod weak_collection;
mod workers;

use crate::heap::detect::claim::Claim;
use crate::heap::detect::detector::Detector;
use crate::heap::detect::evidence::Evidence;
use crate::heap::detect::known;
use crate::heap::detect::remedies;
use crate::heap::detect::scene::Scene;
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

macro_rules! kinds {
    ($($kind:ident $file:ident;)*) => {
        /// What accumulates: the stable vocabulary of the JSON contract.
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Display, EnumString,
            IntoStaticStr, VariantArray,
        )]
        #[serde(rename_all = "kebab-case")]
        #[strum(serialize_all = "kebab-case")]
        #[non_exhaustive]
        pub enum Kind {
            $(#[doc = concat!("What `kinds/", stringify!($file), ".rs` detects.")] $kind,)*
        }

        /// All detectors, in the order in which they are asked. The last one takes everything.
        pub const DETECTORS: &[Detector] = &[$($file::DETECTOR),*];

        $(const _: () = assert!($file::DETECTOR.kind as usize == Kind::$kind as usize);)*
    };
}

kinds! {
    Engine engine;
    Sockets sockets;
    Workers workers;
    Listeners listeners;
    Timers timers;
    DetachedDom detached_dom;
    Modules modules;
    Promises promises;
    AsyncContext async_context;
    Streams streams;
    WeakCollection weak_collection;
    Closures closures;
    Buffers buffers;
    Map map;
    Set set;
    Array array;
    Object object;
    Strings strings;
    Classes classes;
}

/// What a group is. The last detector takes everything except replaced objects: replacing counts as growth only if the
/// program considers the old and the new object the same.
#[must_use]
pub(crate) fn claim(scene: &Scene<'_>) -> Option<Claim> {
    let is_replaced = scene.group.replaced_bytes().is_some();
    let asked = DETECTORS.iter().filter(|detector| !is_replaced || detector.traits.is_contents);
    let claim = asked.into_iter().find_map(|detector| (detector.detect)(scene))?;
    let claim = remedies::with_remedies(scene, claim);
    let callback = if is_replaced { None } else { timers::only_holder(scene) };
    let claim = match callback {
        Some(callback) => claim.because(Evidence::OnlyTimer { callback }),
        None => claim,
    };
    Some(if is_replaced { claim } else { known::with_known(scene, claim) })
}
