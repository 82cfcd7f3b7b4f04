//! Pipes from app to app, as pipe(7) has them on Linux.
//!
//! A pipe has any number of [`Reader`]s and [`Writer`]s. Who reads an empty one waits for bytes or for the last writer's
//! end, who writes to a full one waits for room or for the last reader's end; neither uses the core meanwhile.

use crate::{Errno, Result, Stream, System, system::WaitQueue};
use alloc::{collections::VecDeque, sync::Arc};
use core::sync::atomic::{AtomicBool, Ordering::Relaxed};
use spin::{RelaxStrategy, Spin, mutex::SpinMutex};

/// Bytes that were written and not read, at most: Linux's default.
pub const CAPACITY: usize = 64 << 10;

/// Bytes that are written at once or not at all, at most (`PIPE_BUF`): lines of several writers do not mix.
pub const ATOMIC: usize = 4096;

/// What lies between the ends. `R` is what a core does while another one holds the lock.
struct Pipe<S: System, R> {
    system: S,
    state: SpinMutex<State, R>,
    /// Notified when there are more bytes, or no writers any more.
    filled: S::Queue,
    /// Notified when there are fewer bytes, or no readers any more.
    drained: S::Queue,
}

struct State {
    bytes: VecDeque<u8>,
    readers: usize,
    writers: usize,
}

/// An end to read from. It closes when it is dropped.
pub struct Reader<S: System, R: RelaxStrategy = Spin> {
    pipe: Arc<Pipe<S, R>>,
    nonblocking: AtomicBool,
}

/// An end to write to. It closes when it is dropped.
pub struct Writer<S: System, R: RelaxStrategy = Spin> {
    pipe: Arc<Pipe<S, R>>,
    nonblocking: AtomicBool,
}

/// A new pipe with one end of each kind; more are made of these.
///
/// # Errors
/// `Nomem`.
pub fn pipe<S: System, R: RelaxStrategy>(system: S) -> Result<(Reader<S, R>, Writer<S, R>)> {
    let mut bytes = VecDeque::new();
    bytes.try_reserve_exact(CAPACITY).map_err(|_| Errno::Nomem)?;
    let state = SpinMutex::new(State { bytes, readers: 1, writers: 1 });
    let pipe = Arc::new(Pipe { system, state, filled: S::Queue::default(), drained: S::Queue::default() });
    let reader = Reader { pipe: pipe.clone(), nonblocking: AtomicBool::new(false) };
    Ok((reader, Writer { pipe, nonblocking: AtomicBool::new(false) }))
}

impl<S: System, R: RelaxStrategy> Pipe<S, R> {
    /// Takes bytes out; `Again` if there are none yet, 0 if none will come.
    #[inline(always)]
    fn take(&self, buffer: &mut [u8]) -> Result<usize> {
        let mut state = self.state.lock();
        let size = buffer.len().min(state.bytes.len());
        if size == 0 && state.writers > 0 && !buffer.is_empty() {
            return Err(Errno::Again);
        }
        let (front, back) = state.bytes.as_slices();
        let (to_front, to_back) = buffer[..size].split_at_mut(size.min(front.len()));
        to_front.copy_from_slice(&front[..to_front.len()]);
        if !to_back.is_empty() {
            to_back.copy_from_slice(&back[..to_back.len()]);
        }
        state.bytes.drain(..size);
        drop(state);
        self.drained.notify();
        Ok(size)
    }

    /// Puts as many of `bytes`, of which there are some, in as there is room for; `Again` if there is not enough.
    fn put(&self, bytes: &[u8]) -> Result<usize> {
        let mut state = self.state.lock();
        if state.readers == 0 {
            return Err(Errno::Pipe);
        }
        let room = CAPACITY - state.bytes.len();
        if room == 0 || (bytes.len() <= ATOMIC && room < bytes.len()) {
            return Err(Errno::Again);
        }
        let size = room.min(bytes.len());
        state.bytes.extend(&bytes[..size]);
        drop(state);
        self.filled.notify();
        Ok(size)
    }

    /// Waits in `queue` until the state is `ready` or `deadline` has come; whether it is.
    fn wait(&self, queue: &S::Queue, deadline: Option<u64>, ready: impl Fn(&State) -> bool) -> bool {
        let mut is_ready = ready(&self.state.lock());
        if is_ready || deadline.is_some_and(|deadline| self.system.monotonic() >= deadline) {
            return is_ready;
        }
        queue.enter(&mut || {
            loop {
                is_ready = ready(&self.state.lock());
                if is_ready || deadline.is_some_and(|deadline| self.system.monotonic() >= deadline) {
                    break;
                }
                self.system.wait(deadline);
            }
        });
        is_ready
    }
}

impl<S: System, R: RelaxStrategy + Send + Sync> Stream for Reader<S, R> {
    fn read(&self, buffer: &mut [u8]) -> Result<usize> {
        let mut result = self.pipe.take(buffer);
        if result == Err(Errno::Again) && !self.is_nonblocking() {
            self.pipe.filled.enter(&mut || {
                loop {
                    result = self.pipe.take(buffer);
                    if result != Err(Errno::Again) {
                        break;
                    }
                    self.pipe.system.wait(None);
                }
            });
        }
        result
    }

    fn write(&self, _: &[u8]) -> Result<usize> {
        Err(Errno::Badf)
    }

    fn wait_readable(&self, deadline: Option<u64>) -> Result<bool> {
        let ready = |state: &State| !state.bytes.is_empty() || state.writers == 0;
        Ok(self.pipe.wait(&self.pipe.filled, deadline, ready))
    }

    fn watch(&self, work: &mut dyn FnMut()) {
        self.pipe.filled.enter(work);
    }

    fn set_nonblocking(&self, on: bool) -> Result<()> {
        self.nonblocking.store(on, Relaxed);
        Ok(())
    }

    fn is_nonblocking(&self) -> bool {
        self.nonblocking.load(Relaxed)
    }
}

impl<S: System, R: RelaxStrategy + Send + Sync> Stream for Writer<S, R> {
    fn read(&self, _: &mut [u8]) -> Result<usize> {
        Err(Errno::Badf)
    }

    fn write(&self, bytes: &[u8]) -> Result<usize> {
        let mut done = 0;
        while done < bytes.len() {
            let rest = &bytes[done..];
            match self.pipe.put(rest) {
                Ok(size) => done += size,
                Err(Errno::Again) if !self.is_nonblocking() => {
                    self.wait_room(rest.len().min(ATOMIC), None);
                }
                Err(errno) if done == 0 => return Err(errno),
                Err(_) => break,
            }
        }
        Ok(done)
    }

    fn wait_readable(&self, _: Option<u64>) -> Result<bool> {
        Err(Errno::Badf)
    }

    fn wait_writable(&self, deadline: Option<u64>) -> Result<bool> {
        Ok(self.wait_room(ATOMIC, deadline))
    }

    fn watch(&self, work: &mut dyn FnMut()) {
        self.pipe.drained.enter(work);
    }

    fn set_nonblocking(&self, on: bool) -> Result<()> {
        self.nonblocking.store(on, Relaxed);
        Ok(())
    }

    fn is_nonblocking(&self) -> bool {
        self.nonblocking.load(Relaxed)
    }
}

impl<S: System, R: RelaxStrategy> Writer<S, R> {
    /// Waits until there is room for `size` bytes, or nobody will read them; whether it is so by `deadline`.
    fn wait_room(&self, size: usize, deadline: Option<u64>) -> bool {
        let ready = |state: &State| CAPACITY - state.bytes.len() >= size || state.readers == 0;
        self.pipe.wait(&self.pipe.drained, deadline, ready)
    }
}

impl<S: System, R: RelaxStrategy> Clone for Reader<S, R> {
    /// One more end of the same pipe.
    fn clone(&self) -> Self {
        self.pipe.state.lock().readers += 1;
        Self { pipe: self.pipe.clone(), nonblocking: AtomicBool::new(false) }
    }
}

impl<S: System, R: RelaxStrategy> Clone for Writer<S, R> {
    /// One more end of the same pipe.
    fn clone(&self) -> Self {
        self.pipe.state.lock().writers += 1;
        Self { pipe: self.pipe.clone(), nonblocking: AtomicBool::new(false) }
    }
}

impl<S: System, R: RelaxStrategy> Drop for Reader<S, R> {
    fn drop(&mut self) {
        self.pipe.state.lock().readers -= 1;
        self.pipe.drained.notify();
    }
}

impl<S: System, R: RelaxStrategy> Drop for Writer<S, R> {
    fn drop(&mut self) {
        self.pipe.state.lock().writers -= 1;
        self.pipe.filled.notify();
    }
}
