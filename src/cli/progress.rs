//! A progress bar on standard error, for loads that take their time.

use crate::base::{Phase, Progress, Text};
use crate::cli::threads;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// A load that is done by then shows nothing.
const PATIENCE: Duration = Duration::from_millis(300);
const TICK: Duration = Duration::from_millis(100);
/// Longer file names are cut at the front.
const MAX_FILE_CHARS: usize = 40;

/// Shows the phases of a load on a terminal; removes itself when dropped.
#[derive(Debug)]
pub(crate) struct Bar {
    bar: ProgressBar,
    /// When the first phase began, while nothing is shown yet.
    waiting_since: Mutex<Option<Instant>>,
}

impl Bar {
    /// A bar that is not shown yet.
    #[must_use]
    pub(crate) fn new() -> Self {
        Self { bar: ProgressBar::hidden(), waiting_since: Mutex::new(Some(Instant::now())) }
    }

    /// Removes the bar from the terminal.
    pub(crate) fn clear(&self) {
        self.bar.finish_and_clear();
    }

    fn show_if_slow(&self) {
        let Ok(mut waiting_since) = self.waiting_since.try_lock() else { return };
        if waiting_since.is_some_and(|start| start.elapsed() >= PATIENCE) {
            *waiting_since = None;
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
            // The ticker is a thread, and panics where there is none to be had.
            if threads::is_one_to_be_had() {
                self.bar.enable_steady_tick(TICK);
            }
        }
    }
}

impl Default for Bar {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.clear();
    }
}

impl Progress for Bar {
    fn begin(&self, phase: Phase, file: &str, total_bytes: Option<u64>) {
        let template = match total_bytes {
            Some(_) => "{spinner} {msg} {bar:30} {binary_bytes} of {binary_total_bytes}",
            None if phase == Phase::Read => "{spinner} {msg} {binary_bytes}",
            None => "{spinner} {msg}",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.bar.set_style(style);
        }
        let file = Text::from(short_end(file)).to_string();
        self.bar.set_length(total_bytes.unwrap_or_default());
        self.bar.set_position(0);
        self.bar.set_message(format!("{} {file}", phase.label()));
        self.show_if_slow();
    }

    fn advance(&self, done_bytes: u64) {
        self.bar.set_position(done_bytes);
        self.show_if_slow();
    }
}

/// The end of a long path.
fn short_end(path: &str) -> &str {
    let cut = path.char_indices().rev().nth(MAX_FILE_CHARS - 1);
    cut.map_or(path, |(at, _)| &path[at..])
}

#[cfg(test)]
mod tests {
    use super::{Bar, short_end};
    use crate::base::{Phase, Progress as _};

    #[test]
    fn a_file_name_cannot_act() {
        let bar = Bar::new();
        bar.begin(Phase::Read, "a\n\u{1b}[2J{spinner}", None);
        assert_eq!(bar.bar.message(), "reading a\\n\\u{1b}[2J{spinner}");
    }

    #[test]
    fn long_paths_keep_their_end() {
        assert_eq!(short_end("a.heapsnapshot"), "a.heapsnapshot");
        assert_eq!(short_end(&format!("ü{}", "x".repeat(60))).len(), 40);
    }
}
