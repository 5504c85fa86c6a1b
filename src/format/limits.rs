//! The limits of the readers, with reasons. Real files stay far below all of them.

/// Columns per row. V8 writes at most 7; other writers add a few.
pub(crate) const MAX_COLUMNS: usize = 32;

/// Bytes of the `snapshot` header, the only part that is held as JSON. It has about 1.5 KB in real files.
pub(crate) const MAX_HEADER_BYTES: usize = 4 << 20;

/// Nesting depth of skipped parts. `trace_tree` nests one level per stack frame. V8 records up to 64 frames, but
/// converters may write more. Skipping takes one bit per level and does not recurse.
pub(crate) const MAX_SKIPPED_DEPTH: usize = 1_000_000;

/// Bytes of a top-level key.
pub(crate) const MAX_KEY_BYTES: usize = 256;

/// Bytes per row of integers, including white space. A row of 7 columns has about 40.
pub(crate) const MAX_ROW_BYTES: usize = 64 << 10;

/// Rows of edges, strings or locations. They are counted in 32 bits, and two values are reserved as marks.
pub(crate) const MAX_ROWS: usize = u32::MAX as usize - 2;

/// Nodes. An edge's target has 29 bits (`EdgeLink`), and the analysis uses the top bit of a node's number as a mark.
/// The largest known snapshots have about 30 million.
pub(crate) const MAX_NODES: usize = (1 << 29) - 1;

/// Total size of all objects. JavaScript represents integers up to 2^53 exactly, and it is so far below 2^63 that sums
/// and differences cannot overflow later.
pub(crate) const MAX_TOTAL_BYTES: u64 = 1 << 53;

/// Window of zstd frames: `zstd --long=31` uses 2^31 bytes, even for tiny files. It is only address space until that
/// much has been decompressed, which [`crate::format::SizeLimit`] limits.
pub(crate) const MAX_ZSTD_WINDOW_LOG: u32 = 31;

/// Bytes of one string in a profile: function names and URLs. The longest known are `data:` URLs.
pub(crate) const MAX_TEXT_BYTES: usize = 256 << 20;

/// Nodes of a call tree, and functions. Some values are reserved as marks.
pub(crate) const MAX_CALL_NODES: usize = (1 << 31) - 1;

/// Bytes of one line of V8's log, of the kinds that are read. Stacks have up to 255 addresses of about ten bytes, and
/// function names may be long.
pub(crate) const MAX_LOG_LINE_BYTES: usize = 1 << 20;

/// Bytes of one line of folded stacks: a whole stack, of up to a million names in the deepest ones.
pub(crate) const MAX_STACK_LINE_BYTES: usize = 256 << 20;

/// What the values of a profile of another tool add up to: 8.9 years in microseconds, or 256 TiB. Sums of all threads cannot
/// overflow then.
pub(crate) const MAX_PROFILE_TOTAL: u64 = 1 << 48;

/// Profiles, or threads, in one file of another tool.
pub(crate) const MAX_PROFILES: usize = 4096;
