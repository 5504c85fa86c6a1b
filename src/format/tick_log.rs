//! V8's log as `node --prof` writes it, `isolate-*.log`: where code lies, and the addresses of each tick's stack.
//!
//! One event a line, its fields between commas. Ours are `code-creation,KIND,…,TIME,ADDRESS,SIZE,NAME`,
//! `code-move,FROM,TO`, `code-delete,ADDRESS`, `shared-library,PATH,START,END`, `profiler,begin,INTERVAL`, and
//! `tick,PC,TIME,IN_CALLBACK,TOP_OR_CALLBACK,STATE,STACK…`, in which an address with a sign is relative to the one before.
//! Source: V8's `tools/tickprocessor.mjs`, `tools/codemap.mjs`.
//!
//! V8's own processor gives addresses within the program to symbols that it asks `nm` for, and loses builtins that lie
//! there; here what the log itself names comes first, the library as a whole second.

use crate::base::{Error, ErrorKind, Result};
use crate::format::limits::MAX_LOG_LINE_BYTES;
use crate::format::lines::{LineEnd, Lines};
use crate::format::raw_profile::RawProfile;
use crate::format::source::Source;
use crate::format::strings::push_unit;
use crate::format::ticks::{CodeKind, Ticks, state_frame};
use memchr::memchr;
use std::collections::BTreeMap;

/// Reads a log.
///
/// O(bytes + ticks × log code) time; memory is the code that is known at a time, the call tree, and 12 bytes a tick.
///
/// # Errors
/// If a line of those kinds is not as V8 writes it, or no tick is in the log. A last line that was cut is left out.
pub(crate) fn read_tick_log(source: &mut Source<'_>) -> Result<RawProfile> {
    let mut log = Log::new();
    let mut lines = Lines::new(source, MAX_LOG_LINE_BYTES);
    loop {
        let offset = lines.offset();
        let Some(end) = lines.next()? else { break };
        let result = match end {
            LineEnd::TooLong if !is_ours(&lines.line) => Ok(()),
            LineEnd::TooLong => {
                let message = format!("a line of more than {MAX_LOG_LINE_BYTES} bytes");
                return Err(Error::new(ErrorKind::Limit, message)
                    .at(offset)
                    .in_place(format!("line {}", lines.number)));
            }
            LineEnd::Break | LineEnd::Missing => log.line(&lines.line),
        };
        match (result, end) {
            (Ok(()), _) => {}
            (Err(_), LineEnd::Missing) => log.warnings.push("the last line is incomplete and was ignored".to_owned()),
            (Err(e), _) => return Err(e.at(offset).in_place(format!("line {}", lines.number))),
        }
    }
    if log.tick_count == 0 {
        return Err(Error::new(ErrorKind::WrongKind, "this log has no ticks")
            .help("record one with `node --prof app.js`, for at least a few seconds"));
    }
    Ok(log.ticks.finish(log.interval_us, log.warnings))
}

const OURS: [&[u8]; 6] =
    [b"tick,", b"code-creation,", b"code-move,", b"code-delete,", b"shared-library,", b"profiler,"];

fn is_ours(line: &[u8]) -> bool {
    OURS.iter().any(|start| line.starts_with(start))
}

/// Code that lies somewhere.
#[derive(Clone, Copy, Debug)]
struct Code {
    size: u64,
    /// `None` for the interpreter.
    function: Option<u32>,
    is_script: bool,
}

struct Log {
    ticks: Ticks,
    code: BTreeMap<u64, Code>,
    libraries: BTreeMap<u64, Code>,
    interval_us: Option<i64>,
    has_atomics_wait: bool,
    /// V8 up to 6.3 (Node 8) writes names in quotes, with commas inside; later ones escape commas.
    has_quotes: bool,
    tick_count: u64,
    warnings: Vec<String>,
    stack: Vec<u32>,
}

impl Log {
    fn new() -> Self {
        Self {
            ticks: Ticks::new(),
            code: BTreeMap::new(),
            libraries: BTreeMap::new(),
            interval_us: None,
            has_atomics_wait: true,
            has_quotes: false,
            tick_count: 0,
            warnings: Vec::new(),
            stack: Vec::new(),
        }
    }

    fn line(&mut self, line: &[u8]) -> Result<()> {
        let mut fields = Fields { rest: Some(line), has_quotes: self.has_quotes };
        match fields.next() {
            Some(b"tick") => self.tick(fields),
            Some(b"code-creation") => self.code_creation(fields),
            Some(b"code-move") => {
                let (from, to) =
                    (address(fields.next(), "the old address")?, address(fields.next(), "the new address")?);
                if let Some(code) = self.code.remove(&from) {
                    put(&mut self.code, to, code);
                }
                Ok(())
            }
            Some(b"code-delete") => {
                self.code.remove(&address(fields.next(), "an address")?);
                Ok(())
            }
            Some(b"shared-library") => self.library(fields),
            Some(b"profiler") => {
                if fields.next() == Some(b"begin") {
                    self.interval_us = Some(decimal(fields.next(), "the interval")? as i64);
                }
                Ok(())
            }
            Some(b"v8-version") => {
                let version = (decimal(fields.next(), "V8's version")?, decimal(fields.next(), "V8's version")?);
                self.has_atomics_wait = version >= (7, 9);
                self.has_quotes = version < (6, 4);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn code_creation<'l>(&mut self, mut fields: impl Iterator<Item = &'l [u8]>) -> Result<()> {
        let kind = CodeKind::of_log(fields.next().unwrap_or_default());
        let (_kind_number, _time) = (fields.next(), fields.next());
        let start = address(fields.next(), "the code's address")?;
        let size = decimal(fields.next(), "the code's size")?;
        let Some(name) = fields.next() else { return Err(missing("the code's name")) };
        let function = self.ticks.code(kind, &self.text(name));
        put(&mut self.code, start, Code { size, function, is_script: kind == CodeKind::Script });
        Ok(())
    }

    fn library<'l>(&mut self, mut fields: impl Iterator<Item = &'l [u8]>) -> Result<()> {
        let path = self.text(fields.next().unwrap_or_default());
        let (start, end) = (address(fields.next(), "its start")?, address(fields.next(), "its end")?);
        let function = self.ticks.code(CodeKind::Library, &path);
        put(&mut self.libraries, start, Code { size: end.saturating_sub(start), function, is_script: false });
        Ok(())
    }

    fn tick<'l>(&mut self, mut fields: impl Iterator<Item = &'l [u8]>) -> Result<()> {
        let pc = address(fields.next(), "the program counter")?;
        let time_us = decimal(fields.next(), "the time")?.min(1 << 53) as i64;
        let is_in_callback = decimal(fields.next(), "0 or 1")? != 0;
        let top = address(fields.next(), "the top of the stack")?;
        let state = decimal(fields.next(), "the state")?;
        self.stack.clear();
        // A callback is named by its own address: the program counter may be anywhere below it.
        let (pc, caller) = if is_in_callback { (top, None) } else { (pc, Some(top)) };
        // The top of the stack is an address in a caller only where the callee has no frame yet.
        let caller = caller.filter(|at| *at != 0).and_then(|at| find(&self.code, at)).filter(|code| code.is_script);
        let native = self.push_top(pc, state);
        self.stack.extend(caller.and_then(|code| code.function));
        let mut before = pc;
        for field in fields {
            let at = match field {
                [b'+', digits @ ..] => {
                    before = before.wrapping_add(address(Some(digits), "an address")?);
                    before
                }
                [b'-', digits @ ..] => {
                    before = before.wrapping_sub(address(Some(digits), "an address")?);
                    before
                }
                // V8 ends stacks that are too deep with `overflow`.
                [b'o', ..] => continue,
                absolute => address(Some(absolute), "an address")?,
            };
            self.stack.extend(find(&self.code, at).and_then(|code| code.function));
        }
        if self.stack.len() == native && native == 1 && state_frame(state, self.has_atomics_wait).is_none() {
            // Native code that no script called: what V8's profiler calls `(program)`.
            self.stack.clear();
        }
        self.stack.reverse();
        self.tick_count += 1;
        self.ticks.tick(&self.stack, time_us)
    }

    /// A name as it was before it was written.
    fn text(&self, field: &[u8]) -> Vec<u8> {
        match field {
            [b'"', text @ .., b'"'] if self.has_quotes => without_doubled_quotes(text),
            _ => unescaped(field),
        }
    }

    /// Puts what runs on top of the stack. Says how many frames of native code that are.
    fn push_top(&mut self, pc: u64, state: u64) -> usize {
        if let Some(name) = state_frame(state, self.has_atomics_wait) {
            let function = self.ticks.named(name.as_bytes());
            self.stack.push(function);
            return 1;
        }
        if let Some(code) = find(&self.code, pc) {
            self.stack.extend(code.function);
            return 0;
        }
        self.stack.extend(find(&self.libraries, pc).and_then(|code| code.function));
        self.stack.len()
    }
}

/// The fields of a line, between commas.
struct Fields<'l> {
    rest: Option<&'l [u8]>,
    /// A field in quotes may have commas inside; a quote in it is doubled.
    has_quotes: bool,
}

impl<'l> Iterator for Fields<'l> {
    type Item = &'l [u8];

    fn next(&mut self) -> Option<&'l [u8]> {
        let rest = self.rest?;
        let mut is_inside = false;
        let is_end = |b: &u8| {
            is_inside ^= self.has_quotes && *b == b'"';
            *b == b',' && !is_inside
        };
        let end = if self.has_quotes { rest.iter().position(is_end) } else { memchr(b',', rest) };
        self.rest = end.map(|end| &rest[end + 1..]);
        Some(&rest[..end.unwrap_or(rest.len())])
    }
}

/// Puts code at a place; what lay there is gone.
fn put(all: &mut BTreeMap<u64, Code>, start: u64, code: Code) {
    let end = start.saturating_add(code.size.max(1));
    while let Some((&at, old)) = all.range(..end).next_back() {
        if at < start && at.saturating_add(old.size) <= start {
            break;
        }
        all.remove(&at);
    }
    all.insert(start, code);
}

fn find(all: &BTreeMap<u64, Code>, at: u64) -> Option<Code> {
    let (start, code) = all.range(..=at).next_back()?;
    (at - start < code.size).then_some(*code)
}

fn address(field: Option<&[u8]>, expected: &str) -> Result<u64> {
    let field = field.ok_or_else(|| missing(expected))?;
    let text = std::str::from_utf8(field).unwrap_or_default();
    let digits = text.strip_prefix("0x").unwrap_or(text);
    u64::from_str_radix(digits, 16).map_err(|_| no_number(field, expected))
}

fn decimal(field: Option<&[u8]>, expected: &str) -> Result<u64> {
    let field = field.ok_or_else(|| missing(expected))?;
    std::str::from_utf8(field).ok().and_then(|text| text.parse().ok()).ok_or_else(|| no_number(field, expected))
}

#[cold]
fn missing(expected: &str) -> Error {
    Error::new(ErrorKind::Syntax, format!("the line ends here, expected {expected}"))
        .help("the log is truncated or corrupt: record it again")
}

#[cold]
fn no_number(field: &[u8], expected: &str) -> Error {
    let shown = crate::base::Text::from_wtf8(field).shortened(40);
    Error::new(ErrorKind::Syntax, format!("found `{shown}`, expected {expected}"))
        .help("processes that log to one file mix their lines: use `--logfile-per-isolate`")
}

fn without_doubled_quotes(text: &[u8]) -> Vec<u8> {
    let mut is_second = false;
    let keeps = |b: &&u8| {
        is_second = **b == b'"' && !is_second;
        **b != b'"' || is_second
    };
    text.iter().filter(keeps).copied().collect()
}

/// A field without V8's escapes: `\x2C`, `\u00fc`, `\n`, `\\`.
fn unescaped(field: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(field.len());
    let mut rest = field;
    while let Some(at) = memchr(b'\\', rest) {
        out.extend_from_slice(&rest[..at]);
        let hex = |from: usize, len: usize| {
            let digits = std::str::from_utf8(rest.get(from..from + len)?).ok()?;
            u16::from_str_radix(digits, 16).ok()
        };
        let (unit, used) = match rest.get(at + 1) {
            Some(b'x') => (hex(at + 2, 2), 4),
            Some(b'u') => (hex(at + 2, 4), 6),
            Some(b'n') => (Some(u16::from(b'\n')), 2),
            Some(byte) => (Some(u16::from(*byte)).filter(|b| *b < 128), 2),
            None => (None, 1),
        };
        match unit {
            Some(unit) => {
                push_unit(&mut out, 0, unit);
                rest = &rest[at + used..];
            }
            None => {
                out.push(b'\\');
                rest = &rest[at + 1..];
            }
        }
    }
    out.extend_from_slice(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::{read_tick_log, unescaped};
    use crate::base::NoProgress;
    use crate::format::{RawProfile, Source};

    fn read(log: &str) -> Result<RawProfile, String> {
        let mut source = Source::from_bytes(log.as_bytes(), &NoProgress).map_err(|e| e.to_string())?;
        read_tick_log(&mut source).map_err(|e| e.to_string())
    }

    /// Each sample as `outermost;…;top`.
    fn stacks(raw: &RawProfile) -> Vec<String> {
        let name = |node: u32| raw.strings.text(raw.functions[raw.function[node as usize] as usize].name).to_string();
        let stack = |node: &u32| {
            let mut names: Vec<String> = std::iter::successors(Some(*node), |n| Some(raw.parent[*n as usize]))
                .take_while(|n| *n != 0)
                .map(name)
                .collect();
            names.reverse();
            names.join(";")
        };
        raw.samples.iter().map(stack).collect()
    }

    const CODE: &str = "v8-version,11,3,244,8,-node.38,0\n\
        shared-library,/usr/bin/node,0x1000,0x2000,0\n\
        profiler,begin,1000\n\
        code-creation,Builtin,2,10,0x5000,256,ArrayMap\n\
        code-creation,BytecodeHandler,0,10,0x6000,256,Add\n\
        code-creation,JS,10,20,0x7000,16,main /a.js:1:1,0xaa,~\n\
        code-creation,JS,10,20,0x7100,16,fib /a.js:3:13,0xbb,~\n\
        code-creation,RegExp,3,20,0x7200,16,a\\x2Cb\n";

    #[test]
    fn addresses_become_stacks() {
        let cases = [
            // fib, called by main; the second address is relative.
            ("tick,0x7108,2000,0,0x0,0,-0x100", "main;fib"),
            // A bytecode handler is the function below it at work.
            ("tick,0x6008,2000,0,0x0,0,0x7108,0x7008", "main;fib"),
            // Native code above a function, and alone.
            ("tick,0x1008,2000,0,0x0,5,0x7008", "main;[node]"),
            ("tick,0x1008,2000,0,0x0,6", "(program)"),
            ("tick,0x9999,2000,0,0x0,6", "(program)"),
            // States of V8's own.
            ("tick,0x1008,2000,0,0x0,1", "(garbage collector)"),
            ("tick,0x1008,2000,0,0x0,8", "(idle)"),
            ("tick,0x1008,2000,0,0x0,4,0x7008,overflow", "main;(compiler)"),
            // A callback by its address; a caller of a builtin without a frame.
            ("tick,0x1008,2000,1,0x5008,6,0x7008", "main;ArrayMap"),
            ("tick,0x5008,2000,0,0x7108,0,0x7008", "main;fib;ArrayMap"),
            ("tick,0x7204,2000,0,0x0,0,0x7008", "main;RegExp: a,b"),
        ];
        for (tick, expected) in cases {
            let raw = read(&format!("{CODE}{tick}\n")).unwrap();
            assert_eq!(stacks(&raw), [expected], "{tick}");
            assert_eq!((raw.time_us.as_slice(), raw.start_us, raw.end_us), (&[2000][..], 0, 3000), "{tick}");
        }
    }

    #[test]
    fn code_moves_and_makes_room() {
        let moved = "code-move,0x7100,0x8000\ntick,0x8001,1,0,0x0,0\ntick,0x7101,2,0,0x0,0\n\
            code-creation,JS,10,20,0x7ff8,16,new /b.js:1:1,0xcc,~\ntick,0x8001,3,0,0x0,0\n\
            code-delete,0x7ff8\ntick,0x8001,4,0,0x0,0\n";
        assert_eq!(stacks(&read(&format!("{CODE}{moved}")).unwrap()), ["fib", "(program)", "new", "(program)"]);
    }

    #[test]
    fn broken_lines_are_told_and_a_cut_last_one_is_left_out() {
        let tick = "tick,0x7108,2000,0,0x0,0\n";
        let error = |line: &str| read(&format!("{CODE}{line}\n{tick}")).unwrap_err();
        assert!(error("tick,0x1,x,0,0x0,0").starts_with("line 9 at byte "), "{}", error("tick,0x1,x,0,0x0,0"));
        assert!(error("tick,0x1,x,0,0x0,0").contains("found `x`, expected the time\n  help: "));
        assert!(error("tick,0x1").contains("the line ends here, expected the time"));
        assert!(error("code-creation,JS,1,1,0x1,5").contains("expected the code's name"));
        assert!(error("code-move,,").contains("found ``, expected the old address"));
        assert!(read(CODE).unwrap_err().starts_with("this log has no ticks\n  help: "));
        let cut = read(&format!("{CODE}{tick}tick,0x71")).unwrap();
        assert_eq!((cut.samples.len(), cut.warnings.len()), (1, 1));
    }

    #[test]
    fn old_names_stand_in_quotes() {
        let code = "v8-version,6,2,414,78,0\nshared-library,\"/usr/bin/node\",0x1000,0x2000,0\n\
            code-creation,LazyCompile,5,20,0x7000,16,\"main /a.js:1:1\",0xaa,~\n\
            code-creation,RegExp,3,20,0x7200,16,\"a,\"\"b\"\n";
        for (tick, expected) in [
            ("tick,0x7204,2000,0,0x0,0,0x7008", "main;RegExp: a,\"b"),
            ("tick,0x1008,2000,0,0x0,5,0x7008", "main;[node]"),
            ("tick,0x1008,2000,0,0x0,7", "(idle)"),
        ] {
            assert_eq!(stacks(&read(&format!("{code}{tick}\n")).unwrap()), [expected], "{tick}");
        }
    }

    #[test]
    fn escapes_are_resolved() {
        assert_eq!(unescaped(b"a\\x2Cb\\\\n\\u00fc\\n\\ud800\\"), b"a,b\\n\xC3\xBC\n\xED\xA0\x80\\");
    }
}
