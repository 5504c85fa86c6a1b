//! A chart of the number of objects in each snapshot: existing ones, new ones on top of them, and, below the axis,
//! those that are gone since the previous snapshot.

use crate::base::units::count;
use crate::heap::diff::Population;
use crate::report::html::Markup;
use crate::report::html::chart::{HEIGHT, WIDTH, number};
use askama::Template;

/// Maximum number of snapshots with a bar each; more are shown as a line.
pub(super) const MAX_BARS: usize = 60;
/// Maximum number of bars that are labeled with their values.
const MAX_LABELLED: usize = 6;
/// Maximum number of snapshots that are all read out.
const MAX_SPOKEN: usize = 12;
/// The share of its space that a bar fills, and its maximum width.
const FILLED: f64 = 0.7;
const MAX_BAR_WIDTH: f64 = 44.0;
/// Space below the axis for the number of gone objects and that of the snapshot.
const ROOM_BELOW: f64 = 30.0;

#[derive(Template)]
#[template(path = "populations.html")]
struct PopulationsView {
    spoken: String,
    bars: Vec<Bar>,
    /// Distance from the axis to the end of the longest bar below it, and to the numbers of snapshots.
    names_y: String,
    height: String,
    has_gone: bool,
}

struct Bar {
    told: String,
    x: String,
    width: String,
    middle: String,
    /// Position and height.
    elders: (String, String),
    new: (String, String),
    gone: String,
    is_first: bool,
    label: Option<Labels>,
}

struct Labels {
    name: usize,
    count: String,
    count_y: String,
    gone: Option<(String, String)>,
}

/// The chart; `None` for fewer than two snapshots, too many, or if nothing was counted. O(snapshots).
pub(super) fn chart(populations: &[Population]) -> Option<Markup> {
    let most = populations.iter().map(|population| population.count.max(population.gone)).max()?;
    if populations.len() < 2 || populations.len() > MAX_BARS || most == 0 {
        return None;
    }
    let px = |objects: u64| objects as f64 * HEIGHT / most as f64;
    let most_gone = populations.iter().map(|population| population.gone).max().unwrap_or_default();
    let names_y = HEIGHT + px(most_gone) + if most_gone > 0 { ROOM_BELOW - 4.0 } else { 14.0 };
    let bars = populations.iter().enumerate().map(|(at, population)| bar(at, population, populations.len(), &px));
    Some(Markup::of(&PopulationsView {
        spoken: spoken(populations),
        bars: bars.collect(),
        names_y: number(names_y),
        height: number((names_y + 22.0).ceil()),
        has_gone: most_gone > 0,
    }))
}

fn bar(at: usize, population: &Population, of: usize, px: &impl Fn(u64) -> f64) -> Bar {
    let room = WIDTH / of as f64;
    let width = (room * FILLED).min(MAX_BAR_WIDTH);
    let middle = room * (at as f64 + 0.5);
    let [all, new] = [px(population.count), px(population.new.min(population.count))];
    let top = HEIGHT - all;
    let is_labelled = at == 0 || at + 1 == of || of <= MAX_LABELLED;
    Bar {
        told: told(at, population),
        x: number(middle - width / 2.0),
        width: number(width),
        middle: number(middle),
        elders: (number(top + new), number(all - new)),
        new: (number(top), number(new)),
        gone: number(px(population.gone)),
        is_first: at == 0,
        label: is_labelled.then(|| Labels {
            name: at + 1,
            count: count(population.count),
            count_y: number(top - 4.0),
            gone: (population.gone > 0)
                .then(|| (format!("−{}", count(population.gone)), number(HEIGHT + px(population.gone) + 11.0))),
        }),
    }
}

/// What a bar shows, in words.
fn told(at: usize, population: &Population) -> String {
    let Population { count: all, new, gone, elders, .. } = *population;
    if at == 0 {
        return format!("snapshot 1: {}", count(all));
    }
    let [all, new, gone, elders] = [all, new, gone, elders].map(count);
    format!("snapshot {}: {all} ({elders} existing, {new} new); {gone} gone", at + 1)
}

fn spoken(populations: &[Population]) -> String {
    let told = |(at, population)| told(at, population);
    if populations.len() <= MAX_SPOKEN {
        return populations.iter().enumerate().map(told).collect::<Vec<_>>().join(". ");
    }
    let ends = [0, populations.len() - 1].map(|at| told((at, &populations[at])));
    ends.join(", and so on to ")
}

#[cfg(test)]
mod tests {
    use super::{MAX_BARS, chart};
    use crate::heap::diff::Population;

    #[test]
    fn new_ones_stand_on_those_that_were_there_and_what_went_below_the_line() {
        let populations = [[50, 0, 0, 0, 0], [100, 60, 10, 40, 0]].map(Population::of);
        let html = chart(&populations).unwrap().to_string();
        for drawn in [
            r#"<rect class="first" x="33" y="30" width="44" height="30"/>"#,
            r#"<rect class="elders" x="143" y="36" width="44" height="24"/>"#,
            r#"<rect class="new" x="143" y="0" width="44" height="36"/>"#,
            r#"<rect class="gone" x="143" y="60" width="44" height="6"/>"#,
            "snapshot 2: 100 (40 existing, 60 new); 10 gone",
            ">−10</text>",
        ] {
            assert!(html.contains(drawn), "{drawn} in {html}");
        }
    }

    #[test]
    fn many_snapshots_stay_small_and_too_many_have_no_bars() {
        let of = |snapshots: usize| vec![Population::of([9, 3, 3, 6, 2]); snapshots];
        let html = chart(&of(MAX_BARS)).unwrap().to_string();
        assert!(html.len() < 30_000, "{}", html.len());
        assert!(chart(&of(MAX_BARS + 1)).is_none());
        assert!(chart(&of(1)).is_none() && chart(&[]).is_none());
        assert!(chart(&[Population::default(); 3]).is_none());
    }
}
