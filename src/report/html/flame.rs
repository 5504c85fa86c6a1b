//! A flamegraph as part of a page. Browsers clip its boxes, so it fits any window without a script; the script zooms
//! and searches. For people who cannot see it, there is a list of its largest boxes.

use crate::picture::color::Rgb;
use crate::picture::embedded::Embedded;
use crate::picture::{Mark, Picture, PictureBox};
use crate::report::html::{Markup, Section};
use askama::Template;
use std::cmp::Reverse;

/// Height of a level, and of its boxes, in CSS pixels.
const BOX_HEIGHT: u32 = 17;
const LEVEL_HEIGHT: u32 = 18;
/// Maximum number of boxes in the list.
const MAX_LISTED: usize = 40;
/// Minimum share of the whole for a listed box.
const MIN_LISTED_SHARE: f64 = 0.01;

#[derive(Template)]
#[template(path = "flame.html")]
struct FlameView<'a> {
    id: &'a str,
    picture: &'a Picture,
    command: &'a str,
    legend: Vec<(&'a str, String)>,
    height: u32,
    box_height: u32,
    boxes: Vec<BoxView<'a>>,
    outline: Vec<OutlineItem<'a>>,
    outline_end: Markup,
}

struct BoxView<'a> {
    x: String,
    y: u32,
    width: String,
    label: &'a str,
    detail: &'a str,
    color: String,
    class: &'static str,
    has_text: bool,
}

/// A box in a nested list; `before` closes and opens lists as needed.
struct OutlineItem<'a> {
    before: Markup,
    label: &'a str,
    detail: &'a str,
}

/// A section with a picture.
pub(super) fn section(id: String, level: u8, heading: &str, embedded: &Embedded) -> Section {
    let body = Markup::of(&view(&id, embedded));
    Section { id, level, heading: heading.to_owned(), body }
}

fn view<'a>(id: &'a str, Embedded { picture, command }: &'a Embedded) -> FlameView<'a> {
    let root = BoxView {
        x: "0".to_owned(),
        y: 0,
        width: "100".to_owned(),
        label: &picture.root,
        detail: "",
        color: hex(crate::picture::color::FAINT),
        class: "",
        has_text: true,
    };
    let levels = picture.boxes.iter().map(|of| of.depth).max().unwrap_or_default() + 1;
    let (outline, open) = outline(picture);
    FlameView {
        id,
        picture,
        command,
        legend: picture.legend.iter().map(|(name, color)| (name.as_str(), hex(*color))).collect(),
        height: levels * LEVEL_HEIGHT,
        box_height: BOX_HEIGHT,
        boxes: std::iter::once(root).chain(picture.boxes.iter().map(|of| box_view(of, picture.total))).collect(),
        outline,
        outline_end: Markup("</li></ul>".repeat(open)),
    }
}

fn box_view(of: &PictureBox, total: u64) -> BoxView<'_> {
    let percent = |value: u64| number(value as f64 * 100.0 / total.max(1) as f64);
    BoxView {
        x: percent(of.start),
        y: of.depth * LEVEL_HEIGHT,
        width: percent(of.value),
        label: &of.label,
        detail: &of.detail,
        color: hex(of.color),
        class: match of.mark {
            Some(Mark::New) => "new",
            Some(Mark::Gone) => "gone",
            Some(Mark::Folded) => "folded",
            None => "",
        },
        has_text: !of.label.is_empty(),
    }
}

/// The largest boxes in the order of the picture, and the number of lists that are open at the end. A box is never
/// smaller than one above it, so every listed box is inside the one it belongs to.
fn outline(picture: &Picture) -> (Vec<OutlineItem<'_>>, usize) {
    let least = picture.total as f64 * MIN_LISTED_SHARE;
    let is_listed = |of: &PictureBox| of.mark != Some(Mark::Folded) && of.value as f64 >= least;
    let mut chosen: Vec<usize> = (0..picture.boxes.len()).filter(|ix| is_listed(&picture.boxes[*ix])).collect();
    chosen.sort_by_key(|ix| (Reverse(picture.boxes[*ix].value), picture.boxes[*ix].depth, *ix));
    chosen.truncate(MAX_LISTED);
    chosen.sort_unstable();
    let mut open = 0;
    let item = |ix: usize| {
        let of = &picture.boxes[ix];
        let depth = of.depth as usize;
        let before = if depth > open {
            "<ul><li>".to_owned()
        } else {
            format!("{}</li><li>", "</li></ul>".repeat(open - depth))
        };
        open = depth;
        OutlineItem { before: Markup(before), label: &of.label, detail: &of.detail }
    };
    let items = chosen.into_iter().map(item).collect();
    (items, open)
}

fn hex(Rgb([r, g, b]): Rgb) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// A share in percent with three decimals, which is finer than a screen, however much a box is enlarged.
fn number(value: f64) -> String {
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::{number, outline, section};
    use crate::picture::color::FAINT;
    use crate::picture::embedded::Embedded;
    use crate::picture::{Picture, PictureBox};

    fn picture(boxes: &[(u32, u64, u64, &str)]) -> Picture {
        let of = |(depth, start, value, label): &(u32, u64, u64, &str)| PictureBox {
            depth: *depth,
            start: *start,
            value: *value,
            label: (*label).to_owned(),
            detail: "d".to_owned(),
            color: FAINT,
            mark: None,
        };
        Picture { total: 1000, boxes: boxes.iter().map(of).collect(), ..Picture::default() }
    }

    #[test]
    fn the_list_has_the_largest_boxes_in_lists_that_end() {
        let picture =
            picture(&[(1, 0, 800, "a"), (2, 0, 700, "b"), (3, 0, 5, "tiny"), (2, 700, 90, "c"), (1, 800, 200, "e")]);
        let (items, open) = outline(&picture);
        let text: String = items.iter().map(|item| format!("{}{}", item.before, item.label)).collect();
        assert_eq!(text, "<ul><li>a<ul><li>b</li><li>c</li></ul></li><li>e");
        assert_eq!(open, 1);
    }

    #[test]
    fn boxes_stand_where_the_picture_has_them_and_names_are_text() {
        let embedded = Embedded { picture: picture(&[(1, 250, 333, "<b>&")]), command: "heapdiff flame".to_owned() };
        let html = section("flame".to_owned(), 2, "heading", &embedded).to_string();
        assert!(html.contains(r#"x="25%" y="18" width="33.3%""#), "{html}");
        assert!(!html.contains("<b>") && html.contains("&#60;b&#62;&#38;"), "{html}");
        assert_eq!(number(100.0 / 3.0), "33.333");
        assert_eq!(number(0.0), "0");
    }
}
