//! The time axis of a chart: a level of boxes next to the root, each a step of time.
//!
//! Its steps are boxes as the calls are, so that zooming, which moves boxes, moves the axis, too; a click on a step shows that time.

use crate::base::units::duration_us;
use crate::picture::color::Rgb;
use crate::picture::flame::when;
use crate::picture::{Picture, PictureBox};

/// The axis has at most so many steps.
const MAX_STEPS: u64 = 20;
/// Colors of steps, in turns.
const COLORS: [Rgb; 2] = [Rgb([228, 231, 236]), Rgb([208, 213, 221])];

/// A picture in time order, whose width is microseconds, with an axis next to the root. O(boxes).
#[must_use]
pub fn with_axis(mut picture: Picture) -> Picture {
    picture.boxes.iter_mut().for_each(|of| of.depth += 1);
    let step_us = step_us(picture.total);
    let steps = (0..picture.total.div_ceil(step_us)).map(|at| {
        let start = at * step_us;
        let value = step_us.min(picture.total - start);
        let label = if start == 0 { "0 s".to_owned() } else { duration_us(start) };
        let color = COLORS[(at % 2) as usize];
        PictureBox { depth: 1, start, value, label, detail: when(start, value), color, mark: None }
    });
    let mut boxes: Vec<PictureBox> = steps.collect();
    boxes.append(&mut picture.boxes);
    Picture { boxes, is_timed: true, ..picture }
}

/// The shortest of 1, 2 and 5 times a power of ten that needs at most `MAX_STEPS`; at least 1.
fn step_us(total_us: u64) -> u64 {
    let mut step_us = 1u64;
    while total_us.div_ceil(step_us) > MAX_STEPS {
        let first = step_us / 10u64.pow(step_us.ilog10());
        step_us = if first == 2 { (step_us / 2).saturating_mul(5) } else { step_us.saturating_mul(2) };
    }
    step_us
}

#[cfg(test)]
mod tests {
    use super::{step_us, with_axis};
    use crate::picture::color::Rgb;
    use crate::picture::{Picture, PictureBox};

    #[test]
    fn steps_are_round_and_few() {
        for (total, expected) in [(0, 1), (1, 1), (20, 1), (21, 2), (41, 5), (100, 5), (101, 10), (1_234_567, 100_000)]
        {
            assert_eq!(step_us(total), expected, "{total}");
        }
        assert!(u64::MAX.div_ceil(step_us(u64::MAX)) <= 20);
    }

    #[test]
    fn the_axis_stands_below_all_calls() {
        let call = PictureBox {
            depth: 1,
            start: 3_000,
            value: 4_000,
            label: "f".into(),
            detail: String::new(),
            color: Rgb([0; 3]),
            mark: None,
        };
        let picture = with_axis(Picture { total: 25_000, boxes: vec![call], ..Picture::default() });
        let shown: Vec<String> =
            picture.boxes.iter().map(|of| format!("{} {}+{} {}", of.depth, of.start, of.value, of.label)).collect();
        assert_eq!(shown.len(), 14);
        assert_eq!(shown[..2], ["1 0+2000 0 s", "1 2000+2000 2.0 ms"]);
        assert_eq!(shown[12..], ["1 24000+1000 24.0 ms", "2 3000+4000 f"]);
        assert!(picture.is_timed);
    }
}
