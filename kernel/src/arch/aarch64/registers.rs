//! System registers that `aarch64-cpu` does not have, in its manner.

use core::arch::asm;
use tock_registers::{
    interfaces::{Readable, Writeable},
    register_bitfields,
};

register_bitfields! {u64,
    /// Performance Monitors Control Register (Arm ARM D17.5.9).
    pub PMCR [
        /// All counters that are set in PMCNTENSET_EL0 count.
        ENABLE OFFSET(0) NUMBITS(1) [],
        /// Writing 1 sets the cycle counter to zero.
        CYCLE_RESET OFFSET(2) NUMBITS(1) [],
        /// The cycle counter has 64 bits.
        LONG_CYCLE OFFSET(6) NUMBITS(1) []
    ],
    /// Performance Monitors Count Enable Set register (Arm ARM D17.5.5).
    pub PMCNTENSET [
        /// The cycle counter.
        CYCLE OFFSET(31) NUMBITS(1) []
    ]
}

macro_rules! system_register {
    ($name:ident, $register:literal, $fields:ty) => {
        #[doc = concat!("`", $register, "`.")]
        pub const $name: $name::Register = $name::Register;

        #[allow(non_snake_case, reason = "the register's architectural name")]
        mod $name {
            /// The register's type.
            pub struct Register;
        }

        impl Readable for $name::Register {
            type T = u64;
            type R = $fields;

            fn get(&self) -> u64 {
                let value;
                // SAFETY: reading this register has no effect on memory or control flow.
                unsafe { asm!(concat!("mrs {}, ", $register), out(reg) value, options(nomem, nostack)) };
                value
            }
        }

        impl Writeable for $name::Register {
            type T = u64;
            type R = $fields;

            fn set(&self, value: u64) {
                // SAFETY: the register only controls counting.
                unsafe { asm!(concat!("msr ", $register, ", {}"), in(reg) value, options(nomem, nostack)) };
            }
        }
    };
}

system_register!(PMCR_EL0, "pmcr_el0", PMCR::Register);
system_register!(PMCNTENSET_EL0, "pmcntenset_el0", PMCNTENSET::Register);
system_register!(PMCCFILTR_EL0, "pmccfiltr_el0", ());
system_register!(PMCCNTR_EL0, "pmccntr_el0", ());
