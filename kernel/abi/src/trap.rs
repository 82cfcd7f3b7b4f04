//! Why a guest's code was stopped.

/// The reasons the specification gives for a trap, and the two limits that an engine adds. Zero is never a reason.
#[repr(u8)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrapReason {
    /// The `unreachable` instruction.
    Unreachable = 1,
    /// A load, store or bulk operation past the end of a memory.
    MemoryOutOfBounds = 2,
    /// An access past the end of a table.
    TableOutOfBounds = 3,
    /// `call_indirect` through a null element.
    IndirectCallToNull = 4,
    /// `call_indirect` of a function with another type.
    BadSignature = 5,
    /// An integer result that cannot be represented, as in `i32::MIN / -1`.
    IntegerOverflow = 6,
    /// Division or remainder by zero.
    IntegerDivisionByZero = 7,
    /// Conversion of a NaN or an infinite or too large float to an integer.
    BadConversionToInteger = 8,
    /// The thread's stack is used up.
    StackOverflow = 9,
    /// A null reference where an instruction demands another.
    NullReference = 10,
    /// An exception that no handler caught.
    UncaughtException = 11,
    /// An atomic access to an address that is not a multiple of its size.
    UnalignedAtomic = 12,
    /// `memory.atomic.wait` on a memory that is not shared.
    AtomicWaitOnUnsharedMemory = 13,
    /// No RAM was left for a page that the guest may use.
    OutOfMemory = 14,
    /// The processor time that the manifest grants is used up.
    CpuLimit = 15,
}

impl TrapReason {
    /// Every reason, in the order of their numbers.
    pub const ALL: [Self; 15] = [
        Self::Unreachable,
        Self::MemoryOutOfBounds,
        Self::TableOutOfBounds,
        Self::IndirectCallToNull,
        Self::BadSignature,
        Self::IntegerOverflow,
        Self::IntegerDivisionByZero,
        Self::BadConversionToInteger,
        Self::StackOverflow,
        Self::NullReference,
        Self::UncaughtException,
        Self::UnalignedAtomic,
        Self::AtomicWaitOnUnsharedMemory,
        Self::OutOfMemory,
        Self::CpuLimit,
    ];

    /// The reason with this number, as a site table stores it.
    pub fn from_u8(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number).checked_sub(1)?).copied()
    }

    /// The wording of the specification's test suite where it has one.
    pub const fn message(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable instruction executed",
            Self::MemoryOutOfBounds => "out of bounds memory access",
            Self::TableOutOfBounds => "undefined element: out of bounds table access",
            Self::IndirectCallToNull => "uninitialized element: indirect call to null",
            Self::BadSignature => "indirect call type mismatch",
            Self::IntegerOverflow => "integer overflow",
            Self::IntegerDivisionByZero => "integer divide by zero",
            Self::BadConversionToInteger => "invalid conversion to integer",
            Self::StackOverflow => "call stack exhausted",
            Self::NullReference => "null reference",
            Self::UncaughtException => "uncaught exception",
            Self::UnalignedAtomic => "unaligned atomic",
            Self::AtomicWaitOnUnsharedMemory => "atomic wait on unshared memory",
            Self::OutOfMemory => "out of physical memory",
            Self::CpuLimit => "processor time limit reached",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_round_trip() {
        for reason in TrapReason::ALL {
            assert_eq!(TrapReason::from_u8(reason as u8), Some(reason));
        }
        assert_eq!(TrapReason::from_u8(0), None);
        assert_eq!(TrapReason::from_u8(16), None);
    }
}
