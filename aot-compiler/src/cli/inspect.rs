//! `sinter inspect`.

use super::{Compilation, build, failure::Failure};
use aot_compiler::inspect::{self, Capability, Inspection};
use std::{
    fmt::Write as _,
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

/// Say what a module imports, exports, uses and takes
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    compilation: Compilation,
    /// The module
    file: PathBuf,
}

/// Runs it.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let wasm = build::read(&arguments.file)?;
    let inspection = arguments
        .compilation
        .run(&arguments.file, build::Way::default(), |options| inspect::inspect(&wasm, options));
    let inspection = inspection.map_err(|error| Failure::file(&arguments.file, error))?;
    let mut text = String::new();
    write(&mut text, &inspection).expect("a String takes everything");
    match io::stdout().write_all(text.as_bytes()).and_then(|()| io::stdout().flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::input(error)),
        _ => Ok(ExitCode::SUCCESS),
    }
}

fn write(out: &mut String, inspection: &Inspection) -> std::fmt::Result {
    let Inspection {
        wasm_size,
        imports,
        exports,
        features,
        memories,
        data_size,
        code_size,
        functions,
        capabilities,
    } = inspection;
    let list = |words: Vec<&str>| if words.is_empty() { "none".into() } else { words.join(", ") };
    writeln!(out, "module        {wasm_size} bytes")?;
    writeln!(out, "code          {code_size} bytes in {} functions", functions.len())?;
    writeln!(out, "data          {data_size} bytes")?;
    for memory in memories {
        writeln!(out, "memory {:<6} {} to {} KiB", memory.index, memory.min >> 10, memory.max >> 10)?;
    }
    writeln!(out, "features      {}", list(features.clone()))?;
    writeln!(out, "capabilities  {}", list(capabilities.iter().copied().map(Capability::name).collect()))?;
    writeln!(out, "\nimports")?;
    for import in imports {
        writeln!(out, "  {} {} : {}", import.module.escape_debug(), import.name.escape_debug(), import.ty)?;
    }
    writeln!(out, "\nexports")?;
    for export in exports {
        writeln!(out, "  {} : {}", export.name.escape_debug(), export.ty)?;
    }
    writeln!(out, "\nfunctions\n  code bytes  wasm bytes  wasm offset  name")?;
    for function in functions {
        let (code, wasm, offset) = (function.code_size, function.wasm_size, function.wasm_offset);
        writeln!(out, "  {code:>10}  {wasm:>10}  {offset:#11x}  {}", function.name)?;
    }
    Ok(())
}
