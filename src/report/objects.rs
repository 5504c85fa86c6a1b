//! One object in a row.

use crate::base::privacy::{PREVIEW_CHARS, preview};
use crate::base::{NodeIx, Text};
use crate::heap::analysis::path_entries::{Describer, Place};
use crate::heap::analysis::path_text::{self, is_text};
use crate::heap::analysis::sources::SourceLocation;
use serde::Serialize;

/// One object and its sizes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ObjectSummary {
    /// V8's id.
    pub node_id: u64,
    /// The name as DevTools shows it.
    pub name: Text,
    /// The class.
    pub class: Text,
    /// V8's node type.
    pub kind: Text,
    /// The object itself, with its backing stores.
    pub shallow_bytes: u64,
    /// What goes if it goes.
    pub retained_bytes: u64,
    /// Edges from the roots, `null` where DevTools shows "−".
    pub distance: Option<i32>,
    /// Of a closure its function, of a scope object the function that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub function: Option<Text>,
    /// Where that function, or the object's constructor, stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<SourceLocation>,
}

impl ObjectSummary {
    /// One object's row.
    #[must_use]
    pub fn new(describer: &Describer<'_>, node: NodeIx) -> Self {
        let (graph, analysis) = (describer.graph, describer.analysis);
        let Place { function, location } = describer.place(node);
        Self {
            node_id: graph.id(node).get(),
            name: describer.object_name(node),
            class: describer.shown_class(node),
            kind: Text::from(graph.kind_name(graph.kind(node))),
            shallow_bytes: analysis.shallow.get(node.ix()),
            retained_bytes: analysis.retained.get(node.ix()),
            distance: analysis.distances.of(node).shown(),
            function,
            location,
        }
    }

    /// Name, id and, where the name does not say it, the class, for people.
    #[must_use]
    pub fn label(&self, max_chars: usize) -> String {
        let name = self.name.shortened(max_chars);
        let mut label = match self.kind.as_bytes() {
            kind if is_text(kind) => format!("\"{}\"", preview(&self.name, PREVIEW_CHARS)),
            b"closure" if self.name.as_bytes().is_empty() => "anonymous function".to_owned(),
            // The function behind a bound one, which has no name of its own.
            b"closure" if let Some(function) = self.function.as_ref().filter(|function| **function != self.name) => {
                format!("bound function {}", function.shortened(max_chars))
            }
            b"closure" => format!("function {name}"),
            _ if self.name.as_bytes().is_empty() => format!("({})", self.kind),
            _ => name.to_string(),
        };
        label.push_str(&format!(" @{}", self.node_id));
        if self.kind.as_bytes() != b"closure"
            && let Some(function) = &self.function
        {
            label.push_str(&format!(" of {}", function.shortened(max_chars)));
        }
        if let Some(location) = &self.location {
            label.push_str(&format!(" ({})", path_text::place(location)));
        }
        label
    }
}
