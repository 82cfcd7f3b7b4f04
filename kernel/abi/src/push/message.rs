//! Requests and answers.
//!
//! All have this form, in little-endian order:
//!
//! ```text
//! +0    u16 the request's number; an answer repeats it
//! +2    u16 kind
//! +4    u32 first value
//! +8    u32 second value
//! +12   up to BLOCK bytes of the image, in a Block only
//! ...   u32 CRC-32 of all that
//! ```

use super::BLOCK;
use crate::crc::crc32;

/// Bytes before a block's.
const HEADER: usize = 12;
/// The longest message's bytes.
pub const LONGEST: usize = HEADER + BLOCK + 4;

/// What the host asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Request<'a> {
    /// To receive an image; what is there of the same one stays.
    Begin {
        /// Its bytes.
        length: u32,
        /// Their CRC-32.
        sum: u32,
    },
    /// To store bytes of the image.
    Block {
        /// The place of the first one.
        offset: u32,
        /// At most [`BLOCK`].
        bytes: &'a [u8],
    },
    /// To start the image.
    Start,
}

/// What the board answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// No image was begun since the board was switched on.
    Idle,
    /// The image's bytes up to this place are there.
    Received(u32),
    /// The image is whole, and starts when no more requests come.
    Starts,
    /// The image's checksum is another one: all of it has to come again.
    Damaged,
    /// The board has room for this many bytes only.
    TooLarge(u32),
}

/// A message's parts, whatever they mean.
struct Parts<'a> {
    number: u16,
    kind: u16,
    values: [u32; 2],
    bytes: &'a [u8],
}

impl<'a> Parts<'a> {
    /// Passes the message's bytes on, piece by piece.
    fn write(&self, mut out: impl FnMut(&[u8])) {
        let mut sum = 0;
        let mut out = |piece: &[u8]| {
            sum = crc32(sum, piece);
            out(piece);
            sum
        };
        out(&self.number.to_le_bytes());
        out(&self.kind.to_le_bytes());
        self.values.iter().for_each(|value| _ = out(&value.to_le_bytes()));
        let sum = out(self.bytes);
        out(&sum.to_le_bytes());
    }

    /// What the message says; `None` if it was damaged on its way.
    fn read(message: &'a [u8]) -> Option<Self> {
        let (message, sum) = message.split_last_chunk()?;
        if crc32(0, message) != u32::from_le_bytes(*sum) {
            return None;
        }
        let (number, rest) = message.split_first_chunk()?;
        let (kind, rest) = rest.split_first_chunk()?;
        let (first, rest) = rest.split_first_chunk()?;
        let (second, bytes) = rest.split_first_chunk()?;
        Some(Self {
            number: u16::from_le_bytes(*number),
            kind: u16::from_le_bytes(*kind),
            values: [u32::from_le_bytes(*first), u32::from_le_bytes(*second)],
            bytes,
        })
    }
}

const BEGIN: u16 = 1;
const BLOCK_KIND: u16 = 2;
const START: u16 = 3;
const IDLE: u16 = 0x101;
const RECEIVED: u16 = 0x102;
const STARTS: u16 = 0x103;
const DAMAGED: u16 = 0x104;
const TOO_LARGE: u16 = 0x105;

impl<'a> Request<'a> {
    /// Passes the bytes of the message with this number on, piece by piece.
    pub fn write(&self, number: u16, out: impl FnMut(&[u8])) {
        let (kind, values, bytes) = match *self {
            Self::Begin { length, sum } => (BEGIN, [length, sum], &[][..]),
            Self::Block { offset, bytes } => (BLOCK_KIND, [offset, 0], bytes),
            Self::Start => (START, [0, 0], &[][..]),
        };
        Parts { number, kind, values, bytes }.write(out);
    }

    /// The request and its number; `None` if the message is none, or was damaged.
    pub fn read(message: &'a [u8]) -> Option<(u16, Self)> {
        let Parts { number, kind, values: [first, second], bytes } = Parts::read(message)?;
        let request = match kind {
            BEGIN => Self::Begin { length: first, sum: second },
            BLOCK_KIND => Self::Block { offset: first, bytes },
            START => Self::Start,
            _ => return None,
        };
        Some((number, request))
    }
}

impl Answer {
    /// Passes the bytes of the answer to the request with this number on, piece by piece.
    pub fn write(&self, number: u16, out: impl FnMut(&[u8])) {
        let (kind, value) = match *self {
            Self::Idle => (IDLE, 0),
            Self::Received(place) => (RECEIVED, place),
            Self::Starts => (STARTS, 0),
            Self::Damaged => (DAMAGED, 0),
            Self::TooLarge(room) => (TOO_LARGE, room),
        };
        Parts { number, kind, values: [value, 0], bytes: &[] }.write(out);
    }

    /// The answer and the number of its request; `None` if the message is none, or was damaged.
    pub fn read(message: &[u8]) -> Option<(u16, Self)> {
        let Parts { number, kind, values: [value, _], .. } = Parts::read(message)?;
        let answer = match kind {
            IDLE => Self::Idle,
            RECEIVED => Self::Received(value),
            STARTS => Self::Starts,
            DAMAGED => Self::Damaged,
            TOO_LARGE => Self::TooLarge(value),
            _ => return None,
        };
        Some((number, answer))
    }
}
