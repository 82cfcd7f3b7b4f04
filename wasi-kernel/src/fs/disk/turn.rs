//! A lock whose holder may give the core away.

use crate::{System, WaitQueue};
use alloc::boxed::Box;
use spin::{RelaxStrategy, mutex::SpinMutex};

/// A `T` that one thread at a time has, while others wait without using the core.
pub struct Turn<T, S: System, R> {
    system: S,
    /// Nothing while someone has it. The spin lock itself is held for an instant only.
    value: SpinMutex<Option<Box<T>>, R>,
    returned: S::Queue,
}

impl<T, S: System, R: RelaxStrategy> Turn<T, S, R> {
    /// For `value`.
    pub fn new(system: S, value: Box<T>) -> Self {
        Self { system, value: SpinMutex::new(Some(value)), returned: S::Queue::default() }
    }

    /// Does `work` with the value.
    pub fn with<U>(&self, work: impl FnOnce(&mut T) -> U) -> U {
        let mut value = self.take();
        let result = work(&mut value);
        *self.value.lock() = Some(value);
        self.returned.notify();
        result
    }

    fn take(&self) -> Box<T> {
        let mut taken = self.value.lock().take();
        loop {
            if let Some(value) = taken {
                return value;
            }
            self.returned.enter(&mut || {
                taken = self.value.lock().take();
                if taken.is_none() {
                    self.system.wait(None);
                    taken = self.value.lock().take();
                }
            });
        }
    }
}
