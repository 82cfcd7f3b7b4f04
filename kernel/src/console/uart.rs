//! The console on the serial port: what apps write, line by line, each line marked with its app.

use super::log::plain;
use crate::{
    report,
    supervisor::image,
    wasm::{instance::Instance, text},
};
use alloc::{string::String, vec::Vec};
use core::{cell::RefCell, fmt::Arguments};
use sinter_abi::image::App;

/// The longest part of a line that is kept back; a longer line is written in pieces.
const LINE: usize = 1024;

/// Which of its streams an app writes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Output,
    /// Standard error.
    Error,
}

/// The unfinished lines of an app.
#[derive(Debug, Default)]
pub struct Lines {
    output: RefCell<Vec<u8>>,
    error: RefCell<Vec<u8>>,
}

impl Lines {
    fn buffer(&self, stream: Stream) -> &RefCell<Vec<u8>> {
        match stream {
            Stream::Output => &self.output,
            Stream::Error => &self.error,
        }
    }

    /// Writes the lines that `bytes` completes, and keeps the rest.
    pub fn write(&self, app: &App, stream: Stream, bytes: &[u8]) {
        let mut buffer = self.buffer(stream).borrow_mut();
        for piece in bytes.split_inclusive(|&byte| byte == b'\n') {
            match piece.strip_suffix(b"\n") {
                Some(end) if buffer.is_empty() => line(app, stream, end),
                Some(end) => {
                    buffer.extend_from_slice(end);
                    line(app, stream, &buffer);
                    buffer.clear();
                }
                None => buffer.extend_from_slice(piece),
            }
            if buffer.len() >= LINE {
                line(app, stream, &buffer);
                buffer.clear();
            }
        }
    }

    /// Writes what is left of unfinished lines.
    pub fn flush(&self, app: &App) {
        for stream in [Stream::Output, Stream::Error] {
            let mut buffer = self.buffer(stream).borrow_mut();
            if !buffer.is_empty() {
                line(app, stream, &buffer);
                buffer.clear();
            }
        }
    }
}

/// Writes one line of an app.
fn line(app: &App, stream: Stream, bytes: &[u8]) {
    marked(
        app,
        if stream == Stream::Error { '┊' } else { '│' },
        format_args!("{}", String::from_utf8_lossy(bytes)),
    );
}

/// Writes a line with the app's name in front, in a colour that is always the same.
fn marked(app: &App, mark: char, line: Arguments<'_>) {
    const COLOURS: [u8; 6] = [36, 33, 35, 34, 32, 96];
    let image = image();
    let index = (core::ptr::from_ref(app) as usize - image.apps.ptr as usize) / size_of::<App>();
    let (colour, width) = (COLOURS[index % COLOURS.len()], report::name_width(image));
    plain(format_args!("\x1b[{colour}m{:width$} {mark}\x1b[0m {line}\n", text(&app.name)));
}

/// Tells about an app's end: what is left of its lines, and its trap.
pub fn ended(instance: &Instance) {
    let app = instance.app();
    if let Some(trap) = instance.trap() {
        report::trap_lines(instance, &trap, |line| marked(app, '│', format_args!("\x1b[31m{line}\x1b[0m")));
    }
}
