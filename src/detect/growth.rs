//! Growth as it is: every holder under which objects of one class became more, named by the holder's shape.
//!
//! Detects: a surviving object that holds more objects of a class than before, or that grew itself.
//! Evidence: the groups of [`crate::diff::holders`], net of what was deleted under the same holder.
//! What it is not: a judgement. Two snapshots show growth; whether it is a leak, another detector must say.

use crate::analysis::Analysis;
use crate::base::NodeIx;
use crate::detect::kind::Kind;
use crate::detect::{Confidence, Verdict};
use crate::diff::holders::GrowthGroup;
use crate::diff::{Comparison, Matching};
use crate::graph::{HeapGraph, NodeKind};

/// Fewer new objects than this are no accumulation.
const MIN_COUNT_DELTA: i64 = 2;
/// An object that grew by less than this in place is left to the account.
const MIN_IN_PLACE_BYTES: i64 = 1024;

/// Something that grew, with what is claimed about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What grew under what.
    pub group: GrowthGroup,
    /// What sort of thing it is.
    pub kind: Kind,
    /// Whether it is a leak.
    pub verdict: Verdict,
    /// How sure that is.
    pub confidence: Confidence,
}

impl Finding {
    /// Net growth in objects.
    #[must_use]
    pub fn count_delta(&self) -> i64 {
        self.group.new_count as i64 - self.group.deleted_count as i64
    }
}

/// All growth that is more than noise, in the order of the groups: largest first. O(groups).
#[must_use]
pub fn findings(graph: &HeapGraph, analysis: &Analysis, comparison: &Comparison) -> Vec<Finding> {
    let groups = comparison.holders.groups.iter();
    groups.filter_map(|group| finding(graph, analysis, &comparison.matching, group)).collect()
}

fn finding(graph: &HeapGraph, analysis: &Analysis, matching: &Matching, group: &GrowthGroup) -> Option<Finding> {
    let kind = kind_of(graph, analysis, group);
    let count_delta = group.new_count as i64 - group.deleted_count as i64;
    let grows = count_delta >= MIN_COUNT_DELTA || group.in_place_bytes >= MIN_IN_PLACE_BYTES;
    let is_held = graph.kind(group.holder) != NodeKind::SYNTHETIC && !matching.is_new(group.holder);
    let is_ours = kind != Kind::Engine && is_held;
    (grows && is_ours).then(|| Finding {
        group: group.clone(),
        kind,
        verdict: Verdict::Growth,
        confidence: Confidence::Possible,
    })
}

/// Names a group by what holds it, or else by what it is.
fn kind_of(graph: &HeapGraph, analysis: &Analysis, group: &GrowthGroup) -> Kind {
    let Some(sample) = group.samples.first() else {
        return kind_by_holder(graph, group.holder).unwrap_or(Kind::Classes);
    };
    if let Some(kind) = kind_by_engine(graph, *sample) {
        return kind;
    }
    if analysis.detached.is_detached(*sample) {
        return Kind::DetachedDom;
    }
    kind_by_holder(graph, group.holder).or_else(|| kind_by_object(graph, *sample)).unwrap_or(Kind::Classes)
}

fn kind_by_engine(graph: &HeapGraph, node: NodeIx) -> Option<Kind> {
    let is_engine = match graph.kind(node) {
        NodeKind::CODE | NodeKind::HIDDEN | NodeKind::OBJECT_SHAPE | NodeKind::SYNTHETIC | NodeKind::NUMBER => true,
        NodeKind::ARRAY => true,
        NodeKind::NATIVE => {
            let name = graph.name_bytes(node);
            name.starts_with(b"Node / ") || (name.starts_with(b"system / ") && name != b"system / JSArrayBufferData")
        }
        _ => false,
    };
    is_engine.then_some(Kind::Engine)
}

fn kind_by_holder(graph: &HeapGraph, holder: NodeIx) -> Option<Kind> {
    if graph.kind(holder) != NodeKind::OBJECT {
        return None;
    }
    match graph.name_bytes(holder) {
        b"Map" => Some(Kind::Map),
        b"Set" => Some(Kind::Set),
        b"Array" => Some(Kind::Array),
        b"Object" => Some(Kind::Object),
        b"WeakMap" | b"WeakSet" => Some(Kind::WeakCollection),
        b"Promise" => Some(Kind::Promises),
        _ => None,
    }
}

fn kind_by_object(graph: &HeapGraph, node: NodeIx) -> Option<Kind> {
    match graph.kind(node) {
        NodeKind::CLOSURE => Some(Kind::Closures),
        kind if kind.is_string() => Some(Kind::Strings),
        NodeKind::NATIVE if graph.name_bytes(node) == b"system / JSArrayBufferData" => Some(Kind::Buffers),
        NodeKind::OBJECT => match graph.name_bytes(node) {
            b"Promise" => Some(Kind::Promises),
            b"ArrayBuffer" | b"SharedArrayBuffer" | b"Buffer" => Some(Kind::Buffers),
            _ => None,
        },
        _ => None,
    }
}
