//! The prototypes of `wasi_snapshot_preview1` (WASI snapshot-01, `wasi_snapshot_preview1.witx`).
//!
//! A module's import is resolved to the kernel function whose symbol is `MODULE.NAME`, after its type was compared
//! with this table. The kernel's functions are `extern "C"` with exactly these types and without vmctx.

/// The import module's name.
pub const MODULE: &str = "wasi_snapshot_preview1";

/// The value types that occur.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// 32-bit integer.
    I32,
    /// 64-bit integer.
    I64,
}

/// One function: its name and its parameters. All but `proc_exit` return an errno as i32.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Function {
    /// Name of the import.
    pub name: &'static str,
    /// Parameters.
    pub params: &'static [Type],
    /// Whether it returns an errno; `proc_exit` alone returns nothing.
    pub returns: bool,
}

/// The function with this name.
pub fn find(name: &str) -> Option<&'static Function> {
    FUNCTIONS.iter().find(|function| function.name == name)
}

const I: Type = Type::I32;
const L: Type = Type::I64;

const fn f(name: &'static str, params: &'static [Type]) -> Function {
    Function { name, params, returns: true }
}

/// All 46 functions, in the order of the specification.
pub const FUNCTIONS: [Function; 46] = [
    f("args_get", &[I, I]),
    f("args_sizes_get", &[I, I]),
    f("environ_get", &[I, I]),
    f("environ_sizes_get", &[I, I]),
    f("clock_res_get", &[I, I]),
    f("clock_time_get", &[I, L, I]),
    f("fd_advise", &[I, L, L, I]),
    f("fd_allocate", &[I, L, L]),
    f("fd_close", &[I]),
    f("fd_datasync", &[I]),
    f("fd_fdstat_get", &[I, I]),
    f("fd_fdstat_set_flags", &[I, I]),
    f("fd_fdstat_set_rights", &[I, L, L]),
    f("fd_filestat_get", &[I, I]),
    f("fd_filestat_set_size", &[I, L]),
    f("fd_filestat_set_times", &[I, L, L, I]),
    f("fd_pread", &[I, I, I, L, I]),
    f("fd_prestat_get", &[I, I]),
    f("fd_prestat_dir_name", &[I, I, I]),
    f("fd_pwrite", &[I, I, I, L, I]),
    f("fd_read", &[I, I, I, I]),
    f("fd_readdir", &[I, I, I, L, I]),
    f("fd_renumber", &[I, I]),
    f("fd_seek", &[I, L, I, I]),
    f("fd_sync", &[I]),
    f("fd_tell", &[I, I]),
    f("fd_write", &[I, I, I, I]),
    f("path_create_directory", &[I, I, I]),
    f("path_filestat_get", &[I, I, I, I, I]),
    f("path_filestat_set_times", &[I, I, I, I, L, L, I]),
    f("path_link", &[I, I, I, I, I, I, I]),
    f("path_open", &[I, I, I, I, I, L, L, I, I]),
    f("path_readlink", &[I, I, I, I, I, I]),
    f("path_remove_directory", &[I, I, I]),
    f("path_rename", &[I, I, I, I, I, I]),
    f("path_symlink", &[I, I, I, I, I]),
    f("path_unlink_file", &[I, I, I]),
    f("poll_oneoff", &[I, I, I, I]),
    Function { name: "proc_exit", params: &[I], returns: false },
    f("proc_raise", &[I]),
    f("sched_yield", &[]),
    f("random_get", &[I, I]),
    f("sock_accept", &[I, I, I]),
    f("sock_recv", &[I, I, I, I, I, I]),
    f("sock_send", &[I, I, I, I, I]),
    f("sock_shutdown", &[I, I]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique() {
        for (i, function) in FUNCTIONS.iter().enumerate() {
            assert!(FUNCTIONS[i + 1..].iter().all(|other| other.name != function.name));
            assert_eq!(find(function.name), Some(function));
        }
    }
}
