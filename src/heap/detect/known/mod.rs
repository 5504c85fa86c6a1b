//! Known leaks: public reports whose shape in the heap is certain, with the versions that have them.
//!
//! A leak is recognized by its `Shape`, which names things that only this leak has: an internal variable of the
//! runtime, or a file of a package. Names in the heap of another program could be the same by chance, so a leak of a
//! package also needs a function, scope or class of the package's file. The version decides then: a version without the
//! leak is no match, and if the snapshot does not tell the version, the sentence says so. No match is better than a wrong
//! one.
//!
//! The catalogue is [`LEAKS`]; the table in `docs/DETECTORS.md` is made from it.

mod catalogue;
mod version;

pub use catalogue::LEAKS;
pub use version::{Affected, Version};

use crate::base::{NodeIx, Text};
use crate::heap::detect::claim::Claim;
use crate::heap::detect::evidence::Evidence;
use crate::heap::detect::kinds::Kind;
use crate::heap::detect::scene::Scene;
use crate::heap::graph::NodeKind;
use crate::v8::ScriptOrigin;

/// What has a leak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Software {
    /// Node.js itself.
    Node,
    /// An npm package.
    Package(&'static str),
}

/// A leak that is publicly known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KnownLeak {
    /// The report: `nodejs/node#63574`.
    pub issue: &'static str,
    /// What leaks, in a few words.
    pub about: &'static str,
    /// What has it.
    pub software: Software,
    /// The versions that have it, each range apart.
    pub affected: &'static [Affected],
    /// How it looks in the heap.
    pub(crate) shape: Shape,
    /// What helps without another version.
    pub workaround: &'static str,
    /// How shape and versions are known.
    pub source: &'static str,
}

/// How a leak looks in the heap. All of it must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    /// The kinds that it may be found as; any if empty.
    pub(crate) kinds: &'static [Kind],
    /// The classes that the objects may have; any if empty.
    pub(crate) classes: &'static [&'static str],
    /// What the path to one of the objects has, in this order.
    pub(crate) path: &'static [Mark],
    /// Properties by which one of the objects refers to other objects.
    pub(crate) has: &'static [&'static str],
    /// Files of which one has a function, scope or class on the path or among what an object keeps alive: ends of paths
    /// inside of the package, or modules of the runtime. None is needed if empty.
    pub(crate) files: &'static [&'static str],
    /// The function or scope in such a file; any if empty.
    pub(crate) function: &'static str,
}

/// Something on a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// A property or variable of this name.
    By(&'static str),
    /// A property or variable of this name, which is what holds the objects, and no more than them.
    In(&'static str),
    /// An object of this class.
    Through(&'static str),
}

impl KnownLeak {
    /// The report on GitHub, which leads on from issues to pull requests.
    #[must_use]
    pub fn url(&self) -> String {
        format!("https://github.com/{}", self.issue.replace('#', "/issues/"))
    }
}

/// Adds to a claim the known leak that it is, if it is one. O(leaks × path + objects visited); O(nodes) if a shape is there,
/// to find the version.
#[must_use]
pub(crate) fn with_known(scene: &Scene<'_>, claim: Claim) -> Claim {
    let mut places = None;
    let known = LEAKS.iter().find_map(|leak| {
        if !has_path(scene, &leak.shape, claim.kind)
            || (leak.software == Software::Node && !version::is_node(scene.look))
        {
            return None;
        }
        let places = places.get_or_insert_with(|| Place::all(scene));
        let url = leak.place(scene, places)?;
        let version = version::of(scene, leak.software, &url);
        let is_affected = |affected: &&Affected| version.is_none_or(|version| affected.has(version));
        let affected: Vec<Affected> = leak.affected.iter().filter(is_affected).copied().collect();
        (!affected.is_empty()).then_some(Evidence::Known { leak, affected, is_certain: version.is_some() })
    });
    match known {
        Some(known) => claim.because(known),
        None => claim,
    }
}

/// Whether kind, class and path are those of a leak.
fn has_path(scene: &Scene<'_>, shape: &Shape, kind: Kind) -> bool {
    let class = || scene.describer.class_name(scene.sample()).to_lossy();
    let is_kind = shape.kinds.is_empty() || shape.kinds.contains(&kind);
    if !is_kind || !(shape.classes.is_empty() || shape.classes.contains(&&*class())) {
        return false;
    }
    let look = scene.look;
    let has = |name: &&str| {
        let to = look.property(scene.sample(), name.as_bytes());
        to.is_some_and(|to| matches!(look.graph.kind(to), NodeKind::OBJECT | NodeKind::CLOSURE))
    };
    if !shape.has.iter().all(has) {
        return false;
    }
    let keeper = scene.keeper();
    let mut marks = shape.path.iter().peekable();
    for hop in &scene.hops {
        let edge = hop.edge.map_or(&b""[..], |edge| look.edge_text(edge));
        marks.next_if(|mark| match mark {
            Mark::By(name) => edge == name.as_bytes(),
            Mark::In(name) => edge == name.as_bytes() && hop.node == keeper,
            Mark::Through(_) => false,
        });
        marks.next_if(|mark| matches!(mark, Mark::Through(name) if look.name(hop.node) == name.as_bytes()));
    }
    marks.next().is_none()
}

/// Where an object of the scene belongs in the source.
struct Place {
    url: Text,
    function: Option<Text>,
}

impl Place {
    /// Of the path and of what the sample keeps alive.
    fn all(scene: &Scene<'_>) -> Vec<Self> {
        let inside = scene.contents.items.iter().map(|item| item.node);
        let of = |node: NodeIx| {
            let place = scene.describer.place(node);
            Some(Self { url: place.location?.url, function: place.function })
        };
        scene.hops.iter().map(|hop| hop.node).chain(inside).filter_map(of).collect()
    }
}

impl KnownLeak {
    /// The script that shows that it is this leak; any of the package, or an empty one of Node, if the shape needs none.
    fn place(&self, scene: &Scene<'_>, places: &[Place]) -> Option<Text> {
        let Shape { files, function, .. } = self.shape;
        if files.is_empty() {
            return match self.software {
                Software::Node => Some(Text::default()),
                Software::Package(name) => version::scripts(scene, name).next().cloned(),
            };
        }
        let is_file = |url: &Text| {
            let ends = |file: &&str| url.as_bytes().ends_with(file.as_bytes());
            match self.software {
                Software::Node => files.iter().any(|file| url.as_bytes() == file.as_bytes()),
                Software::Package("undici") if url.as_bytes() == version::UNDICI_OF_NODE.as_bytes() => true,
                Software::Package(name) => {
                    files.iter().any(ends) && ScriptOrigin::of(url) == ScriptOrigin::Package(name.into())
                }
            }
        };
        let is_function = |place: &Place| {
            function.is_empty() || place.function.as_ref().is_some_and(|name| name.as_bytes() == function.as_bytes())
        };
        places.iter().find(|place| is_file(&place.url) && is_function(place)).map(|place| place.url.clone())
    }
}
