//! Semihosting: calls to the emulator (Arm IHI 0076). For QEMU only; on a board the instruction is undefined.

use core::{
    arch::asm,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
};

const SYS_OPEN: u64 = 0x01;
const SYS_WRITE: u64 = 0x05;
const SYS_READ: u64 = 0x06;
const SYS_EXIT: u64 = 0x18;
/// The reason for SYS_EXIT that takes a status with it.
const ADP_STOPPED_APPLICATION_EXIT: u64 = 0x20026;

/// The instruction `hlt #0xf000`.
const HLT: u32 = 0xd45e_0000;

/// Set by the exception handler when the instruction was undefined.
static MISSING: AtomicBool = AtomicBool::new(false);

/// An open file of the emulator's host.
#[derive(Debug, Clone, Copy)]
pub struct File(u64);

/// One call with a block of parameters; `None` if there is no semihosting.
fn call<const N: usize>(operation: u64, block: &[u64; N]) -> Option<i64> {
    let result: i64;
    // SAFETY: the emulator reads the block, and the buffers that the callers put into it, which they own.
    unsafe {
        asm!("hlt #0xf000", inlateout("x0") operation => result, in("x1") block, options(nostack));
    }
    (!MISSING.load(Relaxed)).then_some(result)
}

/// Whether an undefined instruction at `pc` is a call without an emulator; the handler then goes on behind
/// it.
pub fn is_missing(pc: u64) -> bool {
    // SAFETY: the processor has just fetched this instruction from there.
    let missing = unsafe { (pc as *const u32).read() } == HLT;
    MISSING.fetch_or(missing, Relaxed);
    missing
}

/// Ends the emulator with `status`. Returns if there is none.
pub fn exit(status: u8) {
    call(SYS_EXIT, &[ADP_STOPPED_APPLICATION_EXIT, status.into()]);
}

impl File {
    /// Opens the host's file `path`, which ends with a NUL, to read it or else to write to it.
    pub fn open(path: &core::ffi::CStr, read: bool) -> Option<Self> {
        const RB: u64 = 1;
        const WB: u64 = 5;
        let mode = if read { RB } else { WB };
        let handle = call(SYS_OPEN, &[path.as_ptr() as u64, mode, path.count_bytes() as u64])?;
        u64::try_from(handle).ok().map(Self)
    }

    /// Writes all of `bytes`; whether that succeeded.
    pub fn write_all(self, bytes: &[u8]) -> bool {
        call(SYS_WRITE, &[self.0, bytes.as_ptr() as u64, bytes.len() as u64]) == Some(0)
    }

    /// Reads until `buffer` is full; whether that succeeded before the end of the file.
    pub fn read_exact(self, mut buffer: &mut [u8]) -> bool {
        while !buffer.is_empty() {
            let before = buffer.len();
            let block = [self.0, buffer.as_mut_ptr() as u64, before as u64];
            // The result is the number of bytes that were not read.
            match call(SYS_READ, &block).and_then(|rest| usize::try_from(rest).ok()) {
                Some(rest) if rest < before => buffer = &mut buffer[before - rest..],
                _ => return false,
            }
        }
        true
    }
}
