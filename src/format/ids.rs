//! Numbers for the ids of a file.

use rustc_hash::FxHashMap;

/// Assigns numbers to the ids of a file, in order of first appearance.
#[derive(Debug, Default)]
pub(crate) struct IdTable {
    /// Number + 1 for small ids, or 0 for none.
    small: Vec<u32>,
    large: FxHashMap<u64, u32>,
    len: u32,
}

impl IdTable {
    /// The number of an id.
    #[inline]
    pub(crate) fn number(&mut self, id: u64) -> u32 {
        match self.small.get(id as usize) {
            Some(0) | None => self.new_number(id),
            Some(number) => number - 1,
        }
    }

    fn new_number(&mut self, id: u64) -> u32 {
        // Files number nodes from 1. Ids far above all numbers so far go into the other table.
        let bound = 4 * u64::from(self.len) + (1 << 16);
        if let Some(number) = self.large.get(&id) {
            return *number;
        }
        let number = self.len;
        self.len += 1;
        if id < bound {
            let at = id as usize;
            if at >= self.small.len() {
                self.small.resize(at + 1, 0);
            }
            self.small[at] = number + 1;
        } else {
            self.large.insert(id, number);
        }
        number
    }

    /// The id of a number, for messages. O(ids).
    #[cold]
    pub(crate) fn id_of(&self, number: u32) -> Option<u64> {
        let small = self.small.iter().position(|of| *of == number + 1).map(|id| id as u64);
        small.or_else(|| self.large.iter().find(|(_, of)| **of == number).map(|(id, _)| *id))
    }

    /// Number of ids seen.
    pub(crate) fn len(&self) -> usize {
        self.len as usize
    }
}
