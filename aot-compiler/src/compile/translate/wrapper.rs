//! What a reference to a WASI function points to: a function with a context, as every other reference's.

use super::Translator;
use crate::compile::env::Env;
use cranelift_codegen::ir::{Function, InstBuilder};
use cranelift_frontend::FunctionBuilderContext;

/// Fills `function` with a call of the WASI function that is imported as `import`.
pub fn wrapper(env: &Env, import: u32, function: &mut Function, context: &mut FunctionBuilderContext) {
    let type_index = env.module.functions[import as usize];
    let mut t = Translator::new(env, function, context, env.signature(type_index).clone());
    let entry = t.builder.current_block().expect("a translator begins in a block");
    t.stack = t.builder.block_params(entry)[1..].to_vec();
    t.direct(import);
    let results = std::mem::take(&mut t.stack);
    t.ins().return_(&results);
    t.builder.finalize(env.isa.frontend_config());
}
