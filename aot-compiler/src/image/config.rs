//! What an image is made of: the model between a manifest (or the command line) and the linker step.

use super::files::Folder;
use sinter_abi::image::{self as abi, OnExit};

/// An image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Name for the boot message.
    pub name: String,
    /// Version for the boot message.
    pub version: String,
    /// Where the apps' output goes.
    pub console: Console,
    /// Whether what goes out on the serial port is shown on a screen, too.
    pub screen: bool,
    /// The apps, in the order in which they start.
    pub apps: Vec<App>,
    /// Folders whose content lies in the image; [`Source::Files`] counts in them.
    pub folders: Vec<Folder>,
}

/// Where the apps' standard streams lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Console {
    /// To the board's serial port, line by line and marked with the app's name.
    Uart,
    /// To the process that runs the emulator, byte for byte.
    Host,
}

impl Console {
    /// Symbol of its driver in the kernel.
    pub const fn driver(self) -> &'static str {
        match self {
            Self::Uart => abi::CONSOLE_UART,
            Self::Host => abi::CONSOLE_HOST,
        }
    }
}

/// One app. No string contains a NUL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct App {
    /// Unique in the image.
    pub name: String,
    /// Index of its module among those that the image is linked from.
    pub module: usize,
    /// Modules that it is linked with, each behind those that it imports from.
    pub libraries: Vec<Library>,
    /// Arguments, `argv[0]` first.
    pub args: Vec<String>,
    /// Environment variables by name and value.
    pub env: Vec<(String, String)>,
    /// Preopened directories.
    pub mounts: Vec<Mount>,
    /// The number of the pipe that is its standard input instead of the console's.
    pub stdin: Option<u32>,
    /// The number of the pipe that is its standard output instead of the console's.
    pub stdout: Option<u32>,
    /// Greatest size of its linear memories together, in bytes; `None` for what there is.
    pub memory_max: Option<u64>,
    /// Bytes of stack; a multiple of 4096, at most [`App::STACK_MAX`].
    pub stack_size: u64,
    /// 0 (lowest) to [`App::PRIORITY_MAX`].
    pub priority: u32,
    /// The cores that may run it, one bit each.
    pub cores: u32,
    /// Milliseconds that it may run; `None` for no limit.
    pub cpu_ms: Option<u64>,
    /// Greatest number of descriptors open at one time, at most [`App::OPEN_FILES_MAX`].
    pub open_files: u32,
    /// Bytes that what it makes in memory file systems may take; `None` for its share of what there is.
    pub file_bytes: Option<u64>,
    /// Bytes of the files on the SD card that it may have; `None` for its share of what there is.
    pub data_bytes: Option<u64>,
    /// What happens when it ends.
    pub on_exit: OnExit,
    /// The limit of [`OnExit::Restart`].
    pub restart: Restart,
    /// The end that makes the image's verdict a success.
    pub expect: Expect,
    /// Whether its modules may round once for a product and its sum.
    pub contract: bool,
}

impl App {
    /// [`App::stack_size`] if nothing else is asked for. Pages count when they are touched; Wasmtime's default is half.
    pub const STACK: u64 = 1 << 20;
    /// Greatest [`App::stack_size`].
    pub const STACK_MAX: u64 = 256 << 20;
    /// [`App::priority`] if nothing else is asked for.
    pub const PRIORITY: u32 = 3;
    /// Greatest [`App::priority`].
    pub const PRIORITY_MAX: u32 = 7;

    /// Greatest [`App::cpu_ms`], eleven days.
    pub const CPU_MS_MAX: u64 = 1_000_000_000;
    /// [`App::open_files`] if nothing else is asked for: Linux's default.
    pub const OPEN_FILES: u32 = 1024;
    /// Greatest [`App::open_files`].
    pub const OPEN_FILES_MAX: u32 = 1 << 16;
    /// [`App::cores`] if nothing else is asked for: all that the board has.
    pub const CORES: u32 = 0b1111;

    /// An app that has nothing but a name, a module and an `argv[0]`.
    pub fn new(name: String, module: usize, argv0: String) -> Self {
        Self {
            name,
            module,
            libraries: Vec::new(),
            args: vec![argv0],
            env: Vec::new(),
            mounts: Vec::new(),
            stdin: None,
            stdout: None,
            memory_max: None,
            stack_size: Self::STACK,
            priority: Self::PRIORITY,
            cores: Self::CORES,
            cpu_ms: None,
            open_files: Self::OPEN_FILES,
            file_bytes: None,
            data_bytes: None,
            on_exit: OnExit::Stop,
            restart: Restart::default(),
            expect: Expect::Status(0),
            contract: false,
        }
    }
}

/// A module that an app is linked with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Library {
    /// The name by which others import from it.
    pub name: String,
    /// Its index among those that the image is linked from.
    pub module: usize,
}

/// How often an app is started again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Restart {
    /// Greatest number of restarts within the window.
    pub max: u32,
    /// The window in seconds.
    pub window_s: u32,
}

impl Default for Restart {
    fn default() -> Self {
        Self { max: 5, window_s: 60 }
    }
}

/// How an app is expected to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// With this exit status.
    Status(u32),
    /// By a trap.
    Trap,
    /// By its limit of processor time.
    OutOfTime,
}

/// A directory that an app finds open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mount {
    /// What it is.
    pub source: Source,
    /// The path that the app sees.
    pub to: String,
    /// Whether the app may change what is in it.
    pub writable: bool,
}

/// What is behind a mount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A directory of the memory file system, by its absolute path. Apps that name the same one share it.
    Ram(String),
    /// A directory of the host, by its number among those that the host serves.
    Host(usize),
    /// The content of a folder, by its number in [`Config::folders`].
    Files(usize),
    /// A directory of the SD card's data partition, by its absolute path. Apps that name the same one share it.
    Data(String),
    /// The files of the SD card's boot partition.
    Boot,
    /// The devices.
    Devices,
}

impl Source {
    /// Whether it lies on the SD card.
    pub fn is_on_card(&self) -> bool {
        matches!(self, Self::Data(_) | Self::Boot)
    }

    /// Symbol of its driver in the kernel, and the driver's name for it. A folder's is its number, as the folders'
    /// own nodes lie before all others.
    pub fn driver(&self) -> (&'static str, String) {
        match self {
            Self::Ram(path) => (abi::FS_RAM, path.clone()),
            Self::Host(number) => (abi::FS_HOST, number.to_string()),
            Self::Files(number) => (abi::FS_FILES, number.to_string()),
            Self::Data(path) => (abi::FS_DATA, path.clone()),
            Self::Boot => (abi::FS_BOOT, "0".into()),
            Self::Devices => (abi::FS_DEVICES, "0".into()),
        }
    }
}
