//! Control instructions: blocks, branches and traps.
//!
//! A label is a Cranelift block whose parameters are the values that a branch passes along. `end` is created when a
//! block is opened but only entered if a branch has used it; otherwise control falls through in the block before.

use super::{Translator, exception::Try};
use crate::compile::{traps, types::machine};
use cranelift_codegen::ir::{self, BlockArg, InstBuilder, JumpTableData, Value};
use sinter_abi::trap::TrapReason;
use std::collections::HashMap;
use wasmparser::{BlockType, BrTable, Operator};

/// An open `block`, `loop`, `if` or the function's body.
pub struct Frame {
    pub(super) kind: Kind,
    /// Where control goes when the frame ends, with the results as parameters.
    end: ir::Block,
    /// Whether something jumps to `end`.
    end_used: bool,
    /// Operands below the frame's parameters.
    height: usize,
    results: usize,
}

pub(super) enum Kind {
    Block,
    /// A branch goes back to `header`, with `params` values.
    Loop {
        header: ir::Block,
        params: usize,
    },
    /// The condition was false: `otherwise` is entered with the saved parameters, until `else` has taken it.
    If {
        otherwise: Option<ir::Block>,
        params: Vec<Value>,
    },
    Try(Try),
}

impl Translator<'_> {
    pub(super) fn control(&mut self, operator: &Operator) -> bool {
        match operator {
            Operator::Nop => {}
            Operator::Unreachable => {
                self.ins().trap(traps::code(TrapReason::Unreachable));
                self.reachable = false;
            }
            Operator::Block { blockty } => {
                let height = self.stack.len() - self.params(*blockty).len();
                self.open(Kind::Block, *blockty, height);
            }
            Operator::Loop { blockty } => self.open_loop(*blockty),
            Operator::If { blockty } => self.open_if(*blockty),
            Operator::Else => self.open_else(),
            Operator::End => self.close(),
            Operator::Br { relative_depth } => self.branch(*relative_depth),
            Operator::BrIf { relative_depth } => {
                let condition = self.pop();
                self.branch_if(condition, *relative_depth);
            }
            Operator::BrTable { targets } => self.branch_table(targets),
            Operator::Return => self.return_results(),
            Operator::Drop => _ = self.pop(),
            Operator::Select | Operator::TypedSelect { .. } => {
                let (x, y, condition) = self.pop3();
                let value = self.ins().select(condition, x, y);
                self.push(value);
            }
            _ => return false,
        }
        true
    }

    /// Follows the nesting of blocks through code that cannot be reached.
    pub(super) fn unreachable_operator(&mut self, operator: &Operator) {
        match operator {
            Operator::Block { .. }
            | Operator::Loop { .. }
            | Operator::If { .. }
            | Operator::TryTable { .. } => self.dead += 1,
            Operator::Else if self.dead == 0 => self.open_else(),
            Operator::End if self.dead == 0 => self.close(),
            Operator::End => self.dead -= 1,
            _ => {}
        }
    }

    /// Returns from the body that is translated with the topmost operands.
    pub(super) fn return_results(&mut self) {
        let frame = self.scope.frame;
        if frame > 0 {
            // It is inlined.
            let depth = self.control.len() - 1 - frame;
            return self.branch(depth as u32);
        }
        let results = self.pop_many(self.control[0].results);
        self.ins().return_(&results);
        self.reachable = false;
    }

    /// Branches with the topmost operands.
    fn branch(&mut self, depth: u32) {
        let (label, arity) = self.label(depth);
        let args = self.branch_args(arity);
        self.ins().jump(label, &args);
        self.reachable = false;
    }

    /// Opens the function's body, whose results are the function's.
    pub(super) fn open_body(&mut self) {
        let results: Vec<_> =
            self.builder.func.signature.returns.iter().map(|result| result.value_type).collect();
        self.open_with(Kind::Block, &results, 0);
    }

    pub(super) fn open(&mut self, kind: Kind, blockty: BlockType, height: usize) {
        let results = self.results(blockty);
        self.open_with(kind, &results, height);
    }

    /// Opens a frame with results of these types.
    pub(super) fn open_with(&mut self, kind: Kind, results: &[ir::Type], height: usize) {
        let end = self.new_block(results);
        self.control.push(Frame { kind, end, end_used: false, height, results: results.len() });
    }

    fn open_loop(&mut self, blockty: BlockType) {
        let params = self.params(blockty);
        let header = self.new_block(&params);
        let values = self.pop_many(params.len());
        let args = block_args(&values);
        self.ins().jump(header, &args);
        let height = self.stack.len();
        self.open(Kind::Loop { header, params: params.len() }, blockty, height);
        self.enter(header);
    }

    fn open_if(&mut self, blockty: BlockType) {
        let condition = self.pop();
        let height = self.stack.len() - self.params(blockty).len();
        let (then, otherwise) = (self.builder.create_block(), self.builder.create_block());
        self.ins().brif(condition, then, &[], otherwise, &[]);
        let params = self.stack[height..].to_vec();
        self.open(Kind::If { otherwise: Some(otherwise), params }, blockty, height);
        self.builder.seal_block(then);
        self.enter(then);
    }

    fn open_else(&mut self) {
        self.fall_through();
        let frame = self.control.last_mut().expect("else is within an if");
        let height = frame.height;
        let Kind::If { otherwise, params } = &mut frame.kind else { unreachable!("else is within an if") };
        let otherwise = otherwise.take().expect("an if has one else");
        let params = std::mem::take(params);
        self.stack.truncate(height);
        self.stack.extend(params);
        self.builder.seal_block(otherwise);
        self.enter(otherwise);
        self.reachable = true;
    }

    /// Leaves the innermost frame: what follows begins with its results, or cannot be reached.
    fn close(&mut self) {
        let needs_end = match &self.control.last().expect("end closes a frame").kind {
            Kind::If { otherwise: Some(_), .. } => {
                self.open_else();
                true
            }
            Kind::If { .. } => true,
            Kind::Try(guard) => guard.used,
            Kind::Block | Kind::Loop { .. } => false,
        };
        let end_used = self.control.last().is_some_and(|frame| frame.end_used);
        if needs_end || end_used {
            self.fall_through();
        }
        let frame = self.control.pop().expect("end closes a frame");
        match frame.kind {
            Kind::Loop { header, .. } => self.builder.seal_block(header),
            Kind::Try(guard) => self.close_try(guard),
            Kind::Block | Kind::If { .. } => {}
        }
        if frame.end_used {
            self.stack.truncate(frame.height);
            self.builder.seal_block(frame.end);
            self.enter(frame.end);
            self.reachable = true;
        }
        if !self.reachable {
            self.stack.truncate(frame.height);
        } else if self.control.is_empty() {
            let results = self.pop_many(frame.results);
            self.ins().return_(&results);
        }
    }

    /// Jumps to the end of the innermost frame if control arrives here.
    fn fall_through(&mut self) {
        if !self.reachable {
            return;
        }
        let frame = self.control.last_mut().expect("a frame is open");
        frame.end_used = true;
        let (end, results) = (frame.end, frame.results);
        let values = self.pop_many(results);
        let args = block_args(&values);
        self.ins().jump(end, &args);
        self.reachable = false;
    }

    /// Goes on in `block`, whose parameters become the topmost operands.
    fn enter(&mut self, block: ir::Block) {
        self.builder.switch_to_block(block);
        self.stack.extend_from_slice(self.builder.block_params(block));
    }

    /// The block that a branch goes to, and how many values it takes along.
    pub(super) fn label(&mut self, depth: u32) -> (ir::Block, usize) {
        let index = self.control.len() - 1 - depth as usize;
        let frame = &mut self.control[index];
        match frame.kind {
            Kind::Loop { header, params } => (header, params),
            Kind::Block | Kind::If { .. } | Kind::Try(_) => {
                frame.end_used = true;
                (frame.end, frame.results)
            }
        }
    }

    /// The topmost `arity` operands, which stay on the stack.
    pub(super) fn branch_args(&mut self, arity: usize) -> Vec<BlockArg> {
        self.branch_values += arity as u64;
        block_args(&self.stack[self.stack.len() - arity..])
    }

    /// Branches if `condition` is not zero.
    pub(super) fn branch_if(&mut self, condition: Value, depth: u32) {
        let (label, arity) = self.label(depth);
        let args = self.branch_args(arity);
        let next = self.builder.create_block();
        self.ins().brif(condition, label, &args, next, &[]);
        self.builder.seal_block(next);
        self.enter(next);
    }

    fn branch_table(&mut self, targets: &BrTable) {
        let index = self.pop();
        let mut labels = HashMap::new();
        let mut arms = Vec::new();
        let mut arm = |t: &mut Self, depth: u32| {
            *labels.entry(depth).or_insert_with(|| {
                let (label, arity) = t.label(depth);
                if arity == 0 {
                    return label;
                }
                // Values are passed along once for each label, not once for each entry.
                let edge = t.builder.create_block();
                arms.push((edge, label, t.branch_args(arity)));
                edge
            })
        };
        let default = arm(self, targets.default());
        let depths = targets.targets().map(|depth| depth.expect("validation has read the targets"));
        let entries: Vec<_> = depths.map(|depth| arm(self, depth)).collect();
        let pool = &mut self.builder.func.dfg;
        let default = pool.block_call(default, &[]);
        let entries: Vec<_> = entries.into_iter().map(|block| pool.block_call(block, &[])).collect();
        let table = self.builder.create_jump_table(JumpTableData::new(default, &entries));
        self.ins().br_table(index, table);
        for (edge, label, args) in arms {
            self.builder.switch_to_block(edge);
            self.builder.seal_block(edge);
            self.ins().jump(label, &args);
        }
        self.reachable = false;
    }

    fn new_block(&mut self, params: &[ir::Type]) -> ir::Block {
        let block = self.builder.create_block();
        for &ty in params {
            self.builder.append_block_param(block, ty);
        }
        block
    }

    pub(super) fn params(&self, blockty: BlockType) -> Vec<ir::Type> {
        match blockty {
            BlockType::Empty | BlockType::Type(_) => Vec::new(),
            BlockType::FuncType(index) => {
                self.env.module.func_type(index).params().iter().map(|&ty| machine(ty)).collect()
            }
        }
    }

    fn results(&self, blockty: BlockType) -> Vec<ir::Type> {
        match blockty {
            BlockType::Empty => Vec::new(),
            BlockType::Type(ty) => vec![machine(ty)],
            BlockType::FuncType(index) => {
                self.env.module.func_type(index).results().iter().map(|&ty| machine(ty)).collect()
            }
        }
    }
}

fn block_args(values: &[Value]) -> Vec<BlockArg> {
    values.iter().copied().map(BlockArg::from).collect()
}
