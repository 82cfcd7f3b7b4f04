//! Inlined functions in debug information: debuggers list them as frames, stop in them and step over them.

use super::{
    codegen::{Compiled, Unit},
    env::Env,
    text::Place,
};
use cranelift_codegen::gimli::{
    DW_AT_abstract_origin, DW_AT_call_column, DW_AT_call_file, DW_AT_call_line, DW_AT_inline, DW_AT_name,
    DW_AT_ranges, DW_INL_inlined, DW_TAG_inlined_subroutine, DW_TAG_subprogram,
    write::{AttributeValue, DwarfUnit, FileId, Range, RangeList, UnitEntryId},
};
use std::collections::HashMap;

/// The entries of the functions that are inlined anywhere, by index.
pub type Abstract = HashMap<u32, UnitEntryId>;

/// Where a call is: file, line, column.
pub type CallPlace = (FileId, u32, u32);

/// Adds what is inlined in `unit`, which lies at `place` and has the entry `function`. `call_place` knows the places of
/// calls by their byte offsets in the Wasm file.
pub fn add(
    dwarf: &mut DwarfUnit,
    env: &Env,
    (unit, place): (&Compiled, &Place),
    function: UnitEntryId,
    known: &mut Abstract,
    mut call_place: impl FnMut(u32) -> Option<CallPlace>,
) {
    let origins = &unit.origins;
    let mut entries: Vec<UnitEntryId> = Vec::new();
    for ((callee, call), ranges) in origins.bodies().zip(ranges(unit, place)) {
        let parent = origins.bodies_at(call).next().map_or(function, |body| entries[body]);
        if ranges.is_empty() {
            // Nothing is left of it.
            entries.push(parent);
            continue;
        }
        let origin = *known.entry(callee).or_insert_with(|| {
            let name = dwarf.strings.add(env.names.report(Unit::Function(callee)));
            let entry = dwarf.unit.add(dwarf.unit.root(), DW_TAG_subprogram);
            let origin = dwarf.unit.get_mut(entry);
            origin.set(DW_AT_name, AttributeValue::StringRef(name));
            origin.set(DW_AT_inline, AttributeValue::Inline(DW_INL_inlined));
            entry
        });
        let ranges = ranges.into_iter().map(|(start, end)| Range::StartLength {
            begin: super::debug::address(place, start),
            length: u64::from(end - start),
        });
        let ranges = dwarf.unit.ranges.add(RangeList(ranges.collect()));
        let entry = dwarf.unit.add(parent, DW_TAG_inlined_subroutine);
        let inlined = dwarf.unit.get_mut(entry);
        inlined.set(DW_AT_abstract_origin, AttributeValue::UnitRef(origin));
        inlined.set(DW_AT_ranges, AttributeValue::RangeListRef(ranges));
        if let Some((file, line, column)) = call_place(origins.wasm_offset(call)) {
            inlined.set(DW_AT_call_file, AttributeValue::FileIndex(Some(file)));
            inlined.set(DW_AT_call_line, AttributeValue::Udata(line.into()));
            inlined.set(DW_AT_call_column, AttributeValue::Udata(column.into()));
        }
        entries.push(entry);
    }
}

/// The machine code of each inlined body, those in it included: first byte, and the one behind the last.
fn ranges(unit: &Compiled, place: &Place) -> Vec<Vec<(u32, u32)>> {
    let mut all = vec![Vec::<(u32, u32)>::new(); unit.origins.bodies().count()];
    let ends = unit.ranges.iter().skip(1).map(|next| next.start).chain([place.size as u32]);
    for (range, end) in unit.ranges.iter().zip(ends).filter(|(range, end)| range.start < *end) {
        for body in unit.origins.bodies_at(range.position) {
            match all[body].last_mut() {
                Some(last) if last.1 == range.start => last.1 = end,
                _ => all[body].push((range.start, end)),
            }
        }
    }
    all
}
