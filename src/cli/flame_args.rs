//! The arguments of `flame`.

use crate::cli::profile_args::{ChoiceArgs, ProfileArgs};
use crate::format::InputPath;
use crate::picture::boxes::BoxLimits;
use crate::picture::color::ColorBy;
use crate::picture::flame::Look;
use clap::{Args as ClapArgs, ValueHint};

/// Maximum number of boxes in a picture, so that browsers draw and zoom it without delay.
const MAX_BOXES: u64 = 40_000;
/// Maximum sum of the levels of a picture's boxes.
const MAX_BOX_LEVELS: u64 = 5_000_000;
/// Maximum number of stacks in an export.
const MAX_STACKS: u64 = 2_000_000;
/// Maximum sum of the lengths of an export's stacks.
const MAX_STACK_FRAMES: u64 = 20_000_000;

/// Arguments of `flame`.
#[derive(Clone, Debug, ClapArgs)]
#[command(mut_arg("files", |arg| arg.value_name("FILE").help(
    "Profiles or a folder of them, or one snapshot; with `--diff`, one before and one after"
)))]
pub(crate) struct FlameArgs {
    #[command(flatten)]
    pub(crate) profile: ProfileArgs,
    #[command(flatten)]
    pub(crate) choice: ChoiceArgs,
    /// Draw the difference between two profiles, snapshots or folders
    #[arg(long, help_heading = "Picture")]
    pub(crate) diff: bool,
    /// With `--diff`: profiles of the later build
    ///
    /// For several runs of each build: the files before `--after` are of the earlier build. Each file or folder is one
    /// run.
    #[arg(long, value_name = "PROFILE", num_args = 1.., requires = "diff", value_hint = ValueHint::AnyPath, help_heading = "Picture")]
    pub(crate) after: Vec<InputPath>,
    /// Draw an icicle graph, with the root at the top
    #[arg(long, help_heading = "Picture")]
    pub(crate) icicle: bool,
    /// Draw a flame chart, with calls in time order
    #[arg(long, help_heading = "Picture", conflicts_with_all = ["diff", "merge"])]
    pub(crate) chart: bool,
    /// Include idle time
    #[arg(long, help_heading = "Picture")]
    pub(crate) idle: bool,
    /// What the colors stand for
    #[arg(long, value_enum, default_value_t, value_name = "WHAT", help_heading = "Picture")]
    pub(crate) color_by: ColorBy,
    /// Merge frames narrower than PERCENT of the total
    #[arg(long, hide_short_help = true, value_name = "PERCENT", default_value_t = 0.05, value_parser = parse_percent, help_heading = "Picture")]
    pub(crate) min_width: f64,
    /// Maximum number of levels
    #[arg(long, hide_short_help = true, value_name = "N", default_value_t = 2000, value_parser = clap::value_parser!(u32).range(1..=20_000), help_heading = "Picture")]
    pub(crate) depth: u32,
    /// Width in pixels [default: the width of the window]
    #[arg(long, hide_short_help = true, value_name = "PIXELS", value_parser = clap::value_parser!(u32).range(200..=100_000), help_heading = "Picture")]
    pub(crate) width: Option<u32>,
    /// Title of the picture
    #[arg(long, value_name = "TEXT", help_heading = "Picture")]
    pub(crate) title: Option<String>,
}

fn parse_percent(text: &str) -> Result<f64, String> {
    let value: f64 = text.trim_end_matches('%').trim().parse().map_err(|_| "expected a percentage".to_owned())?;
    if (0.0..=100.0).contains(&value) { Ok(value) } else { Err("expected a percentage from 0 to 100".to_owned()) }
}

impl FlameArgs {
    /// How much of a picture to draw.
    pub(crate) fn limits(&self) -> BoxLimits {
        BoxLimits { min_share: self.min_width / 100.0, depth: self.depth, boxes: MAX_BOXES, levels: MAX_BOX_LEVELS }
    }

    /// How much to export: everything, short of hostile inputs.
    pub(crate) fn export_limits(&self) -> BoxLimits {
        BoxLimits { min_share: 0.0, depth: self.depth, boxes: MAX_STACKS, levels: MAX_STACK_FRAMES }
    }

    /// How a picture looks.
    pub(crate) fn look(&self) -> Look {
        Look { color_by: self.color_by, is_icicle: self.icicle, width_px: self.width }
    }
}
