//! `heapdiff check BEFORE AFTER [LATER…]`: the gate.

mod args;
mod reports;
mod snapshots;

pub(crate) use args::CheckArgs;

use crate::base::{Error, ErrorKind, Result, Text};
use crate::cli::load::check_stdin_once;
use crate::cli::{Context, ExitCode, files, say};
use crate::gate::Verdict;
use crate::report::check::{CheckParts, CheckReport};
use reports::Outputs;

/// Results of each sort that text shows.
const TEXT_ROWS: usize = 10;

/// Judges the files and writes the reports. The exit code depends on the verdict alone.
///
/// # Errors
/// If there is nothing to judge, a file cannot be read, or a report cannot be written.
pub(crate) fn run(args: &CheckArgs, context: &Context) -> Result<ExitCode> {
    let outputs = Outputs::new(&args.report, context)?;
    check_files(args)?;
    let series = files::all_series(&args.files)?;
    let mut parts = CheckParts { text_limit: context.limit(TEXT_ROWS).0, ..CheckParts::default() };
    let errors = snapshots::judge(&series, args, context, &mut parts)?;
    let report = CheckReport::new(parts);
    outputs.write(&report, context)?;
    errors.iter().for_each(|e| say(&format!("error: {e}")));
    Ok(exit_code(report.verdict, !errors.is_empty(), args.exit_zero))
}

/// An input that cannot be read outweighs what the others say.
fn exit_code(verdict: Verdict, has_errors: bool, is_exit_zero: bool) -> ExitCode {
    match verdict {
        _ if has_errors => ExitCode::Error,
        Verdict::Pass => ExitCode::Done,
        Verdict::Fail if is_exit_zero => ExitCode::Done,
        Verdict::Fail => ExitCode::GateFailed,
        Verdict::NoVerdict => ExitCode::NoVerdict,
    }
}

fn check_files(args: &CheckArgs) -> Result<()> {
    check_stdin_once(&args.files)?;
    let Some(first) = args.files.first() else {
        return Err(Error::new(ErrorKind::Usage, "nothing to check was named")
            .help("`heapdiff check BEFORE AFTER` fails if something leaks between two snapshots"));
    };
    if args.files.len() == 1 && !std::path::Path::new(first).is_dir() {
        let shown = Text::from(first.as_str());
        return Err(Error::new(ErrorKind::Usage, "one snapshot was named, and whether something leaks takes two")
            .help(format!(
                "`heapdiff check {shown} LATER` checks what grew since; three and more snapshots are surer than two"
            )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::exit_code;
    use crate::gate::Verdict;

    #[test]
    fn exit_codes_follow_from_the_verdict() {
        let code = |verdict, has_errors, is_exit_zero| exit_code(verdict, has_errors, is_exit_zero) as u8;
        assert_eq!(code(Verdict::Pass, false, false), 0);
        assert_eq!(code(Verdict::Fail, false, false), 1);
        assert_eq!(code(Verdict::Fail, false, true), 0);
        assert_eq!(code(Verdict::NoVerdict, false, true), 3);
        assert_eq!(code(Verdict::Pass, true, true), 2);
        assert_eq!(code(Verdict::Fail, true, true), 2);
    }
}
