//! From profiles to the times of their calls.

use crate::base::{Error, ErrorKind, Result};
use crate::cli::Context;
use crate::cli::input::{files_of, profiles, read_profiles};
use crate::cli::profile_args::ProfileArgs;
use crate::cpu::call_times::{CallTimes, together};
use crate::door::attribute_all;
use crate::heap::diff::series::Listed;

/// Reads profiles and puts them together.
///
/// # Errors
/// If a file cannot be read, or the files count different things.
pub(crate) fn times(files: &[Listed], args: &ProfileArgs, context: &Context) -> Result<CallTimes> {
    let read = read_profiles(files_of(&profiles(files, context)?), context)?;
    let parts = attribute_all(read, args.options())?;
    together(parts, !args.merge).ok_or_else(|| Error::new(ErrorKind::Usage, "no profile was given"))
}
