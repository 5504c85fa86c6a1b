//! The order of files that nobody put in order: by name.

use crate::base::Text;
use std::cmp::Ordering;
use std::path::{Path, PathBuf};

/// Pairs of words that tell which of two captures came first, although they sort the other way round.
const WORDS: [(&str, &str); 2] = [("before", "after"), ("start", "end")];

/// Compares paths in natural order: numbers by value.
pub(super) fn natural(a: &Path, b: &Path) -> Ordering {
    // Lossy, because `compare_path` sorts paths that are not Unicode by their bytes.
    let [shown_a, shown_b] = [a, b].map(Text::from);
    // Different paths may compare as equal.
    alphanumeric_sort::compare_str(&*shown_a.to_lossy(), &*shown_b.to_lossy()).then_with(|| a.cmp(b))
}

/// Moves `before` ahead of `after`, if each name has one of the two. The sort is stable.
pub(super) fn by_words(paths: &mut [PathBuf]) {
    for (first, last) in WORDS {
        let sides: Option<Vec<bool>> = paths.iter().map(|path| is_last(path, first, last)).collect();
        if sides.is_some() {
            paths.sort_by_key(|path| is_last(path, first, last));
            return;
        }
    }
}

/// Which of two words a name has; `None` if neither or both.
fn is_last(path: &Path, first: &str, last: &str) -> Option<bool> {
    let name = Text::from(path.file_name()?);
    let name = name.to_lossy().to_lowercase();
    let has = |wanted: &str| name.split(|c: char| !c.is_alphabetic()).any(|word| word == wanted);
    (has(first) != has(last)).then(|| has(last))
}

#[cfg(test)]
mod tests {
    use super::by_words;
    use std::path::PathBuf;

    fn in_order(names: &[&str]) -> Vec<String> {
        let mut paths: Vec<PathBuf> = names.iter().map(PathBuf::from).collect();
        by_words(&mut paths);
        paths.iter().map(|path| path.to_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn before_stands_in_front_of_after() {
        assert_eq!(in_order(&["d/after.heapsnapshot", "d/before.heapsnapshot"])[0], "d/before.heapsnapshot");
        assert_eq!(in_order(&["After-1", "After-2", "Before-1"]), ["Before-1", "After-1", "After-2"]);
        assert_eq!(in_order(&["app.end.gz", "app.start.gz"]), ["app.start.gz", "app.end.gz"]);
    }

    #[test]
    fn names_that_do_not_all_say_it_stay() {
        for names in
            [&["after", "before", "later"][..], &["afternoon", "before"], &["a", "b"], &["after", "before.after"]]
        {
            assert_eq!(in_order(names), names);
        }
    }
}
