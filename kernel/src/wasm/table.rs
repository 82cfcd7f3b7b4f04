//! Tables of references, and the element segments that fill them.

use alloc::vec::Vec;
use sinter_abi::{module::TablePlan, vmctx::TableCell};

/// Elements that a table may have at most, whatever its module declares: 80 MB of references.
const MAX: u64 = 10_000_000;

/// A table that an instance defines. An element is the address of a `FuncRef` or an external reference, 0 for
/// null.
#[derive(Debug)]
pub struct Table {
    /// Index in the module's index space.
    pub index: u32,
    elements: Vec<u64>,
    max: u64,
    cell: *mut TableCell,
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
    /// `cell` is mapped for the life of the instance, and only compiled code of this instance reads it.
    pub unsafe fn new(plan: &TablePlan, cell: *mut TableCell) -> Option<Self> {
        let elements = zeros(usize::try_from(plan.min).ok()?)?;
        let mut table = Self { index: plan.index, elements, max: plan.max.min(MAX.max(plan.min)), cell };
        table.publish();
        Some(table)
    }

    /// Tells compiled code where the elements are.
    fn publish(&mut self) {
        let cell = TableCell { base: self.elements.as_mut_ptr() as u64, len: self.elements.len() as u64 };
        // SAFETY: the cell is this table's (`new`).
        unsafe { self.cell.write(cell) };
    }

    /// `len` elements from `start` on, if there are that many.
    pub fn range(&mut self, start: u64, len: u64) -> Option<&mut [u64]> {
        let end = start.checked_add(len)?;
        self.elements.get_mut(usize::try_from(start).ok()?..usize::try_from(end).ok()?)
    }

    /// Appends `count` times `value`; the size before (core specification 4.6.7).
    pub fn grow(&mut self, count: u64, value: u64) -> Option<u64> {
        let before = self.elements.len() as u64;
        let after = before.checked_add(count).filter(|&after| after <= self.max)?;
        self.elements.try_reserve(usize::try_from(count).ok()?).ok()?;
        self.elements.resize(usize::try_from(after).ok()?, value);
        self.publish();
        Some(before)
    }
}
