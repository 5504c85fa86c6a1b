//! Metrics of growing holders.

use crate::base::{NodeIx, Privacy, Text};
use crate::gate::{Metric, Unit};
use crate::heap::analysis::path_entries::Describer;
use crate::heap::analysis::path_text::fold;
use crate::heap::diff::Comparison;
use crate::heap::graph::NodeKind;
use std::collections::BTreeMap;

/// What the requested holders keep alive, and how many objects accumulate under them, in each snapshot. O(groups × path
/// length).
#[must_use]
pub(crate) fn holder_metrics(
    describer: &Describer<'_>,
    comparison: &Comparison,
    is_asked: impl Fn(&str, &Text) -> bool,
) -> Vec<Metric> {
    let mut holders: BTreeMap<(Text, NodeIx), (Vec<f64>, Vec<f64>)> = BTreeMap::new();
    // Hidden classes and code grow too, but a program holds nothing with them.
    let is_owner = |kind| matches!(kind, NodeKind::OBJECT | NodeKind::CLOSURE | NodeKind::NATIVE);
    // What rules match, and the order, do not depend on redaction.
    let plain = Describer { privacy: Privacy::Masked, ..*describer };
    for group in comparison.holders.groups.iter().filter(|group| is_owner(describer.graph.kind(group.holder))) {
        let name = path_text(&plain, group.holder);
        let values = |numbers: &[u64]| numbers.iter().map(|number| *number as f64).collect::<Vec<f64>>();
        let of_holder = holders
            .entry((name, group.holder))
            .or_insert_with(|| (values(&group.holder_retained_bytes), values(&group.counts)));
        // Objects and their keys accumulate together. The class that grows most counts, not the sum.
        let grown = |counts: &[f64]| counts.last().zip(counts.first()).map_or(0.0, |(last, first)| last - first);
        let counts = values(&group.counts);
        if grown(&counts) > grown(&of_holder.1) {
            of_holder.1 = counts;
        }
    }
    let mut metrics = Vec::new();
    for ((name, holder), (bytes, counts)) in holders {
        for (key, unit, values) in [("holder.bytes", Unit::Bytes, bytes), ("holder.count", Unit::Count, counts)] {
            if is_asked(key, &name) {
                let location = describer.place(holder).location;
                let shown = path_text(describer, holder);
                let metric = Metric::series(key, unit, values).of_redacted(name.clone(), shown);
                metrics.push(Metric { location, ..metric });
            }
        }
    }
    metrics
}

fn path_text(describer: &Describer<'_>, holder: NodeIx) -> Text {
    Text::from(fold(&describer.entries(&describer.analysis.distances.path(describer.graph, holder))))
}
