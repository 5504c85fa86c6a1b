//! Modules that are loaded again and again.
//!
//! Detects: new module records (`Module`, `ModuleWrap`, `ModuleJob`) in a module cache.
//! Why it leaks: module caches never forget. `import('./x.mjs?v=' + n)` creates a new module for every URL, and after a
//! module was removed from `require.cache`, its parent's `children` still has the old copy.
//! Evidence: CommonJS: an object with `exports`, `children` and `loaded` or `paths`; ESM: `ModuleWrap` or `ModuleJob`.
//! What it is not: modules that are loaded on first use. With three snapshots, these are a step or a plateau.

use crate::base::NodeIx;
use crate::heap::detect::claim::Claim;
use crate::heap::detect::cure::Cure;
use crate::heap::detect::detector::{Detector, Traits};
use crate::heap::detect::evidence::Evidence;
use crate::heap::detect::kinds::Kind;
use crate::heap::detect::look::Look;
use crate::heap::detect::payload;
use crate::heap::detect::scene::{Scene, Step};
use crate::heap::detect::subject::Subject;
use crate::heap::detect::thresholds;
use crate::heap::detect::whose::{Whose, place};
use crate::v8::{names, urls};
use rustc_hash::FxHashSet;

/// See the head of this file.
pub(super) const DETECTOR: Detector = Detector {
    kind: Kind::Modules,
    about: "modules that are loaded again and again",
    cure: "load each module once and under one name; when reloading, also remove it from `module.parent.children`",
    rank: 90,
    traits: Traits { is_suspicious: true, ..Traits::NONE },
    detect,
    payload: payload::itself,
};

fn detect(scene: &Scene<'_>) -> Option<Claim> {
    if scene.is_in_place() {
        return None;
    }
    let is_record = |node: NodeIx| is_record(scene, node);
    // A module, or its record in a loader's cache.
    let on_way = Some(scene.sample()).filter(|node| is_record(*node));
    let near = || {
        scene.contents.items.iter().take(thresholds::NEAR_MODULE).map(|item| item.node).find(|node| is_record(*node))
    };
    let in_cache = || scene.look.name(scene.keeper()) == b"LoadCache";
    let record = on_way.or_else(|| if in_cache() { near() } else { None })?;
    let is_esm = is_esm(scene.look, record);
    let cure = match (is_some_file_twice(scene), is_esm) {
        (false, _) => Cure::LoadFewerModules,
        (true, true) => Cure::ImportOnce,
        (true, false) => Cure::RequireOnce,
    };
    let subject = Subject::Modules { is_esm };
    Some(Claim::new(Kind::Modules, subject, cure).because(Evidence::ModuleRecords))
}

/// Whether the growth is modules, none loaded twice, or came with the loading of modules.
///
/// Modules are loaded on first use, whenever that is. They leak if one file is loaded again and again.
pub(crate) fn are_loaded_once(scene: &Scene<'_>, kind: Kind, whose: Whose) -> bool {
    if kind == Kind::Modules {
        return !is_some_file_twice(scene);
    }
    let is_builtin = |step: &Step| matches!(scene.look.name(step.node), b"BuiltinModule" | b"NativeModule");
    came_with_modules(scene) || (whose != Whose::User && scene.steps.iter().any(is_builtin))
}

/// Whether the new objects are in new modules and came with them. What a module creates later does not count.
fn came_with_modules(scene: &Scene<'_>) -> bool {
    let before = *scene.new_steps().start()..scene.last();
    if !before.into_iter().any(|step| is_record(scene, scene.node(step))) {
        return false;
    }
    let members = &scene.group.members;
    let step = members.len().div_ceil(MAX_ASKED).max(1);
    let (mut with, mut later) = (0_usize, 0_usize);
    for member in members.iter().step_by(step) {
        match module_above(scene, *member) {
            Some(module) if scene.born(module) == scene.born(*member) => with += 1,
            _ => later += 1,
        }
    }
    later * LATER_OF < with + later
}

/// Maximum number of members whose module is looked up.
const MAX_ASKED: usize = 500;
/// One in this many objects may come later than its module, or have none.
const LATER_OF: usize = 4;

/// The new module that contains an object.
fn module_above(scene: &Scene<'_>, member: NodeIx) -> Option<NodeIx> {
    const FAR: usize = 40;
    let distances = &scene.look.analysis.distances;
    let above = std::iter::successors(distances.previous(member), |node| distances.previous(*node));
    let new = above.take(FAR).take_while(|node| scene.comparison.matching.is_new(*node));
    new.into_iter().find(|node| is_record(scene, *node))
}

/// Whether a file is loaded twice, whatever follows the `?`, or the modules have no file and are made by the program.
fn is_some_file_twice(scene: &Scene<'_>) -> bool {
    let mut files: FxHashSet<&[u8]> = FxHashSet::default();
    let members = scene.group.members.iter().filter_map(|member| file(scene.look, *member));
    let mut is_twice = false;
    for name in members {
        let path = name.split(|byte| matches!(byte, b'?' | b'#')).next().unwrap_or(name);
        is_twice |= !urls::is_file(path) || !files.insert(path);
    }
    is_twice || files.is_empty()
}

/// The file of a module record.
fn file(look: Look<'_>, node: NodeIx) -> Option<&[u8]> {
    let name = [&b"filename"[..], b"url", b"id"].into_iter().find_map(|name| look.property(node, name))?;
    look.graph.kind(name).is_string().then(|| look.name(name))
}

fn is_record(scene: &Scene<'_>, node: NodeIx) -> bool {
    (is_commonjs(scene.look, node) || is_esm(scene.look, node)) && place(scene, node) != Whose::User
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
