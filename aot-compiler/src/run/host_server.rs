//! The host's side of the host protocol (`sinter_abi::host`): it answers the kernel of `sinter run`.

use super::{
    host_errno::{self, Errno},
    host_files::Files,
    host_input::Input,
};
use sinter_abi::host::{HEADER, Header, Op, PAYLOAD_MAX};
use std::{
    io::{self, Read, Write},
    path::Path,
    time::{Duration, SystemTime},
};

/// What the kernel may use of the host.
pub struct Server<'a> {
    files: Files,
    input: Input,
    output: Box<dyn Write + 'a>,
    error: Box<dyn Write + 'a>,
    terminals: u64,
}

/// How the conversation ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The app ended with this status.
    Exited(u32),
    /// The app trapped, which standard error has the report of.
    Trapped,
    /// The kernel stopped talking before its app ended.
    Vanished,
}

/// What a request is answered with.
#[derive(Debug, Default)]
pub struct Reply {
    /// `x`, `y` and `z`.
    pub values: [u64; 3],
    /// The payload.
    pub payload: Vec<u8>,
}

impl Reply {
    /// With `x` and no payload.
    pub fn value(x: u64) -> Self {
        Self { values: [x, 0, 0], payload: Vec::new() }
    }

    /// With a payload and no values.
    pub fn payload(payload: Vec<u8>) -> Self {
        Self { values: [0; 3], payload }
    }
}

impl<'a> Server<'a> {
    /// Serves `directories` by their place in the list, and the streams. Input is not touched before the app asks for it.
    ///
    /// # Errors
    /// One of the directories cannot be opened.
    pub fn new(
        directories: &[&Path],
        stdin: impl Read + Send + 'static,
        stdout: impl Write + 'a,
        stderr: impl Write + 'a,
    ) -> io::Result<Self> {
        Ok(Self {
            files: Files::new(directories)?,
            input: Input::new(stdin),
            output: Box::new(stdout),
            error: Box::new(stderr),
            terminals: 0,
        })
    }

    /// The same, telling the app which of its streams are terminals.
    #[must_use]
    pub fn with_terminals(mut self, input: bool, output: bool, error: bool) -> Self {
        self.terminals = u64::from(input) | u64::from(output) << 1 | u64::from(error) << 2;
        self
    }

    /// Answers requests from `reader` on `writer` until the app ends.
    ///
    /// # Errors
    /// A pipe breaks in the middle of a message, or a request is malformed.
    pub fn serve(&mut self, mut reader: impl Read, mut writer: impl Write) -> io::Result<Outcome> {
        let mut payload = Vec::new();
        loop {
            let Some((op, values)) = receive(&mut reader, &mut payload)? else {
                return Ok(Outcome::Vanished);
            };
            let reply = match op {
                Op::Release => {
                    self.files.release(&payload);
                    continue;
                }
                Op::Exit | Op::Trap => {
                    if op == Op::Trap {
                        // Nobody is left to hear of a standard error that cannot be written to.
                        let _ = self.error.write_all(&payload).and_then(|()| self.error.flush());
                    }
                    send(&mut writer, Ok(Reply::default()))?;
                    let exited = Outcome::Exited(values[0] as u32);
                    return Ok(if op == Op::Trap { Outcome::Trapped } else { exited });
                }
                Op::Output => write(&mut self.output, &payload),
                Op::Error => write(&mut self.error, &payload),
                Op::Input => self.read_input(values),
                Op::InputReady => Ok(Reply::value(self.input.wait(wait_time(values[0])).into())),
                Op::Terminals => Ok(Reply::value(self.terminals)),
                Op::Time => Ok(Reply::value(time_of_day())),
                _ => self.files.answer(op, values, &payload),
            };
            send(&mut writer, reply)?;
        }
    }

    fn read_input(&mut self, [size, wait, _]: [u64; 3]) -> Result<Reply, Errno> {
        if !self.input.wait(wait_time(wait)) {
            return Err(host_errno::AGAIN);
        }
        self.input.take(size.min(PAYLOAD_MAX as u64) as usize).map(Reply::payload).map_err(host_errno::of_io)
    }
}

/// Nanoseconds since 1970; 0 before that.
fn time_of_day() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    since.as_nanos().try_into().unwrap_or(u64::MAX)
}

/// `None` to wait for as long as it takes.
fn wait_time(milliseconds: u64) -> Option<Duration> {
    (milliseconds != sinter_abi::host::FOREVER).then(|| Duration::from_millis(milliseconds))
}

fn write(stream: &mut impl Write, payload: &[u8]) -> Result<Reply, Errno> {
    stream.write_all(payload).and_then(|()| stream.flush()).map_err(host_errno::of_io)?;
    Ok(Reply::value(payload.len() as u64))
}

/// The next request, its payload in `payload`; `None` if the kernel has closed the pipe.
fn receive(reader: &mut impl Read, payload: &mut Vec<u8>) -> io::Result<Option<(Op, [u64; 3])>> {
    let mut header = [0; HEADER];
    match reader.read(&mut header)? {
        0 => return Ok(None),
        read => reader.read_exact(&mut header[read..])?,
    }
    let header = Header::from_bytes(&header);
    let malformed = |what: &str| io::Error::other(format!("the kernel sent {what}"));
    let op = Op::from_u32(header.code).ok_or_else(|| malformed("an unknown request"))?;
    if header.length as usize > PAYLOAD_MAX {
        return Err(malformed("too long a request"));
    }
    payload.resize(header.length as usize, 0);
    reader.read_exact(payload)?;
    Ok(Some((op, header.values)))
}

fn send(writer: &mut impl Write, reply: Result<Reply, Errno>) -> io::Result<()> {
    let (code, Reply { values, payload }) = match reply {
        Ok(reply) => (0, reply),
        Err(errno) => (errno.0, Reply::default()),
    };
    let mut message = Header { code, length: payload.len() as u32, values }.to_bytes().to_vec();
    message.extend(payload);
    writer.write_all(&message)?;
    writer.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(op: u32, values: [u64; 3], payload: &[u8]) -> Vec<u8> {
        let mut bytes = Header { code: op, length: payload.len() as u32, values }.to_bytes().to_vec();
        bytes.extend_from_slice(payload);
        bytes
    }

    /// The outcome, what came on standard output and error, and the replies.
    fn talk(requests: &[Vec<u8>]) -> (io::Result<Outcome>, Vec<u8>, Vec<u8>, Vec<u8>) {
        let (mut output, mut error, mut replies) = (Vec::new(), Vec::new(), Vec::new());
        let mut server = Server::new(&[], &b"input"[..], &mut output, &mut error).unwrap();
        let outcome = server.serve(&requests.concat()[..], &mut replies);
        drop(server);
        (outcome, output, error, replies)
    }

    #[test]
    fn streams_and_status_pass_through() {
        let (outcome, output, error, replies) = talk(&[
            request(Op::Output as u32, [0; 3], b"to\0out\xff"),
            request(Op::Error as u32, [0; 3], b"to error"),
            request(Op::Input as u32, [3, u64::MAX, 0], b""),
            request(Op::Exit as u32, [7, 0, 0], b""),
        ]);
        assert_eq!(outcome.unwrap(), Outcome::Exited(7));
        assert_eq!((&output[..], &error[..]), (&b"to\0out\xff"[..], &b"to error"[..]));
        assert_eq!(replies.len(), 4 * HEADER + 3);
        assert_eq!(&replies[3 * HEADER..][..3], b"inp");
    }

    #[test]
    fn input_ends_after_its_last_byte() {
        let read = || request(Op::Input as u32, [64, u64::MAX, 0], b"");
        let (outcome, .., replies) = talk(&[read(), read(), request(Op::Exit as u32, [0; 3], b"")]);
        assert_eq!(outcome.unwrap(), Outcome::Exited(0));
        assert_eq!(&replies[HEADER..][..5], b"input");
        assert_eq!(replies[HEADER + 5..][..HEADER], Header { code: 0, length: 0, values: [0; 3] }.to_bytes());
    }

    #[test]
    fn a_trap_is_reported_on_standard_error() {
        let (outcome, _, error, _) = talk(&[request(Op::Trap as u32, [0; 3], b"wasm trap\n")]);
        assert_eq!(outcome.unwrap(), Outcome::Trapped);
        assert_eq!(error, b"wasm trap\n");
    }

    #[test]
    fn a_kernel_that_stops_or_babbles_is_noticed() {
        assert_eq!(talk(&[]).0.unwrap(), Outcome::Vanished);
        assert!(talk(&[request(99, [0; 3], b"")]).0.is_err());
        assert!(talk(&[request(Op::Output as u32, [0; 3], b"text")[..34].to_vec()]).0.is_err());
        assert!(talk(&[request(Op::Output as u32, [0; 3], &vec![0; PAYLOAD_MAX + 1])]).0.is_err());
    }
}
