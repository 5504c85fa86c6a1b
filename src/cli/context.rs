//! What every command gets: the global options, made useful.

use crate::base::{Error, ErrorKind, NoProgress, Privacy, Progress, Result};
use crate::cli::args::{ColorArg, FormatArg, GlobalArgs};
use crate::cli::flame_args::FlameFormat;
use crate::cli::input::Opened;
use crate::cli::output::{Destination, Output, Transaction, endings, guard};
use crate::cli::privacy;
use crate::cli::progress::Bar;
use crate::format::SizeLimit;
use crate::report::{self, Format, Limit, Report, Style};
use clap::ValueEnum as _;
use std::io::{self, IsTerminal as _};
use std::path::Path;
use std::sync::OnceLock;

/// The global options, and how to load and print by them.
#[derive(Debug)]
pub(crate) struct Context {
    args: GlobalArgs,
    destination: Destination,
    bar: Option<Bar>,
    privacy: OnceLock<Privacy>,
    opened: Opened,
}

impl Context {
    /// The context for the options.
    #[must_use]
    pub(crate) fn new(args: GlobalArgs) -> Self {
        let wants_progress = !args.no_progress && !args.quiet && io::stderr().is_terminal();
        let destination = Destination::new(args.output.as_deref());
        let bar = wants_progress.then(Bar::new);
        Self { args, destination, bar, privacy: OnceLock::new(), opened: Opened::default() }
    }

    /// Decides once per run what is shown of the heap's texts: by `--redact`, else by the environment, else by the configuration.
    ///
    /// # Errors
    /// If the environment says neither yes nor no, or the system has no random numbers.
    pub(crate) fn decide_privacy(&self, configured: Option<bool>) -> Result<()> {
        let privacy = privacy::decide(self.args.redact, configured)?;
        // Who comes first knows more.
        let _ = self.privacy.set(privacy);
        Ok(())
    }

    /// What is shown of the heap's texts.
    #[must_use]
    pub(crate) fn privacy(&self) -> Privacy {
        self.privacy.get().copied().unwrap_or_default()
    }

    /// The listener to progress.
    #[must_use]
    pub(crate) fn progress(&self) -> &dyn Progress {
        match &self.bar {
            Some(bar) => bar,
            None => &NoProgress,
        }
    }

    /// The inputs that were opened.
    #[must_use]
    pub(crate) fn opened(&self) -> &Opened {
        &self.opened
    }

    /// Whether a progress bar may stand on the terminal.
    #[must_use]
    pub(crate) fn has_progress(&self) -> bool {
        self.bar.is_some()
    }

    /// How much of an input is read.
    #[must_use]
    pub(crate) fn size_limit(&self) -> SizeLimit {
        self.args.max_size.map(SizeLimit::of_bytes).unwrap_or_default()
    }

    /// Whether warnings are unwanted.
    #[must_use]
    pub(crate) fn is_quiet(&self) -> bool {
        self.args.quiet
    }

    /// Whether `-o` was given.
    #[must_use]
    pub(crate) fn has_output(&self) -> bool {
        self.args.output.is_some()
    }

    /// Where results go.
    #[must_use]
    pub(crate) fn destination(&self) -> &Destination {
        &self.destination
    }

    /// The format that was asked for.
    #[must_use]
    pub(crate) fn format(&self) -> Format {
        match self.args.format {
            Some(FormatArg::Json) => Format::Json,
            Some(FormatArg::Html) => Format::Html,
            _ => Format::Text,
        }
    }

    /// The name of that format.
    #[must_use]
    pub(crate) fn format_name(&self) -> &'static str {
        match self.format() {
            Format::Text => "text",
            Format::Json => "json",
            Format::Html => "html",
        }
    }

    /// The format of `flame` that was asked for.
    #[must_use]
    pub(crate) fn flame_format(&self) -> FlameFormat {
        match self.args.format {
            Some(FormatArg::Folded) => FlameFormat::Folded,
            Some(FormatArg::Speedscope) => FlameFormat::Speedscope,
            Some(FormatArg::Pprof) => FlameFormat::Pprof,
            _ => FlameFormat::Svg,
        }
    }

    /// Refuses formats that a command does not have, before it does its work: `flame` has others than the reports, and not
    /// every report is a page.
    ///
    /// # Errors
    /// If such a one was asked for.
    pub(crate) fn check_format(&self, is_flame: bool, has_html: bool) -> Result<()> {
        let Some(format) = self.args.format else { return Ok(()) };
        let is_report = matches!(format, FormatArg::Text | FormatArg::Json | FormatArg::Html);
        let name = format.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned());
        match (is_flame, is_report) {
            (true, true) => Err(Error::new(ErrorKind::Usage, format!("`flame` has no format `{name}`")).help(
                "it has svg, folded, speedscope and pprof; `heapdiff tree PROFILE` prints a tree as text or JSON",
            )),
            (false, false) => {
                Err(Error::new(ErrorKind::Usage, format!("only `heapdiff flame` has the format `{name}`"))
                    .help("this command has text and json"))
            }
            (false, true) if format == FormatArg::Html && !has_html => Err(no_such_view()),
            _ => Ok(()),
        }
    }

    /// Where a result goes that has a name of its own if `-o` gives none.
    #[must_use]
    pub(crate) fn destination_or(&self, default: Destination) -> Destination {
        if self.args.output.is_some() { self.destination.clone() } else { default }
    }

    /// How many rows of a table to report: `--limit`, or the command's own number.
    #[must_use]
    pub(crate) fn limit(&self, default: usize) -> Limit {
        match self.args.limit {
            Some(0) => Limit::ALL,
            rows => Limit(rows.unwrap_or(default)),
        }
    }

    /// The same with another number for JSON, where longer lists do no harm.
    #[must_use]
    pub(crate) fn limit_by_format(&self, text: usize, json: usize) -> Limit {
        match self.format() {
            Format::Text | Format::Html => self.limit(text),
            Format::Json => self.limit(json),
        }
    }

    /// Takes the progress bar away before results appear.
    pub(crate) fn finish_progress(&self) {
        if let Some(bar) = &self.bar {
            bar.clear();
        }
    }

    /// Prints a report in the format and to the place asked for.
    ///
    /// # Errors
    /// If it has no view in that format, or cannot be written.
    pub(crate) fn print(&self, report: &dyn Report) -> Result<()> {
        self.finish_progress();
        let mut run = Transaction::default();
        self.add(report, &mut run)?;
        run.commit()
    }

    /// Adds a report, in the format and to the place asked for, to what a run writes.
    ///
    /// # Errors
    /// As [`Context::print`].
    pub(crate) fn add(&self, report: &dyn Report, run: &mut Transaction<'_>) -> Result<()> {
        let rendered = report::render(report, self.format(), self.style()).ok_or_else(no_such_view)?;
        run.add_text(&self.destination, self.format().printed(), rendered)
    }

    /// Refuses a report whose place is one of these inputs, or that would do other harm; see [`guard`]. Each command begins
    /// with this, or with one of its like.
    ///
    /// # Errors
    /// As [`guard`].
    pub(crate) fn guard<P: AsRef<Path>>(&self, inputs: impl IntoIterator<Item = P>) -> Result<()> {
        self.guard_all(inputs, &[self.output()])
    }

    /// The same for an output of `-o` that is no report.
    ///
    /// # Errors
    /// As [`guard`].
    pub(crate) fn guard_as<P: AsRef<Path>>(
        &self,
        inputs: impl IntoIterator<Item = P>,
        endings: &'static [&'static str],
    ) -> Result<()> {
        self.guard_all(inputs, &[Output { endings: Some(endings), ..self.output() }])
    }

    /// The same for several outputs.
    ///
    /// # Errors
    /// As [`guard`].
    pub(crate) fn guard_all<P: AsRef<Path>>(
        &self,
        inputs: impl IntoIterator<Item = P>,
        outputs: &[Output<'_>],
    ) -> Result<()> {
        guard(inputs, outputs, self.args.force)
    }

    /// The report of `-f` and `-o`.
    pub(crate) fn output(&self) -> Output<'_> {
        Output {
            asked_by: if self.has_output() { "`-o`" } else { "the report" }.to_owned(),
            to: &self.destination,
            endings: Some(endings(self.format_name())),
            makes_folder: false,
        }
    }

    fn style(&self) -> Style {
        self.style_for(&self.destination)
    }

    /// How text may look that goes to some place.
    #[must_use]
    pub(crate) fn style_for(&self, destination: &Destination) -> Style {
        let is_colored = match (self.args.color, destination) {
            (ColorArg::Always, _) => true,
            (ColorArg::Never, _) | (ColorArg::Auto, Destination::File(_) | Destination::Append(_)) => false,
            (ColorArg::Auto, Destination::Stdout) => {
                anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never
            }
        };
        Style { is_colored }
    }
}

/// What to say if a command knows text and JSON only.
fn no_such_view() -> Error {
    Error::new(ErrorKind::Usage, "this command has no HTML view")
        .help("it has `--format text` and `--format json`; comparisons, `check` and `blocking` have HTML")
}
