//! What the tests share: a board without hardware, and a guest that calls WASI functions by name.
#![allow(dead_code, reason = "no test uses all of it")]

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    thread::{self, Thread},
};
use wasi_kernel::{
    Clock, Errno, GuestMemory, Linear, Preopen, Process, Result, Stream, Streams, System, WaitQueue,
    fs::{self, Handle, Volume, memory::MemoryFs},
};

/// Time of day at the start, in nanoseconds since 1970.
pub const START: u64 = 1_700_000_000_000_000_000;

/// A board whose clock moves only when it is looked at, by a microsecond, or slept on.
#[derive(Clone, Copy)]
pub struct Board(&'static State);

#[derive(Default)]
struct State {
    now: AtomicU64,
    yields: AtomicU64,
}

impl Board {
    pub fn new() -> Self {
        Self(Box::leak(Box::default()))
    }

    /// The monotonic time, without moving it.
    pub fn now(self) -> u64 {
        self.0.now.load(SeqCst)
    }

    /// How often the core was given away.
    pub fn yields(self) -> u64 {
        self.0.yields.load(SeqCst)
    }
}

impl Clock for Board {
    fn realtime(&self) -> u64 {
        START + self.monotonic()
    }

    fn monotonic(&self) -> u64 {
        self.0.now.fetch_add(1_000, SeqCst)
    }

    fn realtime_resolution(&self) -> u64 {
        16
    }

    fn monotonic_resolution(&self) -> u64 {
        1
    }
}

impl System for Board {
    type Queue = Queue;

    fn random(&self, buffer: &mut [u8]) -> Result<()> {
        buffer.iter_mut().zip(1..).for_each(|(byte, value)| *byte = value as u8);
        Ok(())
    }

    fn yield_now(&self) {
        self.0.yields.fetch_add(1, SeqCst);
    }

    fn wait(&self, deadline: Option<u64>) {
        match deadline {
            Some(deadline) => drop(self.0.now.fetch_max(deadline, SeqCst)),
            None => thread::park(),
        }
    }
}

/// The host's threads that wait.
#[derive(Default)]
pub struct Queue(Mutex<Vec<Thread>>);

impl WaitQueue for Queue {
    fn enter<T>(&self, work: impl FnOnce() -> T) -> T {
        self.0.lock().unwrap().push(thread::current());
        let result = work();
        self.0.lock().unwrap().retain(|thread| thread.id() != thread::current().id());
        result
    }

    fn notify(&self) {
        self.0.lock().unwrap().iter().for_each(Thread::unpark);
    }
}

/// A stream over a buffer: what is written comes to its end, what is read from its front.
#[derive(Default)]
pub struct Buffer {
    pub bytes: Mutex<Vec<u8>>,
}

impl Stream for Buffer {
    fn read(&self, buffer: &mut [u8]) -> Result<usize> {
        let mut bytes = self.bytes.lock().unwrap();
        let size = bytes.len().min(buffer.len());
        buffer[..size].copy_from_slice(&bytes[..size]);
        bytes.drain(..size);
        Ok(size)
    }

    fn write(&self, bytes: &[u8]) -> Result<usize> {
        self.bytes.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn wait_readable(&self, _: Option<u64>) -> Result<bool> {
        Ok(!self.bytes.lock().unwrap().is_empty())
    }
}

/// A process with its memory.
pub struct Guest {
    pub board: Board,
    pub process: Process<Board>,
    pub memory: Vec<u8>,
    pub fs: Volume,
    pub input: Arc<Buffer>,
    pub output: Arc<Buffer>,
    pub error: Arc<Buffer>,
}

/// Where [`Guest::path`] puts paths, and the calls below their results and buffers.
pub const PATH: u32 = 0x1000;
pub const PATH2: u32 = 0x3000;
pub const RESULT: u32 = 0x100;
pub const IOVS: u32 = 0x200;
pub const BUFFER: u32 = 0x8000;

/// Rights to read and to write.
pub const READ: u64 = 2;
pub const WRITE: u64 = 64;

impl Guest {
    /// A guest with 256 KiB of memory, and an empty memory file system as descriptors 3 (`/`) and, read-only, 4 (`/ro`).
    pub fn new() -> Self {
        let board = Board::new();
        Self::on(board, fs::volume(MemoryFs::<_>::new(board, 1, 64 << 20)))
    }

    /// The same on a file system of which `from` is the root.
    pub fn on(board: Board, fs: Volume) -> Self {
        let preopen = |path: &str, writable| Preopen {
            directory: Handle::root(fs.clone(), "0").unwrap(),
            path: path.into(),
            writable,
        };
        let [input, output, error] = std::array::from_fn(|_| Arc::new(Buffer::default()));
        let process = Process::new(
            board,
            [b"program".as_slice(), b"one", b""],
            [b"A=1".as_slice(), b"EMPTY="],
            Streams { input: input.clone(), output: output.clone(), error: error.clone() },
            vec![preopen("/", true), preopen("/ro", false)],
        );
        Self { board, process, memory: vec![0; 1 << 18], fs, input, output, error }
    }

    /// Calls a function.
    pub fn call<R>(&mut self, work: impl FnOnce(&mut Process<Board>, &mut GuestMemory<&mut [u8]>) -> R) -> R {
        work(&mut self.process, &mut GuestMemory::new(self.memory.as_mut_slice()))
    }

    /// Writes `bytes` to the guest's memory.
    pub fn put(&mut self, at: u32, bytes: &[u8]) {
        self.memory[at as usize..][..bytes.len()].copy_from_slice(bytes);
    }

    /// The 32-bit integer at `at`.
    pub fn u32(&self, at: u32) -> u32 {
        u32::from_le_bytes(self.memory[at as usize..][..4].try_into().unwrap())
    }

    /// The 64-bit integer at `at`.
    pub fn u64(&self, at: u32) -> u64 {
        u64::from_le_bytes(self.memory[at as usize..][..8].try_into().unwrap())
    }

    /// Puts a path into memory, and returns its place and length.
    pub fn path(&mut self, path: &str) -> (u32, u32) {
        self.put(PATH, path.as_bytes());
        (PATH, path.len() as u32)
    }

    /// Puts a second path into memory.
    pub fn path2(&mut self, path: &str) -> (u32, u32) {
        self.put(PATH2, path.as_bytes());
        (PATH2, path.len() as u32)
    }

    /// `path_open` from descriptor 3, following links.
    pub fn open(&mut self, path: &str, oflags: u32, rights: u64, fdflags: u32) -> Result<u32> {
        self.open_at(3, 1, path, oflags, rights, fdflags)
    }

    /// `path_open`.
    pub fn open_at(
        &mut self,
        fd: u32,
        lookup: u32,
        path: &str,
        oflags: u32,
        rights: u64,
        fdflags: u32,
    ) -> Result<u32> {
        let (at, len) = self.path(path);
        self.call(|p, m| p.path_open(m, fd, lookup, at, len, oflags, rights, 0, fdflags, RESULT))?;
        Ok(self.u32(RESULT))
    }

    /// A function with one path from descriptor 3, such as `path_unlink_file`.
    pub fn with_path(
        &mut self,
        path: &str,
        work: impl FnOnce(&mut Process<Board>, &mut GuestMemory<&mut [u8]>, u32, u32) -> Result<()>,
    ) -> Result<()> {
        let (at, len) = self.path(path);
        self.call(|p, m| work(p, m, at, len))
    }

    /// `fd_write` of one buffer.
    pub fn write(&mut self, fd: u32, bytes: &[u8]) -> Result<u32> {
        self.put(BUFFER, bytes);
        self.iov(bytes.len() as u32);
        self.call(|p, m| p.fd_write(m, fd, IOVS, 1, RESULT))?;
        Ok(self.u32(RESULT))
    }

    /// `fd_read` into one buffer of `len` bytes.
    pub fn read(&mut self, fd: u32, len: u32) -> Result<Vec<u8>> {
        self.iov(len);
        self.call(|p, m| p.fd_read(m, fd, IOVS, 1, RESULT))?;
        Ok(self.memory[BUFFER as usize..][..self.u32(RESULT) as usize].to_vec())
    }

    /// `fd_pread`.
    pub fn pread(&mut self, fd: u32, len: u32, offset: u64) -> Result<Vec<u8>> {
        self.iov(len);
        self.call(|p, m| p.fd_pread(m, fd, IOVS, 1, offset, RESULT))?;
        Ok(self.memory[BUFFER as usize..][..self.u32(RESULT) as usize].to_vec())
    }

    /// `fd_pwrite`.
    pub fn pwrite(&mut self, fd: u32, bytes: &[u8], offset: u64) -> Result<u32> {
        self.put(BUFFER, bytes);
        self.iov(bytes.len() as u32);
        self.call(|p, m| p.fd_pwrite(m, fd, IOVS, 1, offset, RESULT))?;
        Ok(self.u32(RESULT))
    }

    /// One buffer of `len` bytes at [`BUFFER`], described at [`IOVS`].
    pub fn iov(&mut self, len: u32) {
        self.put(IOVS, &BUFFER.to_le_bytes());
        self.put(IOVS + 4, &len.to_le_bytes());
    }

    /// `fd_close`.
    pub fn close(&mut self, fd: u32) -> Result<()> {
        self.call(|p, m| p.fd_close(m, fd))
    }

    /// `path_filestat_get`.
    pub fn stat(&mut self, path: &str, lookup: u32) -> Result<Filestat> {
        let (at, len) = self.path(path);
        self.call(|p, m| p.path_filestat_get(m, 3, lookup, at, len, RESULT))?;
        Ok(self.filestat())
    }

    /// `fd_filestat_get`.
    pub fn fd_stat(&mut self, fd: u32) -> Result<Filestat> {
        self.call(|p, m| p.fd_filestat_get(m, fd, RESULT))?;
        Ok(self.filestat())
    }

    fn filestat(&self) -> Filestat {
        let field = |index: u32| self.u64(RESULT + 8 * index);
        Filestat {
            dev: field(0),
            ino: field(1),
            kind: self.memory[RESULT as usize + 16],
            nlink: field(3),
            size: field(4),
            atim: field(5),
            mtim: field(6),
            ctim: field(7),
        }
    }

    /// Makes a file with these contents.
    pub fn file(&mut self, path: &str, contents: &[u8]) {
        let fd = self.open(path, 9, WRITE, 0).unwrap();
        assert_eq!(self.write(fd, contents), Ok(contents.len() as u32));
        self.close(fd).unwrap();
    }

    /// The contents of a file.
    pub fn contents(&mut self, path: &str) -> Result<Vec<u8>> {
        let fd = self.open(path, 0, READ, 0)?;
        let contents = self.read(fd, 4096);
        self.close(fd)?;
        contents
    }

    /// Makes a directory.
    pub fn mkdir(&mut self, path: &str) -> Result<()> {
        self.with_path(path, |p, m, at, len| p.path_create_directory(m, 3, at, len))
    }

    /// Makes a symbolic link.
    pub fn symlink(&mut self, text: &str, path: &str) -> Result<()> {
        let (old, new) = (self.path(text), self.path2(path));
        self.call(|p, m| p.path_symlink(m, old.0, old.1, 3, new.0, new.1))
    }

    /// Makes a hard link.
    pub fn link(&mut self, old: &str, new: &str) -> Result<()> {
        let (old, new) = (self.path(old), self.path2(new));
        self.call(|p, m| p.path_link(m, 3, 0, old.0, old.1, 3, new.0, new.1))
    }

    /// Moves a name.
    pub fn rename(&mut self, old: &str, new: &str) -> Result<()> {
        let (old, new) = (self.path(old), self.path2(new));
        self.call(|p, m| p.path_rename(m, 3, old.0, old.1, 3, new.0, new.1))
    }

    /// Removes a file.
    pub fn unlink(&mut self, path: &str) -> Result<()> {
        self.with_path(path, |p, m, at, len| p.path_unlink_file(m, 3, at, len))
    }

    /// Removes a directory.
    pub fn rmdir(&mut self, path: &str) -> Result<()> {
        self.with_path(path, |p, m, at, len| p.path_remove_directory(m, 3, at, len))
    }

    /// The entries of a directory by `fd_readdir` with a buffer of `size` bytes: cookie behind each, kind and name.
    pub fn list(&mut self, fd: u32, size: u32) -> Result<Vec<(u64, u8, String)>> {
        let (mut all, mut cookie) = (Vec::new(), 0);
        loop {
            self.call(|p, m| p.fd_readdir(m, fd, BUFFER, size, cookie, RESULT))?;
            let used = self.u32(RESULT);
            let page = self.memory[BUFFER as usize..][..used as usize].to_vec();
            let mut rest = page.as_slice();
            while rest.len() >= 24 {
                let len = u32::from_le_bytes(rest[16..20].try_into().unwrap()) as usize;
                if rest.len() < 24 + len {
                    break;
                }
                cookie = u64::from_le_bytes(rest[..8].try_into().unwrap());
                all.push((cookie, rest[20], String::from_utf8(rest[24..24 + len].to_vec()).unwrap()));
                rest = &rest[24 + len..];
            }
            if used < size {
                return Ok(all);
            }
        }
    }
}

/// What `$filestat` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Filestat {
    pub dev: u64,
    pub ino: u64,
    pub kind: u8,
    pub nlink: u64,
    pub size: u64,
    pub atim: u64,
    pub mtim: u64,
    pub ctim: u64,
}

/// Subscriptions of `poll_oneoff`.
pub mod subscription {
    /// To a clock.
    pub fn clock(userdata: u8, id: u32, timeout: u64, absolute: bool) -> [u8; 48] {
        let mut record = [0; 48];
        record[0] = userdata;
        record[16..20].copy_from_slice(&id.to_le_bytes());
        record[24..32].copy_from_slice(&timeout.to_le_bytes());
        record[40] = absolute.into();
        record
    }

    /// To a descriptor: to read (1) or to write (2).
    pub fn descriptor(userdata: u8, kind: u8, fd: u32) -> [u8; 48] {
        let mut record = [0; 48];
        (record[0], record[8]) = (userdata, kind);
        record[16..20].copy_from_slice(&fd.to_le_bytes());
        record
    }
}

/// `poll_oneoff`; the events: user data, kind, number of bytes, flags.
pub fn poll(guest: &mut Guest, subscriptions: &[[u8; 48]]) -> Result<Vec<(u64, u8, u64, u8)>> {
    const EVENTS: u32 = BUFFER + 0x1000;
    guest.put(BUFFER, &subscriptions.concat());
    guest.call(|p, m| p.poll_oneoff(m, BUFFER, EVENTS, subscriptions.len() as u32, RESULT))?;
    Ok((0..guest.u32(RESULT))
        .map(|i| EVENTS + 32 * i)
        .map(|at| {
            assert_eq!(guest.memory[at as usize + 8..][..2], [0, 0], "an errno");
            (
                guest.u64(at),
                guest.memory[at as usize + 10],
                guest.u64(at + 16),
                guest.memory[at as usize + 24],
            )
        })
        .collect())
}

macro_rules! dispatch {
    ($($name:ident($($parameter:ident: $type:ty),*);)*) => {
        /// Calls the function with this name.
        pub fn call_by_name(
            process: &mut Process<Board>,
            memory: &mut GuestMemory<impl Linear>,
            name: &str,
            arguments: &[u64],
        ) -> Result<()> {
            let mut arguments = arguments.iter();
            match name {
                $(stringify!($name) => {
                    $(let $parameter = *arguments.next().expect("too few arguments") as $type;)*
                    assert!(arguments.next().is_none(), "too many arguments");
                    process.$name(memory, $($parameter),*)
                })*
                _ => panic!("no function {name}"),
            }
        }

        /// All functions but `proc_exit`, with the size of each parameter in bytes.
        pub const FUNCTIONS: &[(&str, &[usize])] = &[$((stringify!($name), &[$(size_of::<$type>()),*])),*];
    };
}

dispatch! {
    args_get(a: u32, b: u32);
    args_sizes_get(a: u32, b: u32);
    environ_get(a: u32, b: u32);
    environ_sizes_get(a: u32, b: u32);
    clock_res_get(a: u32, b: u32);
    clock_time_get(a: u32, b: u64, c: u32);
    fd_advise(a: u32, b: u64, c: u64, d: u32);
    fd_allocate(a: u32, b: u64, c: u64);
    fd_close(a: u32);
    fd_datasync(a: u32);
    fd_fdstat_get(a: u32, b: u32);
    fd_fdstat_set_flags(a: u32, b: u32);
    fd_fdstat_set_rights(a: u32, b: u64, c: u64);
    fd_filestat_get(a: u32, b: u32);
    fd_filestat_set_size(a: u32, b: u64);
    fd_filestat_set_times(a: u32, b: u64, c: u64, d: u32);
    fd_pread(a: u32, b: u32, c: u32, d: u64, e: u32);
    fd_prestat_get(a: u32, b: u32);
    fd_prestat_dir_name(a: u32, b: u32, c: u32);
    fd_pwrite(a: u32, b: u32, c: u32, d: u64, e: u32);
    fd_read(a: u32, b: u32, c: u32, d: u32);
    fd_readdir(a: u32, b: u32, c: u32, d: u64, e: u32);
    fd_renumber(a: u32, b: u32);
    fd_seek(a: u32, b: u64, c: u32, d: u32);
    fd_sync(a: u32);
    fd_tell(a: u32, b: u32);
    fd_write(a: u32, b: u32, c: u32, d: u32);
    path_create_directory(a: u32, b: u32, c: u32);
    path_filestat_get(a: u32, b: u32, c: u32, d: u32, e: u32);
    path_filestat_set_times(a: u32, b: u32, c: u32, d: u32, e: u64, f: u64, g: u32);
    path_link(a: u32, b: u32, c: u32, d: u32, e: u32, f: u32, g: u32);
    path_open(a: u32, b: u32, c: u32, d: u32, e: u32, f: u64, g: u64, h: u32, i: u32);
    path_readlink(a: u32, b: u32, c: u32, d: u32, e: u32, f: u32);
    path_remove_directory(a: u32, b: u32, c: u32);
    path_rename(a: u32, b: u32, c: u32, d: u32, e: u32, f: u32);
    path_symlink(a: u32, b: u32, c: u32, d: u32, e: u32);
    path_unlink_file(a: u32, b: u32, c: u32);
    poll_oneoff(a: u32, b: u32, c: u32, d: u32);
    proc_raise(a: u32);
    sched_yield();
    random_get(a: u32, b: u32);
    sock_accept(a: u32, b: u32, c: u32);
    sock_recv(a: u32, b: u32, c: u32, d: u32, e: u32, f: u32);
    sock_send(a: u32, b: u32, c: u32, d: u32, e: u32);
    sock_shutdown(a: u32, b: u32);
}

/// A small generator of pseudo-random numbers (Marsaglia's xorshift64).
pub struct Random(pub u64);

impl Random {
    /// The next number.
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        (self.next() >> 8) % bound
    }

    /// One of `choices`.
    pub fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len() as u64) as usize]
    }
}

/// The errno of a result, 0 for success.
pub fn errno(result: Result<()>) -> u32 {
    Errno::code(result) as u32
}
