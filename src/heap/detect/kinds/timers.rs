//! Timers that were never cleared.
//!
//! Detects: new `setTimeout`, `setInterval` and `setImmediate` objects in the runtime's lists.
//! Why it leaks: the runtime keeps a timer until it fires or is cleared, and with it the callback, its arguments and
//! its scope. An interval never ends until it is cleared; neither does a timeout that re-arms itself.
//! Evidence: an object in the ring of a timer list that has a callback (Node: `_idleNext`, `_idlePrev`,
//! `_onTimeout`; Deno: `_onTimeout`, `_timerArgs`; Bun and Chromium: native timers).
//! What it is not: a class `Timeout` of the program; a Map that the callback of one interval fills (that is `map`; the
//! path shows the interval).

use crate::base::NodeIx;
use crate::heap::detect::claim::Claim;
use crate::heap::detect::cure::Cure;
use crate::heap::detect::detector::{Detector, Traits};
use crate::heap::detect::evidence::Evidence;
use crate::heap::detect::kinds::Kind;
use crate::heap::detect::payload;
use crate::heap::detect::scene::Scene;
use crate::heap::detect::subject::Subject;
use crate::heap::detect::whose::{Whose, place};
use crate::heap::graph::{EdgeKind, EdgeName, NodeKind};

/// See the head of this file.
pub(super) const DETECTOR: Detector = Detector {
    kind: Kind::Timers,
    about: "timers that were never cleared",
    cure: "store the return value of `setInterval` and clear the timer when its owner is done",
    rank: 40,
    traits: Traits { is_held_by_runtime: true, is_renewed: true, is_suspicious: true, ..Traits::NONE },
    detect,
    payload: payload::of_program,
};

fn detect(scene: &Scene<'_>) -> Option<Claim> {
    if scene.is_in_place() {
        return None;
    }
    let is_timer = |node: NodeIx| scene.look.is_timer(node) && place(scene, node) != Whose::User;
    let timer = timer(scene).filter(|timer| is_timer(*timer))?;
    let callback = callback(scene, timer);
    let is_immediate = scene.look.is_object(timer, b"Immediate");
    let subject = Subject::Timers {
        is_immediate,
        delay_ms: delay_ms(scene).filter(|_| !is_immediate),
        callback: callback.map(|callback| scene.function(callback)),
    };
    let cure = if is_immediate { Cure::StopImmediate } else { Cure::ClearTimer };
    let claim = Claim::new(Kind::Timers, subject, cure);
    let delay = delay_ms(scene).filter(|_| !is_immediate);
    let mut identity: Vec<String> = delay.iter().map(u32::to_string).collect();
    identity.extend(callback.map(|callback| scene.stable_name(callback)));
    let claim = Claim { identity, ..claim };
    Some(claim.because(Evidence::TimerList))
}

/// The timer that a new object is, or whose callback or arguments it is. Other objects that a timer leads to do not
/// count.
fn timer(scene: &Scene<'_>) -> Option<NodeIx> {
    const OWN: [&[u8]; 4] = [b"_onTimeout", b"_onImmediate", b"callback", b"_timerArgs"];
    let sample = scene.sample();
    if scene.look.is_timer(sample) {
        return Some(sample);
    }
    let before = scene.last().checked_sub(1).filter(|before| *before > scene.holder_at)?;
    let is_own = OWN.contains(&scene.edge_text(scene.last()));
    let is_object = matches!(scene.look.graph.kind(sample), NodeKind::OBJECT | NodeKind::CLOSURE);
    Some(scene.node(before)).filter(|_| is_own && is_object)
}

/// The callback of the timer that alone keeps the holder alive: for example, of an interval that fills a Map.
pub(crate) fn only_holder(scene: &Scene<'_>) -> Option<String> {
    const FAR: usize = 64;
    let timer = (1..=scene.holder_at).map(|step| scene.node(step)).find(|node| scene.look.is_timer(*node))?;
    let mut dominators = scene.look.analysis.dominators.chain(scene.holder()).take(FAR);
    let callback = dominators.any(|node| node == timer).then(|| callback(scene, timer))??;
    Some(scene.function(callback))
}

/// The callback of a timer, in any runtime.
pub(crate) fn callback(scene: &Scene<'_>, timer: NodeIx) -> Option<NodeIx> {
    const CALLBACKS: [&[u8]; 3] = [b"_onTimeout", b"_onImmediate", b"callback"];
    let direct = CALLBACKS.iter().find_map(|name| scene.look.property(timer, name));
    let callback = direct.or_else(|| {
        let below = scene.contents.items.iter().map(|item| item.node);
        below.into_iter().find(|node| scene.look.is_closure(*node))
    })?;
    scene.look.is_closure(callback).then_some(callback)
}

/// Maximum number of members whose callbacks are looked up.
const MAX_ASKED: usize = 200;

/// Whether timers are armed again by something that was there a snapshot earlier: their callbacks, or at least half of them,
/// are old. A request under way makes a timer and a callback of its own.
#[must_use]
pub(crate) fn are_rearmed(scene: &Scene<'_>) -> bool {
    let comparison = scene.comparison;
    let before = comparison.between.last().map_or(&comparison.matching, |between| &between.matching);
    let members = scene.group.members.iter().take(MAX_ASKED);
    let callback =
        |member: &NodeIx| if scene.look.is_closure(*member) { Some(*member) } else { callback(scene, *member) };
    let callbacks: Vec<NodeIx> = members.filter_map(callback).collect();
    let old = callbacks.iter().filter(|callback| !before.is_new(**callback)).count();
    2 * old >= callbacks.len()
}

/// The delay of the timers in the list. Node has one list per delay, which is the list's key.
fn delay_ms(scene: &Scene<'_>) -> Option<u32> {
    let list = scene.steps.iter().find(|step| scene.look.is_object(step.node, b"TimersList"))?;
    let edge = list.edge?;
    match (scene.look.graph.edge_kind(edge), scene.look.graph.edge_name(edge)) {
        (EdgeKind::Element, EdgeName::Index(delay_ms)) => Some(delay_ms),
        _ => None,
    }
}
