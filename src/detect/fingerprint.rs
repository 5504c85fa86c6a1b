//! A name for a finding that outlives runs, processes and rebuilds.

use crate::analysis::path_entries::PathEntry;
use crate::base::Text;
use crate::diff::signature::{is_position, without_ids};
use std::fmt::Write as _;

/// Hops above the holder that take part: enough to tell two Maps apart, few enough to survive changes elsewhere.
const HOPS_ABOVE_HOLDER: usize = 2;

/// Sixteen hexadecimal digits over kind, class and the named hops from just above the holder down to the object.
///
/// No ids, no positions in lists, no lines: FNV-1a, which is stable across versions and platforms.
#[must_use]
pub fn fingerprint(kind: &str, class: &Text, path: &[PathEntry], holder_id: u64) -> String {
    let holder = path.iter().position(|entry| entry.node_id == holder_id).unwrap_or(0);
    let mut hash = Fnv::new();
    hash.add(kind.as_bytes());
    hash.add(&without_ids(class.as_bytes()));
    for entry in &path[(holder + 1).saturating_sub(HOPS_ABOVE_HOLDER)..] {
        if matches!(entry.kind.as_bytes(), b"array" | b"hidden" | b"object shape") {
            continue;
        }
        let edge = entry.edge.as_ref().map_or(b"".as_slice(), Text::as_bytes);
        hash.add(if is_position(edge) { b"*" } else { edge });
        hash.add(&without_ids(entry.class.as_bytes()));
    }
    let mut out = String::with_capacity(16);
    // Writing to a string cannot fail.
    let _ = write!(out, "{:016x}", hash.0);
    out
}

struct Fnv(u64);

impl Fnv {
    fn new() -> Self {
        Self(0xCBF2_9CE4_8422_2325)
    }

    fn add(&mut self, bytes: &[u8]) {
        // 0xFF stands in no UTF-8 text: it keeps neighbors apart.
        for byte in bytes.iter().chain(&[0xFF]) {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::fingerprint;
    use crate::analysis::path_entries::PathEntry;
    use crate::base::Text;

    /// A path of `edge class id` hops; the holder is the third.
    fn print(hops: &[(&str, &str, u64)]) -> String {
        let entry = |(edge, class, node_id): &(&str, &str, u64)| PathEntry {
            edge: Some(Text::from(*edge)),
            edge_kind: Some("property"),
            kind: Text::from("object"),
            name: Text::from(*class),
            class: Text::from(*class),
            node_id: *node_id,
            function: None,
            location: None,
            repeat_count: None,
            repeat_length: None,
            is_one_of_many: false,
        };
        let path: Vec<PathEntry> = hops.iter().map(entry).collect();
        fingerprint("map", &Text::from(hops.last().unwrap().1), &path, hops[2].2)
    }

    #[test]
    fn ids_positions_and_the_way_to_the_holder_do_not_matter_but_names_do() {
        let hops = [("2", "global", 1), ("app", "App", 3), ("cache", "Map", 5), ("7", "Session", 9)];
        let first = print(&hops);
        assert_eq!(first.len(), 16);
        let again = [("", "other", 11), ("app", "App", 33), ("cache", "Map", 55), ("812", "Session", 99)];
        assert_eq!(print(&again), first);
        let scoped = |id| print(&[hops[0], hops[1], hops[2], ("8", ["S @1", "S @2"][id], 9)]);
        assert_eq!(scoped(0), scoped(1));
        for (hop, changed) in [(2, ("other", "Map", 5)), (2, ("cache", "Set", 5)), (3, ("7", "User", 9))] {
            let mut other = hops;
            other[hop] = changed;
            assert_ne!(print(&other), first, "{changed:?}");
        }
    }
}
