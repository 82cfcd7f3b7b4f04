//! Exceptions of a thread: a page that is to be given, a trap, or a mistake of the kernel.

use super::{
    instance::Instance,
    trap::{self, Trap},
};
use crate::{
    arch::aarch64::{
        context::Frame,
        exception::{Class, Syndrome},
    },
    drivers::semihosting,
    mm::window::OutOfMemory,
    sched::thread::Thread,
};
use sinter_abi::trap::TrapReason;

/// Handles the exception; `frame` then says how the thread goes on. `false` if the kernel itself is to blame.
pub fn handle(thread: *mut Thread, frame: &mut Frame, syndrome: Syndrome) -> bool {
    // SAFETY: the running thread's record; only its cells are used here, `frame` is not one of them.
    let thread = unsafe { &*thread };
    if syndrome.class == Class::Undefined && thread.in_kernel.get() && semihosting::is_missing(frame.elr) {
        frame.elr += 4;
        return true;
    }
    if thread.instance.is_null() {
        return false;
    }
    let instance = Instance::of(thread);
    let out_of_memory = match give_page(thread, instance, &syndrome) {
        Some(Ok(())) => return true,
        Some(Err(OutOfMemory)) => true,
        None => false,
    };
    let compiled = trap::function(instance.module(), frame.elr);
    // Bulk operations run in kernel code, but as the app's own: there, too, an access to its slot is its own
    // fault.
    let own = match syndrome.class {
        Class::DataAbort => compiled.is_some() || instance.owns(syndrome.far),
        Class::InstructionAbort => true,
        _ => compiled.is_some(),
    };
    if thread.in_kernel.get() || !own {
        // In a call, buffers were made resident first, so even an exhausted RAM is found there and not here.
        return false;
    }
    let (reason, address) = if out_of_memory {
        (TrapReason::OutOfMemory, Some(syndrome.far))
    } else {
        let site = compiled.and_then(|function| trap::site(instance.module(), function, frame.elr));
        let reason = site.and_then(|(_, reason)| reason);
        match syndrome.class {
            Class::DataAbort if instance.is_stack(syndrome.far) => {
                (TrapReason::StackOverflow, Some(syndrome.far))
            }
            Class::DataAbort => (reason.unwrap_or(TrapReason::MemoryOutOfBounds), Some(syndrome.far)),
            Class::InstructionAbort => (TrapReason::Unreachable, Some(syndrome.far)),
            _ => (reason.unwrap_or(TrapReason::Unreachable), None),
        }
    };
    let stack = thread.stack_mapped.get()..instance.stack().end;
    // Nothing is known of the place of a jump into nowhere but who jumped.
    let pc = if syndrome.class == Class::InstructionAbort { frame.x[30] } else { frame.elr };
    instance.set_trap(Trap::new(reason, address, pc, frame.x[29], stack));
    thread.in_kernel.set(true);
    frame.elr = trap::finish as *const () as u64;
    frame.sp = instance.stack().end;
    (frame.x[29], frame.x[30]) = (0, 0);
    true
}

/// Gives RAM to the page whose access faulted, if it is one that the thread may use; `None` if it is not.
fn give_page(thread: &Thread, instance: &Instance, syndrome: &Syndrome) -> Option<Result<(), OutOfMemory>> {
    let address = syndrome.far;
    if syndrome.class != Class::DataAbort || !syndrome.is_translation_fault() {
        return None;
    }
    if let Some(memory) = instance.memory_at(address) {
        return Some(memory.touch(address));
    }
    instance.stack().contains(&address).then(|| instance.extend_stack(thread, address))
}
