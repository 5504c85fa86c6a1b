//! Annotations for GitHub Actions: lines of the log that the runner shows at the source.
//!
//! Per step, GitHub shows ten errors and ten warnings and silently drops the rest, so the report says what is left out.

use crate::gate::RuleResult;
use crate::report::RenderOptions;
use crate::report::check::CheckReport;
use crate::report::check_rows::{Severity, Spot, rows, rule_name, severity, spot};
use std::fmt::Write as _;

/// Maximum number of annotations of each severity per step.
const MAX_OF_EACH: usize = 10;

/// The report as workflow commands.
#[must_use]
pub(crate) fn view(report: &CheckReport, options: &RenderOptions) -> String {
    let mut out = String::new();
    for (severity, command, noun) in
        [(Severity::Error, "error", "failed results"), (Severity::Warning, "warning", "warnings")]
    {
        let of_it: Vec<&RuleResult> =
            report.results.iter().filter(|result| self::severity(result) == Some(severity)).collect();
        for result in of_it.iter().take(MAX_OF_EACH) {
            out.push_str(&annotation(command, result, &spot(result, report, options.root.as_ref())));
        }
        let cut = of_it.len().saturating_sub(MAX_OF_EACH);
        if cut > 0 {
            let _ = writeln!(
                out,
                "::notice title=heapdiff::… and {cut} more {noun}: GitHub shows {MAX_OF_EACH}, `--report markdown` has more"
            );
        }
    }
    out
}

fn annotation(command: &str, result: &RuleResult, spot: &Spot) -> String {
    let position = spot.position.map(|(line, column)| format!(",line={line},col={column}")).unwrap_or_default();
    let title = property(&format!("heapdiff {}", rule_name(result)));
    let mut message = result.message.to_string();
    rows(result).iter().for_each(|(name, text)| message.push_str(&format!("\n{name}: {text}")));
    format!("::{command} file={}{position},title={title}::{}\n", property(&spot.path), data(&message))
}

/// The message of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A value before the message.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{data, property};

    #[test]
    fn what_ends_a_command_is_escaped() {
        assert_eq!(data("100 %\r\n::error::x"), "100 %25%0D%0A::error::x");
        assert_eq!(property("a,b:c%"), "a%2Cb%3Ac%25");
    }
}
