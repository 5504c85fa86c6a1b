//! Which function stands for a stretch, and who called it.
//!
//! Time in JavaScript is charged to the function that the program's own code called into, not to the largest leaf: a package's
//! inner functions say little to those who call the package. It is found on the heaviest path of the stretch.

use crate::cpu::attribution::Attribution;
use crate::stacks::{CallIx, Category, Frame, FrameIx};

/// The functions by which a path leads from the program's own code to the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cause {
    /// The innermost function of the user's own code.
    pub(crate) own: Option<FrameIx>,
    /// The function that takes the time: what `own` calls, if that is a package's, or `own` itself; without own code the outermost
    /// function of code.
    pub(crate) function: FrameIx,
    /// The time below it.
    pub(crate) us: u64,
}

/// The cause on a path from the entry down; none if no code is on it.
pub(crate) fn cause(times: &Attribution, path: &[(FrameIx, u64)]) -> Option<Cause> {
    let frame = |at: usize| times.frames.get(path[at].0);
    let is_package = |frame: &Frame| frame.category.is_code() && !frame.is_mine();
    let own = (0..path.len()).rev().find(|at| frame(*at).is_mine());
    let at = match own {
        Some(own) if own + 1 < path.len() && is_package(frame(own + 1)) => own + 1,
        Some(own) => own,
        None => (0..path.len()).find(|at| frame(*at).category.is_code())?,
    };
    Some(Cause { own: own.map(|own| path[own].0), function: path[at].0, us: path[at].1 })
}

/// The function that code called, where the runtime's frame has another name: all synchronous functions of `node:zlib` are
/// `syncBufferWrapper`. What it constructs tells which one it is, if a sample shows it.
pub(crate) fn zlib_name(times: &Attribution, wrapper: CallIx) -> Option<&'static str> {
    const NAMES: [(&[u8], &str); 11] = [
        (b"BrotliCompress", "brotliCompressSync"),
        (b"BrotliDecompress", "brotliDecompressSync"),
        (b"Deflate", "deflateSync"),
        (b"DeflateRaw", "deflateRawSync"),
        (b"Gunzip", "gunzipSync"),
        (b"Gzip", "gzipSync"),
        (b"Inflate", "inflateSync"),
        (b"InflateRaw", "inflateRawSync"),
        (b"Unzip", "unzipSync"),
        (b"ZstdCompress", "zstdCompressSync"),
        (b"ZstdDecompress", "zstdDecompressSync"),
    ];
    if !is_zlib_wrapper(times.frames.get(times.tree.frame(wrapper))) {
        return None;
    }
    let called = times.tree.calls().skip(wrapper.ix() + 1).filter(|call| times.tree.parent(*call) == Some(wrapper));
    called.into_iter().find_map(|call| {
        let name = &times.frames.get(times.tree.frame(call)).name;
        NAMES.iter().find(|(constructor, _)| *constructor == name.as_bytes()).map(|(_, name)| *name)
    })
}

/// The same from a line of source.
pub(crate) fn zlib_name_in(line: &str) -> Option<&'static str> {
    const NAMES: [&str; 11] = [
        "brotliCompressSync",
        "brotliDecompressSync",
        "deflateRawSync",
        "deflateSync",
        "gunzipSync",
        "gzipSync",
        "inflateRawSync",
        "inflateSync",
        "unzipSync",
        "zstdCompressSync",
        "zstdDecompressSync",
    ];
    NAMES.into_iter().find(|name| line.contains(name))
}

/// Whether a frame is the function behind all synchronous functions of `node:zlib`.
pub(crate) fn is_zlib_wrapper(frame: &Frame) -> bool {
    frame.category == Category::Runtime && matches!(frame.name.as_bytes(), b"syncBufferWrapper")
}
