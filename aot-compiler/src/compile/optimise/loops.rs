//! Where the loops of a function are, and the places before them.

use cranelift_codegen::{
    dominator_tree::DominatorTree,
    flowgraph::ControlFlowGraph,
    ir::{Block, Function, Inst, Value, ValueDef},
    loop_analysis::LoopAnalysis,
};

/// The flow of control in a function.
pub struct Loops {
    /// Which blocks come before which.
    pub flow: ControlFlowGraph,
    /// What has run when an instruction runs.
    pub tree: DominatorTree,
    loops: LoopAnalysis,
}

impl Loops {
    /// Looks at `function`; `None` if it has no loop.
    pub fn find(function: &Function) -> Option<Self> {
        let flow = ControlFlowGraph::with_function(function);
        let tree = DominatorTree::with_function(function, &flow);
        let mut loops = LoopAnalysis::new();
        loops.compute(function, &flow, &tree);
        (loops.loops().len() > 0).then_some(Self { flow, tree, loops })
    }

    /// All instructions that control can reach, dominating ones first.
    pub fn insts(&self, function: &Function) -> Vec<Inst> {
        self.tree.cfg_rpo().flat_map(|&block| function.layout.block_insts(block)).collect()
    }

    /// Whether `inst` is in a loop.
    pub fn contain(&self, function: &Function, inst: Inst) -> bool {
        self.loops.innermost_loop(block(function, inst)).is_some()
    }

    /// How many loops `value` is defined in.
    pub fn level(&self, function: &Function, value: Value) -> usize {
        self.loops.loop_level(definition(function, value)).level()
    }

    /// Where to compute what depends on `values` and is for `inst`: before the outermost loop in which they do not change.
    pub fn outermost_place(&self, function: &Function, values: &[Value], inst: Inst) -> Inst {
        let innermost = self.loops.innermost_loop(block(function, inst));
        let around = std::iter::successors(innermost, |&inner| self.loops.loop_parent(inner));
        let unchanged = around.take_while(|&within| {
            values.iter().all(|&value| !self.loops.is_in_loop(definition(function, value), within))
        });
        unchanged.last().map_or(inst, |outermost| {
            let before = self.tree.idom(self.loops.loop_header(outermost));
            let before = before.expect("the entry block is no loop's header");
            function.layout.last_inst(before).expect("blocks end with branches")
        })
    }
}

/// The block of `inst`.
pub fn block(function: &Function, inst: Inst) -> Block {
    function.layout.inst_block(inst).expect("the instruction is in a block")
}

/// The block that defines `value`.
pub fn definition(function: &Function, value: Value) -> Block {
    match function.dfg.value_def(value) {
        ValueDef::Result(inst, _) => block(function, inst),
        ValueDef::Param(block, _) => block,
        ValueDef::Union(..) => unreachable!("only Cranelift's own optimiser makes unions"),
    }
}
