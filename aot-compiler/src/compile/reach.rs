//! Which functions an image needs: nothing runs what neither the kernel nor another function can name.

use super::{
    constant,
    inline::Decisions,
    module::{Module, function_items},
    uses::Uses,
};
use wasmparser::{ExternalKind, Result, TableInit};

/// What is needed of each function of a module, by index.
pub struct Reach {
    /// Whether it can be called, inlined or not.
    pub used: Vec<bool>,
    /// Whether it has code of its own.
    pub code: Vec<bool>,
    /// Whether it has that for another reason than that a function calls it.
    pub pinned: Vec<bool>,
}

impl Reach {
    /// For `module`, whose function bodies have these `uses`: the functions that are exported, start the module or are in a
    /// table, and what they call or refer to.
    ///
    /// # Errors
    /// If a constant expression cannot be read, which validation excludes.
    pub fn new(module: &Module, uses: &[Uses], decisions: &Decisions) -> Result<Self> {
        let mut reach = Self::none(module);
        let mut next: Vec<_> = roots(module)?.into_iter().map(|function| (function, Use::Address)).collect();
        while let Some((function, how)) = next.pop() {
            let index = function as usize;
            // Bodies are not validated yet: an index may be one of no function.
            let Some(used) = reach.used.get_mut(index) else { continue };
            let is_new = !std::mem::replace(used, true);
            reach.code[index] |= how != Use::Inlined;
            reach.pinned[index] |= how == Use::Address;
            if !is_new || function < module.imported_functions {
                continue;
            }
            let body = &uses[(function - module.imported_functions) as usize];
            let call = |&callee| {
                (callee, if decisions.inlines(function, callee) { Use::Inlined } else { Use::Call })
            };
            next.extend(body.calls.iter().map(call));
            let others = body.tail_calls.iter().chain(&body.references);
            next.extend(others.map(|&other| (other, Use::Address)));
        }
        Ok(reach)
    }

    /// For a `module` of which all functions are to have code.
    pub fn all(module: &Module) -> Self {
        let all = vec![true; module.functions.len()];
        Self { used: all.clone(), code: all.clone(), pinned: all }
    }

    fn none(module: &Module) -> Self {
        let none = vec![false; module.functions.len()];
        Self { used: none.clone(), code: none.clone(), pinned: none }
    }
}

/// How a function is used.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    /// In the place of a call.
    Inlined,
    /// By a call.
    Call,
    /// By its address.
    Address,
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
