//! Comparisons of random graphs: the account is exact, there and back again, in both ways of matching.

use crate::common::dsl::read;
use crate::common::file::{Layout, Snapshot};
use crate::model::{Names, snapshots};
use heapdiff::heap::analysis::Analysis;
use heapdiff::heap::diff::{self, Comparison, Earlier, MatchMode};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn compare(before: &Snapshot, after: &Snapshot, mode: MatchMode) -> Comparison {
    let earlier = Earlier::new(read(&before.bytes(&Layout::default())), mode == MatchMode::Structure);
    let graph = read(&after.bytes(&Layout::default()));
    let analysis = Analysis::of(&graph);
    diff::compare(std::slice::from_ref(&earlier), &graph, &analysis, Some(mode))
}

/// Counts and bytes by key: new, deleted, allocated, freed.
fn rows(comparison: &Comparison) -> BTreeMap<String, [u64; 4]> {
    let key = |row: &diff::ClassDelta| comparison.table.keys[row.row.ix()].devtools_key().to_string();
    let numbers = |row: &diff::ClassDelta| [row.new_count, row.deleted_count, row.alloc_bytes, row.freed_bytes];
    comparison.classes.iter().map(|row| (key(row), numbers(row))).collect()
}

fn sum(comparison: &Comparison) -> i64 {
    comparison.classes.iter().map(diff::ClassDelta::size_delta_bytes).sum()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_was_new_is_deleted_on_the_way_back(a in snapshots(30, Names::All), b in snapshots(30, Names::All)) {
        for mode in [MatchMode::Ids, MatchMode::Structure] {
            let (there, back) = (compare(&a, &b, mode).accounting, compare(&b, &a, mode).accounting);
            prop_assert!(there.is_exact() && back.is_exact());
            prop_assert_eq!(there.delta_bytes, -back.delta_bytes);
            if mode == MatchMode::Ids {
                prop_assert_eq!((there.new_bytes, there.deleted_bytes), (back.deleted_bytes, back.new_bytes));
                prop_assert_eq!((there.grown_bytes, there.shrunk_bytes), (back.shrunk_bytes, back.grown_bytes));
            }
        }
    }

    #[test]
    fn a_graph_does_not_differ_from_itself(a in snapshots(30, Names::All)) {
        for mode in [MatchMode::Ids, MatchMode::Structure] {
            let same = compare(&a, &a, mode);
            prop_assert_eq!(rows(&same), BTreeMap::new());
            prop_assert_eq!(sum(&same), 0);
            prop_assert_eq!(same.accounting.delta_bytes, 0);
            if mode == MatchMode::Ids {
                prop_assert_eq!(same.holders.groups, vec![]);
            }
        }
    }

    /// Groups hold every new byte at most once.
    #[test]
    fn holders_share_nothing(a in snapshots(20, Names::All), b in snapshots(40, Names::All)) {
        let comparison = compare(&a, &b, MatchMode::Ids);
        let held: u64 = comparison.holders.groups.iter().map(|g| g.retained_bytes).sum();
        let total: u64 = b.nodes.iter().map(|n| n.self_size).sum();
        prop_assert!(held <= total, "{held} of {total}");
        for group in &comparison.holders.groups {
            prop_assert_eq!(group.samples.is_empty(), group.new_count == 0);
            prop_assert!(!comparison.matching.is_new(group.holder));
        }
    }
}

/// Found by fuzzing: where another node has the id that the root had, one of them was counted twice.
#[test]
fn roots_are_each_other_although_their_ids_are_not() {
    let graph = |text: &str| crate::common::dsl::graph(text).graph;
    let cases = [
        ("root:8 -> a:8@3", "root:8@5 -> x:synthetic():100@1; root -> a:8@3"),
        ("root:8 -> x:synthetic():100@5; root -> a:8@3", "root:8@5 -> a:8@3"),
        ("root:8 -> x:synthetic():100@5", "root:8@5 -> x:synthetic():50@1"),
    ];
    for (before, after) in cases {
        for mode in [MatchMode::Ids, MatchMode::Structure] {
            let earlier = Earlier::new(graph(before), mode == MatchMode::Structure);
            let after = graph(after);
            let analysis = Analysis::of(&after);
            let account = diff::compare(std::slice::from_ref(&earlier), &after, &analysis, Some(mode)).accounting;
            assert!(account.is_exact(), "{account:?}");
        }
    }
}
