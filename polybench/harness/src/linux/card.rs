//! A program on Linux whose files are on an SD card.
//!
//! Linux drives the card by the board's other controller, SDHOST, with DMA.

use super::Linux;
use crate::{Error, figures::last_words};
use serde::Deserialize;
use std::{
    io::{self, Write},
    path::Path,
};

/// What Debian has as modules of the driver and of ext4, in the order in which they need each other.
const MODULES: [&str; 7] = [
    "lib/crc16.ko",
    "crypto/crc32c_generic.ko",
    "lib/libcrc32c.ko",
    "fs/mbcache.ko",
    "fs/jbd2/jbd2.ko",
    "fs/ext4/ext4.ko",
    "drivers/mmc/host/bcm2835.ko",
];

/// What a boot with a card has shown.
#[derive(Debug, Default)]
pub struct OnCard {
    /// Virtual nanoseconds, which are executed instructions, to mount it.
    pub mount: u64,
    /// What the program wrote to its standard output.
    pub stdout: String,
}

impl Linux {
    /// Boots with the ext4 file system `card` as the SD card, mounts it as `/data`, and runs `program` once.
    ///
    /// # Errors
    /// The machine fails, or the program does.
    pub fn on_card(&self, card: &Path, program: &Path) -> Result<OnCard, Error> {
        let mut files = self.files()?;
        files.folder("data");
        let mut order = String::new();
        for module in MODULES {
            let name = module.rsplit('/').next().unwrap_or(module);
            files.program(&format!("modules/{name}"), &self.modules.join(module))?;
            order += &format!("{name}\n");
        }
        files.text("modules/order", order.into_bytes());
        files.text("mount", b"/dev/mmcblk0\text4\t/data\n".to_vec());
        files.program("programs/program", program)?;
        files.text("jobs", b"1\t/programs/program\n".to_vec());
        let archive = files.write()?;
        let mut machine = self.machine(archive.path());
        machine.card = Some(card);
        let mut console = Console::default();
        let ending = machine.run(&mut console);
        match console.done {
            Some(Ok(())) => Ok(console.found),
            Some(Err(error)) => Err(Error::program("Linux with a card", error)),
            None => {
                let log = ending.map(|ending| ending.log).unwrap_or_default();
                let words = last_words(&format!("{}\n{log}", console.seen));
                Err(Error::program("Linux with a card", format!("it ended before the program: {words}")))
            }
        }
    }
}

/// A line of the first process (polybench/linux-init).
#[derive(Deserialize)]
#[serde(untagged)]
enum Line {
    Mounted { mounted_ns: u64 },
    Run { status: Option<i32>, stdout: String },
    Failure { error: String },
}

/// Reads the lines as they come.
#[derive(Default)]
struct Console {
    line: Vec<u8>,
    seen: String,
    found: OnCard,
    done: Option<Result<(), String>>,
}

impl Console {
    fn take(&mut self, line: &str) {
        match line.find('{').map(|start| serde_json::from_str(line[start..].trim())) {
            Some(Ok(Line::Mounted { mounted_ns })) => self.found.mount = mounted_ns,
            Some(Ok(Line::Run { status: Some(0), stdout })) => {
                self.found.stdout = stdout;
                self.done = Some(Ok(()));
            }
            Some(Ok(Line::Run { status, stdout })) => {
                self.done = Some(Err(format!("ended with status {status:?}: {stdout}")));
            }
            Some(Ok(Line::Failure { error })) => self.done = Some(Err(error)),
            _ => self.seen += line,
        }
    }
}

impl Write for Console {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for &byte in bytes {
            self.line.push(byte);
            if byte == b'\n' {
                let line = String::from_utf8_lossy(&std::mem::take(&mut self.line)).into_owned();
                self.take(&line);
                // Debian's kernel cannot switch this board off: it is left when all is known.
                if self.done.is_some() {
                    return Err(io::ErrorKind::BrokenPipe.into());
                }
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
