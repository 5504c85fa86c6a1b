//! JUnit's XML: one test case for each rule and subject, for every CI that shows tests.

use crate::gate::{RuleResult, Status};
use crate::report::check::CheckReport;
use crate::report::check_rows::{all_values, key, rows};
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

/// The report as XML.
#[must_use]
pub fn view(report: &CheckReport) -> String {
    let mut suite = TestSuite::new("heapdiff check");
    suite.add_test_cases(report.results.iter().map(case));
    let mut all = Report::new("heapdiff");
    all.add_test_suite(suite);
    let written = all.to_string();
    debug_assert!(written.is_ok(), "{written:?}");
    // The schema of Jenkins' plugin lets suites say how many are skipped, but not the whole.
    let mut xml = written.unwrap_or_default().replacen(&format!(" skipped=\"{}\"", all.skipped), "", 1);
    if !xml.ends_with('\n') {
        xml.push('\n');
    }
    xml
}

fn case(result: &RuleResult) -> TestCase {
    let mut status = match result.status {
        Status::Failed => TestCaseStatus::non_success(NonSuccessKind::Failure),
        Status::NoVerdict => TestCaseStatus::non_success(NonSuccessKind::Error),
        Status::Skipped => TestCaseStatus::skipped(),
        Status::Warned | Status::Passed => TestCaseStatus::success(),
    };
    let is_success = matches!(status, TestCaseStatus::Success { .. });
    if !is_success {
        status.set_message(result.message.to_string());
        status.set_type(result.status.to_string());
        status.set_description(details(result));
    }
    let mut case = TestCase::new(key(result), status);
    let rule = result.rule.to_string();
    let rule = rule.split(['.', ':']).next().unwrap_or_default();
    case.set_classname(format!("heapdiff.{rule}"));
    if is_success {
        case.set_system_out(format!("{}: {}\n{}", result.status, result.message, details(result)));
    }
    case
}

fn details(result: &RuleResult) -> String {
    let mut lines: Vec<String> = rows(result).iter().map(|(name, text)| format!("{name}: {text}")).collect();
    lines.extend(all_values(result).map(|values| format!("values: {values}")));
    lines.join("\n")
}
