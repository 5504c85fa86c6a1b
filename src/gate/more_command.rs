//! The command that shows more of what a rule is about.

use crate::base::Text;
use crate::base::shell::shell_word;
use serde::{Serialize, Serializer};

/// Which command shows more of what a rule is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Reproduce {
    /// The comparison, or for one snapshot its summary.
    #[default]
    Whole,
    /// All evidence of a finding.
    Explain(String),
    /// What keeps the objects of a class.
    Paths(Text),
    /// Texts that are there more than once.
    Strings,
    /// What blocked the event loop.
    Blocking,
    /// Where the CPU time goes; what got slower, if there is a base.
    Top,
}

/// A command and its files. In JSON it is the line as a shell takes it, or `null` without files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MoreCommand {
    /// What it shows.
    pub shows: Reproduce,
    base: Vec<Text>,
    head: Vec<Text>,
}

impl MoreCommand {
    /// A command that has no files yet.
    pub(crate) fn new(shows: Reproduce) -> Self {
        Self { shows, ..Self::default() }
    }

    /// Gives it the files that were judged.
    pub(crate) fn take_files(&mut self, base: Vec<Text>, head: Vec<Text>) {
        (self.base, self.head) = (base, head);
    }

    /// The line; none without files.
    #[must_use]
    pub fn line(&self) -> Option<Text> {
        let last = shell_word(self.head.last()?);
        let words = |files: &[Text], between: &str| files.iter().map(shell_word).collect::<Vec<String>>().join(between);
        let all = words(&self.head, " ");
        let line = match &self.shows {
            Reproduce::Whole if self.head.len() == 1 => format!("heapdiff summary {last}"),
            Reproduce::Whole => format!("heapdiff {all}"),
            Reproduce::Explain(fingerprint) => format!("heapdiff {all} --explain {fingerprint}"),
            Reproduce::Paths(class) => format!("heapdiff paths {last} {}", shell_word(class)),
            Reproduce::Strings => format!("heapdiff strings {last}"),
            Reproduce::Blocking => format!("heapdiff blocking {all}"),
            Reproduce::Top if self.base.is_empty() => format!("heapdiff top {all}"),
            Reproduce::Top => {
                format!("heapdiff {} --after {}", words(&self.base, " "), words(&self.head, " --after "))
            }
        };
        Some(line.into())
    }
}

impl Serialize for MoreCommand {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.line().serialize(serializer)
    }
}
