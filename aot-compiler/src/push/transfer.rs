//! The transfer: requests, and waiting for their answers.

use super::Port;
use sinter_abi::push::{
    BAUD, LINGER_MS, Refusal, Sender,
    frame::{Decoder, Encoder},
    message::Answer,
};
use std::{
    io, process,
    time::{Duration, Instant},
};
use thiserror::Error;

/// How long a request that the port has sent waits for its answer: adapters keep bytes back for up to 16 ms, and a
/// busy machine longer.
const ANSWER: Duration = Duration::from_millis(250);
/// Bits of a byte on the line, with its start and its stop.
const BITS: u32 = 10;

/// Why an image did not arrive.
#[derive(Debug, Error)]
pub enum PushError {
    /// Nothing was heard of the chainloader.
    #[error(
        "no answer for {} s: is the chainloader on the card, the board switched on, and its TX wired to the adapter's RX?",
        .0.as_secs()
    )]
    NoAnswer(Duration),
    /// The board has too little RAM.
    #[error(
        "the image has {size} bytes, but the board has room for {room}: make its folders or modules smaller"
    )]
    TooLarge {
        /// The image's bytes.
        size: usize,
        /// What there is room for.
        room: u32,
    },
    /// The chainloader has computed another checksum.
    #[error(
        "the image has arrived damaged three times: the board's memory may be broken, or its supply too weak"
    )]
    Damaged,
    /// It was unplugged, or the emulator has ended.
    #[error("the port is gone")]
    Gone,
    /// The operating system refused.
    #[error("cannot be used: {0}")]
    Io(io::Error),
}

impl From<io::Error> for PushError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Self::Gone,
            _ => Self::Io(error),
        }
    }
}

/// Sends `image`, of less than 4 GiB, to the chainloader behind `port`, which then starts it. `patience` is how long it may
/// not answer; `progress` is told how many of the image's bytes the board has.
///
/// # Errors
/// The board does not start it.
pub fn send(
    port: &mut Port,
    image: &[u8],
    patience: Duration,
    mut progress: impl FnMut(usize),
) -> Result<(), PushError> {
    let mut sender = Sender::new(image, process::id() as u16);
    let mut decoder = Decoder::new();
    let mut heard = Instant::now();
    while let Some((number, request)) = sender.request() {
        if heard.elapsed() > patience {
            return Err(PushError::NoAnswer(patience));
        }
        let mut frame = Vec::new();
        Encoder::frame(|out| request.write(number, out), |byte| frame.push(byte));
        let deadline = Instant::now() + Duration::from_secs(1) * (frame.len() as u32 * BITS) / BAUD + ANSWER;
        port.write(&frame, deadline)?;
        if wait(port, &mut decoder, &mut sender, deadline).map_err(|error| error.about(image))? {
            heard = Instant::now();
            progress(sender.sent());
        }
    }
    // Answers to what was repeated may still come, before anything of the image's can.
    let deadline = Instant::now() + Duration::from_millis(LINGER_MS.into()) / 2;
    while port.read(&mut [0; 256], deadline)? > 0 {}
    Ok(())
}

/// Why the wait for an answer ended without one that helps.
enum Failed {
    Port(io::Error),
    Refused(Refusal),
}

impl Failed {
    fn about(self, image: &[u8]) -> PushError {
        match self {
            Self::Port(error) => error.into(),
            Self::Refused(Refusal::TooLarge(room)) => PushError::TooLarge { size: image.len(), room },
            Self::Refused(Refusal::Damaged) => PushError::Damaged,
        }
    }
}

/// Waits for the answer to the request under way until `deadline`; whether it has come.
fn wait(
    port: &mut Port,
    decoder: &mut Decoder,
    sender: &mut Sender<'_>,
    deadline: Instant,
) -> Result<bool, Failed> {
    let mut buffer = [0; 256];
    loop {
        let count = port.read(&mut buffer, deadline).map_err(Failed::Port)?;
        if count == 0 {
            return Ok(false);
        }
        let mut answered = false;
        for &byte in &buffer[..count] {
            if let Some((number, answer)) = decoder.add(byte).and_then(Answer::read) {
                answered |= sender.hear(number, answer).map_err(Failed::Refused)?;
            }
        }
        if answered {
            return Ok(true);
        }
    }
}
