//! Pointers that lead nowhere, overlap, or straddle the end of memory: in every argument of every function.

mod support;

use proptest::prelude::*;
use std::cell::RefCell;
use support::{BUFFER, Board, FUNCTIONS, Guest, IOVS, PATH, READ, WRITE, call_by_name};
use wasi_kernel::{Errno, GuestMemory, Linear, Result};

/// A guest with some open files, and records at [`IOVS`] and [`BUFFER`] that make sense.
fn guest() -> Guest {
    let mut guest = Guest::new();
    guest.mkdir("dir").unwrap();
    guest.file("file", b"some text");
    guest.symlink("file", "link").unwrap();
    guest.open("file", 0, READ | WRITE, 0).unwrap();
    guest.open("dir", 2, READ, 0).unwrap();
    guest.put(PATH, b"file");
    guest.iov(16);
    guest
}

/// Arguments with which a function works, as far as that is possible: descriptors, then pointers and lengths.
fn sensible(name: &str) -> Vec<u64> {
    let (path, buffer, iovs) = (u64::from(PATH), u64::from(BUFFER), u64::from(IOVS));
    match name {
        "args_get" | "environ_get" | "args_sizes_get" | "environ_sizes_get" => vec![0x100, 0x140],
        "clock_res_get" => vec![0, 0x100],
        "clock_time_get" => vec![0, 0, 0x100],
        "fd_fdstat_get" | "fd_filestat_get" | "fd_tell" => vec![5, 0x100],
        "fd_prestat_get" => vec![3, 0x100],
        "fd_prestat_dir_name" => vec![3, buffer, 9],
        "fd_pread" | "fd_pwrite" => vec![5, iovs, 1, 0, 0x100],
        "fd_read" | "fd_write" => vec![5, iovs, 1, 0x100],
        "fd_readdir" => vec![3, buffer, 1000, 0, 0x100],
        "fd_seek" => vec![5, 0, 0, 0x100],
        "path_create_directory" | "path_remove_directory" | "path_unlink_file" => vec![3, path, 4],
        "path_filestat_get" => vec![3, 0, path, 4, 0x100],
        "path_filestat_set_times" => vec![3, 0, path, 4, 0, 0, 0],
        "path_link" => vec![3, 0, path, 4, 3, path, 3],
        "path_open" => vec![3, 0, path, 4, 0, 2, 0, 0, 0x100],
        "path_readlink" => vec![3, path, 4, buffer, 100, 0x100],
        "path_rename" => vec![3, path, 4, 3, path, 3],
        "path_symlink" => vec![path, 4, 3, path, 3],
        "poll_oneoff" => vec![0xa000, 0x9000, 1, 0x100],
        "random_get" => vec![buffer, 10],
        "sock_accept" => vec![3, 0, 0x100],
        "sock_recv" => vec![3, iovs, 1, 0, 0x100, 0x104],
        "sock_send" => vec![3, iovs, 1, 0, 0x100],
        _ => {
            let parameters = FUNCTIONS.iter().find(|function| function.0 == name).unwrap().1;
            vec![0; parameters.len()]
        }
    }
}

fn call(guest: &mut Guest, name: &str, arguments: &[u64]) -> Result<()> {
    let Guest { process, memory, .. } = guest;
    call_by_name(process, &mut GuestMemory::new(memory.as_mut_slice()), name, arguments)
}

/// The positions of pointers to what a function writes, and the size that each has at least.
const RESULTS: &[(&str, &[(usize, u64)])] = &[
    ("args_get", &[(0, 4), (1, 8)]),
    ("args_sizes_get", &[(0, 4), (1, 4)]),
    ("environ_get", &[(0, 4), (1, 4)]),
    ("environ_sizes_get", &[(0, 4), (1, 4)]),
    ("clock_res_get", &[(1, 8)]),
    ("clock_time_get", &[(2, 8)]),
    ("fd_fdstat_get", &[(1, 24)]),
    ("fd_filestat_get", &[(1, 64)]),
    ("fd_prestat_get", &[(1, 8)]),
    ("fd_prestat_dir_name", &[(1, 1)]),
    ("fd_pread", &[(4, 4)]),
    ("fd_pwrite", &[(4, 4)]),
    ("fd_read", &[(3, 4)]),
    ("fd_readdir", &[(1, 24), (4, 4)]),
    ("fd_seek", &[(3, 8)]),
    ("fd_tell", &[(1, 8)]),
    ("fd_write", &[(3, 4)]),
    ("path_filestat_get", &[(4, 64)]),
    ("path_open", &[(8, 4)]),
    ("poll_oneoff", &[(1, 32), (3, 4)]),
    ("random_get", &[(0, 10)]),
];

#[test]
fn results_have_a_place_or_fault() {
    for (name, results) in RESULTS {
        assert_eq!(call(&mut guest(), name, &sensible(name)), Ok(()), "{name}");
        for &(position, size) in *results {
            let end = guest().memory.len() as u64;
            for pointer in [end, end - size + 1, u64::from(u32::MAX), u64::from(u32::MAX) - 7, 1 << 31] {
                let mut arguments = sensible(name);
                arguments[position] = pointer;
                assert_eq!(call(&mut guest(), name, &arguments), Err(Errno::Fault), "{name} {arguments:?}");
            }
        }
    }
}

#[test]
fn results_are_aligned_or_fault() {
    for (name, results) in RESULTS {
        for &(position, size) in results.iter().filter(|(_, size)| matches!(size, 4 | 8 | 24 | 32 | 64)) {
            let bytes = matches!((*name, position), ("args_get" | "environ_get", 1) | ("fd_readdir", 1));
            let mut arguments = sensible(name);
            arguments[position] += if size == 4 { 2 } else { size / 2 + 1 };
            let expected = if bytes { Ok(()) } else { Err(Errno::Fault) };
            assert_eq!(call(&mut guest(), name, &arguments), expected, "{name} {arguments:?}");
        }
    }
}

#[test]
fn paths_and_buffers_lie_in_the_memory_or_fault() {
    let inputs: &[(&str, &[(usize, usize)])] = &[
        ("path_create_directory", &[(1, 2)]),
        ("path_filestat_get", &[(2, 3)]),
        ("path_filestat_set_times", &[(2, 3)]),
        ("path_link", &[(2, 3), (5, 6)]),
        ("path_open", &[(2, 3)]),
        ("path_readlink", &[(1, 2)]),
        ("path_remove_directory", &[(1, 2)]),
        ("path_rename", &[(1, 2), (4, 5)]),
        ("path_symlink", &[(0, 1), (3, 4)]),
        ("path_unlink_file", &[(1, 2)]),
    ];
    for (name, places) in inputs {
        for &(pointer, len) in *places {
            let mut guest = guest();
            let end = guest.memory.len() as u64;
            for (at, size, errno) in [
                (end - 3, 4, Errno::Fault),
                (end, 1, Errno::Fault),
                (0xffff_ffff, 1, Errno::Fault),
                (0xffff_fff0, 0x20, Errno::Fault),
                (u64::from(PATH), end, Errno::Fault),
                // Wasmtime gives up on such lengths before it looks at the pointer.
                (u64::from(PATH), 0xffff_ffff, Errno::Nomem),
                (0, 0x9000_0000, Errno::Nomem),
            ] {
                let mut arguments = sensible(name);
                (arguments[pointer], arguments[len]) = (at, size);
                assert_eq!(call(&mut guest, name, &arguments), Err(errno), "{name} {arguments:?}");
            }
        }
    }
}

#[test]
fn vectors_and_what_they_describe_are_checked() {
    let end = guest().memory.len() as u32;
    for name in ["fd_read", "fd_pread", "fd_write", "fd_pwrite"] {
        let mut guest = guest();
        let with = |guest: &mut Guest, at: u32, count: u32| {
            let mut arguments = sensible(name);
            (arguments[1], arguments[2]) = (at.into(), count.into());
            call(guest, name, &arguments)
        };
        for (at, count) in [(end, 1), (end - 4, 1), (IOVS + 2, 1), (u32::MAX - 3, 1)] {
            assert_eq!(with(&mut guest, at, count), Err(Errno::Fault), "{name} {at} {count}");
        }
        assert_eq!(with(&mut guest, IOVS, u32::MAX), Err(Errno::Nomem));
        assert_eq!(with(&mut guest, IOVS, 0), Ok(()));
        // An empty one at the very end, and then none.
        assert_eq!(with(&mut guest, end - 8, 1), Ok(()));
        assert_eq!(with(&mut guest, end - 8, 2), Err(Errno::Fault));
        for (pointer, len, errno) in [
            (end, 1, Errno::Fault),
            (end - 1, 2, Errno::Fault),
            (u32::MAX, 1, Errno::Fault),
            (u32::MAX, 2, Errno::Fault),
            (0, u32::MAX, Errno::Nomem),
        ] {
            guest.put(IOVS, &pointer.to_le_bytes());
            guest.put(IOVS + 4, &len.to_le_bytes());
            assert_eq!(with(&mut guest, IOVS, 1), Err(errno), "{name} {pointer} {len}");
        }
        // The buffer may be the vector itself.
        guest.put(IOVS, &IOVS.to_le_bytes());
        guest.put(IOVS + 4, &8_u32.to_le_bytes());
        assert_eq!(with(&mut guest, IOVS, 1), Ok(()));
    }
}

#[test]
fn a_descriptor_whose_number_has_no_place_is_closed_again() {
    let mut guest = guest();
    let mut arguments = sensible("path_open");
    arguments[8] = u64::from(u32::MAX);
    for _ in 0..3000 {
        assert_eq!(call(&mut guest, "path_open", &arguments), Err(Errno::Fault));
    }
    assert_eq!(guest.open("file", 0, READ, 0), Ok(7));
}

#[test]
fn a_list_needs_only_the_room_that_it_fills() {
    let mut guest = guest();
    let end = guest.memory.len() as u64;
    // `.`, `..`, `dir`, `file`, `link`.
    let whole = 5 * 24 + 1 + 2 + 3 + 4 + 4;
    assert_eq!(call(&mut guest, "fd_readdir", &[3, end - whole, 0xffff_ffff, 0, 0x100]), Ok(()));
    assert_eq!(u64::from(guest.u32(0x100)), whole);
    assert_eq!(
        call(&mut guest, "fd_readdir", &[3, end - whole + 1, 0xffff_ffff, 0, 0x100]),
        Err(Errno::Fault)
    );
    assert_eq!(call(&mut guest, "fd_readdir", &[3, end + 9, 1, 0, 0x100]), Err(Errno::Fault));
    assert_eq!(call(&mut guest, "fd_readdir", &[3, end + 9, 1, 99, 0x100]), Ok(()), "nothing to write");
    assert_eq!(call(&mut guest, "path_readlink", &[3, 0x1000, 4, 0, 0xffff_ffff, 0x100]), Err(Errno::Inval));
    guest.put(PATH, b"link");
    assert_eq!(call(&mut guest, "path_readlink", &[3, 0x1000, 4, end - 4, 0xffff_ffff, 0x100]), Ok(()));
    assert_eq!(
        call(&mut guest, "path_readlink", &[3, 0x1000, 4, end - 3, 0xffff_ffff, 0x100]),
        Err(Errno::Fault)
    );
}

/// Remembers what it was asked for.
struct Watched<'a> {
    memory: &'a mut [u8],
    asked: RefCell<Vec<(usize, usize)>>,
}

impl Watched<'_> {
    fn ask(&self, pointer: u32, len: u32) -> Result<()> {
        self.asked.borrow_mut().push((pointer as usize, len as usize));
        if pointer >= 0x2_0000 { Err(Errno::Nomem) } else { Ok(()) }
    }
}

impl<'w> Linear for &mut Watched<'w> {
    type Resident<'a>
        = &'a mut Watched<'w>
    where
        Self: 'a;

    fn in_kernel<T>(
        &mut self,
        work: impl FnOnce(&mut GuestMemory<&mut Watched<'w>>) -> Result<T>,
    ) -> Result<T> {
        work(&mut GuestMemory::new(&mut **self))
    }

    /// Nothing is there before it was asked for, so that calls go the long way.
    fn at_once<T>(&mut self, _: (u32, u32), _: impl FnOnce(&mut [u8]) -> T) -> Option<T> {
        None
    }

    fn size(&self) -> usize {
        self.memory.len()
    }

    fn slice(&self, pointer: u32, len: u32) -> Result<&[u8]> {
        self.ask(pointer, len)?;
        Ok(&self.memory[pointer as usize..][..len as usize])
    }

    fn slice_mut(&mut self, pointer: u32, len: u32) -> Result<&mut [u8]> {
        self.ask(pointer, len)?;
        Ok(&mut self.memory[pointer as usize..][..len as usize])
    }
}

#[test]
fn memory_is_made_resident_before_it_is_used() {
    for (name, _) in FUNCTIONS {
        let mut guest = guest();
        let before = guest.memory.clone();
        let Guest { process, memory, .. } = &mut guest;
        let mut watched = Watched { memory, asked: RefCell::default() };
        // Whatever errno: what was written was asked for.
        let _ = call_by_name(process, &mut GuestMemory::new(&mut watched), name, &sensible(name));
        let asked = watched.asked.into_inner();
        for (at, (old, new)) in before.iter().zip(&guest.memory).enumerate() {
            let resident = asked.iter().any(|(offset, len)| (*offset..offset + len).contains(&at));
            assert!(old == new || resident, "{name} wrote at {at:#x}");
        }
        assert!(asked.iter().all(|(offset, len)| offset + len <= before.len()));
    }
    let mut guest = guest();
    let Guest { process, memory, .. } = &mut guest;
    let mut watched = Watched { memory, asked: RefCell::default() };
    let none_left = process.clock_time_get(&mut GuestMemory::new(&mut watched), 0, 0, 0x2_0000);
    assert_eq!(none_left, Err(Errno::Nomem));
}

/// Numbers that a hostile guest would try, and ordinary ones.
fn number(end: u64) -> impl Strategy<Value = u64> {
    let special = vec![
        0,
        1,
        2,
        3,
        4,
        5,
        6,
        7,
        8,
        63,
        64,
        0x100,
        0x104,
        IOVS.into(),
        PATH.into(),
        BUFFER.into(),
        end - 1,
        end - 8,
        end - 64,
        end,
        end + 1,
        0x7fff_ffff,
        0x8000_0000,
        0xffff_fff8,
        0xffff_ffff,
        1 << 32,
        i64::MAX as u64,
        1 << 63,
        u64::MAX,
    ];
    prop_oneof![4 => proptest::sample::select(special), 1 => any::<u64>(), 1 => 0..end]
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 1000,
        failure_persistence: None,
        rng_seed: proptest::test_runner::RngSeed::Fixed(46),
        ..ProptestConfig::default()
    })]

    /// Sequences of any calls with any arguments: no panic, and the guest's memory keeps its size.
    #[test]
    fn no_call_does_harm(
        calls in proptest::collection::vec((0..FUNCTIONS.len(), proptest::collection::vec(number(1 << 18), 9), 0..3_u8), 1..40),
    ) {
        let mut guest = guest();
        for (function, mut arguments, sense) in calls {
            let (name, parameters) = FUNCTIONS[function];
            arguments.truncate(parameters.len());
            if sense > 0 {
                // All but one or two as they should be.
                let good = sensible(name);
                let keep = arguments.iter().zip(0..).map(|(value, i)| *value as usize % (2 + i)).min().unwrap_or(0);
                arguments = good.iter().zip(&arguments).enumerate().map(|(i, (good, bad))| if i == keep { *bad } else { *good }).collect();
            }
            let arguments: Vec<u64> =
                arguments.iter().zip(parameters).map(|(value, size)| if *size == 4 { value & 0xffff_ffff } else { *value }).collect();
            let _ = call(&mut guest, name, &arguments);
        }
        let _: Board = guest.board;
        prop_assert_eq!(guest.memory.len(), 1 << 18);
    }
}
