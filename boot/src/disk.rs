//! The data partition of a card's image, on the host.

use std::{
    io::{Read, Seek, SeekFrom, Write},
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use wasi_kernel::{
    Clock, Errno, Result, System, WaitQueue,
    fs::disk::{
        DiskFs, MountError,
        device::{BlockDevice, Partition, SECTOR},
        partition,
    },
};

/// A range of a file as a disk.
pub struct Disk<F> {
    file: F,
    start: u64,
    size: u64,
}

impl<F: Read + Write + Seek> Disk<F> {
    /// The `size` bytes from byte `start` of `file` on.
    pub fn new(file: F, start: u64, size: u64) -> Self {
        Self { file, start, size }
    }

    /// Goes to sector `at`, from which `size` bytes are wanted.
    fn seek(&mut self, at: u64, size: usize) -> Result<()> {
        let start = at.checked_mul(SECTOR as u64).ok_or(Errno::Io)?;
        let end = start.checked_add(size as u64).ok_or(Errno::Io)?;
        if end > self.size {
            return Err(Errno::Io);
        }
        self.file.seek(SeekFrom::Start(self.start + start)).map(drop).map_err(|_| Errno::Io)
    }
}

impl<F: Read + Write + Seek + Send> BlockDevice for Disk<F> {
    fn sectors(&self) -> u64 {
        self.size / SECTOR as u64
    }

    fn read(&mut self, at: u64, buffer: &mut [u8]) -> Result<()> {
        self.seek(at, buffer.len())?;
        self.file.read_exact(buffer).map_err(|_| Errno::Io)
    }

    fn write(&mut self, at: u64, bytes: &[u8]) -> Result<()> {
        self.seek(at, bytes.len())?;
        self.file.write_all(bytes).map_err(|_| Errno::Io)
    }

    fn flush(&mut self) -> Result<()> {
        self.file.flush().map_err(|_| Errno::Io)
    }
}

/// The file system of an image's data partition.
pub type Data<F> = DiskFs<Partition<Disk<F>>, Host>;

/// Mounts the data partition of the card in `file`. `None` if it has no such partition.
///
/// # Errors
/// It cannot be mounted.
pub fn mount<F: Read + Write + Seek + Send>(mut file: F) -> std::result::Result<Option<Data<F>>, MountError> {
    let size = file.seek(SeekFrom::End(0)).map_err(|_| MountError::Failed(Errno::Io))?;
    let mut disk = Disk::new(file, 0, size);
    let Some(entry) = partition::find(&mut disk, partition::DATA)? else { return Ok(None) };
    let partition = Partition::new(disk, entry.start, entry.sectors).ok_or(MountError::Failed(Errno::Io))?;
    const NAMES_MAX: u64 = 1 << 30;
    DiskFs::mount(partition, Host, 1, NAMES_MAX).map(Some)
}

/// This machine, as a file system needs it.
#[derive(Clone, Copy)]
pub struct Host;

impl Clock for Host {
    fn realtime(&self) -> u64 {
        SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos() as u64
    }

    fn monotonic(&self) -> u64 {
        static LAST: AtomicU64 = AtomicU64::new(0);
        let now = self.realtime();
        LAST.fetch_max(now, Relaxed).max(now)
    }

    fn realtime_resolution(&self) -> u64 {
        1
    }

    fn monotonic_resolution(&self) -> u64 {
        1
    }
}

impl System for Host {
    type Queue = Nobody;

    /// A file system asks for none.
    fn random(&self, _: &mut [u8]) -> Result<()> {
        Err(Errno::Io)
    }

    fn yield_now(&self) {
        thread::yield_now();
    }

    fn wait(&self, _: Option<u64>) {
        // The caller looks and waits again.
        thread::sleep(Duration::from_millis(1));
    }
}

/// Threads that wait here look from time to time.
#[derive(Default)]
pub struct Nobody;

impl WaitQueue for Nobody {
    fn enter<T>(&self, work: impl FnOnce() -> T) -> T {
        work()
    }

    fn notify(&self) {}
}
