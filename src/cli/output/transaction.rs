//! All that one run writes: whole, or not at all.

use crate::base::{Error, Result, Text};
use crate::cli::output::destination::write_error;
use crate::cli::output::line_guard::Guarded;
use crate::cli::output::target::{Target, folder};
use crate::cli::output::temporary::Temporary;
use crate::cli::output::{Destination, interrupt};
use crate::report::printed::Printed;
use std::borrow::Cow;
use std::fmt;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// GitHub drops the summary of a step above 1 MiB.
const MAX_SUMMARY_BYTES: u64 = 1_000_000;
const BUFFER_BYTES: usize = 1 << 16;

/// Writes one output.
type Body<'a> = Box<dyn FnOnce(&mut dyn Write) -> io::Result<()> + 'a>;

/// The outputs of one run. Files are written beside their destinations as they are added; [`Transaction::commit`] writes
/// standard output, pipes and devices, and then puts all files under their names. Without it, nothing was written.
#[derive(Default)]
pub(crate) struct Transaction<'a> {
    staged: Vec<Staged>,
    straight: Vec<(Destination, Printed, Body<'a>)>,
    /// Folders that were made, outermost first.
    folders: Vec<PathBuf>,
}

/// A file that is written but not yet under its name.
#[derive(Debug)]
struct Staged {
    to: Destination,
    /// The name, links followed.
    path: PathBuf,
    temporary: Temporary,
}

impl<'a> Transaction<'a> {
    /// Adds an output that is written piece by piece through a buffer: to a file as it is, elsewhere as what is printed.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub(crate) fn add(
        &mut self,
        to: &Destination,
        how: Printed,
        body: impl FnOnce(&mut dyn Write) -> io::Result<()> + 'a,
    ) -> Result<()> {
        if let Destination::File(path) = to {
            match Target::writable(path).map_err(|e| write_error(to, &e))? {
                Target::Replaced { path, existing } => {
                    let temporary = stage(&path, existing.as_ref(), body).map_err(|e| write_error(to, &e))?;
                    self.staged.push(Staged { to: to.clone(), path, temporary });
                    return Ok(());
                }
                Target::Straight(_) => {}
            }
        }
        self.straight.push((to.clone(), how, Box::new(body)));
        Ok(())
    }

    /// Adds a finished text. What is made to be read line by line is guarded in files, too: a build prints them.
    ///
    /// # Errors
    /// As [`Transaction::add`].
    pub(crate) fn add_text(&mut self, to: &Destination, how: Printed, mut text: String) -> Result<()> {
        // What goes elsewhere is guarded as it is written.
        if matches!(to, Destination::File(_))
            && matches!(how, Printed::Lines | Printed::Commands)
            && let Cow::Owned(guarded) = how.guard(&text)
        {
            text = guarded;
        }
        self.add(to, how, move |out| out.write_all(text.as_bytes()))
    }

    /// Makes the folder of a file, unless it is there. It goes again if nothing is committed.
    ///
    /// # Errors
    /// If it cannot be made.
    pub(crate) fn make_folder_of(&mut self, file: &Path) -> io::Result<()> {
        let folder = folder(file);
        let missing: Vec<&Path> = folder.ancestors().take_while(|f| !f.as_os_str().is_empty() && !f.exists()).collect();
        for folder in missing.into_iter().rev() {
            fs::create_dir(folder)?;
            self.folders.push(folder.to_owned());
        }
        Ok(())
    }

    /// Ends the run: standard output, pipes and devices are written, then the files appear.
    ///
    /// # Errors
    /// If one of them fails; then every file is as it was before.
    pub(crate) fn commit(mut self) -> Result<()> {
        for (to, how, body) in std::mem::take(&mut self.straight) {
            write_straight(&to, how, body).map_err(|e| write_error(&to, &e))?;
        }
        publish(std::mem::take(&mut self.staged))?;
        self.folders.clear();
        Ok(())
    }
}

/// The one output of a run.
impl Destination {
    /// Writes a finished text, as the one output of a run.
    ///
    /// # Errors
    /// If the file cannot be written. A reader that closes the pipe early got what it wanted: no error.
    pub(crate) fn write(&self, how: Printed, text: &str) -> Result<()> {
        self.write_with(how, |out| out.write_all(text.as_bytes()))
    }

    /// Has the one output of a run written piece by piece through a buffer. A file appears only once all of it is written.
    ///
    /// # Errors
    /// As [`Destination::write`].
    pub(crate) fn write_with(&self, how: Printed, body: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
        let mut run = Transaction::default();
        run.add(self, how, body)?;
        run.commit()
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        self.staged.clear();
        for folder in self.folders.iter().rev() {
            // One that is in use by now stays.
            let _ = fs::remove_dir(folder);
        }
    }
}

impl fmt::Debug for Transaction<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let straight: Vec<&Destination> = self.straight.iter().map(|(to, ..)| to).collect();
        f.debug_struct("Transaction").field("staged", &self.staged).field("straight", &straight).finish()
    }
}

/// Writes a file beside another, with the mode of that one and, where that is allowed, its owner.
fn stage(
    path: &Path,
    existing: Option<&Metadata>,
    body: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<Temporary> {
    let (temporary, file) = Temporary::make(folder(path), |temporary| create(temporary, existing.is_none()))?;
    buffered(&file, body)?;
    if let Some(existing) = existing {
        keep_access(&file, existing)?;
    }
    Ok(temporary)
}

/// A new file: with the mode that the user gives new files, or for the user alone until it gets the mode of another.
fn create(path: &Path, is_public: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, if is_public { 0o666 } else { 0o600 });
    #[cfg(not(unix))]
    let _ = is_public;
    options.open(path)
}

#[cfg(unix)]
fn keep_access(file: &File, existing: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, fchown};
    // Most users may give a file to their own groups only; what is not allowed stays undone.
    let keeps_group = fchown(file, Some(existing.uid()), Some(existing.gid())).is_ok()
        || fchown(file, None, Some(existing.gid())).is_ok();
    file.set_permissions(fs::Permissions::from_mode(kept_mode(existing.mode(), keeps_group)))
}

#[cfg(not(unix))]
fn keep_access(file: &File, existing: &Metadata) -> io::Result<()> {
    file.set_permissions(existing.permissions())
}

/// The mode for a file in place of one with this mode. Another group gets no more than everybody; what runs as somebody
/// else no longer does.
#[cfg(unix)]
fn kept_mode(mode: u32, keeps_group: bool) -> u32 {
    if keeps_group { mode & 0o777 } else { (mode & 0o707) | (mode & 0o007) << 3 }
}

fn write_straight(to: &Destination, how: Printed, body: Body<'_>) -> io::Result<()> {
    let body: Body<'_> = Box::new(move |out| {
        let mut guarded = Guarded::new(out, how);
        body(&mut guarded)?;
        guarded.flush()
    });
    let written = match to {
        Destination::Stdout => buffered(io::stdout().lock(), body),
        Destination::File(path) => OpenOptions::new().append(true).open(path).and_then(|out| buffered(out, body)),
        Destination::Append(path) => append(path, body),
    };
    match written {
        // The reader got what it wanted.
        Err(e) if e.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

fn buffered(out: impl Write, body: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(BUFFER_BYTES, out);
    body(&mut out)?;
    out.flush()
}

/// Adds to a file as long as it stays below what a summary may hold; a larger one would be lost as a whole.
fn append(path: &Path, body: Body<'_>) -> io::Result<()> {
    let mut text = Vec::new();
    body(&mut text)?;
    let mut file = File::options().append(true).create(true).open(path)?;
    if file.metadata()?.len() + text.len() as u64 > MAX_SUMMARY_BYTES {
        text = b"\nheapdiff: the report does not fit into this summary.\n".to_vec();
    }
    file.write_all(&text)
}

/// A file that has its name, and what had it before.
struct Published {
    path: PathBuf,
    /// None if the name was free.
    before: Option<Temporary>,
}

/// Puts all files under their names, or none.
fn publish(staged: Vec<Staged>) -> Result<()> {
    let _undisturbed = interrupt::hold();
    let mut done: Vec<Published> = Vec::new();
    let mut left = staged.into_iter();
    while let Some(Staged { to, path, temporary }) = left.next() {
        // Behind the last one nothing can fail.
        let before = if left.len() > 0 { back_up(&path) } else { Ok(None) };
        let renamed = before.and_then(|before| match temporary.rename(&path) {
            Ok(()) => Ok(before),
            Err((e, _)) => {
                done.extend(before.map(|before| Published { path: path.clone(), before: Some(before) }));
                Err(e)
            }
        });
        match renamed {
            Ok(before) => done.push(Published { path, before }),
            Err(e) => return Err(rolled_back(done, write_error(&to, &e))),
        }
    }
    Ok(())
}

/// Gives a file a second name; on disks without hard links, another one.
fn back_up(path: &Path) -> io::Result<Option<Temporary>> {
    match fs::symlink_metadata(path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Ok(meta) if meta.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
        meta => meta?,
    };
    let linked = Temporary::make(folder(path), |name| fs::hard_link(path, name));
    let (backup, ()) = linked.or_else(|_| Temporary::make(folder(path), |name| fs::rename(path, name)))?;
    Ok(Some(backup))
}

/// Puts back what the files replaced, last to first. The error tells where something is that cannot be put back.
fn rolled_back(done: Vec<Published>, error: Error) -> Error {
    let mut lost = Vec::new();
    for Published { path, before } in done.into_iter().rev() {
        let Some(before) = before else {
            // It was not there before, and what is not ours any more is not ours to remove.
            let _ = fs::remove_file(&path);
            continue;
        };
        // Of two names for one file, renaming would leave both: the old file stands there still.
        if before.is_same_file(&path) {
            continue;
        }
        if let Err((_, before)) = before.rename(&path) {
            lost.push((path, before.keep()));
        }
    }
    match lost.first() {
        None => error,
        Some((path, kept)) => {
            let shown = |path: &Path| Text::from(path);
            error.help(format!(
                "could not restore the previous contents of `{}`; they are in `{}`",
                shown(path),
                shown(kept)
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Transaction;
    use crate::cli::output::Destination;
    use crate::report::printed::Printed;
    use std::path::{Path, PathBuf};
    use std::{fs, io};

    fn staged(paths: &[PathBuf]) -> Transaction<'static> {
        let mut run = Transaction::default();
        for path in paths {
            run.add_text(&Destination::File(path.clone()), Printed::Exact, "new".to_owned()).unwrap();
        }
        run
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn all_files_appear_or_none() {
        let folder = tempfile::tempdir().unwrap();
        let [old, free, last] = ["old", "free", "last"].map(|name| folder.path().join(name));
        fs::write(&old, "before").unwrap();
        // Nothing is committed.
        drop(staged(&[old.clone(), free.clone()]));
        assert_eq!(
            (fs::read_to_string(&old).unwrap(), names(folder.path())),
            ("before".to_owned(), vec!["old".into()])
        );
        // The last name is taken by a folder meanwhile: what was renamed is rolled back.
        let run = staged(&[old.clone(), free.clone(), last.clone()]);
        fs::create_dir(&last).unwrap();
        fs::write(last.join("x"), "").unwrap();
        run.commit().unwrap_err();
        assert_eq!(fs::read_to_string(&old).unwrap(), "before");
        assert_eq!(names(folder.path()), ["last", "old"]);
        // Or one in the middle.
        let run = staged(&[old.clone(), last.clone().with_file_name("middle"), free.clone()]);
        fs::create_dir(folder.path().join("middle")).unwrap();
        assert!(run.commit().unwrap_err().to_string().contains("name a file in that folder"));
        assert_eq!(names(folder.path()), ["last", "middle", "old"]);
        staged(&[old.clone(), free.clone()]).commit().unwrap();
        assert_eq!(fs::read_to_string(&old).unwrap(), "new");
        assert_eq!(names(folder.path()), ["free", "last", "middle", "old"]);
    }

    #[test]
    fn a_folder_that_vanished_rolls_back() {
        let folder = tempfile::tempdir().unwrap();
        let (old, inner) = (folder.path().join("old"), folder.path().join("inner"));
        fs::write(&old, "before").unwrap();
        fs::create_dir(&inner).unwrap();
        let run = staged(&[old.clone(), inner.join("x")]);
        fs::remove_dir_all(&inner).unwrap();
        run.commit().unwrap_err();
        assert_eq!(fs::read_to_string(&old).unwrap(), "before");
        assert_eq!(names(folder.path()), ["old"]);
    }

    #[test]
    fn folders_that_were_made_go_again() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a/b/c.json");
        let mut run = Transaction::default();
        run.make_folder_of(&file).unwrap();
        run.add_text(&Destination::File(file.clone()), Printed::Exact, String::new()).unwrap();
        drop(run);
        assert_eq!(names(folder.path()), [""; 0]);
        let mut run = Transaction::default();
        run.make_folder_of(&file).unwrap();
        run.add_text(&Destination::File(file.clone()), Printed::Exact, String::new()).unwrap();
        run.commit().unwrap();
        assert!(file.exists());
    }

    #[test]
    fn what_goes_straight_is_written_before_files_appear() {
        let folder = tempfile::tempdir().unwrap();
        let (file, summary) = (folder.path().join("file"), folder.path().join("summary"));
        fs::write(&summary, "a").unwrap();
        let mut run = staged(std::slice::from_ref(&file));
        let seen = file.clone();
        run.add(&Destination::Append(summary.clone()), Printed::Exact, move |out| {
            assert!(!seen.exists());
            out.write_all(b"b")
        })
        .unwrap();
        run.commit().unwrap();
        assert_eq!((file.exists(), fs::read_to_string(&summary).unwrap()), (true, "ab".to_owned()));
    }

    #[cfg(unix)]
    #[test]
    fn the_mode_stays_and_the_target_of_a_link_is_replaced() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let folder = tempfile::tempdir().unwrap();
        let [file, link] = ["file", "link"].map(|name| folder.path().join(name));
        fs::write(&file, "before").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        symlink("file", &link).unwrap();
        staged(std::slice::from_ref(&link)).commit().unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
        // A new file has the mode that new files have.
        let (free, plain) = (folder.path().join("free"), folder.path().join("plain"));
        staged(std::slice::from_ref(&free)).commit().unwrap();
        fs::write(&plain, "").unwrap();
        assert_eq!(fs::metadata(&free).unwrap().permissions(), fs::metadata(&plain).unwrap().permissions());
        assert_eq!(names(folder.path()), ["file", "free", "link", "plain"]);
    }

    #[cfg(unix)]
    #[test]
    fn nobody_gets_access_who_had_none() {
        use super::kept_mode;
        assert_eq!([kept_mode(0o100_664, true), kept_mode(0o104_755, true)], [0o664, 0o755]);
        assert_eq!([kept_mode(0o100_660, false), kept_mode(0o100_664, false)], [0o600, 0o644]);
    }

    #[test]
    fn a_name_may_be_as_long_as_names_can_be() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("n".repeat(255));
        for _ in 0..2 {
            staged(&[file.clone(), folder.path().join("other")]).commit().unwrap();
        }
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
    }

    #[test]
    fn a_file_is_written_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.txt");
        let to = Destination::new(Some(&path));
        to.write(Printed::Exact, "first").unwrap();
        let failed = to.write_with(Printed::Exact, |out| {
            out.write_all(b"half")?;
            Err(io::ErrorKind::InvalidData.into())
        });
        assert!(failed.is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "first");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "a temporary file was left");
    }

    #[test]
    fn a_missing_folder_is_said() {
        let to = Destination::new(Some("/no/such/folder/x"));
        let error = to.write(Printed::Exact, "").unwrap_err().to_string();
        assert!(error.contains("create the folder first"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn a_device_is_written_directly() {
        Destination::new(Some("/dev/null")).write(Printed::Exact, "x").unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }
}
