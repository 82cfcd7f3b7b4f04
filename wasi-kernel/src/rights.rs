//! What `fd_fdstat_get` tells of a descriptor (`$rights`).
//!
//! Rights follow from what a descriptor is and what it was opened for. As under Wasmtime 48, a program cannot narrow them:
//! `fd_fdstat_set_rights` is not supported, and `path_open` takes from its rights only whether to read and to write.

const FD_DATASYNC: u64 = 1;
const FD_READ: u64 = 1 << 1;
const FD_SEEK: u64 = 1 << 2;
const FD_FDSTAT_SET_FLAGS: u64 = 1 << 3;
const FD_SYNC: u64 = 1 << 4;
const FD_TELL: u64 = 1 << 5;
const FD_WRITE: u64 = 1 << 6;
const FD_ADVISE: u64 = 1 << 7;
const FD_ALLOCATE: u64 = 1 << 8;
const PATH_CREATE_DIRECTORY: u64 = 1 << 9;
const PATH_CREATE_FILE: u64 = 1 << 10;
const PATH_LINK_SOURCE: u64 = 1 << 11;
const PATH_LINK_TARGET: u64 = 1 << 12;
const PATH_OPEN: u64 = 1 << 13;
const FD_READDIR: u64 = 1 << 14;
const PATH_READLINK: u64 = 1 << 15;
const PATH_RENAME_SOURCE: u64 = 1 << 16;
const PATH_RENAME_TARGET: u64 = 1 << 17;
const PATH_FILESTAT_GET: u64 = 1 << 18;
const PATH_FILESTAT_SET_SIZE: u64 = 1 << 19;
const PATH_FILESTAT_SET_TIMES: u64 = 1 << 20;
const FD_FILESTAT_GET: u64 = 1 << 21;
const FD_FILESTAT_SET_SIZE: u64 = 1 << 22;
const FD_FILESTAT_SET_TIMES: u64 = 1 << 23;
const PATH_SYMLINK: u64 = 1 << 24;
const PATH_REMOVE_DIRECTORY: u64 = 1 << 25;
const PATH_UNLINK_FILE: u64 = 1 << 26;
const POLL_FD_READWRITE: u64 = 1 << 27;

/// Every right that there is.
pub const ALL: u64 = (1 << 30) - 1;

/// Rights of a directory that the app has from the start, and those that what is opened in it can have.
pub const PREOPEN: (u64, u64) = (PREOPEN_BASE, PREOPEN_INHERITING);

const PREOPEN_BASE: u64 = PATH_CREATE_DIRECTORY
    | PATH_CREATE_FILE
    | PATH_LINK_SOURCE
    | PATH_LINK_TARGET
    | PATH_OPEN
    | FD_READDIR
    | PATH_READLINK
    | PATH_RENAME_SOURCE
    | PATH_RENAME_TARGET
    | PATH_SYMLINK
    | PATH_REMOVE_DIRECTORY
    | PATH_UNLINK_FILE
    | PATH_FILESTAT_GET
    | PATH_FILESTAT_SET_TIMES
    | FD_FILESTAT_GET
    | FD_FILESTAT_SET_TIMES;

const PREOPEN_INHERITING: u64 = PREOPEN_BASE
    | FD_DATASYNC
    | FD_READ
    | FD_SEEK
    | FD_FDSTAT_SET_FLAGS
    | FD_SYNC
    | FD_TELL
    | FD_WRITE
    | FD_ADVISE
    | FD_ALLOCATE
    | FD_FILESTAT_SET_SIZE
    | POLL_FD_READWRITE;

/// Rights of any other directory, for itself and for what is opened in it.
pub const DIRECTORY: u64 = ALL & !(FD_SEEK | FD_WRITE | FD_FILESTAT_SET_SIZE | PATH_FILESTAT_SET_SIZE);

/// Rights of standard input.
pub const INPUT: u64 = FD_READ;

/// Rights of standard output and error.
pub const OUTPUT: u64 = FD_WRITE;

/// Rights of a file that was opened for reading, writing or both.
pub const fn file(read: bool, write: bool) -> u64 {
    let without_read = if read { 0 } else { FD_READ | FD_READDIR };
    let without_write = if write { 0 } else { FD_WRITE };
    ALL & !(without_read | without_write)
}

/// Whether `path_open`'s rights ask for reading, and for writing.
///
/// # Errors
/// `Inval` for a right that does not exist.
pub fn requested(rights: u64) -> crate::Result<(bool, bool)> {
    match rights {
        0..=ALL => Ok((rights & FD_READ != 0, rights & FD_WRITE != 0)),
        _ => Err(crate::Errno::Inval),
    }
}
