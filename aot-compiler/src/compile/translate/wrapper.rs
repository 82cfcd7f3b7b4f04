//! Functions that only call another: where callers and callee differ in convention.

use super::Translator;
use crate::compile::env::Env;
use cranelift_codegen::{
    ir::{AbiParam, Function, InstBuilder, MemFlagsData, Signature, types},
    isa::CallConv,
};
use cranelift_frontend::FunctionBuilderContext;

/// Fills `function` with what a reference to the WASI function that is imported as `import` points to: a function with
/// a context, as behind every other reference.
pub fn wrapper(env: &Env, import: u32, function: &mut Function, context: &mut FunctionBuilderContext) {
    let type_index = env.module.functions[import as usize];
    forward(env, import, env.signature(type_index).clone(), function, context);
}

/// Fills `function` with a call of `callee`, which takes and returns nothing, for the kernel: `extern "C" fn(vmctx)`.
pub fn entry(env: &Env, callee: u32, function: &mut Function, context: &mut FunctionBuilderContext) {
    let mut signature = env.signature(env.module.functions[callee as usize]).clone();
    signature.call_conv = CallConv::SystemV;
    forward(env, callee, signature, function, context);
}

/// Fills `function` with a call of any function with this type index, for the kernel:
/// `extern "C" fn(code, vmctx, values: *mut [u64; 2])`.
pub fn invoke(env: &Env, type_index: u32, function: &mut Function, context: &mut FunctionBuilderContext) {
    let mut signature = Signature::new(CallConv::SystemV);
    signature.params = vec![AbiParam::new(types::I64); 3];
    let mut t = Translator::new(env, function, context, signature);
    let entry = t.builder.current_block().expect("a translator begins in a block");
    let [code, vmctx, values] = *t.builder.block_params(entry) else {
        unreachable!("it has three parameters")
    };
    let flags = MemFlagsData::trusted();
    for (param, offset) in env.signature(type_index).params[1..].iter().zip((0..).step_by(VALUE)) {
        let value = t.ins().load(param.value_type, flags, values, offset);
        t.push(value);
    }
    t.through(type_index, code, vmctx);
    let results = std::mem::take(&mut t.stack);
    for (result, offset) in results.into_iter().zip((0..).step_by(VALUE)) {
        // What a result does not fill of its place is zero.
        if t.builder.func.dfg.value_type(result).bytes() < VALUE as u32 {
            let zero = t.ins().iconst(types::I64, 0);
            t.ins().store(flags, zero, values, offset);
            t.ins().store(flags, zero, values, offset + 8);
        }
        t.ins().store(flags, result, values, offset);
    }
    t.ins().return_(&[]);
    t.builder.finalize(env.isa.frontend_config());
}

/// Bytes of a value where the kernel passes parameters and results.
const VALUE: usize = size_of::<[u64; 2]>();

fn forward(
    env: &Env,
    callee: u32,
    signature: Signature,
    function: &mut Function,
    context: &mut FunctionBuilderContext,
) {
    let mut t = Translator::new(env, function, context, signature);
    let entry = t.builder.current_block().expect("a translator begins in a block");
    t.stack = t.builder.block_params(entry)[1..].to_vec();
    t.direct(callee);
    let results = std::mem::take(&mut t.stack);
    t.ins().return_(&results);
    t.builder.finalize(env.isa.frontend_config());
}
