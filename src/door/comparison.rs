//! The result of comparing snapshots, as values that outlive the snapshots.

use crate::base::Text;
use crate::door::options::CompareOptions;
use crate::door::{Caveat, SnapshotInfo};
use crate::heap::analysis::path_entries::Describer;
use crate::heap::analysis::path_text::{fold, program_name};
use crate::heap::analysis::silent_tables::{SilentTable, silent_tables};
use crate::heap::analysis::sources::{SourceLocation, Sources};
use crate::heap::detect::forecast::{Forecast, Outlook};
use crate::heap::detect::{self, Finding, findings};
use crate::heap::diff::order::Swapped;
use crate::heap::diff::{Accounting, ClassDelta, GrowthGroup, Identity, InMemory, MatchMode};
use crate::stacks::WeightedTree;
use serde::Serialize;

/// What grew between snapshots of one program.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct HeapComparison {
    /// The snapshots, earliest first.
    pub snapshots: Vec<SnapshotInfo>,
    /// How objects were matched.
    pub identity: Identity,
    /// Why the given order is wrong, if it is.
    pub swapped: Option<Swapped>,
    /// Whether the snapshots were reordered, relative to the given order or that of their names.
    pub is_reordered: bool,
    /// Limitations that a reader must know before the findings.
    pub caveats: Vec<Caveat>,
    /// Where every byte of the difference comes from.
    pub accounting: Accounting,
    /// What grew, most important first.
    pub findings: Vec<Finding>,
    /// Number of findings that [`Self::keep_findings`] removed.
    pub filtered_findings_count: u64,
    /// When the heap reaches its limit, if there is one and the heap grows.
    pub forecast: Option<Forecast>,
    /// Growing holders, including engine internals, largest first.
    pub holders: Vec<HolderGrowth>,
    /// Number of growing holders that are not described.
    pub more_holders_count: u64,
    /// DevTools' Comparison view, largest growth first.
    pub classes: Vec<ClassChange>,
    /// The first and the last heap as stacks, if requested.
    pub stacks: Option<[WeightedTree; 2]>,
}

/// A growing holder in short form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct HolderGrowth {
    /// V8's id of the holder.
    pub holder_node_id: u64,
    /// Its class.
    pub holder_class: Text,
    /// Class of the new objects.
    pub class: Text,
    /// Number of new objects.
    pub new_count: u64,
    /// Number of objects of the class that the holder held and that are gone.
    pub deleted_count: u64,
    /// New bytes that would be freed with the new objects.
    pub retained_bytes: u64,
    /// Change of the holder's own size, in bytes.
    pub in_place_bytes: i64,
    /// The path to the holder, as text.
    pub path_text: String,
}

/// A row of the Comparison view.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ClassChange {
    /// The class name.
    pub name: Text,
    /// DevTools' class key: the name with the constructor's script, line and column, if known.
    pub key: Text,
    /// Where the constructor is defined.
    pub location: Option<SourceLocation>,
    /// Number of objects that exist only in the later snapshot.
    pub new_count: u64,
    /// Number of objects that exist only in the earlier snapshot.
    pub deleted_count: u64,
    /// New minus deleted.
    pub count_delta: i64,
    /// Total shallow size of the new objects.
    pub alloc_bytes: u64,
    /// Total shallow size of the deleted objects.
    pub freed_bytes: u64,
    /// Allocated minus freed.
    pub size_delta_bytes: i64,
}

impl HeapComparison {
    /// Runs the detectors and describes what changed, without checking the order and without stacks. O(classes + what
    /// is described × path length).
    #[must_use]
    pub fn new(
        of: &InMemory<'_>,
        snapshots: Vec<SnapshotInfo>,
        told: &detect::Options,
        options: &CompareOptions,
    ) -> Self {
        let InMemory { graph, analysis, comparison: diff, .. } = *of;
        let sources = Sources::new(graph);
        let privacy = options.privacy;
        let describer = Describer { graph, analysis, rows: &diff.table.after, sources: &sources, privacy };
        let build = Build { of, describer };
        let outlook = Outlook::new(analysis.statistics.total_bytes, diff, told);
        let groups = &diff.holders.groups;
        Self {
            snapshots,
            identity: diff.identity.clone(),
            swapped: None,
            is_reordered: false,
            caveats: build.silent_tables().into_iter().collect(),
            accounting: diff.accounting,
            findings: findings(&describer, diff, told),
            filtered_findings_count: 0,
            forecast: outlook.forecast(diff.accounting.delta_bytes),
            holders: groups.iter().take(options.max_holders).map(|group| build.holder(group)).collect(),
            more_holders_count: groups.len().saturating_sub(options.max_holders) as u64,
            classes: diff.classes.iter().map(|delta| build.class(delta)).collect(),
            stacks: None,
        }
    }

    /// What grew, most important first.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Why leaks cannot be judged: the snapshots come from different programs or runtimes.
    #[must_use]
    pub fn incomparable(&self) -> Option<&Caveat> {
        self.caveats.iter().find(|caveat| caveat.is_incomparable())
    }

    /// Removes unwanted findings and counts them.
    pub fn keep_findings(&mut self, is_wanted: impl Fn(&Finding) -> bool) {
        let all = self.findings.len();
        self.findings.retain(is_wanted);
        self.filtered_findings_count += (all - self.findings.len()) as u64;
    }
}

struct Build<'a> {
    of: &'a InMemory<'a>,
    describer: Describer<'a>,
}

/// Maximum number of Maps and Sets listed in a warning.
const MAX_TABLES: usize = 3;

impl Build<'_> {
    /// What is missing in files from Bun. If ids correspond, the files are not from Bun.
    fn silent_tables(&self) -> Option<Caveat> {
        let InMemory { graph, analysis, comparison, .. } = self.of;
        let has_ids = comparison.identity.mode == MatchMode::Ids;
        let tables = if has_ids { Vec::new() } else { silent_tables(graph) };
        let name = |table: &SilentTable| {
            let path = self.describer.entries(&analysis.distances.path(graph, table.owner));
            program_name(&path, path.len().saturating_sub(1)).unwrap_or_else(|| fold(&path))
        };
        let largest: Vec<(String, u64)> =
            tables.iter().take(MAX_TABLES).map(|table| (name(table), table.table_bytes)).collect();
        let more_count = (tables.len() - largest.len()) as u64;
        (!largest.is_empty()).then_some(Caveat::SilentTables { largest, more_count })
    }

    fn holder(&self, group: &GrowthGroup) -> HolderGrowth {
        let InMemory { graph, analysis, comparison: diff, .. } = self.of;
        let path = self.describer.entries(&analysis.distances.path(graph, group.holder));
        HolderGrowth {
            holder_node_id: graph.id(group.holder).get(),
            holder_class: self.describer.shown_class(group.holder),
            class: self.describer.privacy.class(diff.table.name(group.class)),
            new_count: group.new_count,
            deleted_count: group.deleted_count,
            retained_bytes: group.retained_bytes,
            in_place_bytes: group.in_place_bytes,
            path_text: fold(&path),
        }
    }

    fn class(&self, delta: &ClassDelta) -> ClassChange {
        let key = self.of.comparison.table.keys[delta.row.ix()].shown_by(self.describer.privacy);
        ClassChange {
            key: key.devtools_key(),
            location: key.position.and_then(|p| self.describer.sources.place(p.script_id, p.line, p.column)),
            name: key.name,
            new_count: delta.new_count,
            deleted_count: delta.deleted_count,
            count_delta: delta.count_delta(),
            alloc_bytes: delta.alloc_bytes,
            freed_bytes: delta.freed_bytes,
            size_delta_bytes: delta.size_delta_bytes(),
        }
    }
}
