//! Folded (collapsed) stacks: one a line, the outermost function first, and how much it cost: `main;work;sort 12`.
//!
//! Written by the `stackcollapse` scripts of flame graphs, inferno, `perf`, py-spy, async-profiler, rbspy, and by `heapdiff flame
//! --format folded`. The number is a count of whatever the writer counted. Lines that begin with `#` are comments.

use crate::base::{Error, ErrorKind, Result};
use crate::format::call_stacks::{CallStacks, Measure};
use crate::format::limits::MAX_STACK_LINE_BYTES;
use crate::format::lines::{LineEnd, Lines};
use crate::format::raw_profile::{RawProfile, Thread};
use crate::format::source::Source;
use crate::format::trie::ROOT;
use memchr::memrchr;

/// Reads stacks.
///
/// O(bytes) time; memory is the call tree, the names, and one line.
///
/// # Errors
/// If a line is no stack with a count. A last line that was cut is left out.
pub(crate) fn read_folded(source: &mut Source<'_>) -> Result<Vec<RawProfile>> {
    let mut lines = Lines::new(source, MAX_STACK_LINE_BYTES);
    let mut stacks = CallStacks::new();
    let mut warnings = Vec::new();
    let mut path = Path::default();
    let mut count = 0u64;
    loop {
        let offset = lines.offset();
        let Some(end) = lines.next()? else { break };
        let number = lines.number;
        let place = |e: Error| e.at(offset).in_place(format!("line {number}"));
        if end == LineEnd::TooLong {
            let message = format!("a line of more than {MAX_STACK_LINE_BYTES} bytes");
            return Err(place(Error::new(ErrorKind::Limit, message)));
        }
        let line = lines.line.trim_ascii();
        if line.is_empty() || line.starts_with(b"#") {
            continue;
        }
        match split(line) {
            Some((stack, value)) => {
                let node = path.node(&mut stacks, stack).map_err(place)?;
                stacks.add(node, value, 1);
                count += 1;
            }
            None if end == LineEnd::Missing && count > 0 => {
                warnings.push("the last line is incomplete and was ignored".to_owned());
            }
            None => return Err(place(no_stack(line))),
        }
    }
    if count == 0 {
        return Err(Error::new(ErrorKind::WrongKind, "the file has no stacks").help("record again, for longer"));
    }
    Ok(vec![stacks.finish_sums(Measure::SAMPLES, Thread::default(), None, warnings)?])
}

/// Stack and count of a line.
fn split(line: &[u8]) -> Option<(&[u8], f64)> {
    let at = memrchr(b' ', line)?;
    let (stack, value) = (line[..at].trim_ascii_end(), &line[at + 1..]);
    let is_number = value.first()?.is_ascii_digit() && value.iter().all(|b| b.is_ascii_digit() || *b == b'.');
    let value: f64 = std::str::from_utf8(value).ok().filter(|_| is_number)?.parse().ok()?;
    (!stack.is_empty()).then_some((stack, value))
}

#[cold]
fn no_stack(line: &[u8]) -> Error {
    let found = crate::base::Text::from_wtf8(line).shortened(40);
    Error::new(ErrorKind::Syntax, format!("found `{found}`, expected a stack and a count: `main;work 12`"))
        .help("folded stacks have one stack a line, its functions with `;` between them")
}

/// The stack of the line before: neighbors share callers.
#[derive(Default)]
struct Path {
    text: Vec<u8>,
    /// Where each function ends in `text`, and its call.
    calls: Vec<(usize, u32)>,
}

impl Path {
    fn node(&mut self, stacks: &mut CallStacks, stack: &[u8]) -> Result<u32> {
        let equal = self.text.iter().zip(stack).take_while(|(a, b)| a == b).count();
        let is_shared = |end: usize| end <= equal && matches!(stack.get(end), None | Some(b';'));
        let shared = self.calls.iter().take_while(|(end, _)| is_shared(*end)).count();
        self.calls.truncate(shared);
        let (mut at, mut node) = self.calls.last().map_or((0, ROOT), |(end, node)| (end + 1, *node));
        while at <= stack.len() {
            let end = memchr::memchr(b';', &stack[at..]).map_or(stack.len(), |len| at + len);
            let function = stacks.function_of_label(&stack[at..end]);
            // A stack that is nothing but the root is what no function has.
            if !(at == 0 && end == stack.len() && stack == b"(root)") {
                node = stacks.call(node, function)?;
            }
            self.calls.push((end, node));
            at = end + 1;
        }
        self.text.clear();
        self.text.extend_from_slice(stack);
        Ok(node)
    }
}

/// Whether text is the beginning of folded stacks: all whole lines are stacks with a count, and one has several functions.
pub(crate) fn begins_folded(prefix: &[u8]) -> bool {
    let is_whole_file = prefix.len() < 4096;
    let mut has_several = false;
    let mut count = 0;
    let mut lines = prefix.split(|byte| *byte == b'\n').peekable();
    while let Some(line) = lines.next() {
        let line = line.trim_ascii();
        let is_cut = lines.peek().is_none() && !is_whole_file;
        if line.is_empty() || line.starts_with(b"#") {
            continue;
        }
        if line.first().is_some_and(|byte| matches!(byte, b'{' | b'<')) || line.iter().any(|b| *b < b' ' && *b != b'\t')
        {
            return false;
        }
        if is_cut {
            // One stack may be longer than what is looked at.
            return has_several || (count == 0 && line.iter().filter(|byte| **byte == b';').count() >= 8);
        }
        match split(line) {
            Some((stack, _)) => has_several |= stack.contains(&b';'),
            // The last line may be cut.
            None => return has_several && lines.peek().is_none(),
        }
        count += 1;
    }
    has_several
}

#[cfg(test)]
mod tests {
    use super::{begins_folded, split};

    #[test]
    fn stack_and_count() {
        let split = |line: &str| split(line.as_bytes()).map(|(s, v)| (String::from_utf8(s.to_vec()).unwrap(), v));
        assert_eq!(split("a;b c;d 12"), Some(("a;b c;d".to_owned(), 12.0)));
        assert_eq!(split("a 1.5"), Some(("a".to_owned(), 1.5)));
        for line in ["a", " 12", "a;b", "a -3", "a x", "a 1.2.3", "a ."] {
            assert_eq!(split(line), None, "{line}");
        }
    }

    #[test]
    fn beginnings() {
        let long = format!("{} 3", vec!["name"; 2000].join(";"));
        for text in ["a;b 1\n", "a 1\nb;c 2\n", "# comment\na;b 7", "a;b 1\nc;d", long.as_str()] {
            assert!(begins_folded(text.as_bytes()), "{text}");
        }
        for text in ["", "a 1\n", "hello", "{\"a;b\": 1", "a;b\nc 1\n", "<a;b 1", "x;y\u{0} 1"] {
            assert!(!begins_folded(text.as_bytes()), "{text}");
        }
    }
}
