//! What rules look at.

use crate::base::Text;
use crate::gate::catalog::Source;
use crate::gate::metrics::Metric;
use crate::heap::detect::Finding;

/// Everything known about one process, or about the runs of a program.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// What grew; `None` if nothing was compared.
    pub leaks: Option<Vec<Finding>>,
    /// Named numbers.
    pub metrics: Vec<Metric>,
    /// Why differences between the snapshots are not growth, if that is so.
    pub incomparable: Option<Text>,
    /// The inputs that are available.
    pub sources: Vec<Source>,
}

impl Facts {
    /// Whether an input is available, so that rules about it can be judged.
    #[must_use]
    pub(crate) fn has(&self, source: Source) -> bool {
        self.sources.contains(&source)
    }
}
