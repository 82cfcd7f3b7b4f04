//! Runs a module that was compiled before with Wasmer, without a compiler: `bench-wasmer-runner [--dir FOLDER] CACHE [ARGS]...`.
//!
//! CACHE is a folder: a cache of Wasmer's with one module, under the key that is all zeros. What reads a compiled module from
//! any other place is an unsafe function.

use std::{env, error::Error, sync::Arc};
use tokio::runtime::Runtime;
use wasmer::{Engine, sys::EngineBuilder};
use wasmer_types::ModuleHash;
use wasmer_wasix::{
    runners::{
        MappedDirectory,
        wasi::{RuntimeOrEngine, WasiRunner},
    },
    runtime::{
        module_cache::{FileSystemCache, ModuleCache},
        task_manager::tokio::TokioTaskManager,
    },
};

fn main() -> Result<(), Box<dyn Error>> {
    let runtime = Runtime::new()?;
    let _entered = runtime.enter();
    let mut wasi = WasiRunner::new();
    let mut words = env::args().skip(1).peekable();
    if words.next_if_eq("--dir").is_some() {
        let folder = words.next().ok_or("--dir needs a folder")?;
        wasi.with_mapped_directories([MappedDirectory { host: folder.clone().into(), guest: folder }]);
    }
    let program = words.next().ok_or("usage: bench-wasmer-runner [--dir FOLDER] CACHE [ARGS]...")?;
    wasi.with_args(words);

    let engine = Engine::from(EngineBuilder::headless().engine());
    let tasks = Arc::new(TokioTaskManager::new(runtime.handle().clone()));
    let hash = ModuleHash::from_bytes([0; 32]);
    let module = runtime.block_on(FileSystemCache::new(&program, tasks).load(hash, &engine))?;
    Ok(wasi.run_wasm(RuntimeOrEngine::Engine(engine), &program, module, hash)?)
}
