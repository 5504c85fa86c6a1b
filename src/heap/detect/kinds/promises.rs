//! Promises that never settle, and what waits for them.
//!
//! Detects: pending promises and their reactions; suspended async functions and generators; resolvers that are never called;
//! chains on one long-lived promise (`Promise.race` with it in a loop); caches of promises.
//! Why it leaks: a promise keeps whatever waits for it. A promise that never settles keeps all its waiters, each with
//! the scope of its suspended function.
//! Evidence: `<reactions_or_result>` leads to a `PromiseReaction` for as long as a promise is pending; an async function
//! that waits is a `Generator` below such a reaction; a resolver's scope refers to its promise.
//! What it is not: promises in flight, whose number does not grow from snapshot to snapshot.

use crate::base::NodeIx;
use crate::heap::detect::claim::Claim;
use crate::heap::detect::cure::Cure;
use crate::heap::detect::detector::{Detector, Traits};
use crate::heap::detect::evidence::Evidence;
use crate::heap::detect::kinds::Kind;
use crate::heap::detect::look::Look;
use crate::heap::detect::payload;
use crate::heap::detect::scene::Scene;
use crate::heap::detect::subject::{Site, Subject};
use crate::heap::detect::thresholds;
use crate::heap::detect::whose::{Whose, place};
use crate::heap::graph::NodeKind;

/// See the head of this file.
pub(super) const DETECTOR: Detector = Detector {
    kind: Kind::Promises,
    about: "promises that never settle, what waits for them, and suspended functions",
    cure: "make sure every promise settles; do not race against a promise that outlives the race",
    rank: 60,
    traits: Traits { is_in_flight: true, is_suspicious: true, ..Traits::NONE },
    detect,
    payload: payload::of_program,
};

fn detect(scene: &Scene<'_>) -> Option<Claim> {
    // Strings, symbols and numbers neither wait nor settle.
    let is_thing = matches!(
        scene.look.graph.kind(scene.sample()),
        NodeKind::OBJECT | NodeKind::CLOSURE | NodeKind::HIDDEN | NodeKind::NATIVE
    );
    if scene.is_in_place() || !is_thing {
        return None;
    }
    waiters(scene).or_else(|| pending(scene)).or_else(|| suspended(scene)).or_else(|| kept(scene))
}

/// New objects below the reactions of a promise that existed before.
fn waiters(scene: &Scene<'_>) -> Option<Claim> {
    let at = scene.joint().find(|step| {
        *step > 0
            && *step >= scene.holder_at
            && scene.edge_text(*step) == b"reactions_or_result"
            && scene.look.is_pending(scene.node(*step - 1))
    })?;
    let promise = scene.node(at - 1);
    // What the waiters share does not wait itself.
    let sample = scene.sample();
    let is_waiter = is_wrapper(scene.look, sample)
        || is_generator(scene.look, sample)
        || *scene.new_steps().start() == scene.last();
    if !is_waiter {
        return None;
    }
    let subject = Subject::Reactions(scene.class(scene.sample()));
    let site = Site::ForPromise(scene.look.graph.id(promise).get());
    let claim = Claim::new(Kind::Promises, subject, Cure::WaitOnce).at(site);
    Some(claim.because(Evidence::PromiseWaits))
}

/// New pending promises, or small objects that each hold a resolver.
fn pending(scene: &Scene<'_>) -> Option<Claim> {
    let look = scene.look;
    let is_wrapper = is_wrapper(look, scene.sample());
    let near =
        scene.contents.items.iter().take(if is_wrapper { thresholds::NEAR_PROMISE } else { 1 }).map(|item| item.node);
    // Of what a promise leads to, only its own parts count.
    let above = scene.new_steps().filter(|step| is_wrapper || *step == scene.last()).map(|step| scene.node(step));
    let promise = above.chain(near).find(|node| look.is_pending(*node))?;
    let subject = match promise == scene.sample() {
        true => Subject::PendingPromises,
        false if is_resolver(look, scene.sample()) => Subject::Resolvers,
        false => Subject::Objects(scene.class(scene.sample())),
    };
    let waiting = scene.contents.inside().find(|item| look.is_closure(item.node) && !look.name(item.node).is_empty());
    let claim = Claim::new(Kind::Promises, subject, Cure::SettlePromises).because(Evidence::NeverSettled);
    Some(match waiting {
        Some(item) => claim.because(Evidence::Waiting(scene.function(item.node))),
        None => claim,
    })
}

/// Whether an object merely contains promises, without a purpose of its own (unlike a timer list).
fn is_wrapper(look: Look<'_>, node: NodeIx) -> bool {
    let name = look.name(node);
    let has_purpose = matches!(name, b"TimersList" | b"Timeout" | b"Immediate" | b"Listener");
    look.is_closure(node) || look.is_context(node) || (Look::is_builtin_class(name) && !has_purpose)
}

/// Whether an object settles a promise: a function, its scope, or an object with one.
fn is_resolver(look: Look<'_>, node: NodeIx) -> bool {
    let has_function = || look.edges(node).any(|edge| look.is_closure(look.graph.edge_to(edge)));
    look.is_closure(node) || look.is_context(node) || has_function()
}

/// Suspended generators and async functions.
fn suspended(scene: &Scene<'_>) -> Option<Claim> {
    // The suspended call itself, or the only object around it; not what it works on.
    let at = scene.new_steps().rev().take(2).find(|step| is_generator(scene.look, scene.node(*step)))?;
    let is_inside = at < scene.last() && scene.look.graph.kind(scene.sample()) == NodeKind::OBJECT;
    let generator = Some(scene.node(at)).filter(|_| !is_inside || scene.look.is_context(scene.sample()))?;
    let subject = Subject::SuspendedRuns(scene.class(generator));
    Some(Claim::new(Kind::Promises, subject, Cure::FinishGenerators).because(Evidence::Suspended))
}

/// Promises that settled long ago.
fn kept(scene: &Scene<'_>) -> Option<Claim> {
    let sample = scene.sample();
    if !scene.look.is_object(sample, b"Promise") || place(scene, sample) == Whose::User {
        return None;
    }
    Some(Claim::new(Kind::Promises, Subject::Promises, Cure::KeepResults).because(Evidence::Settled))
}

fn is_generator(look: Look<'_>, node: NodeIx) -> bool {
    look.internal(node, b"parameters_and_registers").is_some()
}
