//! Event listeners that are added again and again.
//!
//! Detects: listeners of EventEmitter, EventTarget and AbortSignal, of diagnostics channels, of the DOM, and of custom
//! event buses.
//! Why it leaks: the emitter keeps each listener, and the listener its scope. An emitter that outlives what subscribes
//! (a process, a bus, a pooled socket, a shared AbortSignal) collects them.
//! Evidence: EventEmitter: functions under `_events` of an object that can emit. EventTarget: `Listener` objects in the
//! `kEvents` map. Others: functions in a list of an object that has a way to subscribe and a way to unsubscribe or to
//! notify.
//! What it is not: a list of functions in an object that emits nothing (`array`); an object with a field `_events` that contains
//! records.

use crate::base::NodeIx;
use crate::heap::detect::claim::Claim;
use crate::heap::detect::cure::{Cure, Emitter};
use crate::heap::detect::detector::{Detector, Traits};
use crate::heap::detect::evidence::Evidence;
use crate::heap::detect::kinds::Kind;
use crate::heap::detect::look::Look;
use crate::heap::detect::payload;
use crate::heap::detect::scene::{Called, MAX_NAME_CHARS, Scene};
use crate::heap::detect::subject::{Site, Subject};
use crate::heap::detect::thresholds;
use crate::heap::graph::{EdgeKind, NodeKind};
use rustc_hash::FxHashSet;

/// Handlers that are compared with one another.
const MAX_COMPARED: usize = 2000;

/// See the head of this file.
pub(super) const DETECTOR: Detector = Detector {
    kind: Kind::Listeners,
    about: "event listeners and subscriptions",
    cure: "`emitter.off(event, handler)`, `once`, `removeEventListener`, `{ signal }`, or subscribe once",
    rank: 30,
    traits: Traits { is_held_by_runtime: true, ..Traits::NONE },
    detect,
    payload: payload::of_program,
};

fn detect(scene: &Scene<'_>) -> Option<Claim> {
    if scene.is_in_place() {
        return same_listener(scene);
    }
    event_emitter(scene)
        .or_else(|| event_target(scene))
        .or_else(|| channel(scene))
        .or_else(|| dom(scene))
        .or_else(|| bus(scene))
}

/// `emitter._events.event[i]`, or `emitter._events.event` if there is but one.
fn event_emitter(scene: &Scene<'_>) -> Option<Claim> {
    let at = scene.joint().find(|step| scene.is_by_property(*step, b"_events") && *step < scene.last())?;
    let emitter = scene.node(at - 1);
    let in_list = scene.look.is_object(scene.node(at + 1), b"Array");
    let listener = scene.steps.get(at + 1 + usize::from(in_list))?.node;
    let is_called = handler(scene.look, listener);
    let can_emit = scene.look.is_emitter(emitter) || !scene.look.has_prototype(emitter);
    if !can_emit || is_called.is_none() {
        return None;
    }
    // The emitter itself must not be what accumulates, nor something that one listener keeps.
    if scene.holder_at + 1 < at || scene.holder_at > at + usize::from(in_list) {
        return None;
    }
    // One listener each for many events: no event in particular.
    let is_by_event = scene.holder_at == at && !in_list && scene.group.new_count >= thresholds::DICTIONARY_KEYS as u64;
    let event = scene.called(at + 1).filter(|_| !is_by_event);
    Some(claim(scene, Subscription { target: at - 1, event, callback: is_called }, Emitter::EventEmitter))
}

/// One and the same function in `_events.event` many times over: no new object, only a longer list.
fn same_listener(scene: &Scene<'_>) -> Option<Claim> {
    let list = scene.last();
    let is_list =
        list >= 2 && scene.is_by_property(list - 1, b"_events") && scene.look.is_emitter(scene.node(list - 2));
    let (listener, count) = scene.repeated_element().filter(|_| is_list)?;
    let callback = handler(scene.look, listener)?;
    let subscription = Subscription { target: list - 2, event: scene.called(list), callback: Some(callback) };
    let cure = |event, handler| Cure::SubscribeOnce { event, handler };
    Some(claim_with(scene, subscription, cure).because(Evidence::SameFunction { count }))
}

/// `target[kEvents]` → Map → first `Listener` → `next` …
fn event_target(scene: &Scene<'_>) -> Option<Claim> {
    let at = scene.joint().find(|step| {
        let is_listener = scene.look.is_object(scene.node(*step), b"Listener");
        is_listener
            && (scene.look.property(scene.node(*step), b"callback").is_some()
                || scene.look.property(scene.node(*step), b"listener").is_some())
    });
    let target = match at {
        Some(at) => {
            let events = (0..at).rev().find(|step| scene.edge_text(*step) == b"<symbol kEvents>")?;
            let is_below = scene.holder_at >= at && !scene.look.is_object(scene.holder(), b"Listener");
            if scene.holder_at + 1 < events || is_below {
                return None;
            }
            events
        }
        None => return deno_target(scene),
    };
    let event = event_of_map(scene, target);
    let listener = scene.node(scene.last());
    let callback = handler(scene.look, listener).or_else(|| at.and_then(|at| handler(scene.look, scene.node(at))));
    Some(claim(scene, Subscription { target: target - 1, event, callback }, Emitter::EventTarget))
}

/// The key of the entry on the path in the Map of events.
fn event_of_map(scene: &Scene<'_>, map: usize) -> Option<Called> {
    let at = scene.hops.iter().position(|hop| hop.node == scene.node(map))?;
    let table = scene.hops.get(at + 1)?.node;
    let key = scene.look.map_key(table, scene.hops.get(at + 2)?.edge?)?;
    Some(scene.text(key))
}

/// Deno: `target[symbol]` → `{ listeners: { event: [ { callback } ] } }`.
fn deno_target(scene: &Scene<'_>) -> Option<Claim> {
    let at = scene.joint().find(|step| scene.is_by_property(*step, b"listeners") && *step + 1 < scene.last())?;
    let is_beside = scene.holder_at + 1 < at || scene.holder_at > at + 1;
    if !scene.edge_text(at - 1).starts_with(b"<symbol") || is_beside {
        return None;
    }
    let callback = handler(scene.look, scene.node(scene.last()))?;
    Some(claim(
        scene,
        Subscription { target: at.saturating_sub(2), event: scene.called(at + 1), callback: Some(callback) },
        Emitter::DenoTarget,
    ))
}

/// Node's diagnostics channels.
fn channel(scene: &Scene<'_>) -> Option<Claim> {
    let at = scene.joint().find(|step| scene.is_by_property(*step, b"_subscribers") && *step < scene.last())?;
    if scene.holder_at > at {
        return None;
    }
    let channel = scene.node(at - 1);
    let name = scene.look.property(channel, b"name").filter(|name| scene.look.graph.kind(*name).is_string());
    let callback = handler(scene.look, scene.node(at + 1))?;
    let event = name.map(|name| scene.text(name));
    Some(claim(scene, Subscription { target: at - 1, event, callback: Some(callback) }, Emitter::DiagnosticsChannel))
}

/// Chromium's listeners on nodes and windows.
fn dom(scene: &Scene<'_>) -> Option<Claim> {
    const OBSERVERS: [&[u8]; 4] =
        [b"RegisteredEventListener", b"ObserverRegistration", b"ResizeObservation", b"IntersectionObservation"];
    let is_listener = |node: NodeIx| {
        let name = scene.look.name(node);
        // The vectors that listeners stand in are named after them.
        let is_vector = memchr::memmem::find(name, b"Heap").is_some();
        let is_observer = || OBSERVERS.iter().any(|part| memchr::memmem::find(name, part).is_some());
        let is_native = scene.look.graph.kind(node) == NodeKind::NATIVE && !is_vector;
        is_native && (name.ends_with(b"EventListener") || name.ends_with(b"Observer") || is_observer())
    };
    let at = scene.joint().find(|step| is_listener(scene.node(*step))).filter(|at| scene.holder_at <= *at)?;
    let callback = scene.contents.items.iter().map(|item| item.node).find(|node| scene.look.is_closure(*node));
    let target = (1..at)
        .rev()
        .find(|step| memchr::memmem::find(scene.look.name(scene.node(*step)), b"EventTargetData").is_some());
    let emitter = target.map_or(scene.holder_at, |data| data - 1);
    Some(claim(scene, Subscription { target: emitter, event: None, callback }, Emitter::Dom))
}

/// An event bus of the program's own: functions in a list, Map or Set of an object that one can subscribe to.
fn bus(scene: &Scene<'_>) -> Option<Claim> {
    let callback = handler(scene.look, scene.sample())?;
    let is_owner = |step: &usize| {
        let node = scene.node(*step);
        // The listeners of an emitter of the runtime's are elsewhere: what else it has is no bus.
        let has_own_list =
            scene.look.any(node, b"_events").is_some() || scene.look.any(node, b"<symbol kEvents>").is_some();
        scene.look.graph.kind(node) == NodeKind::OBJECT
            && !Look::is_builtin_class_with_methods(scene.look.name(node))
            && !has_own_list
            && !scene.look.is_global(node)
            && scene.look.is_emitter(node)
    };
    let owner =
        (scene.holder_at.saturating_sub(thresholds::STEPS_TO_BUS).max(1)..=scene.holder_at).rev().find(is_owner)?;
    let event = (owner + 1..=scene.holder_at).rev().find_map(|step| scene.called(step));
    Some(claim(scene, Subscription { target: owner, event, callback: Some(callback) }, Emitter::Bus))
}

/// Who is subscribed to what.
struct Subscription {
    /// Step of the object that is subscribed to.
    target: usize,
    /// The event, where it has a name.
    event: Option<Called>,
    /// What is called.
    callback: Option<NodeIx>,
}

fn claim(scene: &Scene<'_>, subscription: Subscription, from: Emitter) -> Claim {
    claim_with(scene, subscription, |event, handler| Cure::Unsubscribe { from, event, handler })
}

/// A claim about a subscription, with the cure for an event and its handler.
fn claim_with(
    scene: &Scene<'_>,
    subscription: Subscription,
    cure: impl FnOnce(Option<String>, Option<String>) -> Cure,
) -> Claim {
    let Subscription { target, event, callback } = subscription;
    let emitter = scene.node(target);
    let named = callback.filter(|c| !scene.look.name(*c).is_empty());
    let handler = named.map(|c| scene.describer.name(c).shortened(MAX_NAME_CHARS).to_string());
    let subject = Subject::Listeners(event.as_ref().map(|event| event.shown.clone()));
    let site = match scene.group.holder_count {
        0 | 1 => Site::On(scene.shown(emitter)),
        count => Site::OnMany { count, each: scene.class(emitter), above: scene.shown(scene.holder()) },
    };
    let cure = cure(event.as_ref().map(|event| event.shown.clone()), handler);
    let mut claim = Claim::new(Kind::Listeners, subject, cure).at(site);
    claim.anchor = Some(target);
    claim.identity.extend(event.as_ref().map(Called::identity));
    claim.identity.extend(callback.map(|callback| scene.stable_name(callback)));
    if let Some(callback) = callback {
        claim = claim.because(Evidence::Handler(scene.function(callback)));
    }
    match distinct_handlers(scene) {
        Some(1) => claim.because(Evidence::OneHandler),
        _ => claim,
    }
}

/// How many different functions the new listeners are, by their places in the source.
fn distinct_handlers(scene: &Scene<'_>) -> Option<usize> {
    let members = scene.group.members.iter().take(MAX_COMPARED);
    let places: Option<FxHashSet<_>> = members
        .map(|member| {
            let callback = handler(scene.look, *member)?;
            Some((scene.look.graph.location(callback)?, scene.look.graph.name(callback)))
        })
        .collect();
    places.filter(|_| scene.group.members.len() > 1).map(|places| places.len())
}

/// The function that a listener calls: itself, what `once` wraps, or what a record of a listener refers to.
fn handler(look: Look<'_>, listener: NodeIx) -> Option<NodeIx> {
    const FIELDS: [&[u8]; 6] = [b"listener", b"callback", b"fn", b"handler", b"cb", b"next"];
    if look.is_closure(listener) {
        let wrapped = look.property(listener, b"listener").filter(|inner| look.is_closure(*inner));
        return Some(wrapped.unwrap_or(listener));
    }
    if look.graph.kind(listener) != NodeKind::OBJECT {
        return None;
    }
    let field = FIELDS.iter().find_map(|name| look.property(listener, name).filter(|value| look.is_closure(*value)));
    field.or_else(|| {
        let mut functions = look.edges(listener).filter(|edge| look.graph.edge_kind(*edge) == EdgeKind::Property);
        let only = functions.next().map(|edge| look.graph.edge_to(edge))?;
        (functions.next().is_none() && look.is_closure(only)).then_some(only)
    })
}
