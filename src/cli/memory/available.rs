//! How much memory is available: the minimum of what the machine, the control groups and the process limits leave.
//!
//! What cannot be read sets no bound. Systems other than Linux have none of these files.

use super::parse::{ancestors, cgroup_limit, cgroup_paths, kib_line, reclaimable_bytes, soft_limit};
use crate::base::Text;
use std::fs;
use std::io::Read as _;
use std::path::Path;

/// What sets a bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Limiter {
    /// The memory and swap of the machine.
    Machine,
    /// A control group: a container, a service, a job.
    ControlGroup,
    /// `ulimit -v` or `ulimit -d`.
    Limit,
}

/// A bound on available memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bound {
    /// Bytes that are currently left, as far as is known.
    pub(crate) bytes: u64,
    /// Bytes that cannot be exceeded, whatever other programs free.
    pub(crate) hard_bytes: u64,
    /// What sets it.
    pub(crate) limiter: Limiter,
}

/// The tightest bound; `None` if nothing is known. `root` is `/`, except in tests.
pub(crate) fn tightest(root: &Path) -> Option<Bound> {
    let proc = root.join("proc");
    let meminfo = text(&proc.join("meminfo")).unwrap_or_default();
    let swap_bytes = kib_line(&meminfo, "SwapFree").unwrap_or_default();
    let mut bounds: Vec<Bound> = machine(&meminfo, swap_bytes).into_iter().collect();
    bounds.extend(control_groups(root, swap_bytes));
    bounds.extend(limits(&proc));
    bounds.into_iter().min_by_key(|bound| bound.bytes)
}

/// Whether the address space of this process is limited.
pub(crate) fn is_address_space_limited() -> bool {
    text(Path::new("/proc/self/limits")).is_some_and(|limits| soft_limit(&limits, ADDRESS_SPACE).is_some())
}

const ADDRESS_SPACE: &str = "Max address space";

fn machine(meminfo: &str, swap_bytes: u64) -> Option<Bound> {
    let available = kib_line(meminfo, "MemAvailable")?;
    let total = kib_line(meminfo, "MemTotal")?.saturating_add(kib_line(meminfo, "SwapTotal").unwrap_or_default());
    Some(Bound { bytes: available.saturating_add(swap_bytes), hard_bytes: total, limiter: Limiter::Machine })
}

fn limits(proc: &Path) -> Vec<Bound> {
    let (Some(limits), Some(status)) = (text(&proc.join("self/limits")), text(&proc.join("self/status"))) else {
        return Vec::new();
    };
    let left = |(limit, used): (&str, &str)| {
        let bytes = soft_limit(&limits, limit)?.saturating_sub(kib_line(&status, used)?);
        Some(Bound { bytes, hard_bytes: bytes, limiter: Limiter::Limit })
    };
    [(ADDRESS_SPACE, "VmSize"), ("Max data size", "VmData")].into_iter().filter_map(left).collect()
}

/// The files of one version of control groups.
struct Version {
    /// Where it is mounted.
    mounts: [&'static str; 2],
    /// At this limit, the kernel kills processes.
    hard_limit: &'static str,
    /// At this limit, it slows them down.
    soft_limit: Option<&'static str>,
    usage: &'static str,
    is_version_1: bool,
}

const VERSIONS: [Version; 2] = [
    Version {
        mounts: ["sys/fs/cgroup", "sys/fs/cgroup/unified"],
        hard_limit: "memory.max",
        soft_limit: Some("memory.high"),
        usage: "memory.current",
        is_version_1: false,
    },
    Version {
        mounts: ["sys/fs/cgroup/memory", "sys/fs/cgroup/cpu,memory"],
        hard_limit: "memory.limit_in_bytes",
        soft_limit: None,
        usage: "memory.usage_in_bytes",
        is_version_1: true,
    },
];

fn control_groups(root: &Path, swap_bytes: u64) -> Vec<Bound> {
    let own = text(&root.join("proc/self/cgroup")).unwrap_or_default();
    let (version_2, version_1) = cgroup_paths(&own);
    let mut bounds = Vec::new();
    for (version, path) in VERSIONS.iter().zip([version_2, version_1]) {
        // In a container, the path may be the host's, and only the top may be visible.
        for (mount, above) in version
            .mounts
            .iter()
            .flat_map(|mount| ancestors(path.unwrap_or_default()).into_iter().map(move |above| (mount, above)))
        {
            let folder = root.join(mount).join(above.trim_start_matches('/'));
            bounds.extend(version.bounds(&folder, swap_bytes));
        }
    }
    bounds
}

impl Version {
    fn bounds(&self, folder: &Path, swap_bytes: u64) -> Vec<Bound> {
        let read = |name: &str| text(&folder.join(name));
        let limit = |name: &str| cgroup_limit(&read(name)?);
        let (hard, soft) = (limit(self.hard_limit), self.soft_limit.and_then(limit));
        // Most groups have no limit, and the kernel must compute the numbers when they are read.
        if (hard, soft) == (None, None) {
            return Vec::new();
        }
        let Some(usage) = read(self.usage).and_then(|text| text.trim().parse::<u64>().ok()) else { return Vec::new() };
        let reclaimable = read("memory.stat").map_or(0, |stat| reclaimable_bytes(&stat, self.is_version_1));
        let used = usage.saturating_sub(reclaimable);
        let hard = hard.map(|limit| {
            let bytes = limit.saturating_sub(used).saturating_add(swap_bytes);
            Bound { bytes, hard_bytes: bytes, limiter: Limiter::ControlGroup }
        });
        let soft = soft.map(|limit| Bound {
            bytes: limit.saturating_sub(used),
            hard_bytes: u64::MAX,
            limiter: Limiter::ControlGroup,
        });
        hard.into_iter().chain(soft).collect()
    }
}

/// Reads a file of the kernel, which does not state its length: at once, and only the beginning if it is long.
fn text(path: &Path) -> Option<String> {
    const MAX_BYTES: usize = 16 << 10;
    let mut bytes = vec![0; MAX_BYTES];
    let length = fs::File::open(path).and_then(|mut file| file.read(&mut bytes)).ok()?;
    bytes.truncate(length);
    Some((*Text::from_wtf8(&bytes).to_lossy()).to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Bound, Limiter, tightest};
    use std::path::Path;

    /// Writes files below a folder and returns the resulting bound.
    fn of(files: &[(&str, &str)]) -> Option<Bound> {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = root.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        tightest(root.path())
    }

    const MEMINFO: (&str, &str) =
        ("proc/meminfo", "MemTotal: 8192 kB\nMemAvailable: 4096 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n");

    #[test]
    fn the_machine_bounds_if_nothing_else_does() {
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[MEMINFO]), Some(Bound { bytes: 4 << 20, hard_bytes: 8 << 20, limiter: Limiter::Machine }));
    }

    #[test]
    fn a_group_above_bounds_too_and_cache_does_not_count() {
        let files = [
            MEMINFO,
            ("proc/self/cgroup", "0::/a/b\n"),
            ("sys/fs/cgroup/a/b/memory.max", "max\n"),
            ("sys/fs/cgroup/a/b/memory.current", "100\n"),
            ("sys/fs/cgroup/a/memory.max", "1000000\n"),
            ("sys/fs/cgroup/a/memory.current", "900000\n"),
            ("sys/fs/cgroup/a/memory.stat", "anon 1\ninactive_file 500000\nactive_file 100000\n"),
        ];
        let bound = Bound { bytes: 700_000, hard_bytes: 700_000, limiter: Limiter::ControlGroup };
        assert_eq!(of(&files), Some(bound));
        let high = [&files[..], &[("sys/fs/cgroup/a/b/memory.high", "2100\n")]].concat();
        assert_eq!(of(&high), Some(Bound { bytes: 2000, hard_bytes: u64::MAX, limiter: Limiter::ControlGroup }));
    }

    #[test]
    fn version_1_inside_a_container_shows_its_limit_at_the_top() {
        let files = [
            MEMINFO,
            ("proc/self/cgroup", "4:memory:/docker/0123\n0::/\n"),
            ("sys/fs/cgroup/memory/memory.limit_in_bytes", "1000000\n"),
            ("sys/fs/cgroup/memory/memory.usage_in_bytes", "400000\n"),
        ];
        assert_eq!(of(&files).unwrap().bytes, 600_000);
    }

    #[test]
    fn limits_of_the_process_count_what_it_has() {
        let files = [
            MEMINFO,
            (
                "proc/self/limits",
                "Max data size  unlimited unlimited bytes\nMax address space  2097152 unlimited bytes\n",
            ),
            ("proc/self/status", "VmSize:  1024 kB\nVmData:  100 kB\n"),
        ];
        assert_eq!(of(&files), Some(Bound { bytes: 1 << 20, hard_bytes: 1 << 20, limiter: Limiter::Limit }));
    }

    #[test]
    fn this_system_is_understood() {
        if cfg!(target_os = "linux") {
            assert!(tightest(Path::new("/")).unwrap().hard_bytes > 1 << 20);
        }
    }
}
