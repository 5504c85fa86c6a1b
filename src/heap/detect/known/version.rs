//! Versions of the runtime and of packages, as far as a snapshot tells.

use crate::base::{NodeIx, Text};
use crate::heap::analysis::runtime::Runtime;
use crate::heap::detect::known::Software;
use crate::heap::detect::look::Look;
use crate::heap::detect::scene::Scene;
use crate::heap::graph::NodeKind;
use crate::v8::ScriptOrigin;
use std::fmt;

/// The script that has undici inside of Node.
pub(crate) const UNDICI_OF_NODE: &str = "node:internal/deps/undici/undici";

/// A release: major, minor, patch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub u32, pub u32, pub u32);

/// Versions that have a leak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Affected {
    /// The first that has it; `None` if all earlier ones that have the code do.
    pub since: Option<Version>,
    /// The last that is known to have it; `None` if it is the one before [`Self::fixed`].
    pub last: Option<Version>,
    /// The first that is known to be without it; `None` if there was none when the row was written.
    pub fixed: Option<Version>,
}

impl Affected {
    /// Whether a version has the leak.
    #[must_use]
    pub fn has(&self, version: Version) -> bool {
        let is_early = self.last.is_none_or(|last| version <= last) && self.fixed.is_none_or(|fixed| version < fixed);
        is_early && self.since.is_none_or(|since| since <= version)
    }
}

impl Version {
    /// The version at the beginning of a text, without what stands before or behind a release (`-rc.1`): these are no
    /// releases, so nothing is known about them.
    fn starting(text: &[u8]) -> Option<Self> {
        let end = text.iter().position(|b| !b.is_ascii_digit() && *b != b'.').unwrap_or(text.len());
        let is_release = !matches!(text.get(end), Some(b'-')) || text[end..].starts_with(b"-npm-");
        let mut parts = std::str::from_utf8(&text[..end]).ok()?.split('.').map(str::parse::<u32>);
        let mut next = || parts.next()?.ok();
        let version = Self(next()?, next()?, next()?);
        (is_release && parts.next().is_none()).then_some(version)
    }

    /// The last release before this one, as precise as is known: `24.18` before 24.19.0; `None` before a major version.
    #[must_use]
    pub fn last_before(self) -> Option<String> {
        match self {
            Self(_, 0, 0) => None,
            Self(major, minor, 0) => Some(format!("{major}.{}", minor - 1)),
            Self(major, minor, patch) => Some(Self(major, minor, patch - 1).to_string()),
        }
    }
}

/// Without a patch of 0.
impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self(major, minor, 0) => write!(f, "{major}.{minor}"),
            Self(major, minor, patch) => write!(f, "{major}.{minor}.{patch}"),
        }
    }
}

/// Whether the runtime can be Node: it is, or the snapshot does not tell. O(nodes).
pub(super) fn is_node(look: Look<'_>) -> bool {
    Runtime::of(look.graph).name.is_none_or(|name| name.as_bytes() == b"node")
}

/// The scripts of a package. O(scripts).
pub(super) fn scripts<'a>(scene: &Scene<'a>, package: &'static str) -> impl Iterator<Item = &'a Text> {
    let urls = scene.describer.sources.scripts().map(|(_, url)| url);
    urls.filter(move |url| ScriptOrigin::of(url) == ScriptOrigin::Package(package.into()))
}

/// The version that a snapshot has. `url` is a script of the package. O(nodes).
pub(super) fn of(scene: &Scene<'_>, software: Software, url: &Text) -> Option<Version> {
    let look = scene.look;
    match software {
        Software::Node => Version::starting(Runtime::of(look.graph).version?.as_bytes()),
        Software::Package(_) if url.as_bytes() == UNDICI_OF_NODE.as_bytes() => of_undici(look),
        Software::Package(name) => in_path(url.as_bytes(), name).or_else(|| in_package_json(look, name)),
    }
}

/// The version in the folders of pnpm (`.pnpm/@scope+name@1.2.3_peer`) and of Yarn (`@scope-name-npm-1.2.3-hash.zip`), and
/// in URLs of hosts (`name@1.2.3`).
fn in_path(url: &[u8], package: &str) -> Option<Version> {
    let pnpm = format!("/.pnpm/{}@", package.replace('/', "+"));
    let yarn = format!("/{}-npm-", package.replace('/', "-"));
    let host = format!("/{package}@");
    [pnpm, host].iter().find_map(|before| after(url, before)).or_else(|| {
        // A hash follows, which a dash separates.
        let at = memchr::memmem::rfind(url, yarn.as_bytes())? + yarn.len();
        let end = url[at..].iter().position(|b| *b == b'-')?;
        Version::starting(&url[at..at + end])
    })
}

fn after(url: &[u8], before: &str) -> Option<Version> {
    Version::starting(&url[memchr::memmem::rfind(url, before.as_bytes())? + before.len()..])
}

/// The version in the package's `package.json`, if the program has loaded it: the exports of its module. Of two copies
/// of a package, it is not known which one is meant.
fn in_package_json(look: Look<'_>, package: &str) -> Option<Version> {
    let graph = look.graph;
    let end = format!("/node_modules/{package}/package.json");
    let is_its_module = |node: &NodeIx| {
        let file = || look.property(*node, b"filename").map(|name| look.name(name));
        look.is_object(*node, b"Module") && file().is_some_and(|file| file.ends_with(end.as_bytes()))
    };
    let mut versions = graph.nodes().filter(is_its_module).filter_map(|module| {
        let version = look.property(look.property(module, b"exports")?, b"version")?;
        Version::starting(look.name(version))
    });
    let first = versions.next()?;
    versions.all(|version| version == first).then_some(first)
}

/// `process.versions.undici`.
fn of_undici(look: Look<'_>) -> Option<Version> {
    let graph = look.graph;
    let is_process = |node: &NodeIx| graph.kind(*node) == NodeKind::OBJECT && look.name(*node) == b"process";
    graph.nodes().filter(is_process).find_map(|process| {
        let version = look.property(look.property(process, b"versions")?, b"undici")?;
        Version::starting(look.name(version))
    })
}

#[cfg(test)]
mod tests {
    use super::{Affected, Version, in_path};

    #[test]
    fn versions_are_in_paths() {
        let cases = [
            ("/srv/node_modules/.pnpm/p-retry@5.1.2/node_modules/p-retry/index.js", "p-retry", Some(Version(5, 1, 2))),
            ("/a/.pnpm/@x+y@1.20.3_zod@3.1.0/node_modules/@x/y/a.js", "@x/y", Some(Version(1, 20, 3))),
            ("/a/.pnpm/p-retry@6.0.0-rc.1/node_modules/p-retry/index.js", "p-retry", None),
            ("/a/.pnpm/p-retry@6.0.0/node_modules/p-limit/index.js", "p-limit", None),
            ("/a/.yarn/cache/@x-y-npm-1.2.3-0f1e.zip/node_modules/@x/y/a.js", "@x/y", Some(Version(1, 2, 3))),
            ("/srv/node_modules/p-retry/index.js", "p-retry", None),
        ];
        for (url, package, version) in cases {
            assert_eq!(in_path(url.as_bytes(), package), version, "{url}");
        }
    }

    #[test]
    fn ranges_begin_with_the_first_and_end_before_the_fixed_one() {
        let range = Affected { since: Some(Version(24, 16, 0)), last: None, fixed: Some(Version(24, 19, 0)) };
        let has = |minor| range.has(Version(24, minor, 0));
        assert_eq!([15, 16, 18, 19].map(has), [false, true, true, false]);
        let before = [Version(24, 19, 0), Version(6, 1, 4), Version(6, 0, 0)].map(Version::last_before);
        assert_eq!(before, [Some("24.18".to_owned()), Some("6.1.3".to_owned()), None]);
    }
}
