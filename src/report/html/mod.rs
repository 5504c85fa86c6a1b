//! HTML: one file that needs nothing else, for a browser and for the artifacts of a build.
//!
//! A [`Page`] is a title and [`Section`]s; a view makes sections of a report. Templates, style and script are files of
//! their own beside this one. Everything can be read without the script, which only sorts, filters and copies.
//!
//! Names come from files that nobody vouches for. Three walls stand between them and the browser: `Text`'s `Display` makes
//! control and bidirectional characters visible, the templates escape all markup but [`Markup`], and the page's content
//! policy lets nothing run or load but the style and the script of this build, which it knows by their hashes.

pub(crate) mod blocking;
mod chart;
pub(crate) mod check;
pub(crate) mod diff;
pub(crate) mod document;
mod finding;
mod flame;
mod populations;
pub(crate) mod processes;
pub(crate) mod profile_diff;
mod table;

use crate::report::{RenderOptions, Report, TOOL_VERSION};
use askama::Template;
use askama::filters::HtmlSafe;
use std::fmt;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");
/// What the content policy knows the style by; a test says what it has to be.
const STYLE_HASH: &str = "sha256-4KChqPqyandEORmB28rNA6PaeIBaNkkMkQZcqsUw3dI=";
/// The same for the script.
const SCRIPT_HASH: &str = "sha256-qwz94AJewVprDGZY4fhB9nCkKmW5QZB8tKR7Don7TBw=";

/// Longer texts are cut, whatever the file says.
const MAX_TEXT_CHARS: usize = 2_000;

/// Any report as a page.
#[must_use]
pub(crate) fn render(report: Report<'_>, options: &RenderOptions) -> String {
    match report {
        Report::Blocking(report) => blocking::page(report, options),
        Report::Check(report) => check::page(report, options),
        Report::Comparison(report) => diff::page(report, options),
        Report::Processes(report) => processes::page(report, options),
        Report::ProfileComparison(report) => profile_diff::page(report, options),
        other => document::page(&other.document(options)),
    }
}

/// Finished HTML: what a template has escaped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Markup(String);

impl Markup {
    /// Fills a template in.
    fn of(template: &impl Template) -> Self {
        let rendered = template.render();
        debug_assert!(rendered.is_ok(), "{rendered:?}");
        Self(rendered.unwrap_or_default())
    }
}

impl fmt::Display for Markup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for Markup {}

/// A part of a page, with its heading.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(path = "section.html")]
pub(crate) struct Section {
    /// Unique in the page.
    pub id: String,
    /// Of the heading: 2 for the parts of a page, 3 for parts of those.
    pub level: u8,
    /// Plain text.
    pub heading: String,
    /// What stands below the heading.
    pub body: Markup,
}

/// It is a template, which has escaped what is in it.
impl HtmlSafe for Section {}

/// A page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Page {
    /// Plain text: what was found.
    pub title: String,
    /// A line below the title.
    pub lead: String,
    /// The parts; the gate's, if there is one, first.
    pub sections: Vec<Section>,
}

#[derive(Template)]
#[template(path = "page.html")]
struct PageView<'a> {
    page: &'a Page,
    version: &'static str,
    style: Markup,
    style_hash: &'static str,
    script: Markup,
    script_hash: &'static str,
}

impl Page {
    /// The page as a file's text.
    #[must_use]
    pub(crate) fn to_html(&self) -> String {
        let view = PageView {
            page: self,
            version: TOOL_VERSION,
            style: Markup(STYLE.to_owned()),
            style_hash: STYLE_HASH,
            script: Markup(SCRIPT.to_owned()),
            script_hash: SCRIPT_HASH,
        };
        Markup::of(&view).0 + "\n"
    }
}

#[derive(Template)]
#[template(
    source = "{% for part in parts %}{% if part.0 %}<code>{{ part.1 }}</code>{% else %}{{ part.1 }}{% endif %}{% endfor %}",
    ext = "html"
)]
struct CodeView<'a> {
    /// Whether a part is code, and the part.
    parts: Vec<(bool, &'a str)>,
}

/// A sentence whose words between backticks are code.
fn with_code(text: &str) -> Markup {
    // What is opened and not closed is no code.
    let is_closed = text.matches('`').count().is_multiple_of(2);
    let parts = if is_closed {
        text.split('`').enumerate().map(|(at, part)| (at % 2 == 1, part)).collect()
    } else {
        vec![(false, text)]
    };
    Markup::of(&CodeView { parts })
}

/// A text that is code as a whole.
fn as_code(text: &str) -> Markup {
    Markup::of(&CodeView { parts: vec![(true, text)] })
}

/// The beginning of a text that is already fit for people.
fn shortened(text: &str, max_chars: usize) -> String {
    match text.char_indices().nth(max_chars) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{SCRIPT, SCRIPT_HASH, STYLE, STYLE_HASH, shortened, with_code};
    use base64::Engine as _;
    use sha2::{Digest as _, Sha256};

    /// Browsers hash what they have read: with plain line ends, whatever a checkout made of them.
    fn hash(text: &str) -> String {
        let digest = Sha256::digest(text.replace("\r\n", "\n"));
        format!("sha256-{}", base64::prelude::BASE64_STANDARD.encode(digest))
    }

    #[test]
    fn the_content_policy_knows_style_and_script() {
        assert_eq!(STYLE_HASH, hash(STYLE), "of style.css");
        assert_eq!(SCRIPT_HASH, hash(SCRIPT), "of script.js");
    }

    #[test]
    fn style_and_script_do_not_end_early() {
        assert!(!STYLE.contains("</") && !SCRIPT.contains("</") && !SCRIPT.contains("<!--"));
    }

    #[test]
    fn words_between_backticks_are_code() {
        let html = |text: &str| with_code(text).0;
        assert_eq!(html("call `off()` or <b>"), "call <code>off()</code> or &#60;b&#62;");
        assert_eq!(html("`<i>`"), "<code>&#60;i&#62;</code>");
        assert_eq!(html("one ` only"), "one ` only");
    }

    #[test]
    fn texts_are_cut_between_characters() {
        assert_eq!(shortened("日本語", 2), "日本…");
        assert_eq!(shortened("abc", 3), "abc");
    }
}
