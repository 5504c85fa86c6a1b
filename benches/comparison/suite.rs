//! Which pairs are measured, with which candidates, and what is kept of the runs.

use std::fs::File;
use std::path::{Path, PathBuf};

use super::baseline::{self, Reading};
use super::measure::{self, Sample};

/// Pairs that a suite looks for, in the order of the table.
const KNOWN: [&str; 10] = ["5m", "50m", "150m", "300m", "1g", "2g4", "list5m", "wide5m", "lru1m", "cycle1m"];

/// Two captures of one process.
pub(crate) struct Pair {
    pub(crate) name: String,
    before: PathBuf,
    after: PathBuf,
}

impl Pair {
    /// A pair named after its first file.
    pub(crate) fn new(before: &Path, after: &Path) -> Self {
        let name = before.file_name().unwrap_or_default().to_string_lossy();
        let name = name.trim_end_matches(".heapsnapshot").trim_end_matches("-before").to_owned();
        Self { name, before: before.to_owned(), after: after.to_owned() }
    }
}

/// Medians of one candidate.
#[derive(Clone, Copy)]
pub(crate) struct Figures {
    pub(crate) seconds: f64,
    pub(crate) peak: Option<u64>,
}

/// Everything measured on one pair.
pub(crate) struct PairResult {
    pub(crate) name: String,
    pub(crate) before_bytes: u64,
    pub(crate) after_bytes: u64,
    pub(crate) heapdiff: Figures,
    pub(crate) slice: Figures,
    pub(crate) reader: Figures,
}

impl PairResult {
    pub(crate) fn total_bytes(&self) -> u64 {
        self.before_bytes + self.after_bytes
    }

    /// The faster way of using serde_json: the one that counts.
    pub(crate) fn serde(&self) -> (Reading, Figures) {
        if self.slice.seconds <= self.reader.seconds {
            (Reading::Slice, self.slice)
        } else {
            (Reading::Reader, self.reader)
        }
    }

    /// Time of heapdiff as a multiple of serde_json's.
    pub(crate) fn time_ratio(&self) -> f64 {
        self.heapdiff.seconds / self.serde().1.seconds
    }

    /// Peak memory as a multiple of the larger file.
    pub(crate) fn memory_ratio(&self, figures: Figures) -> Option<f64> {
        let larger = self.before_bytes.max(self.after_bytes) as f64;
        figures.peak.map(|peak| peak as f64 / larger)
    }

    /// Seconds that heapdiff takes per million bytes of both files.
    pub(crate) fn seconds_per_mb(&self) -> f64 {
        self.heapdiff.seconds / (self.total_bytes() as f64 / 1e6)
    }
}

/// The known pairs that exist in `directory`.
pub(crate) fn pairs_in(directory: &Path) -> Result<Vec<Pair>, String> {
    let file = |name: &str, moment: &str| directory.join(format!("{name}-{moment}.heapsnapshot"));
    let pairs = KNOWN.iter().map(|name| Pair::new(&file(name, "before"), &file(name, "after")));
    let found: Vec<Pair> = pairs.filter(|pair| pair.before.is_file() && pair.after.is_file()).collect();
    if found.is_empty() {
        return Err(format!("{}: no pair of snapshots; known names: {}", directory.display(), KNOWN.join(", ")));
    }
    Ok(found)
}

/// Runs all candidates in turns and takes the medians.
pub(crate) fn measure_pair(pair: &Pair, heapdiff: &Path, runs: usize) -> Result<PairResult, String> {
    let size = |path: &Path| match std::fs::metadata(path) {
        Ok(metadata) => Ok(metadata.len()),
        Err(error) => Err(format!("{}: {error}", path.display())),
    };
    let (before_bytes, after_bytes) = (size(&pair.before)?, size(&pair.after)?);
    let this = std::env::current_exe().map_err(|error| error.to_string())?;
    let text = |path: &Path| path.to_str().map(str::to_owned).ok_or("file names must be Unicode");
    let (before, after) = (text(&pair.before)?, text(&pair.after)?);
    let diff = [before.as_str(), &after, "--format", "json", "-o", null_device(), "--no-progress"];
    let parse = |reading: Reading| [baseline::STAGE, reading.word(), before.as_str(), after.as_str()];
    warm_up(&[&pair.before, &pair.after])?;
    let mut samples = [Vec::new(), Vec::new(), Vec::new()];
    for _ in 0..runs {
        samples[0].push(measure::sample(heapdiff, &diff)?);
        samples[1].push(measure::sample(&this, &parse(Reading::Slice))?);
        samples[2].push(measure::sample(&this, &parse(Reading::Reader))?);
    }
    let [heapdiff, slice, reader] = samples.map(|samples| medians(&samples));
    Ok(PairResult { name: pair.name.clone(), before_bytes, after_bytes, heapdiff, slice, reader })
}

/// Reads the files once, so that the first candidate does not pay for the disk on behalf of the others.
pub(crate) fn warm_up(files: &[&Path]) -> Result<(), String> {
    for path in files {
        let copied = File::open(path).and_then(|mut file| std::io::copy(&mut file, &mut std::io::sink()));
        copied.map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(())
}

pub(crate) fn null_device() -> &'static str {
    if cfg!(windows) { "NUL" } else { "/dev/null" }
}

pub(crate) fn medians(samples: &[Sample]) -> Figures {
    let mut seconds: Vec<f64> = samples.iter().map(|sample| sample.seconds).collect();
    seconds.sort_by(f64::total_cmp);
    let mut peaks: Vec<Option<u64>> = samples.iter().map(|sample| sample.peak).collect();
    peaks.sort_unstable();
    let middle = seconds.len() / 2;
    let median = if seconds.len().is_multiple_of(2) {
        f64::midpoint(seconds[middle - 1], seconds[middle])
    } else {
        seconds[middle]
    };
    Figures { seconds: median, peak: peaks[middle] }
}
