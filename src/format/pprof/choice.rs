//! Which of a sample's values is read, and what it counts.

use crate::format::pprof::{Header, ValueType};
use crate::format::raw_profile::UnitOfSums;

/// The value that is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Choice {
    /// Its position.
    pub(super) at: usize,
    /// What it counts.
    pub(super) unit: UnitOfSums,
    /// Nanoseconds or bytes per unit of the value.
    pub(super) factor: u64,
    /// The position of the number of samples, if the file has it.
    pub(super) count_at: Option<usize>,
}

/// What a unit counts, and how many nanoseconds or bytes one is. Source: `measurement.go` of google/pprof.
fn unit(name: &[u8]) -> (UnitOfSums, u64) {
    match name {
        b"nanoseconds" | b"nanosecond" | b"ns" => (UnitOfSums::Micros, 1),
        b"microseconds" | b"microsecond" | b"us" => (UnitOfSums::Micros, 1_000),
        b"milliseconds" | b"millisecond" | b"ms" => (UnitOfSums::Micros, 1_000_000),
        b"seconds" | b"second" | b"s" => (UnitOfSums::Micros, 1_000_000_000),
        b"bytes" | b"byte" | b"b" | b"B" => (UnitOfSums::Bytes, 1),
        b"kilobytes" | b"kb" | b"kB" | b"KB" => (UnitOfSums::Bytes, 1 << 10),
        b"megabytes" | b"mb" | b"MB" => (UnitOfSums::Bytes, 1 << 20),
        _ => (UnitOfSums::Samples, 1),
    }
}

/// The choice: the file's own default, otherwise the last one, as Google's pprof does, but time before bytes before counts.
/// A count of samples is multiplied by their period if that is known.
///
/// `name_of` has the strings.
pub(super) fn choose<'s>(header: &Header, name_of: impl Fn(u64) -> &'s [u8]) -> Choice {
    let units: Vec<(UnitOfSums, u64)> = header.types.iter().map(|of| unit(name_of(of.unit))).collect();
    let last_of = |wanted: UnitOfSums| units.iter().rposition(|(unit, _)| *unit == wanted);
    let is_default = |of: &ValueType| header.default_type > 0 && name_of(of.kind) == name_of(header.default_type);
    let at = header.types.iter().position(is_default);
    let at = at.or_else(|| last_of(UnitOfSums::Micros)).or_else(|| last_of(UnitOfSums::Bytes));
    let at = at.unwrap_or(units.len().saturating_sub(1));
    let (mut of, mut factor) = units.get(at).copied().unwrap_or((UnitOfSums::Samples, 1));
    let mut count_at = units.iter().position(|(unit, _)| *unit == UnitOfSums::Samples);
    if of == UnitOfSums::Samples {
        count_at = Some(at);
        if let Some((UnitOfSums::Micros, nanos)) = header.period_type.map(|of| unit(name_of(of.unit)))
            && header.period > 0
        {
            (of, factor) = (UnitOfSums::Micros, header.period.saturating_mul(nanos));
        }
    }
    if of == UnitOfSums::Bytes {
        count_at = None;
    }
    Choice { at, unit: of, factor, count_at }
}

#[cfg(test)]
mod tests {
    use super::{Choice, choose};
    use crate::format::pprof::{Header, ValueType};
    use crate::format::raw_profile::UnitOfSums::{self, Bytes, Micros, Samples};

    const NAMES: [&str; 9] =
        ["", "samples", "count", "cpu", "nanoseconds", "inuse_space", "bytes", "alloc_space", "milliseconds"];

    fn chosen(types: &[(u64, u64)], default_type: u64, period: u64) -> (usize, UnitOfSums, u64, Option<usize>) {
        let types = types.iter().map(|(kind, unit)| ValueType { kind: *kind, unit: *unit }).collect();
        let period_type = Some(ValueType { kind: 3, unit: 4 });
        let header = Header { types, default_type, period_type, period, ..Header::default() };
        let Choice { at, unit, factor, count_at } = choose(&header, |text| NAMES[text as usize].as_bytes());
        (at, unit, factor, count_at)
    }

    #[test]
    fn the_value_that_people_want() {
        // Go's CPU profile, and the other way around.
        assert_eq!(chosen(&[(1, 2), (3, 4)], 0, 0), (1, Micros, 1, Some(0)));
        assert_eq!(chosen(&[(3, 4), (1, 2)], 0, 0), (0, Micros, 1, Some(1)));
        // Go's heap profile has a default.
        assert_eq!(chosen(&[(1, 2), (7, 6), (1, 2), (5, 6)], 0, 0), (3, Bytes, 1, None));
        assert_eq!(chosen(&[(1, 2), (7, 6), (1, 2), (5, 6)], 7, 0), (1, Bytes, 1, None));
        // Counts alone, with a period and without.
        assert_eq!(chosen(&[(1, 2)], 0, 10), (0, Micros, 10, Some(0)));
        assert_eq!(chosen(&[(1, 2)], 0, 0), (0, Samples, 1, Some(0)));
        assert_eq!(chosen(&[(3, 8)], 0, 0), (0, Micros, 1_000_000, None));
        assert_eq!(chosen(&[], 0, 0), (0, Samples, 1, Some(0)));
    }
}
