//! From script URLs to file paths: `file:///a.js`, `file:///C:/a.js`, `C:\a.js`.

/// The path in a `file:` URL, or the text itself for anything else. Percent escapes are kept.
#[must_use]
pub(crate) fn file_path(url: &[u8]) -> &[u8] {
    &url[path_start(url)..]
}

/// [`file_path`] for text without lone surrogates.
#[must_use]
pub(crate) fn file_path_of_str(url: &str) -> &str {
    &url[path_start(url.as_bytes())..]
}

/// Where the path begins: after `file://`, and after the slash before a drive letter.
fn path_start(url: &[u8]) -> usize {
    const SCHEME: &[u8] = b"file://";
    match url.strip_prefix(SCHEME) {
        Some([b'/', path @ ..]) if has_drive(path) => SCHEME.len() + 1,
        Some(_) => SCHEME.len(),
        None => 0,
    }
}

/// Longer queries say nothing to people.
const MAX_QUERY_CHARS: usize = 60;

/// A url as people read it: of `data:` only what it is, not what it holds; no long query; no quotes around, which templates that are
/// compiled by `eval` bring along. O(length).
#[must_use]
pub(crate) fn readable(url: &str) -> String {
    let url = url.trim_matches(['"', '\'']);
    if let Some(rest) = url.strip_prefix("data:") {
        let media_type = rest.split([',', ';']).next().unwrap_or_default();
        return format!("data:{media_type},…");
    }
    match url.find(['?', '#']).filter(|at| *at > 0 && url.len() - at > MAX_QUERY_CHARS) {
        Some(at) => format!("{}…", &url[..=at]),
        None => url.to_owned(),
    }
}

/// Whether a text refers to a file: an absolute path of any system, or a `file:` URL.
#[must_use]
pub(crate) fn is_file(text: &[u8]) -> bool {
    text.starts_with(b"/") || text.starts_with(b"file:") || text.starts_with(b"\\\\") || has_drive(text)
}

/// The scheme of a URL: `node` for `node:fs`; `None` for paths, whose drive is a single letter.
#[must_use]
pub(crate) fn scheme(url: &str) -> Option<&str> {
    let (scheme, _) = url.split_once(':')?;
    (scheme.len() > 1 && !scheme.contains(['/', '\\'])).then_some(scheme)
}

/// Whether a path begins with a Windows drive: `C:\` or `C:/`.
#[must_use]
pub(crate) fn has_drive(path: &[u8]) -> bool {
    matches!(path, [letter, b':', b'/' | b'\\', ..] if letter.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::{file_path, file_path_of_str, is_file, readable, scheme};

    #[test]
    fn urls_are_readable() {
        let (long, data) = ("x".repeat(3000), "QUJD".repeat(900));
        for (url, expected) in [
            ("/srv/views/index.ejs\"".to_owned(), "/srv/views/index.ejs"),
            (format!("data:text/javascript;base64,{data}"), "data:text/javascript,…"),
            ("data:,1+1".to_owned(), "data:,…"),
            (format!("https://shop.example/main.js?v={long}"), "https://shop.example/main.js?…"),
            ("https://shop.example/main.js?v=3".to_owned(), "https://shop.example/main.js?v=3"),
            ("blob:https://shop.example/6a7c".to_owned(), "blob:https://shop.example/6a7c"),
        ] {
            assert_eq!(readable(&url), expected, "{url}");
        }
    }

    #[test]
    fn urls_of_files_have_a_path() {
        for (url, path, is_file_expected, scheme_expected) in [
            ("file:///srv/a.js", "/srv/a.js", true, Some("file")),
            ("file:///C:/srv/a.js", "C:/srv/a.js", true, Some("file")),
            ("file:///c/a.js", "/c/a.js", true, Some("file")),
            ("file://", "", true, Some("file")),
            ("/srv/a.js", "/srv/a.js", true, None),
            ("/srv/a:b.js", "/srv/a:b.js", true, None),
            ("C:\\srv\\a.js", "C:\\srv\\a.js", true, None),
            ("C:/srv/a.js", "C:/srv/a.js", true, None),
            ("\\\\server\\share\\a.js", "\\\\server\\share\\a.js", true, None),
            ("a:b", "a:b", false, None),
            ("1:/b", "1:/b", false, None),
            ("node:fs", "node:fs", false, Some("node")),
            ("https://x.example/a.js", "https://x.example/a.js", false, Some("https")),
            ("events.js", "events.js", false, None),
            ("", "", false, None),
        ] {
            assert_eq!(file_path(url.as_bytes()), path.as_bytes(), "{url}");
            assert_eq!(file_path_of_str(url), path, "{url}");
            assert_eq!(is_file(url.as_bytes()), is_file_expected, "{url}");
            assert_eq!(scheme(url), scheme_expected, "{url}");
        }
    }
}
