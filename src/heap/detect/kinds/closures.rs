//! Functions that keep large things alive through their scopes.
//!
//! Detects: new functions whose scope keeps much; scopes themselves; chains in which each link is kept by the scope of the next.
//! Why it leaks: a function keeps the whole scope it was made in, and with it every variable that *any* function made there
//! uses: a large variable that only a sibling needs is kept too (the shared scope).
//! Evidence: a closure's `<context>` with the variable that holds most; `<previous>` leads to the outer scope.
//! What it is not: small functions in a list: there the list is what grows.
//! Limits of the file: variables of block scopes have no names before V8 15; which functions use a variable only Chromium
//! says (V8 15.6), so that elsewhere it cannot be told whether a living one does.
//! Fix: release the function, or set the variable to null, or move the function out of the scope.

use crate::base::{EdgeIx, NodeIx};
use crate::heap::detect::claim::Claim;
use crate::heap::detect::kind::Kind;
use crate::heap::detect::scene::Scene;
use crate::heap::graph::EdgeKind;

/// A function that keeps at least this much through its scope is about its scope.
const LARGE_BYTES: u64 = 2048;

pub(crate) fn detect(scene: &Scene<'_>) -> Option<Claim> {
    if scene.is_in_place() {
        return None;
    }
    let sample = scene.sample();
    let look = scene.look;
    if scene.group.is_chain && !look.is_closure(sample) {
        return chain(scene);
    }
    let (closure, context) = if look.is_context(sample) {
        (None, sample)
    } else if look.is_closure(sample) {
        (Some(sample), look.internal(sample, b"context")?)
    } else {
        return None;
    };
    let large = largest_variable(scene, context);
    let is_small = large.as_ref().is_none_or(|(_, _, bytes)| *bytes < LARGE_BYTES);
    let in_list = closure.is_some() && (is_small || matches!(look.name(scene.keeper()), b"Map" | b"Set"));
    if in_list {
        return None;
    }
    let what = match closure {
        Some(closure) => format!("closures of {}", scene.function(closure)),
        None => "scopes of functions".to_owned(),
    };
    let fix = "release the function, or set the large variable to null when it is done with, or make the function where it does not see the variable";
    let mut claim = Claim::new(Kind::Closures, what, "", fix);
    if let Some((edge, node, _)) = large {
        let name = variable_name(scene, edge);
        let whose = scene.describer.sources.function_of_context(look.graph, context);
        let function = whose.map(|f| f.name).filter(|name| !name.as_bytes().is_empty());
        let of = function.map_or_else(String::new, |name| format!(" of {name}"));
        claim = claim.because(format!("their scope keeps variable {name}{of}: {}", scene.class(node)));
        claim = with_uses(scene, claim, context, edge);
    }
    Some(claim)
}

/// A chain whose links are kept by scopes.
fn chain(scene: &Scene<'_>) -> Option<Claim> {
    let class = scene.describer.analysis.classes.of(scene.sample());
    let next = scene.contents.inside().position(|item| scene.describer.analysis.classes.of(item.node) == class)? + 1;
    let way = scene.contents.way_to(next);
    let (_, context) = way.iter().find(|(_, node)| scene.look.is_context(*node))?;
    let variable = way.iter().skip_while(|(_, node)| node != context).nth(1);
    let name = variable.map_or_else(String::new, |(edge, _)| format!(" `{}`", variable_name(scene, *edge)));
    let subject = format!("{} objects, each kept by the scope of the next", scene.class(scene.sample()));
    let fix = "cut the chain: set the variable that refers to the previous object to null, or make the function where it does not see it";
    let claim = Claim::new(Kind::Closures, subject, "", fix)
        .because(format!("a function's scope keeps the previous one alive in its variable{name}"));
    Some(match variable {
        Some((edge, _)) => with_uses(scene, claim, *context, *edge),
        None => claim,
    })
}

/// Whether a function that is alive uses the variable, as far as the file says so.
fn with_uses(scene: &Scene<'_>, claim: Claim, context: NodeIx, variable: EdgeIx) -> Claim {
    let Some(uses) = scene.uses else {
        return claim
            .because("which functions use it, the file does not say: V8 keeps what any function made there uses");
    };
    match uses.is_used(scene.look.graph, context, scene.look.edge_text(variable)) {
        Some(false) => {
            let name = variable_name(scene, variable);
            let cut = if scene.group.is_chain { "cut the chain: " } else { "" };
            let fix = format!(
                "{cut}set `{name}` to null when it is done with, or make the functions that use it in a scope of their own"
            );
            let claim = Claim { fix, ..claim };
            claim.because(
                "no living function uses it: one that is gone did, and all functions made there share the scope",
            )
        }
        Some(true) => claim.because("a living function uses it"),
        None => claim,
    }
}

/// The variable of a scope that keeps most alive: the edge to it, value, retained bytes.
fn largest_variable(scene: &Scene<'_>, context: NodeIx) -> Option<(EdgeIx, NodeIx, u64)> {
    let look = scene.look;
    let variables = look.edges(context).filter(|edge| {
        let kind = look.graph.edge_kind(*edge);
        let to = look.graph.edge_to(*edge);
        matches!(kind, EdgeKind::Context | EdgeKind::Hidden) && !look.is_context(to) && to != context
    });
    let retained = |node: NodeIx| look.analysis.retained.get(node.ix());
    let inside = |node: NodeIx| scene.contents.items.iter().any(|item| item.node == node);
    let largest = variables
        .map(|edge| (edge, look.graph.edge_to(edge)))
        .filter(|(_, node)| inside(*node))
        .max_by_key(|(edge, node)| (retained(*node), std::cmp::Reverse(edge.0)))?;
    Some((largest.0, largest.1, retained(largest.1)))
}

fn variable_name(scene: &Scene<'_>, edge: EdgeIx) -> String {
    match scene.look.edge_text(edge) {
        b"" => "without a name (block scope)".to_owned(),
        _ => scene.called_by(edge).shown,
    }
}
