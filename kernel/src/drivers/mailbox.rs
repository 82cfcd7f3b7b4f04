//! The property mailbox: questions to the VideoCore's firmware
//! (<https://github.com/raspberrypi/firmware/wiki/Mailbox-property-interface>).

use crate::{
    arch::aarch64::cpu,
    bsp::{early, rpi3},
    lock::Mutex,
};
use tock_registers::{
    interfaces::{Readable, Writeable},
    register_bitfields, register_structs,
    registers::{ReadOnly, WriteOnly},
};

register_bitfields! {u32,
    /// Status of a mailbox.
    Status [
        /// Nothing to read.
        EMPTY OFFSET(30) NUMBITS(1) [],
        /// No room to write.
        FULL OFFSET(31) NUMBITS(1) []
    ]
}

register_structs! {
    Registers {
        (0x00 => read: ReadOnly<u32>),
        (0x04 => _reserved1),
        (0x18 => read_status: ReadOnly<u32, Status::Register>),
        (0x1c => _reserved2),
        (0x20 => write: WriteOnly<u32>),
        (0x24 => _reserved3),
        (0x38 => write_status: ReadOnly<u32, Status::Register>),
        (0x3c => @END),
    }
}

/// The channel for properties, Arm to VideoCore.
const CHANNEL: u32 = 8;
/// The VideoCore's view of RAM past its second-level cache.
const UNCACHED: u32 = 0xc000_0000;
const REQUEST: u32 = 0;
const SUCCESS: u32 = 1 << 31;

/// The firmware revision that QEMU's model answers with; no real firmware is that old.
const QEMU_FIRMWARE: u32 = 346_337;

/// A message: its size and its code, then tags, each with the size of its value, request or response, and the value; a
/// zero. Whole cache lines.
#[repr(C, align(64))]
struct Message([u32; 32]);

static MESSAGE: Mutex<Message> = Mutex::new(Message([0; 32]));

/// Asks for `tag` with `request`; the response's `N` words, or `None` if it was refused or has another
/// length.
fn ask<const N: usize, const M: usize>(tag: u32, request: [u32; M]) -> Option<[u32; N]> {
    const { assert!(N <= 4 && M <= 4, "a message has room for four words") };
    let mut message = MESSAGE.lock();
    let words = N.max(M);
    message.0 = [0; 32];
    message.0[..5].copy_from_slice(&[128, REQUEST, tag, 4 * words as u32, REQUEST]);
    message.0[5..5 + M].copy_from_slice(&request);
    exchange(&message);
    let answered = word(&message, 1) == SUCCESS && word(&message, 4) == SUCCESS | (4 * N as u32);
    answered.then(|| core::array::from_fn(|i| word(&message, 5 + i)))
}

/// Has the firmware answer the locked message.
fn exchange(message: &Message) {
    // SAFETY: the mailbox's registers are mapped there for ever, as Device memory; MESSAGE's lock guards
    // their use.
    let mailbox = unsafe { &*(rpi3::MAILBOX as *const Registers) };
    let (address, size) = (&raw const message.0 as u64, size_of::<Message>() as u64);
    // The VideoCore does not see the Arm's caches: the request goes to RAM before, no line of the answer
    // stays after.
    cpu::clean_and_invalidate(address, size);
    while mailbox.write_status.is_set(Status::FULL) {
        core::hint::spin_loop();
    }
    mailbox.write.set(address as u32 | UNCACHED | CHANNEL);
    loop {
        while mailbox.read_status.is_set(Status::EMPTY) {
            core::hint::spin_loop();
        }
        if mailbox.read.get() & 0xf == CHANNEL {
            break;
        }
    }
    cpu::clean_and_invalidate(address, size);
}

/// A word of an answer.
#[inline(always)] // where the word is known, no check of its place remains
fn word(message: &Message, index: usize) -> u32 {
    // SAFETY: the field is a valid u32 of the locked message; the VideoCore changed it, so it is read as
    // volatile.
    unsafe { (&raw const message.0[index]).read_volatile() }
}

/// Revision of the firmware.
pub fn firmware_revision() -> Option<u32> {
    ask::<1, _>(0x0000_0001, []).map(|[revision]| revision)
}

/// Whether this is QEMU's model of the board.
pub fn is_qemu() -> bool {
    firmware_revision() == Some(QEMU_FIRMWARE)
}

/// Revision code of the board.
pub fn board_revision() -> Option<u32> {
    ask::<1, _>(0x0001_0002, []).map(|[revision]| revision)
}

/// The board's serial number.
pub fn board_serial() -> Option<u64> {
    ask::<2, _>(0x0001_0004, []).map(|[low, high]| u64::from(high) << 32 | u64::from(low))
}

/// First address and bytes of the RAM that the Arm may use.
pub fn arm_memory() -> Option<(u64, u64)> {
    ask::<2, _>(0x0001_0005, []).map(|[base, size]| (base.into(), size.into()))
}

/// Clocks, by the firmware's numbers.
#[derive(Debug, Clone, Copy)]
pub enum Clock {
    /// UART0's.
    Uart = 2,
    /// The VideoCore's, and UART1's.
    Core = 4,
}

/// The rate of a clock in hertz.
pub fn clock_rate(clock: Clock) -> Option<u32> {
    let number = clock as u32;
    ask::<2, _>(0x0003_0002, [number]).and_then(|[id, rate]| (id == number && rate > 0).then_some(rate))
}

/// The SD card controller's clock in hertz.
pub fn emmc_clock() -> Option<u32> {
    const EMMC: u32 = 1;
    ask::<2, _>(0x0003_0002, [EMMC]).and_then(|[id, rate]| (id == EMMC && rate > 0).then_some(rate))
}

/// Temperature of the chip in thousandths of a degree Celsius.
pub fn temperature() -> Option<u32> {
    ask::<2, _>(0x0003_0006, [0]).map(|[_, temperature]| temperature)
}

/// Asks for a picture of so many pixels of 16 bits across and down, and a framebuffer of so many in which it may be
/// moved; the framebuffer's address, its bytes and its bytes of a line. `None` if there is none.
pub fn framebuffer(picture: [usize; 2], all: [usize; 2]) -> Option<(u64, u32, u32)> {
    /// Of the address, which is the VideoCore's own.
    const ADDRESS: u32 = 0x3fff_ffff;
    const PAGE: u32 = 4096;
    let ([width, height], [all_width, all_height]) =
        (picture.map(|size| size as u32), all.map(|size| size as u32));
    let mut message = MESSAGE.lock();
    #[rustfmt::skip]
    let request = [
        128, REQUEST,
        0x0004_8003, 8, REQUEST, width, height,         // of the picture
        0x0004_8004, 8, REQUEST, all_width, all_height, // of all of it
        0x0004_8005, 4, REQUEST, 16,                    // depth
        0x0004_8009, 8, REQUEST, 0, 0,                  // where the picture begins
        0x0004_0001, 8, REQUEST, PAGE, 0,               // allocate, aligned so
        0x0004_0008, 4, REQUEST, 0,                     // bytes of a line
        0, 0,
    ];
    message.0 = request;
    exchange(&message);
    let [code, height, address, size, pitch] = [1, 11, 24, 25, 29].map(|index| word(&message, index));
    let right = code == SUCCESS && height == all_height && size > 0;
    right.then_some(((address & ADDRESS).into(), size, pitch))
}

/// Has the picture begin with the framebuffer's line `y`.
pub fn set_virtual_offset(y: u32) {
    // A picture that is not moved is a flaw that nobody can help.
    let _ = ask::<2, _>(0x0004_8009, [0, y]);
}

/// Turns the green LED of a Model B on or off. Other models' is elsewhere.
pub fn set_led(on: bool) {
    // An LED that does not light up is no error.
    let _ = ask::<2, _>(early::SET_PIN, [early::LED, on.into()]);
}

/// Takes the mailbox from whoever uses it.
///
/// # Safety
/// No other core goes on.
pub unsafe fn seize() {
    // SAFETY: by contract.
    unsafe { MESSAGE.force_unlock() };
}
