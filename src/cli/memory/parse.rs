//! Parses what Linux says about memory: `/proc/meminfo`, `/proc/self/limits`, `/proc/self/statm`, control groups.
//!
//! Source: `proc(5)`, the kernel's `admin-guide/cgroup-v2.rst` and `admin-guide/cgroup-v1/memory.rst`.

/// The value of a line such as `MemAvailable:  123 kB` of `/proc/meminfo` or `/proc/self/status`, in bytes.
pub(super) fn kib_line(text: &str, name: &str) -> Option<u64> {
    let rest = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    rest.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
}

/// The soft limit in a line of `/proc/self/limits`; `None` if unlimited.
pub(super) fn soft_limit(text: &str, name: &str) -> Option<u64> {
    text.lines().find_map(|line| line.strip_prefix(name))?.split_whitespace().next()?.parse().ok()
}

/// The paths of a process's memory control groups in `/proc/self/cgroup`: (version 2, version 1).
pub(super) fn cgroup_paths(text: &str) -> (Option<&str>, Option<&str>) {
    let mut paths = (None, None);
    for line in text.lines() {
        let mut fields = line.splitn(3, ':');
        let (Some(_), Some(controllers), Some(path)) = (fields.next(), fields.next(), fields.next()) else { continue };
        if controllers.is_empty() {
            paths.0 = Some(path);
        } else if controllers.split(',').any(|name| name == "memory") {
            paths.1 = Some(path);
        }
    }
    paths
}

/// The limit of a control group; `None` for `max`, or for the huge number that version 1 writes instead.
pub(super) fn cgroup_limit(text: &str) -> Option<u64> {
    const NONE_FROM_BYTES: u64 = 1 << 62;
    text.trim().parse().ok().filter(|bytes| *bytes < NONE_FROM_BYTES)
}

/// Bytes in `memory.stat` that the kernel reclaims when a group reaches its limit: file pages.
pub(super) fn reclaimable_bytes(stat: &str, is_version_1: bool) -> u64 {
    let names: [&str; 2] =
        if is_version_1 { ["total_inactive_file", "total_active_file"] } else { ["inactive_file", "active_file"] };
    let value = |name: &str| {
        stat.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.trim().parse::<u64>().ok())
    };
    names.into_iter().filter_map(value).fold(0, u64::saturating_add)
}

/// A folder and all folders above it, as control group paths: `/a/b`, `/a`, ``. Paths that lead out of the hierarchy
/// (`/../x`, in a container with its own view) start at the top.
pub(super) fn ancestors(path: &str) -> Vec<&str> {
    let mut rest = path.trim_end_matches('/');
    if rest.split('/').any(|part| part == "..") {
        rest = "";
    }
    let mut all = vec![rest];
    while let Some(at) = rest.rfind('/') {
        rest = &rest[..at];
        all.push(rest);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_proc() {
        let meminfo = "MemTotal:       24683700 kB\nMemFree: 1 kB\nMemAvailable:   23502912 kB\nSwapFree:  0 kB\n";
        assert_eq!(kib_line(meminfo, "MemAvailable"), Some(23_502_912 << 10));
        assert_eq!(kib_line(meminfo, "SwapFree"), Some(0));
        assert_eq!(kib_line(meminfo, "Mem"), None);
        assert_eq!(kib_line("MemTotal: x kB", "MemTotal"), None);
        let limits = "Limit                     Soft Limit           Hard Limit           Units     \n\
                      Max data size             unlimited            unlimited            bytes     \n\
                      Max address space         104857600            unlimited            bytes     \n";
        assert_eq!(soft_limit(limits, "Max address space"), Some(104_857_600));
        assert_eq!(soft_limit(limits, "Max data size"), None);
        assert_eq!(soft_limit("", "Max data size"), None);
    }

    #[test]
    fn control_groups() {
        let hybrid = "9:name=systemd:/\n4:cpu,memory:/docker/a:b\n3:cpuset:/\n0::/user.slice/x.scope\n";
        assert_eq!(cgroup_paths(hybrid), (Some("/user.slice/x.scope"), Some("/docker/a:b")));
        assert_eq!(cgroup_paths("0::/\n"), (Some("/"), None));
        assert_eq!(cgroup_paths("nonsense\n"), (None, None));
        assert_eq!(cgroup_limit("max\n"), None);
        assert_eq!(cgroup_limit("9223372036854771712\n"), None);
        assert_eq!(cgroup_limit("536870912\n"), Some(512 << 20));
        assert_eq!(reclaimable_bytes("anon 5\ninactive_file 7\nactive_file 4\n", false), 11);
        let v1 = "cache 1\ninactive_file 7\ntotal_inactive_file 8\ntotal_active_file 2\n";
        assert_eq!(reclaimable_bytes(v1, true), 10);
        assert_eq!(ancestors("/a/b"), ["/a/b", "/a", ""]);
        assert_eq!(ancestors("/"), [""]);
        assert_eq!(ancestors("/../x"), [""]);
    }
}
