//! What a file system on a disk needs below it.

use crate::Result;

/// Bytes of a sector.
pub const SECTOR: usize = 512;

/// A range of sectors that keep their bytes without power.
///
/// A sector is written as a whole or not at all when the power fails, but sectors that were written since the last
/// [`BlockDevice::flush`] may be there in any order, or not at all. The methods may give the core away; the caller holds no
/// lock.
pub trait BlockDevice: Send {
    /// Number of sectors.
    fn sectors(&self) -> u64;

    /// Whether nothing can be written.
    fn is_read_only(&self) -> bool {
        false
    }

    /// Reads whole sectors from sector `at` on.
    ///
    /// # Errors
    /// `Io` if the device fails, is gone, or does not have these sectors.
    fn read(&mut self, at: u64, buffer: &mut [u8]) -> Result<()>;

    /// Writes whole sectors from sector `at` on.
    ///
    /// # Errors
    /// As for [`BlockDevice::read`]; `Rofs` if nothing can be written.
    fn write(&mut self, at: u64, bytes: &[u8]) -> Result<()>;

    /// Returns when everything that was written survives a power cut.
    ///
    /// # Errors
    /// `Io`.
    fn flush(&mut self) -> Result<()>;
}

/// The range of sectors `start..start + sectors` of another device.
pub struct Partition<B> {
    device: B,
    start: u64,
    sectors: u64,
}

impl<B: BlockDevice> Partition<B> {
    /// This range of `device`, or `None` if the device has not got it.
    pub fn new(device: B, start: u64, sectors: u64) -> Option<Self> {
        let inside = start.checked_add(sectors)? <= device.sectors();
        inside.then_some(Self { device, start, sectors })
    }

    /// Where `size` bytes from sector `at` on lie.
    fn place(&self, at: u64, size: usize) -> Result<u64> {
        let end = at.checked_add((size / SECTOR) as u64);
        if end.is_none_or(|end| end > self.sectors) {
            return Err(crate::Errno::Io);
        }
        Ok(self.start + at)
    }
}

impl<B: BlockDevice> BlockDevice for Partition<B> {
    fn sectors(&self) -> u64 {
        self.sectors
    }

    fn is_read_only(&self) -> bool {
        self.device.is_read_only()
    }

    fn read(&mut self, at: u64, buffer: &mut [u8]) -> Result<()> {
        let at = self.place(at, buffer.len())?;
        self.device.read(at, buffer)
    }

    fn write(&mut self, at: u64, bytes: &[u8]) -> Result<()> {
        let at = self.place(at, bytes.len())?;
        self.device.write(at, bytes)
    }

    fn flush(&mut self) -> Result<()> {
        self.device.flush()
    }
}
