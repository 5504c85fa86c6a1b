//! What limits a comparison: files that say less than they seem to.

use crate::base::{Error, Text};
use crate::format::InputPath;
use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};
use std::fmt;
use strum::EnumDiscriminants;

/// What a reader must know before the findings. [`CaveatCode`] is the same without words.
#[derive(Clone, Debug, PartialEq, Eq, EnumDiscriminants)]
#[strum_discriminants(
    name(CaveatCode),
    doc = "The code of a [`Caveat`] in the JSON contract.",
    derive(Serialize),
    serde(rename_all = "kebab-case")
)]
#[non_exhaustive]
pub enum Caveat {
    /// A file of the series cannot be read; the others are compared.
    UnreadableFile {
        /// The file as the user wrote it.
        file: Text,
        /// What is wrong with it.
        reason: Text,
    },
}

impl Caveat {
    /// That a file cannot be read, and why, in the first line of the error.
    #[must_use]
    pub(crate) fn unreadable(file: &InputPath, error: &Error) -> Self {
        let said = error.to_string();
        let line = said.lines().next().unwrap_or_default();
        let named = format!("`{}`: ", file.shown());
        Self::UnreadableFile { file: file.text(), reason: Text::from(line.strip_prefix(&named).unwrap_or(line)) }
    }

    /// The code of the JSON contract.
    #[must_use]
    pub fn code(&self) -> CaveatCode {
        self.into()
    }
}

impl fmt::Display for Caveat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnreadableFile { file, reason } => write!(f, "`{file}` cannot be read and is left out: {reason}"),
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
