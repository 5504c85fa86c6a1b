//! What a rule says, and what follows from all of them.

use crate::base::Text;
use crate::gate::level::Level;
use crate::gate::more_command::MoreCommand;
use crate::gate::rule_name::RuleName;
use crate::gate::unit::Unit;
use crate::heap::analysis::sources::SourceLocation;
use serde::{Serialize, Serializer};
use std::fmt;
use strum::Display;

/// What became of a rule, the most severe first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Display)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Status {
    /// Broken, and its level is `error`.
    Failed,
    /// It could not be judged, and its level is `error`.
    NoVerdict,
    /// Broken or not judged, without consequences.
    Warned,
    /// Kept.
    Passed,
    /// Not looked at: off, accepted, or about inputs of another kind.
    Skipped,
}

impl Status {
    /// The status of a broken rule with a level.
    #[must_use]
    pub(crate) fn broken(level: Level) -> Self {
        match level {
            Level::Error => Self::Failed,
            Level::Warn => Self::Warned,
            Level::Off => Self::Skipped,
        }
    }

    /// The status of a rule with a level that could not be judged.
    #[must_use]
    pub(crate) fn unjudged(level: Level) -> Self {
        match level {
            Level::Error => Self::NoVerdict,
            Level::Warn => Self::Warned,
            Level::Off => Self::Skipped,
        }
    }
}

/// What the check says in all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// No rule of level `error` is broken.
    Pass,
    /// One is.
    Fail,
    /// None is, but one could not be judged.
    NoVerdict,
}

impl Verdict {
    /// The verdict that follows from results. Where nothing was looked at, nothing is known.
    #[must_use]
    pub fn of(results: &[RuleResult]) -> Self {
        let has = |status| results.iter().any(|result| result.status == status);
        let is_judged =
            |result: &RuleResult| matches!(result.status, Status::Passed | Status::Warned) || result.accepted.is_some();
        match (has(Status::Failed), has(Status::NoVerdict)) {
            (true, _) => Self::Fail,
            (false, false) if results.iter().any(is_judged) => Self::Pass,
            (false, _) => Self::NoVerdict,
        }
    }
}

/// A number with a unit of its own; whole ones have no point in JSON.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Number(pub f64);

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Beyond 2^53 doubles are no exact integers.
        const EXACT: f64 = 9_007_199_254_740_992.0;
        if self.0.fract() == 0.0 && self.0.abs() < EXACT {
            serializer.serialize_i64(self.0 as i64)
        } else {
            serializer.serialize_f64(self.0)
        }
    }
}

/// Why a broken rule has no consequences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Accepted {
    /// The baseline knows it.
    Baseline,
    /// It is ignored, or the rule is off.
    Ignored,
}

/// What is known about a result in addition to its sentence. JSON has it as one text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// Why it is so.
    Why(Text),
    /// What to do.
    Fix(Text),
    /// What has the same cause.
    SameCause(Text),
}

impl Note {
    /// Why something is so.
    #[must_use]
    pub fn why(text: impl Into<Text>) -> Self {
        Self::Why(text.into())
    }

    /// What to do about it.
    #[must_use]
    pub fn fix(text: impl Into<Text>) -> Self {
        Self::Fix(text.into())
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Why(text) => text.fmt(f),
            Self::Fix(text) => write!(f, "fix: {text}"),
            Self::SameCause(text) => write!(f, "same cause: {text}"),
        }
    }
}

impl Serialize for Note {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Why(text) => text.serialize(serializer),
            Self::Fix(_) | Self::SameCause(_) => serializer.collect_str(self),
        }
    }
}

/// What one rule says about one subject.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RuleResult {
    /// What it is of: in JSON as the config has it, a rule's id and the pattern of its subjects behind a colon.
    pub rule: RuleName,
    /// Severity if it is broken.
    pub level: Level,
    /// What became of it.
    pub status: Status,
    /// Why it has no consequences although it is broken.
    pub accepted: Option<Accepted>,
    /// The process, if there are several.
    pub process: Option<Text>,
    /// What it is about: a class, a package, a holder, a function. None if it is about the whole.
    pub subject: Option<Text>,
    /// One sentence.
    pub message: Text,
    /// What is allowed, in words.
    pub expected: Option<Text>,
    /// What there is, in words.
    pub found: Option<Text>,
    /// What the numbers below count.
    pub unit: Option<Unit>,
    /// What was compared with the limit.
    pub value: Option<Number>,
    /// The limit.
    pub limit: Option<Number>,
    /// All values: of each snapshot, or of each run.
    pub values: Vec<Number>,
    /// All values of the base side's runs, or of the baseline.
    pub(crate) base_values: Vec<Number>,
    /// By how much it grew.
    pub delta: Option<Number>,
    /// The same as a share of the base; none if that is 0.
    pub delta_ratio: Option<Number>,
    /// Growth that is allowed in addition to the limit, in words.
    pub tolerance: Option<Text>,
    /// How likely such a difference is by chance, if that was tested.
    pub p_value: Option<f64>,
    /// The retaining path or call path, in words.
    pub path_text: Option<Text>,
    /// Where to look in the source.
    pub(crate) location: Option<SourceLocation>,
    /// The same for the same rule and subject in other runs; no lines, no ids.
    pub fingerprint: String,
    /// Why, what to do, and what has the same cause.
    pub notes: Vec<Note>,
    /// The command that shows more; in JSON none without files.
    pub command: MoreCommand,
}

impl RuleResult {
    /// The same, accepted: reported with the reason, and without consequences.
    #[must_use]
    pub(crate) fn accept(self, by: Accepted, reason: impl Into<Text>) -> Self {
        Self { status: Status::Skipped, accepted: Some(by), ..self }.explained_first(reason)
    }

    /// The same with a note in front of all others.
    #[must_use]
    pub(crate) fn explained_first(mut self, why: impl Into<Text>) -> Self {
        self.notes.insert(0, Note::why(why));
        self
    }

    /// A result with nothing but its rule, level, status and sentence.
    #[must_use]
    pub fn new(rule: impl Into<RuleName>, level: Level, status: Status, message: impl Into<Text>) -> Self {
        Self {
            rule: rule.into(),
            level,
            status,
            accepted: None,
            process: None,
            subject: None,
            message: message.into(),
            expected: None,
            found: None,
            unit: None,
            value: None,
            limit: None,
            values: Vec::new(),
            base_values: Vec::new(),
            delta: None,
            delta_ratio: None,
            tolerance: None,
            p_value: None,
            path_text: None,
            location: None,
            fingerprint: String::new(),
            notes: Vec::new(),
            command: MoreCommand::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Level, Number, RuleName, RuleResult, Status, Verdict};

    #[test]
    fn the_gravest_result_decides() {
        let verdict = |statuses: &[Status]| {
            let results: Vec<RuleResult> =
                statuses.iter().map(|status| RuleResult::new(RuleName::Ignore, Level::Error, *status, "")).collect();
            Verdict::of(&results)
        };
        assert_eq!(verdict(&[]), Verdict::NoVerdict);
        assert_eq!(verdict(&[Status::Skipped]), Verdict::NoVerdict);
        assert_eq!(verdict(&[Status::Passed, Status::Warned, Status::Skipped]), Verdict::Pass);
        assert_eq!(verdict(&[Status::Passed, Status::NoVerdict]), Verdict::NoVerdict);
        assert_eq!(verdict(&[Status::NoVerdict, Status::Failed, Status::Passed]), Verdict::Fail);
    }

    #[test]
    fn whole_numbers_have_no_point() {
        let json = |number| serde_json::to_string(&Number(number)).unwrap();
        assert_eq!(
            (json(5.0), json(-3.0), json(0.25), json(1e300)),
            ("5".into(), "-3".into(), "0.25".into(), "1e+300".into())
        );
    }
}
