//! Variables of the environment that heapdiff reads.

use crate::base::{Text, nearest};
use crate::cli::say;
use std::env;
use std::path::PathBuf;

/// What the names of variables begin with.
const PREFIX: &str = "HEAPDIFF_";
/// What the environment may set.
const VARIABLES: [&str; 10] = [
    "HEAPDIFF_AGGREGATE",
    "HEAPDIFF_BASELINE",
    "HEAPDIFF_CONFIG",
    "HEAPDIFF_LEVEL",
    "HEAPDIFF_MAX",
    "HEAPDIFF_MAX_GROWTH",
    "HEAPDIFF_MIN_RUNS",
    "HEAPDIFF_ON_MISSING_BASELINE",
    "HEAPDIFF_REDACT",
    "HEAPDIFF_TODAY",
];

/// A variable that is set and not empty.
pub(crate) fn variable(name: &str) -> Option<String> {
    let value = env::var_os(name)?.into_string().ok()?;
    Some(value).filter(|value| !value.is_empty())
}

/// A variable with a path, which need not be Unicode.
pub(crate) fn path_variable(name: &str) -> Option<PathBuf> {
    env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// Warns of each variable that looks like one of ours and is none.
pub(crate) fn warn_of_misspelled() {
    for (name, _) in env::vars_os() {
        let text = Text::from(name.as_os_str());
        let name = text.to_lossy();
        if !name.starts_with(PREFIX) || VARIABLES.contains(&&*name) {
            continue;
        }
        // The prefix is the same and would make all names alike.
        let own = VARIABLES.into_iter().filter_map(|known| known.strip_prefix(PREFIX));
        if let Some(near) = nearest(&name[PREFIX.len()..], own).first() {
            say(&format!("warning: unknown variable {text}; did you mean {PREFIX}{near}?"));
        }
    }
}
