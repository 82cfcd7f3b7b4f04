//! Bytes in their order, up to a fixed number of them.

/// Up to `N` bytes.
pub struct Ring<const N: usize> {
    bytes: [u8; N],
    first: usize,
    count: usize,
}

impl<const N: usize> Ring<N> {
    /// No bytes.
    pub const fn new() -> Self {
        Self { bytes: [0; N], first: 0, count: 0 }
    }

    /// How many bytes there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// For how many more there is room.
    pub fn room(&self) -> usize {
        N - self.count
    }

    /// Adds as many of `bytes` at the end as there is room for.
    pub fn extend(&mut self, bytes: &[u8]) {
        let bytes = &bytes[..bytes.len().min(self.room())];
        let end = (self.first + self.count) % N;
        let (behind, wrapped) = bytes.split_at(bytes.len().min(N - end));
        self.bytes[end..end + behind.len()].copy_from_slice(behind);
        self.bytes[..wrapped.len()].copy_from_slice(wrapped);
        self.count += bytes.len();
    }

    /// The first bytes: all of them, or those that lie side by side.
    pub fn front(&self) -> &[u8] {
        &self.bytes[self.first..(self.first + self.count).min(N)]
    }

    /// Takes away the first `count` bytes.
    ///
    /// # Panics
    /// If there are not so many.
    pub fn consume(&mut self, count: usize) {
        assert!(count <= self.count, "{count} bytes of {}", self.count);
        self.first = (self.first + count) % N;
        self.count -= count;
    }
}
