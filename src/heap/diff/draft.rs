//! A group of new objects while groups are formed, joined and split.

use crate::base::{ClassIx, NodeIx};
use crate::heap::diff::context::Context;
use crate::heap::diff::tops::New;
use rustc_hash::FxHashSet;

/// Number of sample objects per group.
pub(crate) const SAMPLES: usize = 5;
/// Groups with fewer members than this are not merged even if class and holder agree: each may be a field of its own.
pub(crate) const MIN_MERGED_MEMBERS: u64 = 3;
/// Maximum number of objects above one that are searched.
pub(crate) const MAX_LEVELS_ABOVE: usize = 256;

/// A group under construction.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    /// The object it is reported under: its only holder, or the one that holds all holders.
    pub(crate) holder: NodeIx,
    /// The survivors that members are reached from.
    pub(crate) holders: Vec<NodeIx>,
    /// Other survivors that lead into the same ring or list.
    pub(crate) entered_from: Vec<NodeIx>,
    pub(crate) class: ClassIx,
    /// All new objects of the group, including links of chains.
    pub(crate) members: Vec<NodeIx>,
    pub(crate) retained_bytes: u64,
    /// The largest members, largest first, without the links of chains.
    pub(crate) samples: Vec<NodeIx>,
    /// Whether the members are links of a chain.
    pub(crate) is_chain: bool,
    /// Number of hops from the holder to a member.
    pub(crate) hops: u32,
    /// Hash of the names below the holder, the same for similar holders.
    pub(crate) shape: u64,
    /// Which part this is, if the group was split by code.
    pub(crate) variety: Option<Variety>,
}

impl Draft {
    /// A holder that grew itself and has no members.
    pub(crate) fn alone(holder: NodeIx, class: ClassIx) -> Self {
        Self {
            holder,
            holders: vec![holder],
            entered_from: Vec::new(),
            class,
            members: Vec::new(),
            retained_bytes: 0,
            samples: Vec::new(),
            is_chain: false,
            hops: 0,
            shape: 0,
            variety: None,
        }
    }

    pub(crate) fn absorb(&mut self, new: &New, other: Self) {
        self.members.extend(other.members);
        self.holders.extend(other.holders);
        self.retained_bytes = self.retained_bytes.saturating_add(other.retained_bytes);
        self.is_chain |= other.is_chain;
        self.hops = self.hops.max(other.hops);
        other.samples.into_iter().for_each(|sample| add_sample(new, &mut self.samples, sample));
    }
}

/// Identifies one part of a group that was split.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Variety {
    /// Equal for all parts of one group, and for no others.
    pub(crate) family: u32,
    /// The code of its objects.
    pub(crate) code: u32,
    /// Whether this part also has the objects with rare codes.
    pub(crate) has_rest: bool,
}

/// Whether one of the `outer` objects dominates `object`.
pub(crate) fn is_inside(cx: &Context<'_>, outer: &FxHashSet<NodeIx>, object: NodeIx) -> bool {
    let above = cx.analysis.dominators.chain(object).take_while(|node| cx.matching.is_new(*node));
    above.take(MAX_LEVELS_ABOVE).any(|node| outer.contains(&node))
}

/// Inserts a node into `samples`, which stays sorted and bounded. Ties keep the earlier node.
pub(crate) fn add_sample(new: &New, samples: &mut Vec<NodeIx>, node: NodeIx) {
    let size = |node: NodeIx| new.bytes(node);
    let at = samples.partition_point(|sample| size(*sample) >= size(node));
    if at < SAMPLES {
        samples.insert(at, node);
        samples.truncate(SAMPLES);
    }
}
