//! A QEMU that runs, and how it ends.

use crate::{Error, Machine, interrupt};
use std::{
    io::{self, Read, Write},
    os::unix::process::ExitStatusExt,
    process::{Child, ChildStderr, ChildStdin, ChildStdout, Command},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, RecvTimeoutError, Sender},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

/// A running QEMU. It is killed when this is dropped.
#[derive(Debug)]
pub struct Guest {
    process: Arc<Process>,
    log: Option<JoinHandle<Vec<u8>>>,
    timed_out: Arc<AtomicBool>,
    /// Its end calls the watchdog off.
    _watched: Sender<()>,
}

/// QEMU's standard streams; which guest device is behind them says [`crate::Console`].
#[derive(Debug)]
pub struct Pipes {
    /// What QEMU reads.
    pub stdin: ChildStdin,
    /// What QEMU writes. It has to be read, or the guest comes to stand when the pipe is full.
    pub stdout: ChildStdout,
}

/// How a guest ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// Who ended it, and with which status.
    pub verdict: Verdict,
    /// The last [`LOG_SIZE`] bytes of QEMU's standard error.
    pub log: String,
}

/// Who ended a guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The guest itself, by semihosting with this status (or QEMU, with status 1 and a line in the log).
    Exited(i32),
    /// [`Machine::timeout`] was over.
    TimedOut,
    /// This process got the signal with this number.
    Interrupted(i32),
    /// Somebody killed QEMU with this signal.
    Killed(i32),
}

/// Bytes of the log that an [`Ending`] keeps.
pub const LOG_SIZE: usize = 64 << 10;

impl Machine<'_> {
    /// Runs it to its end and copies what it writes to its standard output to `out`, at once.
    ///
    /// # Errors
    /// QEMU cannot be started, or `out` cannot be written to. The guest is gone then.
    pub fn run(&self, out: &mut impl Write) -> Result<Ending, Error> {
        let (guest, pipes) = self.start()?;
        guest.finish(pipes.stdout, out)
    }
}

impl Guest {
    /// Copies what it writes to `stdout`, its own, to `out`, at once, until it ends.
    ///
    /// # Errors
    /// `out` cannot be written to. The guest is gone then.
    pub fn finish(self, mut stdout: ChildStdout, out: &mut impl Write) -> Result<Ending, Error> {
        let mut buffer = [0; 4096];
        loop {
            match stdout.read(&mut buffer)? {
                0 => return self.wait(),
                read => out.write_all(&buffer[..read]).and_then(|()| out.flush())?,
            }
        }
    }

    pub(crate) fn start(
        mut command: Command,
        timeout: Option<Duration>,
        show_log: bool,
    ) -> Result<(Self, Pipes), Error> {
        interrupt::listen()?;
        let mut child = command.spawn()?;
        let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let process = Arc::new(Process(Mutex::new(child)));
        interrupt::register(&process);
        let (Some(stdin), Some(stdout), Some(stderr)) = (stdin, stdout, stderr) else {
            return Err(io::Error::other("its standard streams are no pipes").into());
        };

        let log = thread::spawn(move || collect(stderr, show_log));
        let timed_out = Arc::new(AtomicBool::new(false));
        let (watched, end) = mpsc::channel::<()>();
        if let Some(timeout) = timeout {
            let (process, timed_out) = (process.clone(), timed_out.clone());
            thread::spawn(move || {
                if end.recv_timeout(timeout) == Err(RecvTimeoutError::Timeout) {
                    timed_out.store(true, Ordering::Release);
                    process.kill();
                }
            });
        }
        Ok((Self { process, log: Some(log), timed_out, _watched: watched }, Pipes { stdin, stdout }))
    }

    /// Waits until it ends.
    ///
    /// # Errors
    /// The operating system does not tell how it ended.
    pub fn wait(mut self) -> Result<Ending, Error> {
        // The log ends when QEMU does, so that the lock below is held for a moment only.
        let log = self.log.take().and_then(|log| log.join().ok()).unwrap_or_default();
        let status = self.process.lock().wait()?;
        let verdict = match (status.code(), interrupt::interrupted()) {
            (_, Some(signal)) => Verdict::Interrupted(signal),
            _ if self.timed_out.load(Ordering::Acquire) => Verdict::TimedOut,
            (Some(code), None) => Verdict::Exited(code),
            (None, None) => Verdict::Killed(status.signal().unwrap_or_default()),
        };
        Ok(Ending { verdict, log: String::from_utf8_lossy(&log).into_owned() })
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        self.process.kill();
    }
}

/// QEMU's process.
#[derive(Debug)]
pub(crate) struct Process(Mutex<Child>);

impl Process {
    fn lock(&self) -> MutexGuard<'_, Child> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends it, if it has not ended, and waits for that. A process that is gone is no error.
    pub(crate) fn kill(&self) {
        let mut child = self.lock();
        let _ = child.kill();
        let _ = child.wait();
    }
}

/// Reads to the end, keeps the last [`LOG_SIZE`] bytes, and shows everything if `show`.
fn collect(mut stderr: ChildStderr, show: bool) -> Vec<u8> {
    let mut log = Vec::new();
    let mut buffer = [0; 4096];
    while let Ok(read @ 1..) = stderr.read(&mut buffer) {
        if show {
            // Whether anybody reads the log must not matter to the guest.
            let _ = io::stderr().write_all(&buffer[..read]);
        }
        log.extend_from_slice(&buffer[..read]);
        let excess = log.len().saturating_sub(LOG_SIZE);
        log.drain(..excess);
    }
    log
}
