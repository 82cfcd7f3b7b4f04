//! Compiles modules ahead of time for the board's processor with Wasmer and LLVM: `bench-wasmer-compiler FOLDER MODULE...`.
//!
//! For each it prints its name and, behind a tab, the bytes of its functions' machine code.

use std::{env, error::Error, fs, path::Path};
use wasmer::{
    Engine, Module,
    sys::{CompilerConfig, CpuFeature, EngineBuilder, LLVM, Target, Triple},
};
use wasmer_compiler::{
    ArtifactBuild,
    serialize::{MetadataHeader, SerializableCompilation, SerializableModule},
};

fn main() -> Result<(), Box<dyn Error>> {
    // As the command `wasmer compile --llvm` sets it. LLVM's own level is the highest without a word, and its processor
    // is the generic one, which cannot be changed.
    let mut llvm = LLVM::new();
    llvm.enable_non_volatile_memops();
    llvm.enable_readonly_funcref_table();
    let triple: Triple = "aarch64-unknown-linux-musl".parse().map_err(|error| format!("{error}"))?;
    let board = Target::new(triple, CpuFeature::NEON.into());
    let engine = Engine::from(EngineBuilder::new(llvm).set_target(Some(board)).engine());

    let mut words = env::args().skip(1);
    let folder = words.next().ok_or("usage: bench-wasmer-compiler FOLDER MODULE...")?;
    for path in words {
        let name = Path::new(&path).file_stem().ok_or("a module has a name")?;
        let module = Module::from_file(&engine, &path).map_err(|error| format!("{path}: {error}"))?;
        let compiled = module.serialize()?;
        println!("{}\t{}", name.display(), code_size(&compiled)?);
        fs::write(Path::new(&folder).join(name).with_extension("wasmu"), compiled)?;
    }
    Ok(())
}

/// Bytes of the machine code of a module's own functions.
fn code_size(compiled: &[u8]) -> Result<usize, Box<dyn Error>> {
    let content = &compiled[ArtifactBuild::MAGIC_HEADER.len() + MetadataHeader::LEN..];
    let archive = SerializableModule::archive_from_slice_checked(content)?;
    match SerializableModule::deserialize_from_archive(archive)?.compilation {
        SerializableCompilation::Rkyv(code) => {
            Ok(code.function_bodies.values().map(|function| function.body.len()).sum())
        }
        SerializableCompilation::Elf(_) => Err("the module is in another format".into()),
    }
}
