//! Whatever object, class or finding of whatever graph is asked about: there is an answer.

use crate::common::dsl::{graph, read};
use crate::common::every_command::{compare, describe};
use crate::common::file::Layout;
use crate::model::{Names, snapshots};
use heapdiff::heap::diff::MatchMode;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_object_can_be_asked_about(snapshot in snapshots(25, Names::All)) {
        describe(read(&snapshot.bytes(&Layout::default())));
    }

    #[test]
    fn every_finding_can_be_explained(before in snapshots(20, Names::All), after in snapshots(30, Names::All)) {
        for mode in [MatchMode::Ids, MatchMode::Structure] {
            let graph = |snapshot: &crate::common::file::Snapshot| read(&snapshot.bytes(&Layout::default()));
            compare(graph(&before), &graph(&after), mode);
        }
    }
}

/// An array holds an object at an index beyond the number of texts; the index is no text's number.
#[test]
fn a_position_beyond_the_texts_is_no_name() {
    describe(
        graph("root -> list:array -[59224]-> held; root -internal i-> list; list -hidden 4000000000-> other").graph,
    );
}

/// What no root reaches can be asked about, too, and what only such objects hold.
#[test]
fn what_no_root_reaches_has_an_answer() {
    describe(graph("root -> a; lost -[700]-> found; lost -next-> other; found -weak w-> a").graph);
}
