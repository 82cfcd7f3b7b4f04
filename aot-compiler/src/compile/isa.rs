//! Cranelift's settings for the Cortex-A53 of the Raspberry Pi 3.

use cranelift_codegen::{
    isa::{self, OwnedTargetIsa},
    settings::{self, Configurable},
};

/// The target, which optimises functions. Everything that the A53 lacks is off by default in Cranelift and stays off: no LSE atomics, pointer
/// authentication, branch target identification, half precision, dot product.
///
/// # Panics
/// Never: the names and values are Cranelift's own, and a unit test builds it.
pub fn cortex_a53() -> OwnedTargetIsa {
    with("speed")
}

/// The same target, which makes machine code of functions as they are.
///
/// # Panics
/// As for [`cortex_a53`].
pub fn generator() -> OwnedTargetIsa {
    with("none")
}

fn with(opt_level: &str) -> OwnedTargetIsa {
    let mut flags = settings::builder();
    for (name, value) in [
        ("opt_level", opt_level),
        // The image is linked to a fixed address; colocated names are one direct `bl`, or `adrp` and `add`.
        ("is_pic", "false"),
        ("tls_model", "none"),
        // Backtraces walk the chain of frame pointers; a debugger has the call frame information.
        ("preserve_frame_pointers", "true"),
        ("unwind_info", "true"),
        // The guard below a stack is at least a page, so only a frame larger than that could step over it.
        ("enable_probestack", "true"),
        ("probestack_strategy", "inline"),
        ("probestack_size_log2", "12"),
        // Results beyond eight of a register class go through memory of the caller.
        ("enable_multi_ret_implicit_sret", "true"),
        // The security model promises nothing about speculation: all apps share one address space and its caches.
        // The A53 is in order and executes no instruction ahead of an unresolved check (Arm lists it as not affected).
        ("enable_heap_access_spectre_mitigation", "false"),
        ("enable_table_access_spectre_mitigation", "false"),
        ("enable_verifier", if cfg!(debug_assertions) { "true" } else { "false" }),
    ] {
        flags.set(name, value).expect("Cranelift has this setting");
    }
    isa::lookup_by_name("aarch64-unknown-none-elf")
        .expect("Cranelift is built with its AArch64 back end")
        .finish(settings::Flags::new(flags))
        .expect("the settings are consistent")
}

#[cfg(test)]
mod tests {
    #[test]
    fn target_has_no_extensions() {
        let isa = super::cortex_a53();
        for flag in isa.isa_flags() {
            assert_ne!(flag.as_bool(), Some(true), "{}", flag.name);
        }
        assert!(!isa.flags().is_pic());
    }
}
