//! Layout of text for people: meaningful colors, lines that fit the terminal, paths as one would type them.
//!
//! The caller provides all of it as values, so a report is the same text wherever it is made.

use std::borrow::Cow;
use textwrap::core::display_width;
use textwrap::{Options, WordSeparator, WordSplitter};

/// Narrower terminals are treated as this wide, because one word per line is unreadable.
const MIN_WIDTH: usize = 40;
/// Stands for a space at which lines must not break.
const NO_BREAK: &str = "\u{a0}";
/// Characters after which a file path can begin.
const BEFORE_PATHS: [char; 9] = [' ', '(', '[', '"', '\'', '`', '=', ',', '\n'];

/// How text should look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Style<'a> {
    /// Whether to use colors.
    pub is_colored: bool,
    /// Width of the terminal; without it, lines are not wrapped.
    pub width: Option<usize>,
    /// The current folder, which is removed from the paths of files below it.
    pub folder: Option<&'a str>,
}

/// What a color means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Nothing.
    Plain,
    /// The beginning of a section.
    Heading,
    /// Less important than the text around it.
    Faint,
    /// A leak, or a failed check.
    Leak,
    /// A possible leak, or a warning.
    Possible,
}

impl Tone {
    /// The parameters of the escape sequence; `None` for plain text.
    const fn code(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Heading => Some("1"),
            Self::Faint => Some("2"),
            Self::Leak => Some("1;31"),
            Self::Possible => Some("1;33"),
        }
    }
}

impl Style<'_> {
    /// A heading.
    #[must_use]
    pub fn heading(self, text: &str) -> String {
        self.paint(Tone::Heading, text)
    }

    /// Text that is less important than what is around it.
    #[must_use]
    pub fn faint(self, text: &str) -> String {
        self.paint(Tone::Faint, text)
    }

    /// Text in the color of a tone.
    #[must_use]
    pub fn paint(self, tone: Tone, text: &str) -> String {
        match tone.code() {
            Some(code) if self.is_colored && !text.is_empty() => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
            _ => text.to_owned(),
        }
    }

    /// A paragraph with an indent; continuation lines are aligned with the first. Ends with a line break. O(length).
    #[must_use]
    pub fn lines(self, indent: &str, tone: Tone, text: &str) -> String {
        let blanks = " ".repeat(display_width(indent));
        self.hanging(indent, &blanks, tone, text)
    }

    /// The same, with another indent for continuation lines.
    #[must_use]
    pub fn hanging(self, first: &str, next: &str, tone: Tone, text: &str) -> String {
        let text = self.with_short_paths(text);
        let room = self.text_width().map(|width| width.saturating_sub(display_width(first).max(display_width(next))));
        let lines = room.map_or_else(|| vec![text.to_string()], |room| wrapped(&text, room));
        let mut out = String::new();
        for (i, line) in lines.iter().enumerate() {
            out.push_str(if i == 0 { first } else { next });
            out.push_str(&self.paint(tone, line));
            out.push('\n');
        }
        out
    }

    /// The width available for text, if limited.
    #[must_use]
    pub(crate) fn text_width(self) -> Option<usize> {
        self.width.map(|width| width.max(MIN_WIDTH))
    }

    /// Removes the current folder from file paths in a text. O(length).
    #[must_use]
    pub fn with_short_paths(self, text: &str) -> Cow<'_, str> {
        let Some(folder) = self.folder.filter(|folder| folder.len() > 1 && text.contains(folder)) else {
            return Cow::Owned(text.to_owned());
        };
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find(folder) {
            let (before, found) = rest.split_at(at);
            let behind = &found[folder.len()..];
            out.push_str(before);
            let begins = out.chars().next_back().is_none_or(|c| BEFORE_PATHS.contains(&c));
            // A name that looks like an option keeps its folder.
            let is_file = |c: char| !c.is_whitespace() && c != '-';
            let name = behind.strip_prefix(['/', '\\']).filter(|name| name.starts_with(is_file));
            match name {
                Some(name) if begins => rest = name,
                _ => {
                    out.push_str(folder);
                    rest = behind;
                }
            }
        }
        out.push_str(rest);
        Cow::Owned(out)
    }
}

/// Wraps text between words. A path that is too long loses its middle; other long words stick out.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let word = |word: &str| if word.contains(['/', '\\']) { shortened_word(word, width) } else { word.to_owned() };
    let words: Vec<String> = text.split(' ').map(word).collect();
    let joined = with_units(&words);
    let lines = textwrap::wrap(&joined, wrapping(width));
    lines.into_iter().map(|line| line.replace(NO_BREAK, " ")).collect()
}

/// Joins words into a text in which no line breaks between a number and its unit.
fn with_units(words: &[String]) -> String {
    const UNITS: [&str; 9] = ["%", "B", "KiB", "MiB", "GiB", "µs", "ms", "s", "min"];
    let mut out = String::new();
    for (at, word) in words.iter().enumerate() {
        let is_unit = || UNITS.contains(&word.trim_end_matches([',', ';', ':', '.', ')']));
        let follows_number = || words[at - 1].ends_with(|c: char| c.is_ascii_digit());
        if at > 0 {
            out.push_str(if follows_number() && is_unit() { NO_BREAK } else { " " });
        }
        out.push_str(word);
    }
    out
}

/// Options for breaking lines between words, and nowhere else.
pub(super) fn wrapping(width: usize) -> Options<'static> {
    Options::new(width)
        .break_words(false)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation)
}

/// Shortens a word to a number of columns by removing its middle. Most of the end is kept, because a path has the file
/// and line there.
pub(super) fn shortened_word(word: &str, width: usize) -> String {
    if display_width(word) <= width {
        return word.to_owned();
    }
    let room = width.saturating_sub(1);
    let head = taken(word.chars(), room / 4);
    let tail = taken(word.chars().rev(), room - room / 4);
    let tail: String = tail.chars().rev().collect();
    format!("{head}…{tail}")
}

/// As many characters as fit into a number of columns.
fn taken(chars: impl Iterator<Item = char>, width: usize) -> String {
    let mut out = String::new();
    let mut used = 0;
    for c in chars {
        used += display_width(c.encode_utf8(&mut [0; 4]));
        if used > width {
            break;
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Style, Tone, shortened_word};

    #[test]
    fn files_of_the_working_folder_are_named_without_it() {
        let style = Style { folder: Some("/home/me/app"), ..Style::default() };
        let cases = [
            ("at /home/me/app/src/a.js:1:2", "at src/a.js:1:2"),
            ("f (/home/me/app/a.js) and `/home/me/app/b.js`", "f (a.js) and `b.js`"),
            ("'/home/me/app/a b' /home/me/application/x", "'a b' /home/me/application/x"),
            ("file:///home/me/app/a.js", "file:///home/me/app/a.js"),
            ("/srv/home/me/app/a.js", "/srv/home/me/app/a.js"),
            ("/home/me/app/-rf /home/me/app/", "/home/me/app/-rf /home/me/app/"),
            ("/home/me/app", "/home/me/app"),
        ];
        for (text, short) in cases {
            assert_eq!(style.with_short_paths(text), short);
        }
        let root = Style { folder: Some("/"), ..Style::default() };
        assert_eq!(root.with_short_paths("/a/b"), "/a/b");
    }

    #[test]
    fn lines_break_between_words() {
        let style = Style { width: Some(40), ..Style::default() };
        let text = "one two three four five six seven eight nine ten";
        assert_eq!(
            style.lines("  1. ", Tone::Leak, text),
            "  1. one two three four five six seven\n     eight nine ten\n"
        );
        let word = "x".repeat(50);
        assert_eq!(style.lines("  ", Tone::Plain, &format!("a {word} b")), format!("  a\n  {word}\n  b\n"));
        assert_eq!(Style::default().lines("  ", Tone::Plain, text), format!("  {text}\n"));
        let numbers = "the longest of all of them takes some 150 ms, and more";
        assert_eq!(style.lines("", Tone::Plain, numbers), "the longest of all of them takes some\n150 ms, and more\n");
    }

    #[test]
    fn every_line_is_painted_by_itself() {
        let style = Style { is_colored: true, width: Some(40), folder: None };
        let text = "a possible leak that takes more than one line";
        let painted = "  \u{1b}[1;33ma possible leak that takes more than\u{1b}[0m\n  \u{1b}[1;33mone line\u{1b}[0m\n";
        assert_eq!(style.lines("  ", Tone::Possible, text), painted);
    }

    #[test]
    fn long_paths_keep_the_file_and_the_line() {
        let path = "(/home/me/project/node_modules/.pnpm/pkg@1.0.0/node_modules/pkg/dist/index.js:12:3)";
        assert_eq!(shortened_word(path, 40), "(/home/me…odules/pkg/dist/index.js:12:3)");
        let style = Style { width: Some(40), ..Style::default() };
        let text = style.lines("  ", Tone::Plain, &format!("at {path} and {}", "x".repeat(50)));
        assert_eq!(text.lines().map(|line| line.chars().count()).collect::<Vec<_>>(), [4, 40, 5, 52]);
    }
}
