//! Pictures and exports of stacks, read by others than heapdiff's own code: an XML parser, inferno in its usual mode, the
//! schema of speedscope, a decoder of protocol buffers.

#[path = "../common/mod.rs"]
mod common;
mod exports;
mod heap;
mod picture;
mod traps;

use heapdiff::base::NoProgress;
use heapdiff::cpu::attribution::{Attribution, Options, attribute};
use heapdiff::cpu::call_times::{CallTimes, together};
use heapdiff::cpu::profile::build::build;
use heapdiff::format::{Source, read_profiles};
use heapdiff::picture::boxes::{BoxLimits, by_value};
use heapdiff::picture::flame::{Look, of_values};
use heapdiff::picture::words;
use heapdiff::report::flame::svg::draw;
use heapdiff::stacks::choice::{Choice, choose_traced};
use serde_json::json;

const LIMITS: BoxLimits = BoxLimits { min_share: 0.0, depth: 2000, boxes: 40_000, levels: 5_000_000 };

/// A profile of these calls, as (caller, name, microseconds); the root is call 0, the first of the list call 1. Each call
/// is on top for so long, one after the other, and is sampled each millisecond.
fn profile(calls: &[(usize, &str, u64)]) -> Vec<u8> {
    let frame = |name: &str, line: usize| {
        let url = if name.starts_with('(') { "" } else { "file:///srv/app/a.js" };
        let script = if url.is_empty() { "0" } else { "7" };
        json!({"functionName": name, "scriptId": script, "url": url, "lineNumber": line, "columnNumber": 1})
    };
    let mut nodes = vec![json!({"id": 1, "callFrame": frame("(root)", 0), "hitCount": 0})];
    for (i, (caller, name, _)) in calls.iter().enumerate() {
        nodes.push(json!({"id": i + 2, "callFrame": frame(name, i), "hitCount": 1, "parent": caller + 1}));
    }
    // A last sample without time behind it ends what is before.
    let idle = calls.len() + 2;
    nodes.push(json!({"id": idle, "callFrame": frame("(idle)", 0), "hitCount": 1, "parent": 1}));
    let (mut samples, mut deltas, mut end) = (Vec::new(), vec![0], 0);
    for (i, (.., value)) in calls.iter().enumerate() {
        let mut left = *value;
        while left > 0 {
            let step = left.min(1000);
            samples.push(i + 2);
            deltas.push(step);
            left -= step;
            end += step;
        }
    }
    samples.push(idle);
    serde_json::to_vec(
        &json!({"nodes": nodes, "startTime": 0, "endTime": end, "samples": samples, "timeDeltas": deltas}),
    )
    .unwrap()
}

fn attributed(bytes: &[u8]) -> Vec<Attribution> {
    let mut source = Source::from_bytes(bytes, &NoProgress).unwrap();
    // Raw, so that garbage collection and lone samples stay where a test puts them.
    let options = Options { is_raw: true, keeps_intervals: true, ..Options::default() };
    read_profiles(&mut source).unwrap().into_iter().map(|raw| attribute(build(raw), options)).collect()
}

fn times(bytes: &[u8]) -> CallTimes {
    let times = together(attributed(bytes), true).unwrap();
    times.after(|stacks| choose_traced(stacks, Choice { drops_idle: true, ..Choice::default() })).0
}

/// The picture of a profile.
fn svg(bytes: &[u8], limits: BoxLimits) -> String {
    let times = times(bytes);
    let boxes =
        by_value(&times.stacks.tree, &times.stacks.self_value, |call| times.stacks.tree.frame(call).raw(), limits);
    draw(&of_values(&times.stacks, &boxes, None, words::of_profiles(&times, false), Look::default())).unwrap()
}

/// A box as a browser sees it.
#[derive(Clone, Debug, PartialEq)]
struct Seen {
    level: i64,
    x: u64,
    width: u64,
    /// What stands before the last bracket of the title, as the script takes it.
    label: String,
    title: String,
    text: String,
    class: String,
    fill: String,
}

/// All boxes of a picture, from the root up and from left to right.
fn seen(svg: &str) -> Vec<Seen> {
    let options = roxmltree::ParsingOptions { allow_dtd: true, ..Default::default() };
    let document = roxmltree::Document::parse_with_options(svg, options).unwrap_or_else(|e| panic!("{e}"));
    let frames = document.descendants().find(|node| node.attribute("id") == Some("frames")).unwrap();
    let child = |node: roxmltree::Node<'_, '_>, name: &str| {
        let found = node.children().find(|child| child.has_tag_name(("http://www.w3.org/2000/svg", name))).unwrap();
        (found.text().unwrap_or_default().to_owned(), found.id())
    };
    let mut all: Vec<(i64, Seen)> = Vec::new();
    for group in frames.children().filter(roxmltree::Node::is_element) {
        let rect = document.get_node(child(group, "rect").1).unwrap();
        let number = |name: &str| {
            let attribute = rect.attributes().find(|a| a.name() == name && a.namespace().is_some());
            attribute.unwrap().value().parse::<u64>().unwrap()
        };
        let title = child(group, "title").0;
        let label = match title.rfind('(') {
            Some(at) if title.ends_with(')') => title[..at].trim_end().to_owned(),
            _ => title.clone(),
        };
        all.push((
            rect.attribute("y").unwrap().parse().unwrap(),
            Seen {
                level: 0,
                x: number("x"),
                width: number("w"),
                label,
                title,
                text: child(group, "text").0,
                class: group.attribute("class").unwrap_or_default().to_owned(),
                fill: rect.attribute("fill").unwrap().to_owned(),
            },
        ));
    }
    let bottom = all.iter().map(|(y, _)| *y).max().unwrap();
    let mut boxes: Vec<Seen> = all.into_iter().map(|(y, of)| Seen { level: (bottom - y) / 16, ..of }).collect();
    boxes.sort_by_key(|of| (of.level, of.x));
    boxes
}

/// The boxes without the root, as `level x+width label`.
fn shown(svg: &str) -> Vec<String> {
    let boxes = seen(svg).into_iter().skip(1);
    boxes.map(|of| format!("{} {}+{} {}", of.level, of.x, of.width, of.label)).collect()
}
