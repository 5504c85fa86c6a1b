//! Every limit of the readers, with its reason. Real files stay far below all of them.

/// Columns of a row. V8 writes at most 7; foreign writers add a few.
pub(crate) const MAX_COLUMNS: usize = 32;

/// Bytes of the `snapshot` header, which is about 1.5 KB in real files. It is the one part that is held as JSON.
pub(crate) const MAX_HEADER_BYTES: usize = 4 << 20;

/// Depth of brackets in a part that heapdiff skips. `trace_tree` nests one level per stack frame; V8 records stacks of
/// up to 64 frames, a converter may write more. The skipper needs one bit a level, and does not recurse.
pub(crate) const MAX_SKIPPED_DEPTH: usize = 1_000_000;

/// Bytes of a top-level key.
pub(crate) const MAX_KEY_BYTES: usize = 256;

/// Bytes that a row of integers may take, white space included. A row of 7 columns has about 40.
pub(crate) const MAX_ROW_BYTES: usize = 64 << 10;

/// Rows of edges, strings or locations: they are counted in 32 bits, and two values are kept free as marks.
pub(crate) const MAX_ROWS: usize = u32::MAX as usize - 2;

/// Nodes: an edge's target has 29 bits (`EdgeLink`), and the analysis keeps the top bit of a node's number free as a
/// mark. The largest snapshots that are known have some 30 million.
pub(crate) const MAX_NODES: usize = (1 << 29) - 1;

/// Bytes of all objects together: what a JSON reader in JavaScript holds exactly (2^53), and so far below 2^63 that no
/// later layer's sums and differences can overflow.
pub(crate) const MAX_TOTAL_BYTES: u64 = 1 << 53;

/// Window of the history that zstd frames may use: 2^31 bytes is what `zstd --long=31` writes, for tiny files too. It is
/// address space until as much has been decompressed, which [`crate::format::SizeLimit`] bounds.
pub(crate) const MAX_ZSTD_WINDOW_LOG: u32 = 31;

/// Bytes of one text of a profile: names of functions and urls. `data:` urls are the longest that are known.
pub(crate) const MAX_TEXT_BYTES: usize = 256 << 20;

/// Nodes of a call tree, and functions: some are kept free as marks.
pub(crate) const MAX_CALL_NODES: usize = (1 << 31) - 1;

/// Bytes of one line of V8's log, of the kinds that are read. Stacks have up to 255 addresses of some ten bytes; names of
/// functions may be long.
pub(crate) const MAX_LOG_LINE_BYTES: usize = 1 << 20;
