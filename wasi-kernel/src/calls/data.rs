//! Reading, writing and the position.

use crate::{
    Errno, GuestMemory, Linear, Process, Result, System, descriptor::Descriptor, memory::REQUEST_MAX,
};

impl<S: System> Process<S> {
    /// `fd_read`: reads into the first buffer of `iovs` that is not empty; number of bytes to `nread`.
    ///
    /// # Errors
    /// `Badf` for what is not open for reading; `Inval`, `Nomem`, `Fault`; what the file system or the stream says.
    #[inline(always)]
    pub fn fd_read(
        &mut self,
        memory: &mut GuestMemory<impl Linear>,
        fd: u32,
        iovs: u32,
        iovs_len: u32,
        nread: u32,
    ) -> Result<()> {
        let (pointer, len) = first_buffer(memory, iovs, iovs_len)?;
        let size = match self.table.get_mut(fd)? {
            Descriptor::File(file) => {
                let buffer = memory.slice_mut(pointer, len)?;
                let size = file.read_at(file.position, buffer)?;
                file.position += size as u64;
                size
            }
            // A read of nothing from standard input is no end of file: Wasmtime says that it was interrupted.
            Descriptor::Input(_) if len == 0 => return Err(Errno::Intr),
            Descriptor::Input(stream) => stream.read(memory.slice_mut(pointer, len)?)?,
            Descriptor::Output(_) | Descriptor::Directory(_) => return Err(Errno::Badf),
        };
        memory.store_u32(nread, size as u32)
    }

    /// `fd_pread`: as `fd_read`, from byte `offset` on, without moving the position.
    ///
    /// # Errors
    /// As for `fd_read`; `Spipe` for standard input.
    pub fn fd_pread(
        &mut self,
        memory: &mut GuestMemory<impl Linear>,
        fd: u32,
        iovs: u32,
        iovs_len: u32,
        offset: u64,
        nread: u32,
    ) -> Result<()> {
        let (pointer, len) = first_buffer(memory, iovs, iovs_len)?;
        let size = match self.table.get(fd)? {
            Descriptor::File(file) => file.read_at(offset, memory.slice_mut(pointer, len)?)?,
            Descriptor::Input(_) => return Err(Errno::Spipe),
            Descriptor::Output(_) | Descriptor::Directory(_) => return Err(Errno::Badf),
        };
        memory.store_u32(nread, size as u32)
    }

    /// `fd_write`: writes the first buffer of `iovs` that is not empty; number of bytes to `nwritten`.
    ///
    /// # Errors
    /// `Badf` for what is not open for writing; `Inval`, `Nomem`, `Fault`; what the file system or the stream says.
    #[inline(always)]
    pub fn fd_write(
        &mut self,
        memory: &mut GuestMemory<impl Linear>,
        fd: u32,
        iovs: u32,
        iovs_len: u32,
        nwritten: u32,
    ) -> Result<()> {
        let (pointer, len) = first_buffer(memory, iovs, iovs_len)?;
        let size = match self.table.get_mut(fd)? {
            Descriptor::File(file) => file.write(memory.slice(pointer, len)?)?,
            Descriptor::Output(stream) => stream.write(memory.slice(pointer, len)?)?,
            Descriptor::Input(_) | Descriptor::Directory(_) => return Err(Errno::Badf),
        };
        memory.store_u32(nwritten, size as u32)
    }

    /// `fd_pwrite`: as `fd_write`, from byte `offset` on, without moving the position. A file that was opened for
    /// appending is appended to all the same, as on Linux.
    ///
    /// # Errors
    /// As for `fd_write`; `Spipe` for standard output and error.
    pub fn fd_pwrite(
        &mut self,
        memory: &mut GuestMemory<impl Linear>,
        fd: u32,
        iovs: u32,
        iovs_len: u32,
        offset: u64,
        nwritten: u32,
    ) -> Result<()> {
        let (pointer, len) = first_buffer(memory, iovs, iovs_len)?;
        let size = match self.table.get_mut(fd)? {
            Descriptor::File(file) => file.write_at(offset, memory.slice(pointer, len)?)?,
            Descriptor::Output(_) => return Err(Errno::Spipe),
            Descriptor::Input(_) | Descriptor::Directory(_) => return Err(Errno::Badf),
        };
        memory.store_u32(nwritten, size as u32)
    }

    /// `fd_seek`: moves the position by `offset` bytes from where `whence` says; the new one to `new_offset`.
    ///
    /// # Errors
    /// `Inval` for a position that is negative or above `u64::MAX`; `Spipe` for a stream, `Badf`, `Fault`.
    pub fn fd_seek(
        &mut self,
        memory: &mut GuestMemory<impl Linear>,
        fd: u32,
        offset: u64,
        whence: u32,
        new_offset: u32,
    ) -> Result<()> {
        if whence > 2 {
            return Err(Errno::Inval);
        }
        let file = self.table.seekable(fd)?;
        let from = match whence {
            0 => 0,
            1 => file.position,
            _ => file.handle.fs().stat(file.handle.node())?.size,
        };
        file.position = from.checked_add_signed(offset as i64).ok_or(Errno::Inval)?;
        memory.store_u64(new_offset, file.position)
    }

    /// `fd_tell`: the position to `offset`.
    ///
    /// # Errors
    /// `Spipe` for a stream, `Badf`, `Fault`.
    pub fn fd_tell(&mut self, memory: &mut GuestMemory<impl Linear>, fd: u32, offset: u32) -> Result<()> {
        let position = self.table.seekable(fd)?.position;
        memory.store_u64(offset, position)
    }
}

/// Pointer and length of the first of `len` buffers at `iovs` that is not empty; (0, 0) if there is none. As under Wasmtime,
/// a call transfers one buffer, and a program that has more comes again.
#[inline(always)]
fn first_buffer(memory: &GuestMemory<impl Linear>, iovs: u32, len: u32) -> Result<(u32, u32)> {
    let mut buffer = if len == 1 { iovec(memory, iovs)? } else { 0 };
    if len > 1 || buffer >= u64::from(REQUEST_MAX) << 32 {
        buffer = first_of_many(memory, iovs, len)?;
    }
    if buffer >> 32 == 0 { Ok((0, 0)) } else { Ok((buffer as u32, (buffer >> 32) as u32)) }
}

/// The same for any number of buffers and any length.
#[inline(never)]
fn first_of_many(memory: &GuestMemory<impl Linear>, iovs: u32, len: u32) -> Result<u64> {
    const IOVEC: u32 = 8;
    if len > REQUEST_MAX / IOVEC {
        return Err(Errno::Nomem);
    }
    for index in 0..len {
        let buffer = iovec(memory, iovs.checked_add(index * IOVEC).ok_or(Errno::Fault)?)?;
        let len = (buffer >> 32) as u32;
        // The one complaint about the buffer that comes before those about the descriptor.
        if len > REQUEST_MAX && memory.available(buffer as u32, len) < len {
            return Err(Errno::Nomem);
        }
        if len != 0 {
            return Ok(buffer);
        }
    }
    Ok(0)
}

/// The `$iovec` at `at`: the pointer, and above it the length.
#[inline(always)]
fn iovec(memory: &GuestMemory<impl Linear>, at: u32) -> Result<u64> {
    memory.load(at, 4).map(u64::from_le_bytes)
}
