//! Whose growth it is: the user's or the runtime's.

use crate::base::NodeIx;
use crate::heap::detect::scene::Scene;
use crate::v8::{is_of_runtime, urls};

/// Whose code an object belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    /// Scripts of the program and its packages.
    User,
    /// Scripts that come with the runtime.
    Runtime,
    /// Unknown.
    Unknown,
}

impl Whose {
    /// Whose a group is: the user's if any of the new objects is, or if the nearest scope above the holder is; the
    /// runtime's if that scope is the runtime's. O(path + objects visited).
    #[must_use]
    pub(crate) fn of(scene: &Scene<'_>) -> Self {
        let mut inside =
            scene.contents.items.iter().map(|item| item.node).chain(scene.new_steps().map(|s| scene.node(s)));
        if inside.any(|node| place(scene, node) == Self::User) {
            return Self::User;
        }
        for step in (0..=scene.holder_at).rev() {
            let node = scene.node(step);
            if is_module(scene, step) {
                return Self::User;
            }
            if scene.look.is_global(node) {
                return Self::Unknown;
            }
            // Anyone can make an instance of a runtime class. Only scopes show that the place belongs to the runtime.
            let is_scope = scene.look.is_closure(node) || scene.look.is_context(node);
            match place(scene, node) {
                Self::User => return Self::User,
                Self::Runtime if is_scope => return Self::Runtime,
                _ => {}
            }
        }
        Self::Unknown
    }
}

/// Whose a single object is, by the script of its function or constructor.
#[must_use]
pub(crate) fn place(scene: &Scene<'_>, node: NodeIx) -> Whose {
    match scene.describer.place(node).location {
        Some(location) if is_of_runtime(&location.url) => Whose::Runtime,
        Some(_) => Whose::User,
        None => Whose::Unknown,
    }
}

/// Whether a step is one of the program's modules: Node's record of it, by the module's path or its file name.
#[must_use]
pub(crate) fn is_module(scene: &Scene<'_>, step: usize) -> bool {
    let node = scene.node(step);
    let file = || scene.look.property(node, b"filename").map(|name| scene.look.name(name));
    scene.look.is_object(node, b"Module") && (urls::is_file(scene.edge_text(step)) || file().is_some_and(urls::is_file))
}
