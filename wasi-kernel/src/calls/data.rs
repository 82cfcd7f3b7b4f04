//! Reading, writing and the position.

use crate::{
    Errno, GuestMemory, Linear, Process, Result, System,
    descriptor::{Descriptor, File, Mode, Standard},
    memory::REQUEST_MAX,
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
        match self.table.get_mut(fd) {
            Ok(Descriptor::File(file)) => read_file(file, memory, iovs, iovs_len, nread),
            Ok(Descriptor::Input(stream)) => read_stream(stream, memory, iovs, iovs_len, nread),
            _ => refuse(memory, iovs, iovs_len),
        }
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
        let buffer = first_buffer(memory, iovs, iovs_len)?;
        let size = match self.table.get(fd)? {
            Descriptor::File(file) => file.read_at(memory, offset, buffer)?,
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
        let file = match self.table.get_mut(fd) {
            Ok(Descriptor::File(file)) => file,
            Ok(Descriptor::Output(stream)) => {
                return write_stream(stream, memory, iovs, iovs_len, nwritten);
            }
            _ => return refuse(memory, iovs, iovs_len),
        };
        match file.mode.writing() {
            Mode::WRITE => write_here(file, memory, iovs, iovs_len, nwritten),
            Mode::SINK => {
                if let Some(buffer) = usual_buffer(memory, iovs, iovs_len)
                    && let Some(size) = file.discard(memory, buffer)
                    && let end = file.position + u64::from(size)
                    && memory.store_u32(nwritten, size).is_ok()
                {
                    file.position = end;
                    return Ok(());
                }
                write_file(file, memory, iovs, iovs_len, nwritten)
            }
            Mode::APPENDED => append_here(file, memory, iovs, iovs_len, nwritten),
            _ => write_file(file, memory, iovs, iovs_len, nwritten),
        }
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
        let buffer = first_buffer(memory, iovs, iovs_len)?;
        let size = match self.table.get(fd)? {
            Descriptor::File(file) => file.write_at(memory, offset, buffer)?,
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

// Reading and writing by what the descriptor is: first if all is as usual and what is needed at hand, and then in general. Each
// is the last thing that its call does, so that what needs no frame on the stack has none.

/// `fd_read` of a file.
#[inline(never)]
fn read_file(
    file: &mut File,
    memory: &mut GuestMemory<impl Linear>,
    iovs: u32,
    iovs_len: u32,
    nread: u32,
) -> Result<()> {
    if let Some(buffer) = usual_buffer(memory, iovs, iovs_len)
        && let Some(result) = file.read_at_once(memory, buffer)
    {
        return memory.store_u32(nread, result?);
    }
    read_any(file, memory, iovs, iovs_len, nread)
}

/// `fd_read` of a file, in general.
#[inline(never)]
fn read_any(
    file: &mut File,
    memory: &mut GuestMemory<impl Linear>,
    iovs: u32,
    iovs_len: u32,
    nread: u32,
) -> Result<()> {
    let buffer = first_buffer(memory, iovs, iovs_len)?;
    let size = file.read(memory, buffer)?;
    memory.store_u32(nread, size as u32)
}

/// `fd_read` of standard input.
#[inline(never)]
fn read_stream(
    stream: &Standard,
    memory: &mut GuestMemory<impl Linear>,
    iovs: u32,
    iovs_len: u32,
    nread: u32,
) -> Result<()> {
    if let Some(buffer) = usual_buffer(memory, iovs, iovs_len)
        && let Some(result) = memory.at_once(buffer, |bytes| stream.read(bytes).map(|size| size as u32))
    {
        return memory.store_u32(nread, result?);
    }
    read_any_stream(stream, memory, iovs, iovs_len, nread)
}

/// `fd_read` of standard input, in general.
#[inline(never)]
fn read_any_stream(
    stream: &Standard,
    memory: &mut GuestMemory<impl Linear>,
    iovs: u32,
    iovs_len: u32,
    nread: u32,
) -> Result<()> {
    let (pointer, len) = first_buffer(memory, iovs, iovs_len)?;
    if len == 0 {
        // A read of nothing from standard input is no end of file: Wasmtime says that it was interrupted.
        return Err(Errno::Intr);
    }
    let size = memory.in_kernel(|memory| stream.read(memory.slice_mut(pointer, len)?))?;
    memory.store_u32(nread, size as u32)
}

/// `fd_write` to the position of a file that keeps what is written.
#[inline(never)]
fn write_here(
    file: &mut File,
    memory: &mut GuestMemory<impl Linear>,
    iovs: u32,
    iovs_len: u32,
    nwritten: u32,
) -> Result<()> {
    if let Some(buffer) = usual_buffer(memory, iovs, iovs_len)
        && let Some(result) = file.write_at_once(memory, buffer)
    {
        return memory.store_u32(nwritten, result?);
    }
    write_file(file, memory, iovs, iovs_len, nwritten)
}

/// `fd_write` to the end of a file that keeps what is written.
#[inline(never)]
fn append_here(
    file: &mut File,
    memory: &mut GuestMemory<impl Linear>,
    iovs: u32,
    iovs_len: u32,
    nwritten: u32,
) -> Result<()> {
    if let Some(buffer) = usual_buffer(memory, iovs, iovs_len)
        && let Some(result) = file.append_at_once(memory, buffer)
    {
        return memory.store_u32(nwritten, result?);
    }
    write_file(file, memory, iovs, iovs_len, nwritten)
}

/// `fd_write` to a file, in general.
#[inline(never)]
fn write_file(
    file: &mut File,
    memory: &mut GuestMemory<impl Linear>,
    iovs: u32,
    iovs_len: u32,
    nwritten: u32,
) -> Result<()> {
    let buffer = first_buffer(memory, iovs, iovs_len)?;
    let size = file.write(memory, buffer)?;
    memory.store_u32(nwritten, size as u32)
}

/// `fd_write` to standard output or error.
#[inline(never)]
fn write_stream(
    stream: &Standard,
    memory: &mut GuestMemory<impl Linear>,
    iovs: u32,
    iovs_len: u32,
    nwritten: u32,
) -> Result<()> {
    if let Some(buffer) = usual_buffer(memory, iovs, iovs_len)
        && let Some(result) = memory.at_once(buffer, |bytes| stream.write(bytes).map(|size| size as u32))
    {
        return memory.store_u32(nwritten, result?);
    }
    write_any_stream(stream, memory, iovs, iovs_len, nwritten)
}

/// `fd_write` to standard output or error, in general.
#[inline(never)]
fn write_any_stream(
    stream: &Standard,
    memory: &mut GuestMemory<impl Linear>,
    iovs: u32,
    iovs_len: u32,
    nwritten: u32,
) -> Result<()> {
    let (pointer, len) = first_buffer(memory, iovs, iovs_len)?;
    let size = memory.in_kernel(|memory| stream.write(memory.slice(pointer, len)?))?;
    memory.store_u32(nwritten, size as u32)
}

/// What cannot be read or written at all. Complaints about the buffers come first.
#[inline(always)]
fn refuse(memory: &GuestMemory<impl Linear>, iovs: u32, iovs_len: u32) -> Result<()> {
    check_buffers(memory, iovs, iovs_len)?;
    Err(Errno::Badf)
}

#[inline(never)]
fn check_buffers(memory: &GuestMemory<impl Linear>, iovs: u32, iovs_len: u32) -> Result<()> {
    first_buffer(memory, iovs, iovs_len).map(drop)
}

/// Pointer and length of the one buffer at `iovs` that most calls have.
#[inline(always)]
fn usual_buffer(memory: &GuestMemory<impl Linear>, iovs: u32, len: u32) -> Option<(u32, u32)> {
    let buffer = if len == 1 { iovec(memory, iovs).ok()? } else { return None };
    (1..=REQUEST_MAX).contains(&buffer.1).then_some(buffer)
}

/// Pointer and length of the first of `len` buffers at `iovs` that is not empty; (0, 0) if there is none. As under Wasmtime,
/// a call transfers one buffer, and a program that has more comes again.
fn first_buffer(memory: &GuestMemory<impl Linear>, iovs: u32, len: u32) -> Result<(u32, u32)> {
    const IOVEC: u32 = 8;
    if len > REQUEST_MAX / IOVEC {
        return Err(Errno::Nomem);
    }
    for index in 0..len {
        let (pointer, len) = iovec(memory, iovs.checked_add(index * IOVEC).ok_or(Errno::Fault)?)?;
        // The one complaint about the buffer that comes before those about the descriptor.
        if len > REQUEST_MAX && memory.available(pointer, len) < len {
            return Err(Errno::Nomem);
        }
        if len != 0 {
            return Ok((pointer, len));
        }
    }
    Ok((0, 0))
}

/// The `$iovec` at `at`: pointer and length.
#[inline(always)]
fn iovec(memory: &GuestMemory<impl Linear>, at: u32) -> Result<(u32, u32)> {
    let record = memory.load(at, 4).map(u64::from_le_bytes)?;
    Ok((record as u32, (record >> 32) as u32))
}
