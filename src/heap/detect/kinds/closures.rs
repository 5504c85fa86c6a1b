//! Functions that keep large things alive through their scopes.
//!
//! Detects: new functions whose scope keeps much memory; scopes; chains in which each link's scope keeps the previous
//! link.
//! Why it leaks: a function keeps the whole scope it was created in, and with it every variable that *any* function created
//! there uses: a large variable that only a sibling needs is kept alive too (the shared scope).
//! Evidence: a closure's `<context>` with the variable that keeps most alive; `<previous>` leads to the outer scope.
//! What it is not: small functions in a list: there the list is what grows.
//! Limits of the file: variables of block scopes have no names before V8 15. Only Chromium (V8 15.6) records which
//! functions use a variable; elsewhere it is unknown whether a living one does.

use crate::base::{EdgeIx, NodeIx};
use crate::heap::detect::claim::Claim;
use crate::heap::detect::cure::Cure;
use crate::heap::detect::detector::{Detector, Traits};
use crate::heap::detect::evidence::Evidence;
use crate::heap::detect::kinds::Kind;
use crate::heap::detect::payload;
use crate::heap::detect::scene::Scene;
use crate::heap::detect::subject::Subject;
use crate::heap::detect::thresholds;
use crate::heap::graph::EdgeKind;

/// See the head of this file.
pub(super) const DETECTOR: Detector = Detector {
    kind: Kind::Closures,
    about: "functions and what their scopes keep",
    cure: "release the function, set the variable to null, or create the function outside its scope",
    rank: 110,
    traits: Traits::NONE,
    detect,
    payload: payload::of_program,
};

fn detect(scene: &Scene<'_>) -> Option<Claim> {
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
    let is_small = large.as_ref().is_none_or(|large| large.retained_bytes < thresholds::LARGE_SCOPE_BYTES);
    let in_list = closure.is_some() && (is_small || matches!(look.name(scene.keeper()), b"Map" | b"Set"));
    if in_list {
        return None;
    }
    let what = match closure {
        Some(closure) => Subject::Closures(scene.function(closure)),
        None => Subject::Scopes,
    };
    let Some(Variable { edge, value, .. }) = large else {
        return Some(Claim::new(Kind::Closures, what, Cure::ReleaseFunction { variable: None }));
    };
    let variable = variable_name(scene, edge);
    let whose = scene.describer.sources.function_of_context(look.graph, context);
    let function = whose.map(|f| f.name).filter(|name| !name.as_bytes().is_empty()).map(|name| name.to_string());
    let claim = Claim::new(Kind::Closures, what, Cure::ReleaseFunction { variable: variable.clone() });
    let claim = claim.because(Evidence::ScopeKeeps { variable, function, class: scene.class(value) });
    Some(with_uses(scene, claim, context, edge))
}

/// A chain whose links are kept by scopes.
fn chain(scene: &Scene<'_>) -> Option<Claim> {
    let class = scene.describer.analysis.classes.of(scene.sample());
    let next = scene.contents.inside().position(|item| scene.describer.analysis.classes.of(item.node) == class)? + 1;
    let way = scene.contents.way_to(next);
    let (_, context) = way.iter().find(|(_, node)| scene.look.is_context(*node))?;
    let variable = way.iter().skip_while(|(_, node)| node != context).nth(1);
    let name = variable.and_then(|(edge, _)| variable_name(scene, *edge));
    let subject = Subject::ChainedByScopes(scene.class(scene.sample()));
    let claim = Claim::new(Kind::Closures, subject, Cure::CutScopes { variable: name.clone() })
        .because(Evidence::ScopeKeepsPrevious { variable: name });
    Some(match variable {
        Some((edge, _)) => with_uses(scene, claim, *context, *edge),
        None => claim,
    })
}

/// Adds whether a living function uses the variable, if the file records it.
fn with_uses(scene: &Scene<'_>, claim: Claim, context: NodeIx, variable: EdgeIx) -> Claim {
    let Some(uses) = scene.uses else {
        return claim.because(Evidence::UsesUnknown { variable: variable_name(scene, variable) });
    };
    match uses.is_used(scene.look.graph, context, scene.look.edge_text(variable)) {
        Some(false) => {
            let name = variable_name(scene, variable);
            let cure = Cure::FreeVariable { variable: name, is_chain: scene.group.is_chain };
            Claim { cure, ..claim }.because(Evidence::Unused)
        }
        Some(true) => claim.because(Evidence::Used),
        None => claim,
    }
}

/// A variable of a scope.
struct Variable {
    edge: EdgeIx,
    value: NodeIx,
    retained_bytes: u64,
}

/// The variable of a scope that keeps most memory alive.
fn largest_variable(scene: &Scene<'_>, context: NodeIx) -> Option<Variable> {
    let look = scene.look;
    let variables = look.edges(context).filter(|edge| {
        let kind = look.graph.edge_kind(*edge);
        let to = look.graph.edge_to(*edge);
        matches!(kind, EdgeKind::Context | EdgeKind::Hidden) && !look.is_context(to) && to != context
    });
    let retained = |node: NodeIx| look.analysis.retained.get(node.ix());
    let inside = |node: NodeIx| scene.contents.items.iter().any(|item| item.node == node);
    let variables = variables.map(|edge| {
        let value = look.graph.edge_to(edge);
        Variable { edge, value, retained_bytes: retained(value) }
    });
    let inside = variables.filter(|variable| inside(variable.value));
    inside.max_by_key(|variable| (variable.retained_bytes, std::cmp::Reverse(variable.edge.raw())))
}

/// The name of a variable; `None` in block scopes without names.
fn variable_name(scene: &Scene<'_>, edge: EdgeIx) -> Option<String> {
    (!scene.look.edge_text(edge).is_empty()).then(|| scene.called_by(edge).shown)
}
