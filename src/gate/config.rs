//! `heapdiff.toml`: rules, inputs, baseline, ignores. Unknown keys are errors.

use crate::base::{Error, ErrorKind, Result, Text, nearest};
use crate::gate::budget::Settings;
use crate::gate::ignore::{Date, Ignore, Ignored};
use crate::gate::quantity::Quantity;
use crate::gate::rule::{RuleKey, Rules};
use crate::gate::unit::Unit;
use std::str::FromStr;
use strum::{EnumString, VariantNames};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The default file name.
#[cfg(feature = "cli")]
pub(crate) const CONFIG_FILE: &str = "heapdiff.toml";
/// Version of the file format.
pub(crate) const CONFIG_SCHEMA: u64 = 1;

/// The keys of each table, for messages and for the test that compares them with the schema.
pub const TABLES: [(&str, &[&str]); 4] = [
    ("", &["schema", "redact", "rules", "runs", "baseline", "ignore"]),
    ("runs", &["base", "head", "min", "aggregate", "significance"]),
    ("baseline", &["file", "on_missing", "tolerance", "allow_cross_runtime"]),
    ("ignore", &["fingerprint", "rule", "reason", "until"]),
];

/// What to do if the baseline is missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, EnumString, VariantNames)]
#[strum(serialize_all = "kebab-case")]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum OnMissing {
    /// No verdict (exit code 3)
    #[default]
    Fail,
    /// Leaks only warn
    Warn,
    /// Leaks pass
    Pass,
}

/// A configuration.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Config {
    /// The rules.
    pub rules: Rules,
    /// How runs are judged.
    pub settings: Settings,
    /// Globs for the files of the base side.
    pub base: Vec<String>,
    /// Globs for the files to judge, if none are given on the command line.
    pub head: Vec<String>,
    /// The file of the baseline.
    pub baseline: Option<String>,
    /// What to do if it is missing.
    pub on_missing_baseline: OnMissing,
    /// Whether values from other runtimes may be used.
    pub(crate) allow_cross_runtime: bool,
    /// What is accepted until a given day.
    pub ignores: Vec<Ignore>,
    /// Whether to redact strings from the heap, if the file says.
    pub(crate) redact: Option<bool>,
}

/// What a file says about redaction. Nothing else in it is looked at.
///
/// # Errors
/// If the text is not TOML, or `redact` is neither true nor false.
#[cfg(feature = "cli")]
pub(crate) fn redact_of(text: &str) -> Result<Option<bool>> {
    let root = parsed(text)?;
    let redact = root.get_ref().iter().find(|(key, _)| key.get_ref().as_ref() == "redact");
    redact.map(|(_, value)| Reader { text }.yes_or_no("redact", value)).transpose()
}

fn parsed(text: &str) -> Result<Spanned<DeTable<'_>>> {
    DeTable::parse(text).map_err(|e| {
        let at = e.span().map_or(0, |span| span.start);
        placed(text, at, Error::new(ErrorKind::Syntax, e.message().replace('\n', ", ")))
    })
}

impl Config {
    /// Parses the text of a file.
    ///
    /// # Errors
    /// If the text is not TOML, a key is unknown, or a value is invalid. The error names the line.
    pub fn parse(text: &str) -> Result<Self> {
        let mut config = Self::default();
        config.apply(text)?;
        config.rules.check()?;
        Ok(config)
    }

    /// Applies a text on top of what is already set. It does not check whether the rules make sense.
    ///
    /// # Errors
    /// As [`Config::parse`].
    pub fn apply(&mut self, text: &str) -> Result<()> {
        Reader { text }.root(parsed(text)?.get_ref(), self)
    }
}

/// Adds the line of a byte to an error.
fn placed(text: &str, at: usize, error: Error) -> Error {
    let line = text.as_bytes()[..at.min(text.len())].iter().filter(|byte| **byte == b'\n').count() + 1;
    error.in_place(format!("line {line}"))
}

type Value<'i> = Spanned<DeValue<'i>>;

struct Reader<'t> {
    text: &'t str,
}

impl Reader<'_> {
    fn root(&self, table: &DeTable<'_>, config: &mut Config) -> Result<()> {
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "schema" => self.schema(value)?,
                "redact" => config.redact = Some(self.yes_or_no("redact", value)?),
                "rules" => self.rules(self.table("rules", value)?, &mut config.rules)?,
                "runs" => self.runs(self.table("runs", value)?, config)?,
                "baseline" => self.baseline(self.table("baseline", value)?, config)?,
                "ignore" => config.ignores = self.ignores(value)?,
                other => return Err(self.unknown(0, other, key.span().start)),
            }
        }
        Ok(())
    }

    fn schema(&self, value: &Value<'_>) -> Result<()> {
        match self.scalar("schema", value)?.as_str() {
            "1" => Ok(()),
            other => Err(self
                .error(
                    value,
                    format!("`schema` is {}, this version of heapdiff supports {CONFIG_SCHEMA}", Text::from(other)),
                )
                .help("use the heapdiff that the file was written for, or `heapdiff check --init` for a new file")),
        }
    }

    fn rules(&self, table: &DeTable<'_>, rules: &mut Rules) -> Result<()> {
        for (key, value) in table {
            let at = |e: Error| placed(self.text, key.span().start, e);
            let rule = rules.entry(RuleKey::parse(key.get_ref()).map_err(at)?);
            match value.get_ref() {
                DeValue::String(level) => {
                    rule.set_level(level).map_err(|e| placed(self.text, value.span().start, e))?;
                }
                DeValue::Table(settings) => {
                    for (name, value) in settings {
                        let text = self.scalar(name.get_ref(), value)?;
                        rule.set(name.get_ref(), &text).map_err(|e| placed(self.text, name.span().start, e))?;
                    }
                }
                _ => {
                    let message = format!("`{}` is neither a level nor a table", Text::from(key.get_ref().as_ref()));
                    return Err(self.error(value, message).help("write `\"error\"`, or `{ max = \"1MiB\" }`"));
                }
            }
        }
        Ok(())
    }

    fn runs(&self, table: &DeTable<'_>, config: &mut Config) -> Result<()> {
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "base" => config.base = self.texts("base", value)?,
                "head" => config.head = self.texts("head", value)?,
                "min" => config.settings.min_runs = self.whole("min", value)?,
                "aggregate" => {
                    config.settings.aggregate = self.one_of("aggregate", value)?;
                }
                "significance" => config.settings.significance = self.fraction("significance", value)?,
                other => return Err(self.unknown(1, other, key.span().start)),
            }
        }
        Ok(())
    }

    fn baseline(&self, table: &DeTable<'_>, config: &mut Config) -> Result<()> {
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "file" => config.baseline = Some(self.string("file", value)?),
                "on_missing" => {
                    config.on_missing_baseline = self.one_of("on_missing", value)?;
                }
                "tolerance" => {
                    let word = self.scalar("tolerance", value)?;
                    match Quantity::parse(&word, Unit::Ratio)
                        .map_err(|e| self.error(value, format!("`tolerance`: {e}")))?
                    {
                        Quantity::Share(share) | Quantity::Amount(share) => config.settings.baseline_tolerance = share,
                    }
                }
                "allow_cross_runtime" => {
                    config.allow_cross_runtime = self.yes_or_no("allow_cross_runtime", value)?;
                }
                other => return Err(self.unknown(2, other, key.span().start)),
            }
        }
        Ok(())
    }

    fn ignores(&self, value: &Value<'_>) -> Result<Vec<Ignore>> {
        let Some(all) = value.get_ref().as_array() else {
            return Err(self.error(value, "`ignore` must be a list of tables".to_owned()).help("write `[[ignore]]`"));
        };
        all.iter().map(|value| self.ignore(value)).collect()
    }

    fn ignore(&self, whole: &Value<'_>) -> Result<Ignore> {
        let (mut what, mut reason, mut until) = (None, None, None);
        for (key, value) in self.table("ignore", whole)? {
            let at = |e: Error| placed(self.text, value.span().start, e);
            let name = key.get_ref().as_ref();
            if matches!(name, "fingerprint" | "rule") && what.is_some() {
                return Err(self.error(value, "an ignore takes either `fingerprint` or `rule`, not both".to_owned()));
            }
            match name {
                "fingerprint" => what = Some(Ignored::Fingerprint(self.string(name, value)?.into())),
                "rule" => what = Some(Ignored::Rule(RuleKey::parse(&self.string(name, value)?).map_err(at)?)),
                "reason" => reason = Some(self.string(name, value)?),
                "until" => until = Some(Date::parse(&self.scalar(name, value)?).map_err(at)?),
                other => return Err(self.unknown(3, other, key.span().start)),
            }
        }
        let missing =
            |what: &str, help: &str| self.error(whole, format!("an ignore has no `{what}`")).help(help.to_owned());
        Ok(Ignore {
            what: what.ok_or_else(|| missing("fingerprint", "set `fingerprint` or `rule`"))?,
            reason: reason.ok_or_else(|| missing("reason", "say why, for the next reader"))?.into(),
            until: until
                .ok_or_else(|| missing("until", "set the last day on which it applies: `until = 2027-01-31`"))?,
        })
    }

    fn table<'v, 'i>(&self, name: &str, value: &'v Value<'i>) -> Result<&'v DeTable<'i>> {
        value.get_ref().as_table().ok_or_else(|| self.error(value, format!("`{name}` must be a table")))
    }

    /// A string, number or date, as written.
    fn scalar(&self, name: &str, value: &Value<'_>) -> Result<String> {
        match value.get_ref() {
            DeValue::String(text) => Ok(text.clone().into_owned()),
            DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
                Ok(number) => Ok(number.to_string()),
                Err(_) => Err(self.error(value, format!("`{}` is too large", Text::from(name)))),
            },
            DeValue::Float(number) => Ok(number.as_str().to_owned()),
            DeValue::Datetime(day) => Ok(day.to_string()),
            _ => Err(self.error(value, format!("`{}` must be a string or a number", Text::from(name)))),
        }
    }

    fn yes_or_no(&self, name: &str, value: &Value<'_>) -> Result<bool> {
        value.get_ref().as_bool().ok_or_else(|| self.error(value, format!("`{name}` must be true or false")))
    }

    fn string(&self, name: &str, value: &Value<'_>) -> Result<String> {
        let text = value.get_ref().as_str().filter(|text| !text.trim().is_empty());
        text.map(str::to_owned).ok_or_else(|| self.error(value, format!("`{name}` must be a string")))
    }

    /// A string, or a list of strings.
    fn texts(&self, name: &str, value: &Value<'_>) -> Result<Vec<String>> {
        match value.get_ref().as_array() {
            Some(all) => all.iter().map(|value| self.string(name, value)).collect(),
            None => Ok(vec![self.string(name, value)?]),
        }
    }

    fn whole(&self, name: &str, value: &Value<'_>) -> Result<usize> {
        let number = self.scalar(name, value)?.parse::<usize>().ok().filter(|number| *number >= 1);
        number.ok_or_else(|| self.error(value, format!("`{name}` must be a whole number, 1 or more")))
    }

    fn fraction(&self, name: &str, value: &Value<'_>) -> Result<f64> {
        let number = self.scalar(name, value)?.parse::<f64>().ok().filter(|number| *number > 0.0 && *number < 1.0);
        number.ok_or_else(|| self.error(value, format!("`{name}` must be a number between 0 and 1, such as 0.05")))
    }

    fn error(&self, value: &Value<'_>, message: String) -> Error {
        placed(self.text, value.span().start, Error::new(ErrorKind::Usage, message))
    }

    /// One of a fixed set of words.
    fn one_of<T: FromStr + VariantNames>(&self, name: &str, value: &Value<'_>) -> Result<T> {
        let word = self.scalar(name, value)?;
        word.parse().map_err(|_| {
            let near = nearest(&word, T::VARIANTS.iter().copied());
            let hint = near.first().map_or_else(String::new, |near| format!("did you mean `{near}`? "));
            self.error(value, format!("`{}` is not a valid `{name}`", Text::from(word.as_str())))
                .help(format!("{hint}Valid values are {}", T::VARIANTS.join(", ")))
        })
    }

    /// The error for an unknown key of one of [`TABLES`].
    fn unknown(&self, table: usize, key: &str, at: usize) -> Error {
        let (name, keys) = TABLES[table];
        let near = nearest(key, keys.iter().copied());
        let hint = near.first().map_or_else(String::new, |near| format!("did you mean `{near}`? "));
        let of = if name.is_empty() { "the file".to_owned() } else { format!("`{name}`") };
        let error = Error::new(ErrorKind::Usage, format!("{of} has no key `{}`", Text::from(key)));
        placed(self.text, at, error.help(format!("{hint}Its keys are {}", keys.join(", "))))
    }
}

#[cfg(all(test, feature = "cli"))]
mod tests {
    use super::redact_of;

    #[test]
    fn only_redact_says_whether_to_redact() {
        assert_eq!(redact_of("schema = 1\nredact = true").unwrap(), Some(true));
        assert_eq!(redact_of("redact = false\n[rules]\nleaks = 1").unwrap(), Some(false));
        assert_eq!(redact_of("schema = 1").unwrap(), None);
    }
}
