//! Exceptions of a thread: a page that is to be given, a trap, or a mistake of the kernel.

use super::{
    places,
    program::{End, Program},
    trap::{self, Innermost, Trap},
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
use sinter_abi::{trap::TrapReason, window};

/// Handles the exception; `frame` then says how the thread goes on. `false` if the kernel itself is to blame.
pub fn handle(thread: *mut Thread, frame: &mut Frame, syndrome: Syndrome) -> bool {
    // SAFETY: the running thread's record; only its cells are used here, `frame` is not one of them.
    let thread = unsafe { &*thread };
    if syndrome.class == Class::Undefined && thread.in_kernel.get() && semihosting::is_missing(frame.elr) {
        frame.elr += 4;
        return true;
    }
    if thread.program.is_null() {
        return false;
    }
    let program = Program::of(thread);
    // From here on, an address in a memory is the one of its strict view.
    let syndrome = Syndrome { far: window::strict(syndrome.far), ..syndrome };
    let out_of_memory = match give_page(thread, program, &syndrome) {
        Some(Ok(())) => return true,
        Some(Err(OutOfMemory)) => true,
        None => false,
    };
    let module = program.module_at(frame.elr);
    // Bulk operations run in kernel code, but as the app's own: there, too, an access to its slot is its own
    // fault.
    let own = match syndrome.class {
        Class::DataAbort => module.is_some() || program.owns(syndrome.far),
        Class::InstructionAbort => true,
        _ => module.is_some(),
    };
    if thread.in_kernel.get() || !own {
        // In a call, buffers were made resident first, so even an exhausted RAM is found there and not here.
        return false;
    }
    let reason =
        module.and_then(|module| places::reason(module, places::function(module, frame.elr)?, frame.elr));
    let address = Some(syndrome.far);
    let (reason, address) = match syndrome.class {
        _ if out_of_memory => (TrapReason::OutOfMemory, address),
        Class::DataAbort if program.stack.guards(syndrome.far) => (TrapReason::StackOverflow, address),
        Class::DataAbort => (reason.unwrap_or(TrapReason::MemoryOutOfBounds), address),
        Class::InstructionAbort => (TrapReason::Unreachable, address),
        _ => (reason.unwrap_or(TrapReason::Unreachable), None),
    };
    let stack = thread.stack_mapped()..program.stack.top();
    program.set_trap(Trap::new(reason, address, innermost(program, &syndrome, frame), frame.x[29], stack));
    finish(thread, program, frame);
    true
}

/// Ends an app that has run for as long as it may, unless it is in kernel code, at whose end it ends; whether
/// it goes on to its end now.
pub fn end_exhausted(thread: *mut Thread) -> bool {
    // SAFETY: the running thread's record, whose frame nothing else uses; its cells are not in the frame.
    let (record, frame) = unsafe { (&*thread, &mut (*thread).context.frame) };
    if record.in_kernel.get() {
        return false;
    }
    let program = Program::of(record);
    program.set_end(End::OutOfTime);
    finish(record, program, frame);
    true
}

/// Has the interrupted thread go on with its last steps, on an empty stack.
fn finish(thread: &Thread, program: &Program, frame: &mut Frame) {
    thread.in_kernel.set(true);
    frame.elr = trap::finish as *const () as u64;
    frame.sp = program.stack.top();
    (frame.x[29], frame.x[30]) = (0, 0);
}

/// Which instruction to name as the one that trapped. For a jump into nowhere that is the jump; and the
/// kernel's leaf functions, which copy and fill, have no frame that would lead to their caller.
fn innermost(program: &Program, syndrome: &Syndrome, frame: &Frame) -> Innermost {
    let (pc, caller) = (frame.elr, frame.x[30]);
    let leaf = program.module_at(pc).is_none() && program.module_at(caller).is_some();
    if leaf || syndrome.class == Class::InstructionAbort {
        return Innermost { pc: caller, caller: None };
    }
    let function = program.module_at(pc).and_then(|module| places::function(module, pc));
    let is_leaf = function.is_some_and(|function| !places::has_record(function));
    Innermost { pc, caller: is_leaf.then_some(caller) }
}

/// Gives RAM to the page whose access faulted, if it is one that the thread may use; `None` if it is not.
fn give_page(thread: &Thread, program: &Program, syndrome: &Syndrome) -> Option<Result<(), OutOfMemory>> {
    let address = syndrome.far;
    if syndrome.class != Class::DataAbort || !syndrome.is_translation_fault() {
        return None;
    }
    if let Some(memory) = program.memory_at(address) {
        return Some(memory.touch(address));
    }
    program.stack.contains(address).then(|| program.stack.extend(thread, address))
}
