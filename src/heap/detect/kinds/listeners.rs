//! Event listeners that are added again and again.
//!
//! Detects: listeners of EventEmitter, EventTarget and AbortSignal, of diagnostics channels, of the DOM, and of custom
//! event buses.
//! Why it leaks: the emitter keeps each listener, and the listener its scope. An emitter that outlives its subscribers
//! (a process, a bus, a pooled socket, a shared AbortSignal) collects them.
//! Evidence: EventEmitter: functions under `_events` of an object that can emit. EventTarget: `Listener` objects in the
//! `kEvents` map. Others: functions in a list of an object that has a way to subscribe and a way to unsubscribe or to
//! notify.
//! What it is not: a list of functions in an object that emits nothing (`array`); an object with a field `_events` that contains
//! records.

use crate::base::{NodeIx, Text};
use crate::heap::analysis::bound::unbound;
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

/// Maximum number of handlers that are compared.
const MAX_COMPARED: usize = 2000;

/// See the head of this file.
pub(super) const DETECTOR: Detector = Detector {
    kind: Kind::Listeners,
    about: "event listeners and subscriptions",
    cure: "call `emitter.off(event, handler)`, `removeEventListener` or `unsubscribe`, or subscribe only once; use `once` only for events that fire",
    rank: 30,
    traits: Traits { is_held_by_runtime: true, is_suspicious: true, ..Traits::NONE },
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

/// `emitter._events.event[i]`, or `emitter._events.event` if there is only one.
fn event_emitter(scene: &Scene<'_>) -> Option<Claim> {
    let at = scene.joint().find(|step| scene.is_by_property(*step, b"_events") && *step < scene.last())?;
    let emitter = scene.node(at - 1);
    let in_list = scene.look.is_object(scene.node(at + 1), b"Array");
    let listener_at = at + 1 + usize::from(in_list);
    let listener = scene.steps.get(listener_at)?.node;
    let is_called = handler(scene.look, listener);
    let can_emit = scene.look.is_emitter(emitter) || !scene.look.has_prototype(emitter);
    if !can_emit || is_called.is_none() || !is_of_listener(scene, listener_at) {
        return None;
    }
    // The emitter must neither accumulate itself nor be kept by a single listener.
    if scene.holder_at + 1 < at || scene.holder_at > at + usize::from(in_list) {
        return None;
    }
    // One listener each for many events: no particular event.
    let is_by_event = scene.holder_at == at && !in_list && scene.group.new_count >= thresholds::DICTIONARY_KEYS as u64;
    let event = scene.called(at + 1).filter(|_| !is_by_event);
    Some(claim(scene, Subscription { target: at - 1, event, callback: is_called }, Emitter::EventEmitter))
}

/// Whether what accumulates is the listener of a step, or the function that it wraps, and not something else it refers
/// to.
fn is_of_listener(scene: &Scene<'_>, listener_at: usize) -> bool {
    let is_wrapped = scene.last() == listener_at + 1 && scene.look.is_closure(scene.sample());
    scene.last() == listener_at || is_wrapped
}

/// The same function many times in `_events.event`: no new object, only a longer list.
fn same_listener(scene: &Scene<'_>) -> Option<Claim> {
    let list = scene.last();
    let is_list =
        list >= 2 && scene.is_by_property(list - 1, b"_events") && scene.look.is_emitter(scene.node(list - 2));
    let (listener, count) = scene.repeated_element().filter(|_| is_list)?;
    let callback = handler(scene.look, listener)?;
    let subscription = Subscription { target: list - 2, event: scene.called(list), callback: Some(callback) };
    let cure = |event, handler, methods: Methods| Cure::SubscribeOnce { event, handler, method: methods.off };
    Some(claim_with(scene, subscription, cure).because(Evidence::SameFunction { count }))
}

/// `target[kEvents]` → Map → first `Listener` → `next` …
fn event_target(scene: &Scene<'_>) -> Option<Claim> {
    let is_listener = |step: usize| {
        let node = scene.node(step);
        let has = |name: &[u8]| scene.look.property(node, name).is_some();
        scene.look.is_object(node, b"Listener") && (has(b"callback") || has(b"listener"))
    };
    let at = scene.joint().find(|step| is_listener(*step));
    let nearest = scene.joint().rev().find(|step| is_listener(*step));
    let target = match at {
        Some(_) if !nearest.is_some_and(|nearest| is_of_listener(scene, nearest)) => return None,
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
    let from = if is_abort(scene, target - 1, event.as_ref()) { Emitter::AbortSignal } else { Emitter::EventTarget };
    Some(claim(scene, Subscription { target: target - 1, event, callback }, from))
}

/// Whether listeners wait for a signal, which rarely fires.
fn is_abort(scene: &Scene<'_>, target: usize, event: Option<&Called>) -> bool {
    let signal = scene.node(target);
    let is_signal = scene.look.name(signal) == b"AbortSignal" || scene.look.is_instance(signal, b"AbortSignal");
    is_signal || event.is_some_and(|event| event.shown == "abort")
}

/// The key of the entry on the path in a Map of events: a string, or the description of a symbol.
fn event_of_map(scene: &Scene<'_>, map: usize) -> Option<Called> {
    let look = scene.look;
    let at = scene.hops.iter().position(|hop| hop.node == scene.node(map))?;
    let table = scene.hops.get(at + 1)?.node;
    let key = look.map_key(table, scene.hops.get(at + 2)?.edge?)?;
    let is_text = |node: &NodeIx| look.graph.kind(*node).is_string();
    let of_symbol = || look.any(key, b"name").filter(|_| look.graph.kind(key) == NodeKind::SYMBOL);
    Some(key).filter(is_text).or_else(of_symbol).filter(is_text).map(|text| scene.text(text))
}

/// Deno: `target[symbol]` → `{ listeners: { event: [ { callback } ] } }`.
fn deno_target(scene: &Scene<'_>) -> Option<Claim> {
    let at = scene.joint().find(|step| scene.is_by_property(*step, b"listeners") && *step + 1 < scene.last())?;
    let is_beside = scene.holder_at + 1 < at || scene.holder_at > at + 1;
    if !scene.edge_text(at - 1).starts_with(b"<symbol") || is_beside {
        return None;
    }
    let callback = handler(scene.look, scene.node(scene.last()))?;
    let (target, event) = (at.saturating_sub(2), scene.called(at + 1));
    let from = if is_abort(scene, target, event.as_ref()) { Emitter::AbortSignal } else { Emitter::DenoTarget };
    Some(claim(scene, Subscription { target, event, callback: Some(callback) }, from))
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
        // The vectors that contain listeners are named after them.
        let is_vector = memchr::memmem::find(name, b"Heap").is_some();
        let is_observer = || OBSERVERS.iter().any(|part| memchr::memmem::find(name, part).is_some());
        let is_native = scene.look.graph.kind(node) == NodeKind::NATIVE && !is_vector;
        is_native && (name.ends_with(b"EventListener") || name.ends_with(b"Observer") || is_observer())
    };
    let at = scene.joint().find(|step| is_listener(scene.node(*step))).filter(|at| scene.holder_at <= *at)?;
    if !matches!(scene.look.graph.kind(scene.sample()), NodeKind::CLOSURE | NodeKind::NATIVE | NodeKind::OBJECT) {
        return None;
    }
    let callback = scene.contents.items.iter().map(|item| item.node).find(|node| scene.look.is_closure(*node));
    let target = (1..at)
        .rev()
        .find(|step| memchr::memmem::find(scene.look.name(scene.node(*step)), b"EventTargetData").is_some());
    let emitter = target.map_or(scene.holder_at, |data| data - 1);
    Some(claim(scene, Subscription { target: emitter, event: None, callback }, Emitter::Dom))
}

/// The program's own event bus: functions in a list, Map or Set of an object that can be subscribed to.
fn bus(scene: &Scene<'_>) -> Option<Claim> {
    let callback = handler(scene.look, scene.sample())?;
    let is_owner = |step: &usize| {
        let node = scene.node(*step);
        // An emitter of the runtime has its listeners elsewhere: its other lists are no bus.
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
    let event = event_of_bus(scene, owner);
    let mut claim = claim(scene, Subscription { target: owner, event, callback: Some(callback) }, Emitter::Bus);
    // A bus may have several lists.
    claim.identity.extend(scene.called(owner + 1).map(|field| field.identity()));
    Some(claim)
}

/// The event that a list of a bus is for: the key of a Map or of an object used as one. The field that has the Map or
/// the only list is not an event.
fn event_of_bus(scene: &Scene<'_>, owner: usize) -> Option<Called> {
    // If many lists grow alike, their events differ.
    let common = if scene.group.holder_count > 1 {
        scene.steps.iter().position(|step| step.node == scene.holder())?
    } else {
        scene.holder_at
    };
    let key = |step: usize| {
        let container = scene.node(step - 1);
        let is_map = scene.look.is_object(container, b"Map") || scene.look.is_instance(container, b"Map");
        if is_map {
            return event_of_map(scene, step - 1);
        }
        let is_dictionary = step > owner + 1 && scene.look.is_object(container, b"Object");
        scene.called(step).filter(|name| is_dictionary && !is_word_for_list(&name.shown))
    };
    (owner + 1..=common).rev().find_map(key)
}

/// Whether a field is named after what it contains: `listeners`, `_handlers`, `subs`.
fn is_word_for_list(name: &str) -> bool {
    const WORDS: [&str; 14] = [
        "callback",
        "cb",
        "event",
        "fn",
        "func",
        "handler",
        "hook",
        "item",
        "list",
        "listener",
        "observer",
        "sub",
        "subscriber",
        "subscription",
    ];
    let name = name.trim_start_matches(['_', '#', '$']).to_lowercase();
    let name = name.strip_suffix('s').unwrap_or(&name);
    WORDS.contains(&name)
}

/// A subscription.
struct Subscription {
    /// Step of the object that is subscribed to.
    target: usize,
    /// The event, if it has a name.
    event: Option<Called>,
    /// The function that is called.
    callback: Option<NodeIx>,
}

/// An emitter's methods to subscribe and unsubscribe.
struct Methods {
    subscribe: Option<String>,
    off: Option<String>,
}

impl Methods {
    fn of(scene: &Scene<'_>, emitter: NodeIx) -> Self {
        let (subscribe, off) = scene.look.subscription_methods(emitter);
        let shown = |name: &[u8]| Text::from_wtf8(name).shortened(MAX_NAME_CHARS).to_string();
        Self { subscribe: subscribe.map(shown), off: off.map(shown) }
    }
}

fn claim(scene: &Scene<'_>, subscription: Subscription, from: Emitter) -> Claim {
    let is_once = subscription.callback.is_some_and(|callback| {
        scene.look.is_closure(scene.sample()) && scene.look.property(scene.sample(), b"listener") == Some(callback)
    });
    claim_with(scene, subscription, |event, handler, methods| Cure::Unsubscribe {
        from,
        event,
        handler,
        method: methods.off,
        subscribe: methods.subscribe,
        is_once,
    })
}

/// A claim about a subscription, with the cure for its event, handler and methods.
fn claim_with(
    scene: &Scene<'_>,
    subscription: Subscription,
    cure: impl FnOnce(Option<String>, Option<String>, Methods) -> Cure,
) -> Claim {
    let Subscription { target, event, callback } = subscription;
    let emitter = scene.node(target);
    let handler = callback.and_then(|callback| scene.name_in_code(callback));
    let subject = Subject::Listeners(event.as_ref().map(|event| event.shown.clone()));
    let site = match scene.group.holder_count {
        0 | 1 => Site::On(scene.shown(emitter)),
        count => Site::OnMany { count, each: scene.class(emitter), above: scene.shown(scene.holder()) },
    };
    let cure = cure(event.as_ref().map(|event| event.shown.clone()), handler, Methods::of(scene, emitter));
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

/// Number of different functions among the new listeners, by source location.
fn distinct_handlers(scene: &Scene<'_>) -> Option<usize> {
    let members = scene.group.members.iter().take(MAX_COMPARED);
    let places: Option<FxHashSet<_>> = members
        .map(|member| {
            let callback = unbound(scene.look.graph, handler(scene.look, *member)?);
            Some((scene.look.graph.location(callback)?, scene.look.graph.name(callback)))
        })
        .collect();
    places.filter(|_| scene.group.members.len() > 1).map(|places| places.len())
}

/// The function that a listener calls: itself, what `once` wraps, or what a listener's record refers to.
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
