//! The guest's linear memory: the one place where its numbers become slices.

use crate::{Errno, Result};

/// A guest's linear memory as the kernel has it: what turns the guest's numbers into slices. With demand-zero pages, a page
/// that the guest never wrote has no frame yet, and a fault inside of the kernel is not wanted: so an implementation
/// makes the range resident before it hands it out, or has such a page given when it is touched; then only
/// [`Linear::in_kernel`] is for work that may not fault.
pub trait Linear {
    /// The same memory during [`Linear::in_kernel`].
    type Resident<'a>: Linear
    where
        Self: 'a;

    /// Does `work`, which may take locks and must not fault: it has its stack, is not preempted, and what it gets of the
    /// memory is resident.
    ///
    /// # Errors
    /// What `work` says.
    fn in_kernel<T>(
        &mut self,
        work: impl FnOnce(&mut GuestMemory<Self::Resident<'_>>) -> Result<T>,
    ) -> Result<T>;

    /// Does `work`, as [`Linear::in_kernel`], with the `buffer.1` bytes at `buffer.0` if all that it needs is there already; else `None`, and
    /// nothing is done.
    fn at_once<T>(&mut self, buffer: (u32, u32), work: impl FnOnce(&mut [u8]) -> T) -> Option<T>;

    /// Current size in bytes.
    fn size(&self) -> usize;

    /// `len` bytes at `pointer`, to read.
    ///
    /// # Errors
    /// [`out_of_bounds`] if they are not all in the memory; `Nomem` if there is no RAM left for them.
    fn slice(&self, pointer: u32, len: u32) -> Result<&[u8]>;

    /// `len` bytes of text at `pointer`.
    ///
    /// # Errors
    /// As for [`Linear::slice`]; `Ilseq` if they are not UTF-8.
    fn text(&self, pointer: u32, len: u32) -> Result<&str> {
        core::str::from_utf8(self.slice(pointer, len)?).map_err(|_| Errno::Ilseq)
    }

    /// `len` bytes at `pointer`, to write.
    ///
    /// # Errors
    /// As for [`Linear::slice`].
    fn slice_mut(&mut self, pointer: u32, len: u32) -> Result<&mut [u8]>;
}

/// A memory that is all there already.
impl Linear for &mut [u8] {
    type Resident<'a>
        = &'a mut [u8]
    where
        Self: 'a;

    fn in_kernel<T>(&mut self, work: impl FnOnce(&mut GuestMemory<&mut [u8]>) -> Result<T>) -> Result<T> {
        work(&mut GuestMemory::new(self))
    }

    fn at_once<T>(&mut self, (pointer, len): (u32, u32), work: impl FnOnce(&mut [u8]) -> T) -> Option<T> {
        self.slice_mut(pointer, len).ok().map(work)
    }

    fn size(&self) -> usize {
        self.len()
    }

    fn slice(&self, pointer: u32, len: u32) -> Result<&[u8]> {
        self.get(pointer as usize..pointer as usize + len as usize).ok_or_else(|| out_of_bounds(len))
    }

    fn slice_mut(&mut self, pointer: u32, len: u32) -> Result<&mut [u8]> {
        self.get_mut(pointer as usize..pointer as usize + len as usize).ok_or_else(|| out_of_bounds(len))
    }
}

/// Why there are not `len` bytes where a guest's pointer points: `Fault`, or `Nomem` for a length that nothing would serve.
#[cold]
#[inline(never)]
pub fn out_of_bounds(len: u32) -> Errno {
    if len > REQUEST_MAX { Errno::Nomem } else { Errno::Fault }
}

/// Bytes that one call may ask for at most under Wasmtime. It answers `Nomem` to larger lengths, before it looks at the
/// pointer, and so does this crate if the range does not exist; one that exists is served.
pub(crate) const REQUEST_MAX: u32 = 128 << 20;

/// One guest's linear memory as it is now, for the time of one WASI call.
///
/// Pointers are `u32` offsets. Every method checks its whole range against the memory's size before it hands out a slice,
/// so a caller takes its slices before it takes a lock.
pub struct GuestMemory<L>(L);

impl<L: Linear> GuestMemory<L> {
    /// The memory that `linear` is.
    pub fn new(linear: L) -> Self {
        Self(linear)
    }

    /// As [`Linear::in_kernel`].
    ///
    /// # Errors
    /// As for [`Linear::in_kernel`].
    #[inline(always)]
    pub fn in_kernel<T>(
        &mut self,
        work: impl FnOnce(&mut GuestMemory<L::Resident<'_>>) -> Result<T>,
    ) -> Result<T> {
        self.0.in_kernel(work)
    }

    /// As [`Linear::at_once`].
    #[inline(always)]
    pub fn at_once<T>(&mut self, buffer: (u32, u32), work: impl FnOnce(&mut [u8]) -> T) -> Option<T> {
        self.0.at_once(buffer, work)
    }

    /// `len` bytes at `pointer`, to read.
    ///
    /// # Errors
    /// As for [`Linear::slice`].
    #[inline(always)]
    pub fn slice(&self, pointer: u32, len: u32) -> Result<&[u8]> {
        self.0.slice(pointer, len)
    }

    /// `len` bytes at `pointer`, to write.
    ///
    /// # Errors
    /// As for [`Linear::slice`].
    #[inline(always)]
    pub fn slice_mut(&mut self, pointer: u32, len: u32) -> Result<&mut [u8]> {
        self.0.slice_mut(pointer, len)
    }

    /// How many of `len` bytes at `pointer` are in the memory.
    pub fn available(&self, pointer: u32, len: u32) -> u32 {
        let behind = self.0.size().saturating_sub(pointer as usize);
        len.min(u32::try_from(behind).unwrap_or(u32::MAX))
    }

    /// `len` bytes of text at `pointer`.
    ///
    /// # Errors
    /// As for [`Linear::text`].
    #[inline(always)]
    pub fn text(&self, pointer: u32, len: u32) -> Result<&str> {
        self.0.text(pointer, len)
    }

    /// The `N` bytes of a record at `pointer`, which is a multiple of `align` (a power of two).
    ///
    /// # Errors
    /// `Fault` if they are not all in the memory or not aligned; as for [`Linear::slice`].
    #[inline(always)]
    pub fn load<const N: usize>(&self, pointer: u32, align: u32) -> Result<[u8; N]> {
        check_alignment(pointer, align)?;
        let slice = self.slice(pointer, N as u32)?;
        Ok(*slice.first_chunk().ok_or(Errno::Fault)?)
    }

    /// Writes a record of `N` bytes at `pointer`, which is a multiple of `align` (a power of two).
    ///
    /// # Errors
    /// As for [`GuestMemory::load`].
    #[inline(always)]
    pub fn store<const N: usize>(&mut self, pointer: u32, align: u32, record: &[u8; N]) -> Result<()> {
        check_alignment(pointer, align)?;
        let slice = self.slice_mut(pointer, N as u32)?;
        *slice.first_chunk_mut().ok_or(Errno::Fault)? = *record;
        Ok(())
    }

    /// Writes a 32-bit integer.
    ///
    /// # Errors
    /// As for [`GuestMemory::load`].
    #[inline(always)]
    pub fn store_u32(&mut self, pointer: u32, value: u32) -> Result<()> {
        self.store(pointer, 4, &value.to_le_bytes())
    }

    /// Writes a 64-bit integer.
    ///
    /// # Errors
    /// As for [`GuestMemory::load`].
    #[inline(always)]
    pub fn store_u64(&mut self, pointer: u32, value: u64) -> Result<()> {
        self.store(pointer, 8, &value.to_le_bytes())
    }
}

#[inline(always)]
fn check_alignment(pointer: u32, align: u32) -> Result<()> {
    /// A function of its own, so that nothing is prepared for it.
    #[cold]
    #[inline(never)]
    fn misaligned() -> Errno {
        Errno::Fault
    }
    if pointer & (align - 1) == 0 { Ok(()) } else { Err(misaligned()) }
}
