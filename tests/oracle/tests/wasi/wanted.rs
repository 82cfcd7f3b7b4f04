//! Where the two may differ, and why.

use crate::calls::Call;
use wasi_kernel::Errno;

/// Whether these errnos may differ.
pub fn errno(ours: u32, theirs: Option<u32>) -> bool {
    match theirs {
        // Wasmtime ends a program that passes a bad pointer, or a flag that does not exist. We tell it, as others do.
        None => {
            let told = [Errno::Inval, Errno::Fault, Errno::Nomem, Errno::Intr];
            told.iter().any(|errno| ours == *errno as u32)
        }
        // Wasmtime's own end of input has no such error; standard input that is a file or a pipe has.
        Some(0) => ours == Errno::Intr as u32,
        Some(_) => false,
    }
}

/// What `filestat` and `fd_readdir` say of a directory.
const DIRECTORY: u8 = 3;

/// Makes those parts of the memories equal that may differ after a call.
pub fn level(call: &Call, errno: u32, any_cookie: bool, ours: &mut [u8], theirs: &mut [u8]) {
    let argument = |index: usize| call.arguments[index] as usize;
    let mut copy = |at: usize, size: usize| theirs[at..at + size].copy_from_slice(&ours[at..at + size]);
    match call.name {
        "fd_read" if errno == Errno::Intr as u32 => copy(argument(3), 4),
        _ if errno != 0 => {}
        "fd_fdstat_get" => [1, 4, 5, 6, 7].iter().for_each(|padding| copy(argument(1) + padding, 1)),
        "fd_prestat_get" => copy(argument(1) + 1, 3),
        // Time passes differently, and chance is chance.
        "clock_res_get" => copy(argument(1), 8),
        "clock_time_get" => copy(argument(2), 8),
        "random_get" if argument(1) == 0 => {}
        "random_get" => copy(argument(0), argument(1)),
        "fd_filestat_get" => filestat(argument(1), ours, theirs),
        "path_filestat_get" => filestat(argument(4), ours, theirs),
        "poll_oneoff" => events(argument(1), argument(3), ours, theirs),
        // A cookie that no entry had.
        "fd_readdir" if any_cookie && argument(3) > 2 => {
            copy(argument(1), argument(2));
            copy(argument(4), 4);
        }
        "fd_readdir" => directory(argument(1), argument(2), argument(4), ours, theirs),
        _ => {}
    }
}

fn filestat(at: usize, ours: &mut [u8], theirs: &mut [u8]) {
    // Seven bytes of padding behind the kind.
    let kind = theirs[at + 16];
    theirs[at + 16..at + 24].copy_from_slice(&ours[at + 16..at + 24]);
    theirs[at + 16] = kind;
    let mut copy = |field: usize| {
        theirs[at + field..at + field + 8].copy_from_slice(&ours[at + field..at + field + 8]);
    };
    // Inode numbers are each file system's own.
    copy(8);
    // The time of creation, which nobody can set.
    copy(56);
    if ours[at + 16] == DIRECTORY {
        // What a directory's size and its number of links are differs among Linux's file systems, too.
        copy(24);
        copy(32);
    }
    for field in [40, 48] {
        // Times of the clock, which are after 2001, against times that a call has set. Whether a read sets the time of
        // access is a matter of Linux's mount options.
        const CLOCK: u64 = 1_000_000_000_000_000_000;
        let time = |memory: &[u8]| u64::from_le_bytes(memory[at + field..at + field + 8].try_into().unwrap());
        let (our_time, their_time) = (time(ours), time(theirs));
        if (our_time > CLOCK && their_time > CLOCK) || (field == 40 && our_time.max(their_time) > CLOCK) {
            theirs[at + field..at + field + 8].copy_from_slice(&ours[at + field..at + field + 8]);
        }
    }
}

/// Padding means nothing, and is zero in ours.
fn events(at: usize, count: usize, ours: &mut [u8], theirs: &mut [u8]) {
    let count = u32::from_le_bytes(ours[count..count + 4].try_into().unwrap()) as usize;
    for event in (at..).step_by(32).take(count) {
        for padding in [11..16, 26..32] {
            let range = event + padding.start..event + padding.end;
            theirs[range.clone()].copy_from_slice(&ours[range]);
        }
    }
}

/// The order of entries, their cookies and inode numbers are each file system's own. A buffer that is too small for all
/// therefore holds other entries.
fn directory(at: usize, size: usize, used: usize, ours: &mut [u8], theirs: &mut [u8]) {
    let len = |memory: &[u8]| u32::from_le_bytes(memory[used..used + 4].try_into().unwrap()) as usize;
    let entries = |memory: &[u8]| {
        let (mut rest, mut all) = (&memory[at..at + len(memory)], Vec::new());
        while rest.len() >= 24 {
            let name_len = u32::from_le_bytes(rest[16..20].try_into().unwrap()) as usize;
            let Some(name) = rest.get(24..24 + name_len) else { break };
            all.push((name.to_vec(), rest[20]));
            rest = &rest[24 + name_len..];
        }
        all.sort();
        all
    };
    if len(ours) == len(theirs) && (len(ours) == size || entries(ours) == entries(theirs)) {
        let size = len(ours);
        theirs[at..at + size].copy_from_slice(&ours[at..at + size]);
    }
}
