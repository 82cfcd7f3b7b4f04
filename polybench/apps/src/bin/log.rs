//! log: small appends to a file, one call of the system each, with a change of files when one is full.

use bench_apps::{Application, Random};
use std::{
    fs::{self, File, OpenOptions},
    io::{Result, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

/// A file of this size is full.
const FULL: usize = 16 << 10;

struct Log {
    lines: Vec<String>,
    folder: PathBuf,
}

impl Application for Log {
    fn prepare(scale: usize) -> Self {
        let mut random = Random::new(5);
        let line = |number| {
            let (sensor, value) = (random.below(40), random.below(1000));
            format!(
                "2026-03-01T12:{:02}:{:02}Z sensor-{sensor} value={value}\n",
                number / 60 % 60,
                number % 60
            )
        };
        let lines = (0..scale * 128).map(line).collect();
        // What another run left there does not matter.
        let folder = Path::new("/tmp/log").to_owned();
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir(&folder).expect("/tmp is writable");
        Self { lines, folder }
    }

    fn run(&mut self) {
        self.write().expect("there is room");
    }

    fn result(&self, out: &mut dyn Write) -> Result<()> {
        for file in ["old", "new"] {
            out.write_all(&fs::read(self.folder.join(file)).unwrap_or_default())?;
        }
        Ok(())
    }
}

impl Log {
    fn write(&self) -> Result<()> {
        let (new, old) = (self.folder.join("new"), self.folder.join("old"));
        let open = || -> Result<File> { OpenOptions::new().create(true).append(true).open(&new) };
        let (mut file, mut size) = (open()?, 0);
        for line in &self.lines {
            if size + line.len() > FULL {
                fs::rename(&new, &old)?;
                (file, size) = (open()?, 0);
            }
            file.write_all(line.as_bytes())?;
            size += line.len();
        }
        Ok(())
    }
}

fn main() -> ExitCode {
    bench_apps::main::<Log>("log")
}
