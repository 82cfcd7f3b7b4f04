//! The object that holds an image's configuration: the kernel's `sinter_image`.

use super::{
    config::{App, Config, Expect},
    data::Data,
    files,
    script::write_imports,
};
use sinter_abi::{
    ABI_VERSION, Str, image as abi,
    link::{self, Import},
};
use std::mem::offset_of;

/// What the modules of an app import of each other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Linkage {
    /// For each of [`App::libraries`].
    pub libraries: Vec<Vec<Import>>,
    /// For the app's own module.
    pub app: Vec<Import>,
}

/// Writes the configuration as an ELF object that defines [`abi::SYMBOL`]. `modules` are the symbols of the modules
/// that [`App::module`] counts, `linkage` has an element for each app.
///
/// # Errors
/// The object library's own.
///
/// # Panics
/// If an app's module is not among `modules`.
pub fn object(config: &Config, linkage: &[Linkage], modules: &[&str]) -> object::write::Result<Vec<u8>> {
    let mut data = Data::default();
    let image = data.reserve::<abi::Image>(1);
    data.u32(image + offset_of!(abi::Image, abi_version), ABI_VERSION);
    data.text(image + offset_of!(abi::Image, name), &config.name);
    data.text(image + offset_of!(abi::Image, version), &config.version);
    data.symbol(image + offset_of!(abi::Image, console), config.console.driver());
    if config.apps.iter().any(|app| app.stdin.or(app.stdout).is_some()) {
        data.symbol(image + offset_of!(abi::Image, pipes), abi::PIPES);
    }
    if config.screen {
        data.symbol(image + offset_of!(abi::Image, screen), abi::SCREEN);
    }
    files::write(&mut data, image + offset_of!(abi::Image, files), &config.folders);
    let apps = data.array::<abi::App>(image + offset_of!(abi::Image, apps), config.apps.len());
    for (index, (app, linkage)) in config.apps.iter().zip(linkage).enumerate() {
        let at = apps + index * size_of::<abi::App>();
        write_app(&mut data, at, app, modules[app.module]);
        write_linkage(&mut data, at, app, linkage, modules);
    }
    data.into_object(abi::SYMBOL)
}

fn write_app(data: &mut Data, at: usize, app: &App, module: &str) {
    data.text(at + offset_of!(abi::App, name), &app.name);
    data.symbol(at + offset_of!(abi::App, module), module);
    write_texts(data, at + offset_of!(abi::App, args), app.args.iter().map(String::as_str));
    let env: Vec<_> = app.env.iter().map(|(name, value)| format!("{name}={value}")).collect();
    write_texts(data, at + offset_of!(abi::App, env), env.iter().map(String::as_str));
    let mounts = data.array::<abi::Mount>(at + offset_of!(abi::App, mounts), app.mounts.len());
    for (index, mount) in app.mounts.iter().enumerate() {
        let at = mounts + index * size_of::<abi::Mount>();
        let (driver, from) = mount.source.driver();
        data.symbol(at + offset_of!(abi::Mount, driver), driver);
        data.text(at + offset_of!(abi::Mount, from), &from);
        data.text(at + offset_of!(abi::Mount, to), &mount.to);
        data.u32(at + offset_of!(abi::Mount, writable), mount.writable.into());
    }
    data.u64(at + offset_of!(abi::App, memory_max), app.memory_max.unwrap_or(u64::MAX));
    data.u64(at + offset_of!(abi::App, stack_size), app.stack_size);
    data.u32(at + offset_of!(abi::App, priority), app.priority);
    data.u32(at + offset_of!(abi::App, on_exit), app.on_exit as u32);
    data.u32(at + offset_of!(abi::App, restart_max), app.restart.max);
    data.u32(at + offset_of!(abi::App, restart_window_s), app.restart.window_s);
    data.u32(at + offset_of!(abi::App, stdin), app.stdin.unwrap_or(abi::NO_PIPE));
    data.u32(at + offset_of!(abi::App, stdout), app.stdout.unwrap_or(abi::NO_PIPE));
    let expect = match app.expect {
        Expect::Status(status) => status,
        Expect::Trap => abi::EXPECT_TRAP,
        Expect::OutOfTime => abi::EXPECT_OUT_OF_TIME,
    };
    data.u32(at + offset_of!(abi::App, expect), expect);
    data.u32(at + offset_of!(abi::App, cores), app.cores);
    data.u64(at + offset_of!(abi::App, cpu_ms), app.cpu_ms.unwrap_or(u64::MAX));
    data.u32(at + offset_of!(abi::App, open_files), app.open_files);
    data.u64(at + offset_of!(abi::App, file_bytes), app.file_bytes.unwrap_or(u64::MAX));
    data.u64(at + offset_of!(abi::App, data_bytes), app.data_bytes.unwrap_or(u64::MAX));
}

fn write_linkage(data: &mut Data, at: usize, app: &App, linkage: &Linkage, modules: &[&str]) {
    write_imports(data, at + offset_of!(abi::App, imports), &linkage.app);
    let array = data.array::<link::Library>(at + offset_of!(abi::App, libraries), app.libraries.len());
    for (index, (library, imports)) in app.libraries.iter().zip(&linkage.libraries).enumerate() {
        let at = array + index * size_of::<link::Library>();
        data.symbol(at + offset_of!(link::Library, module), modules[library.module]);
        write_imports(data, at + offset_of!(link::Library, imports), imports);
    }
}

fn write_texts<'a>(data: &mut Data, at: usize, texts: impl ExactSizeIterator<Item = &'a str>) {
    let array = data.array::<Str>(at, texts.len());
    for (index, text) in texts.enumerate() {
        data.text(array + index * size_of::<Str>(), text);
    }
}
