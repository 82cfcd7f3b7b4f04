//! A serial port of this machine, or a pseudoterminal.

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    fs::OFlags,
    io::Errno,
    termios::{ControlModes, OptionalActions, QueueSelector, ioctl_tiocexcl, tcflush, tcgetattr, tcsetattr},
};
use sinter_abi::push::BAUD;
use std::{
    fs::File,
    io::{self, Read, Write},
    os::{
        fd::{AsFd, BorrowedFd},
        unix::fs::OpenOptionsExt,
    },
    path::Path,
    time::{Duration, Instant},
};

/// An open port: 115,200 baud, 8 data bits, no parity, one stop bit, no flow control.
#[derive(Debug)]
pub struct Port(File);

impl Port {
    /// Opens the port for this process alone. What came before is dropped.
    ///
    /// # Errors
    /// The operating system's; `ENOTTY` if it is no terminal.
    pub fn open(path: &Path) -> io::Result<Self> {
        // A port whose line says that there is no carrier would not open otherwise.
        let flags = OFlags::NOCTTY | OFlags::NONBLOCK;
        let file = File::options().read(true).write(true).custom_flags(flags.bits() as i32).open(path)?;
        let mut settings = tcgetattr(&file)?;
        ioctl_tiocexcl(&file)?;
        settings.make_raw();
        settings.set_speed(BAUD)?;
        settings.control_modes |= ControlModes::CLOCAL | ControlModes::CREAD;
        settings.control_modes &= !(ControlModes::CRTSCTS | ControlModes::CSTOPB);
        tcsetattr(&file, OptionalActions::Now, &settings)?;
        tcflush(&file, QueueSelector::IOFlush)?;
        Ok(Self(file))
    }

    /// Reads what has come, waiting for it until `deadline`; 0 if nothing has.
    ///
    /// # Errors
    /// The port is gone, which has the kind `UnexpectedEof`, or another one of the operating system's.
    pub fn read(&mut self, buffer: &mut [u8], deadline: Instant) -> io::Result<usize> {
        while self.wait(PollFlags::IN, deadline)? {
            match self.0.read(buffer) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Err(error) if error.raw_os_error() == Some(Errno::IO.raw_os_error()) => {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                result => return result,
            }
        }
        Ok(0)
    }

    /// Writes `bytes`, as many of them as the port takes until `deadline`.
    ///
    /// # Errors
    /// As [`Port::read`].
    pub fn write(&mut self, mut bytes: &[u8], deadline: Instant) -> io::Result<()> {
        while !bytes.is_empty() && self.wait(PollFlags::OUT, deadline)? {
            match self.0.write(bytes) {
                Ok(written) => bytes = &bytes[written..],
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) if error.raw_os_error() == Some(Errno::IO.raw_os_error()) => {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Waits until one of `events` or an error is there; whether that was before `deadline`.
    fn wait(&self, events: PollFlags, deadline: Instant) -> io::Result<bool> {
        loop {
            let rest = deadline.saturating_duration_since(Instant::now());
            // One that is over is no reason not to look.
            match poll(&mut [PollFd::new(&self.0, events)], Some(&timespec(rest))) {
                Ok(ready) => return Ok(ready > 0),
                Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}

impl AsFd for Port {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

fn timespec(duration: Duration) -> Timespec {
    Timespec { tv_sec: duration.as_secs() as i64, tv_nsec: duration.subsec_nanos().into() }
}
