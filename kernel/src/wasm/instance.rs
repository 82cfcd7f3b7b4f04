//! An instance: a module with memories, tables and a thread of its own.
//!
//! Its slot, from above: linear memory 0, the context (`sinter_abi::vmctx`), an unmapped page, the stack.

use super::{
    board::Board,
    memory::Memory,
    mounts, slice,
    table::{Segment, Table},
    trap::{self, Trap},
};
use crate::{
    arch::aarch64::{context::Context, mmu::PAGE},
    console::{Terminal, console},
    mm::window::{OutOfMemory, Slot},
    sched::thread::Thread,
};
use alloc::{boxed::Box, vec::Vec};
use core::{
    cell::{Cell, RefCell, UnsafeCell},
    fmt::{self, Display, Formatter},
    ops::Range,
};
use sinter_abi::{
    image::App,
    module::Module,
    trap::TrapReason,
    vmctx::{self, FuncRef, Layout},
    window::BASE,
};
use wasi_kernel::{Errno, Process};

/// Bytes of stack that the deepest path of a WASI call may take. An app has them beyond the stack that it
/// asks for.
pub const CALL_STACK: u64 = 16 << 10;
/// Bytes by which a stack is extended at least.
const STACK_STEP: u64 = 4 * PAGE;

/// How an app ended.
#[derive(Debug, Clone, Copy)]
pub enum End {
    /// By `proc_exit`, or by returning from `_start`, with this status.
    Exit(u32),
    /// By `proc_exit` with a status above 125, which WASI does not allow. It counts as status 1.
    InvalidExit(u32),
    /// By a trap for this reason.
    Trap(TrapReason),
}

impl End {
    /// The exit status, unless it was a trap.
    pub const fn status(self) -> Option<u32> {
        match self {
            Self::Exit(status) => Some(status),
            Self::InvalidExit(_) => Some(1),
            Self::Trap(_) => None,
        }
    }
}

/// A running app. Only its own thread uses it until that has ended, then the supervisor; hence cells and no
/// locks.
pub struct Instance {
    thread: UnsafeCell<Thread>,
    app: &'static App,
    module: &'static Module,
    /// Linear memory 0, or one without pages in its place.
    memories: Vec<Memory>,
    /// Its tables.
    pub tables: RefCell<Vec<Table>>,
    /// Its element segments.
    pub elements: RefCell<Vec<Segment>>,
    /// Which of its data segments were dropped.
    pub dropped_data: RefCell<Vec<bool>>,
    /// What it may reach by WASI.
    process: UnsafeCell<Process<Board>>,
    terminal: Box<dyn Terminal>,
    stack: Range<u64>,
    end: Cell<Option<End>>,
    trap: Cell<Option<Trap>>,
}

/// What an instance could not be made for.
#[derive(Debug, Clone, Copy)]
pub enum StartError {
    /// No RAM is left.
    OutOfMemory,
    /// All slots are taken.
    NoSlot,
    /// A directory that it mounts is not there.
    Mount(Errno),
}

impl Display for StartError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutOfMemory => write!(f, "no RAM left"),
            Self::NoSlot => write!(f, "too many instances"),
            Self::Mount(errno) => write!(f, "a mount failed: {errno:?}"),
        }
    }
}

impl From<OutOfMemory> for StartError {
    fn from(_: OutOfMemory) -> Self {
        Self::OutOfMemory
    }
}

impl Instance {
    /// A new instance of the app's module, whose thread is ready to be started.
    ///
    /// # Errors
    /// If there are too many instances or there is no RAM for it.
    pub fn new(app: &'static App) -> Result<Box<Self>, StartError> {
        // SAFETY: the linker step points each app to its module, in constant data.
        let module: &'static Module = unsafe { &*app.module };
        let slot = Slot::take().ok_or(StartError::NoSlot)?;
        let layout = Layout::new(module.counts);
        let base = slot.start() + BASE;
        let context = (base - u64::from(layout.size())) & !(PAGE - 1);
        let stack_end = context - PAGE;
        let stack_size = app.stack_size + CALL_STACK;
        let stack = stack_end - stack_size..stack_end;

        for page in (context..base).step_by(PAGE as usize) {
            slot.map(page, PAGE)?;
        }
        let stack_mapped = stack_end - (CALL_STACK + STACK_STEP).min(stack_size);
        for page in (stack_mapped..stack_end).step_by(PAGE as usize) {
            slot.map(page, PAGE)?;
        }

        let cell = |offset: i32| base.wrapping_add_signed(offset.into());
        let mut memories = Vec::new();
        let plans = slice(&module.memories);
        memories.try_reserve_exact(plans.len().max(1)).map_err(|_| StartError::OutOfMemory)?;
        memories.push(match plans.first() {
            None => Memory::none(slot, base),
            // SAFETY: the context was mapped above, with the layout that the module was compiled for.
            Some(plan) => unsafe { Memory::new(slot, base, plan, cell(layout.memory(plan.index)) as *mut _) },
        });
        for plan in plans.iter().skip(1) {
            let slot = Slot::take().ok_or(StartError::NoSlot)?;
            let base = slot.start() + BASE;
            // SAFETY: as above.
            let memory = unsafe { Memory::new(slot, base, plan, cell(layout.memory(plan.index)) as *mut _) };
            memories.push(memory);
        }
        let mut tables = Vec::new();
        for plan in slice(&module.tables) {
            // SAFETY: as above.
            let table = unsafe { Table::new(plan, cell(layout.table(plan.index)) as *mut _) };
            tables.push(table.ok_or(StartError::OutOfMemory)?);
        }
        for (plan, index) in slice(&module.func_refs).iter().zip(0..) {
            let func_ref = FuncRef { code: plan.code, vmctx: base, type_id: plan.type_id, reserved: 0 };
            // SAFETY: as above.
            unsafe { (cell(layout.func_ref(index)) as *mut FuncRef).write(func_ref) };
        }

        let terminal = console().open(app);
        let preopens = mounts::preopens(app).map_err(StartError::Mount)?;
        let (arguments, environment) =
            (slice(&app.args).iter().map(slice), slice(&app.env).iter().map(slice));
        let process = Process::new(Board, arguments, environment, terminal.streams(), preopens);

        let thread = Context::new(main as *const () as u64, base, stack_end);
        let thread = Thread::new(thread, app.priority.min(7) as u8, core::ptr::null(), stack_mapped);
        let mut instance = Box::new(Self {
            thread: UnsafeCell::new(thread),
            app,
            module,
            memories,
            tables: RefCell::new(tables),
            elements: RefCell::new(slice(&module.elements).iter().map(|_| Segment::Plain).collect()),
            dropped_data: RefCell::new(slice(&module.data).iter().map(|_| false).collect()),
            process: UnsafeCell::new(process),
            terminal,
            stack,
            end: Cell::new(None),
            trap: Cell::new(None),
        });
        let address: *const Self = &raw const *instance;
        let thread = instance.thread.get_mut();
        thread.instance = address;
        thread.in_kernel.set(false);
        // SAFETY: the cell is within the context.
        unsafe { (cell(vmctx::INSTANCE) as *mut u64).write(address as u64) };
        Ok(instance)
    }

    /// The instance that `thread`, an app's, runs.
    pub fn of(thread: &Thread) -> &Self {
        // SAFETY: an app's thread has its instance, which lives as long as the thread.
        unsafe { &*thread.instance }
    }

    /// The instance's thread, for the scheduler.
    pub fn thread(&self) -> *mut Thread {
        self.thread.get()
    }

    /// The app that it is an instance of.
    pub fn app(&self) -> &'static App {
        self.app
    }

    /// The module that it is an instance of.
    pub fn module(&self) -> &'static Module {
        self.module
    }

    /// Where its stack may be.
    pub fn stack(&self) -> Range<u64> {
        self.stack.clone()
    }

    /// Whether `address` lies below the context in the slot: in the stack, or in the guard below it or above
    /// it.
    pub fn is_stack(&self, address: u64) -> bool {
        (self.memories[0].slot.start()..self.stack.end + PAGE).contains(&address)
    }

    /// Whether `address` lies in one of the instance's slots.
    pub fn owns(&self, address: u64) -> bool {
        self.memories.iter().any(|memory| memory.slot.contains(address))
    }

    /// The memory that has `address` as one of its bytes.
    pub fn memory_at(&self, address: u64) -> Option<&Memory> {
        self.memories.iter().find(|memory| memory.contains(address))
    }

    /// Which memory's window `address` lies in, and at which offset.
    pub fn offset(&self, address: u64) -> Option<(usize, u64)> {
        let index = self
            .memories
            .iter()
            .position(|memory| memory.slot.contains(address) && address >= memory.base())?;
        Some((index, address - self.memories[index].base()))
    }

    /// The memory with this index in the module.
    pub fn memory(&self, index: u32) -> &Memory {
        &self.memories[index as usize]
    }

    /// Bytes by which its memories may still grow together, as far as the manifest goes.
    pub fn allowance(&self) -> u64 {
        let size: u64 = self.memories.iter().map(Memory::size).sum();
        self.app.memory_max.saturating_sub(size)
    }

    /// Bytes of RAM that its memories, stack and translation tables hold.
    pub fn held(&self) -> u64 {
        self.memories.iter().map(|memory| memory.slot.held()).sum()
    }

    /// Gives RAM to the stack down to `address`, which is in it.
    ///
    /// # Errors
    /// If no RAM is left.
    pub fn extend_stack(&self, thread: &Thread, address: u64) -> Result<(), OutOfMemory> {
        let target = (address & !(STACK_STEP - 1)).max(self.stack.start);
        while thread.stack_mapped.get() > target {
            let page = thread.stack_mapped.get() - PAGE;
            self.memories[0].slot.map(page, PAGE)?;
            thread.stack_mapped.set(page);
        }
        Ok(())
    }

    /// How it ended, once it has.
    pub fn end(&self) -> Option<End> {
        self.end.get()
    }

    /// The trap that ended it, if one did.
    pub fn trap(&self) -> Option<Trap> {
        self.trap.get()
    }

    /// What it may reach by WASI.
    ///
    /// # Safety
    /// The caller is the one call of the instance's thread, and keeps the reference no longer than that.
    #[expect(clippy::mut_from_ref, reason = "one thread, one call at a time")]
    pub unsafe fn process(&self) -> &mut Process<Board> {
        // SAFETY: by contract there is no other reference.
        unsafe { &mut *self.process.get() }
    }

    /// Tells on its console how it ended. In its own thread, at its end.
    pub fn tell_end(&self) {
        self.terminal.ended(self);
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
}

/// The first that an app's thread runs, with vmctx.
extern "C" fn main(vmctx: u64) -> ! {
    let thread = crate::sched::current();
    let module = Instance::of(thread).module();
    for function in [module.instantiate, module.start] {
        if function != 0 {
            // SAFETY: the compiler put the address of such a function there.
            let function: extern "C" fn(u64) = unsafe { core::mem::transmute(function) };
            function(vmctx);
        }
    }
    trap::exit(End::Exit(0))
}
