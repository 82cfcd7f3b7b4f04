//! The image's static configuration: what the manifest said, laid into read-only data by the linker step.
//!
//! The generated object defines the symbol [`SYMBOL`], an [`Image`]. Drivers are named by reference, so that the
//! linker keeps those that the image uses and drops the others (decision 7).

use crate::{
    Slice, Str,
    link::{Import, Library},
    module::Module,
    script::Script,
};

/// Name of the symbol of the [`Image`].
pub const SYMBOL: &str = "sinter_image";

/// The whole image.
#[repr(C)]
#[derive(Debug)]
pub struct Image {
    /// [`crate::ABI_VERSION`] of the tool that linked it.
    pub abi_version: u32,
    /// Zero.
    pub flags: u32,
    /// Name from the manifest.
    pub name: Str,
    /// Version from the manifest.
    pub version: Str,
    /// The apps, in the manifest's order.
    pub apps: Slice<App>,
    /// Address of the console driver: [`CONSOLE_UART`] or [`CONSOLE_HOST`].
    pub console: u64,
    /// Address of a driver, `extern "C" fn() -> !`, that runs instead of the apps: [`crate::script::DRIVER`]; or 0.
    pub main: u64,
    /// What [`crate::script::DRIVER`] runs, or null.
    pub script: *const Script,
    /// Address of the driver of pipes, [`PIPES`], or 0 if there are none.
    pub pipes: u64,
    /// Address of the driver of the screen, [`SCREEN`], or 0 if nothing is to be shown.
    pub screen: u64,
    /// What [`FS_FILES`] serves. A directory's entries lie side by side, sorted by the bytes of their names.
    pub files: Slice<File>,
}

/// Symbol of the console on the board's serial port: app output in lines, each marked with its app.
pub const CONSOLE_UART: &str = "sinter_console_uart";
/// Symbol of the console that passes one app's standard streams to the host byte for byte (`sinter run`).
pub const CONSOLE_HOST: &str = "sinter_console_host";
/// Symbol of the screen that shows what goes out on the serial port.
pub const SCREEN: &str = "sinter_screen";
/// Symbol of the memory file system's driver.
pub const FS_RAM: &str = "sinter_fs_ram";
/// Symbol of the driver for directories of the host (`sinter run --dir`).
pub const FS_HOST: &str = "sinter_fs_host";

/// Symbol of the driver for files that lie in the image.
pub const FS_FILES: &str = "sinter_fs_files";
/// Symbol of the driver for the SD card's data partition.
pub const FS_DATA: &str = "sinter_fs_data";
/// Symbol of the driver for the SD card's boot partition.
pub const FS_BOOT: &str = "sinter_fs_boot";
/// Symbol of the driver for devices.
pub const FS_DEVICES: &str = "sinter_fs_devices";

/// Symbol of the driver of pipes between apps.
pub const PIPES: &str = "sinter_pipes";

/// [`App::stdin`] or [`App::stdout`]: the console's.
pub const NO_PIPE: u32 = u32::MAX;

/// One app.
#[repr(C)]
#[derive(Debug)]
pub struct App {
    /// Unique name from the manifest.
    pub name: Str,
    /// What it runs.
    pub module: *const Module,
    /// Program arguments; the first is `argv[0]`. No element contains a NUL.
    pub args: Slice<Str>,
    /// Environment, each `NAME=value`.
    pub env: Slice<Str>,
    /// Preopened directories.
    pub mounts: Slice<Mount>,
    /// Greatest total size of its linear memories in bytes; `u64::MAX` for no limit but RAM.
    pub memory_max: u64,
    /// Bytes of stack, a multiple of 4096.
    pub stack_size: u64,
    /// Scheduling priority, 0 (lowest) to 7.
    pub priority: u32,
    /// An [`OnExit`].
    pub on_exit: u32,
    /// With [`OnExit::Restart`]: greatest number of restarts within the window.
    pub restart_max: u32,
    /// With [`OnExit::Restart`]: the window in seconds.
    pub restart_window_s: u32,
    /// What the image's verdict expects of it: an exit status, [`EXPECT_TRAP`] or [`EXPECT_OUT_OF_TIME`].
    pub expect: u32,
    /// The cores that may run it, one bit each; all of them if none of those is there.
    pub cores: u32,
    /// Milliseconds that it may run, which it spends on a core; `u64::MAX` for no limit.
    pub cpu_ms: u64,
    /// Greatest number of descriptors that it has open at one time.
    pub open_files: u32,
    /// Zero.
    pub reserved: u32,
    /// Bytes that the files and names may take which it makes in RAM; `u64::MAX` for its share of what there is.
    pub file_bytes: u64,
    /// Bytes of the files on the SD card that it may have; `u64::MAX` for its share of what there is.
    pub data_bytes: u64,
    /// The number of the pipe that is its standard input, or [`NO_PIPE`].
    pub stdin: u32,
    /// The number of the pipe that is its standard output, or [`NO_PIPE`].
    pub stdout: u32,
    /// The modules that it is linked with, each behind those that it imports from.
    pub libraries: Slice<Library>,
    /// What its module imports of the libraries.
    pub imports: Slice<Import>,
}

/// [`App::expect`]: the app is to end by a trap.
pub const EXPECT_TRAP: u32 = u32::MAX;
/// [`App::expect`]: [`App::cpu_ms`] is to end it.
pub const EXPECT_OUT_OF_TIME: u32 = u32::MAX - 1;

/// What happens when an app ends.
#[repr(u32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnExit {
    /// Nothing; its result stays in the closing table.
    Stop = 0,
    /// It starts again from pristine memory.
    Restart = 1,
    /// The board reboots.
    Reboot = 2,
}

/// A file, directory or symbolic link that lies in the image.
#[repr(C)]
#[derive(Debug)]
pub struct File {
    /// Its name in the directory that it is in.
    pub name: Str,
    /// A file's bytes, or a symbolic link's text, which is UTF-8.
    pub data: Slice<u8>,
    /// A [`FileKind`].
    pub kind: u32,
    /// Zero.
    pub reserved: u32,
    /// Of a directory: the place of its first entry in [`Image::files`].
    pub first: u64,
    /// Of a directory: the number of its entries.
    pub count: u64,
}

/// What a [`File`] is.
#[repr(u32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A regular file.
    File = 0,
    /// A directory.
    Directory = 1,
    /// A symbolic link.
    Link = 2,
}

/// One preopened directory of an app.
#[repr(C)]
#[derive(Debug)]
pub struct Mount {
    /// Address of the driver: [`FS_RAM`], [`FS_HOST`], [`FS_FILES`], [`FS_DATA`], [`FS_BOOT`] or
    /// [`FS_DEVICES`].
    pub driver: u64,
    /// The driver's own name for the directory: the path behind `ram:`, the number of a host directory or the place in
    /// [`Image::files`] in decimal; 0 for the devices and the boot partition.
    pub from: Str,
    /// Path that the app sees.
    pub to: Str,
    /// 1 if the app may change what is in it, else 0.
    pub writable: u32,
    /// Zero.
    pub reserved: u32,
}
