//! A leak test: fails if something leaks between snapshots of a program.
//!
//! `cargo run --example leak_test -- 1.heapsnapshot 2.heapsnapshot 3.heapsnapshot`

#![expect(clippy::print_stdout, reason = "an example prints")]

use heapdiff::heap::detect::Verdict;
use std::process::ExitCode;

fn main() -> heapdiff::Result<ExitCode> {
    let files: Vec<String> = std::env::args().skip(1).collect();
    let comparison = heapdiff::compare(files)?;
    let leaks: Vec<_> = comparison.findings().iter().filter(|finding| finding.verdict == Verdict::Leak).collect();
    for leak in &leaks {
        println!("{} leak: {}\n  held by {}\n  {}", leak.kind, leak.title, leak.path_text, leak.fix);
    }
    Ok(if leaks.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
