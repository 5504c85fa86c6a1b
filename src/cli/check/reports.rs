//! The destinations of a check's reports: any number of formats, each to one destination, and all files or none.

use crate::base::{Error, ErrorKind, Result, Text, nearest};
use crate::cli::Context;
use crate::cli::output::{Destination, Output, Transaction};
use crate::report::RenderOptions;
use crate::report::check::CheckReport;
use crate::report::formats::{Format, Render, Results, Room};
use std::env;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

/// The requested reports.
#[derive(Debug)]
pub(crate) struct Outputs {
    all: Vec<(&'static Format, Destination)>,
}

impl Outputs {
    /// The reports of `--report`, and that of `-f` and `-o` unless standard output is taken.
    ///
    /// # Errors
    /// If there is no such format.
    pub(crate) fn new(specs: &[OsString], context: &Context) -> Result<Self> {
        let mut all = Vec::new();
        for spec in specs {
            all.push(parse(spec)?);
        }
        let main = context.destination().clone();
        let is_default = Results::Check.formats().next().is_some_and(|first| first.name == context.format().name);
        let is_asked_for = !is_default || main != Destination::Stdout;
        if is_asked_for || !all.iter().any(|(_, to)| *to == main) {
            all.insert(0, (context.format(), main));
        }
        Ok(Self { all })
    }

    /// The reports as outputs of the run.
    pub(crate) fn outputs(&self) -> impl Iterator<Item = Output<'_>> {
        self.all.iter().map(|(format, to)| Output {
            asked_by: format!("the report `{}`", format.name),
            to,
            endings: Some(format.endings),
            makes_folder: false,
        })
    }

    /// Whether one of them is an HTML page.
    pub(crate) fn has_page(&self) -> bool {
        self.all.iter().any(|(format, _)| format.room == Room::Page)
    }

    /// Adds all reports to what the run writes, whatever the verdict is.
    ///
    /// # Errors
    /// If one cannot be written.
    pub(crate) fn add(
        &self,
        report: &CheckReport,
        options: &RenderOptions,
        context: &Context,
        run: &mut Transaction<'_>,
    ) -> Result<()> {
        self.all.iter().try_for_each(|(format, to)| {
            let options = RenderOptions { style: context.style_for(to), ..options.clone() };
            let text = match format.render {
                Render::Report(render) => render(report.into(), &options),
                Render::Check(render) => render(report, &options),
                // Neither the grammar nor `by_name` allows such formats.
                Render::Picture(_) | Render::Stacks { .. } => return Ok(()),
            };
            run.add_text(to, format.printed, text)
        })
    }
}

fn parse(spec: &OsStr) -> Result<(&'static Format, Destination)> {
    let (name, path) = split(spec);
    if path.is_some_and(|path| Text::from(path).to_lossy().trim().is_empty()) {
        return Err(Error::new(ErrorKind::Usage, format!("`--report {}` has an empty file name", Text::from(spec)))
            .help(format!("write `--report {name}=FILE`, or `--report {name}` for standard output")));
    }
    let format = by_name(&name)?;
    let summary = step_summary().filter(|_| format.name == "markdown" && path.is_none());
    Ok((format, summary.unwrap_or_else(|| Destination::new(path))))
}

/// The format, and the path after `=`, which need not be Unicode.
#[cfg(unix)]
fn split(spec: &OsStr) -> (Text, Option<&OsStr>) {
    use std::os::unix::ffi::OsStrExt as _;
    let bytes = spec.as_bytes();
    match memchr::memchr(b'=', bytes) {
        Some(at) => (Text::from_wtf8(&bytes[..at]), Some(OsStr::from_bytes(&bytes[at + 1..]))),
        None => (Text::from(spec), None),
    }
}

/// The format, and the path after `=`.
#[cfg(not(unix))]
fn split(spec: &OsStr) -> (Text, Option<&OsStr>) {
    match spec.to_str().and_then(|spec| spec.split_once('=')) {
        Some((name, path)) => (Text::from(name), Some(OsStr::new(path))),
        None => (Text::from(spec), None),
    }
}

/// The step summary, if running in GitHub Actions.
fn step_summary() -> Option<Destination> {
    let is_there = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
    is_there("GITHUB_ACTIONS")?;
    is_there("GITHUB_STEP_SUMMARY").map(|path| Destination::Append(PathBuf::from(path)))
}

fn by_name(name: &Text) -> Result<&'static Format> {
    let wanted = name.to_lossy();
    Results::Check.formats().find(|format| *format.name == *wanted).ok_or_else(|| {
        let all: Vec<&str> = Results::Check.formats().map(|format| format.name).collect();
        let near = nearest(&wanted, all.iter().copied());
        let hint = near.first().map_or_else(String::new, |near| format!("did you mean `{near}`? "));
        Error::new(ErrorKind::Usage, format!("no report format is named `{name}`"))
            .help(format!("{hint}The formats are {}", all.join(", ")))
    })
}
