//! From files to objects and images.

use super::{Compilation, FpContract, failure::Failure, progress::Progress};
use aot_compiler::{
    compile::{
        self, Object, Options, features,
        optimise::{PASSES, Pass, Passes},
    },
    image::Config,
    link::{self, Image},
};
use std::{
    collections::{HashMap, HashSet, hash_map::Entry},
    fs,
    path::{Path, PathBuf},
};

/// The value of `--features`.
pub fn features(names: &str) -> Result<features::Features, String> {
    features::parse(names.split(',').filter(|name| !name.is_empty())).map_err(|unknown| {
        let known: Vec<_> = features::SUPPORTED.iter().map(|feature| feature.name).collect();
        format!("{unknown:?} is none of {}", known.join(", "))
    })
}

/// The passes that the value of `--without` leaves.
pub fn without(names: &str) -> Result<Passes, String> {
    Passes::without_named(names.split(',').filter(|name| !name.is_empty())).map_err(|unknown| {
        let known: Vec<_> = PASSES.iter().map(|(_, name)| *name).collect();
        format!("{unknown:?} is none of {}", known.join(", "))
    })
}

/// What the apps of a module ask for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Way {
    /// See [`Options::linked`].
    pub linked: bool,
    /// See [`Pass::Contract`].
    pub contract: bool,
}

impl Compilation {
    /// Calls `work` with the compiler's options and a progress bar for the module of the file `path`.
    pub fn run<T>(&self, path: &Path, way: Way, work: impl FnOnce(&Options) -> T) -> T {
        let Way { linked, contract } = way;
        let progress = Progress::new(&name(path));
        let step = |_, total| progress.step(total);
        let features = self.features.unwrap_or_else(features::supported);
        let contract = contract || self.fp_contract == FpContract::Fast;
        let passes = if contract { self.without.with(Pass::Contract) } else { self.without };
        work(&Options { features, linked, passes, progress: Some(&step) })
    }

    /// Compiles the module in the file `path`, whose content is `wasm`.
    pub fn compile(&self, path: &Path, wasm: &[u8], way: Way) -> Result<Object, Failure> {
        self.run(path, way, |options| compile::compile(wasm, &name(path), options))
            .map_err(|error| Failure::file(path, error))
    }

    /// Compiles the modules in `files`, equal ones once for each way that is asked for, and links the image that the file `source` asks for.
    pub fn image(&self, source: &Path, mut config: Config, files: &[PathBuf]) -> Result<Image, Failure> {
        let wasm = files.iter().map(|file| read(file)).collect::<Result<Vec<_>, _>>()?;
        // Equal modules are one object, which is to be linked with others if any of them is.
        let linked = config.apps.iter().filter(|app| !app.libraries.is_empty());
        let linked =
            linked.flat_map(|app| app.libraries.iter().map(|library| library.module).chain([app.module]));
        let linked: HashSet<&[u8]> = linked.map(|module| wasm[module].as_slice()).collect();
        let (mut objects, mut known) = (Vec::new(), HashMap::new());
        let mut object = |file: usize, contract| {
            let way = Way { linked: linked.contains(wasm[file].as_slice()), contract };
            match known.entry((&wasm[file], way)) {
                Entry::Occupied(place) => Ok::<_, Failure>(*place.get()),
                Entry::Vacant(place) => {
                    objects.push(self.compile(&files[file], &wasm[file], way)?);
                    Ok(*place.insert(objects.len() - 1))
                }
            }
        };
        for app in &mut config.apps {
            for library in &mut app.libraries {
                library.module = object(library.module, app.contract)?;
            }
            app.module = object(app.module, app.contract)?;
        }
        link::link(&config, &objects).map_err(|error| Failure::file(source, error))
    }
}

/// The file's content.
pub fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|error| Failure::file(path, format_args!("cannot be read: {error}")))
}

/// The file's name without its extension, which stands for the module in reports.
pub fn name(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}
