//! `sinter run`.

use super::{Compilation, build, card, failure::Failure, image::read_manifest};
use aot_compiler::{
    image::{App, Config, Console, Mount, Source},
    manifest::Manifest,
    run::{self, Ending, Options},
};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

/// Boot a module, or the apps of a manifest, in the emulator
///
/// For a module it behaves as if the module were a program of this machine. Status 124 means that the time was over,
/// 134 that the app trapped.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    compilation: Compilation,
    /// Open this directory of the host for the app, under its own or another path
    #[arg(long, value_name = "HOST[::GUEST]")]
    dir: Vec<String>,
    /// Set an environment variable of the app, or pass on one's own
    #[arg(long, value_name = "NAME[=VALUE]", value_parser = variable)]
    env: Vec<(String, Option<String>)>,
    /// The app's argv[0] instead of the file's name
    #[arg(long, value_name = "NAME")]
    argv0: Option<String>,
    /// Kill the machine after this time
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    timeout: Option<Duration>,
    /// Show the kernel's log on standard error
    #[arg(long)]
    log: bool,
    /// Count instructions exactly: one is a virtual nanosecond
    #[arg(long)]
    icount: bool,
    /// The SD card of a manifest with `data:` mounts, made if there is none; without this, one that is gone afterwards
    #[arg(long, value_name = "FILE.img")]
    card: Option<PathBuf>,
    /// Wait for a debugger before the first instruction
    #[arg(long)]
    gdb: bool,
    /// The module, or a manifest if its name ends in .toml; whatever follows is the app's, options too
    #[arg(value_names = ["APP.wasm|MANIFEST", "ARGS"], num_args = 1.., required = true)]
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    command: Vec<String>,
}

/// Runs it.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let (file, args) = arguments.command.split_first().expect("clap demands one");
    if file.starts_with('-') {
        return Err(Failure::usage(format_args!("there is no option {file}: sinter run --help lists them")));
    }
    let file = Path::new(file);
    let ending = match file.extension().is_some_and(|extension| extension == "toml") {
        true => run_manifest(arguments, file, args)?,
        false => run_module(arguments, file, args)?,
    };
    match ending {
        Ending::Exited(status) => Ok(ExitCode::from(status)),
        Ending::Trapped => Ok(ExitCode::from(134)),
        Ending::TimedOut(after) => {
            Err(Failure::with_status(124, format_args!("the time of {} s is over", after.as_secs_f64())))
        }
        Ending::Interrupted(signal) => Ok(ExitCode::from(128 + signal)),
        Ending::Failed(log) => {
            Err(Failure::with_status(101, format_args!("the machine failed\n{}", log.trim_end())))
        }
    }
}

fn run_manifest(arguments: &Arguments, file: &Path, args: &[String]) -> Result<Ending, Failure> {
    if !(arguments.dir.is_empty() && arguments.env.is_empty() && args.is_empty()) || arguments.argv0.is_some()
    {
        return Err(Failure::usage(
            "--dir, --env, --argv0 and arguments belong to a module: write them in the manifest",
        ));
    }
    let Manifest { config, modules, .. } = read_manifest(file)?;
    let needs_card = config.apps.iter().flat_map(|app| &app.mounts).any(|mount| mount.source.is_on_card());
    let image = arguments.compilation.image(file, config, &modules)?;
    let folder = tempfile::tempdir().map_err(Failure::input)?;
    let temporary = folder.path().join("card.img");
    let card = arguments.card.as_deref().or_else(|| needs_card.then_some(&temporary));
    if let Some(card) = card.filter(|card| !card.exists()) {
        card::write_empty(card, &image.raw)?;
    }
    Ok(run::serial(&image, card, &options(arguments))?)
}

fn run_module(arguments: &Arguments, file: &Path, args: &[String]) -> Result<Ending, Failure> {
    if arguments.card.is_some() {
        return Err(Failure::usage("--card needs a manifest with `data:` mounts"));
    }
    let argv0 = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut app = App::new(build::name(file), 0, arguments.argv0.clone().unwrap_or(argv0));
    app.args.extend(args.iter().cloned());
    for (name, value) in &arguments.env {
        // As with other tools, a variable that is not set here is not set there.
        if let Some(value) = value.clone().or_else(|| env::var(name).ok()) {
            app.env.push((name.clone(), value));
        }
    }
    let mut folders = Vec::new();
    for dir in &arguments.dir {
        let (host, guest) = dir.split_once("::").unwrap_or((dir, dir));
        fs::read_dir(host).map_err(|error| Failure::file(Path::new(host), error))?;
        app.mounts.push(Mount { source: Source::Host(folders.len()), to: guest.into(), writable: true });
        folders.push(Path::new(host));
    }
    let config = Config {
        name: app.name.clone(),
        version: "0.0.0".into(),
        console: Console::Host,
        screen: false,
        apps: vec![app],
        folders: Vec::new(),
    };
    let image = arguments.compilation.image(file, config, &[file.to_owned()])?;
    Ok(run::host(&image, &folders, &options(arguments))?)
}

fn options(arguments: &Arguments) -> Options {
    let &Arguments { timeout, log, icount, gdb, .. } = arguments;
    Options { timeout, show_log: log, count_instructions: icount, gdb }
}

fn variable(text: &str) -> Result<(String, Option<String>), String> {
    let (name, value) = match text.split_once('=') {
        Some((name, value)) => (name, Some(value.into())),
        None => (text, None),
    };
    if name.is_empty() { Err("a variable has a name".into()) } else { Ok((name.into(), value)) }
}

/// A time above 0.
pub fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse::<f64>().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    seconds.filter(|time| !time.is_zero()).ok_or_else(|| "give a number of seconds above 0".into())
}
