//! `heapdiff SNAPSHOT`: who holds much.

use crate::base::Result;
use crate::cli::args::DiffArgs;
use crate::cli::comparison::{no_such_finding, show};
use crate::cli::{Context, ExitCode};
use crate::door::holdings_in;
use crate::format::InputPath;
use crate::report::RenderOptions;
use crate::report::holdings::HoldingsReport;

/// Says what one snapshot can say.
///
/// # Errors
/// If it cannot be read, `--explain` names no finding, or the output cannot be written.
pub(crate) fn run(file: &InputPath, args: &DiffArgs, context: &Context) -> Result<ExitCode> {
    let show = show(args, context);
    let mut holdings = holdings_in(file, context.privacy(), context)?;
    holdings.keep_findings(|finding| show.wants(finding));
    if let Some(wanted) = args.explain.as_ref().filter(|_| holdings.findings.is_empty()) {
        return Err(no_such_finding(wanted));
    }
    let report = HoldingsReport::new(holdings, &show);
    context.finish_progress();
    let options = RenderOptions { is_explanation: args.explain.is_some(), ..context.options() };
    context.print_with(&report, &options)?;
    Ok(ExitCode::Done)
}
