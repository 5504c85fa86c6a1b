//! Guards against CI runners, which take parts of what is printed for commands.
//!
//! GitHub's runner obeys `##[…]` anywhere in a line and `::command …::` at its start, after optional blanks; Azure's
//! obeys `##vso[…]` anywhere. A key of a Map that came from a request must not be able to write these. Sources:
//! `actions/runner` (`ActionCommand.TryParse`, `TryParseV2`), `microsoft/azure-pipelines-agent` (`Command.TryParse`).
//! Both ignore some characters when comparing, so the guard does too.
//!
//! It also guards against our own mistakes: what should already be escaped is escaped here.

use crate::base::Text;
use crate::base::text::is_escaped;
use std::borrow::Cow;

/// How output can be changed without changing its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Printed {
    /// Lines for people: a blank is inserted into what would be a command.
    Lines,
    /// Intended workflow commands, but not those quoted in them. As for lines, except at the start of a line.
    Commands,
    /// HTML, SVG, XML: a character is replaced by a reference.
    Markup,
    /// What programs read byte by byte: JSON, scripts for shells.
    Exact,
    /// What is no text: pprof.
    Binary,
}

impl Printed {
    /// The text as it is printed. O(length); a text that needs no change is not copied.
    #[must_use]
    pub fn guard(self, text: &str) -> Cow<'_, str> {
        if self.is_exact() || !text.split_inclusive('\n').any(|line| self.is_odd(line)) {
            return Cow::Borrowed(text);
        }
        Cow::Owned(text.split_inclusive('\n').map(|line| self.line(line)).collect())
    }

    pub(crate) fn is_exact(self) -> bool {
        matches!(self, Self::Exact | Self::Binary)
    }

    fn is_odd(self, line: &str) -> bool {
        let begins = line.chars().find(|c| !is_blank(*c));
        line.contains('#') || begins == Some(':') || (self != Self::Markup && line.contains(acts))
    }

    fn line(self, line: &str) -> String {
        let (body, end) = line.strip_suffix('\n').map_or((line, ""), |body| (body, "\n"));
        let mut out = self.broken_brackets(body);
        if self != Self::Commands {
            self.break_colons(&mut out);
        }
        if self != Self::Markup && out.contains(acts) {
            out = escaped(&out);
        }
        out + end
    }

    /// The line with every `##[` and `##vso[` broken before the bracket.
    fn broken_brackets(self, line: &str) -> String {
        let mut out = String::with_capacity(line.len() + 8);
        // How much of `##vso` was seen, ignoring characters that do not count.
        let mut seen = 0;
        for c in line.chars() {
            if c == '[' && (seen == 2 || seen == 5) {
                out.push_str(match self {
                    Self::Markup => "&#91;",
                    _ => " [",
                });
                seen = 0;
                continue;
            }
            out.push(c);
            seen = match (seen, c.to_ascii_lowercase()) {
                (_, c) if counts_as_nothing(c) => seen,
                (0, '#') => 1,
                (1 | 2, '#') => 2,
                (2, 'v') => 3,
                (3, 's') => 4,
                (4, 'o') => 5,
                (_, '#') => 1,
                _ => 0,
            };
        }
        out
    }

    /// Breaks a `::` at the beginning of a line, after blanks and characters that do not count.
    fn break_colons(self, line: &mut String) {
        let Some(first) = line.find(|c| !is_blank(c)) else { return };
        let mut rest = line[first..].char_indices().filter(|(_, c)| !counts_as_nothing(*c));
        if let (Some((_, ':')), Some((second, ':'))) = (rest.next(), rest.next()) {
            match self {
                Self::Markup => line.replace_range(first + second..=first + second, "&#58;"),
                _ => line.insert(first + second, ' '),
            }
        }
    }
}

/// What may stand in front of a command.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || counts_as_nothing(c)
}

/// Characters that the runners' comparison skips.
fn counts_as_nothing(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{34F}' | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{206F}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{E0000}'..='\u{E0FFF}')
}

/// Whether a character acts on a terminal; the colors of reports begin with ESC, which [`escaped`] looks at.
fn acts(c: char) -> bool {
    is_escaped(c) && c != '\n' && c != '\t'
}

/// The line with its control characters escaped; `ESC [ digits ; … m`, a color, stays.
fn escaped(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find(acts) {
        out.push_str(&rest[..at]);
        let acting = &rest[at..];
        let used = color_length(acting).unwrap_or_else(|| acting.chars().next().map_or(0, char::len_utf8));
        if acting.starts_with('\u{1b}') && used > 1 {
            out.push_str(&acting[..used]);
        } else {
            out.push_str(&Text::from(&acting[..used]).to_string());
        }
        rest = &acting[used..];
    }
    out + rest
}

/// Length of the color that a text begins with.
fn color_length(text: &str) -> Option<usize> {
    let parameters = text.strip_prefix("\u{1b}[")?;
    let end = parameters.find(|c: char| !c.is_ascii_digit() && c != ';')?;
    parameters[end..].starts_with('m').then_some("\u{1b}[".len() + end + 1)
}

#[cfg(test)]
mod tests {
    use super::Printed;

    #[test]
    fn no_line_is_a_command() {
        let cases = [
            ("a ##[error]b", "a ## [error]b"),
            ("##vso[task.setvariable]x", "##vso [task.setvariable]x"),
            ("##VSO[x] ###[y]", "##VSO [x] ### [y]"),
            ("#\u{200b}#\u{ad}[x]", "#\u{200b}#\u{ad} [x]"),
            ("::error ::x", ": :error ::x"),
            (" \t\u{a0}\u{200b}:\u{200b}:x", " \t\u{a0}\u{200b}:\u{200b} :x"),
            ("a ::error::x", "a ::error::x"),
            ("a\n::b\n##c [d]", "a\n: :b\n##c [d]"),
            ("::::", ": :::"),
            ("std::map # [x]", "std::map # [x]"),
        ];
        for (text, expected) in cases {
            assert_eq!(Printed::Lines.guard(text), expected, "{text}");
            assert_eq!(Printed::Lines.guard(expected), expected, "once is enough");
            assert_eq!(Printed::Exact.guard(text), text);
        }
        assert_eq!(Printed::Commands.guard("::error file=a::##[x]"), "::error file=a::## [x]");
        assert_eq!(Printed::Markup.guard("<p>##[x]</p>\n  ::b"), "<p>##&#91;x]</p>\n  :&#58;b");
    }

    #[test]
    fn only_colors_act() {
        let text = "\u{1b}[1;31mred\u{1b}[0m \u{1b}]0;title\u{7}\u{1b}[2J\r\u{9b}1m\ta";
        let shown = "\u{1b}[1;31mred\u{1b}[0m \\u{1b}]0;title\\u{7}\\u{1b}[2J\\r\\u{9b}1m\ta";
        assert_eq!(Printed::Lines.guard(text), shown);
    }
}
