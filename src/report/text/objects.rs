//! One object in a line.

use crate::base::privacy::{PREVIEW_CHARS, preview};
use crate::heap::analysis::answers::ObjectSummary;
use crate::heap::analysis::entry_words::place;
use crate::heap::graph::NodeKind;

/// Name, id and, where the name does not say it, the class, for people.
#[must_use]
pub(crate) fn label(object: &ObjectSummary, max_chars: usize) -> String {
    let name = object.name.shortened(max_chars);
    let is_closure = object.kind.known() == Some(NodeKind::CLOSURE);
    let mut label = if object.kind.is_string() {
        format!("\"{}\"", preview(&object.name, PREVIEW_CHARS))
    } else if is_closure {
        closure(object, max_chars)
    } else if object.name.as_bytes().is_empty() {
        format!("({})", object.kind)
    } else {
        name.to_string()
    };
    label.push_str(&format!(" @{}", object.node_id));
    if !is_closure && let Some(function) = &object.function {
        label.push_str(&format!(" of {}", function.shortened(max_chars)));
    }
    if let Some(location) = &object.location {
        label.push_str(&format!(" ({})", place(location)));
    }
    label
}

fn closure(object: &ObjectSummary, max_chars: usize) -> String {
    if object.name.as_bytes().is_empty() {
        return "anonymous function".to_owned();
    }
    // The function behind a bound one, which has no name of its own.
    match object.function.as_ref().filter(|function| **function != object.name) {
        Some(function) => format!("bound function {}", function.shortened(max_chars)),
        None => format!("function {}", object.name.shortened(max_chars)),
    }
}
