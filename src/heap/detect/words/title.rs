//! The titles of findings, in words.

use crate::base::Bytes;
use crate::base::units::{count, count_delta};
use crate::heap::detect::title::Title;
use std::fmt;

impl fmt::Display for Title {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::More { count_delta: more, subject, site, count_before, bytes } => {
                write!(f, "{} {subject}", count_delta(*more))?;
                if let Some(site) = site {
                    write!(f, " {site}")?;
                }
                if *count_before > 0 {
                    write!(f, " ({} before)", count(*count_before))?;
                }
                write!(f, ", {}", Bytes(*bytes))
            }
            Self::Many { count: all, subject, site, bytes } => {
                write!(f, "{} {subject}", count(*all))?;
                if let Some(site) = site {
                    write!(f, " {site}")?;
                }
                write!(f, ", {}", Bytes(*bytes))
            }
            Self::Large { object, bytes } => write!(f, "{object} has a shallow size of {}", Bytes(*bytes)),
            Self::Replaced { object, bytes, .. } if object.name.is_some() => {
                write!(f, "{object} is replaced by a larger one each time, {} more", Bytes(*bytes))
            }
            Self::Replaced { subject, bytes, .. } => {
                write!(f, "{subject}: each snapshot has a larger one than the one before, {} more", Bytes(*bytes))
            }
            Self::InPlace { object, bytes } => write!(f, "{object} grew by {} in place", Bytes(*bytes)),
        }
    }
}
