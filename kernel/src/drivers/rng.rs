//! The hardware random number generator, and the generator that it seeds.
//!
//! The hardware's registers are in no public datasheet; they are as Linux' bcm2835-rng driver describes them.

use crate::{bsp::rpi3, lock::Mutex};
use chacha20::{
    ChaCha20Rng,
    rand_core::{Rng, SeedableRng},
};
use tock_registers::{
    interfaces::{ReadWriteable, Readable, Writeable},
    register_bitfields, register_structs,
    registers::{ReadOnly, ReadWrite},
};

register_bitfields! {u32,
    Control [ ENABLE OFFSET(0) NUMBITS(1) [] ],
    Status [
        /// Words in the FIFO.
        COUNT OFFSET(24) NUMBITS(8) []
    ],
    Interrupt [ OFF OFFSET(0) NUMBITS(1) [] ]
}

register_structs! {
    Registers {
        (0x00 => control: ReadWrite<u32, Control::Register>),
        (0x04 => status: ReadWrite<u32, Status::Register>),
        (0x08 => data: ReadOnly<u32>),
        (0x0c => _reserved),
        (0x10 => interrupt_mask: ReadWrite<u32, Interrupt::Register>),
        (0x14 => @END),
    }
}

/// The hardware's first numbers are less random; it is told to discard this many.
const WARM_UP: u32 = 0x4_0000;

static GENERATOR: Mutex<Option<ChaCha20Rng>> = Mutex::new(None);

/// Fills `buffer` with random bytes that no one can predict.
pub fn fill(buffer: &mut [u8]) {
    GENERATOR.lock().get_or_insert_with(|| ChaCha20Rng::from_seed(seed())).fill_bytes(buffer);
}

/// 256 bits from the hardware.
fn seed() -> [u8; 32] {
    // SAFETY: the generator's registers are mapped there for ever, as Device memory; GENERATOR's lock guards
    // their use.
    let rng = unsafe { &*(rpi3::RNG as *const Registers) };
    if !rng.control.is_set(Control::ENABLE) {
        rng.status.set(WARM_UP);
        rng.interrupt_mask.modify(Interrupt::OFF::SET);
        rng.control.modify(Control::ENABLE::SET);
    }
    let mut seed = [0; 32];
    for word in seed.chunks_exact_mut(4) {
        while rng.status.read(Status::COUNT) == 0 {
            core::hint::spin_loop();
        }
        word.copy_from_slice(&rng.data.get().to_le_bytes());
    }
    seed
}
