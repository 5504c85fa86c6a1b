//! FNV-1a, a hash that is the same in every version and on every platform, for fingerprints.

/// Hashes a sequence of parts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self::new()
    }
}

impl Fnv {
    /// The hash of no parts.
    #[must_use]
    pub(crate) fn new() -> Self {
        Self(0xCBF2_9CE4_8422_2325)
    }

    /// Adds a part.
    pub(crate) fn add(&mut self, bytes: &[u8]) {
        // 0xFF never occurs in UTF-8, so it separates the parts.
        for byte in bytes.iter().chain(&[0xFF]) {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3);
        }
    }

    /// The hash as sixteen hexadecimal digits.
    #[must_use]
    pub(crate) fn digits(self) -> String {
        format!("{:016x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Fnv;

    #[test]
    fn parts_are_kept_apart() {
        let hash = |parts: &[&str]| {
            let mut hash = Fnv::new();
            parts.iter().for_each(|part| hash.add(part.as_bytes()));
            hash.digits()
        };
        assert_ne!(hash(&["ab", "c"]), hash(&["a", "bc"]));
        assert_eq!(hash(&[]), "cbf29ce484222325");
    }
}
