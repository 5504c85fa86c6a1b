//! Which function is which in another run: names that survive shifted lines, other checkouts and new bundles.
//!
//! A function's identity is `package:path#name`. Lines and columns are not part of it. Functions of one file with the same
//! name count as one: that is rarer than a shifted line, and their times add up. An anonymous function is named after what calls it,
//! `caller>anon[k]`, k counting by position in the file.

use crate::base::Text;
use crate::stacks::packages::Category;
use crate::stacks::{CallTree, FrameIx};
use crate::stacks::{Frame, FrameKind, Frames};
use crate::v8::urls;
use rustc_hash::{FxHashMap, FxHashSet};

/// The identity of each frame. `root` is the folder of the application's own files (see [`common_root`]); it is cut off.
/// O(calls + frames log frames).
#[must_use]
pub(crate) fn identities(frames: &Frames, tree: &CallTree, root: &str) -> Vec<Text> {
    let places: Vec<Text> = frames.iter().map(|(_, frame)| place(frame, root)).collect();
    let callers = first_callers(frames, tree);
    let mut names: Vec<Option<Text>> = frames.iter().map(|(_, frame)| own_name(frame).cloned()).collect();
    let ordinals = ordinals(frames, &places, &callers);
    for (ix, frame) in frames.iter() {
        if names[ix.ix()].is_none() {
            // The nearest caller with a name; a chain of anonymous functions is told apart by their number.
            let caller = callers[ix.ix()].and_then(|caller| own_name(frames.get(caller)));
            let caller = caller.map_or(b"".as_slice(), Text::as_bytes);
            names[ix.ix()] = Some(match is_top_level(frame) {
                true => "(module)".into(),
                false => Text::concat(&[caller, format!(">anon[{}]", ordinals[ix.ix()]).as_bytes()]),
            });
        }
    }
    let name = |name: &Option<Text>| name.clone().unwrap_or_default();
    let pairs = places.iter().zip(&names);
    pairs.map(|(place, of)| Text::concat(&[place.as_bytes(), b"#", name(of).as_bytes()])).collect()
}

fn own_name(frame: &Frame) -> Option<&Text> {
    (!frame.name.is_empty()).then_some(&frame.name)
}

fn is_top_level(frame: &Frame) -> bool {
    frame.name.as_bytes().is_empty() && frame.line <= 1 && frame.column <= 1 && !frame.url.as_bytes().is_empty()
}

/// The frame that calls each frame first in the tree.
fn first_callers(frames: &Frames, tree: &CallTree) -> Vec<Option<FrameIx>> {
    let mut callers = vec![None; frames.len()];
    for call in tree.calls().skip(1) {
        let (frame, parent) = (tree.frame(call), tree.parent(call).unwrap_or_default());
        if parent.raw() != 0 && tree.frame(parent) != frame {
            callers[frame.ix()].get_or_insert(tree.frame(parent));
        }
    }
    callers
}

/// Numbers anonymous functions of one place and one caller by where they stand.
fn ordinals(frames: &Frames, places: &[Text], callers: &[Option<FrameIx>]) -> Vec<usize> {
    let mut anonymous: Vec<(FrameIx, &Frame)> =
        frames.iter().filter(|(_, frame)| frame.name.as_bytes().is_empty()).collect();
    anonymous.sort_by_key(|(ix, frame)| (frame.line, frame.column, *ix));
    let mut counts: FxHashMap<(&Text, Option<&Text>), usize> = FxHashMap::default();
    let mut ordinals = vec![0; frames.len()];
    for (ix, _) in anonymous {
        let caller = callers[ix.ix()].and_then(|caller| own_name(frames.get(caller)));
        let count = counts.entry((&places[ix.ix()], caller)).or_default();
        ordinals[ix.ix()] = *count;
        *count += 1;
    }
    ordinals
}

/// `package:path` of a frame, without protocol, version, query and content hash.
fn place(frame: &Frame, root: &str) -> Text {
    if frame.kind != FrameKind::Function {
        return frame.name.clone();
    }
    let package = frame.package.0.to_lossy();
    let url = frame.url.to_lossy();
    let path = path_of(&url);
    let path = match frame.category {
        Category::Runtime => path.as_str(),
        Category::Dependency => behind_package(&path, &package),
        _ => path.strip_prefix(root).unwrap_or(&path).trim_start_matches('/'),
    };
    Text::concat(&[package.as_bytes(), b":", without_hash(path).as_bytes()])
}

/// What stands behind a package's folder, and behind the version that package hosts put there.
fn behind_package<'a>(path: &'a str, package: &str) -> &'a str {
    let ends = |at: &usize| matches!(path.as_bytes().get(at + package.len()), Some(b'/' | b'@'));
    let Some(at) = path.rmatch_indices(package).map(|(at, _)| at).find(ends) else { return path };
    let rest = &path[at + package.len()..];
    rest.split_once('/').map_or("", |(_, rest)| rest)
}

/// The path of a url with `/` between its parts.
fn path_of(url: &str) -> String {
    let end = url.find(['?', '#']).unwrap_or(url.len());
    urls::file_path_of_str(&url[..end]).replace('\\', "/")
}

/// `app.9f3c12ab.js` as `app.js`: a part of a file's name between dots or after a dash that is a hash and no word.
fn without_hash(path: &str) -> String {
    let (folder, name) = path.rsplit_once('/').map_or(("", path), |(folder, name)| (folder, name));
    let parts: Vec<&str> = name.split('.').collect();
    let last = parts.len() - 1;
    let mut kept: Vec<String> = Vec::new();
    for (i, part) in parts.iter().enumerate() {
        match part.rsplit_once('-') {
            _ if i > 0 && i < last && is_hash(part) => {}
            Some((stem, hash)) if i < last && is_hash(hash) && !stem.is_empty() => kept.push(stem.to_owned()),
            _ => kept.push((*part).to_owned()),
        }
    }
    let name = kept.join(".");
    if folder.is_empty() { name } else { format!("{folder}/{name}") }
}

/// Whether text looks like a content hash: at least four letters and digits with both among them, or eight hexadecimal
/// digits.
fn is_hash(text: &str) -> bool {
    let is_alphanumeric = text.len() >= 4 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let has_digit = text.bytes().any(|b| b.is_ascii_digit());
    let has_letter = text.bytes().any(|b| b.is_ascii_alphabetic());
    let is_hex = text.len() >= 8 && text.bytes().all(|b| b.is_ascii_hexdigit());
    is_alphanumeric && ((has_digit && has_letter) || is_hex)
}

/// The deepest folder that holds all of the application's own files, with a slash at its end; empty if they share none.
#[must_use]
pub(crate) fn common_root(frames: &Frames) -> String {
    let own = frames.iter().filter(|(_, frame)| frame.category == Category::App && frame.kind == FrameKind::Function);
    let mut root: Option<String> = None;
    for (_, frame) in own {
        let path = path_of(&frame.url.to_lossy());
        let folder = path.rfind('/').map_or("", |at| &path[..=at]);
        root = Some(match root {
            None => folder.to_owned(),
            Some(root) => shared(&root, folder),
        });
    }
    root.unwrap_or_default()
}

fn shared(a: &str, b: &str) -> String {
    let equal = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    let end = a.as_bytes()[..equal].iter().rposition(|b| *b == b'/').map_or(0, |at| at + 1);
    a.get(..end).unwrap_or_default().to_owned()
}

/// What to cut off each side's paths: nothing, or each side's own root, whatever makes more functions the same. O(calls).
#[must_use]
pub(crate) fn roots(before: (&Frames, &CallTree), after: (&Frames, &CallTree)) -> [String; 2] {
    let own = [common_root(before.0), common_root(after.0)];
    let common = |roots: &[String; 2]| {
        let known: FxHashSet<Text> = identities(before.0, before.1, &roots[0]).into_iter().collect();
        let later: FxHashSet<Text> = identities(after.0, after.1, &roots[1]).into_iter().collect();
        known.intersection(&later).count()
    };
    let whole = [String::new(), String::new()];
    if common(&own) > common(&whole) { own } else { whole }
}

#[cfg(test)]
mod tests {
    use super::{common_root, identities, roots, without_hash};
    use crate::base::Text;
    use crate::stacks::frames::{Frame, Frames};
    use crate::stacks::{CallTree, FrameIx};

    fn frames(all: &[(&str, &str, u32)]) -> Frames {
        let mut frames = Frames::default();
        for (name, url, line) in all {
            frames.push(Frame::new(Text::from(*name), Text::from(*url), Text::from("9"), *line, 5));
        }
        frames
    }

    /// Each calls the next.
    fn chain(frames: &Frames) -> CallTree {
        let all = 0..frames.len() as u32;
        CallTree::from_columns(all.clone().map(|i| i.saturating_sub(1)).collect(), all.map(FrameIx::from_raw).collect())
    }

    fn named(all: &[(&str, &str, u32)], root: &str) -> Vec<String> {
        let frames = frames(all);
        identities(&frames, &chain(&frames), root).iter().map(Text::to_string).collect()
    }

    #[test]
    fn lines_versions_and_hashes_are_no_part() {
        let all = [
            ("(root)", "", 0),
            ("load", "file:///srv/app/src/a.js", 10),
            ("", "file:///srv/app/src/a.js", 40),
            ("", "file:///srv/app/src/a.js", 30),
            ("get", "file:///srv/app/node_modules/.pnpm/x@1/node_modules/@s/x/lib/i.js", 3),
            ("get", "https://unpkg.com/react@18.2.0/umd/react.js", 3),
            ("read", "node:fs", 3),
            ("main", "https://example.com/assets/app.9f3c12ab.js", 1),
        ];
        let expected = [
            "(root)#(root)",
            "(app):src/a.js#load",
            "(app):src/a.js#load>anon[0]",
            "(app):src/a.js#>anon[0]",
            "@s/x:lib/i.js#get",
            "react:umd/react.js#get",
            "node:fs:node:fs#read",
            "example.com:https://example.com/assets/app.js#main",
        ];
        assert_eq!(named(&all, "/srv/app/"), expected);
    }

    #[test]
    fn hashes_are_told_from_words() {
        let cases = [
            ("app.9f3c.js", "app.js"),
            ("chunk-3F2A99QZ.mjs", "chunk.mjs"),
            ("index.deadbeef.css", "index.css"),
            ("user.service.js", "user.service.js"),
            ("date-fns.js", "date-fns.js"),
            ("jquery.min.js", "jquery.min.js"),
            ("a/b/main.js", "a/b/main.js"),
        ];
        for (name, expected) in cases {
            assert_eq!(without_hash(name), expected);
        }
    }

    #[test]
    fn another_checkout_is_the_same_program() {
        let here = frames(&[("a", "/home/me/app/src/a.js", 1), ("b", "/home/me/app/lib/b.js", 1)]);
        let there = frames(&[("a", "/build/17/src/a.js", 1), ("b", "/build/17/lib/b.js", 1)]);
        let fewer = frames(&[("a", "/home/me/app/src/a.js", 1)]);
        assert_eq!(common_root(&here), "/home/me/app/");
        let roots = |a: &Frames, b: &Frames| roots((a, &chain(a)), (b, &chain(b)));
        assert_eq!(roots(&here, &there), ["/home/me/app/", "/build/17/"]);
        assert_eq!(roots(&here, &fewer), ["", ""]);
    }
}
