//! What is in directories and symbolic links.

use crate::{
    Errno, GuestMemory, Linear, Process, Result, System,
    fs::{Entry, Handle},
    path::{Walk, without_nul},
    types::Kind,
};

/// Bytes of a `$dirent` before the name.
const HEADER: usize = 24;

/// Guest memory that is made resident at one time.
const CHUNK: u32 = 1 << 16;

/// The entries at cookies 0 and 1; the file system's own follow.
const DOTS: [&str; 2] = [".", ".."];

impl<S: System> Process<S> {
    /// `fd_readdir`: entries behind `cookie` to `buf`, the last one cut off where the buffer ends; number of bytes to `used`,
    /// less than `buf_len` if there are no more.
    ///
    /// # Errors
    /// `Badf` for what is no directory; `Fault`; what the file system says.
    pub fn fd_readdir(
        &mut self,
        memory: &mut GuestMemory<impl Linear>,
        fd: u32,
        buf: u32,
        buf_len: u32,
        cookie: u64,
        used: u32,
    ) -> Result<()> {
        let directory = &self.table.directory(fd)?.handle;
        let own = directory.fs().stat(directory.node())?.inode;
        let available = memory.available(buf, buf_len);
        let (mut next, mut filled) = (cookie, 0);
        loop {
            let size = (available - filled).min(CHUNK);
            let last = filled + size == available;
            let buffer = if size == 0 { &mut [] } else { memory.slice_mut(buf + filled, size)? };
            let mut chunk = Chunk { buffer, used: 0, next, last };
            let complete = list(directory, own, &mut chunk)?;
            next = chunk.next;
            filled += chunk.used as u32;
            if !complete && last && available < buf_len {
                return Err(Errno::Fault);
            }
            if complete || last {
                return memory.store_u32(used, filled);
            }
        }
    }

    /// `path_readlink`: text of the symbolic link at `path` to `buf`, cut off where the buffer ends; number of bytes to `used`.
    ///
    /// # Errors
    /// `Badf` for what is no directory; `Inval` for what is no link; `Perm` for one that leads to an absolute path; `Ilseq`,
    /// `Fault`; as for [`Walk::parent`].
    pub fn path_readlink(
        &mut self,
        memory: &mut GuestMemory<impl Linear>,
        fd: u32,
        path: u32,
        path_len: u32,
        buf: u32,
        buf_len: u32,
        used: u32,
    ) -> Result<()> {
        let directory = &self.table.directory(fd)?.handle;
        let path = memory.text(path, path_len)?;
        let mut walk = Walk::new(directory);
        let name = walk.parent(path)?.ok_or(Errno::Inval)?;
        let (node, _) = walk.fs().lookup(walk.directory(), without_nul(name)?)?;
        let text = walk.fs().read_link(node);
        walk.fs().release(node);
        let text = text?;
        if text.starts_with('/') {
            return Err(Errno::Perm);
        }
        let size = text.len().min(buf_len as usize) as u32;
        memory.slice_mut(buf, size)?.copy_from_slice(&text.as_bytes()[..size as usize]);
        memory.store_u32(used, size)
    }
}

/// Puts the entries of `directory`, whose inode is `own`, from the chunk's cookie on into the chunk. True if that was all.
fn list(directory: &Handle, own: u64, chunk: &mut Chunk<'_>) -> Result<bool> {
    while let Some(name) = usize::try_from(chunk.next).ok().and_then(|index| DOTS.get(index)) {
        // As Wasmtime, which shows the directory itself as its parent: what is above a preopened one is no business of the app.
        if !chunk.push(&Entry { next: chunk.next + 1, inode: own, kind: Kind::Directory, name }) {
            return Ok(false);
        }
    }
    let dots = DOTS.len() as u64;
    let mut complete = true;
    directory.fs().read_directory(directory.node(), chunk.next - dots, &mut |entry| {
        complete = chunk.push(&Entry { next: entry.next.saturating_add(dots), ..entry });
        complete
    })?;
    Ok(complete)
}

/// A part of the guest's buffer.
struct Chunk<'a> {
    buffer: &'a mut [u8],
    used: usize,
    /// Cookie of what comes next.
    next: u64,
    /// No other chunk follows: what does not fit is cut off.
    last: bool,
}

impl Chunk<'_> {
    /// Adds an entry. False if there is no room, or not for all of it.
    fn push(&mut self, entry: &Entry<'_>) -> bool {
        let name = entry.name.as_bytes();
        let mut header = [0; HEADER];
        header[..8].copy_from_slice(&entry.next.to_le_bytes());
        header[8..16].copy_from_slice(&entry.inode.to_le_bytes());
        header[16..20].copy_from_slice(&(name.len() as u32).to_le_bytes());
        header[20] = entry.kind as u8;
        let room = &mut self.buffer[self.used..];
        let fits = HEADER + name.len() <= room.len();
        if fits || self.last {
            self.used += copy(room, &header);
            self.used += copy(&mut self.buffer[self.used..], name);
        }
        if fits {
            self.next = entry.next;
        }
        fits
    }
}

/// Copies as much of `from` as fits into `to`, and returns how much.
fn copy(to: &mut [u8], from: &[u8]) -> usize {
    let size = to.len().min(from.len());
    to[..size].copy_from_slice(&from[..size]);
    size
}
