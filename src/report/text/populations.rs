//! How many objects of a finding each snapshot has, how many came, and what became of those that were there, as a table.

use crate::base::Bytes;
use crate::base::units::count;
use crate::heap::diff::Population;
use crate::report::text::snapshot_name;
use crate::report::text::table::{Align, Table};

/// What the columns of the table mean, in a line.
pub(crate) const LEGEND: &str =
    "came, went: since the snapshot before; elders: already there in it; elders gone: its elders that went";
/// What is not known of the first snapshots.
const UNKNOWN: &str = "–";

/// A row for each snapshot; none if the objects were not counted in each.
#[must_use]
pub(crate) fn table(populations: &[Population]) -> Option<Table> {
    if populations.is_empty() {
        return None;
    }
    let mut table = Table::new(&[
        ("snapshot", Align::Words),
        ("objects", Align::Right),
        ("came", Align::Right),
        ("went", Align::Right),
        ("elders", Align::Right),
        ("elders gone", Align::Right),
        ("bytes", Align::Right),
    ]);
    for (at, population) in populations.iter().enumerate() {
        // The first snapshot does not say how old its objects are, so the second cannot say which elders are gone.
        let known = |from: usize, value: u64| if at < from { UNKNOWN.to_owned() } else { count(value) };
        table.row([
            snapshot_name(at, populations.len()),
            count(population.count),
            known(1, population.new),
            known(1, population.gone),
            known(1, population.elders),
            known(2, population.elders_gone),
            Bytes(population.bytes).to_string(),
        ]);
    }
    Some(table)
}

#[cfg(test)]
mod tests {
    use super::table;
    use crate::heap::diff::Population;

    #[test]
    fn what_is_not_known_is_not_said_to_be_zero() {
        let populations = [[20, 0, 0, 0, 0], [30, 15, 5, 15, 0], [44, 16, 2, 28, 1]].map(Population::of);
        let rows = table(&populations).unwrap().rows;
        let cells: Vec<Vec<&str>> = rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
        assert_eq!(cells[0], ["before", "20", "–", "–", "–", "–", "0 B"]);
        assert_eq!(cells[1], ["snapshot 2", "30", "15", "5", "15", "–", "0 B"]);
        assert_eq!(cells[2], ["after", "44", "16", "2", "28", "1", "0 B"]);
        assert_eq!(table(&[]), None);
    }
}
