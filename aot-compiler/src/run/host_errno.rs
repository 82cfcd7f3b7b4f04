//! Linux's error numbers as preview1's (`$errno` in `typenames.witx`).

use rustix::io::Errno as Linux;
use std::io;

/// An errno of preview1, not 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Errno(pub u32);

/// Nothing there yet.
pub const AGAIN: Errno = Errno(6);
/// A node number that was not given out.
pub const BADF: Errno = Errno(8);
/// Text that is not UTF-8.
pub const ILSEQ: Errno = Errno(25);
/// A malformed argument.
pub const INVAL: Errno = Errno(28);
/// What has no number of its own.
const IO: Errno = Errno(29);
/// Not a directory.
pub const NOTDIR: Errno = Errno(54);

/// The errno for an error of the standard library.
pub fn of_io(error: io::Error) -> Errno {
    error.raw_os_error().map_or(IO, |number| Linux::from_raw_os_error(number).into())
}

impl From<Linux> for Errno {
    fn from(linux: Linux) -> Self {
        const NUMBERS: [(Linux, u32); 33] = [
            (Linux::ACCESS, 2),
            (Linux::AGAIN, 6),
            (Linux::BADF, 8),
            (Linux::BUSY, 10),
            (Linux::DQUOT, 19),
            (Linux::EXIST, 20),
            (Linux::FAULT, 21),
            (Linux::FBIG, 22),
            (Linux::ILSEQ, 25),
            (Linux::INTR, 27),
            (Linux::INVAL, 28),
            (Linux::ISDIR, 31),
            (Linux::LOOP, 32),
            (Linux::MFILE, 33),
            (Linux::MLINK, 34),
            (Linux::NAMETOOLONG, 37),
            (Linux::NFILE, 41),
            (Linux::NODEV, 43),
            (Linux::NOENT, 44),
            (Linux::NOMEM, 48),
            (Linux::NOSPC, 51),
            (Linux::NOTDIR, 54),
            (Linux::NOTEMPTY, 55),
            (Linux::NOTSUP, 58),
            (Linux::NXIO, 60),
            (Linux::OVERFLOW, 61),
            (Linux::PERM, 63),
            (Linux::PIPE, 64),
            (Linux::ROFS, 69),
            (Linux::SPIPE, 70),
            (Linux::STALE, 72),
            (Linux::TXTBSY, 74),
            (Linux::XDEV, 75),
        ];
        NUMBERS.iter().find(|(name, _)| *name == linux).map_or(IO, |&(_, number)| Self(number))
    }
}
