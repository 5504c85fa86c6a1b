//! The functions of CPU profiles that cost most, and the longest time that the event loop was blocked.
//!
//! `cargo run --example slow_functions -- app.cpuprofile`

#![expect(clippy::print_stdout, reason = "an example prints")]

fn main() -> heapdiff::Result<()> {
    let files: Vec<String> = std::env::args().skip(1).collect();
    let answer = heapdiff::profile(files)?;
    for cost in answer.functions().iter().take(10) {
        println!("{:>9} µs  {}  {}:{}", cost.self_value, cost.frame.display_name(), cost.frame.url, cost.frame.line);
    }
    for thread in &answer.threads {
        if let Ok(blocking) = &thread.blocking {
            println!("{}: blocked for {} µs at most", thread.name(), blocking.longest_task_us);
        }
    }
    Ok(())
}
