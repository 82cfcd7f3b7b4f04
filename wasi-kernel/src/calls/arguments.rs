//! Arguments and environment.

use crate::{Errno, GuestMemory, Linear, Process, Result, System, process::Strings};

impl<S: System> Process<S> {
    /// `args_get`: the arguments to `argv_buf`, pointers to them to `argv`.
    ///
    /// # Errors
    /// `Fault`.
    pub fn args_get(
        &mut self,
        memory: &mut GuestMemory<impl Linear>,
        argv: u32,
        argv_buf: u32,
    ) -> Result<()> {
        get(&self.arguments, memory, argv, argv_buf)
    }

    /// `args_sizes_get`: number of arguments to `count`, and what `argv_buf` must hold to `size`.
    ///
    /// # Errors
    /// `Fault`.
    pub fn args_sizes_get(
        &mut self,
        memory: &mut GuestMemory<impl Linear>,
        count: u32,
        size: u32,
    ) -> Result<()> {
        sizes_get(&self.arguments, memory, count, size)
    }

    /// `environ_get`: the environment, each `NAME=value`, to `environ_buf`, pointers to it to `environ`.
    ///
    /// # Errors
    /// `Fault`.
    pub fn environ_get(
        &mut self,
        memory: &mut GuestMemory<impl Linear>,
        environ: u32,
        environ_buf: u32,
    ) -> Result<()> {
        get(&self.environment, memory, environ, environ_buf)
    }

    /// `environ_sizes_get`: number of variables to `count`, and what `environ_buf` must hold to `size`.
    ///
    /// # Errors
    /// `Fault`.
    pub fn environ_sizes_get(
        &mut self,
        memory: &mut GuestMemory<impl Linear>,
        count: u32,
        size: u32,
    ) -> Result<()> {
        sizes_get(&self.environment, memory, count, size)
    }
}

fn get(
    strings: &Strings,
    memory: &mut GuestMemory<impl Linear>,
    mut pointers: u32,
    mut buffer: u32,
) -> Result<()> {
    for string in strings.bytes.split_inclusive(|byte| *byte == 0) {
        memory.store_u32(pointers, buffer)?;
        memory.slice_mut(buffer, string.len() as u32)?.copy_from_slice(string);
        pointers = pointers.checked_add(4).ok_or(Errno::Fault)?;
        buffer = buffer.checked_add(string.len() as u32).ok_or(Errno::Fault)?;
    }
    Ok(())
}

fn sizes_get(strings: &Strings, memory: &mut GuestMemory<impl Linear>, count: u32, size: u32) -> Result<()> {
    // As under Wasmtime, the last result is written first: it shows where both have one place.
    memory.store_u32(size, strings.bytes.len() as u32)?;
    memory.store_u32(count, strings.count)
}
