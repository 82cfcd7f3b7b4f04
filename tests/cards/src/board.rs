//! A board without hardware, and only one thread.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use wasi_kernel::{Clock, Result, System, WaitQueue};

/// Its clock moves when it is looked at.
#[derive(Clone, Copy)]
pub struct Board;

static NOW: AtomicU64 = AtomicU64::new(0);

impl Clock for Board {
    fn realtime(&self) -> u64 {
        self.monotonic()
    }

    fn monotonic(&self) -> u64 {
        NOW.fetch_add(1, Relaxed)
    }

    fn realtime_resolution(&self) -> u64 {
        1
    }

    fn monotonic_resolution(&self) -> u64 {
        1
    }
}

impl System for Board {
    type Queue = Nobody;

    fn random(&self, _: &mut [u8]) -> Result<()> {
        Ok(())
    }

    fn yield_now(&self) {}

    fn wait(&self, _: Option<u64>) {
        panic!("a single thread waits for itself");
    }
}

/// No thread ever waits.
#[derive(Default)]
pub struct Nobody;

impl WaitQueue for Nobody {
    fn enter<T>(&self, work: impl FnOnce() -> T) -> T {
        work()
    }

    fn notify(&self) {}
}
