//! The picture as SVG, by inferno: the only file that knows it.
//!
//! inferno draws lines of folded stacks, and has opinions about names (see [`super::label::folded`]), about which stacks
//! are one, and in which order they stand. Here every box has a name that means nothing, `b17`, and the lines come in the
//! order in which the boxes stand: its mode for charts in time keeps that order. What it has drawn is then dressed: names,
//! words for values, and colors for dark pages.
//!
//! inferno's script in each picture is under the CDDL-1.0: see `licenses/`.

use crate::report::flame::color::Rgb;
use inferno::flamegraph::color::{BackgroundColor, Color, PaletteMap};
use inferno::flamegraph::{Direction, Options, TextTruncateDirection, from_lines};
use std::fmt::Write as _;

/// A picture, ready to be drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picture {
    /// What it shows.
    pub title: String,
    /// Facts in one line below the title.
    pub notes: String,
    /// What colors stand for.
    pub legend: Vec<(String, Rgb)>,
    /// What one box is: `Function`.
    pub noun: &'static str,
    /// What the root says.
    pub root: String,
    /// The root's width.
    pub total: u64,
    /// Whether the root stands on top.
    pub is_icicle: bool,
    /// Width in pixels; without, that of the window.
    pub width_px: Option<u32>,
    /// The boxes in depth-first order from left to right, see [`crate::analysis::boxes::Boxes`].
    pub boxes: Vec<PictureBox>,
}

/// A box of a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PictureBox {
    /// Its level, 1 on the root.
    pub depth: u32,
    /// Where it begins.
    pub start: u64,
    /// Its width.
    pub value: u64,
    /// What stands on it.
    pub label: String,
    /// What is said of it besides, without `(`.
    pub detail: String,
    /// Its color.
    pub color: Rgb,
    /// How it is marked.
    pub mark: Option<Mark>,
}

/// Boxes that look otherwise than by color.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Not there before.
    New,
    /// Not there any more.
    Gone,
    /// Stands for several.
    Folded,
}

/// Width in which text is fitted; the script does it again for the window.
const DEFAULT_WIDTH_PX: u32 = 1200;
const FONT_PX: f64 = 12.0;
/// Width of a character of a monospace font, in parts of its height.
const FONT_WIDTH: f64 = 0.6;
/// What the drawing leaves free at both sides together.
const MARGIN_PX: f64 = 20.0;
/// Boxes that match.
const SEARCH_COLOR: &str = "#ff5fdc";
/// Name of stretches where nothing stands.
const GAP: &str = "gap";

/// Colors of the page, beside those of the boxes: as attributes for viewers without style sheets, here for browsers.
const STYLE: &str = "\
:root{--page:#fff;--ink:#1b1d21;--faint:#5c6370;background:var(--page)}
@media (prefers-color-scheme:dark){:root{--page:#17191d;--ink:#e8e8e8;--faint:#a6adba}#frames rect{fill-opacity:.93}}
#background stop{stop-color:var(--page)}
#title,#details,#unzoom,#search,#matched{fill:var(--ink)}
#subtitle{fill:var(--faint);font-size:11px}
#search{opacity:.75}
#frames rect{stroke:var(--page);stroke-width:.35}
#frames text{fill:#141414;stroke:none;pointer-events:none}
#frames>g:hover>rect{stroke:var(--ink);stroke-width:1.2}
#frames>.gone>rect{stroke:#41566b;stroke-width:1.2;stroke-dasharray:4 2}
#frames>.new>rect{stroke:#5f2a86;stroke-width:1}
#frames>.folded>text{font-style:italic;fill:#444}
";

/// Draws. The same picture is the same bytes. O(boxes + sum of their levels).
///
/// # Errors
/// If the whole has no width: in words.
pub fn draw(picture: &Picture) -> Result<String, String> {
    let lines = lines(picture);
    let mut palette = PaletteMap::default();
    for (i, drawn) in picture.boxes.iter().enumerate() {
        let Rgb([r, g, b]) = drawn.color;
        palette.insert(name(i), Color { r, g, b });
    }
    // Without a color of its own a name would get a random one.
    palette.insert("", Color { r: 200, g: 200, b: 200 });
    palette.insert(GAP, Color { r: 255, g: 255, b: 255 });
    let mut options = Options::default();
    options.palette_map = Some(&mut palette);
    // Its own purple is too dark for text.
    options.search_color = SEARCH_COLOR.parse().unwrap_or(options.search_color);
    options.bgcolors = Some(BackgroundColor::Flat(Color { r: 255, g: 255, b: 255 }));
    options.direction = if picture.is_icicle { Direction::Inverted } else { Direction::Straight };
    options.title.clone_from(&picture.title);
    options.subtitle = Some("-".to_owned());
    options.name_type = format!("{}:", picture.noun);
    options.font_width = FONT_WIDTH;
    options.image_width = picture.width_px.map(|width| width as usize);
    options.min_width = 0.0;
    options.text_truncate_direction = TextTruncateDirection::Right;
    // It turns the lines round.
    options.flame_chart = true;
    let mut svg = Vec::new();
    from_lines(&mut options, lines.iter().rev().map(String::as_str), &mut svg).map_err(|e| e.to_string())?;
    let svg = String::from_utf8(svg).map_err(|e| e.to_string())?;
    Ok(dressed(&svg, picture))
}

fn name(ix: usize) -> String {
    format!("b{ix}")
}

/// The stretches of the whole from left to right, each with the boxes that stand on it: `b0;b3;b4 120`.
fn lines(picture: &Picture) -> Vec<String> {
    let mut lines = Lines { stack: String::new(), at: 0, lines: Vec::new() };
    // Open boxes: their level, where they end, and how long the stack below them is.
    let mut open: Vec<(u32, u64, usize)> = Vec::new();
    let close = |lines: &mut Lines, open: &mut Vec<(u32, u64, usize)>, depth: u32| {
        while let Some((_, end, below)) = open.pop_if(|(level, ..)| *level >= depth) {
            lines.until(end);
            lines.stack.truncate(below);
        }
    };
    for (i, drawn) in picture.boxes.iter().enumerate() {
        close(&mut lines, &mut open, drawn.depth);
        lines.until(drawn.start);
        open.push((drawn.depth, drawn.start + drawn.value, lines.stack.len()));
        let separator = if lines.stack.is_empty() { "" } else { ";" };
        let _ = write!(lines.stack, "{separator}{}", name(i));
    }
    close(&mut lines, &mut open, 0);
    lines.until(picture.total);
    lines.lines
}

struct Lines {
    stack: String,
    at: u64,
    lines: Vec<String>,
}

impl Lines {
    fn until(&mut self, end: u64) {
        if end > self.at {
            let stack = if self.stack.is_empty() { GAP } else { &self.stack };
            self.lines.push(format!("{stack} {}", end - self.at));
            self.at = end;
        }
    }
}

/// Replaces the boxes' names by labels and words, and adds the style sheet and the legend.
fn dressed(svg: &str, picture: &Picture) -> String {
    let frames_at = svg.find("<svg id=\"frames\"").unwrap_or(svg.len());
    let (head, frames) = svg.split_at(frames_at);
    let mut out = String::with_capacity(svg.len() * 2);
    let (before_style, behind_style) = head.split_at(head.find("</style>").unwrap_or(head.len()));
    out.push_str(before_style);
    out.push_str(STYLE);
    match behind_style
        .find("<text id=\"subtitle\"")
        .and_then(|at| Some((at, behind_style[at..].find("-</text>")? + at)))
    {
        Some((_, at)) => {
            out.push_str(&behind_style[..at]);
            out.push_str(&subtitle(picture));
            out.push_str(&behind_style[at + 1..]);
        }
        None => out.push_str(behind_style),
    }
    let mut rest = frames;
    while let Some((before, group)) = rest.split_once("<g><title>") {
        out.push_str(before);
        let (group, behind) = group.split_once("</g>").unwrap_or((group, ""));
        push_box(&mut out, group, picture);
        rest = behind;
    }
    out.push_str(rest);
    out
}

fn subtitle(picture: &Picture) -> String {
    let mut text = escaped(&picture.notes);
    for (name, Rgb([r, g, b])) in &picture.legend {
        let _ = write!(text, "  <tspan fill=\"rgb({r},{g},{b})\">\u{25A0}</tspan> {}", escaped(name));
    }
    text
}

/// One box, of which inferno wrote `b17 (…)</title><rect …/><text …>…</text>`.
fn push_box(out: &mut String, group: &str, picture: &Picture) {
    let Some((title, (rect, text))) =
        group.split_once("</title>").and_then(|(title, rest)| Some((title, rest.split_once("<text ")?)))
    else {
        return;
    };
    let name = title.split(' ').next().unwrap_or_default();
    let ix = name.strip_prefix('b').and_then(|ix| ix.parse::<usize>().ok());
    let drawn = ix.and_then(|ix| picture.boxes.get(ix));
    let (label, detail, mark) = match drawn {
        Some(drawn) => (drawn.label.as_str(), Some(&drawn.detail), drawn.mark),
        None if name == GAP => return,
        None => (picture.root.as_str(), None, None),
    };
    let class = match mark {
        Some(Mark::New) => " class=\"new\"",
        Some(Mark::Gone) => " class=\"gone\"",
        Some(Mark::Folded) => " class=\"folded\"",
        None => "",
    };
    let attributes = text.split('>').next().unwrap_or_default();
    let fitted = escaped(&fitted(label, width_px(rect, picture)));
    let label = escaped(label);
    // The script takes what stands before the last bracket for the label.
    let detail = detail.map_or_else(String::new, |detail| format!(" ({})", escaped(&detail.replace('(', "["))));
    let _ = write!(out, "<g{class}><title>{label}{detail}</title>{rect}<text {attributes}>{fitted}</text></g>");
}

/// Width of a box, from `width="12.5000%"`.
fn width_px(rect: &str, picture: &Picture) -> f64 {
    let percent = rect.split_once(" width=\"").and_then(|(_, rest)| rest.split_once('%')?.0.parse::<f64>().ok());
    let whole = f64::from(picture.width_px.unwrap_or(DEFAULT_WIDTH_PX)) - MARGIN_PX;
    percent.unwrap_or(0.0) / 100.0 * whole
}

/// As much of a label as fits; nothing where only dots would.
fn fitted(label: &str, width_px: f64) -> String {
    let chars = ((width_px - 3.0) / (FONT_PX * FONT_WIDTH)).max(0.0) as usize;
    if label.chars().count() <= chars {
        return label.to_owned();
    }
    if chars < 3 {
        return String::new();
    }
    label.chars().take(chars - 2).chain("..".chars()).collect()
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}
