//! Which registers have arguments at calls, and results (AAPCS64, "Parameter passing").

use super::{
    codegen::Call,
    machine::{
        WORD,
        blocks::PASSED,
        effects::{Registers, general},
    },
};
use cranelift_codegen::{
    CompiledCode, FinalizedRelocTarget,
    ir::{AbiParam, Function, InstructionData, Signature, SourceLoc},
    isa::CallConv,
};
use std::collections::HashMap;

/// The calls in `compiled`, which is the code of `function`, in their order.
pub fn of_calls(function: &Function, compiled: &CompiledCode) -> Vec<Call> {
    let named: HashMap<_, _> = function
        .dfg
        .ext_funcs
        .values()
        .map(|callee| (&callee.name, of(&function.dfg.signatures[callee.signature])))
        .collect();
    let indirect = indirect(function);
    let relocations = compiled.buffer.relocs().iter();
    let targets: HashMap<_, _> =
        relocations.map(|relocation| (relocation.offset, &relocation.target)).collect();
    let locations = compiled.buffer.get_srclocs_sorted();
    let location = |offset: u32| {
        let range = locations.partition_point(|range| range.end <= offset);
        locations.get(range).filter(|range| range.start <= offset).map(|range| range.loc)
    };
    let passed = |offset: u32| match targets.get(&offset) {
        Some(FinalizedRelocTarget::ExternalName(name)) => named.get(name).copied(),
        Some(_) => None,
        None => indirect.get(&location(offset)?).copied(),
    };
    let call = |offset: u32| Call { offset, passed: passed(offset).unwrap_or(PASSED) };
    compiled.buffer.call_sites().map(|call| call.ret_addr - WORD as u32).map(call).collect()
}

/// Those of the indirect calls of `function` by where they come from; copies of a call have the same signature.
fn indirect(function: &Function) -> HashMap<SourceLoc, Registers> {
    let mut found: HashMap<_, Registers> = HashMap::new();
    for inst in function.layout.blocks().flat_map(|block| function.layout.block_insts(block)) {
        let passed = match function.dfg.insts[inst] {
            InstructionData::CallIndirect { sig_ref, .. } => of(&function.dfg.signatures[sig_ref]),
            InstructionData::Call { func_ref, .. } | InstructionData::TryCall { func_ref, .. } => {
                let callee = &function.dfg.ext_funcs[func_ref];
                if callee.colocated { 0 } else { of(&function.dfg.signatures[callee.signature]) }
            }
            InstructionData::TryCallIndirect { .. } => PASSED,
            _ => continue,
        };
        *found.entry(function.srcloc(inst)).or_default() |= passed;
    }
    found.remove(&SourceLoc::default());
    found
}

/// Those of functions with this signature.
fn of(signature: &Signature) -> Registers {
    // Where results go that have no registers.
    let results = if signature.returns.len() > 1 { general(8) } else { 0 };
    values(signature, &signature.params) | results
}

/// The registers with the results of functions with this signature.
pub fn results(signature: &Signature) -> Registers {
    values(signature, &signature.returns)
}

/// The registers with `values`, which are parameters or results of `signature`.
fn values(signature: &Signature, values: &[AbiParam]) -> Registers {
    if signature.call_conv != CallConv::SystemV {
        return PASSED;
    }
    let floats = values.iter().filter(|value| !value.value_type.is_int()).count();
    let first = |count: usize| (1 << count.min(8)) - 1;
    first(values.len() - floats) | first(floats) << 32
}
