//! What the spread of some runs suggests.

use heapdiff::gate::{Facts, Metric, NoiseRow, RuleId, Unit, noise_rows};

fn rows(runs: &[&[(RuleId, f64)]]) -> Vec<NoiseRow> {
    let metric = |(id, value): &(RuleId, f64)| Metric::series(*id, Unit::Count, vec![*value]);
    let facts = |run: &&[(RuleId, f64)]| Facts { metrics: run.iter().map(metric).collect(), ..Facts::default() };
    noise_rows(&runs.iter().map(facts).collect::<Vec<Facts>>())
}

fn objects(values: &[f64]) -> NoiseRow {
    let runs: Vec<[(RuleId, f64); 1]> = values.iter().map(|value| [(RuleId::HeapObjects, *value)]).collect();
    rows(&runs.iter().map(|run| &run[..]).collect::<Vec<_>>()).remove(0)
}

#[test]
fn what_a_run_lacks_has_no_spread() {
    let found = rows(&[&[(RuleId::HeapObjects, 5.0), (RuleId::DomDetached, 1.0)], &[(RuleId::HeapObjects, 6.0)]]);
    assert_eq!(found.iter().map(|row| row.name.text().to_string()).collect::<Vec<_>>(), ["heap.objects"]);
}

#[test]
fn equal_runs_suggest_the_least() {
    for value in [0.0, 100.0] {
        let row = objects(&[value; 3]);
        assert_eq!((row.range, row.tolerance), (0.0, 0.01));
        assert_eq!((row.deviation, row.floor, row.floor.is_sign_positive()), (0.0, 0.0, true));
    }
}

#[test]
fn large_tolerances_are_whole_percents() {
    let tolerance = |values: &[f64]| (objects(values).tolerance * 1000.0).round();
    assert_eq!(tolerance(&[1000.0, 1021.0, 1000.0]), 45.0);
    assert_eq!(tolerance(&[1000.0, 1031.0, 1000.0]), 70.0);
}
