//! Which batches of units a heap consists of, and how one batch is built.
//!
//! A batch depends only on its own seed, so it can be built again for every section of the file.

use super::Moment;
use super::base::Base;
use super::fragment::{Arrangement, Fragment, To};
use super::maker::Maker;
use super::rng::Rng;
use super::words::Word;
use super::{units_app, units_code};

#[derive(Clone, Copy, PartialEq, Eq)]
enum UnitKind {
    Tokens,
    Statements,
    Sessions,
    Rows,
    Modules,
    Streams,
    Tries,
    Requests,
    Listeners,
    LeakedRows,
}

/// The mix of a server that also compiles code; repeated until the file is big enough.
const MIX: [(UnitKind, u32); 8] = [
    (UnitKind::Tokens, 13_500),
    (UnitKind::Sessions, 750),
    (UnitKind::Statements, 1_300),
    (UnitKind::Rows, 4_200),
    (UnitKind::Tokens, 13_500),
    (UnitKind::Statements, 1_300),
    (UnitKind::Modules, 600),
    (UnitKind::Sessions, 750),
];
/// Every fourth batch of modules makes way for one of these.
const RARE: [(UnitKind, u32); 2] = [(UnitKind::Streams, 1_900), (UnitKind::Tries, 3_900)];
/// What appears between the captures.
const GROWTH: [(UnitKind, u32); 4] = [
    (UnitKind::Requests, 1_800),
    (UnitKind::Sessions, 1_600),
    (UnitKind::Listeners, 9_000),
    (UnitKind::LeakedRows, 20_000),
];

/// A number of units of one kind.
#[derive(Clone)]
pub(crate) struct Batch {
    kind: UnitKind,
    seed: u64,
    pub(crate) units: u32,
    /// Allocated after the first capture.
    pub(crate) is_new: bool,
}

/// Batches of the first capture, in file order, then those that exist only at the second.
pub(crate) fn batches(count: u32) -> Vec<Batch> {
    // The smallest file consists of a few small batches; all others of batches of some 40,000 nodes.
    let is_small = count == 1;
    let (count, divisor) = if is_small { (8, 7) } else { (count, 1) };
    let mut list = Vec::new();
    for number in 0..count {
        let (mut kind, mut units) = MIX[number as usize % MIX.len()];
        if kind == UnitKind::Modules && number % 32 >= 16 {
            (kind, units) = RARE[number as usize / 32 % RARE.len()];
        }
        list.push(batch(list.len(), kind, units / divisor, false));
    }
    let rounds = count.div_ceil(40);
    for _ in 0..rounds {
        for (kind, units) in GROWTH {
            let units = units / divisor * count / (40 * rounds);
            list.push(batch(list.len(), kind, units, true));
        }
    }
    list
}

fn batch(number: usize, kind: UnitKind, units: u32, is_new: bool) -> Batch {
    Batch { kind, seed: number as u64 + 1, units, is_new }
}

/// Brings the batches of the second capture into the order of that file: neighbours change places, new batches
/// are allocated between old ones and some whole files have been forgotten.
pub(crate) fn shuffle(order: &mut Vec<usize>, batches: &[Batch]) {
    let mut rng = Rng::new(0x5EED);
    order.retain(|index| batches[*index].seed % 33 != 31);
    for window in order.chunks_mut(6) {
        for position in (1..window.len()).rev() {
            window.swap(position, rng.below(position as u32 + 1) as usize);
        }
    }
    let old = order.len() as u32;
    let (mut kept, new): (Vec<_>, Vec<_>) = order.iter().partition(|index| !batches[**index].is_new);
    for index in new {
        let position = rng.below(old) as usize;
        kept.insert(position.min(kept.len()), index);
    }
    *order = kept;
}

impl Batch {
    /// Builds the batch as it stands at `moment`.
    pub(crate) fn build(&self, base: &Base, moment: Moment, out: &mut Fragment, arrangement: &mut Arrangement) {
        out.clear();
        let aged = moment == Moment::After && !self.is_new;
        let mut make = Maker { out, base, rng: Rng::new(self.seed), serial: self.seed * 1_000_000, aged };
        self.fill(&mut make);
        let mut rng = Rng::new(self.seed ^ 0xA55A_0000_0000);
        arrangement.spread(out, &mut rng, aged);
    }

    fn fill(&self, make: &mut Maker<'_>) {
        match self.kind {
            UnitKind::Tokens => self.held(make, 0, Word::Tokens, units_code::token),
            UnitKind::Statements => self.held(make, 300, Word::Body, units_code::statement),
            UnitKind::Tries => self.held(make, 50, Word::Entries, units_code::trie),
            UnitKind::Sessions => self.free(make, 25, |make| {
                units_app::session(make);
            }),
            UnitKind::Rows => self.free(make, 12, units_app::row),
            UnitKind::Modules => self.free(make, 0, units_code::module),
            UnitKind::Streams => self.free(make, 50, units_code::stream),
            UnitKind::Requests => self.free(make, 0, units_app::leaked_request),
            UnitKind::Listeners => self.free(make, 0, units_app::leaked_listener),
            UnitKind::LeakedRows => self.free(make, 0, units_app::leaked_row),
        }
    }

    /// Units that enter a core container on their own.
    fn free(&self, make: &mut Maker<'_>, dies_one_in: u32, template: impl Fn(&mut Maker<'_>)) {
        for _ in 0..self.units {
            make.begin_unit(dies_one_in);
            template(make);
        }
    }

    /// Units held by one file object at the end of the batch.
    fn held(&self, make: &mut Maker<'_>, dies_one_in: u32, slot: Word, template: impl Fn(&mut Maker<'_>) -> u32) {
        let mut heads = Vec::with_capacity(self.units as usize);
        for _ in 0..self.units {
            make.begin_unit(dies_one_in);
            let head = template(make);
            if make.is_held() {
                heads.push(To::Here(head));
            }
        }
        make.begin_unit(0);
        units_code::file(make, &heads, slot);
    }
}
