use super::*;
use crate::image::Step;
use object::{
    Architecture, BinaryFormat, Endianness, RelocationFlags, SectionKind, SymbolFlags, SymbolKind,
    SymbolScope,
    elf::{R_AARCH64_ABS64, R_AARCH64_CALL26},
    read::{Object as _, ObjectSection as _, ObjectSymbol as _, elf::ElfFile64},
    write::{self, Relocation, SymbolId, SymbolSection},
};

/// A `bl` that the linker completes.
const BL: u32 = 0x9400_0000;

/// Adds a section with one symbol.
fn define(
    object: &mut write::Object,
    name: &str,
    kind: SectionKind,
    bytes: &[u8],
) -> (write::SectionId, SymbolId) {
    let section = object.add_section(vec![], format!(".{name}").into(), kind);
    object.append_section_data(section, bytes, 16);
    let kind = if kind == SectionKind::Text { SymbolKind::Text } else { SymbolKind::Data };
    let symbol = object.add_symbol(write::Symbol {
        name: name.into(),
        value: 0,
        size: bytes.len() as u64,
        kind,
        scope: SymbolScope::Linkage,
        weak: false,
        section: SymbolSection::Section(section),
        flags: SymbolFlags::None,
    });
    (section, symbol)
}

#[test]
fn a_call_across_more_than_128_mib_has_a_veneer() {
    let mut elf = write::Object::new(BinaryFormat::Elf, Architecture::Aarch64, Endianness::Little);
    let code = SectionKind::Text;
    let (near, caller) = define(&mut elf, "text.caller", code, &BL.to_le_bytes());
    let (_, between) = define(&mut elf, "text.between", code, &vec![0; 130 << 20]);
    let (_, far) = define(&mut elf, "text.far", code, &[0; 4]);
    let flags = RelocationFlags::Elf { r_type: R_AARCH64_CALL26 };
    elf.add_relocation(near, Relocation { offset: 0, symbol: far, addend: 0, flags }).unwrap();
    // The description is zero, and behind it is what keeps the code in the image.
    let size = size_of::<sinter_abi::module::Module>();
    let (description, _) = define(&mut elf, "rodata.module", SectionKind::ReadOnlyData, &vec![0; size + 24]);
    for (symbol, offset) in [caller, between, far].into_iter().zip((size as u64..).step_by(8)) {
        let flags = RelocationFlags::Elf { r_type: R_AARCH64_ABS64 };
        elf.add_relocation(description, Relocation { offset, symbol, addend: 0, flags }).unwrap();
    }
    let module = Object {
        bytes: elf.write().unwrap(),
        module_symbol: "rodata.module".into(),
        code_size: 0,
        data_size: 0,
        functions: vec![],
        memories: vec![],
        wasi_imports: vec![],
        link_imports: vec![],
        link_exports: vec![],
        has_start: false,
        features: vec![],
    };
    let steps = vec![Step::Instantiate { module: 0, imports: vec![] }];
    let image = link_script(&Script { name: "far".into(), stack_size: 4096, steps }, &[module]).unwrap();

    let elf: ElfFile64 = ElfFile64::parse(&*image.elf).unwrap();
    let address = |name| elf.symbol_by_name(name).unwrap().address();
    let caller = address("text.caller");
    assert!(address("text.far") - caller > 128 << 20);
    let text = elf.section_by_name(".text").unwrap();
    let word = text.data_range(caller, 4).unwrap().unwrap();
    let word = u32::from_le_bytes(word.try_into().unwrap());
    // BL: imm26 is the distance in words (Arm ARM C6.2).
    let distance = i64::from(((word ^ BL) << 6) as i32 >> 6) * 4;
    let target = caller.wrapping_add_signed(distance);
    let veneer = elf.symbols().find(|symbol| symbol.address() == target && symbol.kind() == SymbolKind::Text);
    let veneer = veneer.unwrap().name().unwrap();
    assert!(veneer.contains("Thunk") && veneer.ends_with("text.far"), "{veneer}");
}
