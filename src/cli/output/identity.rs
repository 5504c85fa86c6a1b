//! Which file a path refers to, however it is spelled.

use crate::base::Text;
use crate::cli::output::Destination;
use crate::cli::output::target::{Target, folder};
use std::ffi::OsString;
use std::fs::{self, Metadata};
use std::path::Path;

/// A file, or the place for one. Two spellings of the same file are equal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Identity {
    /// Standard output, whatever it is.
    Stdout,
    /// An existing file or pipe.
    There(Node),
    /// A free name in a folder.
    Free(Node, OsString),
}

/// A file by its number on the disk, so that links and hard links to the same file are equal.
#[cfg(unix)]
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Node {
    device: u64,
    inode: u64,
}

/// A file by its canonical path.
#[cfg(not(unix))]
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Node(std::path::PathBuf);

impl Identity {
    /// The file behind a path, if writing would change it; devices do not count.
    pub(crate) fn of_file(path: &Path) -> Option<Self> {
        of_metadata(&fs::metadata(path).ok()?, path)
    }

    /// The file that standard input was redirected from.
    pub(super) fn of_stdin() -> Option<Self> {
        #[cfg(unix)]
        return of_descriptor(&std::io::stdin());
        #[cfg(not(unix))]
        None
    }

    /// What writing to a destination changes. Standard output may be a file, too.
    pub(super) fn all_of(to: &Destination) -> Vec<Self> {
        match to {
            #[cfg(unix)]
            Destination::Stdout => [Self::Stdout].into_iter().chain(of_descriptor(&std::io::stdout())).collect(),
            #[cfg(not(unix))]
            Destination::Stdout => vec![Self::Stdout],
            Destination::File(path) | Destination::Append(path) => match Target::of(path) {
                Ok(Target::Replaced { path, existing: None }) => Self::free(&path).into_iter().collect(),
                Ok(Target::Replaced { path, .. } | Target::Straight(path)) => {
                    Self::of_file(&path).into_iter().collect()
                }
                Err(_) => Vec::new(),
            },
        }
    }

    fn free(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_owned();
        // File systems there usually treat `A` and `a` as the same name.
        let is_case_blind = cfg!(any(windows, target_os = "macos"));
        let name = if is_case_blind { Text::from(name.as_os_str()).to_lossy().to_lowercase().into() } else { name };
        let folder = folder(path);
        Some(Self::Free(Node::of(&fs::metadata(folder).ok()?, folder)?, name))
    }
}

fn of_metadata(meta: &Metadata, path: &Path) -> Option<Identity> {
    #[cfg(unix)]
    let is_changed = meta.is_file() || std::os::unix::fs::FileTypeExt::is_fifo(&meta.file_type());
    #[cfg(not(unix))]
    let is_changed = meta.is_file();
    if is_changed { Some(Identity::There(Node::of(meta, path)?)) } else { None }
}

#[cfg(unix)]
fn of_descriptor(stream: &impl std::os::fd::AsFd) -> Option<Identity> {
    let file = fs::File::from(stream.as_fd().try_clone_to_owned().ok()?);
    of_metadata(&file.metadata().ok()?, Path::new(""))
}

impl Node {
    #[cfg(unix)]
    fn of(meta: &Metadata, _: &Path) -> Option<Self> {
        use std::os::unix::fs::MetadataExt as _;
        Some(Self { device: meta.dev(), inode: meta.ino() })
    }

    #[cfg(not(unix))]
    fn of(_: &Metadata, path: &Path) -> Option<Self> {
        fs::canonicalize(path).ok().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::Identity;
    use crate::cli::output::Destination;
    use std::fs;

    #[test]
    fn spellings_of_one_file_are_equal() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("d")).unwrap();
        fs::write(at("a"), "").unwrap();
        fs::hard_link(at("a"), at("d/hard")).unwrap();
        fs::write(at("b"), "").unwrap();
        let of = |name: &str| Identity::all_of(&Destination::File(at(name)));
        let a = Identity::of_file(&at("a")).unwrap();
        for same in ["a", "./a", "d/../a", "d/hard"] {
            assert_eq!(of(same), std::slice::from_ref(&a), "{same}");
        }
        assert_ne!(of("b"), [a]);
        // Names that are free.
        assert_eq!(of("new"), of("d/../new"));
        assert_ne!(of("new"), of("d/new"));
        assert_eq!(of("new").len(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn links_lead_to_what_they_name_and_devices_are_nobodys() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let of = |name: &str| Identity::all_of(&Destination::File(at(name)));
        std::os::unix::fs::symlink("new", at("link")).unwrap();
        assert_eq!(of("link"), of("new"));
        assert_eq!(Identity::all_of(&Destination::File("/dev/null".into())), []);
    }
}
