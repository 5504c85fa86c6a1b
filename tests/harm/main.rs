//! No input, name or fault does harm: names that would act, files that would be lost, secrets that would leave, paths of all
//! sorts. One binary, because each takes its time to link. `docs/SECURITY.md` says which promise is held where.

#[path = "../common/mod.rs"]
mod common;
mod inputs;
#[cfg(target_os = "linux")]
mod outputs;
mod poison;
mod secrets;
