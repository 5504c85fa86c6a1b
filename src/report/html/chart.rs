//! Charts of a number from snapshot to snapshot: a line above an axis that starts at zero.

use crate::report::html::Markup;
use askama::Template;

/// Inner size of a chart in CSS pixels: round numbers, so that positions are short.
pub(super) const WIDTH: f64 = 220.0;
pub(super) const HEIGHT: f64 = 60.0;
/// Maximum number of points that are labeled with their values.
const MAX_LABELLED: usize = 4;
/// Maximum number of values that are all read out.
const MAX_SPOKEN: usize = 20;

#[derive(Template)]
#[template(path = "chart.html")]
struct ChartView {
    title: String,
    spoken: String,
    line: String,
    area: String,
    points: Vec<Point>,
}

struct Point {
    x: String,
    y: String,
    label_x: String,
    label_y: String,
    anchor: &'static str,
    value: String,
    is_labelled: bool,
}

/// A chart of values, which `show` turns into text; `None` for fewer than three. O(values).
pub(super) fn chart(title: &str, values: &[u64], show: impl Fn(u64) -> String) -> Option<Markup> {
    let (first, last) = (*values.first()?, *values.last()?);
    if values.len() < 3 {
        return None;
    }
    let max = values.iter().copied().max().unwrap_or_default().max(1);
    let step = WIDTH / (values.len() - 1) as f64;
    let points = values.iter().enumerate().map(|(at, value)| {
        let (x, y) = (at as f64 * step, HEIGHT * (1.0 - *value as f64 / max as f64));
        let label = label(at, values);
        Point {
            x: number(x),
            y: number(y),
            label_x: number(x + label.right),
            label_y: number(y + label.down),
            anchor: label.anchor,
            value: show(*value),
            is_labelled: at == 0 || at + 1 == values.len() || values.len() <= MAX_LABELLED,
        }
    });
    let points: Vec<Point> = points.collect();
    let line: Vec<String> = points.iter().map(|point| format!("{},{}", point.x, point.y)).collect();
    let line = line.join(" ");
    let spoken = if values.len() <= MAX_SPOKEN {
        values.iter().map(|value| show(*value)).collect::<Vec<_>>().join(", then ")
    } else {
        format!("{} to {} over {} snapshots, at most {}", show(first), show(last), values.len(), show(max))
    };
    let area = format!("0,{HEIGHT} {line} {WIDTH},{HEIGHT}");
    Some(Markup::of(&ChartView { title: title.to_owned(), spoken, line, area, points }))
}

/// Where a point's label is, relative to the point.
struct Label {
    right: f64,
    down: f64,
    anchor: &'static str,
}

/// The first and last values are beside the chart; others are above the line, on the side away from it.
fn label(at: usize, values: &[u64]) -> Label {
    match values.get(at + 1) {
        _ if at == 0 => Label { right: -7.0, down: 4.0, anchor: "end" },
        None => Label { right: 7.0, down: 4.0, anchor: "start" },
        Some(next) if *next < values[at] => Label { right: 2.0, down: -6.0, anchor: "start" },
        Some(_) => Label { right: 2.0, down: -6.0, anchor: "end" },
    }
}

/// A position with one decimal, which is finer than a screen.
pub(super) fn number(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").unwrap_or(&text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::chart;

    #[test]
    fn the_axis_begins_at_zero() {
        let html = chart("objects", &[0, 50, 100], |value| value.to_string()).unwrap().to_string();
        assert!(html.contains(r#"points="0,60 110,30 220,0""#), "{html}");
        assert!(html.contains("objects: 0, then 50, then 100"), "{html}");
    }

    #[test]
    fn many_points_stay_small_and_two_are_no_course() {
        let values: Vec<u64> = (0..1000).collect();
        let html = chart("objects", &values, |value| value.to_string()).unwrap().to_string();
        assert!(html.len() < 30_000, "{}", html.len());
        assert!(html.contains("0 to 999 over 1000 snapshots, at most 999"), "{html}");
        assert!(chart("objects", &[1, 2], |value| value.to_string()).is_none());
        assert!(chart("objects", &[0, 0, 0], |value| value.to_string()).unwrap().to_string().contains("0,60"));
    }
}
