//! Programs on Sinter: compiled, linked to an image of their own, and booted in the emulator.

use crate::{
    Error, Figures, Measurement, Sample, Setting, Workload, contraction, figures::last_words, python,
};
use aot_compiler::{
    compile::{self, optimise::Pass},
    image::{App, Config, Console, Mount, Restart, Source, files},
    link,
    run::host_server::{Outcome, Server},
};
use sinter_abi::image::OnExit;
use sinter_qemu::{Machine, Verdict};
use std::{
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};
use tempfile::NamedTempFile;

/// Real time that a run may take.
const PATIENCE: Duration = Duration::from_secs(600);

/// How to measure.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// How often each program runs; at least once.
    pub runs: usize,
    /// The folder of the modules, each with its program's name and the extension `wasm`.
    pub modules: &'a Path,
    /// A folder where the images stay, each with its program's name and the extension `img`: a board can boot them, too.
    pub images: Option<&'a Path>,
    /// How the modules are compiled.
    pub compile: compile::Options<'a>,
}

/// Compiles a program and runs it [`Options::runs`] times: in one boot if it is alone, started again by the supervisor;
/// two that share a pipe are booted for each run.
pub(crate) fn measure(workload: &Workload, options: &Options) -> Result<Measurement, Error> {
    let workload = &match options.compile.passes.has(Pass::Contract) {
        true => contraction::accepted(workload, options)?,
        false => workload.clone(),
    };
    let (boots, runs) = match workload.setting {
        Setting::Repeated(times) => (1, times),
        Setting::Alone | Setting::Folder | Setting::Library => (1, options.runs.max(1)),
        Setting::Behind(..) => (options.runs.max(1), 1),
    };
    let folders = match workload.setting {
        Setting::Library => vec![options.modules.join(python::BESIDE)],
        _ => Vec::new(),
    };
    let apps = apps(workload, runs, options.modules);
    let image = Image::new(apps, &folders, Console::Uart, &options.compile)?;
    if let Some(folder) = options.images {
        image.keep(&folder.join(&workload.name).with_extension("img"))?;
    }
    let mut machine = image.machine(sinter_qemu::Console::Serial);
    machine.timeout = Some(PATIENCE * runs as u32);
    let samples = (0..boots).map(|_| boot(&machine, workload, runs)).collect::<Result<Vec<_>, _>>()?;
    Ok(Measurement::new(&workload.name, image.code_size, &samples.concat()))
}

/// An app with the file of its module.
pub(crate) fn app(name: &str, args: &[String], modules: &Path) -> (App, PathBuf) {
    let mut app = App::new(name.to_owned(), 0, name.to_owned());
    app.args.extend(args.iter().cloned());
    (app, modules.join(name).with_extension("wasm"))
}

/// The apps of a workload, with their modules' files; its own one is started `runs` times.
fn apps(workload: &Workload, runs: usize, modules: &Path) -> Vec<(App, PathBuf)> {
    let mut apps = vec![app(&workload.name, &workload.args, modules)];
    let own = &mut apps[0].0;
    if runs > 1 {
        own.on_exit = OnExit::Restart;
        own.restart = Restart { max: runs as u32 - 1, window_s: u32::MAX };
    }
    match &workload.setting {
        Setting::Alone | Setting::Repeated(_) => {}
        Setting::Folder => {
            let place = "/tmp".to_owned();
            own.mounts = vec![Mount { source: Source::Ram(place.clone()), to: place, writable: true }];
        }
        Setting::Library => {
            let to = python::LIBRARY.to_owned();
            own.mounts = vec![Mount { source: Source::Files(0), to, writable: false }];
        }
        Setting::Behind(producer, args) => {
            own.stdin = Some(0);
            let mut producer = app(producer, args, modules);
            producer.0.stdout = Some(0);
            apps.push(producer);
        }
    }
    apps
}

/// What an app whose streams are the host's has left behind, with the kernel's log.
pub(crate) struct Hosted {
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
    pub(crate) log: String,
}

/// An image in a file.
pub(crate) struct Image {
    file: NamedTempFile,
    /// The same as an ELF file with all symbols.
    pub(crate) elf: Vec<u8>,
    /// Bytes of the apps' machine code.
    pub(crate) code_size: u64,
}

impl Image {
    /// Compiles and links apps, each with the file of its module, and folders that they mount; it has the name of the first one.
    pub(crate) fn new(
        apps: Vec<(App, PathBuf)>,
        folders: &[PathBuf],
        console: Console,
        options: &compile::Options,
    ) -> Result<Self, Error> {
        let name = apps[0].0.name.clone();
        let read = |folder: &PathBuf| files::read(folder).map_err(|error| Error::File(error.to_string()));
        let folders = folders.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        let (mut objects, mut config) = (
            Vec::new(),
            Config {
                name: name.clone(),
                version: "0.0.0".into(),
                console,
                screen: false,
                apps: vec![],
                folders,
            },
        );
        for (mut app, module) in apps {
            let wasm = fs::read(&module).map_err(|error| Error::file(&module, error))?;
            let object = compile::compile(&wasm, &app.name, options);
            app.module = objects.len();
            objects.push(object.map_err(|error| Error::program(&app.name, error))?);
            config.apps.push(app);
        }
        let code_size = objects.iter().map(|object| object.code_size).sum();
        let image = link::link(&config, &objects).map_err(|error| Error::program(&name, error))?;
        let file = tempfile::Builder::new().prefix("sinter-bench-").suffix(".img").tempfile();
        let file = file.map_err(|error| Error::file(Path::new("temporary image"), error))?;
        fs::write(file.path(), &image.raw).map_err(|error| Error::file(file.path(), error))?;
        Ok(Self { file, elf: image.elf, code_size })
    }

    /// Leaves a copy of it.
    fn keep(&self, path: &Path) -> Result<(), Error> {
        let folder = path.parent().expect("the file has a folder");
        let kept = fs::create_dir_all(folder).and_then(|()| fs::copy(self.file.path(), path));
        kept.map(drop).map_err(|error| Error::file(path, error))
    }

    /// The machine that boots it.
    pub(crate) fn machine(&self, console: sinter_qemu::Console) -> Machine<'_> {
        Machine {
            count_instructions: true,
            timeout: Some(PATIENCE),
            ..Machine::new(self.file.path(), console)
        }
    }

    /// Boots it and is the host of its app of this name, to the end.
    pub(crate) fn hosted(&self, name: &str) -> Result<Hosted, Error> {
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        let (guest, pipes) = self.machine(sinter_qemu::Console::Semihosting).start()?;
        let outcome = Server::new(&[], io::empty(), &mut stdout, &mut stderr)
            .and_then(|mut server| server.serve(pipes.stdout, pipes.stdin));
        let log = guest.wait()?.log;
        if matches!(outcome, Ok(Outcome::Exited(0))) {
            return Ok(Hosted { stdout, stderr, log });
        }
        let words = last_words(&format!("{log}\n{}", String::from_utf8_lossy(&stderr)));
        Err(Error::program(name, format!("ended as {outcome:?}: {words}")))
    }
}

fn boot(machine: &Machine, workload: &Workload, runs: usize) -> Result<Vec<Sample>, Error> {
    let mut output = Vec::new();
    let ending = machine.run(&mut output)?;
    let output = String::from_utf8_lossy(&output);
    match ending.verdict {
        Verdict::Exited(_) => samples(workload, runs, &output),
        Verdict::Interrupted(_) => Err(Error::Tool("interrupted".into())),
        verdict => {
            let words = last_words(&format!("{output}\n{}", ending.log));
            Err(Error::program(&workload.name, format!("the machine ended as {verdict:?}: {words}")))
        }
    }
}

/// The figures of a boot whose serial port showed `output`, for each of so many runs of the program.
fn samples(workload: &Workload, expected: usize, output: &str) -> Result<Vec<Sample>, Error> {
    let figures = Figures::verified(workload, output)?;
    let mut runs: Vec<_> = output.lines().filter_map(Run::of).collect();
    let apps = workload.programs().count();
    if figures.len() != expected || runs.len() != expected * apps {
        let message = format!("{} results of {} runs: {}", figures.len(), runs.len(), last_words(output));
        return Err(Error::program(&workload.name, message));
    }
    if apps > 1 {
        runs = vec![Run::around(&runs)];
    }
    let alone = apps == 1;
    let sample = |(figures, run): (&Figures, &Run)| Sample {
        kernel: workload.setting.has_window().then_some(figures.kernel_ns),
        process: run.wall.saturating_sub(figures.check_ns),
        start_up: alone.then(|| run.wall.saturating_sub(figures.main_ns)),
        peak_memory: run.held,
        page_faults: None,
    };
    Ok(figures.iter().zip(&runs).map(sample).collect())
}

/// A run of an app that has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Run {
    /// Nanoseconds since power-on, known to a thousand.
    end: u64,
    /// Nanoseconds from the beginning of its creation to when its memory was given back.
    pub(crate) wall: u64,
    /// Bytes that it held at most.
    pub(crate) held: u64,
}

impl Run {
    /// Reads the kernel's log line of an ended run (kernel/src/supervisor.rs).
    pub(crate) fn of(line: &str) -> Option<Self> {
        let (before, after) = line.split_once(" ns from start to end, ")?;
        let (time, name) = before.split_once("] ")?;
        let (seconds, micros) = time.rsplit('[').next()?.trim().split_once('.')?;
        let micros = seconds.parse::<u64>().ok()? * 1_000_000 + micros.parse::<u64>().ok()?;
        let (_, held) = after.split_once(" cycles, ")?;
        Some(Self {
            end: micros * 1000,
            wall: name.rsplit(' ').next()?.parse().ok()?,
            held: held.split_once(" bytes")?.0.parse().ok()?,
        })
    }

    /// From when the first of `runs` began to when the last has ended, with the memory of the one that held most.
    fn around(runs: &[Self]) -> Self {
        let of = |value: fn(&Self) -> u64| runs.iter().map(value);
        let start = of(|run| run.end - run.wall).min().unwrap_or_default();
        let end = of(|run| run.end).max().unwrap_or_default();
        Self { end, wall: end - start, held: of(|run| run.held).max().unwrap_or_default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_read_from_the_kernels_log() {
        let line = "\x1b[2m[    1.010699] gemm: 10623336 ns from start to end, 10597768 cycles, 307200 bytes, ready after 12345 ns\x1b[0m\r";
        assert_eq!(Run::of(line), Some(Run { end: 1_010_699_000, wall: 10_623_336, held: 307_200 }));
        assert_eq!(Run::of("gemm │ 5 ns from start to end"), None);
    }

    #[test]
    fn two_runs_take_from_the_first_beginning_to_the_last_end() {
        let one = Run { end: 9_000, wall: 8_500, held: 5 };
        let other = Run { end: 7_000, wall: 6_900, held: 6 };
        assert_eq!(Run::around(&[one, other]), Run { end: 9_000, wall: 8_900, held: 6 });
    }
}
