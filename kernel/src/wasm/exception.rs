//! Exceptions of compiled code: where they are kept, and how they get to their handlers.
//!
//! A reference to an exception is its address, and compiled code copies it freely. What nothing refers to any more is
//! found when a program has allocated much: its stack, its registers, the contexts and tables of its instances and the
//! exceptions that are reached from there are searched for words that are the address of an exception. A number that
//! only looks like one keeps an exception alive, no more.

use super::{
    libcalls::in_kernel,
    places,
    program::Program,
    trap::{Records, raise},
};
use crate::{arch::aarch64::cpu, sched};
use alloc::{boxed::Box, vec::Vec};
use core::cell::{Cell, RefCell};
use sinter_abi::{
    trap::TrapReason::{OutOfMemory, UncaughtException},
    vmctx::Exception,
};

/// Bytes that the exceptions of one program may take: those that are referred to, and those that were since the last
/// search.
const LIMIT: u64 = 1 << 20;
/// Bytes beyond those referred to after which there is a search at the earliest.
const STEP: u64 = 64 << 10;

/// One exception: its [`Exception`], then its values.
#[derive(Debug)]
struct Kept {
    words: Box<[u128]>,
    mark: Mark,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    /// Nothing refers to it, as far as is known.
    Unseen,
    /// Something refers to it. What it refers to is to be looked for, then in the one with this index.
    Pending(Option<usize>),
    /// Something refers to it.
    Seen,
}

impl Kept {
    fn address(&self) -> u64 {
        self.words.as_ptr() as u64
    }

    fn size(&self) -> u64 {
        (size_of::<Self>() + size_of_val(&*self.words)) as u64
    }
}

/// The exceptions of a program. Only its thread uses them.
#[derive(Debug, Default)]
pub struct Exceptions {
    all: RefCell<Vec<Kept>>,
    /// Bytes that they take.
    size: Cell<u64>,
    /// Bytes that those took which the last search left.
    live: Cell<u64>,
}

impl Exceptions {
    /// The address of a new one with room for `values` values, all zero; `None` if there is no room for it.
    fn allocate(&self, values: u32, program: &Program) -> Option<u64> {
        let count = size_of::<Exception>() / size_of::<u128>() + values as usize;
        let size = (size_of::<Kept>() + count * size_of::<u128>()) as u64;
        if self.size.get() + size > (self.live.get() * 2 + STEP).min(LIMIT) {
            self.collect(program);
            if self.size.get() + size > LIMIT {
                return None;
            }
        }
        let mut words = Vec::new();
        words.try_reserve_exact(count).ok()?;
        words.resize(count, 0);
        let mut all = self.all.borrow_mut();
        all.try_reserve(1).ok()?;
        let kept = Kept { words: words.into_boxed_slice(), mark: Mark::Unseen };
        let address = kept.address();
        all.push(kept);
        self.size.set(self.size.get() + size);
        Some(address)
    }

    /// Frees those that nothing of `program`, whose thread is here, refers to.
    fn collect(&self, program: &Program) {
        let mut all = self.all.borrow_mut();
        all.sort_unstable_by_key(Kept::address);
        let mut pending = None;
        let mut visit = |word: u64| see(&mut all, &mut pending, word);
        cpu::preserved_registers().into_iter().for_each(&mut visit);
        for word in (cpu::stack_pointer()..program.stack.top()).step_by(size_of::<u64>()) {
            // SAFETY: from the stack pointer on, the stack is mapped, and its thread is here.
            visit(unsafe { (word as *const u64).read() });
        }
        program.visit_exceptions(&mut visit);
        while let Some(index) = pending {
            let Mark::Pending(next) = all[index].mark else { unreachable!("it is in the list of such") };
            pending = next;
            all[index].mark = Mark::Seen;
            for value in 0..all[index].words.len() {
                let word = all[index].words[value] as u64;
                see(&mut all, &mut pending, word);
            }
        }
        all.retain(|kept| kept.mark == Mark::Seen);
        all.iter_mut().for_each(|kept| kept.mark = Mark::Unseen);
        self.live.set(all.iter().map(Kept::size).sum());
        self.size.set(self.live.get());
    }
}

/// If `word` is an address in one of `all`, which are sorted, puts that in the list that begins with `pending`, once.
fn see(all: &mut [Kept], pending: &mut Option<usize>, word: u64) {
    let Some(index) = all.partition_point(|kept| kept.address() <= word).checked_sub(1) else { return };
    let kept = &mut all[index];
    if word - kept.address() < size_of_val(&*kept.words) as u64 && kept.mark == Mark::Unseen {
        kept.mark = Mark::Pending(pending.replace(index));
    }
}

#[unsafe(no_mangle)]
extern "C" fn sinter_exception_new(_vmctx: u64, values: u32) -> u64 {
    let address = in_kernel(|program| program.exceptions.allocate(values, program));
    address.unwrap_or_else(|| raise(OutOfMemory))
}

#[unsafe(no_mangle)]
extern "C" fn sinter_throw(_vmctx: u64, exception: u64) -> ! {
    let thread = sched::current();
    let program = Program::of(thread);
    let stack = thread.stack_mapped()..program.stack.top();
    for caller in (Records { fp: cpu::frame_pointer(), stack }) {
        let Some(module) = program.module_at(caller.pc) else { break };
        if let Some((handler, landing)) = places::handler(module, caller.pc) {
            // SAFETY: the compiler says so of this call. Between it and here there are only the app's frames and
            // this one, which owns nothing.
            unsafe { cpu::resume(landing, caller.fp - u64::from(handler.frame), caller.fp, exception) };
        }
    }
    raise(UncaughtException)
}
