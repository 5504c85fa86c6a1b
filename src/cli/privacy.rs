//! What is shown of the heap's texts: `--redact`, over HEAPDIFF_REDACT, over `redact` in the configuration.

use crate::base::{Error, ErrorKind, Privacy, Result, RunKey, Text};
use crate::cli::environment::path_variable;
use crate::gate::config::{CONFIG_FILE, redact_of};
use std::path::PathBuf;
use std::{env, fs};

/// The variable of the environment.
pub(crate) const VARIABLE: &str = "HEAPDIFF_REDACT";

/// Decides by flag, environment, configuration.
///
/// # Errors
/// If the environment says neither yes nor no, or the system has no random numbers.
pub(crate) fn decide(flag: Option<bool>, configured: Option<bool>) -> Result<Privacy> {
    let is_wanted = match flag {
        Some(flag) => flag,
        None => from_environment()?.or(configured).unwrap_or_default(),
    };
    if is_wanted { run_key().map(Privacy::Redacted) } else { Ok(Privacy::Masked) }
}

fn from_environment() -> Result<Option<bool>> {
    let Some(word) = env::var_os(VARIABLE).filter(|word| !word.is_empty()) else { return Ok(None) };
    match word.to_str() {
        Some("1" | "true") => Ok(Some(true)),
        Some("0" | "false") => Ok(Some(false)),
        _ => Err(Error::new(ErrorKind::Usage, format!("{VARIABLE} is `{}`", Text::from(word.as_os_str())))
            .help("expected 1 or 0")),
    }
}

/// A new key for each run: without it a hash can be compared with those of known texts.
fn run_key() -> Result<RunKey> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|e| {
        let message = format!("the system gives no random numbers, which `--redact` needs ({e})");
        Error::new(ErrorKind::Io, message)
    })?;
    Ok(RunKey::new(bytes))
}

/// What the configuration says, for commands that take nothing else from it: the file that HEAPDIFF_CONFIG names, or
/// `heapdiff.toml` in the current folder.
///
/// # Errors
/// If it is there and cannot be read: it may ask for redaction.
pub(crate) fn configured() -> Result<Option<bool>> {
    let path = path_variable("HEAPDIFF_CONFIG").unwrap_or_else(|| PathBuf::from(CONFIG_FILE));
    if !path.exists() {
        return Ok(None);
    }
    let help =
        format!("it may ask for redaction; give `--redact` or `--redact=false` to do without it, or fix {CONFIG_FILE}");
    let text = fs::read_to_string(&path).map_err(|e| {
        Error::new(ErrorKind::Io, format!("cannot be read ({})", Text::from(e.to_string())))
            .in_file(path.as_path())
            .help(help)
    })?;
    redact_of(&text).map_err(|e| e.in_file(path.as_path()))
}
