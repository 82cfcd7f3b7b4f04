//! A minimal `wasmtime run`: the reference that `sinter run` is compared with.
//!
//! `oracle [--dir HOST[::GUEST]]... [--env NAME=VALUE]... APP.wasm [ARGS]...` takes the same options as `sinter run`,
//! inherits the standard streams, and exits with the app's status, or with 134 after a trap.

use std::process::ExitCode;
use wasmtime::{Engine, Error, Linker, Module, Store};
use wasmtime_wasi::{FsPerms, I32Exit, WasiCtxBuilder, p1};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => match error.downcast_ref::<I32Exit>() {
            Some(exit) => ExitCode::from(exit.0 as u8),
            None => {
                eprintln!("oracle: {error:?}");
                ExitCode::from(if error.is::<wasmtime::Trap>() { 134 } else { 1 })
            }
        },
    }
}

fn run() -> Result<(), Error> {
    let mut wasi = WasiCtxBuilder::new();
    wasi.inherit_stdio().allow_blocking_current_thread(true);
    let mut words = std::env::args().skip(1);
    let file = loop {
        let word = words.next().ok_or_else(|| Error::msg("usage: oracle [OPTIONS] APP.wasm [ARGS]..."))?;
        let mut value = || words.next().ok_or_else(|| Error::msg("an option lacks its value"));
        match word.as_str() {
            "--dir" => {
                let value = value()?;
                let (host, guest) = value.split_once("::").unwrap_or((&value, &value));
                wasi.preopened_dir(host, guest, FsPerms::ReadWrite)?;
            }
            "--env" => {
                let value = value()?;
                let (name, value) = value.split_once('=').ok_or_else(|| Error::msg("--env NAME=VALUE"))?;
                wasi.env(name, value);
            }
            _ => break word,
        }
    };
    let name = std::path::Path::new(&file).file_name().unwrap_or_default().to_string_lossy().into_owned();
    wasi.arg(name).args(&words.collect::<Vec<_>>());

    let engine = Engine::default();
    let module = Module::from_file(&engine, &file)?;
    let mut linker = Linker::new(&engine);
    p1::add_to_linker_sync(&mut linker, |ctx| ctx)?;
    let mut store = Store::new(&engine, wasi.build_p1());
    let instance = linker.instantiate(&mut store, &module)?;
    instance.get_typed_func::<(), ()>(&mut store, "_start")?.call(&mut store, ())
}
