//! The kernel's own map: where everything lies in the lower half, and what may be done with it.

use super::frames;
use crate::arch::aarch64::{
    boot,
    mmu::{self, Attributes, BLOCK, KERNEL_L1, PAGE},
};
use crate::bsp::rpi3;
use core::ops::Range;
use sinter_abi::symbols::{self, IMAGE_BASE, Symbols};

unsafe extern "C" {
    static __low_start: u8;
    static __bss_end: u8;
    static __text_end: u8;
    static __rodata_end: u8;
    static __symbols: u8;
}

/// What lies where, as the linker script laid it out. All bounds are page-aligned.
#[derive(Debug)]
pub struct Layout {
    /// Stacks and zeroed data, below the image.
    pub low: Range<u64>,
    /// Code of kernel and apps.
    pub text: Range<u64>,
    /// Constants of kernel and apps.
    pub constants: Range<u64>,
    /// The kernel's variables.
    pub data: Range<u64>,
    /// The kernel's symbol table.
    pub symbols: Range<u64>,
}

/// The layout of this image.
pub fn layout() -> Layout {
    let text_end = &raw const __text_end as u64;
    let constants_end = &raw const __rodata_end as u64;
    let data_end = &raw const __symbols as u64;
    let symbols_size = symbols::size(header()).unwrap_or(0) as u64;
    Layout {
        low: &raw const __low_start as u64..&raw const __bss_end as u64,
        text: IMAGE_BASE..text_end,
        constants: text_end..constants_end,
        data: constants_end..data_end,
        symbols: data_end..data_end + symbols_size.next_multiple_of(PAGE),
    }
}

fn header() -> &'static [u8; 16] {
    // SAFETY: the table's place is readable RAM, whether or not a table was appended to the image.
    unsafe { &*(&raw const __symbols).cast() }
}

/// The kernel's symbol table, if the image has one.
pub fn symbols() -> Option<Symbols<'static>> {
    let size = symbols::size(header())?;
    // SAFETY: a table of this size was appended there, is mapped read-only, and nothing writes to it.
    Symbols::new(unsafe { core::slice::from_raw_parts(&raw const __symbols, size) })
}

/// Gives the RAM below `ram_end` that the image does not take to the page allocator and installs the final
/// map, with which the other cores begin. In it, `picture` is a device's memory.
///
/// # Panics
/// If there is not enough RAM for the tables.
///
/// # Safety
/// Once, at boot, with the boot map on and `ram_end` bytes of RAM.
pub unsafe fn install(ram_end: u64, picture: Option<Range<u64>>) {
    let layout = layout();
    let ram_end = ram_end & !(BLOCK - 1);
    // SAFETY: the ranges are RAM outside of the image and the low part, and page 0 stays the firmware's.
    unsafe {
        frames::add(layout.low.end..IMAGE_BASE);
        frames::add(layout.symbols.end..ram_end);
    }
    let map = |range: Range<u64>, attributes| {
        KERNEL_L1.map(1, range.clone(), range.start, attributes, &mut || frames::allocate_zeroed(0))
    };
    let map_all = || {
        // Page 0 is not mapped: null is not an address. Neither are the guards below the stacks.
        let mut at = PAGE;
        for guard in boot::stack_guards() {
            map(at..guard, Attributes::DATA)?;
            at = guard + PAGE;
        }
        map(at..layout.text.start, Attributes::DATA)?;
        map(layout.text.clone(), Attributes::CODE)?;
        map(layout.constants.clone(), Attributes::CONSTANT)?;
        map(layout.data.clone(), Attributes::DATA)?;
        map(layout.symbols.clone(), Attributes::CONSTANT)?;
        map(layout.symbols.end..ram_end, Attributes::DATA)?;
        if let Some(Range { start, end }) = picture.clone() {
            map(start..end.next_multiple_of(PAGE), Attributes::DEVICE)?;
        }
        map(rpi3::PERIPHERALS, Attributes::DEVICE)?;
        map(rpi3::LOCAL, Attributes::DEVICE)
    };
    assert!(map_all().is_some(), "no RAM for the kernel's translation tables");
    // SAFETY: everything is mapped, each thing at its own address; page 0 is in the boot map, which is still
    // on.
    unsafe {
        boot::start_secondaries();
        mmu::install();
    }
}
