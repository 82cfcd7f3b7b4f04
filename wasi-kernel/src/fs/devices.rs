//! The devices that programs look for in `/dev` (null(4), random(4), console(4)).

use super::fixed::{Content, Device, Item, Tree};
use crate::{Result, Stream, System};
use alloc::sync::Arc;

/// The directory of devices of one app.
pub struct Devices<S> {
    random: Random<S>,
    console: Console,
}

impl<S: System> Devices<S> {
    /// `input` is what `console` reads, `output` what it writes to.
    pub fn new(system: S, input: Arc<dyn Stream>, output: Arc<dyn Stream>) -> Self {
        Self { random: Random(system), console: Console { input, output } }
    }
}

impl<S: System> Tree for Devices<S> {
    fn item(&self, number: u64) -> Option<Item<'_>> {
        let (name, device): (_, &dyn Device) = match number {
            0 => return Some(Item { name: "", content: Content::Directory(1..6) }),
            1 => ("console", &self.console),
            2 => ("null", &Null),
            3 => ("random", &self.random),
            4 => ("urandom", &self.random),
            5 => ("zero", &Zero),
            _ => return None,
        };
        Some(Item { name, content: Content::Device(device) })
    }
}

struct Null;

impl Device for Null {
    fn read(&self, _: &mut [u8]) -> Result<usize> {
        Ok(0)
    }

    fn write(&self, bytes: &[u8]) -> Result<usize> {
        Ok(bytes.len())
    }

    fn discards(&self) -> bool {
        true
    }
}

struct Zero;

impl Device for Zero {
    fn read(&self, buffer: &mut [u8]) -> Result<usize> {
        buffer.fill(0);
        Ok(buffer.len())
    }

    fn write(&self, bytes: &[u8]) -> Result<usize> {
        Ok(bytes.len())
    }

    fn discards(&self) -> bool {
        true
    }
}

struct Random<S>(S);

impl<S: System> Device for Random<S> {
    fn read(&self, buffer: &mut [u8]) -> Result<usize> {
        self.0.random(buffer).map(|()| buffer.len())
    }

    fn write(&self, bytes: &[u8]) -> Result<usize> {
        Ok(bytes.len())
    }

    fn discards(&self) -> bool {
        true
    }
}

struct Console {
    input: Arc<dyn Stream>,
    output: Arc<dyn Stream>,
}

impl Device for Console {
    fn read(&self, buffer: &mut [u8]) -> Result<usize> {
        self.input.read(buffer)
    }

    fn write(&self, bytes: &[u8]) -> Result<usize> {
        self.output.write(bytes)
    }
}
