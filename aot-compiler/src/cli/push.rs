//! `sinter push`.

use super::{Compilation, build, failure::Failure, image::read_manifest, progress, run::seconds};
use aot_compiler::{
    image::{App, Config, Console},
    manifest::Manifest,
    push::{self, Port, PushError},
};
use sinter_abi::symbols;
use std::{io, path::PathBuf, process::ExitCode, time::Duration};

/// Send an image over a serial line to a board that runs the chainloader, and show what it says
///
/// The board waits for an image when it was booted from a card of `sinter image --chainloader`. Once the image runs, this is the
/// board's terminal until control-C, or until the port is gone.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    compilation: Compilation,
    /// The serial port, such as /dev/ttyUSB0: 115200 baud, 8N1
    #[arg(long)]
    port: PathBuf,
    /// Give up when the board has not answered for this time: there is as much to switch it on
    #[arg(long, value_name = "SECONDS", value_parser = seconds, default_value = "60")]
    timeout: Duration,
    /// A kernel8.img of `sinter image --kernel-only`, or what to build one from: a manifest, whose name ends in .toml, or a
    /// module, whose name ends in .wasm
    image: PathBuf,
}

/// Runs it.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let path = &arguments.port;
    // A port that is not there is found before anything is compiled.
    let mut port = Port::open(path).map_err(|error| Failure::file(path, why(&error)))?;
    let image = image(arguments)?;
    let bar = progress::bytes("sending", image.len() as u64);
    bar.println(format!("waiting for the chainloader at {}: switch the board on", path.display()));
    let sent = push::send(&mut port, &image, arguments.timeout, |received| bar.set_position(received as u64));
    match sent {
        Ok(()) => bar.finish(),
        Err(error @ PushError::TooLarge { .. }) => return Err(Failure::file(&arguments.image, error)),
        Err(error) => return Err(Failure::file(path, error)),
    }
    push::terminal(&mut port).map_err(|error| Failure::file(path, PushError::from(error)))?;
    Ok(ExitCode::SUCCESS)
}

/// The image that is asked for.
fn image(arguments: &Arguments) -> Result<Vec<u8>, Failure> {
    let path = &arguments.image;
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("toml") => {
            let Manifest { config, modules, .. } = read_manifest(path)?;
            Ok(arguments.compilation.image(path, config, &modules)?.raw)
        }
        Some("wasm") => {
            let argv0 = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let app = App::new(build::name(path), 0, argv0);
            let config = Config {
                name: app.name.clone(),
                version: "0.0.0".into(),
                console: Console::Uart,
                screen: false,
                apps: vec![app],
                folders: Vec::new(),
            };
            Ok(arguments.compilation.image(path, config, std::slice::from_ref(path))?.raw)
        }
        _ => {
            let image = build::read(path)?;
            let whole = symbols::ends_with_table(&image);
            whole.then_some(image).ok_or_else(|| Failure::file(path, NO_IMAGE))
        }
    }
}

const NO_IMAGE: &str =
    "is no kernel image of this version, or not all of one: `sinter image --kernel-only` writes one";

/// Why a port cannot be opened, and what to do.
fn why(error: &io::Error) -> String {
    let way_out = match error.kind() {
        io::ErrorKind::NotFound => ": is the adapter plugged in?",
        io::ErrorKind::PermissionDenied => ": Debian's group for it is dialout",
        io::ErrorKind::ResourceBusy => ": another program has it",
        _ if error.raw_os_error() == Some(rustix::io::Errno::NOTTY.raw_os_error()) => {
            return "is no serial port".into();
        }
        _ => "",
    };
    format!("cannot be opened: {error}{way_out}")
}
