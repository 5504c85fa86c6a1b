//! An input as named by the user.

use crate::base::Text;
use crate::format::capture_name::CaptureName;
use std::ffi::{OsStr, OsString};
use std::fs::{self, FileType};
use std::path::{Path, PathBuf};

/// The name under which standard input is asked for.
pub const STDIN: &str = "-";

/// A path, which need not be Unicode, or `-` for standard input.
///
/// It has no `Display`: use [`InputPath::text`], or [`InputPath::shown`] within a sentence.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InputPath(OsString);

impl InputPath {
    /// Whether it is standard input.
    #[must_use]
    pub(crate) fn is_stdin(&self) -> bool {
        self.0 == STDIN
    }

    /// The path; `-` for standard input.
    #[must_use]
    pub(crate) fn as_path(&self) -> &Path {
        Path::new(&self.0)
    }

    /// The path as text, as the user wrote it.
    #[must_use]
    pub fn text(&self) -> Text {
        Text::from(self.as_path())
    }

    /// What to call it in messages.
    #[must_use]
    pub fn shown(&self) -> Text {
        if self.is_stdin() { Text::from("standard input") } else { self.text() }
    }

    /// Whether it is a folder, or a link to one.
    #[cfg(feature = "cli")]
    #[must_use]
    pub(crate) fn is_folder(&self) -> bool {
        !self.is_stdin() && self.as_path().is_dir()
    }

    /// Whether it can be read only once: standard input, FIFOs, devices.
    #[must_use]
    pub(crate) fn is_stream(&self) -> bool {
        self.is_stdin() || fs::metadata(&self.0).is_ok_and(|meta| !meta.is_file() && !meta.is_dir())
    }

    /// Its size, if it is a file.
    #[cfg(feature = "cli")]
    #[must_use]
    pub(crate) fn file_bytes(&self) -> Option<u64> {
        let meta = if self.is_stdin() { None } else { fs::metadata(&self.0).ok() };
        meta.filter(fs::Metadata::is_file).map(|meta| meta.len())
    }

    /// What its name says, if Node chose it.
    #[must_use]
    pub(crate) fn capture(&self) -> Option<CaptureName> {
        CaptureName::parse(&self.0)
    }
}

impl From<OsString> for InputPath {
    fn from(path: OsString) -> Self {
        Self(path)
    }
}

impl From<PathBuf> for InputPath {
    fn from(path: PathBuf) -> Self {
        Self(path.into_os_string())
    }
}

impl From<&str> for InputPath {
    fn from(path: &str) -> Self {
        Self(path.into())
    }
}

impl From<String> for InputPath {
    fn from(path: String) -> Self {
        Self(path.into())
    }
}

impl From<&String> for InputPath {
    fn from(path: &String) -> Self {
        Self(path.into())
    }
}

impl From<&Path> for InputPath {
    fn from(path: &Path) -> Self {
        Self(path.into())
    }
}

impl AsRef<Path> for InputPath {
    fn as_ref(&self) -> &Path {
        self.as_path()
    }
}

impl AsRef<OsStr> for InputPath {
    fn as_ref(&self) -> &OsStr {
        &self.0
    }
}

/// What to call something that is neither a file nor a folder, in messages.
#[must_use]
pub(crate) fn kind_of_stream(kind: FileType) -> &'static str {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt as _;
        if kind.is_fifo() {
            return "a FIFO";
        }
        if kind.is_socket() {
            return "a socket";
        }
        if kind.is_char_device() || kind.is_block_device() {
            return "a device";
        }
    }
    let _ = kind;
    "not a regular file"
}

#[cfg(test)]
mod tests {
    use super::InputPath;

    #[test]
    fn only_a_dash_alone_is_standard_input() {
        assert!(InputPath::from("-").is_stdin());
        for path in ["./-", "-/", "--", ""] {
            assert!(!InputPath::from(path).is_stdin(), "{path}");
        }
        assert_eq!(InputPath::from("-").shown().to_string(), "standard input");
    }

    #[cfg(unix)]
    #[test]
    fn names_that_are_no_unicode_are_kept_and_shown() {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt as _;
        let name = OsStr::from_bytes(b"d\xff/Heap.20260103.101500.77.0.001.heapsnapshot");
        let path = InputPath::from(name.to_owned());
        assert_eq!(path.as_path(), name);
        assert_eq!(path.text().as_bytes(), name.as_bytes());
        assert!(path.shown().to_string().starts_with("d\u{FFFD}/Heap."));
        assert_eq!(path.capture().unwrap().process_id, 77);
    }
}
