//! Colors of boxes. A frame has the same color in every picture.
//!
//! The hue shows whose code it is, and the lightness tells neighbors apart. All colors are light, so that black text is
//! readable on them, on light and dark pages.

use crate::stacks::{Category, Frame, MemoryKind};

/// Red, green and blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rgb(pub [u8; 3]);

/// What colors stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum ColorBy {
    /// Packages, in shades of their category's color; for snapshots, kinds of memory.
    #[default]
    Package,
    /// Your code, dependencies, the runtime, the engine.
    Category,
    /// Functions.
    Function,
}

/// The color of what is drawn besides calls.
pub(crate) const FAINT: Rgb = Rgb([222, 222, 222]);

/// The hues of a category, its saturation in percent, and its name in a legend.
struct Family {
    hues: (f64, f64),
    saturation: f64,
    name: &'static str,
}

const fn hues(from: f64, to: f64, saturation: f64, name: &'static str) -> Family {
    Family { hues: (from, to), saturation, name }
}

fn family_of(category: Category) -> Family {
    match category {
        Category::App => hues(28.0, 46.0, 92.0, "own code"),
        Category::Dependency => hues(195.0, 285.0, 62.0, "packages"),
        Category::Runtime => hues(95.0, 150.0, 45.0, "runtime"),
        Category::Internals => hues(165.0, 180.0, 40.0, "engine"),
        Category::Regexp => hues(322.0, 332.0, 62.0, "regular expressions"),
        Category::Wasm => hues(288.0, 300.0, 58.0, "WebAssembly"),
        Category::Eval => hues(52.0, 60.0, 80.0, "eval"),
        Category::Gc => hues(2.0, 6.0, 78.0, "garbage collection"),
        Category::Extension | Category::Devtools | Category::Bundler => hues(305.0, 318.0, 35.0, "tools"),
        Category::Program => hues(205.0, 215.0, 14.0, "native code"),
        Category::Memory(kind) => family_of_memory(kind),
        Category::Idle | Category::Root => hues(0.0, 0.0, 0.0, "idle"),
        Category::Unknown => hues(60.0, 360.0, 40.0, "other"),
    }
}

/// The hues of a kind of memory.
fn family_of_memory(kind: MemoryKind) -> Family {
    match kind {
        MemoryKind::Objects => hues(28.0, 46.0, 88.0, "objects"),
        MemoryKind::Tables => hues(195.0, 210.0, 60.0, "arrays and tables"),
        MemoryKind::Strings => hues(95.0, 125.0, 45.0, "strings"),
        MemoryKind::Functions => hues(270.0, 285.0, 60.0, "functions"),
        MemoryKind::Engine => hues(205.0, 215.0, 16.0, "the engine's own"),
        MemoryKind::Native => hues(328.0, 340.0, 60.0, "native memory"),
        MemoryKind::Roots => hues(0.0, 0.0, 0.0, "roots"),
    }
}

/// The color of a frame. O(length of its names).
#[must_use]
pub(crate) fn color_of(frame: &Frame, by: ColorBy) -> Rgb {
    let family = family_of(frame.category);
    let name = hash(frame.name.as_bytes());
    let (from, to) = family.hues;
    let (place, hues, saturation) = match by {
        ColorBy::Package => (hash(frame.package.0.as_bytes()), (from, to), family.saturation),
        ColorBy::Category => (0.5, (from, to), family.saturation),
        ColorBy::Function => (name, (0.0, 360.0), 60.0),
    };
    if family.saturation == 0.0 && by != ColorBy::Function {
        return FAINT;
    }
    let hue = hues.0 + (hues.1 - hues.0) * place;
    let lightness = 67.0 + 12.0 * name;
    from_hsl(hue, saturation, lightness)
}

/// The text for a frame's color in a legend, and the color that represents it.
#[must_use]
pub(crate) fn legend_of(frame: &Frame) -> (&'static str, Rgb) {
    let Family { hues, saturation, name } = family_of(frame.category);
    (name, from_hsl((hues.0 + hues.1) / 2.0, saturation, 73.0))
}

/// Hashes text to a number from 0 to 1: FNV-1a with a final mix, the same on every build and machine.
fn hash(text: &[u8]) -> f64 {
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    for byte in text {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash = (hash ^ (hash >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (hash >> 48) as f64 / 65_535.0
}

/// A color from hue in degrees, saturation and lightness in percent.
#[must_use]
pub(crate) fn from_hsl(hue: f64, saturation: f64, lightness: f64) -> Rgb {
    let (saturation, lightness) = (saturation / 100.0, lightness / 100.0);
    let strength = saturation * lightness.min(1.0 - lightness);
    let channel = |offset: f64| {
        let k = (offset + hue / 30.0).rem_euclid(12.0);
        let value = lightness - strength * (k - 3.0).min(9.0 - k).clamp(-1.0, 1.0);
        (value * 255.0).round() as u8
    };
    Rgb([channel(0.0), channel(8.0), channel(4.0)])
}

#[cfg(test)]
mod tests {
    use super::{ColorBy, Rgb, color_of, from_hsl, hash};
    use crate::base::Text;
    use crate::stacks::Frame;

    fn frame(name: &str, url: &str) -> Frame {
        Frame::new(Text::from(name), Text::from(url), Text::from("1"), 1, 1)
    }

    /// Contrast with black, as defined by WCAG 2.
    fn contrast(Rgb(channels): Rgb) -> f64 {
        let linear = channels.map(|c| {
            let c = f64::from(c) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        });
        (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05) / 0.05
    }

    #[test]
    fn colors_follow_whose_code_it_is() {
        assert_eq!(from_hsl(0.0, 100.0, 50.0), Rgb([255, 0, 0]));
        assert_eq!(from_hsl(120.0, 100.0, 25.0), Rgb([0, 128, 0]));
        let express = color_of(&frame("a", "/x/node_modules/express/a.js"), ColorBy::Package);
        assert_eq!(express, color_of(&frame("a", "/y/node_modules/express/b.js"), ColorBy::Package));
        assert_ne!(express, color_of(&frame("a", "/x/node_modules/koa/a.js"), ColorBy::Package));
        let category = |url| color_of(&frame("a", url), ColorBy::Category);
        assert_eq!(category("/x/node_modules/koa/a.js"), category("/x/node_modules/express/a.js"));
        assert_ne!(category("/x/node_modules/koa/a.js"), category("/x/a.js"));
    }

    #[test]
    fn black_text_can_be_read_on_every_color() {
        let urls =
            ["/x/a.js", "node:fs", "/x/node_modules/a/x.js", "/x/node_modules/b/x.js", "wasm://x", "weird:x", ""];
        let names = ["(idle)", "(program)", "(garbage collector)", "RegExp: a", "a", "b", "c", "d", "e"];
        for by in [ColorBy::Package, ColorBy::Category, ColorBy::Function] {
            for (url, name) in urls.iter().flat_map(|url| names.iter().map(move |name| (url, name))) {
                let contrast = contrast(color_of(&frame(name, url), by));
                assert!(contrast > 5.0, "{name} {url}: {contrast}");
            }
        }
    }

    #[test]
    fn the_hash_never_changes() {
        assert_eq!((hash(b"") * 1000.0).round(), 521.0);
        assert!(hash(b"express") != hash(b"expresr"));
    }
}
