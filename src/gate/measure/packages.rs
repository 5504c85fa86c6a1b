//! Metrics of packages: what grew under objects that a package created.
//!
//! A growing group belongs to the package of the nearest object with a source location, going up from the holder to the
//! root; otherwise, to that of the new objects themselves, or of a module on the path. What the runtime created belongs
//! to whatever retains it. The user's own code is the package `(app)`; if nothing is known, it is `(unknown)`.
//!
//! Shares of growth are relative to what the package's growing holders kept alive before, and to the number of objects
//! of the growing classes that they had.

use crate::base::{NodeIx, Text};
use crate::gate::metrics::{Metric, Values};
use crate::gate::outcome::Unit;
use crate::heap::analysis::dominators::Dominators;
use crate::heap::analysis::path_entries::Describer;
use crate::heap::diff::Comparison;
use crate::stacks::packages::package_of;
use crate::stacks::{Category, FrameKind};
use crate::v8::urls;
use std::collections::BTreeMap;

/// The package if nothing is known.
pub(crate) const UNKNOWN: &str = "(unknown)";

/// The package of a script, as for CPU profiles; `None` for the runtime's own scripts.
#[must_use]
pub(crate) fn package(url: &Text) -> Option<Text> {
    let (category, package) = package_of(FrameKind::Function, &Text::default(), url, &Text::default());
    let is_somebodys = !matches!(category, Category::Runtime | Category::Internals | Category::Unknown);
    is_somebodys.then_some(package.0)
}

/// The growth of the requested packages. O(groups × (path length + depth in the dominator tree)).
#[must_use]
pub(crate) fn package_metrics(
    describer: &Describer<'_>,
    comparison: &Comparison,
    is_asked: impl Fn(&str, &Text) -> bool,
) -> Vec<Metric> {
    let intervals = comparison.between.len() + 1;
    let mut grown: BTreeMap<Text, Grown> = BTreeMap::new();
    for group in &comparison.holders.groups {
        let sums = grown.entry(owner(describer, group.holder, group.samples.first().copied())).or_default();
        sums.bytes += group.growth_bytes();
        sums.count += group.count_delta();
        sums.count_before += group.count_before();
        let before = group.holder_retained_bytes.first().copied().unwrap_or_default();
        sums.holders.insert(group.holder, before);
    }
    let mut metrics = Vec::new();
    for (name, of) in grown {
        let bytes = ("package.bytes", Unit::Bytes, of.bytes_before(&describer.analysis.dominators), of.bytes);
        let count = ("package.count", Unit::Count, of.count_before, of.count);
        for (key, unit, base, delta) in [bytes, count] {
            if is_asked(key, &name) {
                let values = Values::Growth { base: base as f64, delta: delta as f64, intervals };
                metrics.push(Metric { values, ..Metric::series(key, unit, Vec::new()).of(&name) });
            }
        }
    }
    metrics
}

/// The growth under objects of one package.
#[derive(Default)]
struct Grown {
    bytes: i64,
    count: i64,
    count_before: u64,
    /// The holders, with their retained size before.
    holders: BTreeMap<NodeIx, u64>,
}

impl Grown {
    /// What the holders kept alive before. A holder dominated by another is included in that one's size.
    fn bytes_before(&self, dominators: &Dominators) -> u64 {
        let is_outer = |holder: NodeIx| !dominators.chain(holder).any(|above| self.holders.contains_key(&above));
        self.holders.iter().filter(|(holder, _)| is_outer(**holder)).map(|(_, before)| before).sum()
    }
}

fn owner(describer: &Describer<'_>, holder: NodeIx, sample: Option<NodeIx>) -> Text {
    let path = describer.analysis.distances.path(describer.graph, holder);
    let of_node = |node: NodeIx| describer.place(node).location.and_then(|location| package(&location.url));
    let above = path.iter().rev().find_map(|hop| of_node(hop.node));
    let of_module = || {
        let names = path.iter().rev().filter_map(|hop| Some(describer.graph.edge_text(hop.edge?)));
        names.filter(|name| urls::is_file(name.as_wtf8())).find_map(|name| package(&Text::from_wtf8(name.as_wtf8())))
    };
    above.or_else(|| sample.and_then(of_node)).or_else(of_module).unwrap_or_else(|| UNKNOWN.into())
}

#[cfg(test)]
mod tests {
    use super::package;
    use crate::base::Text;
    use crate::stacks::packages::APP;

    #[test]
    fn packages_are_told_by_their_folder() {
        for (url, expected) in [
            ("/app/node_modules/lodash/index.js", Some("lodash")),
            ("file:///app/node_modules/@scope/name/lib/x.mjs", Some("@scope/name")),
            ("/app/node_modules/.pnpm/a@1.0.0/node_modules/a/a.js", Some("a")),
            ("C:\\app\\node_modules\\express\\lib\\a.js", Some("express")),
            ("/app/src/server.js", Some(APP)),
            ("node:events", None),
            ("events.js", None),
            ("internal/bootstrap/loaders", None),
            ("", None),
        ] {
            assert_eq!(package(&Text::from(url)), expected.map(Text::from), "{url}");
        }
    }
}
