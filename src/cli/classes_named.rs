//! Classes that `--class` names and that do not exist: most likely misspelled.

use crate::base::{Text, nearest};
use crate::cli::{Context, say};
use crate::heap::diff::classes::ClassTable;
use wildmatch::WildMatch;

/// Warns of each pattern that no class of the snapshots matches, and says which names are like it.
pub(crate) fn warn(patterns: &[String], table: &ClassTable, context: &Context) {
    if patterns.is_empty() || context.is_quiet() {
        return;
    }
    let names: Vec<String> = table.keys.iter().map(|key| context.privacy().class(&key.name).to_string()).collect();
    for pattern in patterns {
        let matcher = WildMatch::new(pattern);
        if names.iter().any(|name| matcher.matches(name)) {
            continue;
        }
        let near = nearest(pattern, names.iter().map(String::as_str)).first().copied();
        let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        say(&format!("warning: no class is named `{}`{hint}", Text::from(pattern.as_str())));
    }
}
