//! The profile of the same program by every runtime: what must be in it.

use crate::{fixture, given, selves};
use heapdiff::cpu::attribution::Options;
use heapdiff::cpu::profile::build::build;
use heapdiff::format::ProfileKind;
use heapdiff::stacks::FrameKind;

const RUNTIMES: [&str; 11] =
    ["node12", "node14", "node16", "node18", "node20", "node22", "node24", "node26", "deno", "bun", "chrome"];

#[test]
fn every_runtime_is_read_and_shows_the_work() {
    for runtime in RUNTIMES {
        let raw = fixture(&format!("{runtime}.cpuprofile.zst")).remove(0);
        assert_eq!((raw.kind, raw.samples.len()), (ProfileKind::Cpu, raw.time_us.len()), "{runtime}");
        assert_eq!(raw.warnings, Vec::<String>::new(), "{runtime}");
        let profile = build(raw);
        // Node writes `(idle)` since 14, Bun never.
        let has_idle = profile.frames.iter().any(|(_, frame)| frame.kind == FrameKind::Idle);
        assert_eq!(has_idle, !matches!(runtime, "node12" | "bun"), "{runtime}");
        let part = heapdiff::cpu::attribution::attribute(profile, Options::default());
        assert_eq!(part.self_value.iter().sum::<u64>() + part.no_samples_us, part.duration_us, "{runtime}");
        assert_eq!(part.is_capped, runtime == "bun", "{runtime}");
        let times = selves(&part);
        for name in ["fib", "ünï", "garbage", "search"] {
            assert!(times.get(name).is_some_and(|time| *time > 1000), "{runtime}: {name} in {times:?}");
        }
    }
}

#[test]
fn sampled_allocations_are_the_nodes_own_sizes() {
    for (name, function) in [("node20", "from"), ("node24", "(anonymous)"), ("chrome", "(anonymous)")] {
        let raw = fixture(&format!("{name}.heapprofile.zst")).remove(0);
        assert_eq!((raw.kind, raw.samples.len()), (ProfileKind::Allocations, 0), "{name}");
        let sum: u64 = raw.sums.iter().flat_map(|sums| &sums.values).sum();
        let bytes = selves(&given(raw, Options::default()));
        assert_eq!(bytes.values().sum::<u64>(), sum, "{name}");
        assert!(bytes.contains_key(function), "{name}: {bytes:?}");
    }
}
