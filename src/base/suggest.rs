//! Names near to a misspelled one.

/// More names than this help nobody.
const MAX_SUGGESTIONS: usize = 3;

/// The names nearest to `wanted`: those that contain it or differ in few characters, the nearest first.
///
/// O(names × length²); names longer than 64 characters are compared by their beginning.
#[must_use]
pub fn nearest<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let wanted = fold(wanted);
    let allowed = 1 + wanted.len() / 4;
    let mut near: Vec<(usize, &str)> = Vec::new();
    for name in names {
        let folded = fold(name);
        let distance = if folded == wanted { 0 } else { edit_distance(&wanted, &folded) };
        let is_part = wanted.len() >= 3 && folded.windows(wanted.len()).any(|part| part == wanted);
        if distance <= allowed || is_part {
            near.push((if is_part { distance.min(allowed) } else { distance }, name));
        }
    }
    near.sort_unstable();
    near.dedup();
    near.truncate(MAX_SUGGESTIONS);
    near.into_iter().map(|(_, name)| name).collect()
}

fn fold(name: &str) -> Vec<char> {
    name.chars().take(64).flat_map(char::to_lowercase).collect()
}

/// Levenshtein's distance, two swapped neighbors counting one.
fn edit_distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, cb) in b.iter().enumerate() {
            let mut best = (last[j] + usize::from(ca != cb)).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *ca == b[j - 1] && a[i - 1] == *cb {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn misspelled_names_find_their_like() {
        let names = ["summary", "paths", "strings", "Session", "SessionStore", "Socket"];
        let near = |wanted| nearest(wanted, names.into_iter());
        assert_eq!(near("sumary"), ["summary"]);
        assert_eq!(near("sesion"), ["Session"]);
        assert_eq!(near("session"), ["Session", "SessionStore"]);
        assert_eq!(near("apths"), ["paths"]);
        assert!(near("Unrelated").is_empty());
    }
}
