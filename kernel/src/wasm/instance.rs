//! An instance: a module with its memories, tables and globals.
//!
//! Its slot holds linear memory 0 and, below it, the context (`sinter_abi::vmctx`).

use super::{
    memory::Memory,
    slice,
    table::{Segment, Table},
};
use crate::{
    arch::aarch64::mmu::PAGE,
    mm::window::{OutOfMemory, Slot},
};
use alloc::{rc::Rc, vec::Vec};
use core::{
    cell::RefCell,
    fmt::{self, Display, Formatter},
};
use sinter_abi::{
    link::Import,
    module::{Export, ExportKind, Module},
    vmctx::{self, FuncImport, FuncRef, Layout},
    window::{BASE, LARGEST},
};
use wasi_kernel::Errno;

/// What an app or an instance could not be made for.
#[derive(Debug, Clone, Copy)]
pub enum StartError {
    /// No RAM is left.
    OutOfMemory,
    /// All slots are taken.
    NoSlot,
    /// A directory that it mounts is not there.
    Mount(Errno),
    /// It imports something that is not there: the image and the kernel do not fit each other.
    Import,
    /// A memory or table that it imports has not the size that it needs.
    TooSmall,
}

impl Display for StartError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutOfMemory => write!(f, "no RAM left"),
            Self::NoSlot => write!(f, "too many instances"),
            Self::Mount(errno) => write!(f, "a mount failed: {errno:?}"),
            Self::Import => write!(f, "an import is not there"),
            Self::TooSmall => write!(f, "an imported memory or table is too small"),
        }
    }
}

impl From<OutOfMemory> for StartError {
    fn from(_: OutOfMemory) -> Self {
        Self::OutOfMemory
    }
}

/// An instance. Only one thread at a time uses it; hence cells and no locks.
#[derive(Debug)]
pub struct Instance {
    module: &'static Module,
    slot: Rc<Slot>,
    /// Its memories by index, imported ones included.
    memories: Vec<Rc<Memory>>,
    /// Its tables by index, imported ones included; none for those that the compiler laid into constant data.
    tables: Vec<Option<Rc<Table>>>,
    /// How many of its globals are imported.
    imported_globals: u32,
    /// How many of its tags are imported.
    imported_tags: u32,
    /// Its element segments.
    pub elements: RefCell<Vec<Segment>>,
    /// Which of its data segments were dropped.
    pub dropped_data: RefCell<Vec<bool>>,
}

impl Instance {
    /// A new instance of `module`, which imports `imports` from `providers`. Its `instantiate` function has
    /// not run.
    ///
    /// # Errors
    /// If there are too many instances or there is no RAM for it.
    pub fn new(
        module: &'static Module,
        imports: &[Import],
        providers: &[Option<Rc<Self>>],
    ) -> Result<Rc<Self>, StartError> {
        let slot = Rc::new(Slot::take().ok_or(StartError::NoSlot)?);
        let layout = Layout::new(module.counts);
        let mut instance = Self {
            module,
            slot,
            memories: Vec::new(),
            tables: Vec::new(),
            imported_globals: 0,
            imported_tags: 0,
            elements: RefCell::new(slice(&module.elements).iter().map(|_| Segment::Plain).collect()),
            dropped_data: RefCell::new(slice(&module.data).iter().map(|_| false).collect()),
        };
        for page in (instance.context_start()..instance.vmctx()).step_by(PAGE as usize) {
            instance.slot.map(page, PAGE)?;
        }
        let mut functions = 0;
        for import in imports {
            let provider = providers.get(import.instance as usize).and_then(Option::as_ref);
            let provider = provider.ok_or(StartError::Import)?;
            let export =
                slice(&provider.module.exports).get(import.export as usize).ok_or(StartError::Import)?;
            instance.import(&layout, provider, export, import.least, &mut functions)?;
        }
        instance.define_memories(&layout)?;
        instance.define_tables(&layout)?;
        instance.make_references(&layout);

        let instance = Rc::new(instance);
        // SAFETY: the cell is within the context, which lives as long as the instance.
        unsafe { instance.cell::<u64>(vmctx::INSTANCE).write(Rc::as_ptr(&instance) as u64) };
        Ok(instance)
    }

    /// Its context's address, which compiled code has as its first argument.
    pub fn vmctx(&self) -> u64 {
        self.slot.start() + BASE
    }

    /// The page on which its context begins.
    pub fn context_start(&self) -> u64 {
        (self.vmctx() - u64::from(Layout::new(self.module.counts).size())) & !(PAGE - 1)
    }

    /// A field of the context, by its offset from vmctx.
    fn cell<T>(&self, offset: i32) -> *mut T {
        self.vmctx().wrapping_add_signed(offset.into()) as *mut T
    }

    /// Connects the next import of `export`'s kind, of which there have been `functions` functions. A memory
    /// or table has at least the size `least`.
    fn import(
        &mut self,
        layout: &Layout,
        provider: &Self,
        export: &Export,
        least: u64,
        functions: &mut u32,
    ) -> Result<(), StartError> {
        let index = export.index as usize;
        // SAFETY (of each write below): the cell is within this context, whose layout is the module's own.
        match export.kind {
            kind if kind == ExportKind::Function as u32 => {
                let FuncRef { code, vmctx, .. } = provider.func_ref(export.index);
                let import = FuncImport { code, vmctx };
                // SAFETY: as said above.
                unsafe { self.cell::<FuncImport>(layout.func_import(*functions)).write(import) };
                *functions += 1;
            }
            kind if kind == ExportKind::Memory as u32 => {
                let memory = provider.memories.get(index).ok_or(StartError::Import)?;
                if memory.size() < least {
                    return Err(StartError::TooSmall);
                }
                let cell = layout.memory(self.memories.len() as u32);
                // SAFETY: as said above.
                unsafe { self.cell::<u64>(cell).write(memory.cell()) };
                self.memories.push(memory.clone());
            }
            kind if kind == ExportKind::Table as u32 => {
                let table = provider.tables.get(index).and_then(Option::as_ref).ok_or(StartError::Import)?;
                if table.len() < least {
                    return Err(StartError::TooSmall);
                }
                let cell = layout.table(self.tables.len() as u32);
                // SAFETY: as said above.
                unsafe { self.cell::<u64>(cell).write(table.cell()) };
                self.tables.push(Some(table.clone()));
            }
            kind if kind == ExportKind::Global as u32 => {
                // SAFETY: as said above.
                unsafe {
                    self.cell::<u64>(layout.global(self.imported_globals))
                        .write(provider.global(export.index))
                };
                self.imported_globals += 1;
            }
            kind if kind == ExportKind::Tag as u32 => {
                let cell = layout.tag(self.imported_tags);
                // SAFETY: as said above.
                unsafe { self.cell::<u64>(cell).write(provider.tag(export.index)) };
                self.imported_tags += 1;
            }
            _ => return Err(StartError::Import),
        }
        Ok(())
    }

    /// Makes the memories that the module defines: the first in the instance's slot if it is memory 0, others
    /// in their own.
    fn define_memories(&mut self, layout: &Layout) -> Result<(), StartError> {
        for plan in slice(&self.module.memories) {
            if plan.min > LARGEST {
                return Err(StartError::OutOfMemory);
            }
            let slot = match plan.index {
                0 => self.slot.clone(),
                _ => Rc::new(Slot::take().ok_or(StartError::NoSlot)?),
            };
            // SAFETY: the cell is within the context, which lives as long as the instance and so as the
            // memory's users; the size was looked at above.
            let memory = unsafe { Memory::new(slot, plan, self.cell(layout.memory(plan.index))) };
            self.memories.push(Rc::new(memory));
        }
        Ok(())
    }

    fn define_tables(&mut self, layout: &Layout) -> Result<(), StartError> {
        self.tables.resize(self.module.counts.tables as usize, None);
        for plan in slice(&self.module.tables) {
            // SAFETY: as for memories.
            let table = unsafe { Table::new(plan, self.cell(layout.table(plan.index))) };
            let place = self.tables.get_mut(plan.index as usize).ok_or(StartError::Import)?;
            *place = Some(Rc::new(table.ok_or(StartError::OutOfMemory)?));
        }
        Ok(())
    }

    /// Makes what function references point to.
    fn make_references(&self, layout: &Layout) {
        for (plan, index) in slice(&self.module.func_refs).iter().zip(0..) {
            let FuncImport { code, vmctx } = match plan.code {
                // SAFETY: the cell is within the context, and was filled in when the function was imported.
                0 => unsafe { self.cell::<FuncImport>(layout.func_import(plan.import)).read() },
                code => FuncImport { code, vmctx: self.vmctx() },
            };
            let func_ref = FuncRef { code, vmctx, type_id: plan.type_id, reserved: 0 };
            // SAFETY: the cell is within the context.
            unsafe { self.cell::<FuncRef>(layout.func_ref(index)).write(func_ref) };
        }
    }

    /// The module that it is an instance of.
    pub fn module(&self) -> &'static Module {
        self.module
    }

    /// The slot of its context.
    pub fn slot(&self) -> &Rc<Slot> {
        &self.slot
    }

    /// Its memories by index, imported ones included.
    pub fn memories(&self) -> &[Rc<Memory>] {
        &self.memories
    }

    /// The table with this index; none if the compiler laid it into constant data.
    pub fn table(&self, index: u32) -> Option<&Table> {
        self.tables.get(index as usize)?.as_deref()
    }

    /// What a reference to the function at this place of [`Module::func_refs`] points to.
    ///
    /// # Panics
    /// If there is no such place.
    pub fn func_ref(&self, index: u32) -> FuncRef {
        assert!(index < self.module.counts.func_refs, "no function reference {index}");
        // SAFETY: the cell is within the context.
        unsafe { self.cell::<FuncRef>(Layout::new(self.module.counts).func_ref(index)).read() }
    }

    /// The address of global `index`'s value: in this context, or in that of the instance that defines it.
    ///
    /// # Panics
    /// If there is no such global.
    pub fn global(&self, index: u32) -> u64 {
        assert!(index < self.module.counts.globals, "no global {index}");
        let cell = self.cell::<u64>(Layout::new(self.module.counts).global(index));
        // SAFETY: the cell is within the context; an imported global's has the address of the real one.
        if index < self.imported_globals { unsafe { cell.read() } } else { cell as u64 }
    }

    /// The address that tells tag `index` from others: of its cell in the instance that defines it.
    ///
    /// # Panics
    /// If there is no such tag.
    fn tag(&self, index: u32) -> u64 {
        assert!(index < self.module.counts.tags, "no tag {index}");
        let cell = self.cell::<u64>(Layout::new(self.module.counts).tag(index));
        // SAFETY: the cell is within the context; an imported tag's has the address of the real one.
        if index < self.imported_tags { unsafe { cell.read() } } else { cell as u64 }
    }

    /// Calls `visit` with every word that may be a reference to an exception: of the context, of tables of such
    /// references and of computed element segments.
    pub fn visit_exceptions(&self, visit: &mut impl FnMut(u64)) {
        for word in (self.context_start()..self.vmctx()).step_by(size_of::<u64>()) {
            // SAFETY: from its first page on the context is mapped, and only the thread that is here writes it.
            visit(unsafe { (word as *const u64).read() });
        }
        self.tables.iter().flatten().for_each(|table| table.visit_exceptions(visit));
        for segment in &*self.elements.borrow() {
            if let Segment::Own(own) = segment {
                own.iter().copied().for_each(&mut *visit);
            }
        }
    }

    /// The memories that it defines.
    pub fn own_memories(&self) -> &[Rc<Memory>] {
        &self.memories[self.memories.len() - slice(&self.module.memories).len()..]
    }

    /// Bytes of RAM that its slots hold: memories that it defines, context, stack and translation tables.
    pub fn held(&self) -> u64 {
        let others = self.own_memories().iter().filter(|memory| !Rc::ptr_eq(memory.slot(), &self.slot));
        self.slot.held() + others.map(|memory| memory.slot().held()).sum::<u64>()
    }

    /// Whether `address` lies in one of its slots.
    pub fn owns(&self, address: u64) -> bool {
        self.slot.contains(address) || self.memories.iter().any(|memory| memory.slot().contains(address))
    }
}
