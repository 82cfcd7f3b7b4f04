//! Programs on Debian's Linux, on the same emulated board.
//!
//! One boot runs all programs of a system. The kernel's command line leaves out what costs time and is not needed:
//! Linux is compared at its best.

mod card;
mod initramfs;
mod kept;
mod systems;
mod wasmer;

pub use card::OnCard;
pub use systems::{NATIVE, System};

use crate::{Error, Figures, Measurement, Packages, Sample, Setting, Workload, figures::last_words};
use initramfs::Initramfs;
use kept::Kept;
use serde::Deserialize;
use sinter_qemu::{Console, Ending, Machine, Verdict};
use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    time::Duration,
};

/// Real time that a boot with all programs may take.
const PATIENCE: Duration = Duration::from_secs(4 * 3600);

/// `maxcpus=1` and one core, as for Sinter; no randomisation of the kernel's addresses, so that boots are equal; and no
/// security module, audit, cleared allocations or mitigations.
pub const COMMAND_LINE: &str = "console=ttyAMA0,115200 quiet maxcpus=1 nokaslr lsm=none audit=0 init_on_alloc=0 \
                                randomize_kstack_offset=off mitigations=off";

/// Debian's kernel, and the first process for it.
#[derive(Debug)]
pub struct Linux {
    /// Its version, as its package says.
    pub version: String,
    /// A folder for figures, which are not measured again as long as nothing of which they depend has changed.
    pub kept: Option<PathBuf>,
    kernel: PathBuf,
    device_tree: PathBuf,
    /// The folder of its modules.
    modules: PathBuf,
    init: PathBuf,
    packages: Packages,
}

impl Linux {
    /// Fetches the kernel by package, and builds the first process, unless both lie below `folder`.
    ///
    /// # Errors
    /// A package cannot be fetched, or the program not built.
    pub fn new(folder: &Path, target: &Path) -> Result<Self, Error> {
        let packages = Packages::new(folder)?;
        let version = packages.dependency("linux-image-arm64", "linux-image-")?;
        let files = packages.debian(&version)?;
        let release = version.trim_start_matches("linux-image-");
        Ok(Self {
            kernel: files.join("boot").join(format!("vmlinuz-{release}")),
            device_tree: files.join("usr/lib").join(&version).join("broadcom/bcm2837-rpi-3-b.dtb"),
            modules: files.join("lib/modules").join(release).join("kernel"),
            init: systems::NATIVE.build("linux-init", target)?.join("linux-init"),
            version,
            kept: None,
            packages,
        })
    }

    /// What every first file system has.
    fn files(&self) -> Result<Initramfs, Error> {
        let mut files = Initramfs::default();
        for folder in ["dev", "proc", "tmp"] {
            files.folder(folder);
        }
        files.console();
        files.program("init", &self.init)?;
        Ok(files)
    }

    /// The machine that boots with this file system.
    fn machine<'a>(&'a self, initramfs: &'a Path) -> Machine<'a> {
        Machine {
            count_instructions: true,
            timeout: Some(PATIENCE),
            linux: Some(sinter_qemu::Linux {
                device_tree: &self.device_tree,
                initramfs,
                command_line: COMMAND_LINE,
            }),
            ..Machine::new(&self.kernel, Console::Serial)
        }
    }

    /// Boots once and runs each workload `runs` times, unless the figures are kept. `done` hears of each as it comes.
    ///
    /// # Errors
    /// The machine fails, a program does, or a result is wrong.
    pub fn measure(
        &self,
        system: &System,
        workloads: &[Workload],
        runs: usize,
        done: &(dyn Fn(&Measurement) + Sync),
    ) -> Result<Vec<Measurement>, Error> {
        let mut files = self.files()?;
        for (inside, outside) in &system.files {
            files.program(inside, outside)?;
        }
        let mut jobs = String::new();
        for workload in workloads {
            let command = system.command(workload);
            jobs += &format!("{}\t{}\n", runs_of(workload, runs), command.join("\t"));
        }
        files.text("jobs", jobs.into_bytes());
        let archive = files.write()?;
        let kept = self.kept.as_ref().map(|folder| Kept::new(folder, self, archive.path())).transpose()?;
        if let Some(found) = kept.as_ref().and_then(Kept::read) {
            found.iter().for_each(done);
            return Ok(found);
        }

        let machine = self.machine(archive.path());
        let mut results = Results {
            system,
            workloads,
            runs,
            done,
            line: Vec::new(),
            seen: String::new(),
            samples: Vec::new(),
            found: Vec::new(),
            error: None,
        };
        let ending = machine.run(&mut results);
        if let Some(error) = results.error {
            return Err(error);
        }
        if results.found.len() < workloads.len() {
            let Ending { verdict, log } = ending?;
            if matches!(verdict, Verdict::Interrupted(_)) {
                return Err(Error::Tool("interrupted".into()));
            }
            let words = last_words(&format!("{}\n{log}", results.seen));
            let message = format!("Linux ended as {verdict:?} before its programs did: {words}");
            return Err(Error::program(&system.name, message));
        }
        if let Some(kept) = kept {
            kept.write(&results.found)?;
        }
        Ok(results.found)
    }
}

/// How often a program runs if `runs` are asked for.
fn runs_of(workload: &Workload, runs: usize) -> usize {
    match workload.setting {
        Setting::Repeated(times) => times,
        _ => runs,
    }
}

/// A line of the first process (polybench/linux-init).
#[derive(Deserialize)]
#[serde(untagged)]
enum Line {
    Run { status: Option<i32>, stdout: String, wall_ns: u64, peak_kib: u64, page_faults: u64 },
    Failure { error: String },
}

/// Reads the lines as they come.
struct Results<'a> {
    system: &'a System,
    workloads: &'a [Workload],
    runs: usize,
    done: &'a (dyn Fn(&Measurement) + Sync),
    line: Vec<u8>,
    /// What else the console showed.
    seen: String,
    samples: Vec<Sample>,
    found: Vec<Measurement>,
    error: Option<Error>,
}

impl Results<'_> {
    fn take(&mut self, line: &str) -> Result<(), Error> {
        let Some(workload) = self.workloads.get(self.found.len()) else { return Ok(()) };
        let Some(Ok(line)) = line.find('{').map(|start| serde_json::from_str(line[start..].trim())) else {
            self.seen += line;
            return Ok(());
        };
        let name = format!("{} on {}", workload.name, self.system.name);
        let (status, stdout, wall, peak_kib, page_faults) = match line {
            Line::Failure { error } => return Err(Error::program(&name, error)),
            Line::Run { status, stdout, wall_ns, peak_kib, page_faults } => {
                (status, stdout, wall_ns, peak_kib, page_faults)
            }
        };
        if status != Some(0) {
            let message =
                format!("ended with status {status:?}: {} {}", stdout.trim(), last_words(&self.seen));
            return Err(Error::program(&name, message));
        }
        let figures = &Figures::verified(workload, &stdout)?[0];
        let alone = !matches!(workload.setting, Setting::Behind(..));
        self.samples.push(Sample {
            kernel: workload.setting.has_window().then_some(figures.kernel_ns),
            process: wall.saturating_sub(figures.check_ns),
            start_up: alone.then(|| wall.saturating_sub(figures.main_ns)),
            peak_memory: peak_kib << 10,
            page_faults: Some(page_faults),
        });
        if self.samples.len() == runs_of(workload, self.runs) {
            let samples = std::mem::take(&mut self.samples);
            let found = Measurement::new(&workload.name, self.system.code_size(workload)?, &samples);
            (self.done)(&found);
            self.found.push(found);
        }
        Ok(())
    }
}

impl Write for Results<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for &byte in bytes {
            self.line.push(byte);
            if byte == b'\n' {
                let line = String::from_utf8_lossy(&std::mem::take(&mut self.line)).into_owned();
                let taken = self.take(&line);
                // Debian's kernel cannot switch this board off: it is left when all is known.
                if taken.is_err() || self.found.len() == self.workloads.len() {
                    self.error = taken.err();
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
