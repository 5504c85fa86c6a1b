//! Parts of the comparison behind `cargo bench --bench compare`.

pub(crate) mod baseline;
pub(crate) mod measure;
pub(crate) mod profiles;
pub(crate) mod report;
pub(crate) mod suite;
