//! The error numbers of preview1 (`$errno` in the witx file).

/// A WASI result. `Ok` is errno 0.
pub type Result<T> = core::result::Result<T, Errno>;

/// Every error number but `success`. A whole register, so that `Result<usize>` is returned in two of them and not by way
/// of memory.
#[repr(usize)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Errno {
    /// Argument list too long.
    TooBig = 1,
    /// Permission denied by the file system below.
    Acces = 2,
    /// Address in use.
    Addrinuse = 3,
    /// Address not available.
    Addrnotavail = 4,
    /// Address family not supported.
    Afnosupport = 5,
    /// Nothing there yet, or the operation would block.
    Again = 6,
    /// Connection already in progress.
    Already = 7,
    /// No such descriptor, or not one for this operation.
    Badf = 8,
    /// Bad message.
    Badmsg = 9,
    /// Device or resource busy.
    Busy = 10,
    /// Operation cancelled.
    Canceled = 11,
    /// No child processes.
    Child = 12,
    /// Connection aborted.
    Connaborted = 13,
    /// Connection refused.
    Connrefused = 14,
    /// Connection reset.
    Connreset = 15,
    /// Resource deadlock would occur.
    Deadlk = 16,
    /// Destination address required.
    Destaddrreq = 17,
    /// Argument out of the function's domain.
    Dom = 18,
    /// Quota exceeded.
    Dquot = 19,
    /// File exists.
    Exist = 20,
    /// A pointer that does not lie in the guest's memory, or is not aligned.
    Fault = 21,
    /// File too large.
    Fbig = 22,
    /// Host is unreachable.
    Hostunreach = 23,
    /// Identifier removed.
    Idrm = 24,
    /// Text that is not UTF-8.
    Ilseq = 25,
    /// Operation in progress.
    Inprogress = 26,
    /// Interrupted.
    Intr = 27,
    /// Invalid argument.
    Inval = 28,
    /// Input or output failed.
    Io = 29,
    /// Socket is connected.
    Isconn = 30,
    /// Is a directory.
    Isdir = 31,
    /// Too many symbolic links, or one that was not to be followed.
    Loop = 32,
    /// Too many open descriptors.
    Mfile = 33,
    /// Too many hard links.
    Mlink = 34,
    /// Message too large.
    Msgsize = 35,
    /// Reserved.
    Multihop = 36,
    /// Name too long.
    Nametoolong = 37,
    /// Network is down.
    Netdown = 38,
    /// Connection aborted by network.
    Netreset = 39,
    /// Network unreachable.
    Netunreach = 40,
    /// Too many files open in the system.
    Nfile = 41,
    /// No buffer space available.
    Nobufs = 42,
    /// No such device.
    Nodev = 43,
    /// No such file or directory.
    Noent = 44,
    /// Executable file format error.
    Noexec = 45,
    /// No locks available.
    Nolck = 46,
    /// Reserved.
    Nolink = 47,
    /// Not enough memory.
    Nomem = 48,
    /// No message of the desired type.
    Nomsg = 49,
    /// Protocol not available.
    Noprotoopt = 50,
    /// No space left.
    Nospc = 51,
    /// Function not supported.
    Nosys = 52,
    /// Socket is not connected.
    Notconn = 53,
    /// Not a directory.
    Notdir = 54,
    /// Directory not empty.
    Notempty = 55,
    /// State not recoverable.
    Notrecoverable = 56,
    /// Not a socket.
    Notsock = 57,
    /// Not supported.
    Notsup = 58,
    /// Inappropriate control operation.
    Notty = 59,
    /// No such device or address.
    Nxio = 60,
    /// Value too large for its type.
    Overflow = 61,
    /// Previous owner died.
    Ownerdead = 62,
    /// Operation not permitted: the capability does not reach that far.
    Perm = 63,
    /// Nobody reads the other end.
    Pipe = 64,
    /// Protocol error.
    Proto = 65,
    /// Protocol not supported.
    Protonosupport = 66,
    /// Protocol wrong type for socket.
    Prototype = 67,
    /// Result too large.
    Range = 68,
    /// Read-only file system.
    Rofs = 69,
    /// Not seekable.
    Spipe = 70,
    /// No such process.
    Srch = 71,
    /// Reserved.
    Stale = 72,
    /// Connection timed out.
    Timedout = 73,
    /// Text file busy.
    Txtbsy = 74,
    /// Source and destination lie on different file systems.
    Xdev = 75,
    /// Capabilities insufficient.
    Notcapable = 76,
}

impl Errno {
    /// Every error, in the order of their numbers.
    const ALL: [Self; 76] = [
        Self::TooBig,
        Self::Acces,
        Self::Addrinuse,
        Self::Addrnotavail,
        Self::Afnosupport,
        Self::Again,
        Self::Already,
        Self::Badf,
        Self::Badmsg,
        Self::Busy,
        Self::Canceled,
        Self::Child,
        Self::Connaborted,
        Self::Connrefused,
        Self::Connreset,
        Self::Deadlk,
        Self::Destaddrreq,
        Self::Dom,
        Self::Dquot,
        Self::Exist,
        Self::Fault,
        Self::Fbig,
        Self::Hostunreach,
        Self::Idrm,
        Self::Ilseq,
        Self::Inprogress,
        Self::Intr,
        Self::Inval,
        Self::Io,
        Self::Isconn,
        Self::Isdir,
        Self::Loop,
        Self::Mfile,
        Self::Mlink,
        Self::Msgsize,
        Self::Multihop,
        Self::Nametoolong,
        Self::Netdown,
        Self::Netreset,
        Self::Netunreach,
        Self::Nfile,
        Self::Nobufs,
        Self::Nodev,
        Self::Noent,
        Self::Noexec,
        Self::Nolck,
        Self::Nolink,
        Self::Nomem,
        Self::Nomsg,
        Self::Noprotoopt,
        Self::Nospc,
        Self::Nosys,
        Self::Notconn,
        Self::Notdir,
        Self::Notempty,
        Self::Notrecoverable,
        Self::Notsock,
        Self::Notsup,
        Self::Notty,
        Self::Nxio,
        Self::Overflow,
        Self::Ownerdead,
        Self::Perm,
        Self::Pipe,
        Self::Proto,
        Self::Protonosupport,
        Self::Prototype,
        Self::Range,
        Self::Rofs,
        Self::Spipe,
        Self::Srch,
        Self::Stale,
        Self::Timedout,
        Self::Txtbsy,
        Self::Xdev,
        Self::Notcapable,
    ];

    /// The error with this number; `None` for 0 (success) and for numbers that preview1 does not define.
    pub fn from_code(code: u32) -> Option<Self> {
        Self::ALL.get((code as usize).checked_sub(1)?).copied()
    }

    /// What a WASI function returns for `result`: 0, or the error's number.
    pub fn code(result: Result<()>) -> usize {
        result.map_or_else(|errno| errno as usize, |()| 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_the_specifications() {
        for (number, errno) in (1..).zip(Errno::ALL) {
            assert_eq!((errno as u32, Errno::from_code(number)), (number, Some(errno)));
        }
        assert_eq!((Errno::from_code(0), Errno::from_code(77)), (None, None));
        assert_eq!((Errno::Badf as u32, Errno::Noent as u32, Errno::Notcapable as u32), (8, 44, 76));
        assert_eq!((Errno::code(Ok(())), Errno::code(Err(Errno::Inval))), (0, 28));
    }
}
