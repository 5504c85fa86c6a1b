//! A writer that guards its lines against CI runners and terminals: what [`Printed`] says of a format.

use crate::report::printed::Printed;
use std::io::{self, Write};

/// A writer that guards what goes through it, line by line.
#[derive(Debug)]
pub(crate) struct Guarded<W: Write> {
    out: W,
    how: Printed,
    line: Vec<u8>,
}

impl<W: Write> Guarded<W> {
    /// Guards what is written to `out`.
    #[must_use]
    pub(crate) fn new(out: W, how: Printed) -> Self {
        Self { out, how, line: Vec::new() }
    }

    fn write_line(&mut self) -> io::Result<()> {
        match std::str::from_utf8(&self.line) {
            Ok(line) => self.out.write_all(self.how.guard(line).as_bytes())?,
            Err(_) => self.out.write_all(&self.line)?,
        }
        self.line.clear();
        Ok(())
    }
}

impl<W: Write> Write for Guarded<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.how.is_exact() {
            return self.out.write(bytes);
        }
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(piece);
            if piece.ends_with(b"\n") {
                self.write_line()?;
            }
        }
        Ok(bytes.len())
    }

    /// Writes what was not yet ended by a line break, too: nothing may follow on the same line.
    fn flush(&mut self) -> io::Result<()> {
        self.write_line()?;
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::Guarded;
    use crate::report::printed::Printed;
    use std::io::Write as _;

    #[test]
    fn pieces_are_guarded_as_a_whole() {
        let text = "a ##[x]\n::y\n##vso[z";
        for size in 1..text.len() {
            let mut out = Guarded::new(Vec::new(), Printed::Lines);
            text.as_bytes().chunks(size).for_each(|piece| out.write_all(piece).unwrap());
            out.flush().unwrap();
            assert_eq!(String::from_utf8(out.out).unwrap(), Printed::Lines.guard(text), "{size}");
        }
    }
}
