//! The console on the serial port: what apps write, line by line, each line marked with its app.

use super::{Console, Terminal, input, log::PortText, output};
use crate::{
    arch::aarch64::{cpu, timer},
    drivers::{
        gpio,
        mailbox::{self, Clock},
        pl011,
    },
    lock::Mutex,
    report,
    supervisor::image,
    wasm::{
        program::{End, Program},
        text,
    },
};
use alloc::{boxed::Box, format, string::String, sync::Arc, vec::Vec};
use core::{
    fmt::{Arguments, Write},
    mem,
};
use sinter_abi::image::App;
use wasi_kernel::{Errno, Result, Stream, Streams};

/// The driver that an image refers to: [`sinter_abi::image::CONSOLE_UART`].
#[unsafe(no_mangle)]
fn sinter_console_uart() -> &'static dyn Console {
    &Uart
}

struct Uart;

impl Console for Uart {
    fn init(&self) {
        gpio::route_uart0();
        pl011::init(mailbox::clock_rate(Clock::Uart).unwrap_or(pl011::CLOCK));
    }

    fn open(&self, app: &'static App) -> Box<dyn Terminal> {
        let lines = |mark| Arc::new(Lines { prefix: prefix(app, mark), unfinished: Mutex::new(Vec::new()) });
        Box::new(AppTerminal { output: lines('│'), error: lines('┊') })
    }

    fn log(&self, lines: Arguments<'_>) {
        // Writing to the port or to a vector cannot fail.
        if cpu::interrupts_are_masked() {
            // Nobody else runs, and there may be no heap.
            let _ = PortText(|bytes: &[u8]| output::write(&[bytes])).write_fmt(lines);
        } else {
            let mut text = Vec::with_capacity(128);
            let _ = PortText(|bytes: &[u8]| text.extend_from_slice(bytes)).write_fmt(lines);
            output::write(&[&text]);
        }
    }

    fn flush(&self) {
        output::flush();
    }

    fn on_interrupt(&self) {
        input::on_interrupt();
        output::send();
    }

    unsafe fn seize(&self) {
        // SAFETY: by contract.
        unsafe { output::seize() };
    }
}

/// An app's streams, each with its unfinished line.
struct AppTerminal {
    output: Arc<Lines>,
    error: Arc<Lines>,
}

impl Terminal for AppTerminal {
    fn streams(&self) -> Streams {
        let (output, error) = (self.output.clone(), self.error.clone());
        Streams { input: Arc::new(Keyboard { output: output.clone() }), output, error }
    }

    fn ended(&self, program: &Program) {
        self.output.flush();
        self.error.flush();
        let report = |line: Arguments<'_>| self.output.line(format!("\x1b[31m{line}\x1b[0m").as_bytes());
        if let Some(trap) = program.trap() {
            report::trap_lines(program, &trap, report);
        }
        if let (Some(End::OutOfTime), Some(app)) = (program.end(), program.app()) {
            report(format_args!("ended: it has run for {} ms, which is its limit", app.cpu_ms));
        }
    }
}

/// The longest part of a line that is kept back; a longer line is written in pieces.
const LINE: usize = 4096;

/// A stream of lines.
struct Lines {
    /// What each line begins with: the app's name.
    prefix: String,
    unfinished: Mutex<Vec<u8>>,
}

impl Lines {
    /// Writes one line of the app.
    fn line(&self, bytes: &[u8]) {
        output::write(&[self.prefix.as_bytes(), bytes, b"\r\n"]);
    }

    /// Writes what there is of an unfinished line.
    fn flush(&self) {
        let unfinished = mem::take(&mut *self.unfinished.lock());
        if !unfinished.is_empty() {
            self.line(&unfinished);
        }
    }
}

impl Stream for Lines {
    fn read(&self, _: &mut [u8]) -> Result<usize> {
        Err(Errno::Badf)
    }

    fn write(&self, bytes: &[u8]) -> Result<usize> {
        // The app's one thread is here; no lock is held where it may wait.
        let mut unfinished = mem::take(&mut *self.unfinished.lock());
        for piece in bytes.split_inclusive(|&byte| byte == b'\n') {
            match piece.strip_suffix(b"\n") {
                Some(end) if unfinished.is_empty() => self.line(end),
                Some(end) => {
                    unfinished.extend_from_slice(end);
                    self.line(&unfinished);
                    unfinished.clear();
                }
                None => unfinished.extend_from_slice(piece),
            }
            if unfinished.len() >= LINE {
                self.line(&unfinished);
                unfinished.clear();
            }
        }
        *self.unfinished.lock() = unfinished;
        Ok(bytes.len())
    }

    fn wait_readable(&self, _: Option<u64>) -> Result<bool> {
        Err(Errno::Badf)
    }

    fn is_terminal(&self) -> bool {
        true
    }
}

/// What is typed, for the app that reads it.
struct Keyboard {
    /// What the app has asked, perhaps without ending the line.
    output: Arc<Lines>,
}

impl Stream for Keyboard {
    fn read(&self, buffer: &mut [u8]) -> Result<usize> {
        self.output.flush();
        Ok(input::read(buffer))
    }

    fn write(&self, _: &[u8]) -> Result<usize> {
        Err(Errno::Badf)
    }

    fn wait_readable(&self, deadline: Option<u64>) -> Result<bool> {
        self.output.flush();
        Ok(input::wait(deadline.map_or(u64::MAX, timer::ticks_at)))
    }

    fn watch(&self, work: &mut dyn FnMut()) {
        input::watch(work);
    }

    fn is_terminal(&self) -> bool {
        true
    }
}

/// What the app's lines begin with: its name, in a colour that is always the same.
fn prefix(app: &App, mark: char) -> String {
    const COLOURS: [u8; 6] = [36, 33, 35, 34, 32, 96];
    let image = image();
    let index = (core::ptr::from_ref(app) as usize - image.apps.ptr as usize) / size_of::<App>();
    let (colour, width) = (COLOURS[index % COLOURS.len()], report::name_width());
    format!("\x1b[{colour}m{:width$} {mark}\x1b[0m ", text(&app.name))
}
