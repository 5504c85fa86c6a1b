//! What rules look at.

use crate::base::Text;
use crate::gate::catalog::Source;
use crate::gate::metrics::Metric;
use crate::heap::detect::Finding;

/// All that is known of one process, or of the runs of a program.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// What grew; none if nothing was compared.
    pub leaks: Option<Vec<Finding>>,
    /// Named numbers.
    pub metrics: Vec<Metric>,
    /// Why what differs between the snapshots is no growth, if it is none.
    pub incomparable: Option<Text>,
    /// What sorts of rules can be judged.
    pub sources: Vec<Source>,
}

impl Facts {
    /// Whether rules about a source can be judged.
    #[must_use]
    pub(crate) fn has(&self, source: Source) -> bool {
        self.sources.contains(&source)
    }
}
