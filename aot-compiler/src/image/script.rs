//! The object that holds an image's script in place of apps: modules instantiated and called one after another.

use super::data::Data;
use sinter_abi::{
    ABI_VERSION,
    image::{self as abi, Image},
    link::Import,
    script::{self, Op},
};
use std::mem::offset_of;

/// What an image with a script does; see [`sinter_abi::script`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// Name for the boot message.
    pub name: String,
    /// Bytes of stack that each call has; a multiple of 4096.
    pub stack_size: u64,
    /// Its steps.
    pub steps: Vec<Step>,
}

/// A step of a script. A register is the number of an instance since the last [`Step::Clear`]; an export is counted in
/// [`crate::compile::Object::link_exports`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Instantiates a module into the next register.
    Instantiate {
        /// Its index among those that the image is linked from.
        module: usize,
        /// What it imports from other registers.
        imports: Vec<Import>,
    },
    /// Calls an exported function.
    Invoke {
        /// Of which instance.
        register: u32,
        /// Which export.
        export: u32,
        /// Its parameters, in the low bits.
        values: Vec<u128>,
        /// How many results it has.
        results: u32,
    },
    /// Reads an exported global.
    Global {
        /// Of which instance.
        register: u32,
        /// Which export.
        export: u32,
    },
    /// Drops all instances.
    Clear,
}

/// Writes the script as an ELF object that defines [`abi::SYMBOL`]. `modules` are the symbols of the modules that
/// [`Step::Instantiate`] counts.
///
/// # Errors
/// The object library's own.
///
/// # Panics
/// If a step's module is not among `modules`.
pub fn script_object(script: &Script, modules: &[&str]) -> object::write::Result<Vec<u8>> {
    let mut data = Data::default();
    let image = data.reserve::<Image>(1);
    data.u32(image + offset_of!(Image, abi_version), ABI_VERSION);
    data.text(image + offset_of!(Image, name), &script.name);
    data.text(image + offset_of!(Image, version), env!("CARGO_PKG_VERSION"));
    data.symbol(image + offset_of!(Image, console), abi::CONSOLE_UART);
    data.symbol(image + offset_of!(Image, main), script::DRIVER);
    let at = data.reserve::<script::Script>(1);
    data.pointer(image + offset_of!(Image, script), at);
    data.u64(at + offset_of!(script::Script, stack_size), script.stack_size);
    let steps = data.array::<script::Step>(at + offset_of!(script::Script, steps), script.steps.len());
    for (index, step) in script.steps.iter().enumerate() {
        write_step(&mut data, steps + index * size_of::<script::Step>(), step, modules);
    }
    data.into_object(abi::SYMBOL)
}

fn write_step(data: &mut Data, at: usize, step: &Step, modules: &[&str]) {
    let op = match step {
        Step::Instantiate { module, imports } => {
            data.symbol(at + offset_of!(script::Step, module), modules[*module]);
            write_imports(data, at + offset_of!(script::Step, imports), imports);
            Op::Instantiate
        }
        Step::Invoke { register, export, values, results } => {
            data.u32(at + offset_of!(script::Step, register), *register);
            data.u32(at + offset_of!(script::Step, export), *export);
            data.u32(at + offset_of!(script::Step, results), *results);
            let array = data.array::<[u64; 2]>(at + offset_of!(script::Step, values), values.len());
            for (place, value) in (array..).step_by(size_of::<[u64; 2]>()).zip(values) {
                data.u64(place, *value as u64);
                data.u64(place + 8, (*value >> 64) as u64);
            }
            Op::Invoke
        }
        Step::Global { register, export } => {
            data.u32(at + offset_of!(script::Step, register), *register);
            data.u32(at + offset_of!(script::Step, export), *export);
            Op::Global
        }
        Step::Clear => Op::Clear,
    };
    data.u32(at + offset_of!(script::Step, op), op as u32);
}

/// Makes the slice at `at` one of `imports`.
pub(super) fn write_imports(data: &mut Data, at: usize, imports: &[Import]) {
    let array = data.array::<Import>(at, imports.len());
    for (place, import) in (array..).step_by(size_of::<Import>()).zip(imports) {
        data.u32(place + offset_of!(Import, instance), import.instance);
        data.u32(place + offset_of!(Import, export), import.export);
        data.u64(place + offset_of!(Import, least), import.least);
    }
}
