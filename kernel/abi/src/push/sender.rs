//! The host's side.

use super::{
    BLOCK,
    message::{Answer, Request},
};
use crate::crc::crc32;

/// How often the whole image is sent if it arrives damaged.
const ATTEMPTS: u32 = 3;

/// What is asked for next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Begin,
    Block(u32),
    Start,
    Done,
}

/// Why the board does not start the image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// It has room for this many bytes only.
    TooLarge(u32),
    /// The image has arrived damaged again and again, though each of its blocks was right.
    Damaged,
}

/// Sends an image.
#[derive(Debug)]
pub struct Sender<'i> {
    image: &'i [u8],
    sum: u32,
    step: Step,
    /// The request's number.
    number: u16,
    /// How often the image has arrived damaged.
    damaged: u32,
}

impl<'i> Sender<'i> {
    /// Sends `image`, of less than 4 GiB, in requests that are counted from `number` on: another one each time, so that
    /// answers to somebody else's requests are not taken for answers to these.
    pub fn new(image: &'i [u8], number: u16) -> Self {
        Self { image, sum: crc32(0, image), step: Step::Begin, number, damaged: 0 }
    }

    /// The request that is to be sent, and again as long as it is not answered, with its number; `None` when the board
    /// starts the image.
    pub fn request(&self) -> Option<(u16, Request<'i>)> {
        let request = match self.step {
            Step::Begin => Request::Begin { length: self.image.len() as u32, sum: self.sum },
            Step::Block(offset) => {
                let rest = self.image.get(offset as usize..).unwrap_or_default();
                Request::Block { offset, bytes: rest.get(..BLOCK).unwrap_or(rest) }
            }
            Step::Start => Request::Start,
            Step::Done => return None,
        };
        Some((self.number, request))
    }

    /// Takes the answer to the request `number`; whether it was the one that is waited for.
    ///
    /// # Errors
    /// The board does not start the image.
    pub fn hear(&mut self, number: u16, answer: Answer) -> Result<bool, Refusal> {
        if number != self.number || self.step == Step::Done {
            return Ok(false);
        }
        self.step = match answer {
            Answer::Idle => Step::Begin,
            Answer::Received(place) if (place as usize) < self.image.len() => Step::Block(place),
            Answer::Received(_) => Step::Start,
            Answer::Starts => Step::Done,
            Answer::Damaged => {
                self.damaged += 1;
                if self.damaged == ATTEMPTS {
                    return Err(Refusal::Damaged);
                }
                Step::Begin
            }
            Answer::TooLarge(room) => return Err(Refusal::TooLarge(room)),
        };
        self.number = self.number.wrapping_add(1);
        Ok(true)
    }

    /// How many of the image's bytes the board has, as far as is known.
    pub fn sent(&self) -> usize {
        match self.step {
            Step::Begin => 0,
            Step::Block(place) => place as usize,
            Step::Start | Step::Done => self.image.len(),
        }
    }
}
