//! What reports for people call a verdict. JSON uses the names of the variants, which never change.

use crate::heap::detect::verdict::{Confidence, Verdict};

impl Verdict {
    /// The verdict on one finding: `possible leak`.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Leak => "leak",
            Self::Suspect => "possible leak",
            Self::Growth => "not a leak",
            Self::Holds => "held",
        }
    }

    /// The verdict on several findings: `possible leaks`.
    #[must_use]
    pub const fn plural(self) -> &'static str {
        match self {
            Self::Leak => "leaks",
            Self::Suspect => "possible leaks",
            Self::Growth => "not leaks",
            Self::Holds => "held",
        }
    }

    /// The verdict with its confidence: `leak (likely)`. The words for other verdicts include it.
    #[must_use]
    pub fn with_confidence(self, confidence: Confidence) -> String {
        match self {
            Self::Leak => format!("{} ({confidence})", self.words()),
            Self::Suspect | Self::Growth | Self::Holds => self.words().to_owned(),
        }
    }
}
