//! What the controller does: sends commands, counts blocks, makes the card's clock.

use super::registers::{Blocks, Command, Control1, Event, Status, registers};
use crate::{
    arch::aarch64::timer,
    sched::{self, waiters::Waiters},
};
use core::sync::atomic::{AtomicU32, Ordering::Relaxed};
use tock_registers::{
    fields::FieldValue,
    interfaces::{ReadWriteable, Readable, Writeable},
};
use wasi_kernel::{Errno, Result, WaitQueue, fs::disk::device::SECTOR};

/// Commands and their indices (SD 4.7.4).
pub mod index {
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
pub const PATIENCE: u64 = 1_000_000_000;
/// Looks before a thread sleeps until an interrupt.
const LOOKS: u32 = 100;

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

/// Some fields of a command.
pub type Field = FieldValue<u32, Command::Register>;

/// An answer of 48 bits.
pub fn short() -> Field {
    Command::RESPONSE::Short + Command::CHECK_CRC::SET + Command::CHECK_INDEX::SET
}

/// An answer of 48 bits, after which the card may be busy.
pub fn busy() -> Field {
    Command::RESPONSE::ShortBusy + Command::CHECK_CRC::SET + Command::CHECK_INDEX::SET
}

/// Whether the card may be busy after the answer.
fn is_busy(how: Field) -> bool {
    const BUSY: u32 = Command::RESPONSE::ShortBusy.value;
    how.value & BUSY == BUSY
}

/// Begins a transfer of `count` blocks with the first command for one block, the second for more.
pub fn start((one, many): (u32, u32), place: u32, count: usize, how: Field) -> Result<()> {
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
pub fn command(index: u32, argument: u32, how: Field) -> Result<u32> {
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
pub fn wait_event(wanted: FieldValue<u32, Event::Register>) -> Result<()> {
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
        WAITERS.enter(|| {
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
pub fn reset_lines() -> Result<()> {
    let registers = registers();
    // One after the other: QEMU's controller does nothing when told both at once.
    registers.control_1.modify(Control1::RESET_COMMAND::SET);
    wait_for(|| !registers.control_1.is_set(Control1::RESET_COMMAND))?;
    registers.control_1.modify(Control1::RESET_DATA::SET);
    wait_for(|| !registers.control_1.is_set(Control1::RESET_DATA))?;
    registers.events.set(u32::MAX);
    Ok(())
}

/// Sets the card's clock to at most `wanted` hertz, from the controller's of `base` hertz.
pub fn set_clock(base: u32, wanted: u32) -> Result<()> {
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
pub fn wait_for(done: impl Fn() -> bool) -> Result<()> {
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
pub fn sleep(nanos: u64) {
    let end = timer::ticks() + timer::ticks_at(nanos);
    while timer::ticks() < end {
        sched::wait(end);
    }
}
