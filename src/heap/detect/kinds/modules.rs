//! Modules that are loaded again and again.
//!
//! Detects: new module records (`Module`, `ModuleWrap`, `ModuleJob`) in a module cache.
//! Why it leaks: a cache never forgets. `import('./x.mjs?v=' + n)` creates a new module for every URL, and after a module
//! was removed from `require.cache`, its parent's `children` still has the old copy.
//! Evidence: CommonJS: an object with `exports`, `children` and `loaded` or `paths`; ESM: `ModuleWrap` or `ModuleJob`.
//! What it is not: modules that are loaded on first use: they appear once (with three snapshots, a step or plateau).

use crate::base::NodeIx;
use crate::heap::detect::claim::Claim;
use crate::heap::detect::detector::{Detector, Traits};
use crate::heap::detect::evidence::Evidence;
use crate::heap::detect::kinds::Kind;
use crate::heap::detect::look::Look;
use crate::heap::detect::payload;
use crate::heap::detect::remedies;
use crate::heap::detect::scene::Scene;
use crate::heap::detect::subject::Subject;
use crate::heap::detect::thresholds;
use crate::heap::detect::whose::{Whose, place};
use crate::v8::names;

/// See the head of this file.
pub(super) const DETECTOR: Detector = Detector {
    kind: Kind::Modules,
    about: "modules that are loaded again and again",
    cure: "load each module once and under one name; on reloading, also remove it from `module.parent.children`",
    rank: 90,
    traits: Traits::NONE,
    detect,
    payload: payload::itself,
};

fn detect(scene: &Scene<'_>) -> Option<Claim> {
    if scene.is_in_place() {
        return None;
    }
    let is_record = |node: NodeIx| {
        let is_named = is_commonjs(scene.look, node) || is_esm(scene.look, node);
        is_named && place(scene, node) != Whose::User
    };
    // A module under a loader's cache, or what hangs in one that is new.
    let on_way = scene.new_steps().map(|step| scene.node(step)).find(|node| is_record(*node));
    let near = || {
        scene.contents.items.iter().take(thresholds::NEAR_MODULE).map(|item| item.node).find(|node| is_record(*node))
    };
    let in_cache = || scene.look.name(scene.keeper()) == b"LoadCache";
    let record = on_way.or_else(|| if in_cache() { near() } else { None })?;
    let is_esm = is_esm(scene.look, record);
    let cure = remedies::of_modules(scene, is_esm);
    let subject = Subject::Modules { is_esm };
    Some(Claim::new(Kind::Modules, subject, cure).because(Evidence::ModuleRecords))
}

fn is_commonjs(look: Look<'_>, node: NodeIx) -> bool {
    look.is_object(node, b"Module")
        && look.has_properties(node, &[b"exports", b"children"])
        && (look.property(node, b"filename").is_some() || look.property(node, b"paths").is_some())
}

fn is_esm(look: Look<'_>, node: NodeIx) -> bool {
    let name = look.name(node);
    (matches!(name, b"ModuleWrap" | b"ModuleJob" | b"ModuleJobSync") && look.is_object(node, name))
        || names::is_source_text_module(name)
}
