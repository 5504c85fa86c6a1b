//! How functions are named, in sentences and in fingerprints.
//!
//! A bound function is named after the function that it calls and what it is bound to: `bind()` makes a new function
//! each time, and the engine gives all of them the same name.

use crate::base::{NodeIx, Text};
use crate::heap::analysis::bound::{bindings, is_bound};
use crate::heap::analysis::path_entries::Place;
use crate::heap::detect::look::Look;
use crate::heap::detect::scene::{MAX_NAME_CHARS, Scene};
use crate::heap::detect::subject::Subject;
use crate::heap::graph::NodeKind;
use crate::v8::urls;

/// Maximum number of functions of a group that are compared.
const MAX_COMPARED: usize = 64;

/// Stands for a bound function where code is shown: the program must keep it in a variable.
pub(crate) const BOUND: &str = "bound";

impl Scene<'_> {
    /// A function in words: its name, its location, and what it is bound to.
    #[must_use]
    pub(crate) fn function(&self, closure: NodeIx) -> String {
        let words = self.function_itself(closure);
        let (this, argument) = bindings(self.look.graph, closure);
        let this = this.filter(|this| is_named_object(self.look, *this)).map(|this| self.class(this));
        let bound_to = this.or_else(|| argument.map(|argument| self.function_itself(argument)));
        bound_to.map_or_else(|| words.clone(), |to| format!("{words} bound to {to}"))
    }

    fn function_itself(&self, closure: NodeIx) -> String {
        let Place { function: name, location } = self.describer.place(closure);
        let name = name.map_or_else(|| "anonymous function".to_owned(), |n| n.shortened(MAX_NAME_CHARS).to_string());
        match location {
            Some(l) => {
                format!("{name} ({}:{}:{})", Text::from_wtf8(urls::file_path(l.url.as_bytes())), l.line, l.column)
            }
            None => name,
        }
    }

    /// The name of a function in code; `None` if it has none, as bound functions.
    #[must_use]
    pub(crate) fn name_in_code(&self, closure: NodeIx) -> Option<String> {
        if is_bound(self.look.graph, closure) {
            return Some(BOUND.to_owned());
        }
        self.describer.place(closure).function.map(|name| name.shortened(MAX_NAME_CHARS).to_string())
    }

    /// A function's name and file without folder and line, which survive a rebuild. A function without a name is named
    /// after the function that created it, and a bound one also after what it is bound to.
    #[must_use]
    pub(crate) fn stable_name(&self, closure: NodeIx) -> String {
        let graph = self.look.graph;
        let mut name = self.stable_name_itself(closure);
        let (this, argument) = bindings(graph, closure);
        if let Some(this) = this.filter(|this| is_named_object(self.look, *this)) {
            name.push_str(&format!(" this {}", self.describer.class_name(this)));
        }
        if let Some(argument) = argument {
            name.push_str(&format!(" with {}", self.stable_name_itself(argument)));
        }
        name
    }

    fn stable_name_itself(&self, closure: NodeIx) -> String {
        let Place { function: name, location } = self.describer.place(closure);
        let url = location.map(|l| l.url).unwrap_or_default();
        let file = file_name(url.as_bytes());
        let outer = if name.is_some() { None } else { self.function_around(closure) };
        let outer = outer.map(|outer| format!(" in {outer}")).unwrap_or_default();
        format!("{} {file}{outer}", name.unwrap_or_default())
    }

    /// The name of the function that created a function, if it has one.
    fn function_around(&self, closure: NodeIx) -> Option<Text> {
        let context = self.look.internal(closure, b"context")?;
        self.describer.place(context).function
    }

    /// How to call the new objects of a collection: functions by name if all have the same, other objects by `noun` if
    /// they are directly in the collection, and otherwise only by class.
    #[must_use]
    pub(crate) fn member(&self, noun: fn(String) -> Subject) -> Subject {
        let class = self.class(self.sample());
        if self.look.is_closure(self.sample()) && self.is_one_function() {
            return Subject::Functions(self.function(self.sample()));
        }
        if self.last() <= self.keeper_at() + 1 { noun(class) } else { Subject::Objects(class) }
    }

    /// Whether all new objects (as far as they are compared) are closures of the sample's function.
    #[must_use]
    pub(crate) fn is_one_function(&self) -> bool {
        let name = self.stable_name(self.sample());
        let mut members = self.group.members.iter().take(MAX_COMPARED);
        members.all(|member| self.look.is_closure(*member) && self.stable_name(*member) == name)
    }

    /// The stable name of a function, or of the function that a scope belongs to; `None` for other objects.
    #[must_use]
    pub(crate) fn stable_name_of_code(&self, node: NodeIx) -> Option<String> {
        match self.look.graph.kind(node) {
            NodeKind::CLOSURE => Some(self.stable_name(node)),
            _ if self.look.is_context(node) => Some(self.stable_name_itself(node)),
            _ => None,
        }
    }
}

/// Whether the class of an object says what it is for, and not only what it is made of.
fn is_named_object(look: Look<'_>, node: NodeIx) -> bool {
    let name = look.name(node);
    look.is_object(node, name) && !Look::is_builtin_class(name) && !look.is_global(node)
}

/// The name of a file without folders, query, and the bundler's hash.
fn file_name(url: &[u8]) -> Text {
    let path = url.split(|b| matches!(b, b'?' | b'#')).next().unwrap_or_default();
    let name = path.rsplit(|b| matches!(b, b'/' | b'\\')).next().unwrap_or_default();
    let is_separator = |b: &u8| matches!(b, b'.' | b'-' | b'_');
    if !name.split(is_separator).any(is_hash) {
        return Text::from_wtf8(name);
    }
    let parts: Vec<&[u8]> = name.split(is_separator).filter(|part| !is_hash(part)).collect();
    Text::from_wtf8(&parts.join(b".".as_slice()))
}

/// Whether a part of a file name is a hash of the contents added by a bundler: `5f3a9b2c`.
fn is_hash(part: &[u8]) -> bool {
    const LENGTH: usize = 8;
    const DIGITS: usize = 3;
    let digits = part.iter().filter(|b| b.is_ascii_digit()).count();
    let is_hex = part.iter().all(u8::is_ascii_hexdigit);
    let is_plain = part.iter().all(u8::is_ascii_alphanumeric);
    part.len() >= LENGTH
        && ((is_hex && digits > 0 && digits < part.len()) || (is_plain && digits >= DIGITS && digits < part.len()))
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn files_have_one_name_in_all_builds() {
        for (url, name) in [
            ("file:///srv/app/cache.js", "cache.js"),
            ("C:\\work\\cache.js", "cache.js"),
            ("file:///a/x.mjs?v=12", "x.mjs"),
            ("/dist/main-5f3a9b2c.js", "main.js"),
            ("/dist/chunk.AB12CD34EF.mjs", "chunk.mjs"),
            ("/lib/sha256.js", "sha256.js"),
            ("/lib/report-20261127.js", "report-20261127.js"),
            ("", ""),
        ] {
            assert_eq!(file_name(url.as_bytes()).to_string(), name, "{url}");
        }
    }
}
