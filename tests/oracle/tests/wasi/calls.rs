//! Random calls: mostly sensible ones, so that they get far, among them hostile ones.

use crate::support::{BUFFER, FUNCTIONS, IOVS, PATH, PATH2, RESULT, Random, subscription};

/// Bytes of the guest's memory.
pub const MEMORY: usize = 1 << 16;

/// A call, and what lies in memory for it.
#[derive(Debug, Clone)]
pub struct Call {
    pub name: &'static str,
    pub arguments: Vec<u64>,
    pub memory: Vec<(u32, Vec<u8>)>,
}

/// Makes calls.
pub struct Calls {
    random: Random,
    memory: Vec<(u32, Vec<u8>)>,
}

const NAMES: [&str; 12] = ["a", "b", "c", "dir", "d", "é", ".", "..", "", "link", "a", "b"];

impl Calls {
    pub fn new(seed: u64) -> Self {
        Self { random: Random(seed), memory: Vec::new() }
    }

    pub fn next(&mut self) -> Call {
        // What makes and opens files comes more often.
        const OFTEN: [&str; 8] = [
            "path_open",
            "path_open",
            "path_open",
            "fd_write",
            "path_create_directory",
            "path_symlink",
            "fd_read",
            "path_rename",
        ];
        let name = match self.random.below(3) {
            0 => self.random.pick(&OFTEN),
            _ => FUNCTIONS[self.random.below(FUNCTIONS.len() as u64) as usize].0,
        };
        self.memory.clear();
        let mut arguments = self.arguments(name);
        if self.one_in(100) {
            let index = self.random.below(arguments.len().max(1) as u64) as usize;
            if let Some(argument) = arguments.get_mut(index) {
                *argument = self.random.pick(&[0, 1, 7, 0xfffe, 0xffff, 0x1_0000, 0x7fff_ffff, 0xffff_fff0]);
            }
        }
        Call { name, arguments, memory: self.memory.clone() }
    }

    fn one_in(&mut self, number: u64) -> bool {
        self.random.below(number) == 0
    }

    fn arguments(&mut self, name: &str) -> Vec<u64> {
        let mut random = |choices: &[u64]| self.random.pick(choices);
        match name {
            "args_get" | "environ_get" => vec![RESULT.into(), BUFFER.into()],
            "args_sizes_get" | "environ_sizes_get" => vec![self.result(), self.result()],
            "clock_res_get" => vec![random(&[0, 1, 2, 3]), self.result()],
            "clock_time_get" => vec![random(&[0, 1, 2, 3]), 0, self.result()],
            "fd_advise" => {
                let (len, advice) = (random(&[0, 9, 1 << 63]), random(&[0, 1, 2, 3, 4, 5]));
                vec![self.fd(), self.offset(), len, advice]
            }
            "fd_allocate" => vec![self.fd(), self.offset(), 10],
            "fd_close" => {
                // The directories that all begins with are seldom closed.
                let fd = self.fd();
                vec![if fd < 5 && !self.one_in(40) { 5 + fd } else { fd }]
            }
            "fd_datasync" | "fd_sync" => vec![self.fd()],
            "fd_fdstat_get" | "fd_filestat_get" | "fd_prestat_get" | "fd_tell" => {
                vec![self.fd(), self.result()]
            }
            "fd_fdstat_set_flags" => {
                let flags = random(&[0, 1, 4, 5, 2, 8, 16]);
                vec![self.fd(), flags]
            }
            "fd_fdstat_set_rights" => vec![self.fd(), self.rights(), self.rights()],
            "fd_filestat_set_size" => vec![self.fd(), self.offset()],
            "fd_filestat_set_times" => {
                let flags = self.time_flags();
                vec![self.fd(), self.time(), self.time(), flags]
            }
            "fd_pread" | "fd_pwrite" => {
                let (iovs, len) = self.iovs();
                vec![self.fd(), iovs, len, self.offset(), self.result()]
            }
            "fd_read" | "fd_write" => {
                let (iovs, len) = self.iovs();
                vec![self.fd(), iovs, len, self.result()]
            }
            "fd_prestat_dir_name" => vec![self.fd(), BUFFER.into(), self.random.pick(&[0, 1, 2, 3, 100])],
            "fd_readdir" => {
                let (size, cookie) =
                    (random(&[0, 23, 24, 25, 50, 100, 4000]), random(&[0, 0, 0, 1, 2, 1 << 40]));
                vec![self.fd(), BUFFER.into(), size, cookie, self.result()]
            }
            "fd_renumber" => vec![self.fd(), 5 + self.random.below(8)],
            "fd_seek" => {
                let whence = random(&[0, 0, 1, 2]);
                let offset = self.offset();
                let offset = if self.one_in(3) { offset.wrapping_neg() } else { offset };
                vec![self.fd(), offset, whence, self.result()]
            }
            "path_create_directory" | "path_remove_directory" | "path_unlink_file" => {
                let (path, len) = self.path(PATH);
                vec![self.directory(), path, len]
            }
            "path_filestat_get" => {
                let (lookup, (path, len)) = (self.lookup(), self.path(PATH));
                vec![self.directory(), lookup, path, len, self.result()]
            }
            "path_filestat_set_times" => {
                let (lookup, (path, len), flags) = (self.lookup(), self.path(PATH), self.time_flags());
                vec![self.directory(), lookup, path, len, self.time(), self.time(), flags]
            }
            "path_link" => {
                let (lookup, old, new) = (self.lookup(), self.path(PATH), self.path(PATH2));
                vec![self.directory(), lookup, old.0, old.1, self.directory(), new.0, new.1]
            }
            "path_open" => {
                let oflags = random(&[0, 0, 1, 1, 1, 2, 2, 4, 5, 8, 9, 13, 3, 10]);
                let fdflags = random(&[0, 0, 0, 0, 1, 4, 5, 2, 8, 16]);
                let (lookup, (path, len)) = (self.lookup(), self.path(PATH));
                let (base, inheriting) = (self.rights(), self.rights());
                vec![self.directory(), lookup, path, len, oflags, base, inheriting, fdflags, self.result()]
            }
            "path_readlink" => {
                let (path, len) = self.path(PATH);
                let size = self.random.pick(&[0, 1, 3, 100]);
                vec![self.directory(), path, len, BUFFER.into(), size, self.result()]
            }
            "path_rename" => {
                let (old, new) = (self.path(PATH), self.path(PATH2));
                vec![self.directory(), old.0, old.1, self.directory(), new.0, new.1]
            }
            "path_symlink" => {
                let (old, new) = (self.path(PATH), self.path(PATH2));
                vec![old.0, old.1, self.directory(), new.0, new.1]
            }
            "poll_oneoff" => self.poll(),
            "proc_raise" => vec![random(&[0, 1, 9, 30])],
            "random_get" => vec![BUFFER.into(), random(&[0, 1, 100])],
            "sock_accept" => vec![self.fd(), self.random.pick(&[0, 1, 4]), self.result()],
            "sock_recv" => {
                let (iovs, len) = self.iovs();
                vec![self.fd(), iovs, len, self.random.pick(&[0, 1, 2, 4]), self.result(), self.result()]
            }
            "sock_send" => {
                let (iovs, len) = self.iovs();
                vec![self.fd(), iovs, len, self.random.pick(&[0, 1]), self.result()]
            }
            "sock_shutdown" => vec![self.fd(), self.random.pick(&[0, 1, 2, 3, 4])],
            "sched_yield" => vec![],
            _ => panic!("{name} is new"),
        }
    }

    /// One that is open, mostly.
    fn fd(&mut self) -> u64 {
        match self.random.below(20) {
            0 => self.random.pick(&[99, 0xffff_ffff, 0x8000_0000]),
            1..4 => self.random.below(3),
            4..7 => 3 + self.random.below(2),
            _ => 5 + self.random.below(7),
        }
    }

    /// One that is a directory, mostly.
    fn directory(&mut self) -> u64 {
        match self.random.below(8) {
            0 => self.fd(),
            1 => 4,
            2 => 5 + self.random.below(5),
            _ => 3,
        }
    }

    fn result(&mut self) -> u64 {
        let place = u64::from(RESULT) + 8 * self.random.below(8);
        if self.one_in(300) { place + 1 + self.random.below(4) } else { place }
    }

    fn offset(&mut self) -> u64 {
        self.random.pick(&[0, 0, 1, 10, 100, 5000, 20_000, 100_000, i64::MAX as u64, 1 << 63, u64::MAX])
    }

    fn time(&mut self) -> u64 {
        self.random.pick(&[0, 1, 999_999_999, 1_000_000_000, 123_456_789_012])
    }

    fn time_flags(&mut self) -> u64 {
        self.random.pick(&[0, 1, 2, 4, 8, 5, 10, 9, 6, 3, 12, 15])
    }

    fn lookup(&mut self) -> u64 {
        self.random.pick(&[0, 1])
    }

    fn rights(&mut self) -> u64 {
        self.random.pick(&[2, 64, 66, 66, 66, 0, (1 << 30) - 1])
    }

    fn put(&mut self, at: u32, bytes: &[u8]) {
        self.memory.push((at, bytes.to_vec()));
    }

    fn path(&mut self, at: u32) -> (u64, u64) {
        let mut path = Vec::new();
        for index in 0..1 + self.random.below(3) {
            if index > 0 {
                path.push(b'/');
            }
            path.extend_from_slice(self.random.pick(&NAMES).as_bytes());
        }
        match self.random.below(60) {
            0 => path.insert(0, b'/'),
            1..5 => path.push(b'/'),
            5 => path.push(0),
            6 => path.push(0xff),
            7 => path.extend([b'x'; 256]),
            8 => path.extend([b'y'; 255]),
            9 => path = b"a/".repeat(2100),
            10 => path = b"/etc/passwd".to_vec(),
            11 => path = b"../../../etc".to_vec(),
            _ => {}
        }
        self.put(at, &path);
        (at.into(), path.len() as u64)
    }

    fn iovs(&mut self) -> (u64, u64) {
        let count = self.random.pick(&[0, 1, 1, 1, 2, 3]);
        for index in 0..count {
            let len = self.random.pick(&[0, 1, 10, 100, 3000]);
            let pointer = BUFFER + 0x1000 * index as u32;
            let bytes: Vec<u8> = (0..len).map(|_| self.random.next() as u8).collect();
            self.put(pointer, &bytes);
            let len = if self.one_in(300) { 0xffff_fff0 } else { len as u32 };
            self.put(IOVS + 8 * index as u32, &[pointer.to_le_bytes(), len.to_le_bytes()].concat());
        }
        (IOVS.into(), count)
    }

    /// Nothing in it depends on how much time passes: a clock alone that is due, or descriptors that are ready at once. A file
    /// that is to be read is alone, too, as Wasmtime reads ahead in another thread and sometimes tells of the others only.
    fn poll(&mut self) -> Vec<u64> {
        let count = self.random.pick(&[0, 1, 1, 2, 3]);
        let mut records = Vec::new();
        for _ in 0..count {
            let user = self.random.next() as u8;
            records.extend(match self.random.below(3) {
                0 if count == 1 => {
                    subscription::clock(user, self.random.pick(&[0, 1, 1, 2]), 0, self.one_in(2))
                }
                kind => {
                    let kind = match kind {
                        _ if self.one_in(500) => 77,
                        1 if count == 1 => 1,
                        _ => 2,
                    };
                    subscription::descriptor(user, kind, self.fd() as u32)
                }
            });
        }
        self.put(BUFFER, &records);
        vec![BUFFER.into(), (BUFFER + 0x1000).into(), count, self.result()]
    }
}
