//! Waiting for time and descriptors.

use crate::{
    Errno, GuestMemory, Linear, Process, Result, System,
    descriptor::Descriptor,
    memory::REQUEST_MAX,
    types::{CLOCK_MONOTONIC, CLOCK_REALTIME, CLOCKS, EVENT_CLOCK, EVENT_FD_READ, EVENT_FD_WRITE},
};

/// Bytes of a `$subscription`, of an `$event`, and what both are aligned to.
const SUBSCRIPTION: u32 = 48;
const EVENT: u32 = 32;
const ALIGN: u32 = 8;

/// Streams that a process has at most: the three of its start, as none can be doubled.
const STREAMS: usize = 3;

impl<S: System> Process<S> {
    /// `poll_oneoff`: waits until at least one of `count` `subscriptions` has happened, and writes an event for each that
    /// has, in their order, to `events`; their number to `happened`. Files and standard output are always ready.
    ///
    /// # Errors
    /// `Inval` for no subscription, an unknown kind or clock; `Badf` for a descriptor that cannot be waited for; `Perm` for
    /// writing to a file that may not be changed; `Nomem`, `Fault`.
    pub fn poll_oneoff(
        &mut self,
        memory: &mut GuestMemory<impl Linear>,
        subscriptions: u32,
        events: u32,
        count: u32,
        happened: u32,
    ) -> Result<()> {
        if count == 0 {
            return Err(Errno::Inval);
        }
        if count > REQUEST_MAX / (SUBSCRIPTION + EVENT) {
            return Err(Errno::Nomem);
        }
        let start = Start { monotonic: self.system.monotonic(), realtime: self.system.realtime() };
        let nth = |index: u32| subscriptions.checked_add(index * SUBSCRIPTION).ok_or(Errno::Fault);
        let only = count == 1;

        let mut wait = Wait { ready: false, pending: [None; STREAMS], deadline: u64::MAX };
        for index in 0..count {
            let subscription = Subscription::load(memory, nth(index)?)?;
            self.add(&subscription, &start, only, &mut wait)?;
        }
        self.wait(&mut wait)?;

        let now = self.system.monotonic();
        let mut number = 0;
        for index in 0..count {
            let subscription = Subscription::load(memory, nth(index)?)?;
            if let Some(event) = self.event(&subscription, &start, only, now, &wait)? {
                let at = events.checked_add(number * EVENT).ok_or(Errno::Fault)?;
                memory.store(at, ALIGN, &event)?;
                number += 1;
            }
        }
        memory.store_u32(happened, number)
    }

    /// Adds what `subscription` waits for to `wait`.
    fn add(&self, subscription: &Subscription, start: &Start, only: bool, wait: &mut Wait) -> Result<()> {
        match subscription.what {
            What::Clock(clock) => wait.deadline = wait.deadline.min(clock.deadline(start, only)?),
            What::Read(fd) => match self.table.get(fd)? {
                Descriptor::Input(_) => wait.add(fd),
                Descriptor::File(_) => wait.ready = true,
                Descriptor::Output(_) | Descriptor::Directory(_) => return Err(Errno::Badf),
            },
            What::Write(fd) => match self.table.get(fd)? {
                Descriptor::File(file) if !file.writable => return Err(Errno::Perm),
                Descriptor::File(_) => wait.ready = true,
                Descriptor::Output(_) if self.is_ready(fd, Some(0))? => wait.ready = true,
                Descriptor::Output(_) => wait.add(fd),
                Descriptor::Input(_) | Descriptor::Directory(_) => return Err(Errno::Badf),
            },
        }
        Ok(())
    }

    /// Waits, and notes which streams are ready.
    fn wait(&self, wait: &mut Wait) -> Result<()> {
        let deadline = match (wait.ready, wait.deadline) {
            (true, _) => Some(0),
            (false, u64::MAX) => None,
            (false, deadline) => Some(deadline),
        };
        match wait.pending {
            [None, ..] => self.system.sleep_until(deadline.unwrap_or(u64::MAX)),
            [Some(ref mut one), None, ..] => one.ready = self.is_ready(one.fd, deadline)?,
            _ => {
                let (mut result, mut rest) = (Ok(()), wait.pending);
                self.watch(&wait.pending, &mut || result = self.wait_for_any(&mut rest, deadline));
                wait.pending = rest;
                result?;
            }
        }
        Ok(())
    }

    /// Waits in `work` for all of the streams `pending` at once.
    fn watch(&self, pending: &[Option<Pending>], work: &mut dyn FnMut()) {
        let Some((&Some(first), rest)) = pending.split_first() else { return work() };
        if let Ok(Descriptor::Input(stream) | Descriptor::Output(stream)) = self.table.get(first.fd) {
            stream.watch(&mut || self.watch(rest, work));
        }
    }

    fn wait_for_any(&self, pending: &mut [Option<Pending>], deadline: Option<u64>) -> Result<()> {
        loop {
            let mut any = false;
            for one in pending.iter_mut().flatten() {
                one.ready = self.is_ready(one.fd, Some(0))?;
                any |= one.ready;
            }
            if any || deadline.is_some_and(|deadline| self.system.monotonic() >= deadline) {
                return Ok(());
            }
            self.system.wait(deadline);
        }
    }

    /// Waits for one stream. If that fails, a read or write will tell.
    fn is_ready(&self, fd: u32, deadline: Option<u64>) -> Result<bool> {
        match self.table.get(fd)? {
            Descriptor::Input(stream) => Ok(stream.wait_readable(deadline).unwrap_or(true)),
            Descriptor::Output(stream) => Ok(stream.wait_writable(deadline).unwrap_or(true)),
            Descriptor::File(_) | Descriptor::Directory(_) => Err(Errno::Badf),
        }
    }

    /// The event for `subscription`, if it has happened.
    fn event(
        &self,
        subscription: &Subscription,
        start: &Start,
        only: bool,
        now: u64,
        wait: &Wait,
    ) -> Result<Option<[u8; EVENT as usize]>> {
        const HANGUP: u8 = 1;
        let (kind, bytes, flags) = match subscription.what {
            // Wasmtime's event for one relative timeout, which it treats apart, has a 1 in this unused field.
            What::Clock(clock) if clock.deadline(start, only)? <= now => {
                (EVENT_CLOCK, clock.is_sleep(only).into(), 0)
            }
            What::Clock(_) => return Ok(None),
            What::Read(fd) => match self.table.get(fd)? {
                Descriptor::Input(_) if wait.is_ready(fd) => (EVENT_FD_READ, 1, 0),
                Descriptor::Input(_) => return Ok(None),
                Descriptor::File(file) => {
                    let size = file.handle.fs().stat(file.handle.node())?.size;
                    (EVENT_FD_READ, 1, if size <= file.position { HANGUP } else { 0 })
                }
                Descriptor::Output(_) | Descriptor::Directory(_) => return Err(Errno::Badf),
            },
            What::Write(fd) if wait.is_ready(fd) => (EVENT_FD_WRITE, 1, 0),
            What::Write(_) => return Ok(None),
        };
        let mut event = [0; EVENT as usize];
        event[..8].copy_from_slice(&subscription.userdata);
        event[10] = kind;
        event[16] = bytes;
        event[24] = flags;
        Ok(Some(event))
    }
}

/// What one call waits for.
struct Wait {
    /// Something is ready already.
    ready: bool,
    /// The streams that are to be waited for; no others are behind the first `None`.
    pending: [Option<Pending>; STREAMS],
    /// On the monotonic clock; `u64::MAX` for none.
    deadline: u64,
}

/// A stream that is waited for.
#[derive(Clone, Copy)]
struct Pending {
    fd: u32,
    ready: bool,
}

impl Wait {
    /// Adds a stream, unless it is there already.
    fn add(&mut self, fd: u32) {
        let mut slots = self.pending.iter_mut();
        if let Some(slot) = slots.find(|slot| slot.is_none_or(|pending| pending.fd == fd)) {
            *slot = Some(Pending { fd, ready: false });
        }
    }

    /// Whether `fd` is ready, which it is if it need not be waited for.
    fn is_ready(&self, fd: u32) -> bool {
        self.pending.iter().flatten().find(|pending| pending.fd == fd).is_none_or(|pending| pending.ready)
    }
}

/// The clocks at the start of the call.
struct Start {
    monotonic: u64,
    realtime: u64,
}

struct Subscription {
    userdata: [u8; 8],
    what: What,
}

enum What {
    Clock(Timeout),
    Read(u32),
    Write(u32),
}

#[derive(Clone, Copy)]
struct Timeout {
    clock: u32,
    nanoseconds: u64,
    absolute: bool,
}

impl Timeout {
    /// Whether this is a plain sleep: the only subscription, and relative.
    fn is_sleep(&self, only: bool) -> bool {
        only && !self.absolute
    }

    /// When it has happened, on the monotonic clock.
    fn deadline(&self, start: &Start, only: bool) -> Result<u64> {
        match self.clock {
            _ if self.is_sleep(only) => Ok(start.monotonic.saturating_add(self.nanoseconds)),
            CLOCK_REALTIME | CLOCK_MONOTONIC if !self.absolute => {
                Ok(start.monotonic.saturating_add(self.nanoseconds))
            }
            CLOCK_MONOTONIC => Ok(self.nanoseconds),
            CLOCK_REALTIME => {
                Ok(start.monotonic.saturating_add(self.nanoseconds.saturating_sub(start.realtime)))
            }
            _ => Err(Errno::Inval),
        }
    }
}

impl Subscription {
    fn load(memory: &GuestMemory<impl Linear>, at: u32) -> Result<Self> {
        let record = memory.load::<{ SUBSCRIPTION as usize }>(at, ALIGN)?;
        let word =
            |at: usize| u32::from_le_bytes([record[at], record[at + 1], record[at + 2], record[at + 3]]);
        let double = |at: usize| u64::from(word(at)) | u64::from(word(at + 4)) << 32;
        let what = match record[8] {
            EVENT_CLOCK => {
                let (clock, flags) = (word(16), word(40) & 0xffff);
                if clock >= CLOCKS || flags > 1 {
                    return Err(Errno::Inval);
                }
                What::Clock(Timeout { clock, nanoseconds: double(24), absolute: flags == 1 })
            }
            EVENT_FD_READ => What::Read(word(16)),
            EVENT_FD_WRITE => What::Write(word(16)),
            _ => return Err(Errno::Inval),
        };
        let mut userdata = [0; 8];
        userdata.copy_from_slice(&record[..8]);
        Ok(Self { userdata, what })
    }
}
