//! QEMU's command line.

use crate::{Error, Guest, Pipes, Trace};
use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

/// Where `gdb` finds the stub of a machine with [`Machine::gdb`].
pub const GDB_ADDRESS: &str = "127.0.0.1:1234";

/// A Raspberry Pi 3 B and what it boots.
#[derive(Debug, Clone)]
pub struct Machine<'a> {
    /// The raw image, which the emulated firmware loads at 0x80000 and enters at EL2 (an ELF would enter at EL3).
    pub kernel: &'a Path,
    /// What the image needs besides if it is a Linux kernel.
    pub linux: Option<Linux<'a>>,
    /// The SD card's image, a power of two of bytes large. What the guest writes is in the file.
    pub card: Option<&'a Path>,
    /// Who has QEMU's standard streams.
    pub console: Console,
    /// Whether one executed instruction is one virtual nanosecond, exactly and repeatably. The machine then has one
    /// core, else four.
    pub count_instructions: bool,
    /// Whether the machine has four cores all the same when it counts: then it counts what they execute together.
    pub count_all_cores: bool,
    /// Where QEMU listens for commands in its machine protocol, a Unix socket that it makes.
    pub monitor: Option<&'a Path>,
    /// Whether the machine waits for a debugger at [`GDB_ADDRESS`] before its first instruction.
    pub gdb: bool,
    /// Where it writes which blocks it executes.
    pub trace: Option<Trace<'a>>,
    /// How long it may run, in real time.
    pub timeout: Option<Duration>,
    /// Whether QEMU's messages, and with [`Console::Semihosting`] the second serial port's output, are copied to this
    /// process's standard error as they come. They are in [`crate::Ending::log`] in any case.
    pub show_log: bool,
}

/// What a Linux kernel is given.
#[derive(Debug, Clone, Copy)]
pub struct Linux<'a> {
    /// The board's device tree.
    pub device_tree: &'a Path,
    /// The first file system, as a cpio archive.
    pub initramfs: &'a Path,
    /// The kernel's command line.
    pub command_line: &'a str,
}

/// Who has QEMU's standard streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Console {
    /// The first serial port, UART0, reads standard input and writes to standard output.
    Serial,
    /// The guest opens `/dev/stdin` and `/dev/stdout` by semihosting; the second serial port, UART1, writes to standard
    /// error.
    Semihosting,
}

impl<'a> Machine<'a> {
    /// A machine that boots `kernel`, with no limit in time and nothing special.
    pub fn new(kernel: &'a Path, console: Console) -> Self {
        Self {
            kernel,
            linux: None,
            card: None,
            console,
            count_instructions: false,
            count_all_cores: false,
            monitor: None,
            gdb: false,
            trace: None,
            timeout: None,
            show_log: false,
        }
    }

    /// Starts it. The calling thread has to live for as long as the guest: its end is the guest's, too.
    ///
    /// # Errors
    /// QEMU is missing or does not start.
    pub fn start(&self) -> Result<(Guest, Pipes), Error> {
        let qemu = find("qemu-system-aarch64").ok_or(Error::Missing)?;
        let mut command = tied_to_parent(&qemu);
        command.args(self.arguments()).arg("-kernel").arg(self.kernel);
        if let Some(Linux { device_tree, initramfs, command_line }) = self.linux {
            command
                .arg("-dtb")
                .arg(device_tree)
                .arg("-initrd")
                .arg(initramfs)
                .args(["-append", command_line]);
        }
        command.args(self.trace.iter().flat_map(Trace::arguments));
        // A comma in a value is written twice.
        let value = |path: &Path| path.as_os_str().to_string_lossy().replace(',', ",,");
        if let Some(card) = self.card {
            command.args(["-drive", &format!("if=sd,format=raw,file={}", value(card))]);
        }
        if let Some(monitor) = self.monitor {
            command.args(["-qmp", &format!("unix:{},server=on,wait=off", value(monitor))]);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Guest::start(command, self.timeout, self.show_log)
    }

    fn arguments(&self) -> Vec<&'static str> {
        let mut arguments = vec!["-M", "raspi3b", "-display", "none", "-monitor", "none"];
        match self.console {
            Console::Serial => {
                arguments.extend(["-chardev", "stdio,id=uart0,signal=off", "-serial", "chardev:uart0"]);
            }
            Console::Semihosting => arguments.extend(["-serial", "null", "-serial", "file:/dev/stderr"]),
        }
        arguments.extend(["-semihosting-config", "enable=on,target=native"]);
        if self.count_instructions {
            arguments.extend(["-icount", "shift=0,sleep=off"]);
            arguments.extend(["-global", "cortex-a53-arm-cpu.cntfrq=1000000000"]);
        }
        if self.count_instructions && !self.count_all_cores {
            arguments.extend(["-global", "bcm2837.enabled-cpus=1"]);
        }
        if self.gdb {
            arguments.extend(["-S", "-gdb", "tcp:127.0.0.1:1234"]);
        }
        arguments
    }
}

/// A command that the kernel kills when the calling thread ends, where util-linux has the tool for it.
pub(crate) fn tied_to_parent(program: &Path) -> Command {
    match find("setpriv") {
        Some(setpriv) => {
            let mut command = Command::new(setpriv);
            command.args(["--pdeathsig", "KILL", "--"]).arg(program);
            command
        }
        None => Command::new(program),
    }
}

pub(crate) fn find(program: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(program)).find(|path| path.is_file())
}
