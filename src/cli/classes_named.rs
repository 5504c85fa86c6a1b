//! Patterns of `--class` that match nothing, and are probably misspelled.

use crate::base::{Text, nearest};
use crate::cli::{Context, say};
use crate::door::ClassChange;
use wildmatch::WildMatch;

/// Warns about each pattern that matches no changed class, and suggests similar names.
pub(crate) fn warn(patterns: &[String], classes: &[ClassChange], context: &Context) {
    if patterns.is_empty() || context.is_quiet() {
        return;
    }
    let names: Vec<String> = classes.iter().map(|class| class.name.to_string()).collect();
    for pattern in patterns {
        let matcher = WildMatch::new(pattern);
        if names.iter().any(|name| matcher.matches(name)) {
            continue;
        }
        let near = nearest(pattern, names.iter().map(String::as_str)).first().copied();
        let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        say(&format!("warning: no class that changed has the name `{}`{hint}", Text::from(pattern.as_str())));
    }
}
