//! `sinter image`.

use super::{Compilation, build, card, failure::Failure, output};
use aot_compiler::{
    image::files,
    link,
    manifest::{self, Manifest},
};
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

/// Build a bootable image from a manifest: an SD card, or the kernel alone
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    compilation: Compilation,
    /// The manifest
    #[arg(required_unless_present = "chainloader")]
    manifest: Option<PathBuf>,
    /// The image, compressed if its name ends in .xz; with --kernel-only, its symbols for a debugger are beside it in a file
    /// that ends in .elf
    #[arg(short, value_name = "FILE.img")]
    output: PathBuf,
    /// Write the firmware's kernel8.img alone instead of an SD card
    #[arg(long, conflicts_with_all = ["firmware", "no_firmware", "size", "bmap", "imager"])]
    kernel_only: bool,
    /// Instead of a manifest's apps, the program that receives an image by `sinter push` and starts it
    #[arg(long, conflicts_with = "manifest")]
    chainloader: bool,
    #[command(flatten)]
    card: card::Arguments,
}

/// Runs it.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let elf = arguments.output.with_extension("elf");
    if arguments.kernel_only && elf == arguments.output {
        return Err(Failure::usage("the image's name must not end in .elf: the symbols go there"));
    }
    // What may be missing is looked for before the apps are compiled.
    let firmware = if arguments.kernel_only { Vec::new() } else { arguments.card.firmware()? };
    let (name, kernel, symbols) = match &arguments.manifest {
        Some(path) => {
            let Manifest { config, modules, .. } = read_manifest(path)?;
            let name = config.name.clone();
            let image = arguments.compilation.image(path, config, &modules)?;
            (name, image.raw, Some(image.elf))
        }
        None => ("chainloader".into(), link::chainloader().map_err(Failure::input)?, None),
    };
    if !arguments.kernel_only {
        arguments.card.write(&arguments.output, &name, firmware, kernel)?;
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(symbols) = symbols {
        output::write(&elf, &symbols)?;
    }
    output::write(&arguments.output, &kernel)?;
    Ok(ExitCode::SUCCESS)
}

/// Reads the manifest in the file `path`, and the folders whose content is to lie in the image.
pub fn read_manifest(path: &Path) -> Result<Manifest, Failure> {
    let text = String::from_utf8(build::read(path)?);
    let text =
        text.map_err(|error| Failure::file(path, format_args!("is no text: {}", error.utf8_error())))?;
    let mut manifest = manifest::parse(&text, path).map_err(Failure::input)?;
    for folder in &manifest.folders {
        manifest.config.folders.push(files::read(folder).map_err(Failure::input)?);
    }
    Ok(manifest)
}
