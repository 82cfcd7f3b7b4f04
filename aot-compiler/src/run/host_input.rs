//! Standard input, read by a thread so that a request need not wait, and never further than was asked for.

use std::{
    collections::VecDeque,
    io::{self, Read},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

/// Bytes that one read asks for.
const CHUNK: usize = 64 << 10;

/// Standard input.
pub struct Input {
    shared: Arc<Shared>,
    /// The stream, until the thread takes it at the first request.
    stream: Option<Box<dyn Read + Send>>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    bytes: VecDeque<u8>,
    /// Whether the thread is to read once more.
    wanted: bool,
    /// Set when nothing comes any more.
    ended: bool,
    /// Why it ended, until that was told.
    error: Option<io::Error>,
}

impl State {
    fn ready(&self) -> bool {
        self.ended || !self.bytes.is_empty()
    }
}

impl Input {
    /// Reads from `stream` once it is asked to.
    pub fn new(stream: impl Read + Send + 'static) -> Self {
        Self { shared: Arc::default(), stream: Some(Box::new(stream)) }
    }

    /// Waits up to `time`, or for ever, until there are bytes or the end; whether there are.
    pub fn wait(&mut self, time: Option<Duration>) -> bool {
        if let Some(stream) = self.stream.take() {
            let shared = self.shared.clone();
            thread::spawn(move || pump(stream, &shared));
        }
        let mut state = self.shared.lock();
        if state.ready() {
            return true;
        }
        state.wanted = true;
        self.shared.changed.notify_all();
        let waiting = |state: &mut State| !state.ready();
        match time {
            None => {
                drop(self.shared.changed.wait_while(state, waiting).unwrap_or_else(PoisonError::into_inner));
                true
            }
            Some(time) => {
                let result = self.shared.changed.wait_timeout_while(state, time, waiting);
                result.unwrap_or_else(PoisonError::into_inner).0.ready()
            }
        }
    }

    /// At most `size` of the bytes that are there; none at the end.
    ///
    /// # Errors
    /// Once, if reading failed, and after the bytes before that.
    pub fn take(&mut self, size: usize) -> io::Result<Vec<u8>> {
        let mut state = self.shared.lock();
        if state.bytes.is_empty()
            && let Some(error) = state.error.take()
        {
            return Err(error);
        }
        let size = size.min(state.bytes.len());
        Ok(state.bytes.drain(..size).collect())
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads once for each wish, until the end.
fn pump(mut stream: impl Read, shared: &Shared) {
    let mut buffer = vec![0; CHUNK];
    loop {
        let state = shared.lock();
        drop(shared.changed.wait_while(state, |state| !state.wanted).unwrap_or_else(PoisonError::into_inner));
        let read = loop {
            match stream.read(&mut buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read,
            }
        };
        let mut state = shared.lock();
        state.wanted = false;
        match read {
            Ok(read @ 1..) => state.bytes.extend(&buffer[..read]),
            end => {
                state.ended = true;
                state.error = end.err();
            }
        }
        shared.changed.notify_all();
        if state.ended {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_read_before_it_is_asked_for() {
        struct Forbidden;
        impl Read for Forbidden {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                panic!("read without a request")
            }
        }
        drop(Input::new(Forbidden));
    }

    #[test]
    fn a_wait_ends_when_its_time_is_over() {
        let (reader, _writer) = io::pipe().unwrap();
        let mut input = Input::new(reader);
        assert!(!input.wait(Some(Duration::ZERO)));
        assert!(!input.wait(Some(Duration::from_millis(20))));
    }

    #[test]
    fn bytes_before_an_error_are_not_lost() {
        struct Breaks(bool);
        impl Read for Breaks {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                if std::mem::replace(&mut self.0, true) {
                    return Err(io::ErrorKind::BrokenPipe.into());
                }
                buffer[..2].copy_from_slice(b"ab");
                Ok(2)
            }
        }
        let mut input = Input::new(Breaks(false));
        assert!(input.wait(None));
        assert_eq!(input.take(1).unwrap(), b"a");
        assert_eq!(input.take(9).unwrap(), b"b");
        assert!(input.wait(None));
        assert!(input.take(9).is_err());
        assert_eq!(input.take(9).unwrap(), b"");
    }
}
