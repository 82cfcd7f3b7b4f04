//! A running program: a thread, the instances whose code it runs, and what it may reach by WASI.

use super::{
    board::Board,
    exception::Exceptions,
    instance::{Instance, StartError},
    memory::Memory,
    mounts,
    pipes::Ends,
    places, slice,
    stack::Stack,
    trap::{self, Trap},
};
use crate::{
    arch::aarch64::{context::Context, mmu::PAGE, timer},
    console::{Terminal, console},
    mm::window::Slot,
    sched::{
        self,
        thread::{SUPERVISOR, Thread},
    },
};
use alloc::{boxed::Box, rc::Rc, vec::Vec};
use core::{
    cell::{Cell, UnsafeCell},
    ptr,
};
use sinter_abi::{
    image::{App, EXPECT_OUT_OF_TIME, EXPECT_TRAP},
    module::Module,
    trap::TrapReason,
};
use wasi_kernel::{Process, Streams};

/// How a program ended.
#[derive(Debug, Clone, Copy)]
pub enum End {
    /// By `proc_exit` with this status, or with 0 by returning.
    Exit(u32),
    /// By `proc_exit` with a status above 125, which WASI does not allow. It counts as status 1.
    InvalidExit(u32),
    /// By a trap for this reason.
    Trap(TrapReason),
    /// It has run for as long as its manifest lets it.
    OutOfTime,
}

impl End {
    /// The exit status, if it chose one.
    pub const fn status(self) -> Option<u32> {
        match self {
            Self::Exit(status) => Some(status),
            Self::InvalidExit(_) => Some(1),
            Self::Trap(_) | Self::OutOfTime => None,
        }
    }

    /// What the manifest's `expect` calls it.
    pub const fn expectation(self) -> u32 {
        match self {
            Self::Exit(status) => status,
            Self::InvalidExit(_) => 1,
            Self::Trap(_) => EXPECT_TRAP,
            Self::OutOfTime => EXPECT_OUT_OF_TIME,
        }
    }
}

/// What an app may reach.
pub struct Outside {
    app: &'static App,
    process: UnsafeCell<Process<Board>>,
    /// Memory 0 of the module that calls WASI.
    memory: UnsafeCell<Rc<Memory>>,
    terminal: Box<dyn Terminal>,
}

impl Outside {
    /// What `thread`, an app's, may reach; nothing for a call of a script.
    #[inline(always)]
    pub fn of(thread: &Thread) -> Option<&Self> {
        // SAFETY: it is its program's, which lives as long as the thread.
        unsafe { thread.outside.as_ref() }
    }

    /// What it may reach by WASI.
    ///
    /// # Safety
    /// The caller is the one call of the program's thread, and keeps the reference no longer than that.
    #[expect(clippy::mut_from_ref, reason = "one thread, one call at a time")]
    pub unsafe fn process(&self) -> &mut Process<Board> {
        // SAFETY: by contract there is no other reference.
        unsafe { &mut *self.process.get() }
    }

    /// The memory that a WASI call uses.
    ///
    /// # Safety
    /// As for [`Self::process`].
    pub unsafe fn memory(&self) -> &Memory {
        // SAFETY: by contract `set_caller`, which is a call of its own, does not run.
        unsafe { &*self.memory.get() }
    }

    /// Notes that the next WASI call is that of `instance`, one of the program's.
    ///
    /// # Safety
    /// As for [`Self::process`].
    pub unsafe fn set_caller(&self, instance: &Instance) {
        // SAFETY: by contract nobody uses the memory before.
        unsafe { *self.memory.get() = first_memory(instance) };
    }
}

/// Memory 0 of `instance`, or one of no bytes in its place.
fn first_memory(instance: &Instance) -> Rc<Memory> {
    let memory = instance.memories().first().cloned();
    memory.unwrap_or_else(|| Rc::new(Memory::none(instance.slot().clone())))
}

/// A call of compiled code, `extern "C"` with three arguments.
#[derive(Debug, Clone, Copy)]
pub struct Call {
    /// Address of the function.
    pub function: u64,
    /// Its arguments; functions with fewer ignore the rest.
    pub arguments: [u64; 3],
}

/// A program. Only its own thread uses it until that has ended, then who started it; hence cells and no
/// locks.
pub struct Program {
    thread: UnsafeCell<Thread>,
    /// Instances whose code it runs, each behind those that it imports from.
    instances: Vec<Rc<Instance>>,
    /// The exceptions that these can have hold of.
    pub exceptions: Rc<Exceptions>,
    /// What it calls, one after another.
    calls: Vec<Call>,
    /// What it may reach; nothing for a call of a script.
    pub outside: Option<Outside>,
    /// Its thread's stack.
    pub stack: Stack,
    end: Cell<Option<End>>,
    trap: Cell<Option<Trap>>,
}

impl Program {
    /// The program of `app`, with these ends of pipes, whose thread is ready to be started.
    ///
    /// # Errors
    /// If there are too many instances or there is no RAM for it, or if a mount is not there.
    pub fn of_app(app: &'static App, ends: Ends) -> Result<Box<Self>, StartError> {
        let mut providers = Vec::new();
        let mut calls = Vec::new();
        let mut call = |function: u64, instance: &Instance| {
            if function != 0 {
                calls.push(Call { function, arguments: [instance.vmctx(), 0, 0] });
            }
        };
        for library in slice(&app.libraries) {
            // SAFETY: the linker step points each library to its module, in constant data.
            let module: &'static Module = unsafe { &*library.module };
            let instance = Instance::new(module, slice(&library.imports), &providers)?;
            call(module.instantiate, &instance);
            call(module.initialize, &instance);
            providers.push(Some(instance));
        }
        // SAFETY: as above.
        let module: &'static Module = unsafe { &*app.module };
        let instance = Instance::new(module, slice(&app.imports), &providers)?;
        call(module.instantiate, &instance);
        call(module.start, &instance);

        // The stack lies below the context, behind an unmapped page.
        let top = instance.context_start() - PAGE;
        let slot = instance.slot().clone();
        let memory = UnsafeCell::new(first_memory(&instance));
        let instances = providers.into_iter().flatten().chain([instance]).collect();

        let terminal = console().open(app);
        let (arguments, environment) =
            (slice(&app.args).iter().map(slice), slice(&app.env).iter().map(slice));
        let console = terminal.streams();
        let preopens = mounts::preopens(app, &console).map_err(StartError::Mount)?;
        let streams = Streams {
            input: ends.input.unwrap_or(console.input),
            output: ends.output.unwrap_or(console.output),
            error: console.error,
        };
        let mut process = Process::new(Board, arguments, environment, streams, preopens);
        process.limit_open(app.open_files as usize);
        let outside = Outside { app, process: UnsafeCell::new(process), memory, terminal };
        let (exceptions, priority) = (Rc::default(), app.priority.min(7) as u8);
        let stack = (slot, top, app.stack_size);
        let mut program = Self::new(stack, priority, instances, exceptions, calls, Some(outside))?;
        let limit = if app.cpu_ms == u64::MAX { u64::MAX } else { timer::ticks_at(app.cpu_ms * 1_000_000) };
        program.thread.get_mut().confine(sched::permitted(app.cores as usize), limit);
        Ok(program)
    }

    /// A program that makes one call and can reach nothing but `instances`, which have `exceptions`. Its stack of
    /// `stack_size` bytes has a slot of its own.
    ///
    /// # Errors
    /// If there are too many instances or there is no RAM for it.
    pub fn of_call(
        instances: Vec<Rc<Instance>>,
        exceptions: Rc<Exceptions>,
        call: Call,
        stack_size: u64,
    ) -> Result<Box<Self>, StartError> {
        let slot = Rc::new(Slot::take().ok_or(StartError::NoSlot)?);
        let top = slot.start() + sinter_abi::window::BASE;
        Self::new((slot, top, stack_size), SUPERVISOR - 1, instances, exceptions, Vec::from([call]), None)
    }

    fn new(
        (slot, stack_top, stack_size): (Rc<Slot>, u64, u64),
        priority: u8,
        instances: Vec<Rc<Instance>>,
        exceptions: Rc<Exceptions>,
        calls: Vec<Call>,
        outside: Option<Outside>,
    ) -> Result<Box<Self>, StartError> {
        let (stack, mapped) = Stack::new(slot, stack_top, stack_size)?;
        let mut program = Box::new(Self {
            thread: UnsafeCell::new(Thread::new(Context::new(0, 0, 0), priority, ptr::null(), mapped)),
            instances,
            exceptions,
            calls,
            outside,
            stack,
            end: Cell::new(None),
            trap: Cell::new(None),
        });
        let address: *const Self = &raw const *program;
        let thread = program.thread.get_mut();
        thread.context = Context::new(main as *const () as u64, address as u64, stack_top);
        thread.program = address;
        // SAFETY: the program stays in its box for as long as the thread lives.
        thread.outside = unsafe { &*address }.outside.as_ref().map_or(ptr::null(), ptr::from_ref);
        thread.in_kernel.set(false);
        Ok(program)
    }

    /// The program that `thread`, an app's, runs.
    pub fn of(thread: &Thread) -> &Self {
        // SAFETY: an app's thread has its program, which lives as long as the thread.
        unsafe { &*thread.program }
    }

    /// The program's thread, for the scheduler.
    pub fn thread(&self) -> *mut Thread {
        self.thread.get()
    }

    /// The app that it runs, unless it is a call of a script.
    pub fn app(&self) -> Option<&'static App> {
        self.outside.as_ref().map(|outside| outside.app)
    }

    /// Calls `visit` with every word outside of its stack that may be a reference to an exception.
    pub fn visit_exceptions(&self, visit: &mut impl FnMut(u64)) {
        self.instances.iter().for_each(|instance| instance.visit_exceptions(visit));
    }

    /// The memory that has `address` as one of its bytes.
    pub fn memory_at(&self, address: u64) -> Option<&Memory> {
        let mut memories = self.instances.iter().flat_map(|instance| instance.memories());
        memories.find(|memory| memory.contains(address)).map(|memory| &**memory)
    }

    /// Which memory's window `address` lies in, and at which offset. They are counted through all instances,
    /// those of the app's own module first.
    pub fn offset(&self, address: u64) -> Option<(usize, u64)> {
        let memories = self.instances.iter().rev().flat_map(|instance| instance.memories());
        let mut offsets = memories.map(|memory| (memory, address.wrapping_sub(memory.base()))).enumerate();
        let inside = |(_, (memory, offset)): &(usize, (&Rc<Memory>, u64))| {
            memory.slot().contains(address) && *offset < sinter_abi::window::SLOT_SIZE
        };
        offsets.find(inside).map(|(index, (_, offset))| (index, offset))
    }

    /// The module whose code has the instruction at `pc`.
    pub fn module_at(&self, pc: u64) -> Option<&'static Module> {
        let modules = self.instances.iter().map(|instance| instance.module());
        modules.rev().find(|module| places::function(module, pc).is_some())
    }

    /// Whether `address` lies in a slot of the program.
    pub fn owns(&self, address: u64) -> bool {
        self.stack.slot().contains(address) || self.instances.iter().any(|instance| instance.owns(address))
    }

    /// Bytes by which its memories may still grow together, as far as the manifest goes.
    pub fn allowance(&self) -> u64 {
        let sizes =
            self.instances.iter().flat_map(|instance| instance.own_memories()).map(|memory| memory.size());
        self.app().map_or(u64::MAX, |app| app.memory_max.saturating_sub(sizes.sum()))
    }

    /// Bytes of RAM that its memories, contexts, stack and translation tables hold.
    pub fn held(&self) -> u64 {
        self.instances.iter().map(|instance| instance.held()).sum()
    }

    /// Cycles that its thread has run.
    pub fn cycles(&self) -> u64 {
        // SAFETY: the cell is the thread's, which is the caller or has ended.
        unsafe { (*self.thread.get()).cycles.get() }
    }

    /// How it ended, once it has.
    pub fn end(&self) -> Option<End> {
        self.end.get()
    }

    /// The trap that ended it, if one did.
    pub fn trap(&self) -> Option<Trap> {
        self.trap.get()
    }

    /// Notes how it ends.
    pub fn set_end(&self, end: End) {
        self.end.set(Some(end));
    }

    /// Notes that it ends by a trap.
    pub fn set_trap(&self, trap: Trap) {
        self.end.set(Some(End::Trap(trap.reason)));
        self.trap.set(Some(trap));
    }

    /// Tells on its console how it ended. In its own thread, at its end.
    pub fn tell_end(&self) {
        if let Some(outside) = &self.outside {
            outside.terminal.ended(self);
        }
    }
}

/// The first that a program's thread runs.
extern "C" fn main(program: &Program) -> ! {
    for &Call { function, arguments: [a, b, c] } in &program.calls {
        // SAFETY: the compiler put the address of such a function there; AAPCS64 lets it have fewer
        // parameters.
        let function: extern "C" fn(u64, u64, u64) = unsafe { core::mem::transmute(function) };
        function(a, b, c);
    }
    trap::exit(End::Exit(0))
}

/// Starts `program`'s thread and leaves it alone; [`sched::take_ended`] returns the thread, and [`reclaim`]
/// the program.
pub fn launch(program: Box<Program>) {
    let program = Box::leak(program);
    // SAFETY: it lives until `reclaim` gets it back, after the thread has ended.
    unsafe { sched::start(program.thread()) };
}

/// The program of a thread that has ended.
///
/// # Safety
/// The thread was started by [`launch`] and came from [`sched::take_ended`].
pub unsafe fn reclaim(thread: *mut Thread) -> Box<Program> {
    // SAFETY: by contract nothing else uses the program, which `launch` leaked.
    unsafe { Box::from_raw((*thread).program.cast_mut()) }
}
