//! Splits groups of functions and timers by their code.
//!
//! All functions have one class, and so do all timers. If two leaks add to one list, only the code tells them apart.

use crate::base::NodeIx;
use crate::heap::analysis::code::code;
use crate::heap::diff::context::Context;
use crate::heap::diff::draft::{Draft, Variety, add_sample, is_inside};
use crate::heap::diff::tops::New;
use crate::heap::graph::NodeKind;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cmp::Reverse;

/// Minimum number of objects with the same code that form a group of their own.
const MIN_MEMBERS: usize = 8;
/// More codes than this indicate a registry, in which every function is different.
const MAX_CODES: usize = 8;

/// Splits groups by code. Objects with a rare code stay with those of the most common one. O(members).
pub(crate) fn by_code(cx: &Context<'_>, new: &New, drafts: Vec<Draft>) -> Vec<Draft> {
    let mut all = Vec::with_capacity(drafts.len());
    let mut families = 0;
    for draft in drafts {
        // Functions in many lists that grow alike are one finding; a ring of timers may be entered at several places.
        let is_in_many = draft.holders.len() > 1 && is_function(cx, &draft);
        let codes = if draft.is_chain || is_in_many { Vec::new() } else { codes(cx, &draft) };
        if codes.len() < 2 {
            all.push(draft);
            continue;
        }
        families += 1;
        all.extend(divided(cx, new, &draft, &codes, families));
    }
    all
}

fn is_function(cx: &Context<'_>, draft: &Draft) -> bool {
    draft.members.first().is_some_and(|member| cx.graph.kind(*member) == NodeKind::CLOSURE)
}

/// The codes with many members, most members first; empty if there are too many such codes.
fn codes(cx: &Context<'_>, draft: &Draft) -> Vec<u32> {
    let Some(first) = draft.members.first() else { return Vec::new() };
    if draft.members.len() < 2 * MIN_MEMBERS || code(cx.graph, *first).is_none() {
        return Vec::new();
    }
    let mut counts: FxHashMap<u32, usize> = FxHashMap::default();
    for code in draft.members.iter().filter_map(|member| code(cx.graph, *member)) {
        *counts.entry(code).or_default() += 1;
    }
    let mut many: Vec<(Reverse<usize>, u32)> = counts
        .into_iter()
        .filter(|(_, count)| *count >= MIN_MEMBERS)
        .map(|(code, count)| (Reverse(count), code))
        .collect();
    many.sort_unstable();
    if many.len() > MAX_CODES { Vec::new() } else { many.into_iter().map(|(_, code)| code).collect() }
}

fn divided(cx: &Context<'_>, new: &New, draft: &Draft, codes: &[u32], family: u32) -> Vec<Draft> {
    let mut members: Vec<Vec<NodeIx>> = vec![Vec::new(); codes.len()];
    for member in &draft.members {
        let own = code(cx.graph, *member);
        let at = codes.iter().position(|code| Some(*code) == own).unwrap_or(0);
        members[at].push(*member);
    }
    let all: FxHashSet<NodeIx> = draft.members.iter().copied().collect();
    let part = |(at, members): (usize, Vec<NodeIx>)| {
        let mut part = draft.clone();
        part.variety = Some(Variety { family, code: codes[at], has_rest: at == 0 });
        (part.samples, part.retained_bytes) = (Vec::new(), 0);
        for member in &members {
            // Of nested objects, only the outermost counts its bytes.
            if !is_inside(cx, &all, *member) {
                part.retained_bytes = part.retained_bytes.saturating_add(new.bytes(*member));
            }
            if code(cx.graph, *member) == Some(codes[at]) {
                add_sample(new, &mut part.samples, *member);
            }
        }
        part.members = members;
        part
    };
    members.into_iter().enumerate().map(part).collect()
}
