//! Folded stacks: one line a stack, `a;b;c 120`, as flamegraph tools read them.

use crate::analysis::boxes::{Content, FlameBox};
use crate::report::flame::Stacks;
use crate::report::flame::label::{folded, label};
use crate::report::flame::picture::folded_label;
use std::io::{self, Write};

/// Writes the stacks of all threads, with microseconds, samples or bytes behind them. O(length), of which one line is in
/// memory.
///
/// # Errors
/// Those of `out`.
pub fn write(threads: &[Stacks<'_>], out: &mut dyn Write) -> io::Result<()> {
    for of in threads {
        let mut lines = Lines { out, stack: String::new(), open: Vec::new() };
        let mut below = 0;
        for drawn in &of.boxes.boxes {
            lines.close(drawn.depth)?;
            if drawn.depth == 1 {
                below += drawn.value;
            }
            lines.open(drawn, &name(of, drawn));
        }
        lines.close(0)?;
        let rest = of.boxes.total - below;
        if rest > 0 {
            writeln!(out, "(root) {rest}")?;
        }
    }
    Ok(())
}

fn name(of: &Stacks<'_>, drawn: &FlameBox) -> String {
    let times = &of.timeline.times;
    match drawn.content {
        Content::Call(call) => folded(&label(times.frames.get(times.tree.frame(call)))),
        content => folded(&folded_label(content).0),
    }
}

struct Lines<'a> {
    out: &'a mut dyn Write,
    stack: String,
    /// Open boxes: level, what no box stands on, and the length of the stack below.
    open: Vec<(u32, u64, usize)>,
}

impl Lines<'_> {
    fn open(&mut self, drawn: &FlameBox, name: &str) {
        if let Some((_, rest, _)) = self.open.last_mut() {
            *rest -= drawn.value;
        }
        self.open.push((drawn.depth, drawn.value, self.stack.len()));
        if !self.stack.is_empty() {
            self.stack.push(';');
        }
        self.stack.push_str(name);
    }

    fn close(&mut self, depth: u32) -> io::Result<()> {
        while let Some((_, rest, below)) = self.open.pop_if(|(level, ..)| *level >= depth) {
            if rest > 0 {
                writeln!(self.out, "{} {rest}", self.stack)?;
            }
            self.stack.truncate(below);
        }
        Ok(())
    }
}
