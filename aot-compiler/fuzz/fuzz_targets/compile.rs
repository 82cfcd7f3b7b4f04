//! Any bytes are compiled or refused, with a message of one line that a terminal can show.

#![no_main]

use aot_compiler::compile::{Options, compile};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Err(error) = compile(bytes, "module", &Options::default()) {
        let message = error.to_string();
        assert!(!message.is_empty() && !message.contains(char::is_control), "{message:?}");
    }
});
