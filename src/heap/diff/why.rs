//! Explains why objects are matched by structure.

use crate::heap::analysis::program::Foreign;
use crate::heap::diff::matching::Identity;

/// Why the ids of two snapshots do not correspond.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// The runtime renumbers objects in each capture.
    Renumbers,
    /// The snapshots are of two processes of one program.
    Processes,
    /// The snapshots are of different runtimes.
    Runtimes,
    /// The snapshots are of different programs.
    Programs,
    /// Renumbered or two processes: the files do not tell which.
    Unknown,
}

impl Cause {
    /// Determines the cause from whether the files can be compared, and from the name of their runtime.
    #[must_use]
    pub(crate) fn of(foreign: Option<&Foreign>, runtime: Option<&str>) -> Self {
        match (foreign, runtime) {
            (Some(Foreign::Runtime { .. }), _) => Self::Runtimes,
            (Some(Foreign::Program), _) => Self::Programs,
            (None, Some("bun")) => Self::Renumbers,
            (None, Some("node" | "deno")) => Self::Processes,
            (None, _) => Self::Unknown,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Renumbers => "Bun renumbers objects in each capture",
            Self::Processes => "two processes",
            Self::Runtimes => "two runtimes",
            Self::Programs => "two programs",
            Self::Unknown => "two processes, or a runtime that renumbers objects in each capture",
        }
    }
}

/// The reason as a sentence, with what the ids of an earlier and the last snapshot show.
#[must_use]
pub(crate) fn structure_reason(by_ids: &Identity, of: WhichTwo, cause: Cause) -> String {
    let (words, files) = (cause.words(), of.words());
    if !by_ids.has_common_ids {
        return format!("{words}: no object id is in {files}");
    }
    let percent = by_ids.id_agreement * 100.0;
    format!("{words}: only {percent:.1} % of the ids in {files} belong to objects of the same class")
}

/// Which snapshot's ids do not correspond to those of the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WhichTwo {
    /// There are only two snapshots.
    Both,
    /// There are more, and it is the one at this position.
    AndLast(usize),
}

impl WhichTwo {
    fn words(self) -> String {
        match self {
            Self::Both => "both files".to_owned(),
            Self::AndLast(0) => "both the first file and the last".to_owned(),
            Self::AndLast(at) => format!("both snapshot {} and the last", at + 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Cause, WhichTwo, structure_reason};
    use crate::heap::analysis::program::Foreign;
    use crate::heap::diff::{Identity, MatchMode};

    #[test]
    fn the_cause_is_what_the_files_tell() {
        assert_eq!(Cause::of(Some(&Foreign::Program), Some("node")), Cause::Programs);
        assert_eq!(Cause::of(None, Some("bun")), Cause::Renumbers);
        assert_eq!(Cause::of(None, Some("node")), Cause::Processes);
        assert_eq!(Cause::of(None, None), Cause::Unknown);
    }

    #[test]
    fn the_reason_names_the_snapshot_and_says_if_there_are_no_ids_in_common() {
        let identity = |id_agreement, has_common_ids| Identity {
            mode: MatchMode::Ids,
            matched_ratio: 0.5,
            id_agreement,
            has_common_ids,
            reason: String::new(),
        };
        assert_eq!(
            structure_reason(&identity(0.352, true), WhichTwo::Both, Cause::Processes),
            "two processes: only 35.2 % of the ids in both files belong to objects of the same class"
        );
        assert_eq!(
            structure_reason(&identity(0.0, false), WhichTwo::AndLast(1), Cause::Renumbers),
            "Bun renumbers objects in each capture: no object id is in both snapshot 2 and the last"
        );
    }
}
