//! Bytes in their order, up to a fixed number of them: what lies in a pipe.

use crate::{Errno, Result};
use alloc::{boxed::Box, vec::Vec};

/// Up to `N` bytes, which is a power of two.
pub struct Ring<const N: usize> {
    bytes: Box<[u8; N]>,
    /// How many bytes were ever taken out.
    taken: usize,
    /// How many there are.
    len: usize,
}

impl<const N: usize> Ring<N> {
    /// No bytes.
    ///
    /// # Errors
    /// `Nomem`.
    pub fn new() -> Result<Self> {
        const { assert!(N.is_power_of_two()) };
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(N).map_err(|_| Errno::Nomem)?;
        bytes.resize(N, 0);
        let bytes = bytes.into_boxed_slice().try_into().map_err(|_| Errno::Nomem)?;
        Ok(Self { bytes, taken: 0, len: 0 })
    }

    /// How many bytes there are.
    #[inline]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Adds as many of `bytes` at the end as there is room for, and returns how many.
    #[inline(always)]
    pub fn put(&mut self, bytes: &[u8]) -> usize {
        let bytes = &bytes[..bytes.len().min(N - self.len)];
        let end = self.taken.wrapping_add(self.len) % N;
        // Seldom does what is put in go beyond the end and on at the start.
        match self.bytes.get_mut(end..end + bytes.len()) {
            Some(place) => place.copy_from_slice(bytes),
            None => {
                let (behind, wrapped) = bytes.split_at(N - end);
                self.bytes[end..].copy_from_slice(behind);
                self.bytes[..wrapped.len()].copy_from_slice(wrapped);
            }
        }
        self.len += bytes.len();
        bytes.len()
    }

    /// Takes the first bytes out, as many as there are and `buffer` has room for, and returns how many.
    #[inline(always)]
    pub fn take(&mut self, buffer: &mut [u8]) -> usize {
        let size = buffer.len().min(self.len);
        let (buffer, start) = (&mut buffer[..size], self.taken % N);
        match self.bytes.get(start..start + size) {
            Some(bytes) => buffer.copy_from_slice(bytes),
            None => {
                let (behind, wrapped) = buffer.split_at_mut(N - start);
                behind.copy_from_slice(&self.bytes[start..]);
                wrapped.copy_from_slice(&self.bytes[..wrapped.len()]);
            }
        }
        self.taken = self.taken.wrapping_add(size);
        self.len -= size;
        size
    }
}

#[cfg(test)]
mod tests {
    use super::Ring;
    use alloc::{collections::VecDeque, vec::Vec};

    #[test]
    fn bytes_come_out_in_order_wherever_they_lie() {
        let mut ring = Ring::<8>::new().unwrap();
        let mut model = VecDeque::<u8>::new();
        let mut next = 0u8;
        for round in 0..1000usize {
            let bytes: Vec<u8> = (0..round * 7 % 11).map(|index| next.wrapping_add(index as u8)).collect();
            let put = ring.put(&bytes);
            assert_eq!(put, bytes.len().min(8 - model.len()), "{round}");
            next = next.wrapping_add(put as u8);
            model.extend(&bytes[..put]);
            let mut buffer = [0; 9];
            let buffer = &mut buffer[..round * 5 % 10];
            let size = ring.take(buffer);
            assert_eq!(size, buffer.len().min(model.len()), "{round}");
            assert!(model.drain(..size).eq(buffer[..size].iter().copied()), "{round}");
            assert_eq!(ring.len(), model.len(), "{round}");
        }
    }
}
