//! What the target for profiles does: read, give the time away by every rule, put together, choose, group, draw, compare with
//! itself, look for what blocked, and check the sums.

use heapdiff::cpu::attribution::{GapCap, Attribution, Options, Weights, attribute};
use heapdiff::stacks::Unit;
use heapdiff::cpu::blocking::{self, blocking};
use heapdiff::picture::boxes::{BoxLimits, by_value};
use heapdiff::cpu::call_times::{CallTimes, together};
use heapdiff::stacks::choice::{Choice, Group, choose, group};
use heapdiff::base::NoProgress;
use heapdiff::cpu::comparison::{Change, compare_profiles};
use heapdiff::format::{ProfileKind, RawProfile, Source, read_profiles};
use heapdiff::cpu::profile::build::build;
use heapdiff::cpu::profile::Profile;
use heapdiff::stacks::{Frame, WeightedTree};
use heapdiff::picture::color::ColorBy;
use heapdiff::picture::flame::{Look, of_values};
use heapdiff::report::flame::svg::draw;
use heapdiff::picture::words;

/// Does everything with bytes that may be a profile.
pub fn exercise(bytes: &[u8]) {
    let raw = Source::from_bytes(bytes, &NoProgress).and_then(|mut source| read_profiles(&mut source));
    match raw {
        Ok(raw) => {
            raw.iter().for_each(check_raw);
            exercise_all(raw.into_iter().map(build).collect());
        }
        Err(e) => assert!(!e.to_string().is_empty()),
    }
}

fn check_raw(raw: &RawProfile) {
    let len = raw.parent.len();
    assert!(raw.function.len() == len && raw.hit_count.len() == len, "columns of one length");
    assert!(raw.sums.as_ref().is_none_or(|sums| sums.values.len() == len));
    assert!(raw.parent[0] == RawProfile::NONE && raw.parent[1..].iter().all(|p| (*p as usize) < len), "one root");
    assert!(raw.function.iter().all(|f| (*f as usize) < raw.functions.len()));
    assert!(raw.samples.iter().all(|s| (*s as usize) < len));
    assert!(raw.time_us.is_empty() || raw.time_us.len() == raw.samples.len());
    assert!(raw.time_us.iter().all(|t| (raw.start_us..=raw.end_us).contains(t)));
}

fn exercise_all(profiles: Vec<Profile>) {
    for weights in [Weights::Time, Weights::Samples, Weights::Hits] {
        for bits in 0..12u8 {
            let gap_cap = [GapCap::Auto, GapCap::On, GapCap::Off][usize::from(bits >> 2)];
            let options = Options { is_raw: bits & 1 != 0, weights, gap_cap, keeps_intervals: bits & 2 != 0 };
            let parts: Vec<Attribution> = profiles.iter().map(|profile| attribute(profile.clone(), options)).collect();
            parts.iter().for_each(|part| check_part(part, options));
            for by_thread in [true, false] {
                let times = together(parts.clone(), by_thread).expect("there are profiles");
                if bits == 0 {
                    exercise_views(&times);
                }
                exercise_times(times, &parts);
            }
        }
    }
}

fn check_part(part: &Attribution, options: Options) {
    assert_eq!(part.self_value.len(), part.tree.len());
    let sum: u64 = part.self_value.iter().sum();
    if part.unit == Unit::Micros && !(part.lacks_times && sum == 0) {
        assert_eq!(sum + part.no_samples_us, part.duration_us, "all time is given away once");
    }
    if part.kind == ProfileKind::Cpu && part.unit == Unit::Samples && options.weights == Weights::Samples {
        assert_eq!(sum, part.sample_count);
    }
    let mut until = 0;
    for interval in &part.intervals {
        assert!(interval.start_us >= until, "intervals in order of time");
        until = interval.start_us + interval.duration_us;
    }
    if options.keeps_intervals {
        check_blocking(part);
    }
}

fn check_blocking(part: &Attribution) {
    let Ok(found) = blocking(part, blocking::Options::default()) else { return };
    assert!(found.busy_us <= found.measured_us && found.measured_us <= part.duration_us, "no more than there is");
    assert!(found.blocked_count <= found.over_50ms_count && found.over_50ms_count <= found.stretch_count);
    let mut until = 0;
    for stretch in &found.stretches {
        assert!(stretch.start_us >= until, "stretches in order of time, one after the other");
        until = stretch.start_us + stretch.duration_us;
    }
}

fn exercise_times(times: CallTimes, parts: &[Attribution]) {
    let like_first = |part: &&Attribution| part.kind == parts[0].kind && part.unit == parts[0].unit;
    let expected: u64 = parts.iter().filter(like_first).flat_map(|part| &part.self_value).sum();
    assert_eq!(times.stacks.total(), expected, "nothing is lost between threads");
    let stacks = times.stacks;
    check_stacks(&stacks);
    let long = |frame: &Frame| frame.name.as_bytes().len() % 2 == 1;
    for by in [Group::Function, Group::File, Group::Package, Group::Category] {
        let grouped = group(stacks.clone(), by);
        assert_eq!(grouped.total(), expected, "groups cover all");
        check_stacks(&grouped);
    }
    let focused = choose(stacks.clone(), Choice { focus: Some(&long), ..Choice::default() });
    let ignored = choose(stacks.clone(), Choice { ignore: Some(&long), ..Choice::default() });
    assert_eq!(focused.total() + ignored.total(), expected, "a stack matches or does not");
    let hidden = choose(stacks.clone(), Choice { hide: Some(&long), ..Choice::default() });
    assert_eq!(hidden.total(), expected, "hidden time goes to the callers");
    for chosen in [focused, ignored, hidden, choose(stacks, Choice { drops_idle: true, ..Choice::default() })] {
        check_stacks(&chosen);
    }
}

/// A picture is drawn of whatever has a value, and nothing changed from a run to the same run.
fn exercise_views(times: &CallTimes) {
    let limits = BoxLimits { min_share: 0.001, depth: 200, boxes: 500, levels: 20_000 };
    let boxes = by_value(&times.stacks.tree, &times.stacks.self_value, |call| times.stacks.tree.frame(call).raw(), limits);
    if times.stacks.total() > 0 {
        let look = Look { color_by: ColorBy::Package, is_icicle: false, width_px: None };
        let picture = of_values(&times.stacks, &boxes, None, words::of_profiles(times, true), look);
        let svg = draw(&picture).expect("what has a value can be drawn");
        assert!(!svg.contains('\0'), "names are shown safely");
    }
    let runs = std::slice::from_ref(times);
    let same = compare_profiles(runs, runs);
    assert!(same.functions.iter().all(|delta| delta.change == Change::Same && delta.is_within_noise));
}

fn check_stacks(stacks: &WeightedTree) {
    let total = stacks.total();
    let totals = stacks.tree.totals(&stacks.self_value);
    assert_eq!(totals[0], total, "the root holds all");
    let by_frame = stacks.by_frame();
    assert_eq!(by_frame.iter().map(|frame| frame.self_value).sum::<u64>(), total);
    assert!(by_frame.iter().all(|frame| frame.self_value <= frame.total_value && frame.total_value <= total));
    for (_, frame) in stacks.frames.iter() {
        let _ = (frame.display_name().to_string(), frame.location().map(|place| place.url.to_string()));
    }
}
