//! A guest under Wasmtime whose host calls WASI functions by name.

use crate::support::FUNCTIONS;
use std::path::Path;
use wasmtime::{Engine, Instance, Linker, Memory, Module, Store, Val};
use wasmtime_wasi::{
    FsPerms, WasiCtxBuilder,
    p1::{self, WasiP1Ctx},
    p2::pipe::{ClosedInputStream, SinkOutputStream},
};

/// A module that exports every function of WASI, and a memory of one page.
pub struct Functions {
    engine: Engine,
    module: Module,
}

impl Functions {
    pub fn new() -> Self {
        let engine = Engine::default();
        let (mut imports, mut exports) = (String::new(), String::new());
        for (name, sizes) in FUNCTIONS {
            let types: String = sizes.iter().map(|size| if *size == 8 { " i64" } else { " i32" }).collect();
            let gets: String = (0..sizes.len()).map(|index| format!(" (local.get {index})")).collect();
            let signature = format!("(param{types}) (result i32)");
            imports +=
                &format!("(import \"wasi_snapshot_preview1\" \"{name}\" (func ${name} {signature}))\n");
            exports += &format!("(func (export \"{name}\") {signature} (call ${name}{gets}))\n");
        }
        let text = format!("(module {imports} (memory (export \"memory\") 1) {exports})");
        let module = Module::new(&engine, wat::parse_str(text).unwrap()).unwrap();
        Self { engine, module }
    }

    /// A guest that has `folder` as `/` and, read-only, as `/ro`.
    pub fn guest(&self, folder: &Path) -> Guest {
        let mut wasi = WasiCtxBuilder::new();
        wasi.args(&["program", "one", ""]).env("A", "1").env("EMPTY", "");
        wasi.stdin(ClosedInputStream).stdout(SinkOutputStream).stderr(SinkOutputStream);
        wasi.allow_blocking_current_thread(true);
        wasi.preopened_dir(folder, "/", FsPerms::ReadWrite).unwrap();
        wasi.preopened_dir(folder, "/ro", FsPerms::ReadOnly).unwrap();
        let mut linker = Linker::new(&self.engine);
        p1::add_to_linker_sync(&mut linker, |ctx| ctx).unwrap();
        let mut store = Store::new(&self.engine, wasi.build_p1());
        let instance = linker.instantiate(&mut store, &self.module).unwrap();
        let memory = instance.get_memory(&mut store, "memory").unwrap();
        Guest { store, instance, memory }
    }
}

pub struct Guest {
    store: Store<WasiP1Ctx>,
    instance: Instance,
    memory: Memory,
}

impl Guest {
    pub fn memory(&mut self) -> &mut [u8] {
        self.memory.data_mut(&mut self.store)
    }

    /// Calls a function, and returns its errno, or `None` if it ends the program: for a pointer that is not aligned or leads out
    /// of the memory, for a flag or member of an enumeration that does not exist, and for too many random bytes.
    pub fn call(&mut self, name: &str, arguments: &[u64]) -> Option<u32> {
        let (_, sizes) = FUNCTIONS.iter().find(|function| function.0 == name).unwrap();
        let values: Vec<_> = sizes
            .iter()
            .zip(arguments)
            .map(|(size, value)| if *size == 8 { Val::I64(*value as i64) } else { Val::I32(*value as i32) })
            .collect();
        let function = self.instance.get_func(&mut self.store, name).unwrap();
        let mut result = [Val::I32(0)];
        match function.call(&mut self.store, &values, &mut result) {
            Ok(()) => Some(result[0].unwrap_i32() as u32),
            Err(error) => {
                let reason = format!("{error:?}");
                let known = ["at convert", "Pointer ", "Invalid ", "exceeds limit"];
                let is_known = known.iter().any(|known| reason.contains(known));
                assert!(is_known, "{name}{arguments:x?} ends the program: {reason}");
                None
            }
        }
    }
}
