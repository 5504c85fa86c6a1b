//! Which findings a report shows.

use crate::heap::detect::Finding;
use crate::heap::detect::Kind;
use wildmatch::WildMatch;

/// Conditions for findings to be shown.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// One of these kinds, if any are given.
    kinds: Vec<Kind>,
    /// A class on the path that matches one of these patterns, if any are given.
    classes: Vec<WildMatch>,
    /// Minimum growth in bytes.
    min_bytes: u64,
    /// Minimum growth in objects.
    min_count: u64,
    /// None of these fingerprints, and nothing that matches these patterns.
    ignored: Vec<WildMatch>,
}

impl Filter {
    /// Only findings of these kinds, if any are given.
    #[must_use]
    pub fn kinds(self, kinds: Vec<Kind>) -> Self {
        Self { kinds, ..self }
    }

    /// Only findings with a class on the path that matches one of these globs, if any are given.
    #[must_use]
    pub fn classes(self, globs: &[String]) -> Self {
        Self { classes: patterns(globs), ..self }
    }

    /// Only findings that grew by at least this many bytes and objects.
    #[must_use]
    pub fn at_least(self, min_bytes: u64, min_count: u64) -> Self {
        Self { min_bytes, min_count, ..self }
    }

    /// No findings with these fingerprints, or with anything that matches these globs.
    #[must_use]
    pub fn without(self, globs: &[String]) -> Self {
        Self { ignored: patterns(globs), ..self }
    }

    /// Whether a finding is shown.
    #[must_use]
    pub fn keeps(&self, finding: &Finding) -> bool {
        let is_kind = self.kinds.is_empty() || self.kinds.contains(&finding.kind);
        let classes = || finding.path.iter().map(|entry| entry.class.to_string()).chain([finding.class.to_string()]);
        let is_class = self.classes.is_empty() || classes().any(|class| self.classes.iter().any(|p| p.matches(&class)));
        let is_large = finding.retained_delta_bytes >= i64::try_from(self.min_bytes).unwrap_or(i64::MAX);
        let is_many = finding.count_delta >= i64::try_from(self.min_count).unwrap_or(i64::MAX);
        is_kind && is_class && is_large && is_many && !self.ignores(finding)
    }

    /// A pattern without `*` or `?` matches a fingerprint or class; with these, it can also match the title or the
    /// path.
    fn ignores(&self, finding: &Finding) -> bool {
        let class = finding.class.to_string();
        let texts = [finding.fingerprint.as_str(), finding.kind.id(), &class, &finding.title, &finding.path_text];
        self.ignored.iter().any(|pattern| texts.iter().any(|text| pattern.matches(text)))
    }
}

fn patterns(globs: &[String]) -> Vec<WildMatch> {
    globs.iter().map(|glob| WildMatch::new(glob)).collect()
}
