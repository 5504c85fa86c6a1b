//! SARIF 2.1.0, for code scanning: results with rules, locations, and fingerprints that survive edits.

use crate::base::Text;
use crate::gate::catalog::{Judge, RULES, RuleSpec};
use crate::gate::{Note, RuleResult, Status};
use crate::report::check::CheckReport;
use crate::report::check_rows::{Severity, key, rows, severity, spot};
use crate::report::{RenderOptions, TOOL_VERSION, json};
use crate::v8::urls;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_sarif::sarif::{
    ArtifactLocation, Location, Message, MultiformatMessageString, PhysicalLocation, Region, ReportingDescriptor,
    Result as SarifResult, ResultLevel, Run, Sarif, Suppression, Tool, ToolComponent,
};
use std::collections::{BTreeMap, BTreeSet};

/// Characters that must be escaped in the path of a URI.
const NOT_IN_PATHS: AsciiSet = CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}')
    .add(b':');
/// Maximum number of results per run that code scanning accepts.
const MAX_RESULTS: usize = 25_000;
/// The key of our fingerprint, with the version of its algorithm.
const FINGERPRINT: &str = "heapdiff/v1";
const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// The report as JSON: broken rules, including those that were accepted.
#[must_use]
pub fn view(report: &CheckReport, options: &RenderOptions) -> String {
    let told = || report.results.iter().filter(|result| level(result).is_some());
    let ids: BTreeSet<&Text> = told().map(|result| &result.rule).collect();
    let rules: Vec<ReportingDescriptor> = ids.iter().map(|id| rule(id)).collect();
    let results = told().take(MAX_RESULTS).filter_map(|found| result(found, report, options)).collect::<Vec<_>>();
    let driver = ToolComponent::builder()
        .name("heapdiff")
        .version(TOOL_VERSION.to_owned())
        .information_uri(env!("CARGO_PKG_REPOSITORY").to_owned())
        .rules(rules)
        .build();
    let run = Run::builder().tool(Tool::builder().driver(driver).build()).results(results).build();
    json::pretty(&Sarif::builder().schema(SCHEMA.to_owned()).version("2.1.0").runs(vec![run]).build())
}

fn rule(id: &Text) -> ReportingDescriptor {
    let rule = id.to_string();
    let key = rule.split(':').next().unwrap_or_default();
    let about = about(key);
    let said = |text: String| MultiformatMessageString::builder().text(text).build();
    let link = help_uri(key);
    let what = sentence(&about);
    let text = format!("{what} What the rule means and how to change it: {link}");
    let markdown = format!("{what}\n\n[What the rule means, and how to change it]({link})");
    ReportingDescriptor::builder()
        .id(rule.clone())
        .short_description(said(what))
        .full_description(said(format!(
            "heapdiff check, rule {rule}: {about}. The result says what was found and why."
        )))
        .help(MultiformatMessageString::builder().text(text).markdown(markdown).build())
        .help_uri(link)
        .build()
}

/// What a rule is about. Kinds of leaks use their own descriptions.
fn about(key: &str) -> String {
    let kind = |spec: &RuleSpec| {
        let kind = key.strip_prefix(spec.id)?.strip_prefix('.')?;
        Some(format!("{} of the kind {kind}", if spec.judge == Judge::Leaks { "leaks" } else { "possible leaks" }))
    };
    let of_kind = RULES.iter().filter(|spec| spec.has_kinds()).find_map(kind);
    of_kind.or_else(|| RuleSpec::by_id(key).map(|spec| spec.about.to_owned())).unwrap_or_else(|| key.to_owned())
}

/// Words as a sentence.
fn sentence(words: &str) -> String {
    let mut chars = words.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", chars.as_str())
}

/// Where a rule is documented: kinds of leaks have sections of their own.
fn help_uri(key: &str) -> String {
    const DOCS: &str = concat!(env!("CARGO_PKG_HOMEPAGE"), "/blob/main/docs");
    let has_kind = RULES.iter().any(|spec| spec.has_kinds() && key.starts_with(&format!("{}.", spec.id)));
    match key.split_once('.').filter(|_| has_kind) {
        Some((_, kind)) => format!("{DOCS}/DETECTORS.md#{kind}"),
        None => format!("{DOCS}/GATE.md#rules"),
    }
}

fn level(result: &RuleResult) -> Option<ResultLevel> {
    match severity(result) {
        Some(Severity::Error) => Some(ResultLevel::Error),
        Some(Severity::Warning) => Some(ResultLevel::Warning),
        None if result.status == Status::Skipped && result.accepted.is_some() => Some(ResultLevel::Warning),
        None => None,
    }
}

fn result(result: &RuleResult, report: &CheckReport, options: &RenderOptions) -> Option<SarifResult> {
    let lines = rows(result).into_iter().map(|(name, text)| format!("\n{name}: {text}")).collect::<String>();
    let mut sarif = SarifResult::builder()
        .rule_id(result.rule.to_string())
        .level(level(result)?)
        .message(Message::builder().text(format!("{}{lines}", result.message)).build())
        .locations(vec![location(result, report, options)])
        .partial_fingerprints(BTreeMap::from([(FINGERPRINT.to_owned(), key(result))]))
        .build();
    if result.accepted.is_some() {
        let why = result.notes.first().map(Note::to_string).unwrap_or_default();
        sarif.suppressions = Some(vec![Suppression::builder().kind("external").justification(why).build()]);
    }
    Some(sarif)
}

fn location(result: &RuleResult, report: &CheckReport, options: &RenderOptions) -> Location {
    let spot = spot(result, report, options.root.as_ref());
    let uri = utf8_percent_encode(&spot.path, &NOT_IN_PATHS).to_string();
    let uri = match spot.path.as_bytes() {
        [b'/', ..] => format!("file://{uri}"),
        path if urls::has_drive(path) => format!("file:///{uri}"),
        _ => uri,
    };
    let artifact = ArtifactLocation::builder().uri(uri).build();
    // Code scanning always requires a line.
    let (line, column) = spot.position.unwrap_or((1, 1));
    let region = Region::builder().start_line(i64::from(line)).start_column(i64::from(column)).build();
    let place = PhysicalLocation::builder().artifact_location(artifact).region(region).build();
    Location::builder().physical_location(place).build()
}
