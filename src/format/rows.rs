//! The flat integer arrays (`nodes`, `edges`, `locations`), split into blocks at row boundaries and scanned on all
//! cores.
//!
//! The reading thread counts commas to find row boundaries (not newlines: Node 24 and later write whole arrays on one
//! line), so every block begins with column 0 and can be scanned independently, directly into slices of the columns.
//! While one batch of blocks is scanned, the next is read and decompressed.

use crate::base::{Error, ErrorKind, Result, memory};
use crate::format::digits::{NotANumber, PADDING, number};
use crate::format::json::{expect, is_space, truncated, unexpected};
use crate::format::limits::{MAX_COLUMNS, MAX_ROW_BYTES};
use crate::format::source::Source;
use memchr::{memchr, memchr_iter, memrchr_iter};
use rayon::prelude::*;

/// Number of blocks per batch: enough to keep every core busy, few enough for two batches to stay small.
const BLOCKS_PER_BATCH: usize = 16;

/// Receives the rows of one block.
pub(crate) trait RowWriter: Send {
    /// What is known about the block after its rows are written.
    type Summary: Send;
    /// Receives a row: its number within the block, its cells in file order, and its byte offset.
    fn row(&mut self, row: usize, cells: &[u64], offset: u64) -> Result<()>;
    /// Finishes the block.
    fn finish(self) -> Self::Summary;
}

/// A set of columns that can be written in independent ranges.
pub(crate) trait RowSink {
    /// See [`RowWriter::Summary`].
    type Summary: Send;
    /// Writes one range of rows.
    type Writer<'a>: RowWriter<Summary = Self::Summary>
    where
        Self: 'a;
    /// Makes room for one range per entry of `row_counts`, in file order, and splits it off. Fails if there is no
    /// memory.
    fn writers<'a>(&'a mut self, row_counts: &[usize]) -> Result<Vec<Self::Writer<'a>>>;
    /// Receives the summary of a range; called in file order.
    fn absorb(&mut self, summary: Self::Summary);
}

/// A section of the file, and what error messages call it and its rows.
#[derive(Clone, Copy)]
pub(crate) struct Section {
    pub(crate) name: &'static str,
    pub(crate) row_name: &'static str,
    pub(crate) stride: usize,
    pub(crate) max_rows: usize,
}

struct Block {
    bytes: Vec<u8>,
    first_row: usize,
    row_count: usize,
    offset: u64,
}

/// Scans one array of integers, from `[` to `]`, into `sink`, and returns the number of rows.
///
/// O(bytes) time, O(batch) memory.
pub(crate) fn scan_rows<S: RowSink>(source: &mut Source<'_>, section: Section, sink: &mut S) -> Result<usize> {
    expect(source, b'[', "`[`").map_err(|e| in_section(e, section))?;
    let mut cutter = Cutter { section, row_count: 0, is_done: false, failed: None, spare: Vec::new() };
    let mut batch = cutter.next_batch(source)?;
    while !batch.is_empty() {
        let row_counts: Vec<usize> = batch.iter().map(|b| b.row_count).collect();
        let writers = sink.writers(&row_counts)?;
        let (summaries, next) = rayon::join(
            || {
                let mut work: Vec<_> = batch.iter().zip(writers).collect();
                let pairs: Vec<_> = std::iter::from_fn(|| Some((work.pop()?, work.pop()))).collect();
                let scanned = pairs.into_par_iter().rev();
                scanned.map(|(second, first)| scan_pair(first, second, section)).collect::<Vec<_>>()
            },
            || cutter.next_batch(source),
        );
        for summary in summaries.into_iter().flatten() {
            sink.absorb(summary?);
        }
        let done = std::mem::replace(&mut batch, next?);
        cutter.spare.extend(done.into_iter().map(|b| b.bytes));
    }
    Ok(cutter.row_count)
}

#[cold]
fn in_section(error: Error, section: Section) -> Error {
    error.in_place(format!("section `{}`", section.name))
}

/// Cuts the stream into blocks at row boundaries.
struct Cutter {
    section: Section,
    row_count: usize,
    is_done: bool,
    /// An error after the last batch, reported after that batch is scanned, because errors in it come first in the
    /// file.
    failed: Option<Error>,
    spare: Vec<Vec<u8>>,
}

impl Cutter {
    fn next_batch(&mut self, source: &mut Source<'_>) -> Result<Vec<Block>> {
        let mut batch = Vec::with_capacity(BLOCKS_PER_BATCH);
        while batch.len() < BLOCKS_PER_BATCH && !self.is_done {
            match self.failed.take().map_or_else(|| self.next_block(source), Err) {
                Ok(block) => batch.extend(block),
                Err(e) if batch.is_empty() => return Err(e),
                Err(e) => {
                    self.failed = Some(e);
                    break;
                }
            }
        }
        Ok(batch)
    }

    fn next_block(&mut self, source: &mut Source<'_>) -> Result<Option<Block>> {
        source.fill()?;
        let window = source.window();
        let (length, row_count, skip) = match memchr(b']', window) {
            Some(end) => {
                self.is_done = true;
                (end, self.rows_at_end(&window[..end], source.offset())?, 1)
            }
            None if source.is_window_the_rest() => {
                let row = self.row_count + memchr_iter(b',', window).count() / self.section.stride;
                let expected =
                    format!("the rest of `{}` ({} {row} is incomplete)", self.section.name, self.section.row_name);
                return Err(in_section(truncated(source, &expected), self.section));
            }
            None => {
                let (length, row_count) = self.last_row_border(window, source.offset())?;
                (length, row_count, 0)
            }
        };
        let block = (row_count > 0).then(|| {
            let mut bytes = self.spare.pop().unwrap_or_default();
            bytes.clear();
            bytes.extend_from_slice(&source.window()[..length]);
            bytes.extend([b' '; PADDING]);
            Block { bytes, first_row: self.row_count, row_count, offset: source.offset() }
        });
        source.consume(length + skip);
        self.row_count += row_count;
        if self.row_count > self.section.max_rows {
            let message = format!("more than {} rows", self.section.max_rows);
            return Err(in_section(Error::new(ErrorKind::Limit, message).at(source.offset()), self.section));
        }
        Ok(block)
    }

    /// The number of rows of the last block, which ends before `]`.
    fn rows_at_end(&self, bytes: &[u8], offset: u64) -> Result<usize> {
        if bytes.iter().all(|b| is_space(*b)) {
            return Ok(0);
        }
        let Section { stride, row_name, .. } = self.section;
        let numbers = memchr_iter(b',', bytes).count() + 1;
        if numbers.is_multiple_of(stride) {
            return Ok(numbers / stride);
        }
        // A stray byte or a missing or doubled comma makes the count wrong. Report that first, as it is the cause.
        find_fault(bytes, offset, self.section, true)?;
        let row = self.row_count + numbers / stride;
        let message = format!("the array ends after {} of {stride} columns", numbers % stride);
        let end = offset + bytes.len() as u64;
        Err(Error::new(ErrorKind::Inconsistent, message)
            .at(end)
            .in_place(format!("{row_name} {row}"))
            .help("`snapshot.meta` and the array disagree: the file was edited or damaged"))
    }

    /// The position after the last comma that ends a row, and the number of rows before it.
    fn last_row_border(&self, window: &[u8], offset: u64) -> Result<(usize, usize)> {
        let commas = memchr_iter(b',', window).count();
        let beyond = commas % self.section.stride;
        match memrchr_iter(b',', window).nth(beyond) {
            Some(comma) if commas >= self.section.stride => Ok((comma + 1, commas / self.section.stride)),
            _ => {
                find_fault(window, offset, self.section, false)?;
                let message = format!("a row of more than {} bytes", MAX_ROW_BYTES.min(window.len()));
                Err(Error::new(ErrorKind::Limit, message)
                    .at(offset)
                    .in_place(format!("{} {}", self.section.row_name, self.row_count)))
            }
        }
    }
}

/// Reports the first byte that breaks the pattern of comma-separated integers, if any. `bytes` follow a comma or `[`;
/// `is_whole` says that `]` follows them.
#[cold]
fn find_fault(bytes: &[u8], offset: u64, section: Section, is_whole: bool) -> Result<()> {
    #[derive(PartialEq)]
    enum Next {
        Integer,
        DigitOrComma,
        Comma,
    }
    const INTEGER: &str = "a non-negative integer";
    let mut next = Next::Integer;
    for (at, byte) in bytes.iter().enumerate() {
        next = match (byte, next) {
            (b'0'..=b'9', Next::Integer | Next::DigitOrComma) => Next::DigitOrComma,
            (b',', Next::DigitOrComma | Next::Comma) => Next::Integer,
            (space, Next::DigitOrComma) if is_space(*space) => Next::Comma,
            (space, unchanged) if is_space(*space) => unchanged,
            (_, next) => {
                let expected = if next == Next::Integer { INTEGER } else { "`,` or `]` after an integer" };
                return Err(in_section(unexpected(*byte, offset + at as u64, expected), section));
            }
        };
    }
    if is_whole && next == Next::Integer {
        return Err(in_section(unexpected(b']', offset + bytes.len() as u64, INTEGER), section));
    }
    Ok(())
}

/// Scans two blocks at once, alternating between rows, and returns their summaries in file order. `first` may be
/// missing.
///
/// The start of a number is known only when the end of the previous one has been found, which leaves a core mostly
/// idle. Two independent blocks fill the gaps.
fn scan_pair<W: RowWriter>(
    first: Option<(&Block, W)>,
    second: (&Block, W),
    section: Section,
) -> Vec<Result<W::Summary>> {
    // Strides that V8 writes have loops of their own, which the compiler unrolls.
    match section.stride {
        3 => scan_pair_of::<W, 3>(first, second, section),
        4 => scan_pair_of::<W, 4>(first, second, section),
        6 => scan_pair_of::<W, 6>(first, second, section),
        7 => scan_pair_of::<W, 7>(first, second, section),
        _ => scan_pair_of::<W, MAX_COLUMNS>(first, second, section),
    }
}

/// The same for rows of up to `COLUMNS` columns; of exactly `COLUMNS` if that is below the limit.
fn scan_pair_of<W: RowWriter, const COLUMNS: usize>(
    first: Option<(&Block, W)>,
    second: (&Block, W),
    section: Section,
) -> Vec<Result<W::Summary>> {
    let mut second = BlockScan::<W, COLUMNS>::new(second.0, section, second.1);
    let Some((block, writer)) = first else { return vec![second.finish()] };
    let mut first = BlockScan::<W, COLUMNS>::new(block, section, writer);
    for _ in 0..first.block.row_count.min(second.block.row_count) {
        if first.scan_row().is_err() || second.scan_row().is_err() {
            break;
        }
    }
    // A block that failed would fail again at the same row.
    vec![first.finish(), second.finish()]
}

/// The progress of scanning one block.
struct BlockScan<'b, W, const COLUMNS: usize> {
    block: &'b Block,
    section: Section,
    writer: W,
    row: usize,
    at: usize,
    cells: [u64; COLUMNS],
}

impl<'b, W: RowWriter, const COLUMNS: usize> BlockScan<'b, W, COLUMNS> {
    fn new(block: &'b Block, section: Section, writer: W) -> Self {
        Self { block, section, writer, row: 0, at: 0, cells: [0; COLUMNS] }
    }

    /// Scans the next row. The position advances only if the row is valid.
    #[inline(always)]
    fn scan_row(&mut self) -> Result<()> {
        let bytes = self.block.bytes.as_slice();
        let columns = if COLUMNS == MAX_COLUMNS { self.section.stride } else { COLUMNS };
        let mut at = self.at;
        for cell in &mut self.cells[..columns] {
            let (value, behind) = match number(bytes, at) {
                Ok(found) => found,
                Err(_) => number_behind_space(self.block, at, self.section)?,
            };
            *cell = value;
            at = match bytes[behind..] {
                [b',', ..] => behind + 1,
                // Node 22 and earlier end each row with "
                // ,".
                [b'\n', b',', ..] => behind + 2,
                _ => behind_separator(self.block, behind, bytes.len() - PADDING, self.section)?,
            };
        }
        let offset = self.block.offset + self.at as u64;
        self.writer
            .row(self.row, &self.cells[..columns], offset)
            .map_err(|e| e.in_place(format!("{} {}", self.section.row_name, self.block.first_row + self.row)))?;
        self.at = at;
        self.row += 1;
        Ok(())
    }

    /// Scans the remaining rows.
    fn finish(mut self) -> Result<W::Summary> {
        while self.row < self.block.row_count {
            self.scan_row()?;
        }
        Ok(self.writer.finish())
    }
}

#[cold]
fn number_behind_space(block: &Block, at: usize, section: Section) -> Result<(u64, usize)> {
    // The padding after the block looks like white space.
    let end = block.bytes.len() - PADDING;
    let spaces = block.bytes[at.min(end)..end].iter().take_while(|b| is_space(**b)).count();
    let at = at + spaces;
    let offset = block.offset + at as u64;
    number(&block.bytes, at).map_err(|e| {
        let error = match (e, block.bytes.get(at)) {
            (NotANumber::TooLarge, _) => {
                Error::new(ErrorKind::Limit, "found a number of 2^64 or more, expected an unsigned 64-bit integer")
                    .at(offset)
            }
            (NotANumber::NoDigit, Some(byte)) if at < end => unexpected(*byte, offset, "a non-negative integer"),
            (NotANumber::NoDigit, _) => unexpected(b']', offset, "a non-negative integer"),
        };
        in_section(error, section)
    })
}

/// The position after the comma that follows a number, with optional white space. No comma is needed at the end of the
/// block.
fn behind_separator(block: &Block, at: usize, end: usize, section: Section) -> Result<usize> {
    let spaces = block.bytes[at..end.max(at)].iter().take_while(|b| is_space(**b)).count();
    let at = at + spaces;
    match block.bytes[at] {
        b',' => Ok(at + 1),
        _ if at == end => Ok(at),
        byte => {
            let mut error = unexpected(byte, block.offset + at as u64, "`,` or `]` after an integer");
            if matches!(byte, b'.' | b'e' | b'E') {
                error = error.help("heap snapshots contain only integers: was the file rewritten by another program?");
            }
            Err(in_section(error, section))
        }
    }
}

/// Rows kept as plain numbers, for sections that precede the header that explains them.
#[derive(Debug, Default)]
pub(crate) struct Deferred {
    pub(crate) numbers: Vec<u64>,
    pub(crate) offset: u64,
}

pub(crate) struct DeferredWriter<'a>(&'a mut [u64]);

impl RowWriter for DeferredWriter<'_> {
    type Summary = ();
    fn row(&mut self, row: usize, cells: &[u64], _: u64) -> Result<()> {
        self.0[row] = cells[0];
        Ok(())
    }
    fn finish(self) {}
}

impl RowSink for Deferred {
    type Summary = ();
    type Writer<'a> = DeferredWriter<'a>;
    fn writers<'a>(&'a mut self, row_counts: &[usize]) -> Result<Vec<DeferredWriter<'a>>> {
        let old = self.numbers.len();
        let more = row_counts.iter().sum::<usize>();
        memory::reserve(&mut self.numbers, more)?;
        self.numbers.resize(old + more, 0);
        Ok(split_mut(&mut self.numbers[old..], row_counts).map(DeferredWriter).collect())
    }
    fn absorb(&mut self, (): ()) {}
}

impl Deferred {
    /// Passes the numbers on as rows, now that the columns are known.
    pub(crate) fn replay<S: RowSink>(&self, section: Section, sink: &mut S) -> Result<usize> {
        let Section { stride, row_name, .. } = section;
        let rows = self.numbers.len() / stride;
        if !self.numbers.len().is_multiple_of(stride) {
            let message = format!("the array ends after {} of {stride} columns", self.numbers.len() % stride);
            let error = Error::new(ErrorKind::Inconsistent, message).at(self.offset);
            return Err(error.in_place(format!("{row_name} {rows}")));
        }
        let mut summaries = Vec::new();
        for mut writer in sink.writers(&[rows])? {
            for (row, cells) in self.numbers.chunks_exact(stride).enumerate() {
                writer.row(row, cells, self.offset).map_err(|e| e.in_place(format!("{row_name} {row}")))?;
            }
            summaries.push(writer.finish());
        }
        summaries.into_iter().for_each(|s| sink.absorb(s));
        Ok(rows)
    }
}

/// Splits a slice into consecutive ranges of the given lengths.
pub(crate) fn split_mut<'a, 'b, T>(
    mut slice: &'a mut [T],
    lengths: &'b [usize],
) -> impl Iterator<Item = &'a mut [T]> + use<'a, 'b, T> {
    lengths.iter().map(move |length| {
        let (head, tail) = std::mem::take(&mut slice).split_at_mut(*length);
        slice = tail;
        head
    })
}
