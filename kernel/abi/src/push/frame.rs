//! Messages on a line: between two zeros, and without a zero in them.
//!
//! Zeros are taken out by consistent overhead byte stuffing (Cheshire and Baker, 1999): each run of bytes without a zero is
//! preceded by its length plus one, and stands for itself and a zero; a run of 254 bytes stands for itself alone. So
//! whoever has lost the thread finds it at the next zero, and text between frames is no frame.

use super::message::LONGEST;

/// Bytes of a run at most.
const RUN: usize = 254;

/// Makes a frame of a message's bytes.
#[derive(Debug)]
pub struct Encoder {
    run: [u8; RUN],
    length: u8,
}

impl Encoder {
    /// Passes the frame of the message on that `message` passes on piece by piece.
    pub fn frame(message: impl FnOnce(&mut dyn FnMut(&[u8])), mut out: impl FnMut(u8)) {
        let mut encoder = Self { run: [0; RUN], length: 0 };
        out(0);
        message(&mut |piece| piece.iter().for_each(|&byte| encoder.add(byte, &mut out)));
        encoder.end_run(&mut out);
        out(0);
    }

    fn add(&mut self, byte: u8, out: &mut impl FnMut(u8)) {
        match self.run.get_mut(usize::from(self.length)) {
            Some(place) if byte != 0 => {
                *place = byte;
                self.length += 1;
                if usize::from(self.length) == RUN {
                    self.end_run(out);
                }
            }
            _ => self.end_run(out),
        }
    }

    fn end_run(&mut self, out: &mut impl FnMut(u8)) {
        out(self.length + 1);
        self.run.iter().take(self.length.into()).for_each(|&byte| out(byte));
        self.length = 0;
    }
}

/// Finds the frames in what comes over a line.
#[derive(Debug)]
pub struct Decoder {
    message: [u8; LONGEST],
    length: usize,
    /// Bytes of the run that are still to come.
    run: u8,
    /// Whether a zero lies between the run and the next one.
    zero: bool,
    /// Whether more came than a message has.
    overflow: bool,
    /// Whether the frame has ended: what comes next begins another.
    ended: bool,
}

impl Default for Decoder {
    fn default() -> Self {
        Self::new()
    }
}

impl Decoder {
    /// A decoder that has seen nothing.
    pub const fn new() -> Self {
        Self { message: [0; LONGEST], length: 0, run: 0, zero: false, overflow: false, ended: false }
    }

    /// Takes the next byte from the line; the message whose frame it ends, if it does. Whether that was damaged, its
    /// checksum tells.
    pub fn add(&mut self, byte: u8) -> Option<&[u8]> {
        if self.ended {
            (self.length, self.run, self.zero, self.overflow, self.ended) = (0, 0, false, false, false);
        }
        if byte == 0 {
            self.ended = true;
            let whole = self.run == 0 && !self.overflow;
            return self.message.get(..self.length).filter(|message| whole && !message.is_empty());
        }
        if self.run > 0 {
            self.run -= 1;
            self.store(byte);
        } else {
            if self.zero {
                self.store(0);
            }
            self.run = byte - 1;
            self.zero = usize::from(self.run) < RUN;
        }
        None
    }

    fn store(&mut self, byte: u8) {
        match self.message.get_mut(self.length) {
            Some(place) => {
                *place = byte;
                self.length += 1;
            }
            None => self.overflow = true,
        }
    }
}
