//! `heapdiff flame FILE…`: draws stacks, or exports them to other tools.

use crate::base::{Error, ErrorKind, Result, Text};
use crate::cli::flame_args::FlameArgs;
use crate::cli::flame_input::{Drawable, read};
use crate::cli::input::expand;
use crate::cli::output::{Destination, Output};
use crate::cli::{Context, ExitCode, say};
use crate::cpu::attribution::{Attribution, Options};
use crate::cpu::blocking::is_main;
use crate::cpu::call_times::{CallTimes, thread_label, together};
use crate::cpu::comparison::stack_delta;
use crate::format::InputPath;
use crate::heap::analysis::retained_tree::RetainedTree;
use crate::heap::diff::series::Listed;
use crate::picture::Picture;
use crate::picture::axis::with_axis;
use crate::picture::bands::{Band, fold_idle, of_threads};
use crate::picture::boxes::{Boxes, by_value};
use crate::picture::clock::Clock;
use crate::picture::delta::of_delta;
use crate::picture::flame::{self, Look, Words};
use crate::picture::label::shown;
use crate::picture::timeline::{Timeline, by_time};
use crate::picture::words;
use crate::report::flame::Stacks;
use crate::report::formats::{Format, Render};
use crate::report::printed::Printed;
use crate::stacks::WeightedTree;
use crate::stacks::delta::StackDelta;
use std::ffi::OsString;
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};

/// Draws or exports stacks.
///
/// # Errors
/// If a file cannot be read, there is nothing to draw, or the output cannot be written.
pub(crate) fn run(args: &FlameArgs, context: &Context) -> Result<ExitCode> {
    let format = context.format();
    let [files, after] = expand([&args.profile.files, &args.after], context)?;
    let last = after.last().or(files.last()).map(|file| &file.path);
    let destination = destination(args, last, format, context)?;
    context.guard_all(
        files.iter().chain(&after),
        &[Output {
            asked_by: if context.has_output() { "`-o`" } else { "the picture" }.to_owned(),
            to: &destination,
            endings: Some(format.endings),
            makes_folder: false,
        }],
    )?;
    match format.render {
        Render::Picture(draw) => {
            let picture = picture_of(args, [&files, &after], context)?;
            let picture = draw(&picture).map_err(|e| Error::new(ErrorKind::Inconsistent, e))?;
            context.finish_progress();
            destination.write(format.printed, &picture)?;
        }
        Render::Stacks { is_timed, write } => {
            let threads = threads(args, &files, is_timed, context)?;
            let stacks = stacks(args, &threads, context)?;
            let title = words::files(&texts(&files));
            context.finish_progress();
            destination.write_with(format.printed, |out| write(&title, &stacks, out))?;
        }
        // The grammar does not allow such formats.
        Render::Report(_) | Render::Check(_) => {}
    }
    if let Destination::File(path) = &destination
        && !context.is_quiet()
    {
        say(&format!("wrote {}", Text::from(path.as_path())));
    }
    Ok(ExitCode::Done)
}

/// `-o`, or the name of the last file with another extension, in the current folder. Text formats go to standard
/// output.
fn destination(args: &FlameArgs, last: Option<&InputPath>, format: &Format, context: &Context) -> Result<Destination> {
    let stem = last.and_then(stem);
    let name = format.own_file.map(|ending| {
        let mut name = stem.unwrap_or_else(|| OsString::from("flame"));
        name.push(if args.diff { ".diff." } else { "." });
        name.push(ending);
        name
    });
    let destination = context.destination_or(Destination::new(name.as_deref().map(Path::new)));
    let is_binary = format.printed == Printed::Binary;
    if is_binary && destination == Destination::Stdout && io::stdout().is_terminal() {
        return Err(Error::new(ErrorKind::Usage, "a pprof profile is binary and is not printed to a terminal")
            .help("write it to a file with `-o`"));
    }
    Ok(destination)
}

/// `app` for `runs/app.cpuprofile.zst`; `None` for inputs without a path, such as a shell's pipe.
fn stem(file: &InputPath) -> Option<OsString> {
    let path = if file.is_stdin() { None } else { file.as_path().canonicalize().ok() }?;
    let name = Path::new(path.file_name()?);
    let without = |name: &Path, endings: &[&str]| {
        let has_one = name.extension().is_some_and(|own| endings.iter().any(|ending| own == *ending));
        name.file_stem().filter(|_| has_one).map(PathBuf::from)
    };
    let plain = without(name, &["gz", "zst"]).unwrap_or_else(|| name.to_owned());
    let endings = ["cpuprofile", "heapprofile", "heapsnapshot", "heaptimeline", "json", "log"];
    Some(without(&plain, &endings).unwrap_or(plain).into_os_string())
}

fn texts(files: &[Listed]) -> Vec<Text> {
    files.iter().map(|file| file.path.text()).collect()
}

fn options(args: &FlameArgs, keeps_intervals: bool) -> Options {
    Options { keeps_intervals, ..args.profile.options() }
}

fn picture_of(args: &FlameArgs, [files, after]: [&[Listed]; 2], context: &Context) -> Result<Picture> {
    let mut picture =
        if args.diff { delta(args, sides(files, after)?, context)? } else { one_side(args, files, context)? };
    if let Some(title) = &args.title {
        picture.title = shown(&Text::from(title.as_str()));
    }
    if picture.total == 0 {
        return Err(nothing_to_draw());
    }
    Ok(picture)
}

fn one_side(args: &FlameArgs, files: &[Listed], context: &Context) -> Result<Picture> {
    match read(files, options(args, args.chart), context)? {
        Drawable::Profiles(parts) if args.chart => chart(args, parts, &texts(files)),
        Drawable::Profiles(parts) => {
            let times = together_or_error(parts, !args.profile.merge)?;
            let words = words::of_profiles(&times, args.idle);
            Ok(drawn(args, &chosen(args, times).stacks, None, words))
        }
        Drawable::Heap(_) if args.chart => {
            Err(Error::new(ErrorKind::Usage, "a heap snapshot has no time order").help("leave out `--chart`"))
        }
        Drawable::Heap(heap) => {
            let words = words::of_heap(&texts(files), &heap);
            let RetainedTree { stacks, object_count } = chosen_heap(args, heap)?;
            Ok(drawn(args, &stacks, Some(&object_count), words))
        }
    }
}

/// The picture of two sides.
fn delta(args: &FlameArgs, sides: [&[Listed]; 2], context: &Context) -> Result<Picture> {
    let runs = |side: &[Listed]| {
        let one = |file: &Listed| read(std::slice::from_ref(file), options(args, false), context);
        side.iter().map(one).collect::<Result<Vec<Drawable>>>()
    };
    let [before, after] = [runs(sides[0])?, runs(sides[1])?];
    let is_heap = |input: &Drawable| matches!(input, Drawable::Heap(_));
    let delta = match (before.iter().chain(&after).any(is_heap), before.len().max(after.len())) {
        (true, 1) => of_heaps(args, before, after)?,
        (true, _) => return Err(several_heaps()),
        (false, _) => of_profiles(args, before, after)?,
    };
    let boxes = boxes_of(&delta.stacks, args.limits());
    let words = words::of_delta(sides.map(texts).each_ref().map(Vec::as_slice), &delta);
    Ok(of_delta(&delta, &boxes, words, args.look()))
}

/// The files of both sides, one per run.
fn sides<'a>(files: &'a [Listed], after: &'a [Listed]) -> Result<[&'a [Listed]; 2]> {
    match (files, after) {
        ([before, after], []) => Ok([before, after].map(std::slice::from_ref)),
        (files, []) => {
            let message = format!("`--diff` compares two inputs, but {} were given", files.len());
            Err(Error::new(ErrorKind::Usage, message).help(
                "`heapdiff flame --diff BEFORE AFTER`; each may be a folder of profiles. Several runs of the later side \
                 go after `--after`",
            ))
        }
        (before, after) => Ok([before, after]),
    }
}

fn of_heaps(args: &FlameArgs, before: Vec<Drawable>, after: Vec<Drawable>) -> Result<StackDelta> {
    let stacks = |side: Vec<Drawable>| match side.into_iter().next() {
        Some(Drawable::Heap(heap)) => Ok(chosen_heap(args, heap)?.stacks),
        _ => Err(of_different_kinds()),
    };
    Ok(StackDelta::by_name(&stacks(before)?, &stacks(after)?))
}

fn of_profiles(args: &FlameArgs, before: Vec<Drawable>, after: Vec<Drawable>) -> Result<StackDelta> {
    let times = |run: Drawable| match run {
        Drawable::Profiles(parts) => Ok(chosen(args, together_or_error(parts, false)?)),
        Drawable::Heap(_) => Err(of_different_kinds()),
    };
    let times = |side: Vec<Drawable>| side.into_iter().map(times).collect::<Result<Vec<CallTimes>>>();
    let [before, after] = [times(before)?, times(after)?];
    let mut kinds = before.iter().chain(&after).map(|run| (run.kind, run.stacks.unit));
    let first = kinds.next();
    if kinds.any(|kind| Some(kind) != first) {
        return Err(of_different_kinds());
    }
    Ok(stack_delta(&before, &after))
}

fn several_heaps() -> Error {
    Error::new(ErrorKind::Usage, "`--after` takes profiles, but some files are heap snapshots").help(
        "`heapdiff flame --diff BEFORE AFTER` compares two heap snapshots; `heapdiff BEFORE … AFTER` more of them",
    )
}

fn of_different_kinds() -> Error {
    Error::new(ErrorKind::Usage, "the two sides cannot be compared: they measure different things")
        .help("compare two profiles, or two heap snapshots")
}

fn nothing_to_draw() -> Error {
    Error::new(ErrorKind::Usage, "nothing to draw: no stack has a value")
        .help("check `--focus`, `--ignore`, `--hide` and `--mine`; `--idle` includes idle time")
}

fn together_or_error(parts: Vec<Attribution>, by_thread: bool) -> Result<CallTimes> {
    together(parts, by_thread).ok_or_else(|| Error::new(ErrorKind::Usage, "no profile was given"))
}

/// The chosen stacks.
fn chosen(args: &FlameArgs, times: CallTimes) -> CallTimes {
    times.after(|stacks| args.choice.choose_traced(stacks, !args.idle)).0
}

fn drawn(args: &FlameArgs, stacks: &WeightedTree, object_count: Option<&[u64]>, words: Words) -> Picture {
    let boxes = boxes_of(stacks, args.limits());
    flame::of_values(stacks, &boxes, object_count, words, args.look())
}

fn boxes_of(stacks: &WeightedTree, limits: crate::picture::boxes::BoxLimits) -> Boxes {
    by_value(&stacks.tree, &stacks.self_value, |call| stacks.tree.frame(call).raw(), limits)
}

/// The chosen stacks of a snapshot, with the objects of each call.
fn chosen_heap(args: &FlameArgs, heap: RetainedTree) -> Result<RetainedTree> {
    if args.choice.mine {
        return Err(Error::new(ErrorKind::Usage, "`--mine` filters code, but a heap snapshot has objects")
            .help("`--focus REGEX` keeps what objects that match retain"));
    }
    let calls = heap.stacks.tree.calls();
    let (stacks, map) = args.choice.choose_traced(heap.stacks, false);
    let mut object_count = vec![0; stacks.tree.len()];
    for (call, objects) in calls.zip(heap.object_count) {
        if let Some(now) = map.of(call) {
            object_count[now.ix()] += objects;
        }
    }
    Ok(RetainedTree { stacks, object_count })
}

/// The timeline of a thread, chosen and grouped, with the thread's name.
fn timeline(args: &FlameArgs, part: Attribution) -> Option<(Text, Timeline)> {
    let name = thread_label(&part.thread);
    let timeline = Timeline::new(part)?.after(|stacks| args.choice.choose_traced(stacks, !args.idle));
    Some((name, timeline))
}

/// The chart of threads: main threads first, then by number, below one axis; those that were idle are named only.
fn chart(args: &FlameArgs, mut parts: Vec<Attribution>, files: &[Text]) -> Result<Picture> {
    if parts.iter().all(|part| part.intervals.is_empty()) {
        return Err(Error::new(ErrorKind::Usage, "the profile does not say when its samples were taken")
            .help("leave out `--chart` and `--weights`"));
    }
    let order = |part: &Attribution| {
        let thread = &part.thread;
        (thread.process_id, !is_main(thread), thread.thread_id, part.start_us)
    };
    parts.sort_by_key(order);
    let spans: Vec<(i64, u64)> = parts.iter().map(|part| (part.start_us, part.duration_us)).collect();
    let clock = Clock::of(&spans);
    let mut words = words::of_chart(&parts, &clock, files, args.idle);
    let limits = args.limits().of_each(parts.len() as u64);
    let bands = parts.into_iter().zip(&clock.start_us).filter_map(|(part, start_us)| {
        let duration_us = part.duration_us;
        let (name, timeline) = timeline(args, part)?;
        let timeline = timeline.later(*start_us);
        let boxes = by_time(&timeline.stacks.tree, &timeline.intervals, clock.total_us, limits);
        Some(Band { name, start_us: *start_us, duration_us, timeline, boxes })
    });
    let (bands, folded) = if args.idle { (bands.collect(), None) } else { fold_idle(bands.collect()) };
    words.notes.extend(folded);
    // Of several threads the first is the one to look at, and stands at the top of the page with the axis.
    let look = Look { is_icicle: args.icicle || bands.len() > 1, ..args.look() };
    Ok(with_axis(of_threads(&bands, clock.total_us, words, look)))
}

/// The stacks to export: per thread if they have times, otherwise merged.
fn threads(args: &FlameArgs, files: &[Listed], is_timed: bool, context: &Context) -> Result<Vec<(Text, Timeline)>> {
    if args.diff || args.chart {
        return Err(
            Error::new(ErrorKind::Usage, "`--diff` and `--chart` are for pictures only").help("leave out `--format`")
        );
    }
    Ok(match read(files, options(args, is_timed), context)? {
        Drawable::Profiles(parts) if !is_timed => {
            let times = chosen(args, together_or_error(parts, !args.profile.merge)?);
            vec![(Text::default(), Timeline::without_times(times.stacks))]
        }
        Drawable::Profiles(parts) => parts.into_iter().filter_map(|part| timeline(args, part)).collect(),
        Drawable::Heap(heap) => {
            let stacks = chosen_heap(args, heap)?.stacks;
            vec![("retained heap".into(), Timeline::without_times(stacks))]
        }
    })
}

/// The stacks within limits, with a warning if these are exceeded.
fn stacks<'a>(args: &FlameArgs, threads: &'a [(Text, Timeline)], context: &Context) -> Result<Vec<Stacks<'a>>> {
    if threads.iter().all(|(_, timeline)| timeline.stacks.total() == 0) {
        return Err(nothing_to_draw());
    }
    let limits = args.export_limits();
    let stacks: Vec<Stacks<'_>> = threads
        .iter()
        .map(|(name, timeline)| Stacks { name, timeline, boxes: boxes_of(&timeline.stacks, limits) })
        .collect();
    if !context.is_quiet() {
        stacks
            .iter()
            .flat_map(|of| flame::bounds(&of.boxes, of.timeline.stacks.unit))
            .for_each(|note| say(&format!("note: {note}")));
    }
    Ok(stacks)
}
