//! Booting an image in the emulator.

mod host_errno;
mod host_files;
mod host_input;
pub mod host_server;

use crate::link::Image;
use host_server::{Outcome, Server};
use sinter_qemu::{Console, Machine, Verdict};
use std::{
    fs,
    io::{self, IsTerminal, Read, Write},
    path::{Path, PathBuf},
    process::ChildStdin,
    thread,
    time::Duration,
};
use tempfile::TempDir;

/// How to boot.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// Real time after which the machine is killed.
    pub timeout: Option<Duration>,
    /// Whether the kernel's log goes to standard error.
    pub show_log: bool,
    /// Whether one instruction is one virtual nanosecond.
    pub count_instructions: bool,
    /// Whether to wait for a debugger.
    pub gdb: bool,
}

/// How it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// The app's own status, or the image's verdict.
    Exited(u8),
    /// The app trapped; standard error has the report.
    Trapped,
    /// [`Options::timeout`] was over.
    TimedOut(Duration),
    /// This process got the signal with this number.
    Interrupted(u8),
    /// The kernel or the emulator failed, with the end of their log.
    Failed(String),
}

/// An image in files, for as long as this lives.
struct Files {
    kernel: PathBuf,
    _folder: TempDir,
}

impl Files {
    fn new(image: &Image, options: &Options) -> io::Result<Self> {
        let folder = tempfile::Builder::new().prefix("sinter-").tempdir()?;
        let kernel = folder.path().join("kernel8.img");
        fs::write(&kernel, &image.raw)?;
        if options.gdb {
            let elf = folder.path().join("kernel8.elf");
            fs::write(&elf, &image.elf)?;
            let address = sinter_qemu::GDB_ADDRESS;
            eprintln!("waiting for: gdb-multiarch -ex 'target remote {address}' {}", elf.display());
        }
        Ok(Self { kernel, _folder: folder })
    }

    fn machine(&self, console: Console, options: &Options) -> Machine<'_> {
        Machine {
            timeout: options.timeout,
            show_log: options.show_log,
            count_instructions: options.count_instructions,
            gdb: options.gdb,
            ..Machine::new(&self.kernel, console)
        }
    }
}

/// Boots an image whose console is the board's serial port: standard input is typed there, and what comes is copied to
/// standard output. `card` is the image in the SD card's slot.
///
/// # Errors
/// The emulator cannot be started, or standard output is closed.
pub fn serial(image: &Image, card: Option<&Path>, options: &Options) -> Result<Ending, sinter_qemu::Error> {
    let files = Files::new(image, options)?;
    let machine = Machine { card, ..files.machine(Console::Serial, options) };
    let (guest, mut pipes) = machine.start()?;
    let mut out = io::stdout().lock();
    await_life(&mut pipes.stdout, &mut out)?;
    thread::spawn(move || type_in(pipes.stdin));
    let ending = guest.finish(pipes.stdout, &mut out)?;
    Ok(match ending.verdict {
        Verdict::Exited(status) => {
            // What the emulator has to say about itself.
            if !options.show_log {
                eprint!("{}", ending.log);
            }
            Ending::Exited(status as u8)
        }
        verdict => unusual(verdict, ending.log, options),
    })
}

/// Waits until the guest has sent its first byte, which goes to `out`. What comes in on the port before it is set up is
/// lost, on the board as in the emulator.
fn await_life(port: &mut impl Read, out: &mut impl Write) -> io::Result<()> {
    let mut first = [0];
    let read = port.read(&mut first)?;
    out.write_all(&first[..read])
}

/// Types standard input, and at its end control-D twice: once for an unfinished line, once for the input.
fn type_in(mut keyboard: ChildStdin) {
    // The guest may end before its input does.
    let _ = io::copy(&mut io::stdin(), &mut keyboard).and_then(|_| keyboard.write_all(&[4, 4]));
}

/// What an end means that the guest did not choose.
fn unusual(verdict: Verdict, log: String, options: &Options) -> Ending {
    match verdict {
        Verdict::TimedOut => Ending::TimedOut(options.timeout.unwrap_or_default()),
        Verdict::Interrupted(signal) => Ending::Interrupted(signal as u8),
        Verdict::Exited(_) | Verdict::Killed(_) => Ending::Failed(log),
    }
}

/// Boots an image whose console is this process, which serves it `folders` by their numbers.
///
/// # Errors
/// The emulator cannot be started.
pub fn host(image: &Image, folders: &[&Path], options: &Options) -> Result<Ending, sinter_qemu::Error> {
    let (input, output, error) = (io::stdin(), io::stdout(), io::stderr());
    let terminals = (input.is_terminal(), output.is_terminal(), error.is_terminal());
    let mut server =
        Server::new(folders, input, output, error)?.with_terminals(terminals.0, terminals.1, terminals.2);
    let files = Files::new(image, options)?;
    let (guest, pipes) = files.machine(Console::Semihosting, options).start()?;
    let outcome = server.serve(pipes.stdout, pipes.stdin);
    let ending = guest.wait()?;
    Ok(match (outcome, ending.verdict) {
        (Ok(Outcome::Exited(status)), Verdict::Exited(_)) => Ending::Exited(status as u8),
        (Ok(Outcome::Trapped), Verdict::Exited(_)) => Ending::Trapped,
        (Err(error), Verdict::Exited(_)) => Ending::Failed(format!("{}\n{error}", ending.log)),
        (_, verdict) => unusual(verdict, ending.log, options),
    })
}
