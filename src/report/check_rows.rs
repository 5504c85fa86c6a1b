//! What every view of a check says about a result, and where in a repository it is shown.

use crate::base::Text;
use crate::base::privacy::without_hashes;
use crate::gate::{Note, RuleResult, Status, quantity};
use crate::heap::analysis::entry_words::{file, place};
use crate::heap::analysis::sources::SourceLocation;
use crate::report::check::CheckReport;
use crate::v8::urls;
use strum::{Display, IntoStaticStr};

/// The severity of a result in a build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Severity {
    /// The build fails, or there is no verdict although one is required.
    Error,
    /// It is reported without failing the build.
    Warning,
}

/// The severity of a result; `None` if there is nothing to do about it.
#[must_use]
pub(crate) fn severity(result: &RuleResult) -> Option<Severity> {
    match result.status {
        Status::Failed | Status::NoVerdict => Some(Severity::Error),
        Status::Warned => Some(Severity::Warning),
        Status::Passed | Status::Skipped => None,
    }
}

/// The rule, with the process if there are several.
#[must_use]
pub(crate) fn rule_name(result: &RuleResult) -> String {
    let process = result.process.as_ref().map(|process| format!(" [{process}]")).unwrap_or_default();
    format!("{}{process}", result.rule)
}

/// What a row of a result says; displays as its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Display, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum RowName {
    /// What is allowed.
    Expected,
    /// What there is.
    Found,
    /// The retaining path or call path.
    Path,
    /// Where to look in the source.
    At,
    /// What to change.
    Fix,
    /// Why it is so.
    Why,
    /// What has the same cause.
    #[strum(serialize = "same cause")]
    SameCause,
    /// The command that shows more.
    #[strum(serialize = "run")]
    Command,
}

/// Labels and texts of what is known about a result, besides its sentence.
#[must_use]
pub(crate) fn rows(result: &RuleResult) -> Vec<(RowName, Text)> {
    let mut rows = Vec::new();
    let texts =
        [(RowName::Expected, &result.expected), (RowName::Found, &result.found), (RowName::Path, &result.path_text)];
    for (name, text) in texts {
        rows.extend(text.as_ref().map(|text| (name, text.clone())));
    }
    rows.extend(result.location.as_ref().map(|location| (RowName::At, place(location).into())));
    rows.extend(result.notes.iter().map(|note| match note {
        Note::Fix(fix) => (RowName::Fix, fix.clone()),
        Note::Why(why) => (RowName::Why, why.clone()),
        Note::SameCause(what) => (RowName::SameCause, what.clone()),
    }));
    rows.extend(result.command.line().map(|line| (RowName::Command, line)));
    rows
}

/// All values of a result and of its base, as text; `None` if there is only one.
#[must_use]
pub(crate) fn all_values(result: &RuleResult) -> Option<String> {
    let unit = result.unit.filter(|_| result.values.len() + result.base_values.len() > 1)?;
    let list = |values: &[crate::gate::Number]| {
        values.iter().map(|value| quantity::shown(value.0, unit)).collect::<Vec<_>>().join(", ")
    };
    let base =
        if result.base_values.is_empty() { String::new() } else { format!("{}; now ", list(&result.base_values)) };
    Some(format!("{base}{}", list(&result.values)))
}

/// Identifies a result within a report and across runs.
#[must_use]
pub(crate) fn key(result: &RuleResult) -> String {
    let subject = result.subject.as_ref().map(|subject| format!(" {}", without_hashes(&subject.to_string())));
    let subject = subject.unwrap_or_default();
    let print = if result.fingerprint.is_empty() { String::new() } else { format!(" {}", result.fingerprint) };
    format!("{}{subject}{print}", rule_name(result))
}

/// A file in a repository and a position in it, 1-based.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Spot {
    /// Relative to the current folder, if it is below that.
    pub path: String,
    /// Line and column; `None` for the whole file.
    pub position: Option<(u32, u32)>,
}

/// Where a build shows a result: at its source location, or else at the last file that was judged.
#[must_use]
pub(crate) fn spot(result: &RuleResult, report: &CheckReport, root: Option<&Text>) -> Spot {
    let in_source = |location: &SourceLocation| {
        let path = source_path(&location.url, root)?;
        Some(Spot { path, position: Some((location.line, location.column)) })
    };
    let input = || report.inputs.iter().rev().find(|input| input.process == result.process);
    result.location.as_ref().and_then(in_source).unwrap_or_else(|| {
        let file = input().map_or_else(|| Text::from("heapdiff.toml"), |input| input.file.clone());
        Spot { path: relative(&file.to_string(), root), position: None }
    })
}

/// The path of a script, if it is a file; `None` for `node:fs`, `https://…`, `evalmachine.<anonymous>`.
fn source_path(url: &Text, root: Option<&Text>) -> Option<String> {
    let path = file(url);
    (!path.is_empty() && urls::scheme(&path).is_none() && !path.contains('<')).then(|| relative(&path, root))
}

fn relative(path: &str, root: Option<&Text>) -> String {
    let path = path.replace('\\', "/");
    let below = |root: &Text| {
        Some(path.strip_prefix(root.to_lossy().replace('\\', "/").trim_end_matches('/'))?.strip_prefix('/')?.to_owned())
    };
    let short = root.and_then(below).unwrap_or_else(|| path.clone());
    short.strip_prefix("./").unwrap_or(&short).to_owned()
}

#[cfg(test)]
mod tests {
    use super::source_path;
    use crate::base::Text;

    #[test]
    fn paths_are_those_of_the_repository() {
        let path = |url: &str| source_path(&Text::from(url), Some(&"/home/ci/repo".into()));
        assert_eq!(path("/home/ci/repo/src/app.js").as_deref(), Some("src/app.js"));
        assert_eq!(path("file:///home/ci/repo/src/app.mjs").as_deref(), Some("src/app.mjs"));
        assert_eq!(path("/home/ci/repository/app.js").as_deref(), Some("/home/ci/repository/app.js"));
        assert_eq!(path("C:\\repo\\app.js").as_deref(), Some("C:/repo/app.js"));
        assert_eq!(path("file:///C:/repo/app.js").as_deref(), Some("C:/repo/app.js"));
        for none in ["node:fs", "https://x.example/app.js", "evalmachine.<anonymous>", ""] {
            assert_eq!(path(none), None, "{none}");
        }
    }
}
