//! Speed and memory of reading a pprof profile, against decoding it into structs with `prost`:
//! `cargo bench --bench pprof -- [--megabytes N] [--runs N] [--in-order] [FILE]`.
//!
//! Without a file it makes one up: a call tree, each call of which has one sample, in no order as Go's runtime writes them,
//! or with `--in-order` as tools walk over a tree. Every measurement is a process of its own, and the candidates take turns.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "the output of this program is for a terminal")]

#[path = "comparison/measure.rs"]
mod measure;
#[path = "generator/rng.rs"]
#[expect(dead_code, reason = "the generator of snapshots uses more of it")]
mod rng;

use heapdiff::base::NoProgress;
use heapdiff::format::{Source, read_profiles};
use prost::Message as _;
use rng::Rng;
use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Hidden first arguments with which the bench runs itself.
const READ: &str = "--stage-read";
const DECODE: &str = "--stage-decode";

const USAGE: &str = "usage: cargo bench --bench pprof -- [--megabytes N] [--runs N] [--in-order] [FILE]";

fn main() -> ExitCode {
    // `cargo bench` adds `--bench` to whatever the user gives.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let outcome = match arguments.split_first() {
        None => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Some((first, rest)) if first == measure::STAGE => return measure::run_one_child(rest),
        Some((first, rest)) if first == READ => read(Path::new(&rest[0])),
        Some((first, rest)) if first == DECODE => decode(Path::new(&rest[0])),
        Some(_) => compare(&arguments),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

/// Candidate one: the raw tables of heapdiff.
fn read(path: &Path) -> Result<(), String> {
    let mut source = Source::open(path, &NoProgress).map_err(|error| error.to_string())?;
    let profiles = read_profiles(&mut source).map_err(|error| error.to_string())?;
    std::hint::black_box(&profiles);
    Ok(())
}

/// Candidate two: all structs of profile.proto.
fn decode(path: &Path) -> Result<(), String> {
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    let profile = proto::Profile::decode(bytes.as_slice()).map_err(|error| error.to_string())?;
    std::hint::black_box(&profile);
    Ok(())
}

fn compare(arguments: &[String]) -> Result<(), String> {
    let (mut megabytes, mut runs, mut in_order, mut file) = (100, 5, false, None);
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let mut number = || words.next().and_then(|word| word.parse::<usize>().ok()).ok_or(USAGE);
        match word.as_str() {
            "--megabytes" => megabytes = number()?,
            "--runs" => runs = number()?.max(1),
            "--in-order" => in_order = true,
            option if option.starts_with('-') => return Err(format!("unknown option {option}\n{USAGE}")),
            path => file = Some(PathBuf::from(path)),
        }
    }
    let made = std::env::temp_dir().join(format!("heapdiff-bench-{}.pprof", std::process::id()));
    let path = file.clone().unwrap_or_else(|| made.clone());
    if file.is_none() {
        write(&path, megabytes * 1_000_000, in_order).map_err(|error| error.to_string())?;
    }
    let result = compare_on(&path, runs);
    if file.is_none() {
        let _ = std::fs::remove_file(&made);
    }
    result
}

fn compare_on(path: &Path, runs: usize) -> Result<(), String> {
    let bytes = std::fs::metadata(path).map_err(|error| error.to_string())?.len();
    let name = path.to_str().ok_or("file names must be Unicode")?;
    let this = std::env::current_exe().map_err(|error| error.to_string())?;
    let heapdiff = PathBuf::from(env!("CARGO_BIN_EXE_heapdiff"));
    let candidates: [(&str, &Path, Vec<&str>); 3] = [
        ("prost structs", &this, vec![DECODE, name]),
        ("heapdiff, reading", &this, vec![READ, name]),
        ("heapdiff top", &heapdiff, vec!["top", name, "-o", "-", "--no-progress"]),
    ];
    let mut samples = [const { Vec::new() }; 3];
    for _ in 0..runs {
        for ((_, program, arguments), samples) in candidates.iter().zip(&mut samples) {
            samples.push(measure::sample(program, arguments)?);
        }
    }
    let middle = |mut of: Vec<f64>| {
        of.sort_by(f64::total_cmp);
        of[of.len() / 2]
    };
    println!(
        "{:<20}{:>9}{:>9}{:>10}{:>12}",
        format!("{:.1} MB", bytes as f64 / 1e6),
        "wall s",
        "ratio",
        "peak MB",
        "peak/file"
    );
    let mut yardstick = None;
    for ((name, ..), samples) in candidates.iter().zip(&samples) {
        let seconds = middle(samples.iter().map(|sample| sample.seconds).collect());
        let peak = middle(samples.iter().map(|sample| sample.peak.map_or(f64::NAN, |peak| peak as f64)).collect());
        let ratio = seconds / *yardstick.get_or_insert(seconds);
        println!("{name:<20}{seconds:>9.3}{ratio:>9.2}{:>10.1}{:>12.2}", peak / 1e6, peak / bytes as f64);
    }
    Ok(())
}

/// Writes a profile of about so many bytes.
fn write(path: &Path, bytes: usize, in_order: bool) -> io::Result<()> {
    const LOCATIONS: u32 = 40_000;
    let mut rng = Rng::new(7);
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let mut put = |profile: proto::Profile| out.write_all(&profile.encode_to_vec());
    let types = [(1, 2), (3, 4)].map(|(kind, unit)| proto::ValueType { kind, unit });
    put(proto::Profile { sample_type: types.to_vec(), ..proto::Profile::default() })?;
    // Parent and location of each call. A stack has 27 calls on average.
    let mut calls: Vec<(u32, u64)> = vec![(0, 0)];
    let mut depth: Vec<u32> = vec![0];
    let mut written = 0;
    while written < bytes {
        let number = calls.len() as u32;
        let parent = if rng.once_in(2) { number - 1 - rng.below(8).min(number - 1) } else { rng.below(number) };
        let parent = if depth[parent as usize] >= 60 { 0 } else { parent };
        calls.push((parent, u64::from(1 + rng.skewed(LOCATIONS))));
        depth.push(depth[parent as usize] + 1);
        written += 13 + 2 * depth[number as usize] as usize;
    }
    let mut order: Vec<u32> = (1..calls.len() as u32).collect();
    if !in_order {
        for at in (1..order.len()).rev() {
            order.swap(at, rng.below(at as u32 + 1) as usize);
        }
    }
    for call in order {
        let up = |at: &u32| Some(calls[*at as usize].0).filter(|at| *at != 0);
        let location_id = std::iter::successors(Some(call), up).map(|at| calls[at as usize].1).collect();
        let count = i64::from(1 + rng.below(9));
        let sample = proto::Sample { location_id, value: vec![count, count * 10_000_000], label: Vec::new() };
        put(proto::Profile { sample: vec![sample], ..proto::Profile::default() })?;
    }
    for id in 1..=u64::from(LOCATIONS) {
        let line = vec![proto::Line { function_id: id / 4 + 1, line: id as i64 % 900, column: 0 }];
        let location = proto::Location { id, mapping_id: 1, address: 0x40_0000 + id * 16, line, is_folded: false };
        put(proto::Profile { location: vec![location], ..proto::Profile::default() })?;
    }
    for id in 1..=u64::from(LOCATIONS) / 4 + 1 {
        let name = 5 + id as i64;
        let function = proto::Function { id, name, system_name: name, filename: 5, start_line: id as i64 % 900 };
        put(proto::Profile { function: vec![function], ..proto::Profile::default() })?;
    }
    let mut strings: Vec<String> =
        ["", "samples", "count", "cpu", "nanoseconds", "/srv/app/server.js"].map(str::to_owned).to_vec();
    strings.extend((0..=LOCATIONS / 4 + 1).map(|number| format!("handleRequest{number}")));
    put(proto::Profile { string_table: strings, period: 10_000_000, ..proto::Profile::default() })?;
    out.flush()
}

/// All messages of profile.proto.
mod proto {
    #[derive(Clone, PartialEq, prost::Message)]
    pub(super) struct Profile {
        #[prost(message, repeated, tag = "1")]
        pub(super) sample_type: Vec<ValueType>,
        #[prost(message, repeated, tag = "2")]
        pub(super) sample: Vec<Sample>,
        #[prost(message, repeated, tag = "3")]
        pub(super) mapping: Vec<Mapping>,
        #[prost(message, repeated, tag = "4")]
        pub(super) location: Vec<Location>,
        #[prost(message, repeated, tag = "5")]
        pub(super) function: Vec<Function>,
        #[prost(string, repeated, tag = "6")]
        pub(super) string_table: Vec<String>,
        #[prost(int64, tag = "9")]
        pub(super) time_nanos: i64,
        #[prost(int64, tag = "10")]
        pub(super) duration_nanos: i64,
        #[prost(message, optional, tag = "11")]
        pub(super) period_type: Option<ValueType>,
        #[prost(int64, tag = "12")]
        pub(super) period: i64,
        #[prost(int64, repeated, tag = "13")]
        pub(super) comment: Vec<i64>,
        #[prost(int64, tag = "14")]
        pub(super) default_sample_type: i64,
    }

    #[derive(Clone, Copy, PartialEq, prost::Message)]
    pub(super) struct ValueType {
        #[prost(int64, tag = "1")]
        pub(super) kind: i64,
        #[prost(int64, tag = "2")]
        pub(super) unit: i64,
    }

    #[derive(Clone, PartialEq, prost::Message)]
    pub(super) struct Sample {
        #[prost(uint64, repeated, tag = "1")]
        pub(super) location_id: Vec<u64>,
        #[prost(int64, repeated, tag = "2")]
        pub(super) value: Vec<i64>,
        #[prost(message, repeated, tag = "3")]
        pub(super) label: Vec<Label>,
    }

    #[derive(Clone, Copy, PartialEq, prost::Message)]
    pub(super) struct Label {
        #[prost(int64, tag = "1")]
        pub(super) key: i64,
        #[prost(int64, tag = "2")]
        pub(super) text: i64,
        #[prost(int64, tag = "3")]
        pub(super) number: i64,
    }

    #[derive(Clone, Copy, PartialEq, prost::Message)]
    pub(super) struct Mapping {
        #[prost(uint64, tag = "1")]
        pub(super) id: u64,
        #[prost(int64, tag = "5")]
        pub(super) filename: i64,
    }

    #[derive(Clone, PartialEq, prost::Message)]
    pub(super) struct Location {
        #[prost(uint64, tag = "1")]
        pub(super) id: u64,
        #[prost(uint64, tag = "2")]
        pub(super) mapping_id: u64,
        #[prost(uint64, tag = "3")]
        pub(super) address: u64,
        #[prost(message, repeated, tag = "4")]
        pub(super) line: Vec<Line>,
        #[prost(bool, tag = "5")]
        pub(super) is_folded: bool,
    }

    #[derive(Clone, Copy, PartialEq, prost::Message)]
    pub(super) struct Line {
        #[prost(uint64, tag = "1")]
        pub(super) function_id: u64,
        #[prost(int64, tag = "2")]
        pub(super) line: i64,
        #[prost(int64, tag = "3")]
        pub(super) column: i64,
    }

    #[derive(Clone, Copy, PartialEq, prost::Message)]
    pub(super) struct Function {
        #[prost(uint64, tag = "1")]
        pub(super) id: u64,
        #[prost(int64, tag = "2")]
        pub(super) name: i64,
        #[prost(int64, tag = "3")]
        pub(super) system_name: i64,
        #[prost(int64, tag = "4")]
        pub(super) filename: i64,
        #[prost(int64, tag = "5")]
        pub(super) start_line: i64,
    }
}
