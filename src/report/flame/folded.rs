//! Folded stacks, one per line, `a;b;c 120`, as flamegraph tools read them. Tools differ in how they read names; a name
//! that one of them would misread is changed.

use crate::picture::boxes::{Content, FlameBox};
use crate::picture::flame::folded_label;
use crate::picture::label::label;
use crate::report::flame::Stacks;
use std::io::{self, Write};

/// Writes the stacks of all threads with microseconds, samples or bytes. O(length), with one line in memory.
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
    let stacks = &of.timeline.stacks;
    match drawn.content {
        Content::Call(call) => folded(&label(stacks.frames.get(stacks.tree.frame(call)))),
        content => folded(&folded_label(content).0),
    }
}

struct Lines<'a> {
    out: &'a mut dyn Write,
    stack: String,
    /// Open boxes: their level, their own value, and the length of the stack below them.
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

/// A label that every reader of folded stacks takes for one name:
/// - `;` would end it, and digits after its last space would be a count;
/// - a line that begins with `# ` is a comment;
/// - at its end, `_[j]`, `_[k]`, `_[w]` and `_[i]` mean kinds of code, and `-` and `--` are separators.
#[must_use]
pub fn folded(label: &str) -> String {
    let mut label = label.trim().replace(';', ":");
    if let Some((name, digits)) = label.rsplit_once(' ')
        && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
    {
        label = format!("{name}_{digits}");
    }
    if let Some(rest) = label.strip_prefix("# ") {
        label = format!("#_{rest}");
    }
    if ["_[j]", "_[k]", "_[w]", "_[i]"].iter().any(|mark| label.ends_with(mark)) {
        label.push('.');
    }
    match label.as_str() {
        "" => "(blank)".to_owned(),
        "-" | "--" => format!("({label})"),
        _ => label,
    }
}

#[cfg(test)]
mod tests {
    use super::folded;

    #[test]
    fn names_that_mean_something_in_folded_stacks() {
        let cases = [
            ("get [x;y]", "get [x:y]"),
            ("wasm-function 12", "wasm-function_12"),
            ("x 1.5", "x_1.5"),
            ("f (f.js:1)", "f (f.js:1)"),
            ("# name", "#_name"),
            ("f_[j]", "f_[j]."),
            ("f_[x]", "f_[x]"),
            ("-", "(-)"),
            ("--", "(--)"),
            ("  ", "(blank)"),
            (" a ", "a"),
        ];
        for (name, expected) in cases {
            assert_eq!(folded(name), expected, "{name}");
        }
    }
}
