//! This process as the terminal of a board.

use super::Port;
use rustix::{
    event::{PollFd, PollFlags, poll},
    io::Errno,
    termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr},
};
use std::{
    io::{self, IsTerminal, Stdin, Write},
    time::{Duration, Instant},
};

/// What ends it: control-C.
const END: u8 = 3;

/// Copies what comes from `port` to standard output, and standard input to `port`, until control-C is typed or the port is
/// gone. What does not come from a terminal waits for the first that `port` says: nobody listens before.
///
/// # Errors
/// The operating system's.
pub fn terminal(port: &mut Port) -> io::Result<()> {
    let keyboard = Keyboard::new(io::stdin());
    let mut typing = keyboard.1.is_some();
    let mut ended = false;
    let mut buffer = [0; 4096];
    loop {
        let (mut from_port, mut from_keyboard) = (false, false);
        let mut ready = [PollFd::new(&*port, PollFlags::IN), PollFd::new(&keyboard.0, PollFlags::IN)];
        match poll(&mut ready[..if typing { 2 } else { 1 }], None) {
            Ok(_) => {
                from_port = !ready[0].revents().is_empty();
                from_keyboard = !ready[1].revents().is_empty();
            }
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        if from_port {
            match port.read(&mut buffer, Instant::now()) {
                Ok(count) => {
                    typing |= !ended;
                    let mut out = io::stdout().lock();
                    out.write_all(&buffer[..count]).and_then(|()| out.flush())?;
                }
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
                Err(error) => return Err(error),
            }
        }
        if from_keyboard {
            let count = rustix::io::read(&keyboard.0, &mut buffer)?;
            if keyboard.1.is_some() && buffer[..count].contains(&END) {
                return Ok(());
            }
            ended = count == 0;
            typing = !ended;
            port.write(&buffer[..count], Instant::now() + Duration::from_secs(1))?;
        }
    }
}

/// Standard input; if it is a terminal, each key comes at once and without echo, as the board echoes.
struct Keyboard(Stdin, Option<Termios>);

impl Keyboard {
    fn new(stdin: Stdin) -> Self {
        let before = stdin.is_terminal().then(|| tcgetattr(&stdin).ok()).flatten();
        if let Some(before) = &before {
            let mut settings = before.clone();
            settings.local_modes &= !(LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG);
            // If that fails, lines are sent as a whole and shown twice.
            let _ = tcsetattr(&stdin, OptionalActions::Now, &settings);
        }
        Self(stdin, before)
    }
}

impl Drop for Keyboard {
    fn drop(&mut self) {
        if let Some(before) = &self.1 {
            let _ = tcsetattr(&self.0, OptionalActions::Now, before);
        }
    }
}
