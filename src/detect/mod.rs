//! From growing holders to findings: what people would call a cause.
//!
//! Results are values; nothing here knows of output or of the command line.

pub mod fingerprint;
pub mod growth;
pub mod kind;

pub use growth::{Finding, findings};
pub use kind::Kind;

/// How sure heapdiff is that growth is a leak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It accumulates and nothing bounds it.
    Leak,
    /// It looks like accumulation.
    Suspect,
    /// It grew; two snapshots do not say more.
    Growth,
}

impl Verdict {
    /// The word of the JSON contract.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Leak => "leak",
            Self::Suspect => "suspect",
            Self::Growth => "growth",
        }
    }
}

/// How sure heapdiff is of the verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// Measured.
    Certain,
    /// What the figures suggest.
    Likely,
    /// Not excluded.
    Possible,
}

impl Confidence {
    /// The word of the JSON contract.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::Likely => "likely",
            Self::Possible => "possible",
        }
    }
}
