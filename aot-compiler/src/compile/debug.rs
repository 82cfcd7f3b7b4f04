//! Debug information for the machine code: how to unwind it, and where its source is. None of it is in the image, only in
//! the ELF files.

use super::{
    debug_inlined::{self, Abstract},
    description::Code,
    env::Env,
    source::Source,
    text::Place,
};
use cranelift_codegen::gimli::{
    self, AArch64, DW_AT_high_pc, DW_AT_low_pc, DW_AT_name, DW_AT_ranges, DW_AT_stmt_list, DW_TAG_subprogram,
    Encoding, Format, LineEncoding, LittleEndian, Register, SectionId,
    write::{
        Address, AttributeValue, CallFrameInstruction, DirectoryId, DwarfUnit, EndianVec, FileId,
        FrameDescriptionEntry, FrameTable, LineProgram, LineString, Range, RangeList, RelocateWriter,
        Relocation, Sections,
    },
};
use cranelift_codegen::isa::unwind::UnwindInst;
use std::collections::HashMap;

/// One section: its contents, and what the linker fills in.
#[derive(Clone)]
pub struct Section {
    bytes: EndianVec<LittleEndian>,
    /// Symbols are numbers of code sections.
    pub relocations: Vec<Relocation>,
}

impl Section {
    /// Its contents.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.slice()
    }
}

impl RelocateWriter for Section {
    type Writer = EndianVec<LittleEndian>;

    fn writer(&self) -> &Self::Writer {
        &self.bytes
    }

    fn writer_mut(&mut self) -> &mut Self::Writer {
        &mut self.bytes
    }

    fn relocate(&mut self, relocation: Relocation) {
        self.relocations.push(relocation);
    }
}

const ENCODING: Encoding = Encoding { address_size: 8, format: Format::Dwarf32, version: 4 };

/// The sections about `code`, of the module called `name`.
pub fn sections(env: &Env, code: &Code, name: &str) -> Vec<(SectionId, Section)> {
    let empty = Section { bytes: EndianVec::new(LittleEndian), relocations: Vec::new() };
    let mut sections = Sections::new(empty);
    let write = |sections: &mut Sections<Section>| -> gimli::write::Result<()> {
        frames(env, code).write_debug_frame(&mut sections.debug_frame)?;
        if let Some(source) = code.source {
            unit(env, code, source, name).write(sections)?;
        }
        Ok(())
    };
    write(&mut sections).expect("addresses are symbols with small offsets");
    let mut all = Vec::new();
    let collect = |id, section: &Section| {
        if !section.bytes().is_empty() {
            all.push((id, section.clone()));
        }
        Ok::<(), gimli::write::Error>(())
    };
    sections.for_each(collect).expect("collecting does not fail");
    all
}

/// The byte at `offset` of the unit at `place`.
pub fn address(place: &Place, offset: u32) -> Address {
    Address::Symbol { symbol: place.section, addend: place.offset as i64 + i64::from(offset) }
}

/// How to unwind each unit.
fn frames(env: &Env, code: &Code) -> FrameTable {
    let mut table = FrameTable::default();
    let cie = env.isa.create_systemv_cie().expect("AArch64 has one");
    let cie = table.add_cie(cie);
    for (unit, place) in code.units.iter().zip(code.places) {
        let mut entry = FrameDescriptionEntry::new(address(place, 0), place.size as u32);
        for (offset, rule) in rules(env, &unit.unwind) {
            entry.add_instruction(offset, rule);
        }
        table.add_fde(cie, entry);
    }
    table
}

/// How to find what the caller had, from each byte offset on, as `made` says how the frame is made. The canonical frame address
/// is the stack pointer before the call.
fn rules(env: &Env, made: &[(u32, UnwindInst)]) -> Vec<(u32, CallFrameInstruction)> {
    let mut rules = Vec::new();
    // The lowest of the saved registers.
    let mut lowest = 0;
    for (offset, step) in made {
        let mut rule = |rule| rules.push((*offset, rule));
        match *step {
            UnwindInst::PushFrameRegs { offset_upward_to_caller_sp: size } => {
                let size = size as i32;
                rule(CallFrameInstruction::CfaOffset(size));
                rule(CallFrameInstruction::Offset(AArch64::X29, -size));
                rule(CallFrameInstruction::Offset(AArch64::X30, WORD - size));
            }
            UnwindInst::DefineNewFrame { offset_upward_to_caller_sp, offset_downward_to_clobbers } => {
                lowest = -((offset_upward_to_caller_sp + offset_downward_to_clobbers) as i32);
                rule(CallFrameInstruction::CfaRegister(AArch64::X29));
            }
            UnwindInst::SaveReg { clobber_offset, reg } => {
                let register = env.isa.map_regalloc_reg_to_dwarf(reg.into()).expect("it has a number there");
                rule(CallFrameInstruction::Offset(Register(register), lowest + clobber_offset as i32));
            }
            // The frame pointer stays where it is.
            UnwindInst::StackAlloc { .. } => {}
            UnwindInst::RegStackOffset { .. } | UnwindInst::Aarch64SetPointerAuth { .. } => {
                unreachable!("no function saves its stack pointer or signs its return address")
            }
        }
    }
    rules
}

/// Bytes of a register.
const WORD: i32 = 8;

/// The files of a line program.
struct Files<'s> {
    folder: DirectoryId,
    known: HashMap<&'s str, FileId>,
}

impl<'s> Files<'s> {
    fn id(&mut self, program: &mut LineProgram, path: &'s str) -> FileId {
        let add = || program.add_file(LineString::String(path.into()), self.folder, None);
        *self.known.entry(path).or_insert_with(add)
    }
}

/// One unit with all functions and their lines.
fn unit(env: &Env, code: &Code, source: &Source, name: &str) -> DwarfUnit {
    let mut dwarf = DwarfUnit::new(ENCODING);
    let text = |text: &str| LineString::String(text.bytes().filter(|&byte| byte != 0).collect());
    let module = format!("{name}.wasm");
    let mut program =
        LineProgram::new(ENCODING, LineEncoding::default(), text("."), None, text(&module), None);
    let mut files = Files { folder: program.default_directory(), known: HashMap::new() };
    let mut ranges = Vec::new();
    let mut known = Abstract::new();
    for (unit, place) in code.units.iter().zip(code.places) {
        let lines = unit
            .ranges
            .iter()
            .filter_map(|range| Some((range, source.place(unit.origins.wasm_offset(range.position))?)));
        let mut lines = lines.peekable();
        if lines.peek().is_none() {
            continue;
        }
        program.begin_sequence(Some(address(place, 0)));
        for (number, (range, found)) in lines.enumerate() {
            let file = files.id(&mut program, found.path);
            let row = program.row();
            // The first line is the whole function's from its first instruction on.
            row.address_offset = if number == 0 { 0 } else { range.start.into() };
            row.file = file;
            row.line = found.line.into();
            row.column = found.column.into();
            program.generate_row();
        }
        program.end_sequence(place.size);
        ranges.push(Range::StartLength { begin: address(place, 0), length: place.size });

        let function = dwarf.unit.add(dwarf.unit.root(), DW_TAG_subprogram);
        let name = dwarf.strings.add(env.names.report(unit.unit));
        let entry = dwarf.unit.get_mut(function);
        entry.set(DW_AT_name, AttributeValue::StringRef(name));
        entry.set(DW_AT_low_pc, AttributeValue::Address(address(place, 0)));
        entry.set(DW_AT_high_pc, AttributeValue::Udata(place.size));
        debug_inlined::add(&mut dwarf, env, (unit, place), function, &mut known, |call| {
            let found = source.place(call)?;
            Some((files.id(&mut program, found.path), found.line, found.column))
        });
    }
    dwarf.unit.line_program = program;
    let ranges = dwarf.unit.ranges.add(RangeList(ranges));
    let root = dwarf.unit.get_mut(dwarf.unit.root());
    root.set(DW_AT_name, AttributeValue::String(module.into()));
    root.set(DW_AT_low_pc, AttributeValue::Address(Address::Constant(0)));
    root.set(DW_AT_ranges, AttributeValue::RangeListRef(ranges));
    root.set(DW_AT_stmt_list, AttributeValue::LineProgramRef);
    dwarf
}
