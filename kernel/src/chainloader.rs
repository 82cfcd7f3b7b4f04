//! The chainloader: a program of its own that puts an image in its place which comes over the serial line, and starts it.
//!
//! It is linked from the kernel's library with `boot/chainloader.ld`, and shares the drivers with it and nothing else. There is no
//! way to report a panic, so there is none: the linker finds no `sinter_image`, which a panic's report needs.

use crate::{
    arch::aarch64::{cpu, timer},
    bsp::rpi3,
    drivers::{
        gpio, interrupts,
        mailbox::{self, Clock},
        pl011,
    },
};
use sinter_abi::{
    push::{
        LINGER_MS, Receiver,
        frame::{Decoder, Encoder},
        message::{Answer, Request},
    },
    symbols::IMAGE_BASE,
};

/// [`LINGER_MS`] in nanoseconds.
const LINGER: u64 = LINGER_MS as u64 * 1_000_000;

/// Receives an image at [`IMAGE_BASE`]; its bytes.
pub extern "C" fn main() -> u64 {
    timer::init();
    gpio::route_uart0();
    interrupts::init(0);
    pl011::init(mailbox::clock_rate(Clock::Uart).unwrap_or(pl011::CLOCK));
    send(
        concat!("\r\nSinter ", env!("CARGO_PKG_VERSION"), " chainloader: waiting for `sinter push`\r\n")
            .as_bytes(),
    );

    let ram_end = mailbox::arm_memory().map_or(rpi3::RAM_DEFAULT, |(base, size)| base + size);
    let room = ram_end.min(rpi3::PERIPHERALS.start).saturating_sub(IMAGE_BASE);
    // SAFETY: RAM in which nothing lies any more: this program has moved below it, and the other cores are in the stub on
    // page 0.
    let memory = unsafe { core::slice::from_raw_parts_mut(IMAGE_BASE as *mut u8, room as usize) };
    let mut receiver = Receiver::new(memory);
    let mut decoder = Decoder::new();
    let mut start_at = u64::MAX;
    while timer::ticks() < start_at {
        let Some(byte) = pl011::receive() else {
            cpu::wait_for_interrupt();
            continue;
        };
        let Some((number, request)) = decoder.add(byte).and_then(Request::read) else { continue };
        let answer = receiver.answer(request);
        Encoder::frame(|out| answer.write(number, out), |byte| send(&[byte]));
        let starts = answer == Answer::Starts;
        start_at = if starts { timer::ticks() + timer::ticks_at(LINGER) } else { u64::MAX };
        timer::interrupt_at(start_at);
    }
    timer::interrupt_at(u64::MAX);
    pl011::flush();
    receiver.length().into()
}

/// Sends all of `bytes`.
fn send(mut bytes: &[u8]) {
    while !bytes.is_empty() {
        bytes = bytes.get(pl011::send(bytes)..).unwrap_or_default();
    }
}
