//! The results of rules, and the verdict of the check.

use crate::base::Text;
use crate::gate::level::Level;
use crate::gate::more_command::MoreCommand;
use crate::gate::rule_name::RuleName;
use crate::gate::unit::Unit;
use crate::heap::analysis::sources::SourceLocation;
use serde::{Serialize, Serializer};
use std::fmt;
use strum::Display;

/// The status of a result, most severe first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Display)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Status {
    /// The rule is broken, and its level is `error`.
    Failed,
    /// The rule could not be judged, and its level is `error`.
    NoVerdict,
    /// The rule is broken or could not be judged, without consequences.
    Warned,
    /// The rule holds.
    Passed,
    /// Not judged: off, accepted, or about other inputs.
    Skipped,
}

impl Status {
    /// The status of a broken rule with the given level.
    #[must_use]
    pub(crate) fn broken(level: Level) -> Self {
        match level {
            Level::Error => Self::Failed,
            Level::Warn => Self::Warned,
            Level::Off => Self::Skipped,
        }
    }

    /// The status of a rule with the given level that could not be judged.
    #[must_use]
    pub(crate) fn unjudged(level: Level) -> Self {
        match level {
            Level::Error => Self::NoVerdict,
            Level::Warn => Self::Warned,
            Level::Off => Self::Skipped,
        }
    }
}

/// The verdict of the check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// No rule with level `error` is broken.
    Pass,
    /// At least one is.
    Fail,
    /// None is, but one could not be judged.
    NoVerdict,
}

impl Verdict {
    /// The verdict for some results. If nothing was judged, there is no verdict.
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

/// A number whose unit is stated elsewhere. In JSON, whole numbers have no decimal point.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Number(pub f64);

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Above 2^53, doubles are not exact integers.
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
    /// It is in the baseline.
    Baseline,
    /// It is ignored, or the rule is off.
    Ignored,
}

/// More about a result than its sentence says. Text in JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// The reason.
    Why(Text),
    /// What to do.
    Fix(Text),
    /// Growth with the same cause.
    SameCause(Text),
}

impl Note {
    /// A note with a reason.
    #[must_use]
    pub fn why(text: impl Into<Text>) -> Self {
        Self::Why(text.into())
    }

    /// A note that says what to do.
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

/// The result of one rule for one subject.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct RuleResult {
    /// The rule; in JSON as in the configuration: its id and, after a colon, the pattern of its subjects.
    pub rule: RuleName,
    /// The severity if it is broken.
    pub level: Level,
    /// The status.
    pub status: Status,
    /// Why it has no consequences although it is broken.
    pub accepted: Option<Accepted>,
    /// The process, if there are several.
    pub process: Option<Text>,
    /// The class, package, holder or function; `None` for the whole.
    pub subject: Option<Text>,
    /// One sentence.
    pub message: Text,
    /// What is allowed, in words.
    pub expected: Option<Text>,
    /// What was found, in words.
    pub found: Option<Text>,
    /// The unit of the numbers below.
    pub unit: Option<Unit>,
    /// The value that was compared with the limit.
    pub value: Option<Number>,
    /// The limit.
    pub limit: Option<Number>,
    /// All values, per snapshot or per run.
    pub values: Vec<Number>,
    /// All values of the base side's runs, or of the baseline.
    pub(crate) base_values: Vec<Number>,
    /// The growth.
    pub delta: Option<Number>,
    /// The growth as a share of the base; `None` if the base is 0.
    pub delta_ratio: Option<Number>,
    /// Growth that is allowed regardless of the limit, in words.
    pub tolerance: Option<Text>,
    /// The probability of such a difference by chance, if it was tested.
    pub p_value: Option<f64>,
    /// The retaining path or call path, in words.
    pub path_text: Option<Text>,
    /// Where to look in the source.
    pub(crate) location: Option<SourceLocation>,
    /// Identifies the same rule and subject in other runs. Independent of lines and ids.
    pub fingerprint: String,
    /// Reasons, what to do, and growth with the same cause.
    pub notes: Vec<Note>,
    /// The command that shows more about it; in JSON `null` if it has no files.
    pub command: MoreCommand,
}

impl RuleResult {
    /// The result, accepted: reported with the reason, but without consequences.
    #[must_use]
    pub(crate) fn accept(self, by: Accepted, reason: impl Into<Text>) -> Self {
        Self { status: Status::Skipped, accepted: Some(by), ..self }.explained_first(reason)
    }

    /// Adds a reason before all other notes.
    #[must_use]
    pub(crate) fn explained_first(mut self, why: impl Into<Text>) -> Self {
        self.notes.insert(0, Note::why(why));
        self
    }

    /// A result with only its rule, level, status and sentence.
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
