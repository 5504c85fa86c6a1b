//! Which files may be replaced: those that look like what is about to be written.

use crate::base::Text;
use crate::report::formats::ends;
use std::fs::{File, Metadata};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::Path;

/// How many bytes to read at the beginning and at the end.
const LOOK_BYTES: u64 = 16 << 10;

/// Extensions of files that other programs write too. For these, the contents decide.
const SHARED: [&str; 3] = ["json", "md", "xml"];

/// Whether an existing file may be replaced by one of a format with these extensions.
///
/// # Errors
/// If it cannot be read.
pub(super) fn is_replaceable(path: &Path, meta: &Metadata, endings: &[&str]) -> io::Result<bool> {
    if meta.len() == 0 {
        return Ok(true);
    }
    let name = Text::from(path.file_name().unwrap_or_default());
    let name = name.to_lossy();
    if endings.iter().filter(|ending| !SHARED.contains(ending)).any(|ending| ends(&name, ending)) {
        return Ok(true);
    }
    let mut file = File::open(path)?;
    let mut start = Vec::new();
    file.by_ref().take(LOOK_BYTES).read_to_end(&mut start)?;
    file.seek(SeekFrom::Start(meta.len().saturating_sub(LOOK_BYTES)))?;
    let mut end = Vec::new();
    file.take(LOOK_BYTES).read_to_end(&mut end)?;
    Ok(is_own(&Text::from_wtf8(&start).to_lossy(), &Text::from_wtf8(&end).to_lossy()))
}

/// Whether heapdiff wrote a file, judging by its beginning and end.
fn is_own(start: &str, end: &str) -> bool {
    let has = |text: &str, words: &[&str]| words.iter().all(|word| text.contains(word));
    let text = start.trim_start();
    match text.chars().next() {
        // Reports, baselines, SARIF, speedscope, nodes.
        Some('{') => {
            has(start, &["\"schema_version\":", "\"tool_version\":"])
                || has(end, &["\"schema\":", "\"tool_version\":"])
                || (has(start, &["sarif"]) && has(end, &["\"name\": \"heapdiff\""]))
                || has(start, &["\"exporter\":\"heapdiff@"])
                || (text.starts_with("{\"id\":") && has(start, &["\"retained_bytes\":", "\"dominator_id\":"]))
        }
        // GitLab's list of findings, which may be empty.
        Some('[') => text.trim_end() == "[]" || has(start, &["\"check_name\":", "\"fingerprint\":"]),
        // Markdown, JUnit, annotations, completions and the manual.
        Some('<') => text.starts_with("<!-- heapdiff -->") || has(start, &["<testsuites name=\"heapdiff\""]),
        Some(':') => has(start, &["title=heapdiff"]),
        Some('#') => text.starts_with("# Completions of heapdiff") || text.starts_with("#compdef heapdiff"),
        _ => text.starts_with("_heapdiff()") || has(start, &[".TH heapdiff"]),
    }
}

#[cfg(test)]
mod tests {
    use super::{is_own, is_replaceable};
    use crate::report::formats::Format;
    use std::fs;

    #[test]
    fn what_others_wrote_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let may = |name: &str, text: &str, format: &str| {
            let path = folder.path().join(name);
            fs::write(&path, text).unwrap();
            is_replaceable(&path, &fs::metadata(&path).unwrap(), Format::by_name(format).unwrap().endings).unwrap()
        };
        for (name, format) in [("a.HTML", "html"), ("a.pb.gz", "pprof"), ("a.sarif", "sarif"), ("a.b.txt", "text")] {
            assert!(may(name, "x", format), "{name}");
        }
        for (name, format) in [
            ("a.heapsnapshot", "text"),
            ("a.cpuprofile", "svg"),
            ("a.html", "json"),
            ("html", "html"),
            ("a.gz", "pprof"),
            ("README.md", "markdown"),
            ("pom.xml", "junit"),
            ("package.json", "json"),
            ("Makefile", "text"),
        ] {
            assert!(!may(name, "{\"name\":\"x\",\"version\":\"1\"}", format), "{name}");
            assert!(may(name, "", format), "{name}, empty");
            assert!(
                may(name, "{\n  \"schema_version\": 1,\n  \"tool_version\": \"0.1.0\"", format),
                "{name}, a report"
            );
        }
    }

    #[test]
    fn lists_of_findings_may_be_empty() {
        assert!(is_own("[]\n", "[]\n"));
        assert!(!is_own("[1]", "[1]"));
    }
}
