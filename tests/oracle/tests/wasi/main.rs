//! The same random calls of WASI under `wasi-kernel` and under Wasmtime on Linux: the same errnos, the same results in the
//! guest's memory, the same files in the end. Ours has a memory file system, and then a directory of the host.
//!
//! `SINTER_SEED=N` chooses other calls, `SINTER_CALLS=N` how many.

mod calls;
mod host;
#[path = "../../../../wasi-kernel/tests/support/mod.rs"]
mod support;
mod tree;
mod wanted;
mod wasmtime;

use calls::{Call, Calls, MEMORY};
use std::{env, sync::Arc};
use support::{Board, call_by_name};
use tree::Tree;
use wasi_kernel::{
    Errno, GuestMemory, Preopen, Process, Streams,
    fs::{self, Handle, Volume, memory::MemoryFs},
    stream::Null,
};

/// Calls before everything starts anew with an empty folder.
const EPISODE: u64 = 400;

/// An app under `wasi-kernel`.
struct Guest {
    process: Process<Board>,
    memory: Vec<u8>,
    /// Whether any number is a place in a directory, as on most file systems of Linux.
    any_cookie: bool,
}

/// One whose files are in the directory that `fs` calls `root`.
fn guest(board: Board, fs: &Volume, root: &str, any_cookie: bool) -> Guest {
    let preopen = |path: &str, writable| Preopen {
        directory: Handle::root(fs.clone(), root).unwrap(),
        path: path.into(),
        writable,
    };
    let process = Process::new(
        board,
        [b"program".as_slice(), b"one", b""],
        [b"A=1".as_slice(), b"EMPTY="],
        Streams { input: Arc::new(Null), output: Arc::new(Null), error: Arc::new(Null) },
        vec![preopen("/", true), preopen("/ro", false)],
    );
    Guest { process, memory: vec![0; MEMORY], any_cookie }
}

fn number(name: &str, default: u64) -> u64 {
    env::var(name).ok().map_or(default, |value| value.parse().expect("a number"))
}

#[test]
fn random_calls_do_the_same_as_under_wasmtime() {
    let board = Board::new();
    differential(|| {
        let fs = fs::volume(MemoryFs::<_>::new(board, 1, 1 << 30));
        (guest(board, &fs, "", false), move || tree::of_fs(&**fs))
    });
}

#[test]
fn random_calls_do_the_same_in_a_directory_of_the_host() {
    differential(|| {
        let folder = tempfile::tempdir().unwrap();
        let fs = fs::volume(host::fs(folder.path()));
        (guest(Board::new(), &fs, "0", true), move || tree::of_folder(folder.path()))
    });
}

/// Makes random calls under Wasmtime and by guests that `new` makes, each with what tells its files in the end.
fn differential<T: FnOnce() -> Tree>(new: impl Fn() -> (Guest, T)) {
    let (seed, count) = (number("SINTER_SEED", 1), number("SINTER_CALLS", 100_000));
    println!("SINTER_SEED={seed} SINTER_CALLS={count}");
    let functions = wasmtime::Functions::new();
    let (mut made, mut episode) = (0, 0);
    while made < count {
        episode += 1;
        let seed = (seed << 32 ^ episode).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut calls = Calls::new(seed);
        let folder = tempfile::tempdir().unwrap();
        let ((mut ours, our_files), mut theirs) = (new(), functions.guest(folder.path()));
        let mut done = Vec::new();
        for _ in 0..EPISODE {
            let call = calls.next();
            done.push(call.clone());
            made += 1;
            match compare(&mut ours, &mut theirs, &call) {
                Outcome::Same => {}
                Outcome::Ended => break,
                Outcome::Different(difference) => fail(episode, &done, &difference),
            }
        }
        let (ours, theirs) = (our_files(), tree::of_folder(folder.path()));
        if ours != theirs {
            fail(episode, &done, &format!("the files are\n{ours:#?}\nand under Wasmtime\n{theirs:#?}"));
        }
    }
}

/// What came of a call.
enum Outcome {
    Same,
    /// Wasmtime ended the program, as is wanted.
    Ended,
    Different(String),
}

/// Makes a call on both sides.
fn compare(ours: &mut Guest, theirs: &mut wasmtime::Guest, call: &Call) -> Outcome {
    for (at, bytes) in &call.memory {
        ours.memory[*at as usize..][..bytes.len()].copy_from_slice(bytes);
    }
    theirs.memory().copy_from_slice(&ours.memory);
    let memory = &mut GuestMemory::new(ours.memory.as_mut_slice());
    let our_errno = Errno::code(call_by_name(&mut ours.process, memory, call.name, &call.arguments)) as u32;
    let their_errno = theirs.call(call.name, &call.arguments);
    if their_errno != Some(our_errno) && !wanted::errno(our_errno, their_errno) {
        return Outcome::Different(format!("errno {our_errno}, under Wasmtime {their_errno:?}"));
    }
    if their_errno.is_none() {
        return Outcome::Ended;
    }
    wanted::level(call, our_errno, ours.any_cookie, &mut ours.memory, theirs.memory());
    let Some(differs) = ours.memory.iter().zip(theirs.memory()).position(|(ours, theirs)| ours != theirs)
    else {
        return Outcome::Same;
    };
    let start = differs & !7;
    let bytes = |memory: &[u8]| format!("{:02x?}", &memory[start..MEMORY.min(start + 32)]);
    let (ours, theirs) = (bytes(&ours.memory), bytes(theirs.memory()));
    Outcome::Different(format!(
        "errno {our_errno}, memory from {start:#x} on is {ours}, under Wasmtime {theirs}"
    ))
}

fn fail(episode: u64, calls: &[Call], difference: &str) -> ! {
    const SHOWN: usize = 400;
    for Call { name, arguments, memory } in &calls[calls.len().saturating_sub(SHOWN)..] {
        let texts: Vec<_> = memory
            .iter()
            .filter(|(at, bytes)| (0x1000..0x8000).contains(at) && bytes.len() < 400)
            .map(|(_, bytes)| String::from_utf8_lossy(bytes))
            .collect();
        println!("{name}{arguments:x?} {texts:?}");
    }
    panic!("call {} of episode {episode}: {difference}", calls.len());
}
