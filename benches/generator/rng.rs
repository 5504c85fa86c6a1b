//! SplitMix64: a tiny, well-mixed random generator, so that the files need no crate and never change with one.

pub(crate) struct Rng(u64);

impl Rng {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Uniform in `0..limit`; 0 when `limit` is 0.
    pub(crate) fn below(&mut self, limit: u32) -> u32 {
        ((u64::from(limit) * (self.next() >> 32)) >> 32) as u32
    }

    /// True once in `times` on average.
    pub(crate) fn once_in(&mut self, times: u32) -> bool {
        self.below(times) == 0
    }

    /// In `0..limit`, small values far more often: how names and shapes are reused in a program.
    pub(crate) fn skewed(&mut self, limit: u32) -> u32 {
        let upper = self.below(limit) + 1;
        let middle = self.below(upper) + 1;
        self.below(middle)
    }

    /// In `1..=1 << bits`, every order of magnitude equally often.
    pub(crate) fn log_uniform(&mut self, bits: u32) -> u32 {
        let magnitude = self.below(bits + 1);
        1 + self.below(1 << magnitude)
    }
}
