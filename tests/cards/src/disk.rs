//! A disk in memory.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use wasi_kernel::{
    Errno, Result,
    fs::disk::device::{BlockDevice, SECTOR},
};

/// A disk in memory. Its clones are the same disk.
#[derive(Clone)]
pub struct MemoryDisk(Arc<Mutex<Inner>>);

#[derive(Clone)]
struct Inner {
    /// What was on it, which other disks share.
    start: Arc<Vec<u8>>,
    /// What was written since, by sectors.
    changed: HashMap<usize, [u8; SECTOR]>,
}

impl MemoryDisk {
    /// A disk of `size` bytes, all zeros.
    pub fn new(size: usize) -> Self {
        Self::with(Arc::new(vec![0; size]))
    }

    /// A disk with these bytes.
    pub fn with(start: Arc<Vec<u8>>) -> Self {
        Self(Arc::new(Mutex::new(Inner { start, changed: HashMap::new() })))
    }

    /// Another disk with the same bytes.
    pub fn copy(&self) -> Self {
        Self(Arc::new(Mutex::new(self.lock().clone())))
    }

    /// Puts `bytes` at byte `at`; what lies behind the disk's end is left out.
    pub fn put(&self, at: usize, bytes: &[u8]) {
        let mut inner = self.lock();
        for (at, &byte) in (at..inner.start.len()).zip(bytes) {
            let mut sector = inner.sector(at / SECTOR);
            sector[at % SECTOR] = byte;
            inner.changed.insert(at / SECTOR, sector);
        }
    }

    /// Everything on it.
    pub fn bytes(&self) -> Vec<u8> {
        let inner = self.lock();
        (0..inner.start.len() / SECTOR).flat_map(|at| inner.sector(at)).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn sector(&self, at: usize) -> [u8; SECTOR] {
        self.changed.get(&at).copied().unwrap_or_else(|| {
            let mut sector = [0; SECTOR];
            sector.copy_from_slice(&self.start[at * SECTOR..][..SECTOR]);
            sector
        })
    }

    /// The sectors that `size` bytes from `at` on are in.
    fn range(&self, at: u64, size: usize) -> Result<std::ops::Range<usize>> {
        let start = usize::try_from(at).map_err(|_| Errno::Io)?;
        let end = start.checked_add(size / SECTOR).filter(|end| *end <= self.start.len() / SECTOR);
        Ok(start..end.ok_or(Errno::Io)?)
    }
}

impl BlockDevice for MemoryDisk {
    fn sectors(&self) -> u64 {
        (self.lock().start.len() / SECTOR) as u64
    }

    fn read(&mut self, at: u64, buffer: &mut [u8]) -> Result<()> {
        let inner = self.lock();
        for (at, to) in inner.range(at, buffer.len())?.zip(buffer.chunks_exact_mut(SECTOR)) {
            to.copy_from_slice(&inner.sector(at));
        }
        Ok(())
    }

    fn write(&mut self, at: u64, bytes: &[u8]) -> Result<()> {
        let mut inner = self.lock();
        for (at, from) in inner.range(at, bytes.len())?.zip(bytes.chunks_exact(SECTOR)) {
            let mut sector = [0; SECTOR];
            sector.copy_from_slice(from);
            inner.changed.insert(at, sector);
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}
