//! What a box is called.
//!
//! Names come from files and can be anything. In a picture they stand as they are, but for what could act on a terminal
//! or is no character of XML. Folded stacks are lines with `;` and blanks between their parts, which tools read each in
//! its own way: there a name that would be read as something else is changed.

use crate::base::Text;
use crate::profile::{Category, Frame, FrameKind};

/// Longer names are cut.
const MAX_NAME_CHARS: usize = 120;

/// A frame as `name (file:line)`; files of packages with the package's name in front. O(length).
#[must_use]
pub fn label(frame: &Frame) -> String {
    let name = shown(&frame.display_name());
    let name = if name.trim().is_empty() { "(blank)".to_owned() } else { name };
    match place(frame) {
        Some(place) => format!("{name} ({place})"),
        None => name,
    }
}

/// Text as it is shown, cut: nothing in it acts on a terminal, reorders lines, or is refused by browsers.
#[must_use]
pub fn shown(text: &Text) -> String {
    text.shortened(MAX_NAME_CHARS).to_string()
}

/// `server.js:10`, `express/router.js:10`, `node:fs:10`; none if the file is unknown.
fn place(frame: &Frame) -> Option<String> {
    if frame.kind != FrameKind::Function || frame.url.as_bytes().is_empty() || frame.line == 0 {
        return None;
    }
    let url = shown(&frame.url);
    let file = file_name(&url);
    let file = match frame.category {
        Category::Runtime => url.as_str(),
        Category::Dependency => &format!("{}/{file}", shown(&frame.package.0)),
        _ => file,
    };
    Some(format!("{file}:{}", frame.line))
}

/// The last part of a path or url that says something.
fn file_name(url: &str) -> &str {
    let end = url.find(['?', '#']).filter(|end| *end > 0).unwrap_or(url.len());
    let path = url[..end].trim_end_matches(['/', '\\']);
    let name = path.rsplit(['/', '\\']).next().unwrap_or_default();
    if name.is_empty() { url } else { name }
}

/// A label that every reader of folded stacks takes for one name:
/// - `;` would end it, digits behind its last blank would be a count;
/// - a line that begins with `# ` is a comment;
/// - `_[j]`, `_[k]`, `_[w]` and `_[i]` at its end mean kinds of code, `-` and `--` separators.
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
    use super::{folded, label};
    use crate::base::Text;
    use crate::profile::Frame;

    fn of(name: &[u8], url: &str) -> String {
        label(&Frame::new(Text::from_wtf8(name), Text::from(url), Text::from("1"), 10, 3))
    }

    #[test]
    fn labels_say_name_and_place() {
        let cases = [
            ("handle", "file:///srv/app/server.js", "handle (server.js:10)"),
            ("handle", "C:\\srv\\app\\server.js", "handle (server.js:10)"),
            ("", "file:///srv/app/server.js", "(anonymous) (server.js:10)"),
            ("next", "file:///srv/node_modules/@acme/web/lib/router.js", "next (@acme/web/router.js:10)"),
            ("readFileSync", "node:fs", "readFileSync (node:fs:10)"),
            ("main", "https://example.com/app.js?v=3", "main (app.js:10)"),
            ("main", "https://example.com/", "main (example.com:10)"),
            ("(idle)", "", "(idle)"),
            ("RegExp: (a+)+$", "", "RegExp: (a+)+$"),
            (" ", "", "(blank)"),
        ];
        for (name, url, expected) in cases {
            assert_eq!(of(name.as_bytes(), url), expected, "{name} {url}");
        }
    }

    #[test]
    fn what_a_browser_refuses_is_not_in_a_label() {
        let hostile = "a\u{0}\u{1b}[31m\r\n\u{202e}\u{ffff}b";
        assert_eq!(of(hostile.as_bytes(), ""), "a\\u{0}\\u{1b}[31m\\r\\n\\u{202e}\\u{ffff}b");
        assert_eq!(of(b"lone \xED\xA0\x80 half", ""), "lone \\ud800 half");
        assert_eq!(of("x".repeat(1000).as_bytes(), "").chars().count(), 121);
    }

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
