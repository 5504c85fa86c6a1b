//! Which files may be replaced: those that look like what is about to be written.

use crate::base::Text;
use std::fs::{File, Metadata};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::Path;

/// How much is read of the beginning and of the end.
const LOOK_BYTES: u64 = 16 << 10;

/// Endings of names that people give to files of their own as well: there, the contents decide.
const SHARED: [&str; 3] = ["json", "md", "xml"];

/// The endings that files of a format have, those of `check --report` and of `--format`.
pub(crate) fn endings(format: &str) -> &'static [&'static str] {
    match format {
        "html" => &["html", "htm"],
        "json" | "gitlab" | "speedscope" | "baseline" => &["json"],
        "markdown" => &["md", "markdown"],
        "sarif" => &["sarif", "json"],
        "junit" => &["xml"],
        "svg" => &["svg"],
        "folded" => &["folded", "collapsed", "txt"],
        "pprof" => &["pb.gz", "pprof"],
        "nodes" => &["jsonl", "ndjson"],
        "dot" => &["dot", "gv"],
        "man" => &["1"],
        "completions" => &["bash", "zsh", "fish", "elv", "ps1"],
        _ => &["txt"],
    }
}

/// Whether an existing file may be replaced by one of a format with these endings.
///
/// # Errors
/// If it cannot be looked at.
pub(super) fn is_replaceable(path: &Path, meta: &Metadata, endings: &[&str]) -> io::Result<bool> {
    if meta.len() == 0 {
        return Ok(true);
    }
    let name = Text::from(path.file_name().unwrap_or_default()).to_lossy().to_lowercase();
    let has = |ending: &&&str| name.strip_suffix(**ending).is_some_and(|stem| stem.ends_with('.'));
    if endings.iter().filter(|ending| !SHARED.contains(ending)).any(|ending| has(&ending)) {
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

/// Whether heapdiff wrote a file, by its beginning and its end.
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
        // GitLab's list of findings, and one that is empty.
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
    use super::{endings, is_own, is_replaceable};
    use crate::cli::args::FormatArg;
    use crate::report::check_formats::CHECK_FORMATS;
    use clap::ValueEnum as _;
    use std::fs;

    #[test]
    fn every_format_has_its_endings() {
        let of_flame = FormatArg::value_variants().iter().filter_map(FormatArg::to_possible_value);
        let names = of_flame.map(|value| value.get_name().to_owned());
        for name in names.chain(CHECK_FORMATS.iter().map(|format| format.name.to_owned())) {
            let is_text = ["text", "github"].contains(&name.as_str());
            assert_eq!(endings(&name) == ["txt"], is_text, "{name}");
        }
    }

    #[test]
    fn what_others_wrote_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let may = |name: &str, text: &str, format: &str| {
            let path = folder.path().join(name);
            fs::write(&path, text).unwrap();
            is_replaceable(&path, &fs::metadata(&path).unwrap(), endings(format)).unwrap()
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
