//! Reads lines of scripts on disk. Nothing here fails: a line exists or it does not.

use crate::base::Text;
use crate::v8::urls;
use percent_encoding::percent_decode_str;
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::fs;
use std::path::Path;

/// Larger scripts are bundles, whose lines nobody reads.
const MAX_BYTES: u64 = 4 << 20;
/// Maximum number of scripts that are read.
const MAX_FILES: usize = 64;
/// Extensions of scripts. A profile must not make heapdiff read anything else.
const ENDINGS: [&str; 8] = ["js", "cjs", "mjs", "jsx", "ts", "cts", "mts", "tsx"];

/// Scripts that were read; `None` for those that cannot be.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    texts: RefCell<FxHashMap<String, Option<String>>>,
}

impl Sources {
    /// A line (1-based) of a script with a `file:` URL, if it is on this machine.
    pub(crate) fn line(&self, url: &Text, line: u32) -> Option<String> {
        let url = url.to_lossy();
        let mut texts = self.texts.borrow_mut();
        if !texts.contains_key(&*url) && texts.len() >= MAX_FILES {
            return None;
        }
        let text = texts.entry((*url).to_owned()).or_insert_with(|| read(&url));
        let at = usize::try_from(line).ok()?.checked_sub(1)?;
        text.as_ref()?.lines().nth(at).map(str::to_owned)
    }
}

fn read(url: &str) -> Option<String> {
    if !url.starts_with("file://") {
        return None;
    }
    let url = url.split(['?', '#']).next()?;
    let decoded = percent_decode_str(url).decode_utf8().ok()?;
    let path = Path::new(urls::file_path_of_str(&decoded));
    let ending = path.extension()?.to_str()?;
    let metadata = fs::metadata(path).ok()?;
    let is_script = ENDINGS.contains(&ending) && metadata.is_file() && metadata.len() <= MAX_BYTES;
    if is_script { fs::read_to_string(path).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::Sources;

    #[test]
    fn only_scripts_with_a_file_url_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let script = folder.path().join("a b.cjs");
        std::fs::write(&script, "one\ntwo\n").unwrap();
        std::fs::write(folder.path().join("secret"), "x\n").unwrap();
        let sources = Sources::default();
        let base = format!("file://{}", folder.path().display());
        let line = |name: &str, line| sources.line(&format!("{base}/{name}").into(), line);
        assert_eq!(line("a%20b.cjs", 2).as_deref(), Some("two"));
        assert_eq!(line("a%20b.cjs?v=1", 1).as_deref(), Some("one"));
        assert_eq!(line("a%20b.cjs", 0), None);
        assert_eq!(line("a%20b.cjs", 9), None);
        assert_eq!(line("secret", 1), None);
        assert_eq!(line("missing.js", 1), None);
        assert_eq!(sources.line(&"node:fs".into(), 1), None);
    }
}
