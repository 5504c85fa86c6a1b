//! What to run next: the last line of a report for people.

use crate::base::Text;
use crate::base::shell::shell_word;
use crate::heap::analysis::answers::ObjectSummary;
use crate::report::Style;

/// Files that another command cannot read again: standard input, and pipes of a shell.
const READ_ONCE: [&str; 2] = ["-", "/dev/"];

/// A command as a shell takes it; none if a file cannot be read a second time.
#[must_use]
pub(crate) fn command(words: &[&str], files: &[&Text], rest: &[&str]) -> Option<String> {
    let is_read_once = |file: &&Text| {
        let file = file.to_string();
        file == READ_ONCE[0] || file.starts_with(READ_ONCE[1])
    };
    if files.iter().any(is_read_once) {
        return None;
    }
    let quoted = |word: &&str| shell_word(&Text::from(*word));
    let options = |word: &&str| if word.starts_with("--") { (*word).to_owned() } else { quoted(word) };
    let words = words.iter().map(options).chain(files.iter().map(|file| shell_word(file)));
    let all: Vec<String> =
        std::iter::once("heapdiff".to_owned()).chain(words).chain(rest.iter().map(options)).collect();
    Some(all.join(" "))
}

/// The command that shows who calls a function, and no other.
#[must_use]
pub(crate) fn callers(files: &[&Text], function: &Text) -> Option<String> {
    let pattern = format!("^{}$", regex::escape(&function.to_string()));
    command(&["callers"], files, &["--function", &pattern])
}

/// The line that says so, with a blank line before it; nothing without a command. It is never broken, so that it can be
/// copied.
#[must_use]
pub(crate) fn line(command: Option<&str>, style: Style) -> String {
    command
        .map_or_else(String::new, |command| format!("\n{} {}\n", style.faint("Next:"), style.with_short_paths(command)))
}

/// The object to look at first among some, the largest before the others: what stands right below the roots says little.
#[must_use]
pub(crate) fn object<'a>(largest: impl IntoIterator<Item = &'a ObjectSummary>) -> Option<&'a ObjectSummary> {
    largest.into_iter().find(|object| object.distance.is_some_and(|distance| distance > 1))
}

#[cfg(test)]
mod tests {
    use super::{command, line};
    use crate::base::Text;
    use crate::report::Style;

    #[test]
    fn commands_can_be_pasted() {
        let (file, pipe) = (Text::from("/srv/after load.heapsnapshot"), Text::from("-"));
        let next = command(&["paths"], &[&file], &["@7"]);
        assert_eq!(next.as_deref(), Some("heapdiff paths '/srv/after load.heapsnapshot' @7"));
        assert_eq!(command(&["paths"], &[&pipe], &["@7"]), None);
        let style = Style { folder: Some("/srv"), ..Style::default() };
        assert_eq!(line(next.as_deref(), style), "\nNext: heapdiff paths 'after load.heapsnapshot' @7\n");
        assert_eq!(line(None, style), "");
        let class = command(&["flame", "--diff"], &[&file], &["-rf"]);
        assert_eq!(class.as_deref(), Some("heapdiff flame --diff '/srv/after load.heapsnapshot' ./-rf"));
    }
}
