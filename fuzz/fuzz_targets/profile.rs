//! Any bytes: the reader must answer with profiles or one error, and every profile must survive all that commands do.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| heapdiff_fuzz::profile::exercise(bytes));
