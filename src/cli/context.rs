//! What every command gets: the global options, made useful.

use crate::base::{Error, ErrorKind, NoProgress, Privacy, Progress, Result};
use crate::cli::args::GlobalArgs;
use crate::cli::formats::{by_ending, results};
use crate::cli::input::Opened;
use crate::cli::output::{Destination, Output, Transaction, guard};
use crate::cli::privacy;
use crate::cli::progress::Bar;
use crate::cli::terminal;
use crate::format::SizeLimit;
use crate::report::formats::{Format, Render, Results, Room};
use crate::report::{Limit, RenderOptions, Report, Style};
use std::io::{self, IsTerminal as _};
use std::path::Path;
use std::sync::OnceLock;

/// The global options, and how to load and print by them.
#[derive(Debug)]
pub(crate) struct Context {
    args: GlobalArgs,
    format: &'static Format,
    destination: Destination,
    bar: Option<Bar>,
    privacy: OnceLock<Privacy>,
    opened: Opened,
    /// The working folder.
    folder: Option<String>,
}

impl Context {
    /// The context for the options of a command, which is told by its name.
    ///
    /// # Errors
    /// If the command has no format for the file of `-o`.
    pub(crate) fn new(args: GlobalArgs, command: Option<&str>) -> Result<Self> {
        let format = format(&args, command)?;
        let wants_progress = !args.no_progress && !args.quiet && io::stderr().is_terminal();
        let destination = Destination::new(args.output.as_deref());
        let bar = wants_progress.then(Bar::new);
        Ok(Self {
            args,
            format,
            destination,
            bar,
            privacy: OnceLock::new(),
            opened: Opened::default(),
            folder: terminal::folder(),
        })
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

    /// The format: that of `-f`, else that of the file of `-o`, else the command's first.
    #[must_use]
    pub(crate) fn format(&self) -> &'static Format {
        self.format
    }

    /// Whether the report is a page, which has pictures.
    #[must_use]
    pub(crate) fn is_page(&self) -> bool {
        self.format.room == Room::Page
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

    /// The same with numbers of their own for pages, where lists fold and filter, and for programs.
    #[must_use]
    pub(crate) fn limit_by_format(&self, screen: usize, page: usize, program: usize) -> Limit {
        self.limit(match self.format.room {
            Room::Screen => screen,
            Room::Page => page,
            Room::Program => program,
        })
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
    /// If it cannot be written.
    pub(crate) fn print<'r>(&self, report: impl Into<Report<'r>>) -> Result<()> {
        self.print_with(report, &self.options())
    }

    /// The same as some options say.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(crate) fn print_with<'r>(&self, report: impl Into<Report<'r>>, options: &RenderOptions) -> Result<()> {
        self.finish_progress();
        let mut run = Transaction::default();
        self.add(report, options, &mut run)?;
        run.commit()
    }

    /// Adds a report, in the format and to the place asked for, to what a run writes.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(crate) fn add<'r>(
        &self,
        report: impl Into<Report<'r>>,
        options: &RenderOptions,
        run: &mut Transaction<'_>,
    ) -> Result<()> {
        // The grammar lets no other format through.
        let Render::Report(render) = self.format.render else { return Ok(()) };
        run.add_text(&self.destination, self.format.printed, render(report.into(), options))
    }

    /// How reports are shown if nothing else is asked for.
    #[must_use]
    pub(crate) fn options(&self) -> RenderOptions<'_> {
        RenderOptions { style: self.style_for(&self.destination), ..RenderOptions::default() }
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
            endings: Some(self.format.endings),
            makes_folder: false,
        }
    }

    /// How text may look that goes to some place.
    #[must_use]
    pub(crate) fn style_for(&self, destination: &Destination) -> Style<'_> {
        terminal::style(self.args.color, destination, self.folder.as_deref())
    }
}

/// The format that the options of a command ask for.
fn format(args: &GlobalArgs, command: Option<&str>) -> Result<&'static Format> {
    let results = results(command);
    // What has one format only is written whatever the file's name is.
    let file = args.output.as_ref().filter(|_| results.is_some());
    let results = results.unwrap_or(Results::Report);
    let implied = match (args.format, file) {
        (Some(format), _) => Some(format),
        (None, Some(file)) => by_ending(file, results).map_err(|other| {
            let names: Vec<&str> = results.formats().map(|format| format.name).collect();
            let what = command.map_or_else(|| "a comparison".to_owned(), |command| format!("`{command}`"));
            Error::new(ErrorKind::Usage, format!("{what} does not write {other}; it writes {}", names.join(", ")))
                .help("use another extension, or choose the format with `-f`")
                .in_file(file.as_path())
        })?,
        (None, None) => None,
    };
    implied.or_else(|| results.formats().next()).ok_or_else(|| Error::new(ErrorKind::Usage, "there is no format"))
}
