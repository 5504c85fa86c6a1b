//! Words of command lines.

use crate::base::Text;
use std::borrow::Cow;

/// Quotes a word for a shell. A word that looks like an option becomes a file in the current folder (`./-x`).
pub(crate) fn shell_word(word: &Text) -> String {
    let mut word = word.to_string();
    if word.starts_with('-') && word.len() > 1 {
        word.insert_str(0, "./");
    }
    // Only NUL cannot be quoted, and escaped text has none.
    shlex::try_quote(&word).map(Cow::into_owned).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::shell_word;
    use crate::base::Text;

    #[test]
    fn words_survive_a_shell() {
        let word = |text: &str| shell_word(&Text::from(text));
        assert_eq!(word("a/b.heapsnapshot"), "a/b.heapsnapshot");
        assert_eq!(word("a b"), "'a b'");
        assert_eq!(word("{a, b}"), "'{a, b}'");
        assert_eq!(word("it's"), r#""it's""#);
        assert_eq!(word("-rf"), "./-rf");
        assert_eq!(word("-"), "-");
        assert_eq!(word("--eval=$(x)"), "'./--eval=$(x)'");
        assert_eq!(word("a\n$(x)\0"), r#""a\\n"'$(x)'"\\u{0}""#);
        assert_eq!(word(""), "''");
    }
}
