//! Writes pairs of `.heapsnapshot` files, and `.cpuprofile` files, to measure with: `cargo bench --bench generate -- DEST SIZE…`.
//!
//! Real captures of this size contain somebody's data and cannot be published. These files are made up, have the
//! proportions of real ones, and anyone can make the same bytes again. It is a bench target only so that no
//! extra package is needed to build it.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "the output of this program is for a terminal")]

mod generator;

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use generator::Moment;

fn main() -> ExitCode {
    // `cargo bench` adds `--bench` to whatever the user gives.
    let arguments = std::env::args().skip(1).filter(|word| word != "--bench");
    let arguments: Vec<String> = arguments.collect();
    let known = generator::known_names();
    let Some((directory, names)) = arguments.split_first() else {
        usage(&known);
        return ExitCode::SUCCESS;
    };
    let unknown = names.iter().find(|name| !known.contains(&name.as_str()));
    if names.is_empty() || unknown.is_some() || directory.starts_with('-') {
        if let Some(name) = unknown {
            eprintln!("unknown size {name}");
        }
        usage(&known);
        return ExitCode::from(2);
    }
    match write_pairs(Path::new(directory), names) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{directory}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn usage(known: &[&str]) {
    println!("usage: cargo bench --bench generate -- DEST SIZE...");
    println!("  writes DEST/SIZE-before.heapsnapshot and DEST/SIZE-after.heapsnapshot");
    println!("  or, for the sizes cpu…, DEST/SIZE.cpuprofile");
    println!("  SIZE is one of: {}", known.join(", "));
}

fn write_pairs(directory: &Path, names: &[String]) -> std::io::Result<()> {
    std::fs::create_dir_all(directory)?;
    for name in names {
        let start = Instant::now();
        let path = directory.join(format!("{name}.cpuprofile"));
        if let Some(bytes) = generator::write_profile(name, &path) {
            println!("{}: {:.1} MB in {:.1} s", path.display(), bytes? as f64 / 1e6, start.elapsed().as_secs_f64());
            continue;
        }
        for (moment, suffix) in [(Moment::Before, "before"), (Moment::After, "after")] {
            let path = directory.join(format!("{name}-{suffix}.heapsnapshot"));
            let start = Instant::now();
            let bytes = generator::write(name, moment, &path)?;
            println!("{}: {:.1} MB in {:.1} s", path.display(), bytes as f64 / 1e6, start.elapsed().as_secs_f64());
        }
    }
    Ok(())
}
