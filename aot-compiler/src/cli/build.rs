//! From files to objects and images.

use super::{Compilation, failure::Failure, progress::Progress};
use aot_compiler::{
    compile::{self, Object, Options, features},
    image::Config,
    link::{self, Image},
};
use std::{collections::HashMap, fs, path::Path};

/// The value of `--features`.
pub fn features(names: &str) -> Result<features::Features, String> {
    features::parse(names.split(',').filter(|name| !name.is_empty())).map_err(|unknown| {
        let known: Vec<_> = features::SUPPORTED.iter().map(|feature| feature.name).collect();
        format!("{unknown:?} is none of {}", known.join(", "))
    })
}

impl Compilation {
    /// Calls `work` with the compiler's options and a progress bar for the module of the file `path`.
    pub fn run<T>(&self, path: &Path, work: impl FnOnce(&Options) -> T) -> T {
        let progress = Progress::new(&name(path));
        let step = |_, total| progress.step(total);
        let features = self.features.unwrap_or_else(features::supported);
        work(&Options { features, linked: false, progress: Some(&step) })
    }

    /// Compiles the module in the file `path`, whose content is `wasm`.
    pub fn compile(&self, path: &Path, wasm: &[u8]) -> Result<Object, Failure> {
        self.run(path, |options| compile::compile(wasm, &name(path), options))
            .map_err(|error| Failure::file(path, error))
    }

    /// Compiles the modules in `files`, equal ones once, and links the image that the file `source` asks for.
    pub fn image<'a>(
        &self,
        source: &Path,
        mut config: Config,
        files: impl IntoIterator<Item = &'a Path>,
    ) -> Result<Image, Failure> {
        let mut objects = Vec::new();
        let mut known = HashMap::<Vec<u8>, usize>::new();
        let mut places = Vec::new();
        for file in files {
            let wasm = read(file)?;
            let place = match known.get(&wasm) {
                Some(&place) => place,
                None => {
                    objects.push(self.compile(file, &wasm)?);
                    known.insert(wasm, objects.len() - 1);
                    objects.len() - 1
                }
            };
            places.push(place);
        }
        config.apps.iter_mut().for_each(|app| app.module = places[app.module]);
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
