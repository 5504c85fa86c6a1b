//! JUnit XML: one test case per rule and process, for any CI that shows tests.
//!
//! A case has the same name whether it passes or fails, so that test reporters recognize it. Everything that breaks one
//! rule is in one case.

use crate::gate::{RuleResult, Status};
use crate::report::check::CheckReport;
use crate::report::check_rows::{all_values, rows};
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

/// The report as XML.
#[must_use]
pub(crate) fn view(report: &CheckReport) -> String {
    let mut suite = TestSuite::new("heapdiff check");
    suite.add_test_cases(cases(report).into_iter().map(|(name, results)| case(&name, &results)));
    let mut all = Report::new("heapdiff");
    all.add_test_suite(suite);
    let written = all.to_string();
    debug_assert!(written.is_ok(), "{written:?}");
    // The schema of Jenkins' plugin allows the number of skipped cases for suites, but not for the whole.
    let mut xml = written.unwrap_or_default().replacen(&format!(" skipped=\"{}\"", all.skipped), "", 1);
    if !xml.ends_with('\n') {
        xml.push('\n');
    }
    xml
}

/// The results of each case, most severe first, by name, in the order in which results are reported.
fn cases(report: &CheckReport) -> Vec<(String, Vec<&RuleResult>)> {
    let mut cases: Vec<(String, Vec<&RuleResult>)> = Vec::new();
    for result in &report.results {
        let name = case_name(result);
        match cases.iter_mut().find(|(other, _)| *other == name) {
            Some((_, results)) => results.push(result),
            None => cases.push((name, vec![result])),
        }
    }
    cases
}

/// The rule as in the configuration, with the process if there are several. For rules about leaks, the kind is left
/// out, because it is known only if there is a leak.
fn case_name(result: &RuleResult) -> String {
    let rule = match result.rule.key().filter(|key| key.kind.is_some()) {
        Some(key) => key.spec.id.to_string(),
        None => result.rule.to_string(),
    };
    match &result.process {
        Some(process) => format!("{rule} [{process}]"),
        None => rule,
    }
}

fn case(name: &str, results: &[&RuleResult]) -> TestCase {
    let gravest = results.iter().map(|result| result.status).min().unwrap_or(Status::Skipped);
    let mut status = match gravest {
        Status::Failed => TestCaseStatus::non_success(NonSuccessKind::Failure),
        Status::NoVerdict => TestCaseStatus::non_success(NonSuccessKind::Error),
        Status::Skipped => TestCaseStatus::skipped(),
        Status::Warned | Status::Passed => TestCaseStatus::success(),
    };
    let all: Vec<String> = results.iter().map(|result| details(result)).collect();
    let all = all.join("\n\n");
    let is_success = matches!(status, TestCaseStatus::Success { .. });
    if !is_success {
        status.set_message(message(results));
        status.set_type(gravest.to_string());
        status.set_description(all.clone());
    }
    let mut case = TestCase::new(name, status);
    case.set_classname(format!("heapdiff.{}", name.split(['.', ':', ' ']).next().unwrap_or_default()));
    if is_success {
        case.set_system_out(all);
    }
    case
}

/// The first sentence, and the number of others.
fn message(results: &[&RuleResult]) -> String {
    let first = results.first().map(|result| result.message.to_string()).unwrap_or_default();
    match results.len() {
        0 | 1 => first,
        n => format!("{first}, and {} more", n - 1),
    }
}

fn details(result: &RuleResult) -> String {
    let mut lines = vec![format!("{} {}: {}", result.status, result.rule, result.message)];
    lines.extend(rows(result).iter().map(|(name, text)| format!("{name}: {text}")));
    lines.extend(all_values(result).map(|values| format!("values: {values}")));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::{case_name, message};
    use crate::gate::{Level, RuleKey, RuleResult, Status};

    #[test]
    fn names_are_those_of_rules() {
        let key = |rule: &str| RuleKey::parse(rule).unwrap();
        let name = |rule: &str| case_name(&RuleResult::new(&key(rule), Level::Error, Status::Failed, "x"));
        assert_eq!(name("leaks"), "leaks");
        assert_eq!(name("leaks.map"), "leaks");
        assert_eq!(name("suspects.timers"), "suspects");
        assert_eq!(name("class.count:Session"), "class.count:Session");
        let process = RuleResult {
            process: Some("pid 7".into()),
            ..RuleResult::new(&key("leaks.map"), Level::Error, Status::Failed, "")
        };
        assert_eq!(case_name(&process), "leaks [pid 7]");
    }

    #[test]
    fn a_message_says_how_many_there_are() {
        let rule = RuleKey::parse("leaks.map").unwrap();
        let result = RuleResult::new(&rule, Level::Error, Status::Failed, "+9 entries");
        assert_eq!(message(&[&result]), "+9 entries");
        assert_eq!(message(&[&result, &result, &result]), "+9 entries, and 2 more");
    }
}
