//! What one snapshot says, as values that outlive it.

use crate::base::{Privacy, Result};
use crate::door::{AnalyzedSnapshot, Files, FilesOnDisk, SnapshotInfo};
use crate::format::InputPath;
use crate::heap::analysis::path_entries::Describer;
use crate::heap::analysis::sources::Sources;
use crate::heap::detect::Finding;
use crate::heap::detect::single::{held, with_itself};

/// Who holds much in one snapshot.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Holdings {
    /// The snapshot.
    pub snapshot: SnapshotInfo,
    /// The places that hold much: suspicious ones first, explained ones last, each by size. Whether they leak takes a second
    /// snapshot.
    pub findings: Vec<Finding>,
    /// Number of findings that [`Self::keep_findings`] removed.
    pub filtered_findings_count: u64,
}

/// Reads a snapshot and says who holds much in it.
///
/// # Errors
/// If the file cannot be read or is no snapshot.
pub fn holdings<P: Into<InputPath>>(file: P) -> Result<Holdings> {
    holdings_in(&file.into(), Privacy::default(), &FilesOnDisk)
}

/// The same, with the file read by the caller.
///
/// # Errors
/// If the file cannot be read or is no snapshot.
pub fn holdings_in(file: &InputPath, privacy: Privacy, io: &dyn Files) -> Result<Holdings> {
    Ok(Holdings::of(&AnalyzedSnapshot::read(file, privacy, io)?))
}

impl Holdings {
    /// What a snapshot in memory holds. O(nodes + edges).
    #[must_use]
    pub fn of(snapshot: &AnalyzedSnapshot) -> Self {
        let AnalyzedSnapshot { file, graph, analysis, privacy } = snapshot;
        let seen = with_itself(graph, analysis);
        let sources = Sources::new(graph);
        let describer = Describer { graph, analysis, rows: &seen.table.after, sources: &sources, privacy: *privacy };
        let counts = (graph.node_count(), graph.edge_count());
        Self {
            snapshot: SnapshotInfo::new(file, counts, analysis.statistics, analysis.has_user_roots),
            findings: held(&describer, &seen),
            filtered_findings_count: 0,
        }
    }

    /// Bytes that the places keep alive together, with what is related to them. No byte counts twice.
    #[must_use]
    pub fn named_bytes(&self) -> u64 {
        let all = self.findings.iter().flat_map(|finding| std::iter::once(finding).chain(&finding.related));
        all.map(|finding| finding.retained_delta_bytes.max(0) as u64).sum()
    }

    /// Removes unwanted findings and counts them.
    pub fn keep_findings(&mut self, is_wanted: impl Fn(&Finding) -> bool) {
        let all = self.findings.len();
        self.findings.retain(is_wanted);
        self.filtered_findings_count += (all - self.findings.len()) as u64;
    }
}
