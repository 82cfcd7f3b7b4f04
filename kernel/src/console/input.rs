//! What comes in on the serial port: the standard input of whichever app reads it.
//!
//! The interrupt handler stores bytes and wakes the readers. A reader makes lines of them, with echo:
//! backspace deletes a character, return ends a line, and control-D on an empty line is the end of the input,
//! for the one who reads it.

use super::{output, ring::Ring};
use crate::{
    arch::aarch64::{cpu, timer},
    drivers::pl011,
    lock::Mutex,
    sched::{self, waiters::Waiters},
};
use alloc::vec::Vec;
use wasi_kernel::WaitQueue;

/// Bytes that were received and not read, at most. What comes then stays in the port, which has a FIFO of 16 bytes.
const CAPACITY: usize = 1024;

/// Bytes as they came. Locked with interrupts masked.
static RECEIVED: Mutex<Ring<CAPACITY>> = Mutex::new(Ring::new());

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

/// The port's interrupt: takes what it has received and wakes the readers.
pub fn on_interrupt() {
    let mut received = RECEIVED.lock();
    let before = received.len();
    while received.room() > 0
        && let Some(byte) = pl011::receive()
    {
        received.extend(&[byte]);
    }
    if received.room() == 0 {
        pl011::interrupt_on_input(false);
    }
    let more = received.len() > before;
    drop(received);
    if more {
        READERS.notify();
    }
}

/// The next byte that was received.
fn next() -> Option<u8> {
    cpu::masked(|| {
        let mut received = RECEIVED.lock();
        let byte = *received.front().first()?;
        if received.room() == 0 {
            pl011::interrupt_on_input(true);
        }
        received.consume(1);
        Some(byte)
    })
}

impl Lines {
    /// Edits with what was received; what is to be echoed.
    fn edit(&mut self) -> Vec<u8> {
        const END_OF_TRANSMISSION: u8 = 4;
        let mut echo = Vec::new();
        // What was typed behind the end is for who reads after that.
        while !self.end
            && let Some(byte) = next()
        {
            match byte {
                b'\r' | b'\n' => {
                    echo.extend_from_slice(b"\r\n");
                    self.edited.push(b'\n');
                    self.ready.append(&mut self.edited);
                }
                0x08 | 0x7f => {
                    // A character of UTF-8 ends with its continuation bytes.
                    while self.edited.pop_if(|byte| *byte & 0xc0 == 0x80).is_some() {}
                    if self.edited.pop().is_some() {
                        echo.extend_from_slice(b"\x08 \x08");
                    }
                }
                END_OF_TRANSMISSION if self.edited.is_empty() => self.end = true,
                END_OF_TRANSMISSION => self.ready.append(&mut self.edited),
                byte if self.edited.len() < CAPACITY => {
                    echo.push(byte);
                    self.edited.push(byte);
                }
                _ => {}
            }
        }
        echo
    }
}

/// Waits until there is a line or the end of the input, or until the tick `deadline`; whether there is.
pub fn wait(deadline: u64) -> bool {
    let ready = || {
        let mut lines = LINES.lock();
        let (echo, is_ready) = (lines.edit(), lines.end || !lines.ready.is_empty());
        drop(lines);
        output::write(&[&echo]);
        is_ready
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
