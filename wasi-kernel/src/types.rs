//! Types of the witx file as the guest lays them out (`typenames.witx`).

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
