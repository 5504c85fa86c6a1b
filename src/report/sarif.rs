//! SARIF 2.1.0, for code scanning: results with rules, locations, and fingerprints that survive edits.

use crate::gate::catalog::Judge;
use crate::gate::{Note, RuleName, RuleResult, Status};
use crate::report::check::CheckReport;
use crate::report::check_rows::{Severity, key, rows, severity, spot};
use crate::report::{RenderOptions, TOOL_VERSION, json};
use crate::v8::urls;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_sarif::sarif::{
    ArtifactLocation, Location, Message, MultiformatMessageString, PhysicalLocation, Region, ReportingDescriptor,
    Result as SarifResult, ResultLevel, Run, Sarif, Suppression, Tool, ToolComponent,
};
use std::collections::BTreeMap;

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
pub(crate) fn view(report: &CheckReport, options: &RenderOptions) -> String {
    let told = || report.results.iter().filter(|result| level(result).is_some());
    let names: BTreeMap<String, &RuleName> = told().map(|result| (result.rule.to_string(), &result.rule)).collect();
    let rules: Vec<ReportingDescriptor> = names.into_iter().map(|(id, name)| rule(&id, name)).collect();
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

fn rule(rule: &str, name: &RuleName) -> ReportingDescriptor {
    let about = about(name);
    let said = |text: String| MultiformatMessageString::builder().text(text).build();
    let link = help_uri(name);
    let what = sentence(&about);
    let text = format!("{what} What the rule means and how to change it: {link}");
    let markdown = format!("{what}\n\n[What the rule means, and how to change it]({link})");
    ReportingDescriptor::builder()
        .id(rule.to_owned())
        .short_description(said(what))
        .full_description(said(format!(
            "heapdiff check, rule {rule}: {about}. The result says what was found and why."
        )))
        .help(MultiformatMessageString::builder().text(text).markdown(markdown).build())
        .help_uri(link)
        .build()
}

/// What a rule is about. A kind of leak is told by its own words.
fn about(name: &RuleName) -> String {
    let Some(key) = name.key() else { return name.to_string() };
    match key.kind {
        Some(kind) if key.spec.judge == Judge::Leaks => format!("leaks of the kind {kind}"),
        Some(kind) => format!("possible leaks of the kind {kind}"),
        None => key.spec.about.to_owned(),
    }
}

/// Words as a sentence.
fn sentence(words: &str) -> String {
    let mut chars = words.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", chars.as_str())
}

/// Where a rule is described: kinds of leaks have sections of their own.
fn help_uri(name: &RuleName) -> String {
    const DOCS: &str = concat!(env!("CARGO_PKG_HOMEPAGE"), "/blob/main/docs");
    match name.key().and_then(|key| key.kind) {
        Some(kind) => format!("{DOCS}/DETECTORS.md#{kind}"),
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
