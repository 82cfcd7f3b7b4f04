//! QEMU's monitor: what it does to a machine that runs.

use serde_json::{Value, json};
use std::{
    io::{self, BufRead, BufReader, Read, Write},
    os::unix::net::UnixStream,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

/// A connection to the monitor of a [`sinter_qemu::Machine`].
pub struct Monitor {
    answers: BufReader<UnixStream>,
    socket: PathBuf,
}

impl Monitor {
    /// Connects to the machine whose monitor is at `socket`, as soon as it is there.
    ///
    /// # Errors
    /// Nobody listens there.
    pub fn connect(socket: &Path) -> io::Result<Self> {
        let answers = BufReader::new(connect(socket)?);
        let mut monitor = Self { answers, socket: socket.to_owned() };
        monitor.command("qmp_capabilities", json!({}))?;
        Ok(monitor)
    }

    /// Does a command of the machine protocol.
    ///
    /// # Errors
    /// It is refused, or the machine is gone.
    pub fn command(&mut self, name: &str, arguments: Value) -> io::Result<()> {
        let command = json!({ "execute": name, "arguments": arguments });
        writeln!(self.answers.get_mut(), "{command}")?;
        loop {
            let mut line = String::new();
            if self.answers.read_line(&mut line)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let answer: Value = serde_json::from_str(&line)?;
            if answer.get("return").is_some() {
                return Ok(());
            }
            if let Some(error) = answer.get("error") {
                return Err(io::Error::other(format!("{name}: {error}")));
            }
        }
    }

    /// Takes the card out of its slot.
    ///
    /// # Errors
    /// As for [`Monitor::command`].
    pub fn remove_card(&mut self) -> io::Result<()> {
        self.command("eject", json!({ "device": "sd0", "force": true }))
    }

    /// Has a debugger's connection, which stops the machine until it goes on.
    ///
    /// # Errors
    /// As for [`Monitor::command`].
    pub fn debugger(&mut self) -> io::Result<Debugger> {
        let socket = self.socket.with_extension("gdb");
        let server = format!("gdbserver unix:{},server=on,wait=off", socket.display());
        self.command("human-monitor-command", json!({ "command-line": server }))?;
        let mut debugger = Debugger(connect(&socket)?);
        // It stops the machine and says so.
        debugger.answer()?;
        debugger.ask("Qqemu.PhyMemMode:1")?;
        debugger.send("c")?;
        Ok(debugger)
    }
}

/// A debugger that writes to devices (the GDB Remote Serial Protocol, and QEMU's addition for physical addresses).
pub struct Debugger(UnixStream);

impl Debugger {
    /// Writes each of `values` to the device's register there, all at the same moment.
    ///
    /// # Errors
    /// The machine is gone.
    pub fn set(&mut self, registers: &[(u64, u32)]) -> io::Result<()> {
        self.stop()?;
        self.write(registers)?;
        self.send("c")
    }

    /// Writes each of `registers` as [`Debugger::set`] does, right after the kernel has next written to the device's register at
    /// `watched`, a virtual address.
    ///
    /// # Errors
    /// The machine is gone.
    pub fn set_after_write(&mut self, watched: u64, registers: &[(u64, u32)]) -> io::Result<()> {
        self.stop()?;
        self.ask(&format!("Z2,{watched:x},4"))?;
        self.ask("c")?;
        self.ask(&format!("z2,{watched:x},4"))?;
        self.write(registers)?;
        self.send("c")
    }

    /// Does what control-C does.
    fn stop(&mut self) -> io::Result<()> {
        self.0.write_all(&[3])?;
        self.answer().map(drop)
    }

    fn write(&mut self, registers: &[(u64, u32)]) -> io::Result<()> {
        for (address, value) in registers {
            let bytes: String = value.to_le_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
            self.ask(&format!("M{address:x},4:{bytes}"))?;
        }
        Ok(())
    }

    fn ask(&mut self, packet: &str) -> io::Result<String> {
        self.send(packet)?;
        self.answer()
    }

    fn send(&mut self, packet: &str) -> io::Result<()> {
        let sum = packet.bytes().fold(0_u8, u8::wrapping_add);
        write!(self.0, "${packet}#{sum:02x}")
    }

    fn answer(&mut self) -> io::Result<String> {
        let mut text = String::new();
        let mut byte = [0];
        while !text.ends_with('#') {
            self.0.read_exact(&mut byte)?;
            // An acknowledgement is no part of an answer.
            if text.is_empty() && byte[0] != b'$' {
                continue;
            }
            text.push(byte[0].into());
        }
        self.0.read_exact(&mut [0; 2])?;
        self.0.write_all(b"+")?;
        Ok(text)
    }
}

fn connect(socket: &Path) -> io::Result<UnixStream> {
    for _ in 0..300 {
        if let Ok(stream) = UnixStream::connect(socket) {
            return Ok(stream);
        }
        thread::sleep(Duration::from_millis(100));
    }
    UnixStream::connect(socket)
}
