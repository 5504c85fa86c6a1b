//! Estimates how much memory a file needs.
//!
//! Measured on generated snapshots and on those of a real program (50 to 1000 MB): `summary` takes about 52 bytes per
//! node and 12 per edge, a comparison 68 and 12 plus what it keeps of the earlier files, `flame` 88 and 12. See
//! docs/PERFORMANCE.md.

use crate::format::{Announced, FileKind, Source, announced, holds_profiles, sniff};

const NODE_BYTES: u64 = 72;
const EDGE_BYTES: u64 = 12;
/// Maximum length of a node and an edge in a file. Anything beyond that is strings, which are kept as they are.
const NODE_TEXT_BYTES: u64 = 40;
const EDGE_TEXT_BYTES: u64 = 20;
/// In a typical file, one byte in this many belongs to a string.
const STRINGS_PART: u64 = 32;
/// The columns of a profile take the size of the file divided by this, or less.
const PROFILE_PART: u64 = 2;
/// Memory for buffers, threads and the report.
const FIXED_BYTES: u64 = 16 << 20;

/// The memory for reading and analyzing a file, in addition to what the program already uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Need {
    /// The estimate.
    pub(crate) likely_bytes: u64,
    /// The minimum.
    pub(crate) least_bytes: u64,
}

impl Need {
    /// What an unread file needs; `None` if its size is unknown.
    pub(crate) fn of(source: &Source<'_>) -> Option<Self> {
        let file_bytes = source.remaining_bytes();
        match sniff(source.prefix()) {
            FileKind::HeapSnapshot => announced(source).map(|counts| Self::of_snapshot(counts, file_bytes)),
            kind if holds_profiles(kind) => file_bytes.map(Self::of_profile),
            _ => None,
        }
    }

    fn of_snapshot(counts: Announced, file_bytes: Option<u64>) -> Self {
        let Announced { node_count, edge_count } = counts;
        let rows_text_bytes = NODE_TEXT_BYTES * node_count + EDGE_TEXT_BYTES * edge_count;
        let file_bytes = file_bytes.unwrap_or(rows_text_bytes);
        let string_bytes = file_bytes.saturating_sub(rows_text_bytes).max(file_bytes / STRINGS_PART);
        Self {
            likely_bytes: NODE_BYTES * node_count + EDGE_BYTES * edge_count + string_bytes + FIXED_BYTES,
            least_bytes: counts.column_bytes(),
        }
    }

    fn of_profile(file_bytes: u64) -> Self {
        Self { likely_bytes: file_bytes / PROFILE_PART + FIXED_BYTES, least_bytes: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::Need;
    use crate::format::Announced;

    /// Measured peaks minus what the program takes without a file, in MB.
    #[test]
    fn estimates_are_near_what_was_measured() {
        let cases = [(60, 728_815, 2_523_111, 70, 99), (275, 2_716_210, 12_627_144, 296, 384)];
        for (file_mb, node_count, edge_count, summary_mb, flame_mb) in cases {
            let need = Need::of_snapshot(Announced { node_count, edge_count }, Some(file_mb * 1_000_000));
            let likely_mb = need.likely_bytes / 1_000_000;
            assert!((summary_mb..=flame_mb + 20).contains(&likely_mb), "{likely_mb}");
            assert!(need.least_bytes < need.likely_bytes / 2);
        }
    }

    #[test]
    fn strings_count_as_what_rows_cannot_be() {
        let counts = Announced { node_count: 1000, edge_count: 1000 };
        let need = Need::of_snapshot(counts, Some(1 << 30));
        assert!(need.likely_bytes > 1 << 30, "{need:?}");
        assert_eq!(need.least_bytes, 25_000);
    }
}
