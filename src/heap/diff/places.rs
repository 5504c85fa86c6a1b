//! The places of groups, which can be found again in every snapshot.
//!
//! A place is a holder and a trail below it: the classes on the way to an object and the names of the edges, without
//! positions and keys. The trails are those of a group's new objects in the last snapshot. An object of an earlier
//! snapshot is at the place if the same trail leads to it from the same holder. A run of objects of one class counts as
//! one hop, so the position in a list does not matter.

use crate::base::{BitSet, ClassIx, NodeIx};
use crate::heap::analysis::classes::ClassKey;
use crate::heap::diff::context::{Context, MAX_LINK_GAP};
use crate::heap::diff::draft::Draft;
use crate::heap::diff::draft::Variety;
use crate::heap::diff::trails::DICTIONARY_KEYS;
use crate::heap::diff::way::Upwards;
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};
use std::hash::{Hash, Hasher};

/// Maximum number of objects between a holder and a member.
const MAX_HOPS: u8 = 32;
/// Maximum number of members per group whose trails are followed; more members rarely add trails.
const MAX_FOLLOWED: usize = 4096;
/// Maximum number of list links between a member and the head.
const MAX_LINKS: usize = 1 << 20;

/// A trail of a group from one of its holders.
#[derive(Debug)]
struct Place {
    group: u32,
    class: ClassIx,
    /// Hashes of the names on the trail; `None` if they are keys.
    names: Option<Vec<u64>>,
}

/// The places of a set of groups.
#[derive(Debug, Default)]
pub(crate) struct Places {
    by_holder: FxHashMap<(NodeIx, u64), Vec<Place>>,
    /// Per class: maximum number of objects between a holder and a member; 0 if no group has the class.
    reach: Vec<u8>,
    /// Per class: whether members may hang on other members.
    links: Vec<Links>,
    /// The same per group.
    links_of_group: FxHashMap<u32, Links>,
    /// Per group that stands for all parts of a split group: the parts.
    parts: FxHashMap<u32, Parts>,
}

/// The parts of a group that was split by code.
#[derive(Debug, Default)]
struct Parts {
    by_code: FxHashMap<u32, u32>,
    /// The part that takes all remaining codes.
    rest: Option<u32>,
}

/// How members of a group may hang on other members.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Links {
    /// Not at all: an object below a member is part of that member.
    #[default]
    None,
    /// Directly, as in a list.
    Adjacent,
    /// With other objects in between.
    Gapped,
}

/// A snapshot seen from its objects upward, with class rows that mean the same in every snapshot.
pub(crate) struct Upward<'a, U, C> {
    pub(crate) up: &'a U,
    /// Maps a node to the row of its class.
    pub(crate) class: C,
    /// Per class row: how the class counts as a hop. All plain objects are equal, because their properties change in
    /// use.
    hop: Vec<u32>,
}

impl<'a, U: Upwards, C: Fn(u32) -> ClassIx> Upward<'a, U, C> {
    pub(crate) fn new(up: &'a U, class: C, keys: &[ClassKey]) -> Self {
        const PLAIN: u32 = u32::MAX;
        let is_plain = |key: &ClassKey| key.name.as_bytes() == b"Object" || key.name.as_bytes().starts_with(b"{");
        let hop = keys.iter().enumerate().map(|(row, key)| if is_plain(key) { PLAIN } else { row as u32 }).collect();
        Self { up, class, hop }
    }

    /// The objects above `row`, each with the hashes of the classes and names on the way down from it.
    fn above(&self, row: u32) -> impl Iterator<Item = Above> + use<'_, 'a, U, C> {
        let hop = |row: u32| self.hop[(self.class)(row).ix()];
        let mut state = (mixed(0, u64::from(hop(row))), 0, hop(row), self.up.mark(row).get());
        let mut at = row;
        std::iter::from_fn(move || {
            let container = self.up.above(at)?;
            let (classes, names, run, mark) = state;
            let all_names = mixed(names, u64::from(mark));
            let (next, next_mark) = (hop(container), self.up.mark(container).get());
            state = if next == run {
                // In a run of one class, the name of the first edge counts.
                (classes, names, run, next_mark)
            } else {
                (mixed(classes, u64::from(next)), all_names, next, next_mark)
            };
            at = container;
            Some(Above { row: container, classes, names: all_names })
        })
    }
}

/// An object above another.
#[derive(Clone, Copy)]
struct Above {
    row: u32,
    classes: u64,
    names: u64,
}

fn mixed(hash: u64, value: u64) -> u64 {
    let mut hasher = FxHasher::default();
    (hash, value).hash(&mut hasher);
    hasher.finish()
}

impl Places {
    /// The places of the drafts at the `chosen` positions. O(members followed × hops).
    pub(crate) fn new(cx: &Context<'_>, drafts: &[Draft], chosen: &[usize]) -> Self {
        let classes = cx.table.keys.len();
        let mut places = Self { reach: vec![0; classes], links: vec![Links::None; classes], ..Self::default() };
        let upward = Upward::new(cx, |row| cx.row(NodeIx::from_raw(row)), &cx.table.keys);
        let mut families: FxHashMap<u32, u32> = FxHashMap::default();
        for &at in chosen {
            let mut group = at as u32;
            if let Some(Variety { family, code, has_rest }) = drafts[at].variety {
                // All parts share the places of the first.
                group = *families.entry(family).or_insert(group);
                let parts = places.parts.entry(group).or_default();
                parts.by_code.insert(code, at as u32);
                parts.rest = if has_rest { Some(at as u32) } else { parts.rest };
            }
            places.add(&upward, group, &drafts[at]);
        }
        places
    }

    /// The part of `group` that an object at its place belongs to.
    fn part<U: Upwards, C>(&self, upward: &Upward<'_, U, C>, row: u32, group: u32) -> Option<u32> {
        let Some(parts) = self.parts.get(&group) else { return Some(group) };
        let own = upward.up.code(row).and_then(|code| parts.by_code.get(&code).copied());
        own.or(parts.rest)
    }

    fn add<C: Fn(u32) -> ClassIx>(&mut self, upward: &Upward<'_, Context<'_>, C>, group: u32, draft: &Draft) {
        let follow = |holders: &[NodeIx]| Followed::new(upward, draft, holders);
        let is_held_apart = draft.holders.len() > 1 && !draft.holders.contains(&draft.holder);
        let entries: Vec<NodeIx> = draft.holders.iter().chain(&draft.entered_from).copied().collect();
        let mut followed = follow(if is_held_apart { std::slice::from_ref(&draft.holder) } else { &entries });
        if followed.trails.is_empty() && is_held_apart {
            followed = follow(&entries);
        }
        let links = if draft.is_chain { Links::Gapped } else { followed.links };
        self.links[draft.class.ix()] = self.links[draft.class.ix()].max(links);
        let of_group = self.links_of_group.entry(group).or_default();
        *of_group = (*of_group).max(links);
        // Objects directly below a holder are always looked at, because the class is wanted.
        let reach = &mut self.reach[draft.class.ix()];
        *reach = (*reach).max(followed.reach.max(1));
        let mut trails: Vec<_> = followed.trails.into_iter().collect();
        trails.sort_unstable_by_key(|(trail, _)| *trail);
        for (trail, names) in trails {
            // A ring is entered from both sides, and which side is nearer changes as it grows.
            let is_any = links != Links::None || names.len() >= DICTIONARY_KEYS;
            let names = (!is_any).then(|| names.into_iter().collect());
            let at_holder = self.by_holder.entry(trail).or_default();
            let place = Place { group, class: draft.class, names };
            // Places with known names come before those that accept any.
            let position = if place.names.is_some() { at_holder.iter().position(|p| p.names.is_none()) } else { None };
            at_holder.insert(position.unwrap_or(at_holder.len()), place);
        }
    }

    /// Whether any group has the class.
    pub(crate) fn is_wanted(&self, class: ClassIx) -> bool {
        self.reach.get(class.ix()).is_some_and(|reach| *reach > 0)
    }

    /// The same places in another snapshot, where `row` gives the row of each holder, if it has one.
    pub(crate) fn seen_at(&self, node_count: usize, row: impl Fn(NodeIx) -> Option<u32>) -> Seen<'_> {
        let mut is_holder = BitSet::new(node_count);
        let mut by_holder: FxHashMap<(u32, u64), &[Place]> = FxHashMap::default();
        for ((holder, classes), places) in &self.by_holder {
            if let Some(row) = row(*holder) {
                is_holder.insert(row);
                by_holder.insert((row, *classes), places);
            }
        }
        let nearest = Nearest { hops: vec![Nearest::UNKNOWN; node_count], is_holder, passed: Vec::new() };
        Seen { places: self, nearest, by_holder, of_link: FxHashMap::default() }
    }
}

/// The trails from a group's holders to its members.
#[derive(Default)]
struct Followed {
    /// Hashes of names, by holder and hash of the classes.
    trails: FxHashMap<(NodeIx, u64), FxHashSet<u64>>,
    links: Links,
    reach: u8,
}

impl Followed {
    fn new<C: Fn(u32) -> ClassIx>(upward: &Upward<'_, Context<'_>, C>, draft: &Draft, holders: &[NodeIx]) -> Self {
        let holders: FxHashSet<u32> = holders.iter().map(|holder| holder.raw()).collect();
        let mut followed = Self::default();
        let mut heads: FxHashSet<u32> = FxHashSet::default();
        let step = draft.members.len().div_ceil(MAX_FOLLOWED).max(1);
        for member in draft.members.iter().step_by(step) {
            let mut head = member.raw();
            for _ in 0..MAX_LINKS {
                match link_above(upward, draft, &holders, head) {
                    Some((link, links)) if heads.insert(head) => {
                        followed.links = followed.links.max(links);
                        head = link;
                    }
                    _ => break,
                }
            }
            let mut above = upward.above(head).take(usize::from(MAX_HOPS)).enumerate();
            if let Some((hops, end)) = above.find(|(_, above)| holders.contains(&above.row)) {
                let trail = (NodeIx::from_raw(end.row), end.classes);
                followed.trails.entry(trail).or_default().insert(end.names);
                followed.reach = followed.reach.max(hops as u8 + 1);
            }
        }
        followed
    }
}

/// The member that another member hangs on, directly or, in a chain, with others in between.
fn link_above<C: Fn(u32) -> ClassIx>(
    upward: &Upward<'_, Context<'_>, C>,
    draft: &Draft,
    holders: &FxHashSet<u32>,
    member: u32,
) -> Option<(u32, Links)> {
    let gap = if draft.is_chain { usize::from(MAX_LINK_GAP) + 1 } else { 1 };
    let mut above = upward.above(member).take(gap).enumerate();
    let (hop, end) =
        above.find(|(_, above)| holders.contains(&above.row) || (upward.class)(above.row) == draft.class)?;
    let links = if hop == 0 { Links::Adjacent } else { Links::Gapped };
    (!holders.contains(&end.row)).then_some((end.row, links))
}

/// Places in one snapshot.
pub(crate) struct Seen<'a> {
    places: &'a Places,
    nearest: Nearest,
    by_holder: FxHashMap<(u32, u64), &'a [Place]>,
    /// The groups of links already visited, so that a long list is walked once.
    of_link: FxHashMap<u32, Option<u32>>,
}

/// How far above each object the nearest holder is. Most objects have none within reach, and need no walk of their own.
struct Nearest {
    is_holder: BitSet,
    /// Per row: number of hops up to a holder, 0 for a holder; `FAR` and more if there is none so near.
    hops: Vec<u8>,
    passed: Vec<u32>,
}

impl Nearest {
    const FAR: u8 = MAX_HOPS + 1;
    const UNKNOWN: u8 = u8::MAX;

    /// Number of hops from a row up to the nearest holder, 0 for a holder, at most `FAR`. Amortized O(1).
    fn hops<U: Upwards>(&mut self, up: &U, row: u32) -> u8 {
        let mut at = row;
        let mut hops = loop {
            match self.hops[at as usize] {
                Self::UNKNOWN if self.is_holder.contains(at) => {
                    self.hops[at as usize] = 0;
                    break 0;
                }
                Self::UNKNOWN => {
                    // So that a circle ends the walk.
                    self.hops[at as usize] = Self::FAR;
                    self.passed.push(at);
                }
                known => break known,
            }
            match up.above(at) {
                Some(above) => at = above,
                None => break Self::FAR,
            }
        };
        while let Some(passed) = self.passed.pop() {
            hops = (hops + 1).min(Self::FAR);
            self.hops[passed as usize] = hops;
        }
        hops
    }
}

/// Where the walk upward from an object ends.
enum End {
    Group(u32),
    Link(u32, Links),
    Nowhere,
}

impl Seen<'_> {
    /// The group whose place an object is at. O(hops); the links of a list are walked once in total.
    pub(crate) fn group<U: Upwards, C: Fn(u32) -> ClassIx>(
        &mut self,
        upward: &Upward<'_, U, C>,
        row: u32,
        class: ClassIx,
    ) -> Option<u32> {
        if self.places.links[class.ix()] == Links::None {
            let End::Group(group) = self.end(upward, row, class) else { return None };
            return self.places.part(upward, row, group);
        }
        let mut passed: Vec<(u32, Links)> = Vec::new();
        let mut at = row;
        let mut group = loop {
            if let Some(known) = self.of_link.get(&at) {
                break *known;
            }
            match self.end(upward, at, class) {
                End::Group(group) => break Some(group),
                End::Link(next, links) => {
                    passed.push((at, links));
                    at = next;
                }
                End::Nowhere => break None,
            }
        };
        // The links of a list may have different codes.
        while let Some((link, links)) = passed.pop() {
            group = group.filter(|group| self.places.links_of_group.get(group).is_some_and(|of| *of >= links));
            self.of_link.insert(link, group);
        }
        group.and_then(|group| self.places.part(upward, row, group))
    }

    fn end<U: Upwards, C: Fn(u32) -> ClassIx>(&mut self, upward: &Upward<'_, U, C>, row: u32, class: ClassIx) -> End {
        let links = self.places.links[class.ix()];
        let gap = if links == Links::Gapped { MAX_LINK_GAP + 1 } else { 0 };
        let reach = self.places.reach[class.ix()];
        let Some(container) = upward.up.above(row) else { return End::Nowhere };
        let is_holder_near = self.nearest.hops(upward.up, container) < reach;
        let hops = match links {
            _ if is_holder_near => reach.max(gap),
            Links::None => return End::Nowhere,
            Links::Adjacent => 1,
            Links::Gapped => gap,
        };
        for (hop, above) in upward.above(row).take(usize::from(hops)).enumerate() {
            if let Some(group) = self.at_holder(&above, class) {
                return End::Group(group);
            }
            let is_alike = (upward.class)(above.row) == class;
            if is_alike && hop == 0 {
                return if links >= Links::Adjacent { End::Link(above.row, Links::Adjacent) } else { End::Nowhere };
            }
            if is_alike && hop < usize::from(gap) {
                return End::Link(above.row, Links::Gapped);
            }
            // No further holder is within reach, and no link either.
            let rest = usize::from(hops).saturating_sub(hop + 1);
            if hop >= usize::from(gap) && self.nearest.is_holder.contains(above.row) {
                let above = upward.up.above(above.row);
                if above.is_none_or(|above| usize::from(self.nearest.hops(upward.up, above)) >= rest) {
                    return End::Nowhere;
                }
            }
        }
        End::Nowhere
    }

    fn at_holder(&self, above: &Above, class: ClassIx) -> Option<u32> {
        if !self.nearest.is_holder.contains(above.row) {
            return None;
        }
        let places = self.by_holder.get(&(above.row, above.classes))?;
        let is_named = |place: &&Place| place.names.as_ref().is_none_or(|names| names.contains(&above.names));
        places.iter().filter(|place| place.class == class).find(is_named).map(|place| place.group)
    }
}
