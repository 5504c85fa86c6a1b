//! The picture as SVG, drawn with inferno. This is the only file that knows about inferno.
//!
//! inferno draws folded stacks, and has opinions about names (see [`crate::report::flame::folded::folded`]), about
//! which stacks are equal, and about their order. So it only draws the page, with room for one stack of the required
//! height: title, script, places for text. The boxes are written here, in the form that the script expects, and a
//! legend and colors for dark pages are added.
//!
//! The script of inferno in each picture is under the CDDL-1.0: see `licenses/`.

use crate::picture::color::Rgb;
use crate::picture::{Mark, Picture, PictureBox};
use inferno::flamegraph::color::{BackgroundColor, Color, PaletteMap};
use inferno::flamegraph::{Direction, Options, TextTruncateDirection, from_lines};
use std::fmt::Write as _;

/// The width for fitting text. The script fits it again for the window.
const DEFAULT_WIDTH_PX: u32 = 1200;
const FONT_PX: f64 = 12.0;
/// Width of a character in a monospace font, relative to its height.
const FONT_WIDTH: f64 = 0.6;
/// Total margin at both sides.
const MARGIN_PX: f64 = 20.0;
/// Color of boxes that match a search.
const SEARCH_COLOR: &str = "#ff5fdc";
/// Height of a level, including the line that separates it from the next.
const LEVEL_PX: i64 = 16;
/// Name of all boxes that inferno draws.
const ANY: &str = "b";
const ROOT_COLOR: Rgb = Rgb([200, 200, 200]);

/// Replaces the script's zoom in charts: shows everything that ran during the time of a box.
const ZOOM_IN_TIME: &str = "<script type=\"text/ecmascript\"><![CDATA[
function zoom(node) {
    var span = rect_span(node), all = frames.children, shown = [];
    unzoombtn.classList.remove(\"hide\");
    for (var i = 0; i < all.length; i++) {
        var of = rect_span(all[i]), from = Math.max(of.from, span.from), to = Math.min(of.to, span.to);
        all[i].classList.toggle(\"hide\", to <= from);
        if (to <= from) continue;
        var width = span.to - span.from, rect = find_child(all[i], \"rect\").attributes;
        rect.x.value = format_percent(100 * (from - span.from) / width);
        rect.width.value = format_percent(100 * (to - from) / width);
        shown.push(all[i]);
    }
    update_text_for_elements(shown);
}
function rect_span(node) {
    var rect = find_child(node, \"rect\").attributes, from = parseInt(rect[\"fg:x\"].value);
    return {from: from, to: from + parseInt(rect[\"fg:w\"].value)};
}
]]></script>";

/// Shows the end of a page at first: where the root is at the bottom, and the first boxes are.
const SCROLL_DOWN: &str = "<script type=\"text/ecmascript\"><![CDATA[
window.addEventListener(\"load\", function () { window.scrollTo(0, document.documentElement.scrollHeight); });
]]></script>";

/// Colors of the page apart from the boxes. Boxes have attributes for viewers without style sheets; this is for
/// browsers.
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

/// Draws a picture. Equal pictures give equal bytes. O(boxes).
///
/// # Errors
/// If the total width is 0; as text.
pub fn draw(picture: &Picture) -> Result<String, String> {
    let page = page(picture)?;
    let mut out = String::with_capacity(page.len() + 300 * picture.boxes.len());
    let boxes_at = page.find("<svg id=\"frames\"").unwrap_or(page.len());
    let boxes_at = page[boxes_at..].find('>').map_or(page.len(), |at| boxes_at + at + 1);
    let (head, boxes) = page.split_at(boxes_at);
    push_dressed(&mut out, head, picture);
    let place = Place::new(picture, root_px(boxes, picture.is_icicle));
    place.push(&mut out, &root(picture), None);
    picture.boxes.iter().for_each(|drawn| place.push(&mut out, drawn, Some(&drawn.detail)));
    out.push_str("</svg></svg>");
    Ok(out)
}

/// The box below all others.
fn root(picture: &Picture) -> PictureBox {
    let (label, value) = (picture.root.clone(), picture.total);
    PictureBox { depth: 0, start: 0, value, label, detail: String::new(), color: ROOT_COLOR, mark: None }
}

fn depth(picture: &Picture) -> u32 {
    picture.boxes.iter().map(|drawn| drawn.depth).max().unwrap_or(0)
}

/// The page around the boxes, with one stack of the same height.
fn page(picture: &Picture) -> Result<String, String> {
    let mut palette = PaletteMap::default();
    // Without a color of its own, a name would get a random one.
    palette.insert("", Color { r: 200, g: 200, b: 200 });
    palette.insert(ANY, Color { r: 200, g: 200, b: 200 });
    let mut options = Options::default();
    options.palette_map = Some(&mut palette);
    // The default purple is too dark for text.
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
    let stack = vec![ANY; depth(picture).max(1) as usize].join(";");
    let line = format!("{stack} {}", picture.total);
    let mut svg = Vec::new();
    from_lines(&mut options, [line.as_str()], &mut svg).map_err(|e| e.to_string())?;
    String::from_utf8(svg).map_err(|e| e.to_string())
}

/// The position of the root's upper edge, from `<rect … y="573" …>` of the boxes that inferno drew.
fn root_px(boxes: &str, is_icicle: bool) -> i64 {
    let rects = boxes.split("<rect ").skip(1);
    let edges = rects.filter_map(|rect| rect.split_once(" y=\"")?.1.split_once('"')?.0.parse::<i64>().ok());
    if is_icicle { edges.min() } else { edges.max() }.unwrap_or_default()
}

/// Adds the style sheet, the legend and what bands need to the part before the boxes.
fn push_dressed(out: &mut String, head: &str, picture: &Picture) {
    let (before_style, behind_style) = head.split_at(head.find("</style>").unwrap_or(head.len()));
    out.push_str(before_style);
    out.push_str(STYLE);
    let (script, behind) = behind_style.split_at(behind_style.find("</script>").map_or(0, |at| at + "</script>".len()));
    out.push_str(script);
    if picture.is_timed {
        out.push_str(ZOOM_IN_TIME);
    }
    if !picture.is_icicle {
        out.push_str(SCROLL_DOWN);
    }
    let subtitle_at = behind.find("<text id=\"subtitle\"").and_then(|at| Some(behind[at..].find("-</text>")? + at));
    match subtitle_at {
        Some(at) => {
            out.push_str(&behind[..at]);
            out.push_str(&subtitle(picture));
            out.push_str(&behind[at + 1..]);
        }
        None => out.push_str(behind),
    }
}

fn subtitle(picture: &Picture) -> String {
    let mut text = escaped(&picture.notes);
    for (name, Rgb([r, g, b])) in &picture.legend {
        let _ = write!(text, "  <tspan fill=\"rgb({r},{g},{b})\">\u{25A0}</tspan> {}", escaped(name));
    }
    text
}

/// The positions of boxes on the page.
struct Place {
    /// The root's upper edge.
    root_px: i64,
    /// The distance to the next level.
    level_px: i64,
    total: f64,
    page_px: f64,
}

impl Place {
    fn new(picture: &Picture, root_px: i64) -> Self {
        let page_px = f64::from(picture.width_px.unwrap_or(DEFAULT_WIDTH_PX));
        let level_px = if picture.is_icicle { LEVEL_PX } else { -LEVEL_PX };
        Self { root_px, level_px, total: picture.total as f64, page_px }
    }

    /// Writes a box.
    fn push(&self, out: &mut String, of: &PictureBox, detail: Option<&str>) {
        let percent = |value: u64| 100.0 * value as f64 / self.total;
        let (x, width) = (percent(of.start), percent(of.value));
        let y = self.root_px + i64::from(of.depth) * self.level_px;
        let class = match of.mark {
            Some(Mark::New) => " class=\"new\"",
            Some(Mark::Gone) => " class=\"gone\"",
            Some(Mark::Folded) => " class=\"folded\"",
            None => "",
        };
        let fitted = escaped(&fitted(&of.label, width / 100.0 * (self.page_px - MARGIN_PX)));
        let label = escaped(&of.label);
        // The script takes everything before the last parenthesis for the label.
        let detail = detail.map_or_else(String::new, |detail| format!(" ({})", escaped(&detail.replace('(', "["))));
        let Rgb([r, g, b]) = of.color;
        let _ = write!(
            out,
            "<g{class}><title>{label}{detail}</title><rect x=\"{x:.4}%\" y=\"{y}\" width=\"{width:.4}%\" \
             height=\"{}\" fill=\"rgb({r},{g},{b})\" fg:x=\"{}\" fg:w=\"{}\"/>\
             <text x=\"{:.4}%\" y=\"{:.2}\">{fitted}</text></g>",
            LEVEL_PX - 1,
            of.start,
            of.value,
            x + 100.0 * 3.0 / self.page_px,
            y as f64 + 3.0 + (LEVEL_PX - 1) as f64 / 2.0,
        );
    }
}

/// As much of a label as fits; empty if only the dots would.
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
