//! The console of `sinter run`: one app's standard streams are the command's own, byte for byte.
//!
//! The host process holds both ends of a pair of pipes, which QEMU has as its standard output and input;
//! semihosting opens them. [`sinter_abi::host`] is spoken on them. The kernel's log goes to UART1.

use super::{Console, Terminal, log::PortText};
use crate::{
    drivers::{
        gpio,
        mailbox::{self, Clock},
        mini_uart::OUTPUT,
        semihosting::File,
    },
    lock::{Mutex, Relax},
    report,
    wasm::{
        board::{self, Board},
        program::{End, Program},
    },
};
use alloc::{boxed::Box, string::String, sync::Arc};
use core::fmt::{Arguments, Write};
use sinter_abi::{
    host::{HEADER, Header, Op},
    image::App,
};
use wasi_kernel::{
    Streams,
    fs::{
        self, Volume,
        host::{HostFs, Transport, streams},
    },
};

/// The driver that an image refers to: [`sinter_abi::image::CONSOLE_HOST`].
#[unsafe(no_mangle)]
fn sinter_console_host() -> &'static dyn Console {
    &Host
}

/// The pipes to the host process.
#[derive(Debug, Clone, Copy)]
pub struct Pipes;

/// The open pipes: requests go to the first, replies come from the second.
static PIPES: Mutex<Option<(File, File)>> = Mutex::new(None);

impl Transport for Pipes {
    fn call(&self, request: &[&[u8]], payload: &mut [u8]) -> Header {
        let mut pipes = PIPES.lock();
        let (requests, replies) = pipes.get_or_insert_with(open);
        for part in request {
            assert!(requests.write_all(part), "the pipe to the host is closed");
        }
        let mut header = [0; HEADER];
        assert!(replies.read_exact(&mut header), "the pipe from the host is closed");
        let header = Header::from_bytes(&header);
        let Some(payload) = payload.get_mut(..header.length as usize) else {
            panic!("the host replies with {} bytes too many", header.length)
        };
        assert!(replies.read_exact(payload), "the pipe from the host is closed");
        header
    }
}

fn open() -> (File, File) {
    match (File::open(c"/dev/stdout", false), File::open(c"/dev/stdin", true)) {
        (Some(requests), Some(replies)) => (requests, replies),
        _ => panic!("this image is for `sinter run`, which is not there"),
    }
}

struct Host;

impl Console for Host {
    fn init(&self) {
        /// The core clock of a board whose firmware does not tell.
        const CLOCK: u32 = 250_000_000;
        gpio::route_uart1();
        OUTPUT.lock().init(mailbox::clock_rate(Clock::Core).unwrap_or(CLOCK));
    }

    fn open(&self, _: &'static App) -> Box<dyn Terminal> {
        let question = Header { code: Op::Time as u32, length: 0, values: [0; 3] };
        let answer = Pipes.call(&[&question.to_bytes()], &mut []);
        if answer.code == 0 {
            board::set_realtime(answer.values[0]);
        }
        Box::new(HostTerminal(streams(Arc::new(Pipes), Board)))
    }

    fn log(&self, lines: Arguments<'_>) {
        let mut output = OUTPUT.lock();
        // Writing to the port cannot fail.
        let _ = PortText(|bytes: &[u8]| output.write(bytes)).write_fmt(lines);
    }

    fn flush(&self) {
        OUTPUT.lock().flush();
    }

    fn on_interrupt(&self) {}

    unsafe fn seize(&self) {
        // SAFETY: by contract.
        unsafe { OUTPUT.force_unlock() };
    }
}

struct HostTerminal(Streams);

impl Terminal for HostTerminal {
    fn streams(&self) -> Streams {
        self.0.clone()
    }

    fn ended(&self, program: &Program) {
        let message = |op: Op, value: u64, payload: &str| {
            let header = Header { code: op as u32, length: payload.len() as u32, values: [value, 0, 0] };
            Pipes.call(&[&header.to_bytes(), payload.as_bytes()], &mut []);
        };
        match program.end() {
            Some(End::Trap(_)) => {
                let mut report = String::new();
                if let Some(trap) = program.trap() {
                    report::trap_lines(program, &trap, |line| {
                        // Writing to a string cannot fail.
                        let _ = writeln!(report, "{line}");
                    });
                }
                message(Op::Trap, 0, &report);
            }
            Some(end) => {
                if let End::InvalidExit(_) = end {
                    message(Op::Error, 0, INVALID_EXIT);
                }
                message(Op::Exit, end.status().unwrap_or(1).into(), "");
            }
            None => {}
        }
    }
}

/// What Wasmtime says.
const INVALID_EXIT: &str = "Error: exit with invalid exit status outside of [0..126)\n";

/// The driver of the host's directories, [`sinter_abi::image::FS_HOST`].
#[unsafe(no_mangle)]
fn sinter_fs_host(_: &App, _: &Streams) -> wasi_kernel::Result<Volume> {
    static FS: Mutex<Option<Volume>> = Mutex::new(None);
    Ok(FS.lock().get_or_insert_with(|| fs::volume(HostFs::<Relax>::new(Arc::new(Pipes)))).clone())
}
