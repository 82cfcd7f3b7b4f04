//! The code sections: functions one after another, in pieces that the linker can put range extensions between.

use super::{
    codegen::{Compiled, Relocation},
    machine,
};
use cranelift_codegen::binemit::Reloc;
use std::{collections::HashMap, ops::Range};

/// Bytes after which a new section begins. A `bl` reaches 128 MiB; the linker places veneers for longer ones only
/// between sections, so a section must be much smaller than that.
const SECTION_SIZE: usize = 4 << 20;

/// Alignment of a function: the A53 fetches aligned blocks of 16 bytes.
pub const ALIGN: usize = 16;

/// All machine code of a module.
#[derive(Default)]
pub struct Text {
    /// The sections.
    pub sections: Vec<Section>,
    /// Where each unit went, in the order of compilation.
    pub places: Vec<Place>,
}

/// One code section.
#[derive(Default)]
pub struct Section {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The ranges that are not instructions.
    pub data: Vec<Range<usize>>,
    /// What is left for the linker, with offsets from the section's start.
    pub relocations: Vec<(u64, Relocation)>,
}

/// Where a unit is.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// Which section.
    pub section: usize,
    /// Byte in the section.
    pub offset: u64,
    /// Bytes of code.
    pub size: u64,
}

/// Lays out `units`, which lose their code and relocations. Calls within a section are resolved.
pub fn lay_out(units: &mut [Compiled]) -> Text {
    let mut text = Text { sections: vec![Section::default()], places: Vec::new() };
    let mut targets = HashMap::new();
    for unit in &mut *units {
        machine::fix_erratum_835769(&mut unit.code);
        if text.sections.last().is_some_and(|section| section.bytes.len() + unit.code.len() > SECTION_SIZE) {
            text.sections.push(Section::default());
        }
        let number = text.sections.len() - 1;
        let section = &mut text.sections[number];
        section.bytes.resize(section.bytes.len().next_multiple_of(ALIGN), 0);
        let start = section.bytes.len();
        let data = machine::data_ranges(&unit.code);
        section.data.extend(data.into_iter().map(|range| start + range.start..start + range.end));
        section.bytes.append(&mut unit.code);
        let place =
            Place { section: number, offset: start as u64, size: (section.bytes.len() - start) as u64 };
        text.places.push(place);
        targets.insert(unit.unit.symbol(), place);
    }
    for (unit, place) in units.iter_mut().zip(&text.places) {
        let section = &mut text.sections[place.section];
        for relocation in unit.relocations.drain(..) {
            let offset = place.offset + u64::from(relocation.offset);
            match targets.get(&relocation.target) {
                Some(target) if relocation.kind == Reloc::Arm64Call && target.section == place.section => {
                    let distance = (target.offset as i64 + relocation.addend - offset as i64) / 4;
                    let at = offset as usize..offset as usize + 4;
                    let call =
                        u32::from_le_bytes(*section.bytes[at.clone()].first_chunk().expect("four bytes"));
                    let call = call & 0xfc00_0000 | distance as u32 & 0x03ff_ffff;
                    section.bytes[at].copy_from_slice(&call.to_le_bytes());
                }
                _ => section.relocations.push((offset, relocation)),
            }
        }
    }
    text
}
