//! Disks without hardware.

use std::sync::{Arc, Mutex};
use wasi_kernel::{Errno, Result, fs::disk::device::BlockDevice};

/// A disk in memory. Its clones are the same disk.
#[derive(Clone)]
pub struct MemoryDisk(pub Arc<Mutex<Vec<u8>>>);

impl MemoryDisk {
    pub fn new(size: usize) -> Self {
        Self(Arc::new(Mutex::new(vec![0; size])))
    }
}

impl BlockDevice for MemoryDisk {
    fn sectors(&self) -> u64 {
        self.0.lock().unwrap().len() as u64 / 512
    }

    fn read(&mut self, at: u64, buffer: &mut [u8]) -> Result<()> {
        let bytes = self.0.lock().unwrap();
        let from = bytes.get(at as usize * 512..).and_then(|bytes| bytes.get(..buffer.len()));
        buffer.copy_from_slice(from.ok_or(Errno::Io)?);
        Ok(())
    }

    fn write(&mut self, at: u64, from: &[u8]) -> Result<()> {
        let mut bytes = self.0.lock().unwrap();
        let to = bytes.get_mut(at as usize * 512..).and_then(|bytes| bytes.get_mut(..from.len()));
        to.ok_or(Errno::Io)?.copy_from_slice(from);
        Ok(())
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}
