//! Labels of boxes.
//!
//! Names come from files and can be anything. Pictures show them unchanged, except for characters that act on a
//! terminal or are not allowed in XML.

use crate::base::Text;
use crate::stacks::{Category, Frame, FrameKind};
use crate::v8::urls;

/// Longer names are cut,
const MAX_NAME_CHARS: usize = 120;
/// and longer files.
const MAX_FILE_CHARS: usize = 60;

/// A frame as `name (file:line)`; files of packages are prefixed with the package name. O(length).
#[must_use]
pub(crate) fn label(frame: &Frame) -> String {
    let name = shown(&frame.display_name());
    let name = if name.trim().is_empty() { "(blank)".to_owned() } else { name };
    match place(frame) {
        Some(place) => format!("{name} ({place})"),
        None => name,
    }
}

/// Text as shown, truncated: nothing in it acts on a terminal, reorders lines, or is rejected by browsers.
#[must_use]
pub(crate) fn shown(text: &Text) -> String {
    text.shortened(MAX_NAME_CHARS).to_string()
}

/// `server.js:10`, `express/router.js:10`, `node:fs:10`; `None` if the file is unknown.
fn place(frame: &Frame) -> Option<String> {
    if frame.kind != FrameKind::Function || frame.url.as_bytes().is_empty() || frame.line == 0 {
        return None;
    }
    let url = urls::readable(&frame.url.to_lossy());
    let file = if url.starts_with("data:") { url.as_str() } else { file_name(&url) };
    let file = Text::from(file).shortened(MAX_FILE_CHARS).to_string();
    let file = match frame.category {
        Category::Runtime => shown(&Text::from(url.as_str())),
        Category::Dependency => format!("{}/{file}", shown(&frame.package.0)),
        _ => file,
    };
    Some(format!("{file}:{}", frame.line))
}

/// The last meaningful part of a path or URL.
fn file_name(url: &str) -> &str {
    let end = url.find(['?', '#']).filter(|end| *end > 0).unwrap_or(url.len());
    let path = url[..end].trim_end_matches(['/', '\\']);
    let name = path.rsplit(['/', '\\']).next().unwrap_or_default();
    if name.is_empty() { url } else { name }
}

#[cfg(test)]
mod tests {
    use super::label;
    use crate::base::Text;
    use crate::stacks::Frame;

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
            ("render", "/srv/views/index.ejs\"", "render (index.ejs:10)"),
            ("main", "data:text/javascript;base64,QUJD", "main (data:text/javascript,…:10)"),
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
}
