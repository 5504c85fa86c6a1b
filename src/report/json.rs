//! Reports as JSON.

use serde::Serialize;
use serde_json::ser::{Formatter, PrettyFormatter, Serializer};
use std::io::{self, Write};

/// A report as JSON on several lines, ending with a line break.
///
/// Characters that could act on a terminal (DEL, C1 controls, bidirectional overrides) are written as escapes, which
/// does not change the value.
#[must_use]
pub(crate) fn pretty(report: &impl Serialize) -> String {
    let mut json = Vec::new();
    let formatter = Escaping { inner: PrettyFormatter::new() };
    let written = report.serialize(&mut Serializer::with_formatter(&mut json, formatter));
    debug_assert!(written.is_ok(), "{written:?}");
    json.push(b'\n');
    String::from_utf8(json).unwrap_or_default()
}

struct Escaping<'a> {
    inner: PrettyFormatter<'a>,
}

/// Forwards methods that write structure to the pretty formatter.
macro_rules! forward {
    ($($name:ident($($arg:ident: $type:ty),*)),* $(,)?) => {
        $(fn $name<W: ?Sized + Write>(&mut self, writer: &mut W $(, $arg: $type)*) -> io::Result<()> {
            self.inner.$name(writer $(, $arg)*)
        })*
    };
}

impl Formatter for Escaping<'_> {
    forward!(
        begin_array(),
        end_array(),
        begin_array_value(first: bool),
        end_array_value(),
        begin_object(),
        end_object(),
        begin_object_key(first: bool),
        begin_object_value(),
        end_object_value(),
    );

    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        write_escaped(writer, fragment)
    }
}

fn write_escaped<W: ?Sized + Write>(writer: &mut W, fragment: &str) -> io::Result<()> {
    let mut rest = fragment;
    while let Some(at) = rest.find(acts_on_terminal) {
        writer.write_all(&rest.as_bytes()[..at])?;
        let mut chars = rest[at..].chars();
        let escaped = chars.next().map_or(0, u32::from);
        write!(writer, "\\u{escaped:04x}")?;
        rest = chars.as_str();
    }
    writer.write_all(rest.as_bytes())
}

fn acts_on_terminal(c: char) -> bool {
    matches!(c, '\u{7F}'..='\u{9F}' | '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::pretty;
    use crate::base::Text;
    use serde_json::{Value, json};

    #[test]
    fn no_character_acts_on_a_terminal_and_no_value_changes() {
        let value = json!({ "a": "\u{9b}31m\u{7f}\u{202e}\u{FEFF}ü\"\n", "b": [1, null] });
        let text = pretty(&value);
        assert!(!text.chars().any(|c| (c.is_control() && c != '\n') || c == '\u{FEFF}'), "{text}");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
        assert_eq!(pretty(&Text::from_wtf8(b"\xED\xA0\x80\xC2\x9B")), "\"\u{FFFD}\\u009b\"\n");
    }
}
