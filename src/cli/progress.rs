//! A progress bar on standard error, for work that takes a while.

use crate::base::{Phase, Progress, Text};
use crate::cli::threads;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io;
use std::sync::Mutex;
use std::time::{Duration, Instant};
use terminal_size::{Width, terminal_size_of};

/// Work that finishes sooner shows no bar.
const PATIENCE: Duration = Duration::from_millis(300);
const TICK: Duration = Duration::from_millis(100);
/// Longer file names lose their beginning.
const MAX_FILE_CHARS: usize = 40;
/// Width of a terminal that does not tell.
const USUAL_COLUMNS: usize = 80;
/// Columns that are never used: terminals wrap text that ends in the last column.
const MARGIN_COLUMNS: usize = 1;
/// The bar itself, if there is room for it.
const BAR: &str = " {bar:20}";
const BAR_COLUMNS: usize = 21;
/// Longest text after the bar: bytes read or, if the total is known, `1023.99 MiB of 1023.99 GiB, 59m left`.
const BYTES: &str = " {binary_bytes}";
const BYTES_COLUMNS: usize = 12;
const PART: &str = " {binary_bytes} of {binary_total_bytes}, {eta} left";
const PART_COLUMNS: usize = 38;
/// A name shortened to fewer characters says nothing.
const MIN_FILE_CHARS: usize = 12;

/// Shows phases of work on a terminal. Removes itself when dropped.
#[derive(Debug)]
pub(crate) struct Bar {
    bar: ProgressBar,
    /// When the first phase began, as long as nothing is shown.
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
            // The ticker is a thread, and panics if it cannot be started.
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
        let columns = terminal_size_of(io::stderr()).map_or(USUAL_COLUMNS, |(Width(columns), _)| usize::from(columns));
        let (template, message) = layout(columns, phase, file, total_bytes.is_some());
        if let Ok(style) = ProgressStyle::with_template(&template) {
            self.bar.set_style(style);
        }
        self.bar.set_length(total_bytes.unwrap_or_default());
        self.bar.reset();
        self.bar.set_message(message);
        self.show_if_slow();
    }

    fn advance(&self, done_bytes: u64) {
        self.bar.set_position(done_bytes);
        self.show_if_slow();
    }
}

/// A template and a message that fit into a line. If there is no room, the bar is left out first, then bytes and time.
fn layout(columns: usize, phase: Phase, file: &str, has_total: bool) -> (String, String) {
    let numbers: &[(&str, usize)] = match (has_total, phase) {
        (true, _) => &[(PART, PART_COLUMNS), (BAR, BAR_COLUMNS)],
        (false, Phase::Read) => &[(BYTES, BYTES_COLUMNS)],
        (false, _) => &[],
    };
    // The spinner, and the spaces around the label.
    let mut room = columns.saturating_sub(MARGIN_COLUMNS + phase.label().len() + 3);
    let mut template = String::new();
    for (part, part_columns) in numbers {
        let Some(rest) = room.checked_sub(*part_columns).filter(|rest| *rest >= MIN_FILE_CHARS) else { break };
        room = rest;
        template.insert_str(0, part);
    }
    let file = Text::from(short_end(file, room.min(MAX_FILE_CHARS))).to_string();
    // Escapes make a name longer.
    let file = short_end(&file, room.max(1));
    (format!("{{spinner}} {{msg}}{template}"), format!("{} {file}", phase.label()))
}

/// The end of a long path.
fn short_end(path: &str, max_chars: usize) -> &str {
    match max_chars.checked_sub(1) {
        Some(last) => path.char_indices().rev().nth(last).map_or(path, |(at, _)| &path[at..]),
        None => "",
    }
}

#[cfg(test)]
mod tests {
    use super::{Bar, layout, short_end};
    use crate::base::{Phase, Progress as _};

    #[test]
    fn a_file_name_cannot_act() {
        let bar = Bar::new();
        bar.begin(Phase::Read, "a\n\u{1b}[2J{spinner}", None);
        assert_eq!(bar.bar.message(), "reading a\\n\\u{1b}[2J{spinner}");
    }

    #[test]
    fn long_paths_keep_their_end() {
        assert_eq!(short_end("a.heapsnapshot", 40), "a.heapsnapshot");
        assert_eq!(short_end(&format!("ü{}", "x".repeat(60)), 40).len(), 40);
        assert_eq!(short_end("a", 0), "");
    }

    #[test]
    fn a_line_is_never_wider_than_the_terminal() {
        let longest = |template: &str| {
            let numbers =
                template.replace("{binary_bytes}", "1023.99 MiB").replace("{binary_total_bytes}", "1023.99 GiB");
            numbers.replace("{bar:20}", &"#".repeat(20)).replace("{eta}", "59m").replace("{spinner}", "*")
        };
        let file = "some/folder/of/captures/Heap.20260103.101500.70.0.001.heapsnapshot";
        for columns in 24..200 {
            for (phase, has_total) in [(Phase::Read, true), (Phase::Read, false), (Phase::Analyze, false)] {
                let (template, message) = layout(columns, phase, file, has_total);
                let line = longest(&template).replace("{msg}", &message);
                assert!(line.chars().count() < columns, "{columns}: {line}");
            }
        }
        let (template, _) = layout(100, Phase::Read, file, true);
        assert!(template.contains("{bar:20}") && template.contains("{eta} left"), "{template}");
    }
}
