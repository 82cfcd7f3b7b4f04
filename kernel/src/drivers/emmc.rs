//! The SD card, on the board's Arasan controller (BCM2835 ARM Peripherals 5; SD Physical Layer Simplified Specification
//! 6.00, "SD" below).
//!
//! The board has a second controller, SDHOST. The firmware's Linux uses that for the card and this one for Wi-Fi; nothing
//! here uses Wi-Fi, so the card is routed to this one, which is documented.
//!
//! Data goes through the data port, a block at a time: the controller has no DMA of its own. Who waits looks for some time
//! first, as most answers come within microseconds, and then sleeps until the controller interrupts.

use super::{gpio, mailbox};
use crate::{
    arch::aarch64::timer,
    bsp::rpi3,
    sched::{self, waiters::Waiters},
};
use core::sync::atomic::{AtomicU32, Ordering::Relaxed};
use tock_registers::{
    interfaces::{ReadWriteable, Readable, Writeable},
    register_bitfields, register_structs,
    registers::ReadWrite,
};
use wasi_kernel::{
    Errno, Result, WaitQueue,
    fs::disk::device::{BlockDevice, SECTOR},
};

register_bitfields! {u32,
    /// Size and number of blocks.
    Blocks [
        SIZE OFFSET(0) NUMBITS(10) [],
        COUNT OFFSET(16) NUMBITS(16) []
    ],
    /// A command and how its data goes.
    Command [
        /// The number of blocks counts.
        COUNTED OFFSET(1) NUMBITS(1) [],
        /// What the controller sends after the last block.
        AUTO OFFSET(2) NUMBITS(2) [None = 0, Stop = 1],
        DIRECTION OFFSET(4) NUMBITS(1) [ToCard = 0, FromCard = 1],
        MULTIPLE OFFSET(5) NUMBITS(1) [],
        RESPONSE OFFSET(16) NUMBITS(2) [None = 0, Long = 1, Short = 2, ShortBusy = 3],
        CHECK_CRC OFFSET(19) NUMBITS(1) [],
        CHECK_INDEX OFFSET(20) NUMBITS(1) [],
        HAS_DATA OFFSET(21) NUMBITS(1) [],
        INDEX OFFSET(24) NUMBITS(6) []
    ],
    Status [
        /// A command is on its line.
        COMMAND_BUSY OFFSET(0) NUMBITS(1) [],
        /// The data lines are in use, or the card says that it is busy.
        DATA_BUSY OFFSET(1) NUMBITS(1) []
    ],
    Control0 [
        /// Four data lines instead of one.
        FOUR_LINES OFFSET(1) NUMBITS(1) []
    ],
    Control1 [
        CLOCK_ON OFFSET(0) NUMBITS(1) [],
        CLOCK_STABLE OFFSET(1) NUMBITS(1) [],
        CARD_CLOCK_ON OFFSET(2) NUMBITS(1) [],
        DIVIDER_HIGH OFFSET(6) NUMBITS(2) [],
        DIVIDER_LOW OFFSET(8) NUMBITS(8) [],
        /// The card may take 2 to the power of (13 + this) clock cycles.
        TIMEOUT OFFSET(16) NUMBITS(4) [],
        RESET_ALL OFFSET(24) NUMBITS(1) [],
        RESET_COMMAND OFFSET(25) NUMBITS(1) [],
        RESET_DATA OFFSET(26) NUMBITS(1) []
    ],
    /// What has happened; in three registers.
    Event [
        COMMAND_DONE OFFSET(0) NUMBITS(1) [],
        DATA_DONE OFFSET(1) NUMBITS(1) [],
        WRITE_READY OFFSET(4) NUMBITS(1) [],
        READ_READY OFFSET(5) NUMBITS(1) [],
        /// Something went wrong; the bits above say what.
        ERROR OFFSET(15) NUMBITS(1) [],
        ERRORS OFFSET(16) NUMBITS(16) []
    ]
}

register_structs! {
    Registers {
        (0x00 => _argument_2: ReadWrite<u32>),
        (0x04 => blocks: ReadWrite<u32, Blocks::Register>),
        (0x08 => argument: ReadWrite<u32>),
        (0x0c => command: ReadWrite<u32, Command::Register>),
        (0x10 => response: [ReadWrite<u32>; 4]),
        (0x20 => data: ReadWrite<u32>),
        (0x24 => status: ReadWrite<u32, Status::Register>),
        (0x28 => control_0: ReadWrite<u32, Control0::Register>),
        (0x2c => control_1: ReadWrite<u32, Control1::Register>),
        (0x30 => events: ReadWrite<u32, Event::Register>),
        (0x34 => noted: ReadWrite<u32, Event::Register>),
        (0x38 => interrupting: ReadWrite<u32, Event::Register>),
        (0x3c => @END),
    }
}

/// Commands and their indices (SD 4.7.4).
mod index {
    pub const GO_IDLE: u32 = 0;
    pub const ALL_SEND_CID: u32 = 2;
    pub const SEND_RELATIVE_ADDRESS: u32 = 3;
    pub const SET_BUS_WIDTH: u32 = 6;
    pub const SELECT: u32 = 7;
    pub const SEND_IF_COND: u32 = 8;
    pub const SEND_CSD: u32 = 9;
    pub const STOP: u32 = 12;
    pub const SEND_STATUS: u32 = 13;
    pub const SET_BLOCK_LENGTH: u32 = 16;
    pub const READ_ONE: u32 = 17;
    pub const READ_MANY: u32 = 18;
    pub const WRITE_ONE: u32 = 24;
    pub const WRITE_MANY: u32 = 25;
    pub const SEND_OP_COND: u32 = 41;
    pub const APPLICATION: u32 = 55;
}

/// Nanoseconds that a command, or the next block, may take. The card's own limits are 100 ms for a read and 500 ms for a write
/// (SD 4.6.2).
const PATIENCE: u64 = 1_000_000_000;
/// Looks before a thread sleeps until an interrupt.
const LOOKS: u32 = 100;
/// How often a transfer is tried.
const TRIES: u32 = 3;
/// Hertz of the card's clock until it is known, and then (SD 6.6.6, 6.6.7).
const CLOCK_SLOW: u32 = 400_000;
const CLOCK_FAST: u32 = 25_000_000;
/// Hertz of the controller's clock if the firmware does not say: more than it has, so that the card's is not too fast.
const CLOCK_DEFAULT: u32 = 250_000_000;
/// Blocks in a transfer, at most.
const BLOCKS_MAX: usize = 65_535;

fn registers() -> &'static Registers {
    // SAFETY: the controller's registers are mapped there for ever, as Device memory; who has the `Card` uses them, and the
    // interrupt handler `interrupting` alone.
    unsafe { &*(rpi3::EMMC as *const Registers) }
}

/// Who waits for the controller.
static WAITERS: Waiters = Waiters::new();
/// Commands that were sent: what they cost is measured in them.
static COMMANDS: AtomicU32 = AtomicU32::new(0);

/// The controller's interrupt: whoever waits looks again.
pub fn on_interrupt() {
    registers().interrupting.set(0);
    WAITERS.notify();
}

/// Commands that were sent to the card up to now.
pub fn commands() -> u32 {
    COMMANDS.load(Relaxed)
}

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
    /// Makes the card ready. There is one such value at a time.
    ///
    /// # Errors
    /// `Io` if there is no card, or none that is understood.
    pub fn new() -> Result<Self> {
        gpio::route_card();
        let base = mailbox::emmc_clock().unwrap_or(CLOCK_DEFAULT);
        let registers = registers();
        registers.control_0.set(0);
        registers.control_1.set(0);
        registers.control_1.modify(Control1::RESET_ALL::SET);
        wait_for(|| !registers.control_1.is_set(Control1::RESET_ALL))?;
        set_clock(base, CLOCK_SLOW)?;
        registers.noted.set(u32::MAX);
        registers.interrupting.set(0);
        registers.events.set(u32::MAX);
        // At least 74 clock cycles before the first command (SD 6.4.1).
        sleep(1_000_000);
        command(index::GO_IDLE, 0, Command::RESPONSE::None)?;
        // Cards of version 1 do not know this one.
        const CHECK: u32 = 0x1aa;
        let is_new = command(index::SEND_IF_COND, CHECK, short()).is_ok_and(|answer| answer & 0xfff == CHECK);
        if !is_new {
            reset_lines()?;
        }
        let operation = operating_conditions(is_new)?;
        command(index::ALL_SEND_CID, 0, Command::RESPONSE::Long + Command::CHECK_CRC::SET)?;
        let address = command(index::SEND_RELATIVE_ADDRESS, 0, short())? & 0xffff_0000;
        command(index::SEND_CSD, address, Command::RESPONSE::Long + Command::CHECK_CRC::SET)?;
        let csd = Csd([0, 1, 2, 3].map(|i| registers.response[i].get()));
        let counts_sectors = operation & 1 << 30 != 0;
        command(index::SELECT, address, busy())?;
        command(index::SET_BLOCK_LENGTH, SECTOR as u32, short())?;
        // Every card of this kind has four data lines (SD 3.4).
        command(index::APPLICATION, address, short())?;
        command(index::SET_BUS_WIDTH, 0b10, short())?;
        registers.control_0.modify(Control0::FOUR_LINES::SET);
        set_clock(base, CLOCK_FAST)?;
        let sectors = csd.sectors().ok_or(Errno::Io)?;
        Ok(Self { address, sectors, counts_sectors, write_protected: csd.is_write_protected() })
    }

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

/// The card-specific data (SD 5.3), from bit 8 on.
struct Csd([u32; 4]);

impl Csd {
    /// `count` bits from bit `at` of the whole register on.
    fn bits(&self, at: usize, count: usize) -> u64 {
        let words = self.0.iter().rev().fold(0u128, |all, &word| all << 32 | u128::from(word));
        (words >> (at - 8)) as u64 & ((1 << count) - 1)
    }

    fn sectors(&self) -> Option<u64> {
        match self.bits(126, 2) {
            0 => {
                let blocks = (self.bits(62, 12) + 1) << (self.bits(47, 3) + 2);
                Some((blocks << self.bits(80, 4)) / SECTOR as u64)
            }
            1 => Some((self.bits(48, 22) + 1) * 1024),
            _ => None,
        }
    }

    fn is_write_protected(&self) -> bool {
        self.bits(12, 2) != 0
    }
}

type Field = tock_registers::fields::FieldValue<u32, Command::Register>;

/// An answer of 48 bits.
fn short() -> Field {
    Command::RESPONSE::Short + Command::CHECK_CRC::SET + Command::CHECK_INDEX::SET
}

/// An answer of 48 bits, after which the card may be busy.
fn busy() -> Field {
    Command::RESPONSE::ShortBusy + Command::CHECK_CRC::SET + Command::CHECK_INDEX::SET
}

/// Whether the card may be busy after the answer.
fn is_busy(how: Field) -> bool {
    const BUSY: u32 = Command::RESPONSE::ShortBusy.value;
    how.value & BUSY == BUSY
}

/// Tells the card what voltage there is until it has started; its answer (SD 4.2.3). `is_new`: it knows large cards.
fn operating_conditions(is_new: bool) -> Result<u32> {
    const READY: u32 = 1 << 31;
    const VOLTAGES: u32 = 0xff_8000;
    const LARGE: u32 = 1 << 30;
    let deadline = timer::now() + PATIENCE;
    loop {
        command(index::APPLICATION, 0, short())?;
        // This answer has neither checksum nor index.
        let argument = VOLTAGES | if is_new { LARGE } else { 0 };
        let answer = command(index::SEND_OP_COND, argument, Command::RESPONSE::Short)?;
        if answer & READY != 0 {
            return Ok(answer);
        }
        if timer::now() > deadline {
            return Err(Errno::Io);
        }
        sleep(10_000_000);
    }
}

/// Begins a transfer of `count` blocks with the first command for one block, the second for more.
fn start((one, many): (u32, u32), place: u32, count: usize, how: Field) -> Result<()> {
    registers().blocks.write(Blocks::SIZE.val(SECTOR as u32) + Blocks::COUNT.val(count as u32));
    let how = how + short() + Command::HAS_DATA::SET;
    if count == 1 {
        command(one, place, how)?;
    } else {
        let more = Command::COUNTED::SET + Command::MULTIPLE::SET + Command::AUTO::Stop;
        command(many, place, how + more)?;
    }
    Ok(())
}

/// Sends a command; the first word of its answer.
fn command(index: u32, argument: u32, how: Field) -> Result<u32> {
    let registers = registers();
    COMMANDS.fetch_add(1, Relaxed);
    const USES_DATA: u32 = Command::HAS_DATA::SET.value;
    let waits_for_data = how.value & USES_DATA != 0 || is_busy(how);
    wait_for(|| {
        let status = registers.status.extract();
        let data_lines_count = waits_for_data && index != index::STOP;
        !(status.is_set(Status::COMMAND_BUSY) || data_lines_count && status.is_set(Status::DATA_BUSY))
    })?;
    registers.events.set(u32::MAX);
    registers.argument.set(argument);
    registers.command.write(how + Command::INDEX.val(index));
    wait_event(Event::COMMAND_DONE::SET)?;
    let answer = registers.response[0].get();
    if is_busy(how) && index != index::STOP {
        wait_event(Event::DATA_DONE::SET)?;
    }
    Ok(answer)
}

/// Waits until `wanted` has happened, and takes note of it.
fn wait_event(wanted: tock_registers::fields::FieldValue<u32, Event::Register>) -> Result<()> {
    let registers = registers();
    let happened = || registers.events.get() & (wanted.value | Event::ERROR::SET.value) != 0;
    for _ in 0..LOOKS {
        if happened() {
            break;
        }
        core::hint::spin_loop();
    }
    if !happened() {
        let deadline = timer::ticks() + timer::ticks_at(PATIENCE);
        WAITERS.enter(&mut || {
            while !happened() && timer::ticks() < deadline {
                registers.interrupting.set(wanted.value | Event::ERROR::SET.value);
                sched::wait(deadline);
            }
        });
        registers.interrupting.set(0);
    }
    let events = registers.events.extract();
    if events.is_set(Event::ERROR) || events.get() & wanted.value == 0 {
        return Err(Errno::Io);
    }
    registers.events.set(wanted.value);
    Ok(())
}

/// Resets what sends commands and what moves data, after an error.
fn reset_lines() -> Result<()> {
    let registers = registers();
    registers.control_1.modify(Control1::RESET_COMMAND::SET + Control1::RESET_DATA::SET);
    let reset = || {
        let control = registers.control_1.extract();
        !control.is_set(Control1::RESET_COMMAND) && !control.is_set(Control1::RESET_DATA)
    };
    wait_for(reset)?;
    registers.events.set(u32::MAX);
    Ok(())
}

/// Sets the card's clock to at most `wanted` hertz, from the controller's of `base` hertz.
fn set_clock(base: u32, wanted: u32) -> Result<()> {
    let registers = registers();
    wait_for(|| registers.status.get() & (Status::COMMAND_BUSY::SET + Status::DATA_BUSY::SET).value == 0)?;
    registers.control_1.modify(Control1::CARD_CLOCK_ON::CLEAR);
    sleep(10_000);
    // The clock is divided by twice this; 0 is not at all.
    let divider = if base <= wanted { 0 } else { base.div_ceil(2 * wanted).min(1023) };
    const LONGEST: u32 = 0xe;
    registers.control_1.modify(
        Control1::CLOCK_ON::SET
            + Control1::DIVIDER_LOW.val(divider & 0xff)
            + Control1::DIVIDER_HIGH.val(divider >> 8)
            + Control1::TIMEOUT.val(LONGEST),
    );
    wait_for(|| registers.control_1.is_set(Control1::CLOCK_STABLE))?;
    registers.control_1.modify(Control1::CARD_CLOCK_ON::SET);
    sleep(10_000);
    Ok(())
}

/// Waits for something that the controller does by itself.
fn wait_for(done: impl Fn() -> bool) -> Result<()> {
    if done() {
        return Ok(());
    }
    let deadline = timer::now() + PATIENCE;
    while !done() {
        if timer::now() > deadline {
            return Err(Errno::Io);
        }
        sleep(10_000);
    }
    Ok(())
}

/// Gives the core away for so many nanoseconds.
fn sleep(nanos: u64) {
    let end = timer::ticks() + timer::ticks_at(nanos);
    while timer::ticks() < end {
        sched::wait(end);
    }
}
