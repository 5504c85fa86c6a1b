//! Whether a function lets itself be called again by the next turn of the loop, by its source: `setImmediate(step)` in `step`,
//! or a loop that waits for nothing but immediates.
//!
//! A turn takes microseconds, and few are seen. What the source says holds for all of them. Nothing is parsed: strings and comments
//! are skipped, and a body ends where its braces do.

use crate::cpu::blocking::source::SourceLine;
use crate::stacks::Frame;

/// How many lines of a function are looked at, and in how many of a script imports and helpers are looked for.
const MAX_BODY_LINES: usize = 200;
const MAX_HEAD_LINES: u32 = 60;
/// Where waiting is told by gaps, a shorter one is not seen.
const MAX_SHORT_MS: u32 = 5;

/// How a function is called again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rearms {
    /// By an immediate.
    Immediate,
    /// By a timer of 5 ms or less.
    ShortTimer,
    /// It goes on behind each immediate that it waits for.
    Awaits,
}

/// How a function lets the loop turn and goes on; none if its source is not there or does not say so. O(lines).
pub(crate) fn rearms(source: SourceLine<'_>, frame: &Frame) -> Option<Rearms> {
    let name = frame.name.to_lossy();
    let name = name.rsplit(['.', ' ']).next().unwrap_or_default();
    let body = body(source, frame)?;
    let helpers = || helpers(source, frame);
    if is_word(name) && calls(&body, "setImmediate").any(|arguments| has_word(arguments, name)) {
        return Some(Rearms::Immediate);
    }
    if is_word(name) && calls(&body, "setTimeout").any(|arguments| is_short(arguments, name)) {
        return Some(Rearms::ShortTimer);
    }
    let is_loop = has_word(&body, "while") || has_word(&body, "for");
    (is_loop && has_word(&body, "await") && awaits_only_immediates(&body, &helpers())).then_some(Rearms::Awaits)
}

/// Whether a timer calls the function again at once: `step, 0`, `step`, `() => step(), 1`.
fn is_short(arguments: &str, name: &str) -> bool {
    let (callback, delay) = match arguments.rsplit_once(',') {
        Some((callback, delay)) if delay.trim().parse::<u32>().is_ok() => (callback, delay.trim().parse().unwrap_or(0)),
        _ => (arguments, 0),
    };
    let is_plain = callback.trim() == name || callback.contains("=>");
    is_plain && has_word(callback, name) && !callback.contains(',') && delay <= MAX_SHORT_MS
}

fn awaits_only_immediates(body: &str, helpers: &[String]) -> bool {
    body.split("await").skip(1).all(|rest| {
        let statement = rest.split([';', '\n']).next().unwrap_or_default();
        let is_immediate = has_word(statement, "setImmediate") || statement.contains("scheduler.yield(");
        is_immediate || helpers.iter().any(|name| calls(statement, name).next().is_some())
    })
}

/// Other names of `setImmediate` in a script, and functions of one line that wait for one.
fn helpers(source: SourceLine<'_>, frame: &Frame) -> Vec<String> {
    let lines = (1..=MAX_HEAD_LINES).map_while(|line| source(&frame.url, line));
    let mut helpers = Vec::new();
    for line in lines.filter(|line| has_word(line, "setImmediate")) {
        let (before, behind) = line.split_once("setImmediate").unwrap_or_default();
        let renamed = behind.trim_start().strip_prefix("as ").or_else(|| behind.trim_start().strip_prefix(':'));
        let declared = ["const ", "let ", "var ", "function "].iter().find_map(|word| {
            let at = before.find(word)? + word.len();
            Some(&before[at..])
        });
        let name: String = renamed.or(declared).unwrap_or_default().trim_start().chars().take_while(is_part).collect();
        helpers.extend((!name.is_empty()).then_some(name));
    }
    helpers
}

/// What stands between the braces of a function, without strings and comments.
fn body(source: SourceLine<'_>, frame: &Frame) -> Option<String> {
    let mut text = String::new();
    for line in (frame.line..).take(MAX_BODY_LINES).map_while(|line| source(&frame.url, line)) {
        let skipped = if line_is_first(frame, &text) { frame.column.saturating_sub(1) as usize } else { 0 };
        text.extend(line.chars().skip(skipped));
        text.push('\n');
    }
    let (mut depth, mut nested, mut body) = (0usize, 0usize, String::new());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '/' if chars.peek() == Some(&'/') => {
                chars.by_ref().find(|c| *c == '\n');
                body.push('\n');
                continue;
            }
            '"' | '\'' | '`' => {
                while let Some(inner) = chars.next() {
                    match inner {
                        '\\' => drop(chars.next()),
                        _ if inner == c => break,
                        _ => {}
                    }
                }
                continue;
            }
            '(' | '[' => nested += 1,
            ')' | ']' => nested = nested.saturating_sub(1),
            '{' if depth > 0 || nested == 0 => depth += 1,
            '}' if depth > 0 => depth -= 1,
            // An arrow without braces.
            '\n' if depth == 0 && nested == 0 && body.contains("=>") => break,
            _ => {}
        }
        body.push(c);
        if c == '}' && depth == 0 && nested == 0 {
            break;
        }
    }
    (!body.trim().is_empty()).then_some(body)
}

fn line_is_first(frame: &Frame, text: &str) -> bool {
    text.is_empty() && frame.column > 0
}

/// The arguments of each call of a function by this name, and not of a method.
fn calls<'a>(text: &'a str, name: &'a str) -> impl Iterator<Item = &'a str> {
    text.match_indices(name).filter_map(move |(at, _)| {
        let is_whole = !text[..at].chars().next_back().is_some_and(|c| is_part(&c) || c == '.');
        let rest = text[at + name.len()..].trim_start().strip_prefix('(').filter(|_| is_whole)?;
        let mut depth = 1;
        let end = rest.char_indices().find(|(_, c)| {
            depth += i32::from(*c == '(') - i32::from(*c == ')');
            depth == 0
        });
        end.map(|(end, _)| &rest[..end])
    })
}

fn is_part(c: &char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$' | '#')
}

fn is_word(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| is_part(&c))
}

fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let behind = text[at + word.len()..].chars().next();
        ![before, behind].iter().flatten().any(is_part)
    })
}

#[cfg(test)]
mod tests {
    use super::{Rearms, rearms};
    use crate::base::Text;
    use crate::stacks::Frame;

    /// The function of this name in a script, at its first parenthesis, as V8 writes it.
    fn of(name: &str, script: &str) -> Option<Rearms> {
        let lines: Vec<&str> = script.lines().collect();
        let is_start =
            |line: &&str| line.contains(&format!("function {name}(")) || line.contains(&format!("{name} = "));
        let line = lines.iter().position(is_start).unwrap();
        let column = lines[line].find('(').unwrap() as u32 + 1;
        let source = |_: &Text, at: u32| lines.get(at as usize - 1).map(|line| (*line).to_owned());
        rearms(&source, &Frame::new(name.into(), "file:///a.js".into(), "1".into(), line as u32 + 1, column))
    }

    #[test]
    fn a_function_that_calls_itself_by_the_next_turn_does() {
        let cases = [
            ("step", "function step() { work(); setImmediate(step); }", Some(Rearms::Immediate)),
            (
                "step",
                "function step(until, ok) {\n  work('}');\n  if (a) setImmediate(step, until, ok);\n}",
                Some(Rearms::Immediate),
            ),
            ("step", "const step = ({ a } = {}) => {\n  setImmediate(() => step({ a }));\n};", Some(Rearms::Immediate)),
            ("step", "const step = () => setImmediate(step);", Some(Rearms::Immediate)),
            ("step", "function step() { work(); setTimeout(step, 0); }", Some(Rearms::ShortTimer)),
            ("step", "function step() { work(); setTimeout(step); }", Some(Rearms::ShortTimer)),
            ("step", "function step() { work(); setTimeout(() => step(), 1); }", Some(Rearms::ShortTimer)),
            // Another function, later, in a comment or a text, of another object, or behind the function's end.
            ("step", "function step() { work(); setImmediate(other); }", None),
            ("step", "function step() { work(); setTimeout(step, 100); }", None),
            ("step", "function step() { work(); setTimeout(step, delay); }", None),
            ("step", "function step() { work(); // setImmediate(step)\n}", None),
            ("step", "function step() { work('setImmediate(step)'); }", None),
            ("step", "function step() { queue.setImmediate(step); }", None),
            ("step", "function step() { if (a) { work(); } }\nsetImmediate(step);", None),
            ("step", "function step() { process.nextTick(step); }", None),
        ];
        for (name, script, expected) in cases {
            assert_eq!(of(name, script), expected, "{script}");
        }
    }

    #[test]
    fn a_loop_that_waits_for_nothing_but_immediates_does() {
        let import = "import { setImmediate as tick } from 'node:timers/promises';\n";
        let helper = "const breathe = () => new Promise((ok) => setImmediate(ok));\n";
        let cases = [
            (import, "async function run() { while (a) { work(); await tick(); } }", Some(Rearms::Awaits)),
            (
                helper,
                "async function run() {\n  for (const a of b) {\n    await breathe();\n  }\n}",
                Some(Rearms::Awaits),
            ),
            ("", "async function run() { while (a) await new Promise(setImmediate); }", Some(Rearms::Awaits)),
            // Microtasks do not let the loop turn, other waiting is seen, and once is not again and again.
            ("", "async function run() { while (a) { work(); await null; } }", None),
            (import, "async function run() { while (a) { await tick(); await sleep(9); } }", None),
            (import, "async function run() { await tick(); work(); }", None),
        ];
        for (head, script, expected) in cases {
            assert_eq!(of("run", &format!("{head}{script}")), expected, "{script}");
        }
    }
}
