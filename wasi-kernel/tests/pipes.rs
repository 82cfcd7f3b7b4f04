//! Pipes between apps, with threads of the host as the apps.

mod support;

use std::{
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};
use support::{Board, Buffer, Guest, IOVS, RESULT, Random, poll, subscription};
use wasi_kernel::{
    Errno, Process, Stream, Streams,
    pipe::{ATOMIC, CAPACITY, Reader, Writer, pipe},
};

fn new() -> (Reader<Board>, Writer<Board>) {
    pipe(Board::new()).unwrap()
}

/// Long enough, as a rule, for another thread to come to its wait. A test in which it does not passes all the same.
fn a_moment() {
    thread::sleep(Duration::from_millis(20));
}

/// Guests without files at the ends of one pipe, the first of which writes.
fn guests() -> (Guest, Guest) {
    let board = Board::new();
    let (reader, writer): (Reader<Board>, _) = pipe(board).unwrap();
    let nothing = || Arc::new(Buffer::default());
    (guest(board, nothing(), Arc::new(writer)), guest(board, Arc::new(reader), nothing()))
}

/// A guest without files.
fn guest(board: Board, input: Arc<dyn Stream>, output: Arc<dyn Stream>) -> Guest {
    let mut guest = Guest::new();
    let streams = Streams { input, output, error: guest.error.clone() };
    guest.process = Process::new(board, [], [], streams, vec![]);
    guest
}

fn set_nonblocking(guest: &mut Guest, fd: u32) {
    const NONBLOCK: u32 = 4;
    guest.call(|p, m| p.fd_fdstat_set_flags(m, fd, NONBLOCK)).unwrap();
    guest.call(|p, m| p.fd_fdstat_get(m, fd, RESULT)).unwrap();
    assert_eq!(guest.u32(RESULT), NONBLOCK << 16);
}

#[test]
fn bytes_come_out_as_they_went_in() {
    let (reader, writer) = new();
    let mut random = Random(7);
    let bytes: Vec<u8> = (0..10 * CAPACITY + 77).map(|_| random.next() as u8).collect();
    let sent = bytes.clone();
    let writing = thread::spawn(move || {
        let (mut random, mut rest) = (Random(8), &sent[..]);
        while !rest.is_empty() {
            let (part, behind) = rest.split_at(rest.len().min(random.below(3 * ATOMIC as u64) as usize));
            assert_eq!(writer.write(part), Ok(part.len()));
            rest = behind;
        }
    });
    let (mut received, mut buffer) = (Vec::new(), vec![0; 3 * ATOMIC]);
    loop {
        let len = 1 + random.below(buffer.len() as u64 - 1) as usize;
        match reader.read(&mut buffer[..len]).unwrap() {
            0 => break,
            size => received.extend_from_slice(&buffer[..size]),
        }
    }
    writing.join().unwrap();
    assert!(received == bytes);
}

#[test]
fn a_reader_waits_for_bytes_and_for_the_last_writers_end() {
    let (reader, writer) = new();
    let second = writer.clone();
    let (results, read) = mpsc::channel();
    let reading = thread::spawn(move || {
        for len in [3, 9, 9, 9] {
            let mut buffer = vec![0; len];
            let size = reader.read(&mut buffer).unwrap();
            results.send(String::from_utf8(buffer[..size].to_vec()).unwrap()).unwrap();
        }
    });
    let expect = |text: &str| assert_eq!(read.recv().unwrap(), text);
    a_moment();
    assert_eq!(writer.write(b"first"), Ok(5));
    expect("fir");
    expect("st");
    a_moment();
    drop(writer);
    a_moment();
    assert_eq!(second.write(b"second"), Ok(6));
    expect("second");
    a_moment();
    drop(second);
    expect("");
    reading.join().unwrap();
}

#[test]
fn a_writer_waits_for_room_and_for_the_last_readers_end() {
    let (reader, writer) = new();
    let second = reader.clone();
    let (results, written) = mpsc::channel();
    let writing = thread::spawn(move || {
        results.send(writer.write(&[1; CAPACITY + 9])).unwrap();
        let next = writer.write(&[2; CAPACITY]);
        (next, writer.write(b"x"))
    });
    a_moment();
    drop(reader);
    assert_eq!(second.read(&mut [0; 30]), Ok(30));
    assert_eq!(written.recv(), Ok(Ok(CAPACITY + 9)));
    a_moment();
    drop(second);
    // What was taken before the end is told, and the call after it fails.
    let (next, last) = writing.join().unwrap();
    assert!(matches!(next, Ok(21) | Err(Errno::Pipe)), "{next:?}");
    assert_eq!(last, Err(Errno::Pipe));
    let (reader, writer) = new();
    drop(reader);
    assert_eq!(writer.write(b"x"), Err(Errno::Pipe));
    assert_eq!(writer.write(b""), Ok(0));
}

#[test]
fn lines_of_several_writers_do_not_mix() {
    let (reader, writer) = new();
    let writers = [b'a', b'b', b'c'].map(|letter| {
        let writer = writer.clone();
        thread::spawn(move || {
            let mut line = vec![letter; ATOMIC - 96];
            line[ATOMIC - 97] = b'\n';
            (0..100).for_each(|_| assert_eq!(writer.write(&line), Ok(line.len())));
        })
    });
    drop(writer);
    let (mut text, mut buffer) = (Vec::new(), [0; 1000]);
    loop {
        match reader.read(&mut buffer).unwrap() {
            0 => break,
            size => text.extend_from_slice(&buffer[..size]),
        }
    }
    writers.into_iter().for_each(|writer| writer.join().unwrap());
    let lines: Vec<_> = text.split_inclusive(|&byte| byte == b'\n').collect();
    assert_eq!(lines.len(), 300);
    assert!(
        lines
            .iter()
            .all(|line| line.len() == ATOMIC - 96 && line[1..ATOMIC - 97].iter().all(|b| *b == line[0]))
    );
}

#[test]
fn a_nonblocking_end_says_again() {
    let (mut producer, mut consumer) = guests();
    set_nonblocking(&mut producer, 1);
    set_nonblocking(&mut consumer, 0);
    assert_eq!(consumer.read(0, 9), Err(Errno::Again));
    let page = [7; ATOMIC];
    for _ in 0..CAPACITY / ATOMIC {
        assert_eq!(producer.write(1, &page), Ok(ATOMIC as u32));
    }
    assert_eq!(producer.write(1, b"x"), Err(Errno::Again));
    assert_eq!(consumer.read(0, 100).map(|bytes| bytes.len()), Ok(100));
    assert_eq!(producer.write(1, &page), Err(Errno::Again), "not enough room for all of it");
    assert_eq!(producer.write(1, &[7; ATOMIC + 1]), Ok(100), "what is larger may be divided");
    drop(producer);
    for _ in 0..CAPACITY / ATOMIC {
        assert_eq!(consumer.read(0, ATOMIC as u32).map(|bytes| bytes.len()), Ok(ATOMIC));
    }
    assert_eq!(consumer.read(0, 9), Ok(vec![]), "the end is no reason to say again");
}

#[test]
fn a_closed_descriptor_closes_its_end() {
    let (mut producer, mut consumer) = guests();
    assert_eq!(producer.write(1, b"last"), Ok(4));
    producer.close(1).unwrap();
    assert_eq!(consumer.read(0, 9), Ok(b"last".to_vec()));
    assert_eq!(consumer.read(0, 9), Ok(vec![]));
    let (mut producer, mut consumer) = guests();
    consumer.close(0).unwrap();
    assert_eq!(producer.write(1, b"lost"), Err(Errno::Pipe));
}

#[test]
fn a_pipe_is_neither_terminal_nor_file() {
    let (mut producer, _consumer) = guests();
    assert_eq!(producer.fd_stat(1).unwrap().kind, 0);
    assert_eq!(producer.call(|p, m| p.fd_seek(m, 1, 0, 0, RESULT)), Err(Errno::Spipe));
    assert_eq!(producer.call(|p, m| p.fd_pwrite(m, 1, IOVS, 0, 0, RESULT)), Err(Errno::Spipe));
    assert_eq!(producer.call(|p, m| p.fd_fdstat_set_flags(m, 1, 1)), Err(Errno::Inval), "appending");
    assert_eq!(producer.call(|p, m| p.fd_fdstat_set_flags(m, 2, 4)), Err(Errno::Badf), "no pipe");
}

const READ: u8 = 1;
const WRITE: u8 = 2;

#[test]
fn poll_tells_when_a_pipe_is_ready() {
    let (mut producer, mut consumer) = guests();
    let timeout = subscription::clock(9, 1, 1_000_000, false);
    let readable = |guest: &mut Guest| poll(guest, &[timeout, subscription::descriptor(1, READ, 0)]);
    let writable = |guest: &mut Guest| poll(guest, &[timeout, subscription::descriptor(2, WRITE, 1)]);
    let timed_out = Ok(vec![(9, 0, 0, 0)]);
    assert_eq!(readable(&mut consumer), timed_out);
    assert_eq!(writable(&mut producer), Ok(vec![(2, WRITE, 1, 0)]));
    producer.write(1, &[0; CAPACITY / 2]).unwrap();
    assert_eq!(readable(&mut consumer), Ok(vec![(1, READ, 1, 0)]));
    producer.write(1, &[0; CAPACITY / 2]).unwrap();
    assert_eq!(writable(&mut producer), timed_out);
    consumer.close(0).unwrap();
    assert_eq!(writable(&mut producer), Ok(vec![(2, WRITE, 1, 0)]), "a write would not wait");
    let (producer, mut consumer) = guests();
    drop(producer);
    assert_eq!(readable(&mut consumer), Ok(vec![(1, READ, 1, 0)]), "a read would not wait");
}

#[test]
fn poll_waits_for_a_pipe_in_and_a_pipe_out_at_once() {
    let (filled, drained) = (new(), new());
    drained.1.write(&[0; CAPACITY]).unwrap();
    let (source, sink) = (filled.1, drained.0);
    let mut guest = guest(Board::new(), Arc::new(filled.0), Arc::new(drained.1));
    let both = [subscription::descriptor(1, READ, 0), subscription::descriptor(2, WRITE, 1)];
    let mut poll_during = |work: &dyn Fn()| {
        thread::scope(|scope| {
            let polling = scope.spawn(|| {
                let events = poll(&mut guest, &both);
                if events == Ok(vec![(2, WRITE, 1, 0)]) {
                    assert_eq!(guest.write(1, &[0; ATOMIC]), Ok(ATOMIC as u32));
                }
                events
            });
            a_moment();
            work();
            polling.join().unwrap()
        })
    };
    let room = || assert_eq!(sink.read(&mut [0; ATOMIC]), Ok(ATOMIC));
    assert_eq!(poll_during(&room), Ok(vec![(2, WRITE, 1, 0)]));
    let bytes = || assert_eq!(source.write(b"x"), Ok(1));
    assert_eq!(poll_during(&bytes), Ok(vec![(1, READ, 1, 0)]));
}
