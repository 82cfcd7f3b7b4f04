//! Manifests: which apps an image has, and what each of them may do.

mod error;
mod keys;
mod pipes;
mod size;

pub use error::ManifestError;
pub use size::parse as parse_size;

use crate::image::{App, Config, Console, Expect, Library, Mount, Restart, Source};
use error::Fault;
use indexmap::IndexMap;
use pipes::Pipes;
use sinter_abi::{image::OnExit, wasi};
use std::{
    collections::HashSet,
    path::{Path, PathBuf},
};
use toml::Spanned;

/// A manifest that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// What it describes. [`App::module`] counts in [`Manifest::modules`].
    pub config: Config,
    /// The files of the apps' modules, each once.
    pub modules: Vec<PathBuf>,
    /// The folders that [`Config::folders`] is to be read from, in its order.
    pub folders: Vec<PathBuf>,
}

/// Reads the manifest `text`, which is the content of the file `path`. Paths in it are relative to that file.
///
/// # Errors
/// It is no TOML, has a key that nobody knows, or a value without a meaning.
pub fn parse(text: &str, path: &Path) -> Result<Manifest, ManifestError> {
    read(text, path).map_err(|(span, message)| ManifestError {
        path: path.to_owned(),
        line: error::line(text, span.start),
        message,
    })
}

fn read(text: &str, path: &Path) -> Result<Manifest, Fault> {
    let file: keys::File = toml::from_str(text).map_err(|error| error::reword(&error))?;
    if file.app.is_empty() {
        return Err((0..0, "the manifest has no app: add a table such as [app.hello] with a module".into()));
    }
    let base = path.parent().unwrap_or(Path::new(""));
    let mut modules = Vec::new();
    let mut apps = Vec::new();
    let (mut pipes, mut folders) = (Pipes::default(), Vec::new());
    let mut place = |file: &Path| {
        let file = base.join(file);
        modules.iter().position(|module| *module == file).unwrap_or_else(|| {
            modules.push(file);
            modules.len() - 1
        })
    };
    for (name, mut keys) in file.app {
        check_name(&name, "an app")?;
        let module = place(keys.module.get_ref());
        let libraries = libraries(&keys.modules, &mut place)?;
        let (stdin, stdout) = pipes.of_app(keys.stdin.take(), keys.stdout.take())?;
        apps.push(App { libraries, stdin, stdout, ..app(name.into_inner(), module, keys, &mut folders)? });
    }
    pipes.check()?;
    let name = file.image.name.or_else(|| Some(path.file_stem()?.to_string_lossy().into_owned()));
    let config = Config {
        name: name.unwrap_or_default(),
        version: file.image.version.unwrap_or_else(|| "0.0.0".into()),
        console: Console::Uart,
        screen: file.image.screen,
        apps,
        folders: Vec::new(),
    };
    let folders = folders.into_iter().map(|folder| base.join(folder)).collect();
    Ok(Manifest { config, modules, folders })
}

fn app(name: String, module: usize, keys: keys::App, folders: &mut Vec<PathBuf>) -> Result<App, Fault> {
    let argv0 = keys.module.get_ref().file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut app = App::new(name, module, argv0);
    for arg in keys.args {
        app.args.push(text(arg)?);
    }
    for (name, value) in keys.env {
        if name.get_ref().is_empty() || name.get_ref().contains('=') {
            let message = format!("{:?} cannot name an environment variable: use letters", name.get_ref());
            return fault(&name, message);
        }
        app.env.push((text(name)?, text(value)?));
    }
    let mut seen = HashSet::new();
    for keys in keys.mounts {
        let to = text(keys.to.clone())?;
        if to.is_empty() || !seen.insert(to.clone()) {
            return fault(&keys.to, format!("two mounts, or none, at {to:?}: give each its own path"));
        }
        let writable = keys.mode == keys::Mode::Rw;
        app.mounts.push(Mount { source: source(&keys.from, writable, folders)?, to, writable });
    }
    app.memory_max = keys.memory.max.map(|size| size.0);
    if let Some(stack) = keys.memory.stack {
        app.stack_size = stack.get_ref().0.checked_next_multiple_of(4096).unwrap_or(u64::MAX);
        if !(4096..=App::STACK_MAX).contains(&app.stack_size) {
            return fault(&stack, "a stack has from 4KiB to 256MiB".into());
        }
    }
    if let Some(priority) = keys.priority {
        app.priority = *priority.get_ref();
        if app.priority > App::PRIORITY_MAX {
            return fault(&priority, "a priority is from 0 (lowest) to 7".into());
        }
    }
    if let Some(cores) = keys.cores {
        if cores.get_ref().is_empty() || cores.get_ref().iter().any(|&core| core > 3) {
            return fault(
                &cores,
                "an app has one or more of the cores 0 to 3: write for example [2, 3]".into(),
            );
        }
        app.cores = cores.get_ref().iter().fold(0, |cores, core| cores | 1 << core);
    }
    if let Some(cpu_ms) = keys.limits.cpu_ms {
        app.cpu_ms = Some(*cpu_ms.get_ref());
        if !(1..=App::CPU_MS_MAX).contains(cpu_ms.get_ref()) {
            return fault(&cpu_ms, "a limit is from 1 ms to 1000000000 ms of processor time".into());
        }
    }
    if let Some(open_files) = keys.limits.open_files {
        app.open_files = *open_files.get_ref();
        let least = 3 + app.mounts.len() as u32;
        if !(least..=App::OPEN_FILES_MAX).contains(&app.open_files) {
            return fault(
                &open_files,
                format!("an app has from {least} (streams and mounts) to 65536 open files"),
            );
        }
    }
    app.file_bytes = keys.limits.file_bytes.map(|size| size.0);
    app.data_bytes = keys.limits.data_bytes.map(|size| size.0);
    (app.on_exit, app.restart) = on_exit(keys.on_exit, keys.restart)?;
    app.contract = keys.fp_contract == keys::FpContract::Fast;
    app.expect = keys.expect.map_or(Expect::Status(0), |ending| ending.0);
    Ok(app)
}

/// The modules that an app is linked with; `place` gives the index of a file.
fn libraries(
    keys: &IndexMap<Spanned<String>, PathBuf>,
    mut place: impl FnMut(&Path) -> usize,
) -> Result<Vec<Library>, Fault> {
    let library = |(name, file): (&Spanned<String>, &PathBuf)| {
        if name.get_ref() == wasi::MODULE {
            return fault(name, format!("{:?} is the kernel: give the module another name", wasi::MODULE));
        }
        Ok(Library { name: name.get_ref().clone(), module: place(file) })
    };
    keys.iter().map(library).collect()
}

fn on_exit(
    on_exit: Option<Spanned<keys::OnExit>>,
    restart: Option<Spanned<keys::Restart>>,
) -> Result<(OnExit, Restart), Fault> {
    let what = match on_exit.map(Spanned::into_inner) {
        None | Some(keys::OnExit::Stop) => OnExit::Stop,
        Some(keys::OnExit::Restart) => OnExit::Restart,
        Some(keys::OnExit::Reboot) => OnExit::Reboot,
    };
    match restart {
        None => Ok((what, Restart::default())),
        Some(limit) if what != OnExit::Restart => {
            fault(&limit, "restart needs on_exit = \"restart\": add that, or remove it".into())
        }
        Some(limit) => {
            let keys::Restart { max, window_s } = limit.into_inner();
            Ok((what, Restart { max, window_s }))
        }
    }
}

/// What is behind a mount. `folders` are those that lie in the image, relative to the manifest.
fn source(from: &Spanned<String>, writable: bool, folders: &mut Vec<PathBuf>) -> Result<Source, Fault> {
    let (kind, path) = from.get_ref().split_once(':').unwrap_or((from.get_ref(), ""));
    match kind {
        "ram" | "data" => {
            let plain = path.split('/').all(|part| part != ".." && part != ".") && !path.contains('\0');
            if !plain || !(path.is_empty() || path.starts_with('/')) {
                return fault(
                    from,
                    format!("{path:?} is no absolute path: write for example \"{kind}:/log\""),
                );
            }
            let path = if path.is_empty() { "/".into() } else { path.into() };
            Ok(if kind == "ram" { Source::Ram(path) } else { Source::Data(path) })
        }
        "files" if path.is_empty() || path.contains('\0') => {
            fault(from, format!("{path:?} is no folder: write for example \"files:assets\""))
        }
        "files" if writable => {
            fault(from, "files in the image cannot be changed: remove the mode \"rw\"".into())
        }
        "files" => {
            let number = folders.iter().position(|folder| folder.as_os_str() == path);
            Ok(Source::Files(number.unwrap_or_else(|| {
                folders.push(path.into());
                folders.len() - 1
            })))
        }
        "dev" if path.is_empty() => Ok(Source::Devices),
        "dev" => fault(from, "the devices are one directory: write \"dev:\"".into()),
        "boot" if writable => {
            fault(from, "the boot partition is not written to: remove the mode \"rw\"".into())
        }
        "boot" if path.is_empty() => Ok(Source::Boot),
        "boot" => fault(from, "the boot partition is one directory: write \"boot:\"".into()),
        _ => {
            fault(from, format!("{:?} names no file system: write for example \"ram:/log\"", from.get_ref()))
        }
    }
}

/// Names mark lines of the console and go into reports.
fn check_name(name: &Spanned<String>, what: &str) -> Result<(), Fault> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if (1..=32).contains(&name.get_ref().len()) && name.get_ref().chars().all(plain) {
        return Ok(());
    }
    let message =
        format!("{:?} cannot name {what}: use 1 to 32 of a-z, A-Z, 0-9, -, _ and .", name.get_ref());
    fault(name, message)
}

fn text(value: Spanned<String>) -> Result<String, Fault> {
    if value.get_ref().contains('\0') {
        return fault(&value, "this text contains a NUL, which WASI cannot pass on: remove it".into());
    }
    Ok(value.into_inner())
}

fn fault<T, U>(at: &Spanned<U>, message: String) -> Result<T, Fault> {
    Err((at.span(), message))
}

#[cfg(test)]
mod tests;
