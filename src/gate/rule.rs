//! Rules as configured: which rule, for which subjects, with which severity and limits.

use crate::base::{Error, ErrorKind, Result, Text, nearest};
use crate::gate::catalog::{Judge, RULES, RuleId, RuleSpec, Source, all_ids};
use crate::gate::level::Level;
use crate::gate::quantity::Quantity;
use crate::gate::unit::Unit;
use crate::heap::detect::Kind;
use std::fmt;
use wildmatch::WildMatch;

/// Which rule: `heap.total`, `leaks.map`, `class.count:Session`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleKey {
    /// The type of rule.
    pub(crate) spec: &'static RuleSpec,
    /// The kind of finding, for rules that have kinds.
    pub kind: Option<Kind>,
    /// The pattern of subjects after the colon.
    pub subject: Option<Text>,
}

impl RuleKey {
    /// Parses a key.
    ///
    /// # Errors
    /// If there is no such rule, or if it takes no pattern.
    pub fn parse(text: &str) -> Result<Self> {
        let (id, subject) = match text.split_once(':') {
            Some((id, subject)) => (id.trim(), Some(subject.trim())),
            None => (text.trim(), None),
        };
        let Some((spec, kind)) = spec_and_kind(id) else { return Err(no_such_rule(id)) };
        match (subject, spec.subjects) {
            (Some(""), _) => {
                Err(Error::new(ErrorKind::Usage, format!("`{}` has nothing after the colon", Text::from(text)))
                    .help(format!("write `{id}`, or `{id}:PATTERN`")))
            }
            (Some(_), None) => {
                Err(Error::new(ErrorKind::Usage, format!("`{id}` has no subjects, so it takes no pattern"))
                    .help(format!("write `{id}`")))
            }
            (subject, _) => Ok(Self { spec, kind, subject: subject.map(Text::from) }),
        }
    }

    /// Whether the pattern matches a subject.
    #[must_use]
    pub fn matches(&self, subject: &Text) -> bool {
        self.subject.as_ref().is_none_or(|pattern| WildMatch::new(&pattern.to_lossy()).matches(&subject.to_lossy()))
    }

    /// Whether the key names a single subject, not a pattern.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.subject.as_ref().is_some_and(|pattern| !pattern.to_lossy().contains(['*', '?']))
    }

    /// The order of several matching keys: the most specific one is followed.
    fn precision(&self) -> (bool, usize, bool) {
        let literals = |pattern: &Text| 1 + pattern.to_lossy().chars().filter(|c| !matches!(c, '*' | '?')).count();
        (self.is_exact(), self.subject.as_ref().map_or(0, literals), self.kind.is_some())
    }
}

fn spec_and_kind(id: &str) -> Option<(&'static RuleSpec, Option<Kind>)> {
    if let Some(spec) = RuleSpec::by_id(id) {
        return Some((spec, None));
    }
    let (id, kind) = id.split_once('.')?;
    let spec = RuleSpec::by_id(id).filter(|spec| spec.has_kinds())?;
    Some((spec, Some(kind.parse().ok()?)))
}

fn no_such_rule(id: &str) -> Error {
    let ids: Vec<String> = all_ids().collect();
    let near = nearest(id, ids.iter().map(String::as_str));
    let hint = near.first().map_or_else(String::new, |near| format!("did you mean `{near}`? "));
    let all: Vec<&str> = RULES.iter().map(|spec| spec.id.as_str()).collect();
    Error::new(ErrorKind::Usage, format!("no rule is named `{}`", Text::from(id)))
        .help(format!("{hint}The rules are {}; docs/GATE.md describes them", all.join(", ")))
}

impl fmt::Display for RuleKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.spec.id)?;
        if let Some(kind) = self.kind {
            write!(f, ".{kind}")?;
        }
        match &self.subject {
            Some(subject) => write!(f, ":{subject}"),
            None => Ok(()),
        }
    }
}

/// The limits of a rule.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RuleLimits {
    /// The maximum value.
    pub max: Option<Quantity>,
    /// The maximum growth.
    pub(crate) max_growth: Option<Quantity>,
    /// Growth below this is always allowed; a share if the limit is an amount, and vice versa.
    pub(crate) floor: Option<Quantity>,
    /// Whether growth is per interval between snapshots.
    pub(crate) is_per_cycle: bool,
    /// Values based on fewer samples are always allowed.
    pub(crate) min_samples: Option<u64>,
    /// The share of the active time from which a function is hot.
    pub min_share: Option<f64>,
    /// Whether the startup of the program counts.
    pub(crate) counts_startup: bool,
}

/// A configured rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Its key.
    pub key: RuleKey,
    /// Severity.
    pub level: Level,
    /// Its limits.
    pub limits: RuleLimits,
}

impl Rule {
    /// A rule with default settings: its level is `error`.
    #[must_use]
    pub fn named(key: RuleKey) -> Self {
        Self { key, level: Level::Error, limits: RuleLimits::default() }
    }

    /// Sets the level.
    ///
    /// # Errors
    /// If there is no such level.
    pub(crate) fn set_level(&mut self, word: &str) -> Result<()> {
        self.level = word.parse().map_err(|_| {
            Error::new(ErrorKind::Usage, format!("`{}` is not a valid level for `{}`", Text::from(word), self.key))
                .help("valid levels are error, warn and off")
        })?;
        Ok(())
    }

    /// Sets the value of a configuration key.
    ///
    /// # Errors
    /// If the rule has no such key, or the value is invalid.
    pub(crate) fn set(&mut self, key: &str, value: &str) -> Result<()> {
        let spec = self.key.spec;
        if key == "level" {
            return self.set_level(value);
        }
        if !spec.keys.contains(&key) {
            let known = || spec.keys.iter().copied().chain(["level"]);
            let near = nearest(key, known());
            let hint = near.first().map_or_else(String::new, |near| format!("did you mean `{near}`? "));
            let all: Vec<&str> = known().collect();
            return Err(Error::new(ErrorKind::Usage, format!("`{}` has no key `{}`", self.key, Text::from(key)))
                .help(format!("{hint}Its keys are {}", all.join(", "))));
        }
        let wrong = |reason: String| Error::new(ErrorKind::Usage, format!("`{key}` of `{}`: {reason}", self.key));
        let quantity = |unit: Unit| Quantity::parse(value, unit).map_err(wrong);
        match key {
            "max" => self.limits.max = Some(limit(spec, quantity(spec.unit)?).map_err(wrong)?),
            "max_growth" => self.limits.max_growth = Some(quantity(spec.unit)?),
            "floor" => self.limits.floor = Some(quantity(spec.unit)?),
            "per" => self.limits.is_per_cycle = one_of(value, [("cycle", true), ("total", false)]).map_err(wrong)?,
            "startup" => {
                self.limits.counts_startup = one_of(value, [("count", true), ("ignore", false)]).map_err(wrong)?;
            }
            "min_share" => match quantity(Unit::Ratio)? {
                Quantity::Share(share) => self.limits.min_share = Some(share),
                Quantity::Amount(_) => return Err(wrong("write a share as `5%`".to_owned())),
            },
            _ => match quantity(Unit::Count)? {
                Quantity::Amount(count) => self.limits.min_samples = Some(count as u64),
                Quantity::Share(_) => return Err(wrong("a count must be a whole number".to_owned())),
            },
        }
        Ok(())
    }

    /// Rejects a rule that can never be broken, or whose limits make no sense together.
    ///
    /// # Errors
    /// With what is missing.
    pub fn check(&self) -> Result<()> {
        let RuleLimits { max, max_growth, floor, is_per_cycle, .. } = &self.limits;
        let fail = |message: &str, help: String| {
            Err(Error::new(ErrorKind::Usage, format!("`{}` {message}", self.key)).help(help))
        };
        let needs_limit = matches!(self.key.spec.judge, Judge::Budget | Judge::Time);
        if self.level != Level::Off && needs_limit && max.is_none() && max_growth.is_none() {
            let keys: Vec<&str> = self.key.spec.keys.iter().copied().filter(|key| key.starts_with("max")).collect();
            return fail("has no limit", format!("set {}, or `level = \"off\"`", keys.join(" or ")));
        }
        if needs_limit && max_growth.is_none() && (floor.is_some() || *is_per_cycle) {
            return fail("has `floor` or `per` but no `max_growth`", "both apply to growth only".to_owned());
        }
        if self.key.spec.judge == Judge::Budget
            && let (Some(Quantity::Amount(_)), Some(Quantity::Amount(_))) = (max_growth, floor)
        {
            return fail(
                "limits growth by two amounts",
                "one of `max_growth` and `floor` must be a share, such as `5%`".to_owned(),
            );
        }
        Ok(())
    }
}

/// Rejects a share as a limit on the value itself, unless the value is a share.
fn limit(spec: &RuleSpec, quantity: Quantity) -> std::result::Result<Quantity, String> {
    match quantity {
        Quantity::Share(share) if spec.unit == Unit::Ratio => Ok(Quantity::Amount(share)),
        Quantity::Share(_) => Err("`max` takes an amount; only `max_growth` takes a share".to_owned()),
        amount @ Quantity::Amount(_) => Ok(amount),
    }
}

fn one_of<const N: usize>(value: &str, words: [(&str, bool); N]) -> std::result::Result<bool, String> {
    words.iter().find(|(word, _)| *word == value).map(|(_, means)| *means).ok_or_else(|| {
        let all: Vec<String> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
        format!("`{}` is neither {}", Text::from(value), all.join(" nor "))
    })
}

/// All configured rules.
#[derive(Clone, Debug, PartialEq)]
pub struct Rules {
    all: Vec<Rule>,
}

impl Default for Rules {
    /// Leaks are errors; there are no other rules.
    fn default() -> Self {
        let key = RuleKey { spec: &RULES[0], kind: None, subject: None };
        Self { all: vec![Rule::named(key)] }
    }
}

impl Rules {
    /// The rule with a key, which is added if necessary. Later layers change only what they set.
    pub fn entry(&mut self, key: RuleKey) -> &mut Rule {
        let at = self.all.iter().position(|rule| rule.key == key).unwrap_or_else(|| {
            self.all.push(Rule::named(key));
            self.all.len() - 1
        });
        &mut self.all[at]
    }

    /// Checks all rules.
    ///
    /// # Errors
    /// As [`Rule::check`].
    pub fn check(&self) -> Result<()> {
        self.all.iter().try_for_each(Rule::check)
    }

    /// All rules.
    #[must_use]
    pub fn all(&self) -> &[Rule] {
        &self.all
    }

    /// Rules of a type, in the order in which they were set.
    pub fn of<'a>(&'a self, spec: &'a RuleSpec) -> impl Iterator<Item = &'a Rule> {
        self.all.iter().filter(move |rule| rule.key.spec.id == spec.id)
    }

    /// Whether a rule of a wanted type is on.
    #[must_use]
    pub(crate) fn asks(&self, is_wanted: impl Fn(&RuleSpec) -> bool) -> bool {
        self.all.iter().any(|rule| rule.level != Level::Off && is_wanted(rule.key.spec))
    }

    /// Whether a rule that needs an input is on.
    #[must_use]
    pub fn asks_source(&self, source: Source) -> bool {
        self.asks(|spec| spec.source == source)
    }

    /// Whether a rule that is on matches a subject.
    #[must_use]
    pub fn asks_about(&self, id: RuleId, subject: &Text) -> bool {
        self.all.iter().any(|rule| rule.level != Level::Off && rule.key.spec.id == id && rule.key.matches(subject))
    }

    /// The most specific of the matching rules of a type; of equals, the one set last.
    pub(crate) fn followed(&self, spec: &RuleSpec, is_match: impl Fn(&RuleKey) -> bool) -> Option<&Rule> {
        self.all
            .iter()
            .filter(|rule| rule.key.spec.id == spec.id && is_match(&rule.key))
            .max_by_key(|rule| rule.key.precision())
    }
}

#[cfg(test)]
mod tests {
    use super::{Rule, RuleKey, Rules};
    use crate::gate::catalog::RuleSpec;
    use crate::gate::level::Level;

    #[test]
    fn keys_are_read() {
        for key in ["leaks", "leaks.map", "suspects.timers:Foo*", "heap.total", "class.count:Session", "class.bytes"] {
            assert_eq!(RuleKey::parse(key).unwrap().to_string(), key);
        }
        // Class names can contain colons.
        assert_eq!(RuleKey::parse("class.count:std::vector").unwrap().subject, Some("std::vector".into()));
        for (key, said) in [
            ("heap.totl", "did you mean `heap.total`?"),
            ("leaks.mpa", "did you mean `leaks.map`?"),
            ("heap.total:x", "takes no pattern"),
            ("class.count:", "nothing after the colon"),
            ("", "no rule is named ``"),
        ] {
            let error = RuleKey::parse(key).unwrap_err().to_string();
            assert!(error.contains(said), "{key}: {error}");
        }
    }

    #[test]
    fn the_most_particular_rule_is_followed() {
        let mut rules = Rules::default();
        for key in ["class.count:*", "class.count:Session", "class.count:Sess*", "class.count"] {
            rules.entry(RuleKey::parse(key).unwrap());
        }
        let followed = |subject: &str| {
            let spec = RuleSpec::by_id("class.count").unwrap();
            rules.followed(spec, |key| key.matches(&subject.into())).unwrap().key.to_string()
        };
        assert_eq!(followed("Session"), "class.count:Session");
        assert_eq!(followed("SessionStore"), "class.count:Sess*");
        assert_eq!(followed("Map"), "class.count:*");
    }

    #[test]
    fn limits_that_say_nothing_are_refused() {
        let check = |key: &str, values: &[(&str, &str)]| {
            let mut rule = Rule::named(RuleKey::parse(key).unwrap());
            values.iter().try_for_each(|(key, value)| rule.set(key, value)).and_then(|()| rule.check())
        };
        for (key, values, said) in [
            ("heap.total", &[][..], "has no limit"),
            ("heap.total", &[("max", "5%")], "only `max_growth` takes a share"),
            ("heap.total", &[("mx", "5")], "did you mean `max`?"),
            ("heap.total", &[("floor", "5%"), ("max", "1MiB")], "no `max_growth`"),
            ("heap.total", &[("max_growth", "1MiB"), ("floor", "1KiB")], "two amounts"),
            ("heap.total", &[("max_growth", "1MiB"), ("per", "day")], "neither `cycle` nor `total`"),
            ("package.bytes", &[("max", "5MiB")], "has no key `max`"),
            ("leaks", &[("max", "1")], "has no key `max`"),
            ("leaks", &[("level", "fatal")], "valid levels are error, warn and off"),
            ("loop.longest-block", &[("max", "100")], "write a time as `20ms`"),
        ] {
            let error = check(key, values).unwrap_err().to_string();
            assert!(error.contains(said), "{key} {values:?}: {error}");
        }
        for (key, values) in [
            ("heap.total", &[("max", "1GiB")][..]),
            ("heap.total", &[("level", "off")]),
            ("heap.total", &[("max_growth", "5%"), ("floor", "64KiB"), ("per", "cycle")]),
            ("gc.share", &[("max", "15%")]),
            ("package.bytes", &[("max_growth", "5%"), ("floor", "64KiB")]),
            ("leaks.map", &[]),
            ("cpu.new-hot-spot", &[("min_share", "5%")]),
        ] {
            check(key, values).unwrap();
        }
        assert_eq!(Rules::default().all()[0].level, Level::Error);
    }
}
