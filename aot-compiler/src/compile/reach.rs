//! Which functions an image needs: nothing runs what neither the kernel nor another function can name.

use super::{
    constant,
    module::{Module, function_items},
    uses::Uses,
};
use wasmparser::{ExternalKind, Result, TableInit};

/// The functions, by index, that can be called: those that are exported, start the module or are in a table, and what
/// they call or refer to. `bodies` are the uses of those that the module defines.
///
/// # Errors
/// If a constant expression cannot be read, which validation excludes.
pub fn needed(module: &Module, bodies: &[Uses]) -> Result<Vec<bool>> {
    let mut needed = vec![false; module.functions.len()];
    let mut next = roots(module)?;
    while let Some(function) = next.pop() {
        // Bodies are not validated yet: an index may be one of no function.
        let Some(known) = needed.get_mut(function as usize) else { continue };
        if std::mem::replace(known, true) || function < module.imported_functions {
            continue;
        }
        let body = &bodies[(function - module.imported_functions) as usize];
        next.extend(body.calls.iter().chain(&body.tail_calls).chain(&body.references));
    }
    Ok(needed)
}

/// The functions that are needed whatever others do.
fn roots(module: &Module) -> Result<Vec<u32>> {
    let exports = module.exports.iter().filter(|export| export.kind == ExternalKind::Func);
    let mut roots: Vec<_> = exports.map(|export| export.index).chain(module.start).collect();
    for segment in &module.elements {
        roots.extend(function_items(segment)?);
    }
    let tables = module.tables.iter().filter_map(|table| match table {
        TableInit::Expr(expression) => Some(expression),
        TableInit::RefNull => None,
    });
    for expression in module.globals.iter().chain(tables) {
        roots.extend(constant::references(expression)?);
    }
    Ok(roots)
}
