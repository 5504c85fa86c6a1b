//! A finding for people: what accumulates, where, why we think so, and what to change.

use crate::base::Bytes;
use crate::base::units::count;
use crate::report::Style;
use crate::report::finding::FindingReport;
use crate::report::fold::place;

/// Findings with the same cause that are named; `--explain` names all.
const RELATED_SHOWN: usize = 3;

/// One finding in a few lines, the first of them one sentence.
#[must_use]
pub fn one_finding(number: usize, finding: &FindingReport, style: Style) -> String {
    let verdict = match (finding.verdict, finding.confidence) {
        ("growth", _) => "growth".to_owned(),
        (verdict, confidence) => format!("{verdict}, {confidence}"),
    };
    let mut out = format!("{number:>3}. {}\n", style.heading(&format!("{}: {}", finding.kind, finding.title)));
    let mut line = |text: &str, is_faint: bool| {
        out.push_str("     ");
        out.push_str(&if is_faint { style.faint(text) } else { text.to_owned() });
        out.push('\n');
    };
    line(&finding.path_text, false);
    line(&format!("{verdict}: {}", finding.reason), false);
    for evidence in &finding.evidence {
        line(evidence, true);
    }
    if let Some(location) = &finding.holder.location {
        line(&format!("{} made at {}", finding.holder.class, place(location)), true);
    }
    if finding.verdict != "growth" {
        line(&format!("fix: {}", finding.fix), false);
    }
    for related in finding.related.iter().take(RELATED_SHOWN) {
        line(&format!("same cause: {}", related.title), true);
    }
    let more = finding.related.len().saturating_sub(RELATED_SHOWN);
    if more > 0 {
        line(&format!("same cause: {} more, `--explain {}` names them", count(more as u64), finding.fingerprint), true);
    }
    line(&tail(finding), true);
    out
}

/// Objects to look at, and the name of the finding.
fn tail(finding: &FindingReport) -> String {
    let samples: Vec<String> = finding.sample_node_ids.iter().take(3).map(|id| format!("@{id}")).collect();
    let samples = if samples.is_empty() { String::new() } else { format!("e.g. {} · ", samples.join(" ")) };
    let interval = match (finding.trend, finding.per_interval.count) {
        (Some(_), 0) => format!("{} per interval · ", Bytes(finding.per_interval.retained_bytes.max(0) as u64)),
        (Some(_), n) => format!(
            "{} and {} per interval · ",
            count(n.unsigned_abs()),
            Bytes(finding.per_interval.retained_bytes.max(0) as u64)
        ),
        (None, _) => String::new(),
    };
    format!("{samples}{interval}{}", finding.fingerprint)
}
