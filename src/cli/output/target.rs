//! What is behind the path of a destination: links are followed, and files told from what cannot be replaced.

use std::ffi::OsStr;
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};

/// Maximum number of links to follow, as on Linux.
const MAX_LINKS: usize = 40;

/// What the path of a destination refers to.
#[derive(Debug)]
pub(super) enum Target {
    /// A file, which is written beside its destination and then replaced.
    Replaced {
        /// Its path, which is not a link.
        path: PathBuf,
        /// The existing file, if any.
        existing: Option<Metadata>,
    },
    /// A device, a pipe or an open descriptor, which is written directly.
    Straight(PathBuf),
}

impl Target {
    /// Follows a path. A link to a missing file stands for that file.
    ///
    /// # Errors
    /// If it is a folder or cannot be inspected.
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        let mut path = path.to_owned();
        for _ in 0..MAX_LINKS {
            if is_descriptor(&path) {
                return Ok(Self::Straight(path));
            }
            match fs::symlink_metadata(&path) {
                Ok(meta) if meta.is_symlink() => path = folder(&path).join(fs::read_link(&path)?),
                Ok(meta) if meta.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
                Ok(meta) if meta.is_file() => return Ok(Self::Replaced { path, existing: Some(meta) }),
                Ok(_) => return Ok(Self::Straight(path)),
                Err(e) if e.kind() == io::ErrorKind::NotFound && is_named_as_folder(&path) => {
                    return Err(io::ErrorKind::IsADirectory.into());
                }
                Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Self::Replaced { path, existing: None }),
                Err(e) => return Err(e),
            }
        }
        Err(io::Error::other("too many links"))
    }

    /// The same, if it seems writable.
    ///
    /// # Errors
    /// As [`Target::of`], or if it is read-only or its folder does not exist.
    pub(super) fn writable(path: &Path) -> io::Result<Self> {
        let target = Self::of(path)?;
        match &target {
            Self::Replaced { existing: Some(meta), .. } if meta.permissions().readonly() => {
                Err(io::ErrorKind::PermissionDenied.into())
            }
            Self::Replaced { path, existing: None } => fs::metadata(folder(path)).map(|_| target),
            _ => Ok(target),
        }
    }
}

/// The folder of a path.
pub(super) fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Whether a path names an open descriptor, as `/dev/stderr` and `/dev/fd/3` do. Whatever a shell opened there must be
/// written to as it is.
fn is_descriptor(path: &Path) -> bool {
    let folder = folder(path);
    cfg!(unix)
        && (folder == Path::new("/dev/fd")
            || (folder.starts_with("/proc") && folder.file_name() == Some(OsStr::new("fd"))))
}

fn is_named_as_folder(path: &Path) -> bool {
    path.file_name().is_none() || path.as_os_str().as_encoded_bytes().last().is_some_and(|b| is_separator(*b))
}

fn is_separator(byte: u8) -> bool {
    std::path::is_separator(char::from(byte))
}

#[cfg(all(test, unix))]
mod tests {
    use super::Target;
    use std::fs;
    use std::io;
    use std::os::unix::fs::symlink;
    use std::path::Path;

    #[test]
    fn links_are_followed_to_their_end() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("inner")).unwrap();
        symlink("inner/b", at("a")).unwrap();
        symlink("../c", at("inner/b")).unwrap();
        let Target::Replaced { path, existing: None } = Target::of(&at("a")).unwrap() else { panic!() };
        assert_eq!(path, folder.path().join("inner/../c"));
        symlink("loop", at("loop")).unwrap();
        assert!(Target::of(&at("loop")).unwrap_err().to_string().contains("too many links"));
    }

    #[test]
    fn folders_are_no_files_and_devices_are_straight() {
        let folder = tempfile::tempdir().unwrap();
        let kind = |path: &Path| Target::of(path).unwrap_err().kind();
        assert_eq!(kind(folder.path()), io::ErrorKind::IsADirectory);
        assert_eq!(kind(&folder.path().join("none/")), io::ErrorKind::IsADirectory);
        for path in ["/dev/null", "/dev/stderr", "/dev/fd/2"] {
            assert!(matches!(Target::of(Path::new(path)), Ok(Target::Straight(_))), "{path}");
        }
    }
}
