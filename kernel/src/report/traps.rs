//! What a trap's report says.

use crate::wasm::{
    places::{self, Place},
    program::Program,
    trap::{Frames, Trap},
};
use alloc::{format, string::String};
use core::fmt;

/// The lines of a trap's report: the reason, and the frames.
pub fn trap_lines(program: &Program, trap: &Trap, mut line: impl FnMut(fmt::Arguments<'_>)) {
    let reason = trap.reason.message();
    match trap.address.map(|address| (address, program.offset(address))) {
        None => line(format_args!("trap: {reason}")),
        Some((_, Some((0, offset)))) => line(format_args!("trap: {reason} at address {offset:#x}")),
        Some((_, Some((memory, offset)))) => {
            line(format_args!("trap: {reason} at address {offset:#x} of memory {memory}"));
        }
        Some((address, None)) if program.stack.guards(address) => line(format_args!("trap: {reason}")),
        Some((address, None)) => line(format_args!("trap: {reason} at machine address {address:#x}")),
    }
    // The kernel's functions in front are those that found out.
    let frames = trap.frames();
    let first = frames.iter().position(|frames| program.module_at(frames.pc).is_some());
    let (first, mut index) = (first.unwrap_or(0), 0);
    for (number, &Frames { pc, count }) in frames.iter().enumerate().skip(first) {
        let times = if count > 1 { format!("  x {count}") } else { String::new() };
        let before = index;
        places::places(program.module_at(pc), pc, number > 0, |place| {
            match place {
                Place { name, wasm_offset: Some(offset), line: Some((path, number)), .. } => {
                    line(format_args!(
                        "  #{index:<2} {pc:#010x} {name} ({path}:{number}, wasm offset {offset:#x}){times}"
                    ));
                }
                Place { name, wasm_offset: Some(offset), .. } => {
                    line(format_args!("  #{index:<2} {pc:#010x} {name} (wasm offset {offset:#x}){times}"));
                }
                Place { name, code_offset, .. } => {
                    line(format_args!("  #{index:<2} {pc:#010x} {name}+{code_offset:#x} (kernel){times}"));
                }
            }
            index += count;
        });
        if index == before {
            line(format_args!("  #{index:<2} {pc:#010x}{times}"));
            index += count;
        }
    }
    if trap.left_out > 0 {
        line(format_args!("  ... and {} more", trap.left_out));
    }
}
