//! Which card there is, and how it is made ready (SD 4.2).

use super::{
    Card,
    controller::{PATIENCE, busy, command, index, reset_lines, set_clock, short, sleep, wait_for},
    registers::{Command, Control0, Control1, registers},
};
use crate::{
    arch::aarch64::timer,
    drivers::{gpio, mailbox},
};
use tock_registers::interfaces::{ReadWriteable, Readable, Writeable};
use wasi_kernel::{Errno, Result, fs::disk::device::SECTOR};

/// Hertz of the card's clock until it is known, and then (SD 6.6.6, 6.6.7).
const CLOCK_SLOW: u32 = 400_000;
const CLOCK_FAST: u32 = 25_000_000;
/// Hertz of the controller's clock if the firmware does not say: more than it has, so that the card's is not too fast.
const CLOCK_DEFAULT: u32 = 250_000_000;

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
