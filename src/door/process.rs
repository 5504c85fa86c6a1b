//! Compares several processes and threads, each separately.

use crate::base::{Error, Result, Text};
use crate::door::pace::check_work;
use crate::door::{CompareOptions, Files, HeapComparison, compare_and};
use crate::format::InputPath;
use crate::heap::detect::{Finding, Verdict};
use crate::heap::diff::InMemory;
use crate::heap::diff::series::Series;
use std::cmp::Reverse;

/// A process or thread, and the outcome of its comparison.
#[derive(Debug)]
#[non_exhaustive]
pub struct Process<R> {
    /// Its name.
    pub name: Text,
    /// Its snapshots.
    pub series: Series,
    /// The outcome.
    pub outcome: Outcome<R>,
}

/// The outcome for a series.
#[derive(Debug)]
#[non_exhaustive]
pub enum Outcome<R> {
    /// It was compared; with what else was measured.
    Compared(Box<HeapComparison>, R),
    /// It has a single snapshot, so there is nothing to compare.
    Alone,
    /// One of its files cannot be read.
    Failed(Error),
}

impl<R> Outcome<R> {
    /// Why a file cannot be read, if that is the outcome.
    #[must_use]
    pub fn error(&self) -> Option<&Error> {
        match self {
            Self::Failed(e) => Some(e),
            Self::Compared(..) | Self::Alone => None,
        }
    }
}

impl<R> Process<R> {
    /// What grew; `None` if it was not compared.
    #[must_use]
    pub fn comparison(&self) -> Option<&HeapComparison> {
        match &self.outcome {
            Outcome::Compared(comparison, _) => Some(comparison),
            Outcome::Alone | Outcome::Failed(_) => None,
        }
    }

    /// Whether its files were reordered and the original order was only that of their names.
    #[must_use]
    pub fn is_in_own_order(&self) -> bool {
        self.comparison().is_some_and(|comparison| comparison.is_reordered && comparison.swapped.is_none())
    }

    /// The findings; empty if it was not compared.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        self.comparison().map_or(&[], HeapComparison::findings)
    }

    /// Removes unwanted findings; see [`HeapComparison::keep_findings`].
    #[must_use]
    pub fn with_findings(mut self, is_wanted: impl Fn(&Finding) -> bool) -> Self {
        if let Outcome::Compared(comparison, _) = &mut self.outcome {
            comparison.keep_findings(is_wanted);
        }
        self
    }

    /// The key by which processes are sorted: leaks, suspects, what these keep alive, and total growth.
    fn weight(&self) -> (bool, usize, usize, i64, i64) {
        let count_of = |verdict| self.findings().iter().filter(|finding| finding.verdict == verdict).count();
        let grave = self.findings().iter().filter(|finding| finding.verdict != Verdict::Growth);
        (
            self.comparison().is_some(),
            count_of(Verdict::Leak),
            count_of(Verdict::Suspect),
            grave.map(|finding| finding.retained_delta_bytes).sum(),
            self.comparison().map_or(0, |comparison| comparison.accounting.delta_bytes),
        )
    }
}

/// Compares the series one after the other, so that only one is in memory, and calls `measure` while each last snapshot
/// is in memory. A truncated file, as left by a process that died, does not hide the results of the others.
///
/// # Errors
/// If no series could be compared and a file cannot be read, or if the work does not match the number of intervals.
pub fn compare_each<R>(
    all: &[Series],
    options: &CompareOptions,
    io: &dyn Files,
    look: impl Fn(&InMemory<'_>) -> R,
) -> Result<Vec<Process<R>>> {
    // Before anything is read, because the options are wrong, not a file.
    let mut counts = all.iter().map(|series| series.files.len()).filter(|count| all.len() == 1 || *count > 1);
    counts.try_for_each(|count| check_work(options.work.as_deref(), count))?;
    let of = |series: &Series| {
        let mut series = series.clone();
        let name = name(&series, all);
        let outcome = match &series.files[..] {
            [_] => Outcome::Alone,
            _ => match compare_and(&mut series, options, io, &look) {
                Ok((comparison, extra)) => Outcome::Compared(Box::new(comparison), extra),
                Err(e) => Outcome::Failed(e),
            },
        };
        Process { name, series, outcome }
    };
    let mut processes: Vec<Process<R>> = all.iter().map(of).collect();
    let failed = processes.iter().position(|process| matches!(process.outcome, Outcome::Failed(_)));
    let has_any = processes.iter().any(|process| process.comparison().is_some());
    match failed.filter(|_| !has_any).map(|at| processes.swap_remove(at).outcome) {
        Some(Outcome::Failed(e)) => Err(e),
        _ => Ok(processes),
    }
}

/// Sorts processes for a report: most leaks first. Stable.
#[must_use]
pub fn in_order<R>(mut processes: Vec<Process<R>>) -> Vec<Process<R>> {
    processes.sort_by_key(|process| Reverse(process.weight()));
    processes
}

/// The name of a series. The folder is included only if it is needed to tell two apart.
fn name(series: &Series, all: &[Series]) -> Text {
    let folder = series.folder.as_ref().map(InputPath::text);
    let Some(of) = series.process else {
        return Text::from(
            folder.map_or_else(|| "other files".to_owned(), |folder| format!("other files in {folder}")),
        );
    };
    let number = format!("pid {} thread {}", of.process_id, of.thread_id);
    let is_known = all.iter().filter(|other| other.process == series.process).count() == 1;
    Text::from(match folder.filter(|_| !is_known) {
        Some(folder) => format!("{number} in {folder}"),
        None => number,
    })
}
