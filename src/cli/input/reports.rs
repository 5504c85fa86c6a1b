//! Node's diagnostic reports, given with snapshots or beside them.

use crate::base::{Result, Text};
use crate::cli::say;
use crate::format::{DiagnosticReport, InputPath};
use crate::heap::diff::Listed;
use std::fs;
use std::path::Path;

/// Takes the diagnostic reports out of what was named.
pub(crate) fn take_reports(files: &mut Vec<Listed>) -> Vec<InputPath> {
    let is_report = |file: &mut Listed| !file.path.is_stream() && DiagnosticReport::is_one(&file.path);
    files.extract_if(.., is_report).map(|file| file.path).collect()
}

/// The diagnostic report of the process that wrote some snapshots: the last one that was given or, if none was, the last one in
/// their folder.
///
/// # Errors
/// If one that was given cannot be read. One in the folder that cannot be read is only mentioned.
pub(crate) fn report_of(given: &[InputPath], snapshots: &[InputPath]) -> Result<Option<DiagnosticReport>> {
    let process = snapshots.last().and_then(|file| file.capture()).map(|name| name.process_id);
    let of_process = |report: &DiagnosticReport| process.is_none_or(|process| process == report.process_id);
    let given: Vec<DiagnosticReport> = given.iter().map(DiagnosticReport::read).collect::<Result<_>>()?;
    if let Some(other) = given.iter().find(|report| !of_process(report)) {
        say(&format!("note: `{}` is left out: it is of process {}, not of this one", other.file, other.process_id));
    }
    if let Some(last) = given.into_iter().rfind(of_process) {
        return Ok(Some(last));
    }
    let folder = snapshots.last().filter(|file| !file.is_stream()).and_then(|file| file.as_path().parent());
    let mut beside = Vec::new();
    for file in folder.map(reports_in).unwrap_or_default() {
        match DiagnosticReport::read(&file) {
            Ok(report) => beside.push(report),
            Err(e) => say(&format!("note: a diagnostic report is left out: {e}")),
        }
    }
    // Without a process in the snapshots' names, reports of several may be of others.
    let is_one = process.is_some() || beside.windows(2).all(|two| two[0].process_id == two[1].process_id);
    Ok(if is_one { beside.into_iter().rfind(of_process) } else { None })
}

/// The diagnostic reports in a folder, in the order of their names, which begin with the time.
fn reports_in(folder: &Path) -> Vec<InputPath> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let files = entries.flatten().filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()));
    let mut reports: Vec<InputPath> = files.map(|entry| InputPath::from(entry.path())).collect();
    reports.retain(DiagnosticReport::is_one);
    reports.sort_by_key(|file| Text::from(file.as_path()));
    reports
}
