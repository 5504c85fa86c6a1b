//! Limitations of a comparison: files that say less than they seem to.

use crate::base::units::count;
use crate::base::{Bytes, Error, Text};
use crate::format::InputPath;
use crate::heap::analysis::program::Foreign;
use crate::heap::analysis::runtime::Runtime;
use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};
use std::fmt;
use strum::EnumDiscriminants;

/// What a reader must know before the findings. [`CaveatCode`] is the same without the text.
#[derive(Clone, Debug, PartialEq, Eq, EnumDiscriminants)]
#[strum_discriminants(
    name(CaveatCode),
    doc = "The code of a [`Caveat`] in the JSON contract.",
    derive(Serialize),
    serde(rename_all = "kebab-case")
)]
#[non_exhaustive]
pub enum Caveat {
    /// A file of the series cannot be read. The others are compared.
    UnreadableFile {
        /// The file as the user wrote it.
        file: Text,
        /// The reason.
        reason: Text,
    },
    /// Some snapshots were taken with internals exposed, and others without.
    InternalsExposed {
        /// Those with internals exposed.
        files: Vec<Text>,
        /// Whether their sizes could be computed as for the others.
        is_alike: bool,
    },
    /// The snapshots are from Bun, and have no edges from the tables of Maps and Sets to their entries.
    SilentTables {
        /// The largest of these Maps and Sets: what the program calls them, and the size of their tables.
        largest: Vec<(String, u64)>,
        /// Number of others.
        more_count: u64,
    },
    /// Two snapshots come from different runtimes, so their differences are not growth.
    OtherRuntime {
        /// The earlier file and its runtime.
        before: (Text, Runtime),
        /// The last file and its runtime.
        after: (Text, Runtime),
    },
    /// Two snapshots come from different programs, so their differences are not growth.
    OtherProgram {
        /// The earlier file.
        before: Text,
        /// The last file.
        after: Text,
    },
}

/// What follows if snapshots are not from the same program.
const NO_GROWTH: &str = "differences between them are not growth, and nothing is reported as a leak";

impl Caveat {
    /// A file that cannot be read, with the first line of the error.
    #[must_use]
    pub(crate) fn unreadable(file: &InputPath, error: &Error) -> Self {
        let said = error.to_string();
        let line = said.lines().next().unwrap_or_default();
        let named = format!("`{}`: ", file.shown());
        Self::UnreadableFile { file: file.text(), reason: Text::from(line.strip_prefix(&named).unwrap_or(line)) }
    }

    /// Internals are exposed in some of the files.
    #[must_use]
    pub(crate) fn internals(files: &[InputPath], exposed: &[bool], is_alike: bool) -> Self {
        let files = files.iter().zip(exposed).filter(|(_, exposed)| **exposed).map(|(file, _)| file.text()).collect();
        Self::InternalsExposed { files, is_alike }
    }

    /// A snapshot cannot be compared with the last one.
    #[must_use]
    pub(crate) fn foreign(file: &InputPath, last: &InputPath, foreign: &Foreign) -> Self {
        let (file, last) = (file.text(), last.text());
        match foreign {
            Foreign::Runtime { before, after } => {
                Self::OtherRuntime { before: (file, before.clone()), after: (last, after.clone()) }
            }
            Foreign::Program => Self::OtherProgram { before: file, after: last },
        }
    }

    /// Whether leaks cannot be judged.
    #[must_use]
    pub fn is_incomparable(&self) -> bool {
        matches!(self, Self::OtherRuntime { .. } | Self::OtherProgram { .. })
    }

    /// The code in the JSON contract.
    #[must_use]
    pub fn code(&self) -> CaveatCode {
        self.into()
    }
}

impl fmt::Display for Caveat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnreadableFile { file, reason } => write!(f, "`{file}` cannot be read and is left out: {reason}"),
            Self::InternalsExposed { files, is_alike } => {
                let files: Vec<String> = files.iter().map(|file| format!("`{file}`")).collect();
                let (was, its) = if files.len() == 1 { ("was", "its") } else { ("were", "their") };
                let sizes = match is_alike {
                    true => format!("{its} sizes are computed as for the others, and differ from DevTools'"),
                    false => "sizes are not comparable, so compare the numbers of objects".to_owned(),
                };
                write!(
                    f,
                    "{} {was} taken with `exposeInternals`, and other snapshots without: {sizes}",
                    files.join(", ")
                )
            }
            Self::SilentTables { largest, more_count } => {
                let tables: Vec<String> =
                    largest.iter().map(|(name, bytes)| format!("`{name}` ({})", Bytes(*bytes))).collect();
                let more = if *more_count > 0 { format!(" and {} more", count(*more_count)) } else { String::new() };
                write!(
                    f,
                    "Bun writes no edges from the table of a Map or Set to its entries, so objects that only these hold seem to \
                     have no retainer; the largest tables: {}{more}",
                    tables.join(", ")
                )
            }
            Self::OtherRuntime { before: (before, by), after: (after, by_after) } => write!(
                f,
                "the snapshots come from different runtimes: `{before}` from {by}, `{after}` from {by_after}; {NO_GROWTH}"
            ),
            Self::OtherProgram { before, after } => write!(
                f,
                "the snapshots are of different programs: `{before}` and `{after}` have scripts of their own, with other \
                 functions and classes; {NO_GROWTH}"
            ),
        }
    }
}

impl Serialize for Caveat {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut out = to.serialize_struct("Caveat", 2)?;
        out.serialize_field("code", &self.code())?;
        out.serialize_field("message", &self.to_string())?;
        out.end()
    }
}
