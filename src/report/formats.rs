//! The formats of all commands: one file per format, and one entry here.
//!
//! What a format renders decides which commands have it: any report, the verdict of the gate, a picture, or stacks. The
//! command line takes each command's list of formats, its help and its errors from here.

use crate::picture::Picture;
use crate::report::check::CheckReport;
use crate::report::flame::svg;
use crate::report::flame::{Stacks, folded, pprof, speedscope};
use crate::report::printed::Printed;
use crate::report::{RenderOptions, Report, github, gitlab, html, junit, markdown, sarif, text};
use std::io::{self, Write};

/// An output format.
#[derive(Clone, Copy, Debug)]
pub struct Format {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it is for, in short.
    pub about: &'static str,
    /// The extensions of its files, without the dot, by which `-o` chooses the format.
    pub endings: &'static [&'static str],
    /// The extension of the file that it creates by default; `None` if it is printed.
    pub own_file: Option<&'static str>,
    /// How long its lists may be.
    pub room: Room,
    /// How it is printed.
    pub printed: Printed,
    /// How it renders what.
    pub render: Render,
}

/// How long the lists of a format may be, unless `--limit` is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// As long as a person reads from top to bottom.
    Screen,
    /// Longer, because lists can be folded and filtered. Pages also have pictures.
    Page,
    /// As long as programs read.
    Program,
}

/// What a format renders. Text ends with a line break.
#[derive(Clone, Copy, Debug)]
pub enum Render {
    /// Any report.
    Report(fn(Report<'_>, &RenderOptions) -> String),
    /// The verdict of the gate.
    Check(fn(&CheckReport, &RenderOptions) -> String),
    /// A flamegraph. Errors are text.
    Picture(fn(&Picture) -> Result<String, String>),
    /// Stacks, with a title.
    Stacks {
        /// Whether samples are in time order, separately for each thread.
        is_timed: bool,
        /// Writes them.
        write: fn(&str, &[Stacks<'_>], &mut dyn Write) -> io::Result<()>,
    },
}

/// What a command produces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Results {
    /// A report.
    Report,
    /// The verdict of the gate, which is also a report.
    Check,
    /// A flamegraph, or its stacks.
    Flame,
}

/// The registry. If formats share an extension, it means the first one that the command has.
pub static FORMATS: &[Format] = &[
    Format {
        name: "text",
        about: "Text for the terminal",
        endings: &["txt"],
        own_file: None,
        room: Room::Screen,
        printed: Printed::Lines,
        render: Render::Report(text::render),
    },
    Format {
        name: "json",
        about: "JSON with stable keys",
        endings: &["json"],
        own_file: None,
        room: Room::Program,
        printed: Printed::Exact,
        render: Render::Report(|report, _| report.json()),
    },
    Format {
        name: "html",
        about: "Self-contained HTML page",
        endings: &["html", "htm"],
        own_file: None,
        room: Room::Page,
        printed: Printed::Markup,
        render: Render::Report(html::render),
    },
    Format {
        name: "markdown",
        about: "Markdown for comments and issues",
        endings: &["md", "markdown"],
        own_file: None,
        room: Room::Screen,
        printed: Printed::Lines,
        render: Render::Report(markdown::render),
    },
    Format {
        name: "sarif",
        about: "SARIF for code scanning",
        endings: &["sarif"],
        own_file: None,
        room: Room::Program,
        printed: Printed::Exact,
        render: Render::Check(sarif::view),
    },
    Format {
        name: "junit",
        about: "JUnit XML for test reports",
        endings: &["xml"],
        own_file: None,
        room: Room::Program,
        printed: Printed::Markup,
        render: Render::Check(|report, _| junit::view(report)),
    },
    Format {
        name: "github",
        about: "Annotations for GitHub Actions",
        endings: &["txt"],
        own_file: None,
        room: Room::Program,
        printed: Printed::Commands,
        render: Render::Check(github::view),
    },
    Format {
        name: "gitlab",
        about: "Code Quality report for GitLab",
        endings: &["json"],
        own_file: None,
        room: Room::Program,
        printed: Printed::Exact,
        render: Render::Check(gitlab::view),
    },
    Format {
        name: "svg",
        about: "SVG picture",
        endings: &["svg"],
        own_file: Some("svg"),
        room: Room::Page,
        printed: Printed::Markup,
        render: Render::Picture(svg::draw),
    },
    Format {
        name: "folded",
        about: "Folded stacks, one per line",
        endings: &["folded", "collapsed", "txt"],
        own_file: None,
        room: Room::Program,
        printed: Printed::Lines,
        render: Render::Stacks { is_timed: false, write: |_, stacks, out| folded::write(stacks, out) },
    },
    Format {
        name: "speedscope",
        about: "Profile for https://www.speedscope.app",
        endings: &["json"],
        own_file: Some("speedscope.json"),
        room: Room::Program,
        printed: Printed::Exact,
        render: Render::Stacks { is_timed: true, write: speedscope::write },
    },
    Format {
        name: "pprof",
        about: "Profile for `go tool pprof`",
        endings: &["pb.gz", "pprof"],
        own_file: Some("pb.gz"),
        room: Room::Program,
        printed: Printed::Exact,
        render: Render::Stacks { is_timed: true, write: |_, stacks, out| pprof::write(stacks, out) },
    },
];

impl Format {
    /// The format with the given name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<&'static Self> {
        FORMATS.iter().find(|format| format.name == name)
    }

    /// Whether it renders what a command produces.
    #[must_use]
    pub fn renders(&self, results: Results) -> bool {
        match self.render {
            Render::Report(_) => results != Results::Flame,
            Render::Check(_) => results == Results::Check,
            Render::Picture(_) | Render::Stacks { .. } => results == Results::Flame,
        }
    }

    /// Whether a file name has one of its extensions.
    #[must_use]
    pub fn names(&self, file_name: &str) -> bool {
        self.endings.iter().any(|ending| ends(file_name, ending))
    }
}

/// Whether a file name has an extension, ignoring case, and something before it.
#[must_use]
pub fn ends(file_name: &str, ending: &str) -> bool {
    let name = file_name.to_ascii_lowercase();
    name.strip_suffix(ending).and_then(|stem| stem.strip_suffix('.')).is_some_and(|stem| !stem.is_empty())
}

impl Results {
    /// The formats of what a command produces. The first is the default.
    pub fn formats(self) -> impl Iterator<Item = &'static Format> {
        FORMATS.iter().filter(move |format| format.renders(self))
    }
}
