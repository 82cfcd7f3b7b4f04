//! Directories and streams of the host, over the host protocol ([`sinter_abi::host`]).

mod directory;
mod stream;

use super::{Access, Entry, FileSystem, Node, SetTime, Stat};
use crate::{Errno, Result, types::Kind};
use alloc::{boxed::Box, string::String, sync::Arc, vec::Vec};
use core::mem::take;
use sinter_abi::host::{
    ACCESS_READ, ACCESS_TRUNCATE, ACCESS_WRITE, Header, Op, PAYLOAD_MAX, STAT, TIME_KEEP, TIME_NOW,
};
use spin::{RelaxStrategy, Spin, mutex::SpinMutex};
pub use stream::streams;

/// The pipe pair to the host.
pub trait Transport: Send + Sync {
    /// Sends the bytes of `request` (one message with its payload, and perhaps an [`Op::Release`] message before it), then
    /// receives the reply: its header, and its payload into the front of `payload`, which is as large as the request
    /// allows. One call at a time: another thread's waits.
    ///
    /// The kernel panics if the pipe breaks or the reply's payload is longer than `payload`: there is nobody left to tell.
    fn call(&self, request: &[&[u8]], payload: &mut [u8]) -> Header;
}

/// Longest text of a symbolic link in bytes, as on Linux.
const LINK_MAX: usize = 4096;

/// The directories that the host serves. `R` is what a core does while another one holds the lock.
pub struct HostFs<R = Spin> {
    transport: Arc<dyn Transport>,
    /// Nodes that nobody holds any more, as the next message's payload.
    released: SpinMutex<Vec<u8>, R>,
}

impl<R: RelaxStrategy> HostFs<R> {
    /// The directories behind `transport`.
    pub fn new(transport: Arc<dyn Transport>) -> Self {
        Self { transport, released: SpinMutex::new(Vec::new()) }
    }

    /// Asks for `op` with these arguments and this payload, whose parts are sent one after another. Returns the reply's
    /// values and the length of its payload.
    fn call(
        &self,
        op: Op,
        values: [u64; 3],
        payload: [&[u8]; 2],
        reply: &mut [u8],
    ) -> Result<([u64; 3], usize)> {
        let released = take(&mut *self.released.lock());
        let release =
            Header { code: Op::Release as u32, length: released.len() as u32, values: [0; 3] }.to_bytes();
        let release: &[u8] = if released.is_empty() { &[] } else { &release };
        let length = (payload[0].len() + payload[1].len()) as u32;
        let header = Header { code: op as u32, length, values }.to_bytes();
        let reply = self.transport.call(&[release, &released, &header, payload[0], payload[1]], reply);
        result(reply)
    }

    /// As [`HostFs::call`], with a name as payload and none in the reply. Returns the first two values.
    fn name(&self, op: Op, values: [u64; 3], name: &str) -> Result<(u64, u64)> {
        let ([x, y, _], _) = self.call(op, values, [name.as_bytes(), &[]], &mut [])?;
        Ok((x, y))
    }

    /// As [`HostFs::call`], without any payload or value.
    fn plain(&self, op: Op, values: [u64; 3]) -> Result<()> {
        self.call(op, values, [&[]; 2], &mut []).map(drop)
    }
}

impl<R: RelaxStrategy + Send + Sync> FileSystem for HostFs<R> {
    fn root(&self, from: &str) -> Result<Node> {
        let number = from.parse().map_err(|_| Errno::Noent)?;
        let node = Node(self.name(Op::Root, [number, 0, 0], "")?.0);
        // An app lists what it mounts without opening it. What may not be read can still be walked through.
        let _ = self.open(node, Access { read: true, ..Access::default() });
        Ok(node)
    }

    fn duplicate(&self, node: Node) -> Result<Node> {
        self.name(Op::Duplicate, [node.0, 0, 0], "").map(|(node, _)| Node(node))
    }

    fn release(&self, node: Node) {
        self.released.lock().extend_from_slice(&node.0.to_le_bytes());
    }

    fn lookup(&self, directory: Node, name: &str) -> Result<(Node, Kind)> {
        let (node, kind) = self.name(Op::Lookup, [directory.0, 0, 0], name)?;
        Ok((Node(node), Kind::from_number(kind).ok_or(Errno::Io)?))
    }

    fn stat(&self, node: Node) -> Result<Stat> {
        let mut record = [0; STAT];
        let (_, size) = self.call(Op::Stat, [node.0, 0, 0], [&[]; 2], &mut record)?;
        let mut fields = record
            .chunks_exact(8)
            .map(|field| field.iter().rfold(0, |value, byte| value << 8 | u64::from(*byte)));
        let mut field = || fields.next().filter(|_| size == STAT).ok_or(Errno::Io);
        Ok(Stat {
            kind: Kind::from_number(field()?).ok_or(Errno::Io)?,
            inode: field()?,
            links: field()?,
            size: field()?,
            accessed: field()?,
            modified: field()?,
            created: field()?,
        })
    }

    fn open(&self, node: Node, access: Access) -> Result<()> {
        self.plain(Op::Open, [node.0, access_bits(access), 0])
    }

    fn read(&self, node: Node, offset: u64, buffer: &mut [u8]) -> Result<usize> {
        let mut done = 0;
        // A read of nothing asks, too: the host knows whether it is allowed.
        loop {
            let end = buffer.len().min(done + PAYLOAD_MAX);
            let part = &mut buffer[done..end];
            let wanted = part.len();
            match self.call(Op::Read, [node.0, wanted as u64, offset + done as u64], [&[]; 2], part) {
                Ok((_, size)) => done += size,
                Err(errno) if done == 0 => return Err(errno),
                Err(_) => return Ok(done),
            }
            if done < end || done == buffer.len() {
                return Ok(done);
            }
        }
    }

    fn write(&self, node: Node, offset: u64, bytes: &[u8]) -> Result<usize> {
        in_parts(bytes, |done, part| {
            let values = [node.0, offset + done as u64, 0];
            self.call(Op::Write, values, [part, &[]], &mut []).map(|(values, _)| values)
        })
        .map(|(size, _)| size)
    }

    fn append(&self, node: Node, bytes: &[u8], end: &mut u64) -> Result<usize> {
        let (size, new_end) = in_parts(bytes, |_, part| {
            self.call(Op::Append, [node.0, 0, 0], [part, &[]], &mut []).map(|(values, _)| values)
        })?;
        *end = new_end;
        Ok(size)
    }

    fn set_size(&self, node: Node, size: u64) -> Result<()> {
        self.plain(Op::SetSize, [node.0, size, 0])
    }

    fn set_times(&self, node: Node, accessed: SetTime, modified: SetTime) -> Result<()> {
        let time = |set| match set {
            SetTime::Keep => TIME_KEEP,
            SetTime::Now => TIME_NOW,
            SetTime::To(time) => time.min(TIME_NOW - 1),
        };
        self.plain(Op::SetTimes, [node.0, time(accessed), time(modified)])
    }

    fn sync(&self, node: Node, data_only: bool) -> Result<()> {
        self.plain(Op::Sync, [node.0, data_only.into(), 0])
    }

    fn create(&self, directory: Node, name: &str, access: Access) -> Result<Node> {
        self.name(Op::Create, [directory.0, access_bits(access), 0], name).map(|(node, _)| Node(node))
    }

    fn make_directory(&self, directory: Node, name: &str) -> Result<()> {
        self.name(Op::MakeDirectory, [directory.0, 0, 0], name).map(drop)
    }

    fn make_link(&self, directory: Node, name: &str, target: &str) -> Result<()> {
        let values = [directory.0, name.len() as u64, 0];
        self.call(Op::MakeLink, values, [name.as_bytes(), target.as_bytes()], &mut []).map(drop)
    }

    fn read_link(&self, node: Node) -> Result<Box<str>> {
        let mut text = buffer(LINK_MAX)?;
        let (_, size) = self.call(Op::ReadLink, [node.0, 0, 0], [&[]; 2], &mut text)?;
        text.truncate(size);
        String::from_utf8(text).map(String::into_boxed_str).map_err(|_| Errno::Ilseq)
    }

    fn link(&self, from: (Node, &str), to: (Node, &str)) -> Result<()> {
        let values = [from.0.0, to.0.0, from.1.len() as u64];
        self.call(Op::Link, values, [from.1.as_bytes(), to.1.as_bytes()], &mut []).map(drop)
    }

    fn rename(&self, from: (Node, &str), to: (Node, &str), directory: bool) -> Result<()> {
        let values = [from.0.0, to.0.0, from.1.len() as u64 | u64::from(directory) << 32];
        self.call(Op::Rename, values, [from.1.as_bytes(), to.1.as_bytes()], &mut []).map(drop)
    }

    fn unlink(&self, directory: Node, name: &str) -> Result<()> {
        self.name(Op::Unlink, [directory.0, 0, 0], name).map(drop)
    }

    fn remove_directory(&self, directory: Node, name: &str) -> Result<()> {
        self.name(Op::RemoveDirectory, [directory.0, 0, 0], name).map(drop)
    }

    fn read_directory(
        &self,
        directory: Node,
        cookie: u64,
        each: &mut dyn FnMut(Entry<'_>) -> bool,
    ) -> Result<()> {
        directory::read(cookie, each, |cookie, page| {
            let values = [directory.0, cookie, page.len() as u64];
            self.call(Op::ReadDirectory, values, [&[]; 2], page).map(|([last, ..], size)| (size, last != 0))
        })
    }
}

/// A reply's values and the length of its payload.
fn result(reply: Header) -> Result<([u64; 3], usize)> {
    match reply.code {
        0 => Ok((reply.values, reply.length as usize)),
        code => Err(Errno::from_code(code).unwrap_or(Errno::Io)),
    }
}

/// Writes `bytes` in parts that fit in a message by `write`, which returns the values of the reply: how many bytes were
/// written, and one more. Returns the total number, and the last of the other values.
fn in_parts(bytes: &[u8], mut write: impl FnMut(usize, &[u8]) -> Result<[u64; 3]>) -> Result<(usize, u64)> {
    let (mut done, mut last) = (0, 0);
    loop {
        let end = bytes.len().min(done + PAYLOAD_MAX);
        match write(done, &bytes[done..end]) {
            Ok([size, value, _]) => {
                done += (size as usize).min(end - done);
                last = value;
            }
            Err(errno) if done == 0 => return Err(errno),
            Err(_) => return Ok((done, last)),
        }
        if done < end || done == bytes.len() {
            return Ok((done, last));
        }
    }
}

fn access_bits(access: Access) -> u64 {
    let bit = |set, bit| if set { bit } else { 0 };
    bit(access.read, ACCESS_READ) | bit(access.write, ACCESS_WRITE) | bit(access.truncate, ACCESS_TRUNCATE)
}

/// `size` zeros.
fn buffer(size: usize) -> Result<Vec<u8>> {
    let mut buffer = Vec::new();
    buffer.try_reserve_exact(size).map_err(|_| Errno::Nomem)?;
    buffer.resize(size, 0);
    Ok(buffer)
}
