//! What comes in on the serial port: the standard input of whichever app reads it.
//!
//! The interrupt handler stores bytes and wakes the readers. A reader makes lines of them, with echo:
//! backspace deletes a character, return ends a line, and control-D on an empty line is the end of the input,
//! for the one who reads it.

use crate::{
    arch::aarch64::{cpu, timer},
    drivers::pl011,
    lock::Mutex,
    sched::{self, waiters::Waiters},
};
use alloc::vec::Vec;
use core::sync::atomic::{AtomicBool, Ordering::Relaxed};
use wasi_kernel::WaitQueue;

/// Bytes that were received and not read, at most; more are lost.
const CAPACITY: usize = 1024;

/// Bytes as they came. Locked with interrupts masked.
struct Received {
    bytes: [u8; CAPACITY],
    first: usize,
    count: usize,
}

static RECEIVED: Mutex<Received> = Mutex::new(Received { bytes: [0; CAPACITY], first: 0, count: 0 });

/// Who waits for input.
static READERS: Waiters = Waiters::new();

/// What readers have made of the bytes.
struct Lines {
    /// The line that is being typed.
    edited: Vec<u8>,
    /// Finished lines.
    ready: Vec<u8>,
    /// The input ends behind them.
    end: bool,
}

static LINES: Mutex<Lines> = Mutex::new(Lines { edited: Vec::new(), ready: Vec::new(), end: false });

/// Whether the port's interrupt is on: from the first reader on.
static LISTENING: AtomicBool = AtomicBool::new(false);

/// The port's interrupt: takes what it has received and wakes the readers.
pub fn on_interrupt() {
    let mut received = RECEIVED.lock();
    while let Some(byte) = pl011::receive() {
        if received.count < CAPACITY {
            let place = (received.first + received.count) % CAPACITY;
            received.bytes[place] = byte;
            received.count += 1;
        }
    }
    drop(received);
    READERS.notify();
}

/// The next byte that was received.
fn next() -> Option<u8> {
    cpu::masked(|| {
        let mut received = RECEIVED.lock();
        let byte = received.bytes[received.first];
        received.count = received.count.checked_sub(1)?;
        received.first = (received.first + 1) % CAPACITY;
        Some(byte)
    })
}

impl Lines {
    /// Edits with what was received, and echoes it.
    fn edit(&mut self) {
        const END_OF_TRANSMISSION: u8 = 4;
        while let Some(byte) = next() {
            let mut output = pl011::OUTPUT.lock();
            match byte {
                b'\r' | b'\n' => {
                    output.write(b"\r\n");
                    self.edited.push(b'\n');
                    self.ready.append(&mut self.edited);
                }
                0x08 | 0x7f => {
                    // A character of UTF-8 ends with its continuation bytes.
                    while self.edited.pop_if(|byte| *byte & 0xc0 == 0x80).is_some() {}
                    if self.edited.pop().is_some() {
                        output.write(b"\x08 \x08");
                    }
                }
                END_OF_TRANSMISSION if self.edited.is_empty() => self.end = true,
                END_OF_TRANSMISSION => self.ready.append(&mut self.edited),
                byte if self.edited.len() < CAPACITY => {
                    output.write(&[byte]);
                    self.edited.push(byte);
                }
                _ => {}
            }
        }
    }
}

/// Waits until there is a line or the end of the input, or until the tick `deadline`; whether there is.
pub fn wait(deadline: u64) -> bool {
    if !LISTENING.swap(true, Relaxed) {
        pl011::interrupt_on_input();
    }
    let ready = || {
        let mut lines = LINES.lock();
        lines.edit();
        lines.end || !lines.ready.is_empty()
    };
    let mut is_ready = ready();
    if !is_ready {
        watch(&mut || {
            is_ready = ready();
            while !is_ready && timer::ticks() < deadline {
                sched::wait(deadline);
                is_ready = ready();
            }
        });
    }
    is_ready
}

/// Calls `work`, in which input ends the thread's waits.
pub fn watch(work: &mut dyn FnMut()) {
    READERS.enter(work);
}

/// Reads a part of a line, waiting for one; 0 at the end of the input.
pub fn read(buffer: &mut [u8]) -> usize {
    loop {
        wait(u64::MAX);
        let mut lines = LINES.lock();
        let count = buffer.len().min(lines.ready.len());
        if count == 0 && !core::mem::take(&mut lines.end) {
            continue; // another reader was faster
        }
        buffer.iter_mut().zip(lines.ready.drain(..count)).for_each(|(to, from)| *to = from);
        return count;
    }
}
