//! Suggestions for misspelled names.

/// Maximum number of suggestions.
const MAX_SUGGESTIONS: usize = 3;

/// The names closest to `wanted`, closest first: those that contain it or differ in few characters.
///
/// O(names × length²). Of names longer than 64 characters, only the beginning is compared.
#[must_use]
pub(crate) fn nearest<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let wanted = fold(wanted);
    let wanted_chars = wanted.chars().count();
    let allowed = 1 + wanted_chars / 4;
    let mut near: Vec<(usize, &str)> = Vec::new();
    for name in names {
        let folded = fold(name);
        // Two swapped neighbors count as one difference.
        let distance = strsim::osa_distance(&wanted, &folded);
        let is_part = wanted_chars >= 3 && folded.contains(&wanted);
        if distance <= allowed || is_part {
            near.push((if is_part { distance.min(allowed) } else { distance }, name));
        }
    }
    near.sort_unstable();
    near.dedup();
    near.truncate(MAX_SUGGESTIONS);
    near.into_iter().map(|(_, name)| name).collect()
}

fn fold(name: &str) -> String {
    name.chars().take(64).flat_map(char::to_lowercase).collect()
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
