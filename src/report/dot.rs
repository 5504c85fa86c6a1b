//! The graph of what grew, in Graphviz's DOT language.
//!
//! Names come from files, so each is escaped to be plain text, whatever it contains. Labels are always quoted, never
//! HTML-like.

use crate::base::units::count_delta;
use crate::base::{ByteDelta, Text};
use crate::picture::growth_graph::{GraphEdge, GraphNode, GrowthGraph, Role};
use petgraph::dot::{Config, Dot};

/// Maximum length of a line in a label, in characters.
const LINE_CHARS: usize = 36;
/// Longer file paths lose their beginning.
const PLACE_CHARS: usize = 32;
/// Growth below this has the thinnest line.
const THIN_BYTES: f64 = 1024.0;
/// Line widths.
const WIDTHS: std::ops::RangeInclusive<f64> = 1.0..=6.0;

const HEAD: &str = "\
digraph growth {
    rankdir=LR
    graph [nodesep=0.35, ranksep=0.7, bgcolor=white, labelloc=b, labeljust=l]
    graph [fontname=\"Helvetica,Arial,sans-serif\", fontsize=12]
    node [fontname=\"Helvetica,Arial,sans-serif\", fontsize=12]
    edge [fontname=\"Helvetica,Arial,sans-serif\", fontsize=10, fontcolor=\"#404040\", arrowsize=0.7]
    node [shape=box, style=\"rounded,filled\", fillcolor=\"#f4f4f4\", color=\"#808080\", margin=\"0.14,0.08\"]
";

/// A graph as a file for `dot`. O(nodes + edges).
#[must_use]
pub fn text(growth: &GrowthGraph) -> String {
    let config = [Config::GraphContentOnly, Config::NodeNoLabel, Config::EdgeNoLabel];
    let edge = |_, edge: petgraph::graph::EdgeReference<'_, GraphEdge>| edge_attributes(edge.weight());
    let node = |_, (_, node): (_, &GraphNode)| node_attributes(node);
    let dot = Dot::with_attr_getters(&growth.graph, &config, &edge, &node);
    format!("{HEAD}    label={}\n{dot:?}}}\n", quoted(&caption(growth)))
}

/// What is drawn, and what is not.
fn caption(growth: &GrowthGraph) -> Vec<String> {
    let plural = |count: u64, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
    let mut lines = vec![match growth.finding_count {
        0 => "heapdiff: no leaks or possible leaks to draw".to_owned(),
        shown => format!("heapdiff: {}; line widths show how much grew", plural(shown, "finding")),
    }];
    let left_out = [
        (growth.growth_count, "finding", "that is not a leak"),
        (growth.left_out_count, "finding", "because of --limit or lack of space"),
        (growth.left_out_related_count, "related growth", "because of lack of space"),
    ];
    let left_out: Vec<String> = left_out
        .iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, what, why)| format!("{} {why}", plural(*count, what)))
        .collect();
    if !left_out.is_empty() {
        lines.push(format!("left out: {}", left_out.join("; ")));
    }
    lines
}

fn node_attributes(node: &GraphNode) -> String {
    let whole: Vec<String> =
        [Some(&node.words), node.place.as_ref(), node.detail.as_ref()].into_iter().flatten().cloned().collect();
    let lines: Vec<String> = whole.iter().flat_map(|line| wrapped(line)).collect();
    let look = match (node.role, node.is_leak) {
        (_, Some(true)) => " fillcolor=\"#fbdcd8\" color=\"#c0392b\" penwidth=2",
        (_, Some(false)) => " fillcolor=\"#fdeecb\" color=\"#c77c02\" penwidth=2",
        (Role::Start, None) => " fillcolor=\"#dfe6ee\" color=\"#5d6d7e\"",
        (Role::Holder, None) => " fillcolor=white color=black penwidth=2",
        (Role::Payload, None) => " style=\"rounded,filled,dashed\" fillcolor=white",
        (Role::Owner | Role::Growth, None) => "",
    };
    format!("label={} tooltip={}{look} ", quoted(&lines), quoted(&whole))
}

fn edge_attributes(edge: &GraphEdge) -> String {
    let mut lines = wrapped(&edge.words);
    let count = if edge.count == 0 { String::new() } else { format!("{}, ", count_delta(edge.count)) };
    lines.push(format!("{count}{}", ByteDelta(edge.bytes)));
    let color = if edge.is_leak { "#c0392b" } else { "#c77c02" };
    // Graphviz puts the label on the line. An empty line keeps the text off a thick one.
    lines.push(String::new());
    let style = if edge.is_related { " style=dashed" } else { "" };
    let width = width(edge.bytes);
    format!("label={} color=\"{color}\" penwidth={width:.1}{style} weight={} ", quoted(&lines), width.round())
}

/// The line width: ten times the growth adds one point.
fn width(bytes: i64) -> f64 {
    (WIDTHS.start() + (bytes as f64 / THIN_BYTES).max(1.0).log10()).clamp(*WIDTHS.start(), *WIDTHS.end())
}

/// Lines as a DOT string, left-aligned.
///
/// A backslash would begin an escape, `&` an entity, and a quote would end the string. Characters that act on a
/// terminal or reorder text are escaped, as everywhere.
fn quoted(lines: &[String]) -> String {
    let mut out = String::from('"');
    for line in lines {
        for c in Text::from(line.as_str()).to_string().chars() {
            match c {
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                '&' => out.push_str("&amp;"),
                c => out.push(c),
            }
        }
        out.push_str("\\l");
    }
    out.push('"');
    out
}

/// Wraps text into lines. Long file paths lose their beginning.
fn wrapped(words: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in words.split(' ').filter(|word| !word.is_empty()) {
        let word = cut_in_front(word);
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= LINE_CHARS => {
                line.push(' ');
                line.push_str(&word);
            }
            _ => lines.push(word),
        }
    }
    lines
}

/// `(/srv/app/node_modules/x/lib/index.js:3:1)` as `(…/lib/index.js:3:1)`.
fn cut_in_front(word: &str) -> String {
    if word.chars().count() <= PLACE_CHARS || !word.contains('/') {
        return word.to_owned();
    }
    let bracket = if word.starts_with('(') { "(" } else { "" };
    let slashes: Vec<usize> = word.match_indices('/').map(|(at, _)| at).collect();
    let fits = |at: &usize| word[*at..].chars().count() < PLACE_CHARS;
    let from = slashes.iter().copied().find(fits).or(slashes.last().copied()).unwrap_or_default();
    format!("{bracket}…{}", &word[from..])
}

#[cfg(test)]
mod tests {
    use super::{quoted, text, width, wrapped};
    use crate::picture::growth_graph::GrowthGraph;

    #[test]
    fn names_cannot_leave_their_label() {
        let hostile = ["a\"b\\", "<b>&lt;\n\u{1b}[2J", "\u{202e}\\N"].map(str::to_owned);
        assert_eq!(quoted(&hostile), r#""a\"b\\\l<b>&amp;lt;\\n\\u{1b}[2J\l\\u{202e}\\N\l""#);
    }

    #[test]
    fn long_words_are_cut_and_wrapped() {
        let place = "variable cache of start (/srv/app/node_modules/some-package/lib/index.js:3:1)";
        assert_eq!(wrapped(place), ["variable cache of start", "(…/some-package/lib/index.js:3:1)"]);
        assert_eq!(wrapped(""), [""; 0]);
    }

    #[test]
    fn ten_times_the_growth_is_one_point_more() {
        let widths = [-5, 0, 1024, 10_240, 1 << 50].map(width);
        assert_eq!(widths, [1.0, 1.0, 1.0, 2.0, 6.0]);
    }

    #[test]
    fn nothing_to_draw_is_said() {
        assert!(text(&GrowthGraph::default()).contains("no leaks or possible leaks"));
    }
}
