//! The metrics of snapshots that rules need. Metrics without a rule are not measured, except for totals, which cost
//! nothing.

use crate::base::Privacy;
use crate::gate::measure::classes::{ClassTotals, class_metrics};
use crate::gate::measure::emitters::emitter_metrics;
use crate::gate::measure::heap::{detached_count, duplicate_bytes, totals};
use crate::gate::measure::holders::holder_metrics;
use crate::gate::measure::packages::package_metrics;
use crate::gate::{Metric, Rules, Unit};
use crate::heap::analysis::Analysis;
use crate::heap::analysis::path_entries::Describer;
use crate::heap::analysis::sources::Sources;
use crate::heap::diff::InMemory;
use crate::heap::graph::HeapGraph;

/// The metrics of a comparison.
#[must_use]
pub(crate) fn of_comparison(of: &InMemory<'_>, rules: &Rules, privacy: Privacy) -> Vec<Metric> {
    let InMemory { graph, analysis, earlier, comparison } = *of;
    let mut metrics = totals(&of.total_bytes(), &of.node_counts());
    if asks_any(rules, "class.") {
        let tables = std::iter::once(&comparison.table).chain(comparison.between.iter().map(|between| &between.table));
        let mut classes: Vec<ClassTotals> =
            earlier.iter().zip(tables).map(|(earlier, table)| ClassTotals::of_earlier(earlier, table)).collect();
        classes.push(ClassTotals::of(graph, analysis, &comparison.table.after));
        metrics.extend(class_metrics(&classes, privacy, |id, subject| rules.asks_about(id, subject)));
    }
    if ["package.", "holder.", "emitter."].iter().any(|prefix| asks_any(rules, prefix)) {
        let sources = Sources::new(graph);
        let describer = Describer { graph, analysis, rows: &comparison.table.after, sources: &sources, privacy };
        if asks_any(rules, "package.") {
            metrics.extend(package_metrics(&describer, comparison, |id, subject| rules.asks_about(id, subject)));
        }
        if asks_any(rules, "holder.") {
            metrics.extend(holder_metrics(&describer, comparison, |id, subject| rules.asks_about(id, subject)));
        }
        metrics.extend(emitters(&describer, rules));
    }
    metrics.extend(of_last(graph, analysis, rules));
    metrics
}

/// The metrics of a single snapshot.
#[must_use]
pub(crate) fn of_one(graph: &HeapGraph, analysis: &Analysis, rules: &Rules, privacy: Privacy) -> Vec<Metric> {
    let mut metrics = totals(&[analysis.statistics.total_bytes], &[graph.node_count() as u64]);
    if asks_any(rules, "class.") || asks_any(rules, "emitter.") {
        let rows = analysis.classes.rows(graph.strings(), &analysis.classes.infer_interfaces(graph));
        let classes = [ClassTotals::of(graph, analysis, &rows)];
        metrics.extend(class_metrics(&classes, privacy, |id, subject| rules.asks_about(id, subject)));
        let sources = Sources::new(graph);
        metrics.extend(emitters(&Describer { graph, analysis, rows: &rows, sources: &sources, privacy }, rules));
    }
    metrics.extend(of_last(graph, analysis, rules));
    metrics
}

fn emitters(describer: &Describer<'_>, rules: &Rules) -> Vec<Metric> {
    if !asks_any(rules, "emitter.") {
        return Vec::new();
    }
    emitter_metrics(describer, |class| rules.asks_about("emitter.listeners", class))
}

/// The metrics that are measured in the last snapshot only.
fn of_last(graph: &HeapGraph, analysis: &Analysis, rules: &Rules) -> Vec<Metric> {
    let mut metrics = Vec::new();
    if asks_any(rules, "strings.duplicate") {
        let bytes = duplicate_bytes(graph, analysis) as f64;
        metrics.push(Metric::series("strings.duplicate", Unit::Bytes, vec![bytes]));
    }
    if asks_any(rules, "dom.detached") {
        metrics.push(Metric::series("dom.detached", Unit::Count, vec![detached_count(graph, analysis) as f64]));
    }
    metrics
}

fn asks_any(rules: &Rules, prefix: &str) -> bool {
    rules.asks(|spec| spec.id.starts_with(prefix))
}
