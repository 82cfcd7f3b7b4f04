//! What a function does: loops, and accesses aimed at where something happens.

use super::{
    access::Access,
    tree::{Operation, Tree, Width},
};
use crate::random::Random;

/// Parameters of a function, each an address.
pub const PARAMETERS: usize = 3;

/// Its loops' counters, by depth, come after the parameters.
const DEPTHS: usize = 2;

/// Locals of an address's type: parameters, counters, then those that statements set.
pub const LOCALS: usize = PARAMETERS + DEPTHS + 3;

/// A memory.
#[derive(Debug, Clone)]
pub struct Memory {
    /// Pages in the beginning.
    pub pages: u64,
    /// Pages at most.
    pub max: u64,
}

impl Memory {
    /// Bytes in the beginning.
    pub fn bytes(&self) -> u64 {
        self.pages << 16
    }
}

/// What lets an access happen.
#[derive(Debug)]
enum Guard {
    /// Nothing: it may trap.
    Always,
    /// A function that is given the address and how far the access reaches.
    Call,
    /// A comparison of the address with this limit.
    Below(u64),
}

#[derive(Debug)]
enum Statement {
    /// An access at the tree plus the aim of this number.
    Access {
        access: Access,
        guard: Guard,
        tree: Tree,
        aim: usize,
    },
    /// Sets a local.
    Set(usize, Tree),
    /// Does the body if the local has one of these bits.
    If(usize, u64, Vec<Statement>),
    /// Makes a memory larger by a page.
    Grow(usize),
    Loop(Loop),
}

/// The aim of an access that is near another with the same tree: that one's number, and how far behind it.
type Near = (usize, u64);

#[derive(Debug)]
struct Loop {
    depth: usize,
    start: Tree,
    step: u64,
    end: End,
    body: Vec<Statement>,
}

/// When a loop ends.
#[derive(Debug)]
enum End {
    /// After so many times.
    Trips(u64),
    /// Unless this comparison of the counter with this number holds at the end of the body.
    Until(&'static str, u64),
    /// If the counter is this number at the start of the body.
    While(u64),
}

/// What a function does.
pub struct Body {
    width: Width,
    statements: Vec<Statement>,
    /// What is added to the address of each access.
    aims: Vec<u64>,
    /// Where they are added.
    places: u64,
}

/// What bodies are made with.
struct Maker<'a> {
    random: &'a mut Random,
    width: Width,
    memories: &'a [Memory],
    /// Whether no access may trap.
    guarded: bool,
    /// Of each access, what it is near to.
    nears: Vec<Option<Near>>,
}

impl Body {
    /// Any body. Each access is aimed at a place of interest for one of its times with one of `arguments`.
    pub fn random(
        random: &mut Random,
        width: Width,
        memories: &[Memory],
        guarded: bool,
        arguments: &[[u64; PARAMETERS]],
    ) -> Self {
        let mut maker = Maker { random, width, memories, guarded, nears: Vec::new() };
        let statements = maker.block(0, 5);
        let mut seen = vec![Vec::new(); maker.nears.len()];
        let mut accesses = vec![None; maker.nears.len()];
        let nears = maker.nears;
        for arguments in arguments {
            let mut locals = [0; LOCALS];
            locals[..PARAMETERS].copy_from_slice(arguments);
            walk(&statements, width, &mut locals, &mut |aim, access, address| {
                seen[aim].push(address);
                accesses[aim] = Some(access.clone());
            });
        }
        let mut aims = Vec::new();
        for ((seen, access), near) in seen.iter().zip(&accesses).zip(nears) {
            let aim = match (access, near) {
                (_, Some((other, distance))) => distance.wrapping_add(aims[other]),
                (None, _) => 0,
                (Some(access), None) => {
                    let address = match random.below(4) {
                        0 => seen[0],
                        1 => seen[seen.len() - 1],
                        _ => random.pick(seen),
                    };
                    target(random, width, access, memories[access.memory].bytes()).wrapping_sub(address)
                }
            };
            aims.push(width.wrap(aim));
        }
        Self { width, statements, aims, places: random.next() }
    }

    /// The body in WebAssembly's text format.
    pub fn text(&self) -> String {
        self.statements.iter().map(|statement| self.statement(statement)).collect()
    }

    fn statement(&self, statement: &Statement) -> String {
        let width = self.width;
        let block =
            |body: &[Statement]| body.iter().map(|statement| self.statement(statement)).collect::<String>();
        match statement {
            Statement::Access { access, guard, tree, aim } => {
                let mut random = Random::new(self.places, *aim as u64);
                let address = tree.clone().plus(&mut random, self.aims[*aim]).text(width);
                let access_text = access.text(&address);
                let end = access.offset.saturating_add(access.bytes());
                let condition = match guard {
                    Guard::Always => return format!("{access_text}\n"),
                    Guard::Call => format!("(call $inside{} {address} (i64.const {end:#x}))", access.memory),
                    Guard::Below(limit) => format!("({width}.lt_u {address} ({width}.const {limit:#x}))"),
                };
                format!("(if {condition} (then {access_text}))\n")
            }
            Statement::Set(local, tree) => format!("(local.set {local} {})\n", tree.text(width)),
            Statement::If(local, mask, body) => {
                let bits = format!("({width}.and (local.get {local}) ({width}.const {mask:#x}))");
                format!("(if (i32.eqz ({width}.eqz {bits})) (then\n{}))\n", block(body))
            }
            Statement::Grow(memory) => {
                format!("(drop (memory.grow {memory} ({width}.const 1)))\n")
            }
            Statement::Loop(Loop { depth, start, step, end, body }) => {
                let counter = PARAMETERS + depth;
                let start = format!("(local.set {counter} {})", start.text(width));
                let next = format!("({width}.add (local.get {counter}) ({width}.const {step:#x}))");
                let (label, body) = (format!("$again{depth}"), block(body));
                match end {
                    End::Trips(trips) => format!(
                        "{start} (local.set $trips{depth} (i32.const {trips}))
                        (loop {label}\n{body}(local.set {counter} {next})
                        (br_if {label} (local.tee $trips{depth} (i32.sub (local.get $trips{depth}) (i32.const 1)))))\n"
                    ),
                    End::Until(comparison, end) => format!(
                        "{start} (loop {label}\n{body}
                        (br_if {label} ({width}.{comparison} (local.tee {counter} {next}) ({width}.const {end:#x}))))\n"
                    ),
                    End::While(end) => format!(
                        "{start} (block $done{depth} (loop {label}
                        (br_if $done{depth} ({width}.eq (local.get {counter}) ({width}.const {end:#x})))
                        {body}(local.set {counter} {next}) (br {label})))\n"
                    ),
                }
            }
        }
    }
}

impl Maker<'_> {
    fn tree(&mut self, depth: u32) -> Tree {
        Tree::random(self.random, LOCALS, self.memories[0].bytes(), depth)
    }

    fn block(&mut self, depth: usize, most: u64) -> Vec<Statement> {
        let mut block = Vec::new();
        for _ in 0..1 + self.random.below(most) {
            let statement = self.statement(depth);
            let others = match &statement {
                Statement::Access { access, tree, aim, .. } if self.random.below(2) == 0 => {
                    let (memory, tree, aim) = (access.memory, tree.clone(), *aim);
                    (0..1 + self.random.below(4)).map(|_| self.near(memory, &tree, aim)).collect()
                }
                _ => Vec::new(),
            };
            block.push(statement);
            block.extend(others);
        }
        block
    }

    fn statement(&mut self, depth: usize) -> Statement {
        match self.random.below(16) {
            0..4 if depth < DEPTHS => Statement::Loop(self.repeat(depth)),
            4 => {
                let (local, mask) =
                    (self.random.below(LOCALS as u64) as usize, self.random.pick(&[1, 2, 4, 8, 0x8000_0000]));
                Statement::If(local, mask, self.block(depth, 2))
            }
            5..7 => {
                let tree = self.tree(2);
                Statement::Set(self.settable(), tree)
            }
            7 => {
                let local = self.settable();
                let by = self.random.pick(&[1, 4, 8, 16, 24, u64::MAX, 8u64.wrapping_neg(), 0x1000_0000]);
                let sum = Tree::Binary(Operation::Add, Tree::Local(local).into(), Tree::Constant(by).into());
                Statement::Set(local, sum)
            }
            8 if self.random.below(4) == 0 => match self.growable() {
                Some(memory) => Statement::Grow(memory),
                None => self.access(),
            },
            _ => self.access(),
        }
    }

    /// A local that is neither parameter nor counter.
    fn settable(&mut self) -> usize {
        PARAMETERS + DEPTHS + self.random.below((LOCALS - PARAMETERS - DEPTHS) as u64) as usize
    }

    /// A memory that may grow. The target refuses what its RAM could not hold, so it is a small one.
    fn growable(&mut self) -> Option<usize> {
        let memory = self.random.below(self.memories.len() as u64) as usize;
        let Memory { pages, max } = self.memories[memory];
        (pages < max && max <= 16).then_some(memory)
    }

    fn access(&mut self) -> Statement {
        let memory = self.random.below(self.memories.len() as u64) as usize;
        let depth = 1 + self.random.below(4) as u32;
        let tree = self.tree(depth);
        self.access_at(memory, tree, None)
    }

    /// An access at the same tree as that of another, sometimes in a block of its own.
    fn near(&mut self, memory: usize, tree: &Tree, aim: usize) -> Statement {
        let distance = match self.random.below(8) {
            0..5 => self.random.below(64).wrapping_sub(24),
            5 => self.random.below(0x1_0000).wrapping_sub(0x8000),
            6 => self.random.pick(&[1 << 30, (1 << 30) - 8, 1 << 31, (1 << 31) + 8, 0xc000_0000]),
            _ => self.random.pick(&[0, 4095, 32760, 65536, 0xffff_0000]),
        };
        let access = self.access_at(memory, tree.clone(), Some((aim, distance)));
        match self.random.below(6) {
            0 => Statement::If(self.random.below(LOCALS as u64) as usize, 1, vec![access]),
            _ => access,
        }
    }

    fn access_at(&mut self, memory: usize, tree: Tree, near: Option<Near>) -> Statement {
        let access = Access::random(self.random, memory, self.width, !self.guarded);
        let end = access.offset.saturating_add(access.bytes());
        let room = self.memories[memory].bytes().checked_sub(end).map(|last| last + 1);
        let guard = match room {
            _ if !self.guarded => Guard::Always,
            Some(room) if room <= 0xffff_ffff && self.random.below(2) == 0 => Guard::Below(room),
            _ => Guard::Call,
        };
        self.nears.push(near);
        Statement::Access { access, guard, tree, aim: self.nears.len() - 1 }
    }

    fn repeat(&mut self, depth: usize) -> Loop {
        let (random, width) = (&mut *self.random, self.width);
        let trips = 1 + random.below(if depth == 0 { 12 } else { 20 });
        let step = random.pick(&[1, 1, 2, 4, 8, 8, 24, 0x1_0000, 0x1000_0000, 0x4000_0000]);
        let step = width.wrap(if random.below(3) == 0 { 0u64.wrapping_sub(step) } else { step });
        // The counter goes through 0, 2^31 or 2^32, or begins at a parameter.
        let around = random.pick(&[0, 1 << 31, 1 << 32, 1 << 63, 0x1_0000]);
        let start =
            width.wrap(step.wrapping_mul(random.below(trips + 1)).wrapping_neg().wrapping_add(around));
        let end = width.wrap(step.wrapping_mul(trips).wrapping_add(start));
        let (up, down) = (width.signed(step) > 0, width.signed(step) < 0);
        let (low, high) = (width.signed(start), width.signed(end));
        let (start, end) = match random.below(8) {
            0 => (Tree::Local(random.below(PARAMETERS as u64) as usize), End::Trips(trips)),
            1 => (Tree::Constant(start), End::Trips(trips)),
            2 => (Tree::Constant(start), End::While(end)),
            3 if up && start < end => (Tree::Constant(start), End::Until("lt_u", end)),
            4 if up && low < high => (Tree::Constant(start), End::Until("lt_s", end)),
            3 if down && start > end => (Tree::Constant(start), End::Until("gt_u", end)),
            4 if down && low > high => (Tree::Constant(start), End::Until("gt_s", end)),
            _ => (Tree::Constant(start), End::Until("ne", end)),
        };
        Loop { depth, start, step, end, body: self.block(depth + 1, 4) }
    }
}

/// Where an access is aimed: an address before the static offset.
fn target(random: &mut Random, width: Width, access: &Access, size: u64) -> u64 {
    let (offset, bytes) = (access.offset, access.bytes());
    let near = random.below(40).wrapping_sub(20);
    let target = match random.below(16) {
        // Beyond the end, and at it.
        0 => size.wrapping_sub(offset).wrapping_add(near),
        1..3 => size.wrapping_sub(offset).wrapping_sub(bytes).wrapping_add(near % 3),
        // So that a sum of more than 32 bits would be in the memory again.
        3..6 => 0u64.wrapping_sub(offset).wrapping_add(random.below(200)),
        6 => 0u64.wrapping_sub(bytes).wrapping_add(near),
        7 => (1u64 << 31).wrapping_add(near),
        8 => near % 64,
        // Somewhere within, so that the other times are, too.
        _ => {
            let piece = random.pick(&[0, 1 << 31, size.saturating_sub(1 << 16)]);
            let within = random.below(1 << 16).min(size.saturating_sub(1));
            let place = if piece < size { piece + within } else { within };
            place.wrapping_sub(offset)
        }
    };
    let aligned = access.is_atomic() || random.below(2) == 0;
    width.wrap(if aligned { target.wrapping_sub(target.wrapping_add(offset) % bytes) } else { target })
}

/// Goes through what the statements do, and tells of each access its aim's number and its address without the aim.
fn walk(
    statements: &[Statement],
    width: Width,
    locals: &mut [u64; LOCALS],
    visit: &mut impl FnMut(usize, &Access, u64),
) {
    for statement in statements {
        match statement {
            Statement::Access { access, tree, aim, .. } => visit(*aim, access, tree.value(width, locals)),
            Statement::Set(local, tree) => locals[*local] = tree.value(width, locals),
            Statement::If(local, mask, body) if locals[*local] & mask != 0 => {
                walk(body, width, locals, visit)
            }
            Statement::If(..) | Statement::Grow(_) => {}
            Statement::Loop(Loop { depth, start, step, end, body }) => {
                let counter = PARAMETERS + depth;
                locals[counter] = start.value(width, locals);
                let mut trips = 0;
                loop {
                    if matches!(end, End::While(end) if locals[counter] == *end) {
                        break;
                    }
                    walk(body, width, locals, visit);
                    trips += 1;
                    locals[counter] = width.wrap(locals[counter].wrapping_add(*step));
                    let now = locals[counter];
                    let again = match *end {
                        End::While(_) => true,
                        End::Trips(most) => trips < most,
                        End::Until("lt_u", end) => now < end,
                        End::Until("gt_u", end) => now > end,
                        End::Until("lt_s", end) => width.signed(now) < width.signed(end),
                        End::Until("gt_s", end) => width.signed(now) > width.signed(end),
                        End::Until(_, end) => now != end,
                    };
                    if !again {
                        break;
                    }
                }
            }
        }
    }
}
