//! Kernel functions that compiled code calls by symbol for what is too long for inline code.
//!
//! They are `extern "C"`, take the caller's vmctx first unless that is said otherwise, and do not return if the operation
//! traps. A memory or table index is the module's own. Lengths and addresses are zero-extended to 64 bits by the caller.

/// `fn(vmctx, memory: u32, pages: u64) -> i64`: the size before in pages, or -1 (core specification 4.6.8).
pub const MEMORY_GROW: &str = "sinter_memory_grow";
/// C's `fn(to: *mut u8, from: *const u8, len: usize)`, without a vmctx, for bytes that compiled code has checked.
pub const MEMMOVE: &str = "memmove";
/// C's `fn(to: *mut u8, value: u32, len: usize)`, likewise.
pub const MEMSET: &str = "memset";
/// `fn(vmctx, to_memory: u32, from_memory: u32, to: u64, from: u64, len: u64)`.
pub const MEMORY_COPY: &str = "sinter_memory_copy";
/// `fn(vmctx, memory: u32, to: u64, value: u32, len: u64)`.
pub const MEMORY_FILL: &str = "sinter_memory_fill";
/// `fn(vmctx, memory: u32, segment: u32, to: u64, from: u64, len: u64)`.
pub const MEMORY_INIT: &str = "sinter_memory_init";
/// `fn(vmctx, segment: u32)`.
pub const DATA_DROP: &str = "sinter_data_drop";
/// `fn(vmctx, table: u32, count: u64, value: u64) -> i64`: the size before, or -1.
pub const TABLE_GROW: &str = "sinter_table_grow";
/// `fn(vmctx, to_table: u32, from_table: u32, to: u64, from: u64, len: u64)`.
pub const TABLE_COPY: &str = "sinter_table_copy";
/// `fn(vmctx, table: u32, to: u64, value: u64, len: u64)`.
pub const TABLE_FILL: &str = "sinter_table_fill";
/// `fn(vmctx, table: u32, segment: u32, to: u64, from: u64, len: u64)`.
pub const TABLE_INIT: &str = "sinter_table_init";
/// `fn(vmctx, segment: u32)`.
pub const ELEM_DROP: &str = "sinter_elem_drop";
/// `fn(vmctx, segment: u32, index: u64, value: u64)`: sets one reference of an element segment whose initialiser is
/// not a plain function, during instantiation.
pub const ELEM_SET: &str = "sinter_elem_set";
/// `fn(vmctx, value: u64, expected: u64, timeout: i64) -> u32`: `memory.atomic.wait` (threads proposal, 4.4.7) where
/// memory has `value`: 1 at once if that is not what is expected, else 2 after `timeout` nanoseconds, never if it is
/// negative.
pub const ATOMIC_WAIT: &str = "sinter_atomic_wait";
/// `fn(vmctx, values: u32) -> u64`: the address of a new [`crate::vmctx::Exception`] with room for so many values, all
/// zero.
pub const EXCEPTION_NEW: &str = "sinter_exception_new";
/// `fn(vmctx, exception: u64) -> !`: goes on at the innermost handler among the callers, or traps if there is none.
pub const THROW: &str = "sinter_throw";
/// `fn(vmctx)`: the running thread's next WASI call comes from this instance, whose memory 0 it means. Only where several
/// modules share an app.
pub const WASI_CALLER: &str = "sinter_wasi_caller";
