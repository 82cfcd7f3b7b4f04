//! The SD card, on the board's Arasan controller (BCM2835 ARM Peripherals 5; SD Physical Layer Simplified Specification
//! 6.00, "SD" below).
//!
//! The board has a second controller, SDHOST. The firmware's Linux uses that for the card and this one for Wi-Fi; nothing
//! here uses Wi-Fi, so the card is routed to this one, which is documented.
//!
//! Data goes through the data port, a block at a time: the controller has no DMA of its own. Who waits looks for some time
//! first, as most answers come within microseconds, and then sleeps until the controller interrupts.

mod controller;
mod identify;
mod registers;

pub use controller::{commands, on_interrupt};

use crate::{arch::aarch64::timer, log};
use controller::{PATIENCE, busy, command, index, reset_lines, short, sleep, start, wait_event};
use registers::{Command, Event, registers};
use tock_registers::interfaces::{Readable, Writeable};
use wasi_kernel::{
    Errno, Result,
    fs::disk::device::{BlockDevice, SECTOR},
};

/// How often a transfer is tried.
const TRIES: u32 = 3;
/// Blocks in a transfer, at most.
const BLOCKS_MAX: usize = 65_535;

/// A card that has said who it is.
#[derive(Debug)]
pub struct Card {
    /// Its address on the bus, in the upper half.
    address: u32,
    sectors: u64,
    /// Whether places are counted in sectors instead of bytes.
    counts_sectors: bool,
    write_protected: bool,
}

impl Card {
    /// Does `transfer` for each part of `size` bytes from sector `at` on that one command can do, and again where that fails.
    fn each(
        &self,
        at: u64,
        size: usize,
        mut transfer: impl FnMut(u32, core::ops::Range<usize>) -> Result<()>,
    ) -> Result<()> {
        let count = (size / SECTOR) as u64;
        if !size.is_multiple_of(SECTOR) || at.checked_add(count).is_none_or(|end| end > self.sectors) {
            return Err(Errno::Io);
        }
        let mut start = 0;
        while start < size {
            let part = start..size.min(start + BLOCKS_MAX * SECTOR);
            let sector = at + (start / SECTOR) as u64;
            let place = if self.counts_sectors { sector } else { sector * SECTOR as u64 } as u32;
            let mut tries = 1;
            while let Err(errno) = transfer(place, part.clone()) {
                log!("the SD card failed at sector {sector}, {tries} of {TRIES} times");
                self.recover();
                if tries == TRIES {
                    return Err(errno);
                }
                tries += 1;
            }
            start = part.end;
        }
        Ok(())
    }

    /// After a transfer that failed: the card waits for commands again, if it can.
    fn recover(&self) {
        let _ = reset_lines();
        // A card that sends or receives is told to stop; another one refuses that.
        let _ = command(index::STOP, 0, busy());
        let _ = reset_lines();
        let _ = self.wait_ready();
    }

    /// Waits until the card has done what it was told.
    fn wait_ready(&self) -> Result<()> {
        const READY: u32 = 1 << 8;
        const TRANSFER: u32 = 4 << 9;
        const STATE: u32 = 0xf << 9;
        let deadline = timer::now() + PATIENCE;
        loop {
            let status = command(index::SEND_STATUS, self.address, short())?;
            if status & READY != 0 && status & STATE == TRANSFER {
                return Ok(());
            }
            if timer::now() > deadline {
                return Err(Errno::Io);
            }
            sleep(100_000);
        }
    }
}

impl BlockDevice for Card {
    fn sectors(&self) -> u64 {
        self.sectors
    }

    fn is_read_only(&self) -> bool {
        self.write_protected
    }

    fn read(&mut self, at: u64, buffer: &mut [u8]) -> Result<()> {
        self.each(at, buffer.len(), |place, part| {
            let blocks = &mut buffer[part];
            let how = Command::DIRECTION::FromCard;
            start((index::READ_ONE, index::READ_MANY), place, blocks.len() / SECTOR, how)?;
            for block in blocks.chunks_exact_mut(SECTOR) {
                wait_event(Event::READ_READY::SET)?;
                for word in block.chunks_exact_mut(4) {
                    word.copy_from_slice(&registers().data.get().to_le_bytes());
                }
            }
            wait_event(Event::DATA_DONE::SET)
        })
    }

    fn write(&mut self, at: u64, bytes: &[u8]) -> Result<()> {
        if self.write_protected {
            return Err(Errno::Rofs);
        }
        self.each(at, bytes.len(), |place, part| {
            let blocks = &bytes[part];
            let how = Command::DIRECTION::ToCard;
            start((index::WRITE_ONE, index::WRITE_MANY), place, blocks.len() / SECTOR, how)?;
            for block in blocks.chunks_exact(SECTOR) {
                wait_event(Event::WRITE_READY::SET)?;
                for word in block.chunks_exact(4) {
                    registers().data.set(u32::from_le_bytes([word[0], word[1], word[2], word[3]]));
                }
            }
            wait_event(Event::DATA_DONE::SET)
        })
    }

    fn flush(&mut self) -> Result<()> {
        // What the card has taken is programmed when it is ready: it has a cache only if one is turned on (SD 4.17).
        self.wait_ready()
    }
}
