//! Findings and results to accept until a given day, each with a reason.

use crate::base::{Error, ErrorKind, Result, Text};
use crate::gate::outcome::{Accepted, Level, Note, RuleResult, Status};
use crate::gate::rule::RuleKey;
use jiff::civil;
use std::fmt;

/// A date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date(pub(crate) civil::Date);

impl Date {
    /// Parses `2027-01-31`.
    ///
    /// # Errors
    /// If the text is not a date.
    pub fn parse(text: &str) -> Result<Self> {
        let day = text.parse::<civil::Date>().ok().filter(|day| day.year() >= 0 && day.to_string() == text);
        day.map(Self).ok_or_else(|| {
            Error::new(ErrorKind::Usage, format!("`{}` is not a date", Text::from(text)))
                .help("write it as `2027-01-31`")
        })
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What an ignore applies to.
#[derive(Clone, Debug, PartialEq)]
pub enum Ignored {
    /// One finding, or one subject of a rule.
    Fingerprint(Text),
    /// All results of a rule for the subjects that match its pattern.
    Rule(RuleKey),
}

/// Something to accept until a given day.
#[derive(Clone, Debug, PartialEq)]
pub struct Ignore {
    /// What to accept.
    pub what: Ignored,
    /// Why.
    pub reason: Text,
    /// The last day on which it applies.
    pub until: Date,
}

impl Ignore {
    fn is_about(&self, result: &RuleResult) -> bool {
        match &self.what {
            Ignored::Fingerprint(fingerprint) => *fingerprint == result.fingerprint.as_str(),
            Ignored::Rule(key) => {
                let is_rule = RuleKey::parse(&result.rule_id().to_lossy())
                    .is_ok_and(|of| of.spec.id == key.spec.id && (key.kind.is_none() || key.kind == of.kind));
                let texts = [&result.subject, &result.path_text];
                is_rule && (key.subject.is_none() || texts.into_iter().flatten().any(|text| key.matches(text)))
            }
        }
    }
}

impl fmt::Display for Ignore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.what {
            Ignored::Fingerprint(fingerprint) => write!(f, "`{fingerprint}`"),
            Ignored::Rule(key) => write!(f, "`{key}`"),
        }
    }
}

/// Accepts results that are ignored, and reports ignores that have expired or match nothing.
#[must_use]
pub fn apply(ignores: &[Ignore], today: Date, results: Vec<RuleResult>) -> Vec<RuleResult> {
    let mut is_used = vec![false; ignores.len()];
    let is_open = |result: &RuleResult| matches!(result.status, Status::Failed | Status::Warned | Status::NoVerdict);
    let mut all: Vec<RuleResult> = results
        .into_iter()
        .map(|result| {
            let about = ignores.iter().enumerate().filter(|(_, ignore)| is_open(&result) && ignore.is_about(&result));
            let about: Vec<(usize, &Ignore)> = about.collect();
            about.iter().for_each(|(at, _)| is_used[*at] = true);
            match about.iter().find(|(_, ignore)| today <= ignore.until) {
                Some((_, Ignore { reason, until, .. })) => {
                    result.accept(Accepted::Ignored, format!("ignored until {until}: {reason}"))
                }
                None => result,
            }
        })
        .collect();
    for (ignore, is_used) in ignores.iter().zip(is_used) {
        let message = if today > ignore.until {
            format!("the ignore of {ignore} expired on {}: fix the problem, or set a later date", ignore.until)
        } else if !is_used {
            format!("the ignore of {ignore} matches nothing: remove it")
        } else {
            continue;
        };
        let mut result = RuleResult::new("ignore", Level::Warn, Status::Warned, message);
        result.notes.push(Note::why(format!("reason: {}", ignore.reason)));
        result.fingerprint = fingerprint(ignore);
        all.push(result);
    }
    all
}

fn fingerprint(ignore: &Ignore) -> String {
    let mut hash = crate::base::Fnv::new();
    hash.add(b"ignore");
    hash.add(ignore.to_string().as_bytes());
    hash.digits()
}

#[cfg(test)]
mod tests {
    use super::Date;

    #[test]
    fn days_are_read() {
        for day in ["2027-01-31", "2024-02-29", "2000-02-29", "0000-01-01", "9999-12-31"] {
            assert_eq!(Date::parse(day).unwrap().to_string(), day);
        }
        for no_day in [
            "",
            "2027-1-31",
            "2027-02-29",
            "2100-02-29",
            "2027-13-01",
            "2027-00-10",
            "2027-01-00",
            "+027-01-01",
            "-002027-01-31",
            "20270131",
            "2027-01-31T10:00:00",
            "2027-01-31 ",
            "tomorrow",
        ] {
            assert!(Date::parse(no_day).is_err(), "{no_day}");
        }
        assert!(Date::parse("2027-01-31").unwrap() < Date::parse("2027-02-01").unwrap());
    }
}
