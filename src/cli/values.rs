//! Values that an option has a list of: what is not in it is refused, and shells complete them.

use crate::cli::grammar;
use crate::gate::catalog::{RULES, RuleSpec, all_ids};
use crate::heap::detect::Kind;
use crate::report::formats::Results;
use clap::builder::{OsStringValueParser, PossibleValue, PossibleValuesParser, StringValueParser, TypedValueParser};
use clap::{Arg, Command};
use std::ffi::{OsStr, OsString};

/// Severities of a rule.
const LEVELS: [&str; 3] = ["error", "warn", "off"];

/// A kind of finding.
pub(crate) fn kind() -> impl TypedValueParser<Value = Kind> {
    PossibleValuesParser::new(Kind::ALL.iter().map(|kind| kind.id())).try_map(|id| id.parse::<Kind>())
}

/// What was done in an interval.
///
/// # Errors
/// If it is no number above 0.
pub(crate) fn parse_work(text: &str) -> Result<f64, String> {
    let number = text.trim().parse::<f64>().ok().filter(|number| number.is_finite() && *number > 0.0);
    number.ok_or_else(|| "expected one number above 0 per interval, such as `1000,500,2000`".to_owned())
}

/// A command: all are offered.
pub(crate) fn command() -> impl TypedValueParser<Value = String> {
    Offering { inner: StringValueParser::new(), offers: grammar::command_names }
}

/// `FORMAT[=FILE]`: formats are offered.
pub(crate) fn report() -> impl TypedValueParser<Value = OsString> {
    let formats = || Results::Check.formats().map(|format| format.name.to_owned()).collect();
    Offering { inner: OsStringValueParser::new(), offers: formats }
}

/// `RULE=LEVEL`: all are offered.
pub(crate) fn level() -> impl TypedValueParser<Value = String> {
    let levels = || all_ids().flat_map(|id| LEVELS.map(|level| format!("{id}={level}"))).collect();
    Offering { inner: StringValueParser::new(), offers: levels }
}

/// `RULE=LIMIT`: rules with a `max` are offered.
pub(crate) fn max() -> impl TypedValueParser<Value = String> {
    Offering { inner: StringValueParser::new(), offers: || rules_with("max") }
}

/// `RULE=LIMIT`: rules with a `max_growth` are offered.
pub(crate) fn max_growth() -> impl TypedValueParser<Value = String> {
    Offering { inner: StringValueParser::new(), offers: || rules_with("max_growth") }
}

/// Beginnings of values: a rule about a class or the like goes on with its name, others with the limit.
fn rules_with(key: &str) -> Vec<String> {
    let begin = |spec: &RuleSpec| format!("{}{}", spec.id, if spec.subjects.is_some() { ':' } else { '=' });
    RULES.iter().filter(|spec| spec.keys.contains(&key)).map(begin).collect()
}

/// Parses like another parser, and offers values besides: not all that are possible.
#[derive(Clone)]
struct Offering<P> {
    inner: P,
    offers: fn() -> Vec<String>,
}

impl<P: TypedValueParser> TypedValueParser for Offering<P> {
    type Value = P::Value;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<P::Value, clap::Error> {
        self.inner.parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new((self.offers)().into_iter().map(PossibleValue::new)))
    }
}
