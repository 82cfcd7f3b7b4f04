//! Standard streams, arguments, clocks, random numbers, waiting, ending.

mod support;

use std::sync::Arc;
use support::{
    BUFFER, Guest, READ, RESULT, START, WRITE, poll,
    subscription::{clock, descriptor},
};
use wasi_kernel::{
    Errno, Exit, Process, Streams,
    stream::{Closed, Null},
};

#[test]
fn arguments_and_environment_are_laid_out_for_c() {
    let mut guest = Guest::new();
    guest.call(|p, m| p.args_sizes_get(m, RESULT, RESULT + 4)).unwrap();
    assert_eq!((guest.u32(RESULT), guest.u32(RESULT + 4)), (3, 13));
    guest.call(|p, m| p.args_get(m, RESULT, BUFFER)).unwrap();
    assert_eq!(&guest.memory[BUFFER as usize..][..14], b"program\0one\0\0\0");
    assert_eq!([0, 4, 8].map(|at| guest.u32(RESULT + at)), [BUFFER, BUFFER + 8, BUFFER + 12]);
    guest.call(|p, m| p.environ_sizes_get(m, RESULT, RESULT + 4)).unwrap();
    assert_eq!((guest.u32(RESULT), guest.u32(RESULT + 4)), (2, 11));
    guest.call(|p, m| p.environ_get(m, RESULT, BUFFER)).unwrap();
    assert_eq!(&guest.memory[BUFFER as usize..][..12], b"A=1\0EMPTY=\0\0");
    assert_eq!([0, 4].map(|at| guest.u32(RESULT + at)), [BUFFER, BUFFER + 4]);
}

/// Found by the comparison with Wasmtime.
#[test]
fn of_two_results_in_one_place_the_first_stays() {
    let mut guest = Guest::new();
    guest.call(|p, m| p.args_sizes_get(m, RESULT, RESULT)).unwrap();
    assert_eq!(guest.u32(RESULT), 3);
    guest.call(|p, m| p.environ_sizes_get(m, RESULT, RESULT)).unwrap();
    assert_eq!(guest.u32(RESULT), 2);
}

#[test]
fn streams_carry_bytes() {
    let mut guest = Guest::new();
    guest.input.bytes.lock().unwrap().extend(b"typed\n");
    assert_eq!(guest.read(0, 3), Ok(b"typ".to_vec()));
    assert_eq!(guest.read(0, 30), Ok(b"ed\n".to_vec()));
    assert_eq!(guest.read(0, 30), Ok(vec![]));
    assert_eq!(guest.write(1, b"to \0 output"), Ok(11));
    assert_eq!(guest.write(2, b"to error"), Ok(8));
    assert_eq!(guest.write(1, b""), Ok(0));
    assert_eq!(*guest.output.bytes.lock().unwrap(), b"to \0 output");
    assert_eq!(*guest.error.bytes.lock().unwrap(), b"to error");
    assert_eq!(guest.write(0, b"x"), Err(Errno::Badf));
    assert_eq!(guest.read(1, 1), Err(Errno::Badf));
    assert_eq!(guest.read(0, 0), Err(Errno::Intr));
    for fd in 0..3 {
        let stat = guest.fd_stat(fd).unwrap();
        assert_eq!((stat.dev, stat.ino, stat.kind, stat.size, stat.mtim), (0, 0, 0, 0, 0));
    }
}

#[test]
fn streams_may_lead_nowhere() {
    let streams = Streams { input: Arc::new(Null), output: Arc::new(Null), error: Arc::new(Closed) };
    let mut guest = Guest::new();
    guest.process = Process::new(guest.board, [], [], streams, vec![]);
    assert_eq!(guest.read(0, 10), Ok(vec![]));
    assert_eq!(guest.write(1, b"lost"), Ok(4));
    assert_eq!(guest.write(2, b"refused"), Err(Errno::Pipe));
    assert_eq!(guest.open(".", 0, READ, 0), Err(Errno::Badf), "no mount, no file system");
    guest.call(|p, m| p.args_sizes_get(m, RESULT, RESULT + 4)).unwrap();
    assert_eq!(guest.u64(RESULT), 0);
}

#[test]
fn clocks_tell_the_time() {
    let mut guest = Guest::new();
    let time = |guest: &mut Guest, id| {
        guest.call(|p, m| p.clock_time_get(m, id, 0, RESULT)).map(|()| guest.u64(RESULT))
    };
    let realtime = time(&mut guest, 0).unwrap();
    assert!((START..START + 1_000_000).contains(&realtime));
    let monotonic = time(&mut guest, 1).unwrap();
    assert!(time(&mut guest, 1).unwrap() > monotonic);
    assert_eq!(
        [2, 3, 4, u32::MAX].map(|id| time(&mut guest, id)),
        [Err(Errno::Badf), Err(Errno::Badf), Err(Errno::Inval), Err(Errno::Inval)]
    );
    let resolution =
        |guest: &mut Guest, id| guest.call(|p, m| p.clock_res_get(m, id, RESULT)).map(|()| guest.u64(RESULT));
    assert_eq!(
        [0, 1, 2, 4].map(|id| resolution(&mut guest, id)),
        [Ok(16), Ok(1), Err(Errno::Badf), Err(Errno::Inval)]
    );
}

#[test]
fn random_bytes_fill_the_buffer() {
    let mut guest = Guest::new();
    guest.call(|p, m| p.random_get(m, BUFFER, 3)).unwrap();
    assert_eq!(&guest.memory[BUFFER as usize..][..4], &[1, 2, 3, 0]);
    assert_eq!(guest.call(|p, m| p.random_get(m, BUFFER, 0)), Ok(()));
}

#[test]
fn threads_yield_and_end() {
    let mut guest = Guest::new();
    let yields = guest.board.yields();
    guest.call(|p, m| p.sched_yield(m)).unwrap();
    assert_eq!(guest.board.yields(), yields + 1);
    assert_eq!(guest.process.proc_exit(0), Exit::Status(0));
    assert_eq!(guest.process.proc_exit(125), Exit::Status(125));
    assert_eq!(guest.process.proc_exit(126), Exit::Invalid(126));
    assert_eq!(guest.process.proc_exit(256), Exit::Invalid(256));
    assert_eq!(guest.call(|p, m| p.proc_raise(m, 6)), Err(Errno::Notsup));
    assert_eq!(guest.call(|p, m| p.proc_raise(m, 31)), Err(Errno::Inval));
}

const MILLISECOND: u64 = 1_000_000;

#[test]
fn a_timeout_is_slept() {
    let mut guest = Guest::new();
    for (id, timeout) in [(1, 5 * MILLISECOND), (0, 3 * MILLISECOND), (3, MILLISECOND)] {
        let before = guest.board.now();
        assert_eq!(poll(&mut guest, &[clock(9, id, timeout, false)]), Ok(vec![(9, 0, 1, 0)]));
        let slept = guest.board.now() - before;
        assert!((timeout..timeout + MILLISECOND).contains(&slept), "{slept} ns");
    }
    let deadline = guest.board.now() + 7 * MILLISECOND;
    assert_eq!(poll(&mut guest, &[clock(1, 1, deadline, true)]), Ok(vec![(1, 0, 0, 0)]));
    assert!(guest.board.now() >= deadline);
    let deadline = guest.board.now() + 7 * MILLISECOND;
    assert_eq!(poll(&mut guest, &[clock(2, 0, START + deadline, true)]), Ok(vec![(2, 0, 0, 0)]));
    assert!((deadline..deadline + MILLISECOND).contains(&guest.board.now()));
    // In the past.
    let before = guest.board.now();
    assert_eq!(poll(&mut guest, &[clock(3, 0, 5, true)]), Ok(vec![(3, 0, 0, 0)]));
    assert!(guest.board.now() < before + MILLISECOND);
}

#[test]
fn the_earliest_timeout_ends_the_wait() {
    let mut guest = Guest::new();
    let subscriptions = [
        clock(1, 1, 9 * MILLISECOND, false),
        clock(2, 0, 4 * MILLISECOND, false),
        clock(3, 1, 2 * MILLISECOND, false),
        clock(4, 1, 2 * MILLISECOND, false),
    ];
    assert_eq!(poll(&mut guest, &subscriptions), Ok(vec![(3, 0, 0, 0), (4, 0, 0, 0)]));
    assert_eq!(
        poll(&mut guest, &[clock(1, 1, u64::MAX, false), clock(2, 1, 5, false)]),
        Ok(vec![(2, 0, 0, 0)])
    );
}

#[test]
fn descriptors_are_waited_for() {
    let mut guest = Guest::new();
    guest.file("file", b"text");
    let file = guest.open("file", 0, READ | WRITE, 0).unwrap();
    let before = guest.board.now();
    let late = clock(9, 1, 1000 * MILLISECOND, false);
    assert_eq!(
        poll(&mut guest, &[late, descriptor(1, 1, file), descriptor(2, 2, file), descriptor(3, 2, 1)]),
        Ok(vec![(1, 1, 1, 0), (2, 2, 1, 0), (3, 2, 1, 0)])
    );
    guest.read(file, 4).unwrap();
    assert_eq!(poll(&mut guest, &[descriptor(1, 1, file)]), Ok(vec![(1, 1, 1, 1)]), "at the end");
    assert!(guest.board.now() < before + MILLISECOND, "nothing was waited for");
    guest.input.bytes.lock().unwrap().push(b'x');
    assert_eq!(poll(&mut guest, &[late, descriptor(4, 1, 0)]), Ok(vec![(4, 1, 1, 0)]));
    guest.input.bytes.lock().unwrap().clear();
    assert_eq!(poll(&mut guest, &[descriptor(4, 1, 0), descriptor(5, 2, 2)]), Ok(vec![(5, 2, 1, 0)]));
}

#[test]
fn what_cannot_be_waited_for_is_refused() {
    let mut guest = Guest::new();
    guest.file("file", b"");
    let read_only = guest.open_at(4, 0, "file", 0, READ, 0).unwrap();
    assert_eq!(poll(&mut guest, &[]), Err(Errno::Inval));
    for fd in [1, 3, 99] {
        assert_eq!(poll(&mut guest, &[descriptor(0, 1, fd)]), Err(Errno::Badf), "reading {fd}");
    }
    for fd in [0, 3, 99] {
        assert_eq!(poll(&mut guest, &[descriptor(0, 2, fd)]), Err(Errno::Badf), "writing {fd}");
    }
    assert_eq!(poll(&mut guest, &[descriptor(0, 2, read_only)]), Err(Errno::Perm));
    assert_eq!(poll(&mut guest, &[descriptor(0, 3, 1)]), Err(Errno::Inval));
    assert_eq!(poll(&mut guest, &[clock(0, 4, 1, false)]), Err(Errno::Inval));
    assert_eq!(poll(&mut guest, &[clock(0, 2, 1, true)]), Err(Errno::Inval));
    assert_eq!(poll(&mut guest, &[clock(0, 1, 1, false), clock(0, 2, 1, false)]), Err(Errno::Inval));
    let mut flags = clock(0, 1, 1, false);
    flags[40] = 2;
    assert_eq!(poll(&mut guest, &[flags]), Err(Errno::Inval));
}
