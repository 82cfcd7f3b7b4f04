//! How much of the disk each of its users may fill, so that nobody fills it for the others.
//!
//! There are no owners on the disk. Whoever makes a file pays for it and for all its names, whoever writes to it later; and what
//! was there at the mount is nobody's until a user takes it over who has the directory for his own.

/// What something takes of the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cost {
    /// Blocks of files.
    pub blocks: u64,
    /// Bytes of a snapshot, at most.
    pub weight: u64,
}

/// What one user has taken, and how much that may be.
pub struct Account {
    used: Cost,
    limit: Cost,
}

/// The account of what is nobody's; only the disk limits it.
pub const NOBODY: u32 = 0;

impl Account {
    /// Nothing is taken of `limit`.
    pub fn new(limit: Cost) -> Self {
        Self { used: Cost::default(), limit }
    }

    /// How much more may be taken.
    pub fn room(&self) -> Cost {
        Cost {
            blocks: self.limit.blocks.saturating_sub(self.used.blocks),
            weight: self.limit.weight.saturating_sub(self.used.weight),
        }
    }

    /// Takes `more`, whatever the limit: who may not, was asked before.
    pub fn take(&mut self, more: Cost) {
        self.used = Cost { blocks: self.used.blocks + more.blocks, weight: self.used.weight + more.weight };
    }

    /// Gives `less` back.
    pub fn give(&mut self, less: Cost) {
        self.used = Cost { blocks: self.used.blocks - less.blocks, weight: self.used.weight - less.weight };
    }

    /// What is taken.
    pub fn used(&self) -> Cost {
        self.used
    }
}
