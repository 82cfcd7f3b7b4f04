//! Numbers of the witx file (`typenames.witx`): enumerations, flags, and what is allowed in them.

/// What a node is (`$filetype`).
#[repr(u8)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// None of the others, such as a pipe.
    Unknown = 0,
    /// A block device.
    BlockDevice = 1,
    /// A character device: a terminal, or one of the kernel's devices.
    CharacterDevice = 2,
    /// A directory.
    Directory = 3,
    /// A regular file.
    File = 4,
    /// A datagram socket.
    SocketDatagram = 5,
    /// A stream socket.
    SocketStream = 6,
    /// A symbolic link.
    Link = 7,
}

impl Kind {
    /// The kind with this number.
    pub fn from_number(number: u64) -> Option<Self> {
        Some(match number {
            0 => Self::Unknown,
            1 => Self::BlockDevice,
            2 => Self::CharacterDevice,
            3 => Self::Directory,
            4 => Self::File,
            5 => Self::SocketDatagram,
            6 => Self::SocketStream,
            7 => Self::Link,
            _ => return None,
        })
    }
}

/// `$fdflags`: writes go to the end of the file.
pub const FDFLAGS_APPEND: u32 = 1;
/// `$fdflags`: data is durable when a write returns.
pub const FDFLAGS_DSYNC: u32 = 1 << 1;
/// `$fdflags`: do not wait. Files never do.
pub const FDFLAGS_NONBLOCK: u32 = 1 << 2;
/// `$fdflags`: reads wait as writes do.
pub const FDFLAGS_RSYNC: u32 = 1 << 3;
/// `$fdflags`: data and attributes are durable when a write returns.
pub const FDFLAGS_SYNC: u32 = 1 << 4;
/// Every `$fdflags`.
pub const FDFLAGS: u32 = 0x1f;

/// `$oflags`: make the file if it is not there.
pub const OFLAGS_CREAT: u32 = 1;
/// `$oflags`: it must be a directory.
pub const OFLAGS_DIRECTORY: u32 = 1 << 1;
/// `$oflags`: it must not be there.
pub const OFLAGS_EXCL: u32 = 1 << 2;
/// `$oflags`: empty the file.
pub const OFLAGS_TRUNC: u32 = 1 << 3;
/// Every `$oflags`.
pub const OFLAGS: u32 = 0xf;

/// `$lookupflags`: follow a symbolic link at the end of the path.
pub const LOOKUP_SYMLINK_FOLLOW: u32 = 1;

/// `$fstflags`: set the time of access as given.
pub const FSTFLAGS_ATIM: u32 = 1;
/// `$fstflags`: set the time of access to now.
pub const FSTFLAGS_ATIM_NOW: u32 = 1 << 1;
/// `$fstflags`: set the time of modification as given.
pub const FSTFLAGS_MTIM: u32 = 1 << 2;
/// `$fstflags`: set the time of modification to now.
pub const FSTFLAGS_MTIM_NOW: u32 = 1 << 3;
/// Every `$fstflags`.
pub const FSTFLAGS: u32 = 0xf;

/// `$clockid` of the time of day.
pub const CLOCK_REALTIME: u32 = 0;
/// `$clockid` of the clock that never goes back.
pub const CLOCK_MONOTONIC: u32 = 1;
/// Number of `$clockid`s; the other two are processor times.
pub const CLOCKS: u32 = 4;

/// `$eventtype` of a clock.
pub const EVENT_CLOCK: u8 = 0;
/// `$eventtype`: a descriptor can be read.
pub const EVENT_FD_READ: u8 = 1;
/// `$eventtype`: a descriptor can be written.
pub const EVENT_FD_WRITE: u8 = 2;
