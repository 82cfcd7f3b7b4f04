//! Tables of references, and the element segments that fill them.

use alloc::vec::Vec;
use core::{cell::RefCell, ptr::NonNull};
use sinter_abi::{
    module::{TABLE_OF_EXCEPTIONS, TablePlan},
    vmctx::TableCell,
};

/// Elements that a table may have at most, whatever its module declares: 80 MB of references.
const MAX: u64 = 10_000_000;

/// A table. An element is the address of a `FuncRef` or an external reference, 0 for null.
#[derive(Debug)]
pub struct Table {
    elements: RefCell<Vec<u64>>,
    max: u64,
    /// Whether the references are to exceptions.
    of_exceptions: bool,
    /// The compiled code's view: address and number of the elements.
    cell: NonNull<TableCell>,
}

/// An element segment of an instance.
#[derive(Debug)]
pub enum Segment {
    /// As the module has it.
    Plain,
    /// With references that were set one by one.
    Own(Vec<u64>),
    /// Dropped: it has no elements any more.
    Dropped,
}

/// A vector of `len` zeros, if there is memory for it.
pub fn zeros(len: usize) -> Option<Vec<u64>> {
    let mut zeros = Vec::new();
    zeros.try_reserve_exact(len).ok()?;
    zeros.resize(len, 0);
    Some(zeros)
}

impl Table {
    /// The table that `plan` describes, known to compiled code by `cell`; `None` if there is no memory for
    /// it.
    ///
    /// # Safety
    /// `cell` is mapped for the life of the table, and only compiled code reads it.
    pub unsafe fn new(plan: &TablePlan, cell: *mut TableCell) -> Option<Self> {
        let elements = RefCell::new(zeros(usize::try_from(plan.min).ok()?)?);
        let table = Self {
            elements,
            max: plan.max.min(MAX.max(plan.min)),
            of_exceptions: plan.flags & TABLE_OF_EXCEPTIONS != 0,
            cell: NonNull::new(cell)?,
        };
        table.publish();
        Some(table)
    }

    /// Address of the compiled code's view.
    pub fn cell(&self) -> u64 {
        self.cell.as_ptr() as u64
    }

    /// Tells compiled code where the elements are.
    fn publish(&self) {
        let mut elements = self.elements.borrow_mut();
        let cell = TableCell { base: elements.as_mut_ptr() as u64, len: elements.len() as u64 };
        // SAFETY: the cell is this table's (`new`).
        unsafe { self.cell.write(cell) };
    }

    /// Calls `visit` with each element, if they refer to exceptions.
    pub fn visit_exceptions(&self, visit: &mut impl FnMut(u64)) {
        if self.of_exceptions {
            self.elements.borrow().iter().copied().for_each(visit);
        }
    }

    /// Current number of elements.
    pub fn len(&self) -> u64 {
        self.elements.borrow().len() as u64
    }

    /// The address of `len` elements from `start` on, if there are that many.
    pub fn range(&self, start: u64, len: u64) -> Option<*mut u64> {
        let end = start.checked_add(len)?;
        let mut elements = self.elements.borrow_mut();
        let range = usize::try_from(start).ok()?..usize::try_from(end).ok()?;
        elements.get_mut(range).map(<[u64]>::as_mut_ptr)
    }

    /// Appends `count` times `value`; the size before (core specification 4.6.7).
    pub fn grow(&self, count: u64, value: u64) -> Option<u64> {
        let mut elements = self.elements.borrow_mut();
        let before = elements.len() as u64;
        let after = before.checked_add(count).filter(|&after| after <= self.max)?;
        elements.try_reserve(usize::try_from(count).ok()?).ok()?;
        elements.resize(usize::try_from(after).ok()?, value);
        drop(elements);
        self.publish();
        Some(before)
    }
}
