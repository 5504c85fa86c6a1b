//! Speed and memory of `heapdiff` against parsing the same two files with serde_json:
//! `cargo bench --bench compare -- BEFORE AFTER [--runs N]`.
//!
//! The yardstick is only the *parsing* of both files into typed vectors, one after the other, with the usual Rust
//! JSON library; heapdiff also computes retained sizes, matches the objects and writes a report. Every
//! measurement is a process of its own, because peak memory is a property of a process, and the candidates take
//! turns, so that a slow minute of the machine hits all of them.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "the output of this program is for a terminal")]

mod comparison;

use std::path::PathBuf;
use std::process::ExitCode;

use comparison::{baseline, measure, report, suite};

const USAGE: &str = "\
usage: cargo bench --bench compare -- BEFORE AFTER [options]
       cargo bench --bench compare -- --suite DIR [options]
       cargo bench --bench compare -- --profiles FILE.cpuprofile... [options]
  BEFORE AFTER     two .heapsnapshot files; `cargo bench --bench generate` makes some
  --suite DIR      every pair NAME-before.heapsnapshot, NAME-after.heapsnapshot of the known names in DIR
  --profiles       CPU profiles, against serde_json::Value
  --runs N         measurements of each candidate, the median counts (default 3)
  --heapdiff PATH  another heapdiff binary than the one of this build
  --json FILE      also write the results as JSON";

/// What the user asked for.
struct Request {
    files: Vec<PathBuf>,
    suite: Option<PathBuf>,
    is_of_profiles: bool,
    runs: usize,
    heapdiff: PathBuf,
    json: Option<PathBuf>,
}

fn main() -> ExitCode {
    // `cargo bench` adds `--bench` to whatever the user gives.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let outcome = match arguments.split_first() {
        None => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Some((first, rest)) if first == measure::STAGE => return measure::run_one_child(rest),
        Some((first, rest)) if first == baseline::STAGE => baseline::run(rest),
        Some(_) => request(&arguments).and_then(|request| compare(&request)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn request(arguments: &[String]) -> Result<Request, String> {
    let mut request = Request {
        files: Vec::new(),
        suite: None,
        is_of_profiles: false,
        runs: 3,
        heapdiff: PathBuf::from(env!("CARGO_BIN_EXE_heapdiff")),
        json: None,
    };
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{word} needs a value\n{USAGE}"));
        match word.as_str() {
            "--profiles" => request.is_of_profiles = true,
            "--suite" => request.suite = Some(value()?.into()),
            "--heapdiff" => request.heapdiff = value()?.into(),
            "--json" => request.json = Some(value()?.into()),
            "--runs" => request.runs = value()?.parse().map_err(|error| format!("--runs: {error}"))?,
            option if option.starts_with('-') => return Err(format!("unknown option {option}\n{USAGE}")),
            file => request.files.push(file.into()),
        }
    }
    let fits = match request.files.len() {
        count if request.is_of_profiles => count > 0 && request.suite.is_none(),
        count => count == if request.suite.is_some() { 0 } else { 2 },
    };
    if !fits || request.runs == 0 {
        return Err(USAGE.to_owned());
    }
    Ok(request)
}

fn compare(request: &Request) -> Result<(), String> {
    if request.is_of_profiles {
        return comparison::profiles::compare(&request.files, &request.heapdiff, request.runs);
    }
    let pairs = match (&request.suite, request.files.as_slice()) {
        (Some(directory), _) => suite::pairs_in(directory)?,
        (None, [before, after]) => vec![suite::Pair::new(before, after)],
        (None, _) => return Err(USAGE.to_owned()),
    };
    let mut results = Vec::new();
    for pair in &pairs {
        eprintln!("measuring {} ...", pair.name);
        results.push(suite::measure_pair(pair, &request.heapdiff, request.runs)?);
    }
    if request.suite.is_some() {
        report::print_suite(&results);
    } else {
        results.iter().for_each(report::print_pair);
    }
    match &request.json {
        Some(path) => report::write_json(path, &results, request.runs),
        None => Ok(()),
    }
}
