//! Functions that only call another: where callers and callee differ in convention.

use super::Translator;
use crate::compile::env::Env;
use cranelift_codegen::{
    ir::{Function, InstBuilder, Signature},
    isa::CallConv,
};
use cranelift_frontend::FunctionBuilderContext;

/// Fills `function` with what a reference to the WASI function that is imported as `import` points to: a function with
/// a context, as behind every other reference.
pub fn wrapper(env: &Env, import: u32, function: &mut Function, context: &mut FunctionBuilderContext) {
    let type_index = env.module.functions[import as usize];
    forward(env, import, env.signature(type_index).clone(), function, context);
}

/// Fills `function` with a call of `start`, which takes and returns nothing, for the kernel: `extern "C" fn(vmctx)`.
pub fn start(env: &Env, start: u32, function: &mut Function, context: &mut FunctionBuilderContext) {
    let mut signature = env.signature(env.module.functions[start as usize]).clone();
    signature.call_conv = CallConv::SystemV;
    forward(env, start, signature, function, context);
}

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
