//! The board's side.

use super::message::{Answer, Request};
use crate::crc::crc32;

/// Puts an image together.
#[derive(Debug)]
pub struct Receiver<'m> {
    memory: &'m mut [u8],
    /// The image's bytes and their checksum, if one was begun.
    image: Option<(u32, u32)>,
    /// How many of its bytes there are, from the first on.
    received: u32,
}

impl<'m> Receiver<'m> {
    /// For an image that is to lie at the beginning of `memory`.
    pub fn new(memory: &'m mut [u8]) -> Self {
        Self { memory, image: None, received: 0 }
    }

    /// Does what is asked for.
    pub fn answer(&mut self, request: Request<'_>) -> Answer {
        match request {
            Request::Begin { length, sum } => self.begin(length, sum),
            Request::Block { offset, bytes } => self.store(offset, bytes),
            Request::Start => self.check(),
        }
    }

    /// The image's bytes.
    pub fn length(&self) -> u32 {
        self.image.map_or(0, |(length, _)| length)
    }

    fn begin(&mut self, length: u32, sum: u32) -> Answer {
        if length as usize > self.memory.len() {
            return Answer::TooLarge(u32::try_from(self.memory.len()).unwrap_or(u32::MAX));
        }
        if self.image != Some((length, sum)) {
            self.image = Some((length, sum));
            self.received = 0;
        }
        Answer::Received(self.received)
    }

    fn store(&mut self, offset: u32, bytes: &[u8]) -> Answer {
        let Some((length, _)) = self.image else { return Answer::Idle };
        // What is there already, or lies behind a gap, is left.
        let end = offset.checked_add(bytes.len() as u32).filter(|&end| end <= length);
        if let (true, Some(end)) = (offset == self.received, end)
            && let Some(place) = self.memory.get_mut(offset as usize..end as usize)
        {
            place.iter_mut().zip(bytes).for_each(|(place, byte)| *place = *byte);
            self.received = end;
        }
        Answer::Received(self.received)
    }

    fn check(&mut self) -> Answer {
        match self.image.and_then(|(length, sum)| Some((self.memory.get(..length as usize)?, length, sum))) {
            None => Answer::Idle,
            Some((_, length, _)) if self.received < length => Answer::Received(self.received),
            Some((image, _, sum)) if crc32(0, image) == sum => Answer::Starts,
            Some(_) => {
                self.received = 0;
                Answer::Damaged
            }
        }
    }
}
