//! The console on a screen: it shows what goes out on the serial port.
//!
//! Nothing is copied to scroll. The framebuffer is twice as high as the picture, each line of text is drawn in both halves,
//! and the picture is moved one line down; at the end of the first half it goes on at its beginning, where the same lines are.

use crate::{
    drivers::framebuffer::{Framebuffer, HEIGHT, WIDTH},
    lock::Mutex,
    supervisor::image,
};
use core::{mem, ops::Range};
use font8x8::legacy::{BASIC_LEGACY, BOX_LEGACY};

/// Characters in a line.
const COLUMNS: usize = WIDTH / GLYPH_WIDTH;
/// Lines.
const ROWS: usize = HEIGHT / GLYPH_HEIGHT;
const GLYPH_WIDTH: usize = 8;
/// Lines of pixels of a character: each of the font's eight twice.
const GLYPH_HEIGHT: usize = 16;
/// Columns from one tabulator to the next.
const TABULATOR: usize = 8;

/// What the image has for a screen, or none.
pub fn screen() -> Option<&'static dyn Screen> {
    let driver = image().screen;
    // SAFETY: the linker step puts the address of `sinter_screen` there, which has this type, or 0.
    (driver != 0).then(|| unsafe { mem::transmute::<u64, fn() -> &'static dyn Screen>(driver) }())
}

/// A screen.
pub trait Screen {
    /// Makes it ready, once at boot; where memory is that has to be mapped as a device's before anything is written.
    fn init(&self) -> Option<Range<u64>>;
    /// Shows `parts` one after another. The caller is in kernel code and holds no lock.
    fn write(&self, parts: &[&[u8]]);
    /// Takes it from whoever writes to it.
    ///
    /// # Safety
    /// No other core goes on.
    unsafe fn seize(&self);
}

/// The driver that an image refers to: [`sinter_abi::image::SCREEN`].
#[unsafe(no_mangle)]
fn sinter_screen() -> &'static dyn Screen {
    &Hdmi
}

struct Hdmi;

/// What is shown, if there is a framebuffer.
static SHOWN: Mutex<Option<Text>> = Mutex::new(None);

impl Screen for Hdmi {
    fn init(&self) -> Option<Range<u64>> {
        let (framebuffer, memory) = Framebuffer::allocate()?;
        *SHOWN.lock() =
            Some(Text { framebuffer, row: 0, column: 0, used: [0; ROWS], full: false, state: State::Text });
        Some(memory)
    }

    fn write(&self, parts: &[&[u8]]) {
        if let Some(text) = &mut *SHOWN.lock() {
            parts.iter().copied().flatten().for_each(|&byte| text.add(byte));
            text.show();
        }
    }

    unsafe fn seize(&self) {
        // SAFETY: by contract.
        unsafe { SHOWN.force_unlock() };
    }
}

/// Lines of text on a framebuffer.
struct Text {
    framebuffer: Framebuffer,
    /// The line that is written to, by its place in the framebuffer's first half.
    row: usize,
    /// The next character's place in it.
    column: usize,
    /// How many characters of each line are not blank.
    used: [u8; ROWS],
    /// Whether the picture was full once: since then the line below the last one is the first.
    full: bool,
    state: State,
}

/// What a byte is part of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Text,
    /// The first byte of a control sequence has come.
    Escape,
    /// The second one, too: it ends with a byte from 0x40 to 0x7e (ECMA-48 5.4). None is obeyed.
    Sequence,
    /// A character of several bytes, of which this many are still to come, and what is known of it.
    Wide(u8, u32),
}

impl Text {
    fn add(&mut self, byte: u8) {
        self.state = match (self.state, byte) {
            (State::Escape, b'[') => State::Sequence,
            (State::Sequence, 0x20..=0x3f) => State::Sequence,
            (State::Escape | State::Sequence, 0x20..) => State::Text,
            (State::Wide(1, known), 0x80..=0xbf) => {
                self.put(known << 6 | u32::from(byte & 0x3f));
                State::Text
            }
            (State::Wide(rest, known), 0x80..=0xbf) => {
                State::Wide(rest - 1, known << 6 | u32::from(byte & 0x3f))
            }
            (_, 0x1b) => State::Escape,
            (_, 0xc2..=0xdf) => State::Wide(1, u32::from(byte & 0x1f)),
            (_, 0xe0..=0xef) => State::Wide(2, u32::from(byte & 0xf)),
            (_, 0xf0..=0xf4) => State::Wide(3, u32::from(byte & 7)),
            _ => {
                self.plain(byte);
                State::Text
            }
        };
    }

    /// A byte that is a character, or controls.
    fn plain(&mut self, byte: u8) {
        match byte {
            b'\n' => self.next_line(),
            b'\r' => self.column = 0,
            0x08 => self.column = self.column.saturating_sub(1),
            b'\t' => {
                let end = (self.column + 1).next_multiple_of(TABULATOR);
                (self.column..end).for_each(|_| self.put(' '.into()));
            }
            0..0x20 | 0x7f => {}
            _ => self.put(byte.into()),
        }
    }

    /// Writes the character with this number, in the next line if this one is full.
    fn put(&mut self, character: u32) {
        if self.column == COLUMNS {
            self.next_line();
            self.column = 0;
        }
        self.draw(self.column, glyph(character));
        self.column += 1;
        let used = &mut self.used[self.row];
        *used = (*used).max(self.column as u8);
    }

    fn next_line(&mut self) {
        self.row += 1;
        if self.row == ROWS {
            (self.row, self.full) = (0, true);
        }
        for column in 0..mem::take(&mut self.used[self.row]).into() {
            self.draw(column, [0; 8]);
        }
    }

    /// Draws a character of the line that is written to, in both halves.
    fn draw(&mut self, column: usize, glyph: [u8; 8]) {
        for (line, bits) in glyph.into_iter().enumerate() {
            let pixels = [NIBBLES[usize::from(bits & 0xf)], NIBBLES[usize::from(bits >> 4)]];
            for half in [0, HEIGHT] {
                let y = half + self.row * GLYPH_HEIGHT + 2 * line;
                for y in [y, y + 1] {
                    self.framebuffer.draw(column * GLYPH_WIDTH, y, pixels[0]);
                    self.framebuffer.draw(column * GLYPH_WIDTH + 4, y, pixels[1]);
                }
            }
        }
    }

    /// Moves the picture to where the line that is written to is its last one.
    fn show(&mut self) {
        if self.full {
            self.framebuffer.show_from((self.row + 1) % ROWS * GLYPH_HEIGHT);
        }
    }
}

/// Four pixels, white where a bit is set; the first is the lowest.
const NIBBLES: [u64; 16] = {
    let mut table = [0; 16];
    let mut bits = 0;
    while bits < 16 {
        let mut pixel = 0;
        while pixel < 4 {
            if bits >> pixel & 1 != 0 {
                table[bits] |= 0xffff << (16 * pixel);
            }
            pixel += 1;
        }
        bits += 1;
    }
    table
};

/// A character's eight lines of pixels, the lowest bit left; a question mark for what the font does not have.
fn glyph(character: u32) -> [u8; 8] {
    const FRAMES: u32 = 0x2500; // where Unicode has them
    let of = |font: &[[u8; 8]; 128], first| font.get(character.checked_sub(first)? as usize).copied();
    of(&BASIC_LEGACY, 0).or_else(|| of(&BOX_LEGACY, FRAMES)).unwrap_or(BASIC_LEGACY[b'?' as usize])
}
