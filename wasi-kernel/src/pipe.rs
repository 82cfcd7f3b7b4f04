//! Pipes from app to app, as pipe(7) has them on Linux.
//!
//! A pipe has any number of [`Reader`]s and [`Writer`]s. Who reads an empty one waits for bytes or for the last writer's
//! end, who writes to a full one waits for room or for the last reader's end; neither uses the core meanwhile.

use crate::{Errno, Result, Stream, System, ring::Ring, system::WaitQueue};
use alloc::sync::Arc;
use core::sync::atomic::{AtomicBool, Ordering::Relaxed};
use spin::{
    RelaxStrategy, Spin,
    mutex::{SpinMutex, SpinMutexGuard},
};

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
    bytes: Ring<CAPACITY>,
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
    let state = SpinMutex::new(State { bytes: Ring::new()?, readers: 1, writers: 1 });
    let pipe = Arc::new(Pipe { system, state, filled: S::Queue::default(), drained: S::Queue::default() });
    let reader = Reader { pipe: pipe.clone(), nonblocking: AtomicBool::new(false) };
    Ok((reader, Writer { pipe, nonblocking: AtomicBool::new(false) }))
}

impl State {
    /// Whether a read of some bytes would not wait.
    fn is_readable(&self) -> bool {
        self.bytes.len() > 0 || self.writers == 0
    }

    /// Whether a write of `size` bytes, which are to be written at once, would not wait.
    fn is_writable(&self, size: usize) -> bool {
        CAPACITY - self.bytes.len() >= size || self.readers == 0
    }
}

impl<S: System, R: RelaxStrategy> Pipe<S, R> {
    /// Puts as many of `bytes`, of which there are some, in as there is room for; `Again` if there is not enough.
    #[inline(always)]
    fn put(&self, bytes: &[u8]) -> Result<usize> {
        let mut state = self.state.lock();
        if state.readers == 0 {
            return Err(Errno::Pipe);
        }
        let room = CAPACITY - state.bytes.len();
        if room < bytes.len() && (room == 0 || bytes.len() <= ATOMIC) {
            return Err(Errno::Again);
        }
        let size = state.bytes.put(bytes);
        drop(state);
        self.filled.notify();
        Ok(size)
    }

    /// Waits in `queue`, which is notified of it, until `state` is `ready` or `deadline` has come.
    #[inline(never)]
    fn wait<'a>(
        &'a self,
        queue: &S::Queue,
        mut state: SpinMutexGuard<'a, State, R>,
        deadline: Option<u64>,
        ready: impl Fn(&State) -> bool,
    ) -> SpinMutexGuard<'a, State, R> {
        let waits = |state: &State| {
            !ready(state) && deadline.is_none_or(|deadline| self.system.monotonic() < deadline)
        };
        if !waits(&state) {
            return state;
        }
        // It is in the queue before others can change the state.
        queue.enter(|| {
            while waits(&state) {
                drop(state);
                self.system.wait(deadline);
                state = self.state.lock();
            }
            state
        })
    }
}

impl<S: System, R: RelaxStrategy + Send + Sync> Stream for Reader<S, R> {
    fn read(&self, buffer: &mut [u8]) -> Result<usize> {
        let mut state = self.pipe.state.lock();
        if !state.is_readable() && !buffer.is_empty() {
            if self.is_nonblocking() {
                return Err(Errno::Again);
            }
            state = self.pipe.wait(&self.pipe.filled, state, None, State::is_readable);
        }
        let size = state.bytes.take(buffer);
        drop(state);
        self.pipe.drained.notify();
        Ok(size)
    }

    fn write(&self, _: &[u8]) -> Result<usize> {
        Err(Errno::Badf)
    }

    fn wait_readable(&self, deadline: Option<u64>) -> Result<bool> {
        let mut state = self.pipe.state.lock();
        if !state.is_readable() {
            state = self.pipe.wait(&self.pipe.filled, state, deadline, State::is_readable);
        }
        Ok(state.is_readable())
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
        if bytes.is_empty() {
            return Ok(0);
        }
        match self.pipe.put(bytes) {
            Ok(size) if size == bytes.len() => Ok(size),
            first => self.write_on(bytes, first),
        }
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
    /// Goes on with writing `bytes` after `last`, what the first [`Pipe::put`] said.
    #[inline(never)]
    fn write_on(&self, bytes: &[u8], mut last: Result<usize>) -> Result<usize> {
        let mut done = 0;
        loop {
            match last {
                Ok(size) => done += size,
                Err(Errno::Again) if !self.nonblocking.load(Relaxed) => {
                    self.wait_room((bytes.len() - done).min(ATOMIC), None);
                }
                Err(errno) if done == 0 => return Err(errno),
                Err(_) => return Ok(done),
            }
            if done == bytes.len() {
                return Ok(done);
            }
            last = self.pipe.put(&bytes[done..]);
        }
    }

    /// Waits until there is room for `size` bytes, or nobody will read them; whether it is so by `deadline`.
    fn wait_room(&self, size: usize, deadline: Option<u64>) -> bool {
        let ready = |state: &State| state.is_writable(size);
        let mut state = self.pipe.state.lock();
        if !ready(&state) {
            state = self.pipe.wait(&self.pipe.drained, state, deadline, ready);
        }
        ready(&state)
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
