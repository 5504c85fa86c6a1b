//! What blocked the event loops of some profiles.

use crate::base::{Error, ErrorKind, Limit, Result, Text};
use crate::cpu::answers::blocking::{BlockingReport, Part, reason};
use crate::cpu::attribution::{self, Attribution, attribute};
use crate::cpu::blocking::{Options, Unmeasurable, blocking};
use crate::cpu::call_times::thread_label;
use crate::cpu::profile::Profile;

/// What blocked the event loops, and the times behind it.
#[derive(Debug)]
#[non_exhaustive]
pub struct BlockedLoops {
    /// What blocked them.
    pub report: BlockingReport,
    /// The times of the threads that could be measured.
    pub times: Vec<Attribution>,
}

/// Finds what blocked the event loop of each thread; lists have at most `limit` rows. `files` are the arguments. O(samples).
///
/// # Errors
/// If none of the profiles can be measured.
pub fn blocked_loops(
    profiles: Vec<Profile>,
    files: &[Text],
    attribution: attribution::Options,
    options: Options<'_>,
    limit: Limit,
) -> Result<BlockedLoops> {
    let attribution = attribution::Options { keeps_intervals: true, ..attribution };
    let mut parts = Vec::new();
    let mut refused: Vec<(Text, Unmeasurable)> = Vec::new();
    for profile in profiles {
        let times = attribute(profile, attribution);
        match blocking(&times, options) {
            Ok(blocking) => parts.push(Part { times, blocking }),
            Err(why) => {
                let file = times.thread.file.as_ref();
                let who = file.map_or_else(|| thread_label(&times.thread), |file| format!("`{file}`").into());
                refused.push((who, why));
            }
        }
    }
    if parts.is_empty() {
        return Err(unmeasurable(refused.first().map(|(_, why)| *why)));
    }
    let report = BlockingReport::new(files, &parts, &refused, options.min_us, limit);
    Ok(BlockedLoops { report, times: parts.into_iter().map(|part| part.times).collect() })
}

fn unmeasurable(why: Option<Unmeasurable>) -> Error {
    let Some(why) = why else { return Error::new(ErrorKind::Usage, "no profile was given") };
    let (found, help) = reason(why);
    Error::new(ErrorKind::WrongKind, format!("blocking cannot be measured: {found}")).help(help)
}
