//! The order of files that nobody gave: by their names.

use crate::base::Text;
use std::cmp::Ordering;
use std::path::{Path, PathBuf};

/// Words that say which of two captures was first, although the alphabet has them the other way round.
const WORDS: [(&str, &str); 2] = [("before", "after"), ("start", "end")];

/// Paths in natural order: numbers by value.
pub(super) fn natural(a: &Path, b: &Path) -> Ordering {
    // Lossy, because `compare_path` leaves paths that are no Unicode in the order of their bytes.
    let [shown_a, shown_b] = [a, b].map(Text::from);
    // Paths may differ that compare as equal.
    alphanumeric_sort::compare_str(&*shown_a.to_lossy(), &*shown_b.to_lossy()).then_with(|| a.cmp(b))
}

/// Puts `before` in front of `after` if each name has one of the two; what has the same word stays in order.
pub(super) fn by_words(paths: &mut [PathBuf]) {
    for (first, last) in WORDS {
        let sides: Option<Vec<bool>> = paths.iter().map(|path| is_last(path, first, last)).collect();
        if sides.is_some() {
            paths.sort_by_key(|path| is_last(path, first, last));
            return;
        }
    }
}

/// Which of two words a name has; none if it has neither or both.
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
