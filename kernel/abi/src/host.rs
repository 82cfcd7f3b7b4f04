//! The host protocol: how a kernel under `sinter run` reaches the streams and directories of the host.
//!
//! The kernel asks, the host process answers, over a pair of byte pipes. A message is a header of 32 bytes and a
//! payload; everything is little-endian.
//!
//! ```text
//! request  +0 op: u32   +4 length of the payload: u32   +8 three arguments: u64 each
//! reply    +0 errno: u32   +4 length of the payload: u32   +8 three values: u64 each
//! ```
//!
//! Every request but [`Op::Release`] has exactly one reply, in order. Errnos are preview1's; a reply with an errno other
//! than 0 has no payload. A payload is at most [`PAYLOAD_MAX`] bytes, and a reply's is never longer than the request
//! allows. A host that gets a malformed request stops serving; a kernel that gets a malformed reply panics.
//!
//! Nodes are numbers that the host gives out. Each has one reference, which [`Op::Release`] ends: looking the same file up
//! twice gives two numbers.

/// Bytes of a request's or a reply's header.
pub const HEADER: usize = 32;

/// Largest payload of a message in bytes.
pub const PAYLOAD_MAX: usize = 1 << 20;

/// [`Op::Input`], [`Op::InputReady`]: wait for as long as it takes.
pub const FOREVER: u64 = u64::MAX;

/// [`Op::SetTimes`]: the time stays.
pub const TIME_KEEP: u64 = u64::MAX;
/// [`Op::SetTimes`]: the host's present time.
pub const TIME_NOW: u64 = u64::MAX - 1;

/// [`Op::Open`], [`Op::Create`]: data or entries are to be read.
pub const ACCESS_READ: u64 = 1;
/// [`Op::Open`], [`Op::Create`]: data is to be written.
pub const ACCESS_WRITE: u64 = 2;
/// [`Op::Open`]: the file is emptied.
pub const ACCESS_TRUNCATE: u64 = 4;

/// What a request asks for. Below, `a`, `b` and `c` are the arguments, `x`, `y` and `z` the values of the reply; what is
/// not named is 0.
#[repr(u32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// Writes the payload to standard output. `x`: bytes written.
    Output = 1,
    /// Writes the payload to standard error. `x`: bytes written.
    Error = 2,
    /// Reads at most `a` bytes of standard input, at least 1, waiting up to `b` milliseconds for the first. Payload: the bytes, none
    /// at the end of the input. Errno `again` if nothing came.
    Input = 3,
    /// Waits up to `a` milliseconds until input could be read or has ended. `x`: 1 if so, else 0.
    InputReady = 4,
    /// The app ended with status `a`. The last request.
    Exit = 5,
    /// The app trapped; the payload is the report for standard error, UTF-8. The last request.
    Trap = 6,
    /// Which standard streams are terminals. `x`: bit 0 for input, bit 1 for output, bit 2 for error.
    Terminals = 7,
    /// The host's time of day. `x`: nanoseconds since 1970.
    Time = 8,

    /// Ends the references to the nodes in the payload, a `u64` each. No reply.
    Release = 16,
    /// The directory with number `a` on the command line. `x`: its node.
    Root = 17,
    /// Looks up the name in the payload in directory `a`. `x`: node, `y`: kind (`$filetype`).
    Lookup = 18,
    /// Attributes of node `a`. Payload: a [`STAT`].
    Stat = 19,
    /// Prepares node `a` for the access `b`.
    Open = 20,
    /// Reads at most `b` bytes of file `a` from offset `c` on. Payload: the bytes.
    Read = 21,
    /// Writes the payload to file `a` at offset `b`. `x`: bytes written.
    Write = 22,
    /// Writes the payload at the end of file `a`. `x`: bytes written, `y`: the file's size after it.
    Append = 23,
    /// Gives file `a` the size `b`.
    SetSize = 24,
    /// Sets node `a`'s time of access to `b` and of modification to `c`, in nanoseconds since 1970.
    SetTimes = 25,
    /// Makes node `a`'s data durable and, if `b` is 0, its attributes too.
    Sync = 26,
    /// Makes a file with the name in the payload in directory `a` for the access `b`. `x`: its node.
    Create = 27,
    /// Makes a directory with the name in the payload in directory `a`.
    MakeDirectory = 28,
    /// Makes a symbolic link in directory `a`. Payload: its name, `b` bytes, then the text that it holds.
    MakeLink = 29,
    /// Payload: the text of symbolic link `a`.
    ReadLink = 30,
    /// Gives a file in directory `a` a second name in directory `b`. Payload: the old name, `c` bytes, then the new one.
    Link = 31,
    /// Moves a name from directory `a` to directory `b`. Payload: the old name, the low 32 bits of `c` bytes, then the new
    /// one. Bit 32 of `c`: it must be a directory's.
    Rename = 32,
    /// Removes the name in the payload, not a directory's, from directory `a`.
    Unlink = 33,
    /// Removes the empty directory with the name in the payload from directory `a`.
    RemoveDirectory = 34,
    /// The entries of directory `a` behind cookie `b`, as many as fit in `c` bytes. Payload: [`ENTRY`] records, each followed
    /// by the name; none at the end. `x`: 1 if these are the last ones.
    ReadDirectory = 35,
    /// One more node for what node `a` is. `x`: the node.
    Duplicate = 36,
}

impl Op {
    /// Every operation.
    pub const ALL: [Self; 29] = [
        Self::Output,
        Self::Error,
        Self::Input,
        Self::InputReady,
        Self::Exit,
        Self::Trap,
        Self::Terminals,
        Self::Time,
        Self::Release,
        Self::Root,
        Self::Lookup,
        Self::Stat,
        Self::Open,
        Self::Read,
        Self::Write,
        Self::Append,
        Self::SetSize,
        Self::SetTimes,
        Self::Sync,
        Self::Create,
        Self::MakeDirectory,
        Self::MakeLink,
        Self::ReadLink,
        Self::Link,
        Self::Rename,
        Self::Unlink,
        Self::RemoveDirectory,
        Self::ReadDirectory,
        Self::Duplicate,
    ];

    /// The operation with this number.
    pub fn from_u32(number: u32) -> Option<Self> {
        Self::ALL.iter().copied().find(|op| *op as u32 == number)
    }
}

/// Bytes of a node's attributes: kind, inode, number of names, size, then the times of access, modification and creation
/// in nanoseconds since 1970; a `u64` each.
pub const STAT: usize = 56;

/// Bytes before an entry's name: cookie of what follows: u64, inode: u64, kind: u32, length of the name: u32.
pub const ENTRY: usize = 24;

/// The header of a message: of a request, with an [`Op`] in `code`, or of a reply, with an errno.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// Operation or errno.
    pub code: u32,
    /// Bytes of payload that follow.
    pub length: u32,
    /// Arguments or values.
    pub values: [u64; 3],
}

impl Header {
    /// As it goes over the pipe.
    pub fn to_bytes(self) -> [u8; HEADER] {
        let mut bytes = [0; HEADER];
        bytes[..4].copy_from_slice(&self.code.to_le_bytes());
        bytes[4..8].copy_from_slice(&self.length.to_le_bytes());
        for (bytes, value) in bytes[8..].chunks_exact_mut(8).zip(self.values) {
            bytes.copy_from_slice(&value.to_le_bytes());
        }
        bytes
    }

    /// From the pipe.
    pub fn from_bytes(bytes: &[u8; HEADER]) -> Self {
        let word = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        let double = |at: usize| u64::from(word(at)) | u64::from(word(at + 4)) << 32;
        Self { code: word(0), length: word(4), values: [double(8), double(16), double(24)] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_round_trip() {
        let header =
            Header { code: 0x0102_0304, length: 0x0506_0708, values: [u64::MAX, 1, 0x1122_3344_5566_7788] };
        assert_eq!(Header::from_bytes(&header.to_bytes()), header);
        assert_eq!(header.to_bytes()[..8], [4, 3, 2, 1, 8, 7, 6, 5]);
    }

    #[test]
    fn operations_round_trip() {
        for op in Op::ALL {
            assert_eq!(Op::from_u32(op as u32), Some(op));
        }
        assert_eq!((Op::from_u32(0), Op::from_u32(9)), (None, None));
    }
}
