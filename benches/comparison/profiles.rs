//! The comparison for CPU profiles: what heapdiff makes of one, against parsing it into `serde_json::Value`.

use std::path::{Path, PathBuf};

use super::baseline::{self, VALUE};
use super::measure;
use super::suite::{Figures, medians, null_device, warm_up};

/// Commands of heapdiff that are measured.
const COMMANDS: [&[&str]; 3] = [&["top"], &["flame"], &["blocking"]];

/// Measures all candidates on each file, in turns, and prints a table.
pub(crate) fn compare(files: &[PathBuf], heapdiff: &Path, runs: usize) -> Result<(), String> {
    println!("{:<44}{:>9}{:>10}{:>10}{:>12}{:>8}", "", "wall s", "ms/MB", "peak MB", "peak/file", "ratio");
    for path in files {
        let bytes = std::fs::metadata(path).map_err(|error| format!("{}: {error}", path.display()))?.len();
        let file = path.to_str().ok_or("file names must be Unicode")?;
        let this = std::env::current_exe().map_err(|error| error.to_string())?;
        warm_up(&[path])?;
        let commands: Vec<Vec<&str>> = COMMANDS
            .iter()
            .map(|words| [words, &[file, "-o", null_device(), "--no-progress"][..]].concat())
            .filter(|words| knows(heapdiff, words[0]))
            .collect();
        let mut samples = vec![Vec::new(); commands.len() + 1];
        for _ in 0..runs {
            for (command, samples) in commands.iter().zip(&mut samples) {
                samples.push(measure::sample(heapdiff, command)?);
            }
            samples[commands.len()].push(measure::sample(&this, &[baseline::STAGE, VALUE, file])?);
        }
        let value = medians(&samples[commands.len()]);
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        for (command, samples) in commands.iter().zip(&samples) {
            row(&format!("heapdiff {} {name}", command[0]), medians(samples), value, bytes);
        }
        row(&format!("serde_json::Value {name}"), value, value, bytes);
    }
    Ok(())
}

fn knows(heapdiff: &Path, command: &str) -> bool {
    let output = std::process::Command::new(heapdiff).args([command, "--help"]).output();
    output.is_ok_and(|output| output.status.success())
}

fn row(name: &str, figures: Figures, value: Figures, bytes: u64) {
    let megabytes = bytes as f64 / 1e6;
    let peak = figures.peak.map_or(f64::NAN, |peak| peak as f64 / 1e6);
    println!(
        "{name:<44}{:>9.3}{:>10.2}{peak:>10.1}{:>12.2}{:>8.2}",
        figures.seconds,
        1000.0 * figures.seconds / megabytes,
        peak / megabytes,
        figures.seconds / value.seconds,
    );
}
