//! Modules by wasm-smith, that end by themselves and do nothing that two engines may do differently.

use super::rewrite::Rewriter;
use crate::{library, random::Random};
use arbitrary::Unstructured;
use wasm_smith::{
    Config,
    InstructionKind::{Memory, Numeric, Parametric, Reference, Table, Variable, Vector},
    InstructionKinds, Module,
};

/// Loop iterations and calls after which a module traps.
const FUEL: u32 = 500;

/// The module with this number in a run. Every third uses the first release of WebAssembly alone, every third all of
/// 2.0, the others what is supported of 3.0; of four of a kind only one may trap. Every fourth imports from the library.
pub fn module(random: &mut Random, number: u64) -> Vec<u8> {
    loop {
        let len = 4096 + random.next() as usize % 16384;
        let bytes: Vec<u8> = (0..len).map(|_| random.next() as u8).collect();
        let made = Module::new(config(number), &mut Unstructured::new(&bytes));
        let Ok(mut module) = made else { continue };
        if module.ensure_termination(FUEL).is_err() {
            continue;
        }
        let wasm = module.to_bytes();
        let newest = number % 3 == 2;
        return Rewriter::new(random, newest, &wasm).rewrite(&wasm);
    }
}

fn config(number: u64) -> Config {
    let mvp = number.is_multiple_of(3);
    let newest = number % 3 == 2;
    // Control soon leaves a random function, and with it what was computed: every other module has none.
    let kinds = match number / 3 % 2 {
        0 => InstructionKinds::all(),
        _ => InstructionKinds::new(&[Numeric, Vector, Reference, Parametric, Variable, Table, Memory]),
    };
    Config {
        allowed_instructions: kinds,
        export_everything: true,
        allow_start_export: true,
        canonicalize_nans: true,
        // What traps early shows little of what comes behind.
        disallow_traps: !(number / 6).is_multiple_of(4),
        available_imports: number.is_multiple_of(4).then(library::imports),
        max_imports: 0,
        min_funcs: 4,
        max_funcs: 16,
        max_instructions: 500,
        min_memories: 1,
        max_memories: if newest { 2 } else { 1 },
        max_memory32_bytes: 8 << 16,
        max_memory64_bytes: 8 << 16,
        memory_max_size_required: true,
        max_tables: if mvp { 1 } else { 3 },
        max_table_elements: 100,
        table_max_size_required: true,
        bulk_memory_enabled: !mvp,
        reference_types_enabled: !mvp,
        multi_value_enabled: !mvp,
        saturating_float_to_int_enabled: !mvp,
        sign_extension_ops_enabled: !mvp,
        simd_enabled: !mvp,
        extended_const_enabled: newest,
        exceptions_enabled: newest,
        memory64_enabled: newest,
        tail_call_enabled: newest,
        threads_enabled: newest,
        relaxed_simd_enabled: newest,
        gc_enabled: false,
        custom_page_sizes_enabled: false,
        wide_arithmetic_enabled: false,
        compact_imports_enabled: false,
        ..Config::default()
    }
}
