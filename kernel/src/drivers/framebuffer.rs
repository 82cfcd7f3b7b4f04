//! The picture on HDMI: a framebuffer in the VideoCore's part of RAM, which the firmware shows scaled to the display.

use super::mailbox;
use core::ops::Range;

/// Pixels of the picture in a line.
pub const WIDTH: usize = 1024;
/// Lines of the picture.
pub const HEIGHT: usize = 768;

/// Pixels of a line that are not shown: QEMU's model moves the picture only if it is narrower than the framebuffer, too.
const MARGIN: usize = 64;

/// A framebuffer of twice the picture's height. A pixel has 16 bits: five of red from bit 11 on, six of green, five of blue.
#[derive(Debug)]
pub struct Framebuffer {
    address: u64,
    pitch: usize,
}

impl Framebuffer {
    /// Asks the firmware for one, and where it lies in memory that nobody else uses: nothing is drawn before that is mapped.
    pub fn allocate() -> Option<(Self, Range<u64>)> {
        let (address, size, pitch) = mailbox::framebuffer([WIDTH, HEIGHT], [WIDTH + MARGIN, 2 * HEIGHT])?;
        let pitch = pitch as usize;
        let fits = pitch >= 2 * WIDTH && u64::from(size) >= (pitch * 2 * HEIGHT) as u64;
        let aligned = pitch.is_multiple_of(8) && address.is_multiple_of(4096);
        (fits && aligned).then(|| (Self { address, pitch }, address..address + u64::from(size)))
    }

    /// Draws four pixels, the first in the lowest bits; `x` is a multiple of 4.
    ///
    /// # Panics
    /// If they lie outside.
    #[inline]
    pub fn draw(&mut self, x: usize, y: usize, pixels: u64) {
        assert!(x <= WIDTH - 4 && x.is_multiple_of(4) && y < 2 * HEIGHT, "pixel {x}, {y}");
        let place = self.address + (y * self.pitch + 2 * x) as u64;
        // SAFETY: within the framebuffer, which is mapped and this value's own; aligned, as all of its parts are.
        unsafe { (place as *mut u64).write_volatile(pixels) };
    }

    /// Shows the lines from `y` on, at most [`HEIGHT`].
    pub fn show_from(&mut self, y: usize) {
        mailbox::set_virtual_offset(y as u32);
    }
}
