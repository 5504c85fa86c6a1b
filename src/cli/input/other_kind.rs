//! Errors for files that a command cannot use, which name the command that can.

use crate::base::shell::shell_word;
use crate::base::{Error, ErrorKind};
use crate::format::{FileKind, InputPath, holds_profiles};

/// A command that the user can type, with its files before other arguments.
pub(crate) fn command<'a>(words: &str, files: impl IntoIterator<Item = &'a InputPath>) -> String {
    files.into_iter().fold(words.to_owned(), |line, file| format!("{line} {}", shell_word(&file.text())))
}

/// The error for a snapshot where a profile is expected.
pub(super) fn instead_of_profile(kind: FileKind, file: &InputPath) -> Option<Error> {
    let is_snapshot = kind == FileKind::HeapSnapshot;
    is_snapshot.then(|| {
        let (summary, dominators) = (command("heapdiff summary", [file]), command("heapdiff dominators", [file]));
        Error::new(ErrorKind::WrongKind, "this is a heap snapshot, expected a CPU profile")
            .in_file(file.shown())
            .help(format!("`{summary}` describes it, `{dominators}` shows what retains the most memory"))
    })
}

/// The error for a profile where a snapshot is expected.
pub(super) fn instead_of_snapshot(kind: FileKind, file: &InputPath) -> Option<Error> {
    let (what, it_shows) = match kind {
        FileKind::HeapProfile => ("a sampled heap profile", "shows which functions allocated"),
        FileKind::ChromeTrace => ("a Chrome trace", "shows where the time goes, if it has a CPU profile"),
        FileKind::TickLog | FileKind::TickJson => ("a V8 tick log", "shows where the time goes"),
        kind if holds_profiles(kind) => ("a CPU profile", "shows where the time goes"),
        _ => return None,
    };
    let top = command("heapdiff top", [file]);
    Some(
        Error::new(ErrorKind::WrongKind, format!("this is {what}, expected a heap snapshot"))
            .in_file(file.shown())
            .help(format!("`{top}` {it_shows}")),
    )
}

#[cfg(test)]
mod tests {
    use super::command;
    use crate::format::InputPath;

    #[test]
    fn a_shell_takes_the_files_as_they_are() {
        let files = ["a b.cpuprofile", "-x", "it's", "-", "a;b", "plain.heapsnapshot"].map(InputPath::from);
        let line = command("heapdiff top", &files);
        assert_eq!(line, "heapdiff top 'a b.cpuprofile' ./-x \"it's\" - 'a;b' plain.heapsnapshot");
    }
}
