//! Checks whether there is enough memory before a file is read, and prepares the message for running out of memory
//! while there still is some.

mod available;
mod need;
mod parse;

pub(crate) use available::is_address_space_limited;

use crate::base::{Bytes, Error, ErrorKind, Result, Text};
use crate::cli::{Context, allocator, say};
use crate::format::Source;
use crate::report::printed::Printed;
use available::{Bound, Limiter, tightest};
use need::Need;
use std::path::Path;

/// What to say about the memory for one file.
#[derive(Clone, Debug)]
pub(crate) struct Outlook {
    need: Option<Need>,
    bound: Option<Bound>,
}

/// Compares what an unread file needs with what is available, and warns on standard error unless `-q` is given.
///
/// # Errors
/// If the available memory cannot suffice.
pub(crate) fn look_ahead(source: &Source<'_>, name: &Text, context: &Context) -> Result<Outlook> {
    let outlook = Outlook { need: Need::of(source), bound: tightest(Path::new("/")) };
    let erase_line = if context.has_progress() { "\r\x1b[2K" } else { "" };
    let words = format!("error: `{name}`: {}\n", outlook.sentence());
    allocator::prepare_last_words(&format!("{erase_line}{}", Printed::Lines.guard(&words)));
    match (outlook.need, outlook.bound) {
        (Some(need), Some(bound)) if need.least_bytes > bound.hard_bytes => return Err(outlook.error(name)),
        (Some(need), Some(bound)) if need.likely_bytes > bound.bytes && !context.is_quiet() => {
            say(&format!("warning: `{name}`: {}", outlook.warning()));
        }
        _ => {}
    }
    Ok(outlook)
}

impl Outlook {
    /// Rewords a reader's error if it is about memory.
    pub(crate) fn explained(&self, error: Error, name: &Text) -> Error {
        if error.kind() == ErrorKind::Memory { self.error(name) } else { error.in_file(name) }
    }

    fn error(&self, name: &Text) -> Error {
        Error::new(ErrorKind::Memory, self.sentence()).in_file(name)
    }

    /// The error if memory runs out, on one line.
    fn sentence(&self) -> String {
        let bound = self.bound.map(|bound| Bytes(bound.bytes));
        let needs = match (self.need.map(|need| need.likely_bytes), bound) {
            (Some(need), Some(available)) if need > available.0 => {
                format!("needs about {}, {available} available", Bytes(need))
            }
            (_, Some(available)) => format!("needs more than the {available} available"),
            (Some(need), None) => format!("needs about {}, and less is available", Bytes(need)),
            (None, None) => "needs more than is available".to_owned(),
        };
        format!("not enough memory: {needs}{}; {}", self.whose(), self.advice())
    }

    /// The warning in advance.
    fn warning(&self) -> String {
        let need = Bytes(self.need.map_or(0, |need| need.likely_bytes));
        let available = Bytes(self.bound.map_or(0, |bound| bound.bytes));
        format!(
            "may run out of memory: needs about {need}, {available} available{}; if that is too little, {}",
            self.whose(),
            self.advice()
        )
    }

    fn whose(&self) -> &'static str {
        match self.bound.map(|bound| bound.limiter) {
            Some(Limiter::ControlGroup) => " in this container or control group",
            Some(Limiter::Limit) => " under `ulimit`",
            Some(Limiter::Machine) | None => "",
        }
    }

    fn advice(&self) -> &'static str {
        match self.bound.map(|bound| bound.limiter) {
            Some(Limiter::ControlGroup) => "raise the memory limit of the container or job",
            Some(Limiter::Limit) => "raise it (`ulimit -v unlimited`)",
            Some(Limiter::Machine) | None => "close other programs, or use a machine with more memory",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Outlook;
    use super::available::{Bound, Limiter};
    use super::need::Need;

    fn outlook(need_mib: u64, bound: Option<(u64, Limiter)>) -> Outlook {
        let need = (need_mib > 0).then_some(Need { likely_bytes: need_mib << 20, least_bytes: 0 });
        let bound = bound.map(|(mib, limiter)| Bound { bytes: mib << 20, hard_bytes: mib << 20, limiter });
        Outlook { need, bound }
    }

    #[test]
    fn one_sentence_says_what_is_missing_and_what_to_do() {
        let cases = [
            (
                outlook(900, Some((512, Limiter::ControlGroup))),
                "not enough memory: needs about 900 MiB, 512 MiB available in this container or control group; \
                 raise the memory limit of the container or job",
            ),
            (
                outlook(90, Some((512, Limiter::Limit))),
                "not enough memory: needs more than the 512 MiB available under `ulimit`; \
                 raise it (`ulimit -v unlimited`)",
            ),
            (
                outlook(0, None),
                "not enough memory: needs more than is available; close other programs, or use a machine with more memory",
            ),
        ];
        for (outlook, sentence) in cases {
            assert_eq!(outlook.sentence(), sentence);
            assert!(!sentence.contains('\n'));
        }
    }
}
