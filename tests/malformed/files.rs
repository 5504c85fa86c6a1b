//! Paths that cannot be opened.

use heapdiff::base::{Error, ErrorKind, NoProgress};
use heapdiff::format::Source;

#[track_caller]
fn refused(path: &str) -> Error {
    match Source::open(path, &NoProgress) {
        Ok(_) => panic!("{path} was opened"),
        Err(error) => error,
    }
}

#[test]
fn paths_that_are_no_files() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let missing = refused(&path("missing.heapsnapshot"));
    assert_eq!(missing.kind(), ErrorKind::Io);
    assert!(missing.to_string().starts_with("no such file\n  help: check the spelling"), "{missing}");
    let directory = refused(folder.path().to_str().unwrap());
    assert_eq!(directory.kind(), ErrorKind::Io);
    assert!(directory.to_string().contains("is a directory, expected a heap snapshot\n  help:"), "{directory}");
    std::fs::write(path("empty"), b"").unwrap();
    let empty = refused(&path("empty"));
    assert_eq!((empty.kind(), empty.offset()), (ErrorKind::Truncated, Some(0)));
    // The file's name is in front of the message, and cannot act on a terminal.
    let named = missing.in_file("a\u{1b}[2Jb").to_string();
    assert!(named.starts_with("`a\\u{1b}[2Jb`: no such file"), "{named}");
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::set_permissions(file.path(), std::fs::Permissions::from_mode(0o0)).unwrap();
    // The superuser may read anything.
    if std::fs::File::open(file.path()).is_err() {
        let error = refused(file.path().to_str().unwrap());
        assert_eq!(error.kind(), ErrorKind::Io);
        assert!(error.to_string().contains("cannot be read (Permission denied"), "{error}");
    }
}
