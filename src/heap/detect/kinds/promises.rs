//! Promises that never settle, and what waits for them.
//!
//! Detects: pending promises and their reactions; suspended async functions and generators; resolvers that nobody calls;
//! chains on one long-lived promise (`Promise.race` with it in a loop); caches of promises.
//! Why it leaks: whoever waits for a promise is kept by it. A promise that never settles keeps all its waiters, each with the
//! scope of its suspended function.
//! Evidence: `<reactions_or_result>` leads to a `PromiseReaction` for as long as a promise is pending; an async function
//! that waits is a `Generator` below such a reaction; a resolver's scope refers to its promise.
//! What it is not: promises in flight: their number does not grow from snapshot to snapshot.
//! Fix: settle them (a timeout, a rejection on close), do not race against a promise that outlives the race.

use crate::base::NodeIx;
use crate::heap::detect::claim::Claim;
use crate::heap::detect::kind::Kind;
use crate::heap::detect::look::Look;
use crate::heap::detect::scene::Scene;
use crate::heap::detect::whose::{Whose, place};

/// So near below the sample a pending promise is what the sample is about.
const NEAR: usize = 24;

pub(crate) fn detect(scene: &Scene<'_>) -> Option<Claim> {
    if scene.is_in_place() {
        return None;
    }
    waiters(scene).or_else(|| pending(scene)).or_else(|| suspended(scene)).or_else(|| kept(scene))
}

/// New objects below the reactions of a promise that was there before.
fn waiters(scene: &Scene<'_>) -> Option<Claim> {
    let at = scene.joint().find(|step| {
        *step > 0
            && *step >= scene.holder_at
            && scene.edge_text(*step) == b"reactions_or_result"
            && scene.look.is_pending(scene.node(*step - 1))
    })?;
    let promise = scene.node(at - 1);
    let fix = "let the promise settle, or do not wait for it anew each time: Promise.race and await on a long-lived promise add a reaction that stays";
    let claim = Claim::new(
        Kind::Promises,
        format!("reactions ({}) that wait", scene.class(scene.sample())),
        format!("for the pending Promise @{}", scene.look.graph.id(promise).0),
        fix,
    );
    Some(claim.because("the promise is pending: its reactions are kept until it settles"))
}

/// New promises that wait, or small objects that hold the resolver of one each.
fn pending(scene: &Scene<'_>) -> Option<Claim> {
    let look = scene.look;
    let is_wrapper = {
        let sample = scene.sample();
        let name = look.name(sample);
        look.is_closure(sample) || look.is_context(sample) || Look::is_builtin_class(name)
    };
    let near = scene.contents.items.iter().take(if is_wrapper { NEAR } else { 1 }).map(|item| item.node);
    let above = scene.new_steps().map(|step| scene.node(step));
    let promise = above.chain(near).find(|node| look.is_pending(*node))?;
    let subject =
        if promise == scene.sample() { "promises that are pending" } else { "resolvers of promises that are pending" };
    let fix =
        "resolve or reject every promise in the end: add a timeout, and reject what is open when its owner closes";
    let waiting = scene.contents.inside().find(|item| look.is_closure(item.node) && !look.name(item.node).is_empty());
    let claim =
        Claim::new(Kind::Promises, subject, "", fix).because("each has reactions and no result: it never settled");
    Some(match waiting {
        Some(item) => claim.because(format!("waiting: {}", scene.function(item.node))),
        None => claim,
    })
}

/// Generators and async functions that stand still.
fn suspended(scene: &Scene<'_>) -> Option<Claim> {
    let at = scene.new_steps().find(|step| is_generator(scene.look, scene.node(*step)))?;
    let generator = scene.node(at);
    let subject = format!("suspended runs of {}", scene.class(generator));
    let fix = "run generators to their end, or call return() on those that are given up";
    Some(Claim::new(Kind::Promises, subject, "", fix).because("each keeps the variables of its suspended function"))
}

/// Promises that were settled long ago.
fn kept(scene: &Scene<'_>) -> Option<Claim> {
    let sample = scene.sample();
    if !scene.look.is_object(sample, b"Promise") || place(scene, sample) == Whose::User {
        return None;
    }
    let fix = "keep results, not promises, and bound the cache; delete entries when they are done with";
    Some(
        Claim::new(Kind::Promises, "promises", "", fix)
            .because("they are settled: only what they are kept in holds them"),
    )
}

fn is_generator(look: Look<'_>, node: NodeIx) -> bool {
    look.internal(node, b"parameters_and_registers").is_some()
}
