//! From compiled modules and a configuration to a bootable image.

mod kernel;
mod lld;
mod resolve;

pub use resolve::{ImportError, resolve};

use crate::{
    compile::Object,
    image::{self, App, Config, Library, Linkage, Script},
};
use std::{collections::HashSet, fs};
use thiserror::Error;

/// An image in both of its forms. Equal inputs give equal bytes.
#[derive(Debug, Clone)]
pub struct Image {
    /// What the firmware loads at 0x80000: code, data and the kernel's symbol table.
    pub raw: Vec<u8>,
    /// The same as an ELF file with all symbols, for a debugger or a disassembler.
    pub elf: Vec<u8>,
}

/// Why an image was not linked.
#[derive(Debug, Error)]
pub enum LinkError {
    /// A module cannot be started.
    #[error("app {app}: its module exports no function \"_start\": build a program, not a library")]
    NoStart {
        /// The app.
        app: String,
    },
    /// The kernel lacks a function.
    #[error(
        "app {app}: the kernel does not provide {function:?} of module {module:?}: build it without that call"
    )]
    Import {
        /// The app.
        app: String,
        /// Module that it imports from.
        module: &'static str,
        /// Function that is missing.
        function: &'static str,
    },
    /// The modules of an app do not fit each other.
    #[error("app {app}: {error}: name the module that exports it in its `modules`")]
    Linkage {
        /// The app.
        app: String,
        /// The import.
        error: Box<ImportError>,
    },
    /// An app would not fit into its memory at the start.
    #[error(
        "app {app}: its module needs {needed} KiB of memory at the start, but {limit_name} is {limit} KiB: {hint}"
    )]
    Memory {
        /// The app.
        app: String,
        /// Minimum of its memories together.
        needed: u64,
        /// Which limit is too low.
        limit_name: &'static str,
        /// What there is.
        limit: u64,
        /// The way out.
        hint: &'static str,
    },
    /// There is no linker.
    #[error(
        "no linker was found: install the Rust toolchain by `rustup toolchain install`, or `ld.lld` on the PATH"
    )]
    NoLinker,
    /// The linker failed.
    #[error("linking failed: {0}")]
    Linker(String),
    /// The configuration could not be written as an object.
    #[error("writing the configuration failed: {0}")]
    Object(#[from] object::write::Error),
    /// The linked file is not of the expected shape.
    #[error("the linked image is wrong: {0}")]
    Shape(String),
    /// The operating system refused.
    #[error("linking failed: {0}")]
    Io(#[from] std::io::Error),
}

/// Links `modules` and the kernel to the image that `config` describes; [`App::module`] counts in `modules`.
///
/// # Errors
/// An app does not fit the kernel or the board, or the linker fails; see [`LinkError`].
///
/// # Panics
/// If an app's module is not among `modules`.
pub fn link(config: &Config, modules: &[Object]) -> Result<Image, LinkError> {
    let provided = kernel::symbols()?;
    let check = |app| {
        check(app, modules, &provided)?;
        linkage(app, modules)
    };
    let linkage = config.apps.iter().map(check).collect::<Result<Vec<_>, _>>()?;
    let symbols: Vec<_> = modules.iter().map(|module| module.module_symbol.as_str()).collect();
    objects(&image::object(config, &linkage, &symbols)?, &symbols, modules)
}

/// Links `modules`, which were compiled to be linked with each other, and the kernel to an image that runs `script`.
///
/// # Errors
/// The linker fails; see [`LinkError`].
///
/// # Panics
/// If a module of the script is not among `modules`.
pub fn link_script(script: &Script, modules: &[Object]) -> Result<Image, LinkError> {
    let symbols: Vec<_> = modules.iter().map(|module| module.module_symbol.as_str()).collect();
    objects(&image::script_object(script, &symbols)?, &symbols, modules)
}

/// The linker's options for all that the board runs. Erratum 843419 of the Cortex-A53 (Arm EPM-048406): an ADRP at a page's
/// end may give a wrong address.
const COMMON: [&str; 6] =
    ["-m", "aarch64elf", "--gc-sections", "-z", "max-page-size=4096", "--fix-cortex-a53-843419"];

/// Links the object `image`, the kernel and `modules`, which define `symbols`.
fn objects(image: &[u8], symbols: &[&str], modules: &[Object]) -> Result<Image, LinkError> {
    let folder = tempfile::tempdir()?;
    let mut files = vec!["image.o".to_owned()];
    fs::write(folder.path().join("image.o"), image)?;
    let mut linked = HashSet::new();
    for (index, module) in modules.iter().enumerate() {
        if linked.insert(&module.module_symbol) {
            files.push(format!("module{index}.o"));
            fs::write(folder.path().join(&files[files.len() - 1]), &module.bytes)?;
        }
    }
    fs::write(folder.path().join("libkernel.a"), kernel::ARCHIVE)?;
    fs::write(folder.path().join("kernel.ld"), sinter_boot::KERNEL_LD)?;
    files.push("libkernel.a".into());

    let mut arguments = ["-T", "kernel.ld", "-o", "kernel.elf"].to_vec();
    arguments.extend(COMMON);
    arguments.extend(files.iter().map(String::as_str));
    lld::run(folder.path(), &arguments)?;
    let elf = fs::read(folder.path().join("kernel.elf"))?;
    let raw = image::raw(&elf, symbols).map_err(LinkError::Shape)?;
    Ok(Image { raw, elf })
}

/// Links the program that receives an image over the serial line; what the firmware loads at 0x80000 instead of one.
///
/// # Errors
/// The linker fails; see [`LinkError`].
pub fn chainloader() -> Result<Vec<u8>, LinkError> {
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join("libkernel.a"), kernel::ARCHIVE)?;
    fs::write(folder.path().join("chainloader.ld"), sinter_boot::CHAINLOADER_LD)?;
    let mut arguments = ["-T", "chainloader.ld", "--oformat", "binary", "-o", "chainloader.img"].to_vec();
    arguments.extend(COMMON);
    arguments.push("libkernel.a");
    lld::run(folder.path(), &arguments)?;
    Ok(fs::read(folder.path().join("chainloader.img"))?)
}

/// What the modules of `app` import of each other.
fn linkage(app: &App, modules: &[Object]) -> Result<Linkage, LinkError> {
    let find = |object: &Object, libraries: &[Library]| {
        resolve(&object.link_imports, |name| {
            let number = libraries.iter().position(|library| library.name == name)?;
            Some((number as u32, modules[libraries[number].module].link_exports.as_slice()))
        })
        .map_err(|error| LinkError::Linkage { app: app.name.clone(), error: Box::new(error) })
    };
    let library =
        |(number, library): (usize, &Library)| find(&modules[library.module], &app.libraries[..number]);
    let libraries = app.libraries.iter().enumerate().map(library).collect::<Result<_, _>>()?;
    Ok(Linkage { libraries, app: find(&modules[app.module], &app.libraries)? })
}

fn check(app: &App, modules: &[Object], provided: &HashSet<String>) -> Result<(), LinkError> {
    let name = || app.name.clone();
    if !modules[app.module].has_start {
        return Err(LinkError::NoStart { app: name() });
    }
    let linked = || {
        app.libraries.iter().map(|library| library.module).chain([app.module]).map(|module| &modules[module])
    };
    for &function in linked().flat_map(|object| &object.wasi_imports) {
        let module = sinter_abi::wasi::MODULE;
        if !provided.contains(&format!("{module}.{function}")) {
            return Err(LinkError::Import { app: name(), module, function });
        }
    }
    let memories = linked().flat_map(|object| &object.memories);
    let needed = memories.fold(0u64, |sum, memory| sum.saturating_add(memory.min));
    let ram = (sinter_boot::RAM, "the board's RAM", "build it with a smaller initial memory");
    let manifest = app.memory_max.map(|max| (max, "its memory.max", "raise memory.max in the manifest"));
    for (limit, limit_name, hint) in [Some(ram), manifest].into_iter().flatten() {
        if needed > limit {
            return Err(LinkError::Memory {
                app: name(),
                needed: needed >> 10,
                limit_name,
                limit: limit >> 10,
                hint,
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
