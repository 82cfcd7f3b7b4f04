//! The functions of `wasi_snapshot_preview1` as compiled code calls them: `extern "C"`, without vmctx.
//!
//! Each is a symbol of its own, so that the linker drops those that no app of the image imports. They run on
//! the app's stack as kernel code, which is not preempted; [`Process`](wasi_kernel::Process) does the work.

use super::{
    board::Board,
    libcalls::require_stack,
    memory::{Guest, OnDemand},
    program::{End, Outside},
    trap,
};
use crate::{mm::frames, sched};
use alloc::boxed::Box;
use sinter_abi::wasi::{FUNCTIONS, Type};
use wasi_kernel::{Errno, Exit, GuestMemory, Process};

/// Runs a call of the running app: with its process, and its memory as it is now. `GROWS` says that it may need memory of
/// the kernel's heap.
#[inline(always)]
fn call<const GROWS: bool>(
    work: impl FnOnce(&mut Process<Board>, &mut GuestMemory<Guest<'_>>) -> wasi_kernel::Result<()>,
) -> usize {
    let thread = sched::current();
    require_stack(thread);
    sched::enter_kernel(thread);
    // A call of a script may reach nothing.
    let errno = Outside::of(thread).map_or(Err(Errno::Nosys), |outside| {
        if GROWS && frames::are_scarce() {
            return Err(Errno::Nomem);
        }
        // SAFETY: calls do not nest, as none calls the app's code; and only this thread uses the app's memory.
        let (process, guest) = unsafe { (outside.process(), Guest::new(outside.memory())) };
        work(process, &mut GuestMemory::new(guest))
    });
    let errno = Errno::code(errno);
    sched::leave_kernel(thread);
    errno
}

/// Runs a call as the app's own code: it may be preempted, and what it touches is given as to the app. What takes a lock, it
/// does within [`Linear::in_kernel`](wasi_kernel::Linear::in_kernel).
#[inline(always)]
fn brief(
    work: impl FnOnce(&mut Process<Board>, &mut GuestMemory<OnDemand>) -> wasi_kernel::Result<()>,
) -> usize {
    let Some(outside) = Outside::of(sched::current()) else { return Errno::Nosys as usize };
    // SAFETY: as in `call`; the thread is not in kernel code, and may reach what is outside.
    let (process, guest) = unsafe { (outside.process(), OnDemand::new()) };
    // It has no size, so nothing is allocated. With a place on the stack, nobody's last call could leave the stack first.
    Errno::code(work(process, Box::leak(Box::new(GuestMemory::new(guest)))))
}

/// A parameter's type.
trait Parameter {
    const TYPE: Type;
}

impl Parameter for u32 {
    const TYPE: Type = Type::I32;
}

impl Parameter for u64 {
    const TYPE: Type = Type::I64;
}

/// Whether the table that the compiler goes by has the function with these parameters.
const fn is_as_declared(name: &str, types: &[Type]) -> bool {
    let mut function = 0;
    while function < FUNCTIONS.len() {
        let declared = &FUNCTIONS[function];
        if is_same(declared.name.as_bytes(), name.as_bytes()) {
            let mut same = declared.params.len() == types.len();
            let mut index = 0;
            while same && index < types.len() {
                same = declared.params[index] as u8 == types[index] as u8;
                index += 1;
            }
            return same;
        }
        function += 1;
    }
    false
}

const fn is_same(a: &[u8], b: &[u8]) -> bool {
    let mut index = 0;
    while index < a.len() && index < b.len() && a[index] == b[index] {
        index += 1;
    }
    index == a.len() && index == b.len()
}

// The errno is a whole register, of which compiled code looks at 32 bits: so a call may end in a jump to what returns it.
macro_rules! functions {
    ($call:expr => $($name:ident($($parameter:ident: $type:ty),*);)*) => {
        $(
            const _: () = assert!(is_as_declared(stringify!($name), &[$(<$type as Parameter>::TYPE),*]));

            #[unsafe(export_name = concat!("wasi_snapshot_preview1.", stringify!($name)))]
            extern "C" fn $name($($parameter: $type),*) -> usize {
                $call(|process, memory| process.$name(memory, $($parameter),*))
            }
        )*
    };
}

functions! {
    brief =>
    clock_res_get(id: u32, resolution: u32);
    clock_time_get(id: u32, precision: u64, time: u32);
    fd_filestat_get(fd: u32, stat: u32);
    fd_read(fd: u32, iovs: u32, iovs_len: u32, nread: u32);
    fd_write(fd: u32, iovs: u32, iovs_len: u32, nwritten: u32);
}

// What takes nothing from the heap. A write may, and is refused by the file system if there is none.
functions! {
    call::<false> =>
    args_get(argv: u32, argv_buf: u32);
    args_sizes_get(count: u32, size: u32);
    environ_get(environ: u32, environ_buf: u32);
    environ_sizes_get(count: u32, size: u32);
    fd_fdstat_get(fd: u32, stat: u32);
    fd_prestat_get(fd: u32, prestat: u32);
    fd_prestat_dir_name(fd: u32, path: u32, path_len: u32);
    fd_seek(fd: u32, offset: u64, whence: u32, new_offset: u32);
    fd_tell(fd: u32, offset: u32);
    proc_raise(signal: u32);
    random_get(buf: u32, buf_len: u32);
}

functions! {
    call::<true> =>
    fd_advise(fd: u32, offset: u64, len: u64, advice: u32);
    fd_allocate(fd: u32, offset: u64, len: u64);
    fd_close(fd: u32);
    fd_datasync(fd: u32);
    fd_fdstat_set_flags(fd: u32, flags: u32);
    fd_fdstat_set_rights(fd: u32, base: u64, inheriting: u64);
    fd_filestat_set_size(fd: u32, size: u64);
    fd_filestat_set_times(fd: u32, atim: u64, mtim: u64, flags: u32);
    fd_pread(fd: u32, iovs: u32, iovs_len: u32, offset: u64, nread: u32);
    fd_pwrite(fd: u32, iovs: u32, iovs_len: u32, offset: u64, nwritten: u32);
    fd_readdir(fd: u32, buf: u32, buf_len: u32, cookie: u64, used: u32);
    fd_renumber(from: u32, to: u32);
    fd_sync(fd: u32);
    path_create_directory(fd: u32, path: u32, path_len: u32);
    path_filestat_get(fd: u32, lookup: u32, path: u32, path_len: u32, stat: u32);
    path_filestat_set_times(fd: u32, lookup: u32, path: u32, path_len: u32, atim: u64, mtim: u64, flags: u32);
    path_link(old_fd: u32, lookup: u32, old: u32, old_len: u32, new_fd: u32, new: u32, new_len: u32);
    path_open(
        fd: u32, lookup: u32, path: u32, path_len: u32,
        open: u32, base: u64, inheriting: u64, flags: u32, opened: u32
    );
    path_readlink(fd: u32, path: u32, path_len: u32, buf: u32, buf_len: u32, used: u32);
    path_remove_directory(fd: u32, path: u32, path_len: u32);
    path_rename(old_fd: u32, old: u32, old_len: u32, new_fd: u32, new: u32, new_len: u32);
    path_symlink(old: u32, old_len: u32, fd: u32, new: u32, new_len: u32);
    path_unlink_file(fd: u32, path: u32, path_len: u32);
    poll_oneoff(subscriptions: u32, events: u32, count: u32, happened: u32);
    sock_accept(fd: u32, flags: u32, accepted: u32);
    sock_recv(fd: u32, data: u32, data_len: u32, flags: u32, received: u32, out_flags: u32);
    sock_send(fd: u32, data: u32, data_len: u32, flags: u32, sent: u32);
    sock_shutdown(fd: u32, how: u32);
}

/// Reaches nothing, and takes the core's lock with interrupts masked: it needs neither process nor mark as kernel code.
#[unsafe(export_name = "wasi_snapshot_preview1.sched_yield")]
extern "C" fn sched_yield() -> u32 {
    let thread = sched::current();
    require_stack(thread);
    sched::yield_now();
    sched::leave_kernel(thread);
    0
}

#[unsafe(export_name = "wasi_snapshot_preview1.proc_exit")]
extern "C" fn proc_exit(status: u32) -> ! {
    let thread = sched::current();
    require_stack(thread);
    sched::enter_kernel(thread);
    let outside = Outside::of(thread);
    // SAFETY: as in `call`.
    trap::exit(match outside.map(|outside| unsafe { outside.process() }.proc_exit(status)) {
        Some(Exit::Status(status)) => End::Exit(status.into()),
        Some(Exit::Invalid(_)) | None => End::InvalidExit(status),
    })
}
