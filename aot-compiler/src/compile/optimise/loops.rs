//! Where the loops of a function are, and the places before them.

use cranelift_codegen::{
    dominator_tree::DominatorTree,
    flowgraph::ControlFlowGraph,
    ir::{Block, Function, Inst, Value, ValueDef},
    loop_analysis::{Loop, LoopAnalysis},
};

use std::collections::HashSet;

/// The flow of control in a function.
pub struct Loops {
    /// Which blocks come before which.
    pub flow: ControlFlowGraph,
    /// What has run when an instruction runs.
    pub tree: DominatorTree,
    loops: LoopAnalysis,
    /// The loops that have others in them.
    outer: HashSet<Loop>,
}

impl Loops {
    /// Looks at `function`; `None` if it has no loop.
    pub fn find(function: &Function) -> Option<Self> {
        let flow = ControlFlowGraph::with_function(function);
        let tree = DominatorTree::with_function(function, &flow);
        let mut loops = LoopAnalysis::new();
        loops.compute(function, &flow, &tree);
        let outer = loops.loops().filter_map(|within| loops.loop_parent(within)).collect();
        (loops.loops().len() > 0).then_some(Self { flow, tree, loops, outer })
    }

    /// All instructions that control can reach, dominating ones first.
    pub fn insts(&self, function: &Function) -> Vec<Inst> {
        self.tree.cfg_rpo().flat_map(|&block| function.layout.block_insts(block)).collect()
    }

    /// Whether `inst` is in a loop.
    pub fn contain(&self, function: &Function, inst: Inst) -> bool {
        self.loops.innermost_loop(block(function, inst)).is_some()
    }

    /// The innermost loops that have one way in and one way back.
    pub fn innermost(&self, function: &Function) -> Vec<Innermost> {
        let innermost = self.loops.loops().filter(|within| !self.outer.contains(within));
        innermost.filter_map(|within| self.ways(function, within)).collect()
    }

    /// The ways in and back, if there is one of each.
    fn ways(&self, function: &Function, within: Loop) -> Option<Innermost> {
        let header = self.loops.loop_header(within);
        let branches = self.flow.pred_iter(header);
        let (back, into): (Vec<_>, Vec<_>) =
            branches.partition(|from| self.loops.is_in_loop(from.block, within));
        let ([enter], [again]) = (&*into, &*back) else { return None };
        let (enter, again, last) = (enter.inst, again.inst, again.block);
        let dfg = &function.dfg;
        let once = |branch: Inst| {
            let ways = dfg.insts[branch].branch_destination(&dfg.jump_tables, &dfg.exception_tables);
            ways.iter().filter(|way| way.block(&dfg.value_lists) == header).count() == 1
        };
        (once(enter) && once(again)).then_some(Innermost { header, enter, again, last, within })
    }

    /// Whether the loop is left by the branch at the end of a round alone.
    pub fn has_one_exit(&self, of: &Innermost) -> bool {
        let blocks = self.tree.cfg_rpo().filter(|&&block| self.is_in(block, of));
        let leaves = blocks.filter(|&&block| self.flow.succ_iter(block).any(|next| !self.is_in(next, of)));
        leaves.eq([&of.last])
    }

    /// The innermost loop around `block`.
    pub fn innermost_around(&self, block: Block) -> Option<Loop> {
        self.loops.innermost_loop(block)
    }

    /// Whether `block` is in the loop.
    pub fn is_in(&self, block: Block, of: &Innermost) -> bool {
        self.loops.is_in_loop(block, of.within)
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
        unchanged.last().map_or(inst, |outermost| self.place_before(function, outermost))
    }

    /// Where to compute what is for `inst` in an innermost loop: before that loop.
    pub fn place_before_innermost(&self, function: &Function, inst: Inst) -> Option<Inst> {
        let within = self.loops.innermost_loop(block(function, inst))?;
        (!self.outer.contains(&within)).then(|| self.place_before(function, within))
    }

    /// The end of the block before a loop.
    fn place_before(&self, function: &Function, within: Loop) -> Inst {
        let before = self.tree.idom(self.loops.loop_header(within));
        let before = before.expect("the entry block is no loop's header");
        function.layout.last_inst(before).expect("blocks end with branches")
    }
}

/// A loop without another one in it, with one way in and one way back.
pub struct Innermost {
    /// Where every round begins.
    pub header: Block,
    /// The branch that enters the loop.
    pub enter: Inst,
    /// The branch at the end of a round.
    pub again: Inst,
    /// The block that ends with it.
    last: Block,
    /// The loop.
    pub within: Loop,
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
