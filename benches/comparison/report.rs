//! Tables for people and JSON for programs.

use std::path::Path;

use serde_json::{Value, json};

use super::baseline::Reading;
use super::suite::{Figures, PairResult};

/// Sizes between which linearity is judged.
const LINEARITY: (&str, &str) = ("150m", "1g");

/// All figures of one pair.
pub(crate) fn print_pair(result: &PairResult) {
    let mb = |bytes: u64| bytes as f64 / 1e6;
    println!(
        "{}: before {:.1} MB, after {:.1} MB, both {:.1} MB",
        result.name,
        mb(result.before_bytes),
        mb(result.after_bytes),
        mb(result.total_bytes())
    );
    println!("{:<26}{:>10}{:>10}{:>10}{:>12}{:>18}", "", "wall s", "MB/s", "ms/MB", "peak MB", "peak/larger file");
    for (name, figures) in [
        ("heapdiff", result.heapdiff),
        ("serde_json from_slice", result.slice),
        ("serde_json from_reader", result.reader),
    ] {
        let total = mb(result.total_bytes());
        println!(
            "{name:<26}{:>10.3}{:>10.1}{:>10.3}{:>12}{:>18}",
            figures.seconds,
            total / figures.seconds,
            1000.0 * figures.seconds / total,
            optional(figures.peak.map(mb), 1),
            optional(result.memory_ratio(figures), 2),
        );
    }
    let (reading, _) = result.serde();
    println!("heapdiff / serde_json ({}): {:.2}", reading.word(), result.time_ratio());
}

/// One row per pair, and how time grows with size.
pub(crate) fn print_suite(results: &[PairResult]) {
    println!(
        "{:<9}{:>10}{:>10}{:>12}{:>12}{:>8}{:>9}{:>10}{:>10}{:>12}{:>12}",
        "pair",
        "before MB",
        "after MB",
        "heapdiff s",
        "serde s",
        "ratio",
        "ms/MB",
        "MB/s",
        "peak MB",
        "peak/larger",
        "serde p/l"
    );
    for result in results {
        let (_, serde) = result.serde();
        println!(
            "{:<9}{:>10.1}{:>10.1}{:>12.3}{:>12.3}{:>8.2}{:>9.3}{:>10.1}{:>10}{:>12}{:>12}",
            result.name,
            result.before_bytes as f64 / 1e6,
            result.after_bytes as f64 / 1e6,
            result.heapdiff.seconds,
            serde.seconds,
            result.time_ratio(),
            1000.0 * result.seconds_per_mb(),
            1.0 / result.seconds_per_mb(),
            optional(result.heapdiff.peak.map(|peak| peak as f64 / 1e6), 1),
            optional(result.memory_ratio(result.heapdiff), 2),
            optional(result.memory_ratio(serde), 2),
        );
    }
    if let Some(factor) = linearity(results) {
        println!("linearity: time per byte at {} is {factor:.2} times that at {}", LINEARITY.1, LINEARITY.0);
    }
}

/// The same as JSON.
pub(crate) fn write_json(path: &Path, results: &[PairResult], runs: usize) -> Result<(), String> {
    let pairs: Vec<Value> = results.iter().map(pair_json).collect();
    let document = json!({ "runs": runs, "pairs": pairs, "linearity_1g_over_150m": linearity(results) });
    std::fs::write(path, format!("{document:#}\n")).map_err(|error| format!("{}: {error}", path.display()))
}

fn pair_json(result: &PairResult) -> Value {
    let candidate = |figures: Figures| {
        json!({
            "wall_seconds": figures.seconds,
            "peak_bytes": figures.peak,
            "peak_over_larger_file": result.memory_ratio(figures),
        })
    };
    let (reading, _) = result.serde();
    json!({
        "name": result.name,
        "before_bytes": result.before_bytes,
        "after_bytes": result.after_bytes,
        "heapdiff": candidate(result.heapdiff),
        "serde_json_from_slice": candidate(result.slice),
        "serde_json_from_reader": candidate(result.reader),
        "baseline": if reading == Reading::Slice { "from_slice" } else { "from_reader" },
        "heapdiff_over_serde_json": result.time_ratio(),
        "heapdiff_seconds_per_mb": result.seconds_per_mb(),
    })
}

fn linearity(results: &[PairResult]) -> Option<f64> {
    let rate = |name| results.iter().find(|result| result.name == name).map(PairResult::seconds_per_mb);
    Some(rate(LINEARITY.1)? / rate(LINEARITY.0)?)
}

fn optional(value: Option<f64>, digits: usize) -> String {
    value.map_or_else(|| "n/a".to_owned(), |value| format!("{value:.digits$}"))
}
