//! Modules whose accesses have addresses that wrap: sums, differences, shifts and products of parameters, constants and
//! loops' counters that go through 0, 2^31 and 2^32, static offsets from none to huge, at the ends of memories of
//! none, some and all pages.

mod access;
mod body;
mod tree;

use crate::random::Random;
use body::{Body, Memory, PARAMETERS};
use tree::Width;

/// Pages of a memory whose contents cannot be looked at as a whole.
const HUGE: u64 = 32768;

/// A module in WebAssembly's text format. Its exports take no parameters: each calls a function with other arguments.
pub fn module(random: &mut Random) -> String {
    let width = if random.below(6) == 0 { Width::I64 } else { Width::I32 };
    let memories: Vec<_> = (0..1 + random.below(4) / 3).map(|_| memory(random)).collect();
    let mut text = String::from("(module\n");
    let address = if width == Width::I64 { "i64 " } else { "" };
    for (number, Memory { pages, max }) in memories.iter().enumerate() {
        let export = if *pages < HUGE { format!("(export \"memory{number}\")") } else { String::new() };
        text += &format!("(memory {export} {address}{pages} {max})\n");
        text += &inside(width, number);
    }
    let guarded = random.below(3) != 0;
    for function in 0..4 {
        let arguments = arguments(random, width);
        let body = Body::random(random, width, &memories, guarded, &arguments);
        text += &format!(
            "(func $function{function} (param {parameters}) (result i64) (local {locals})
            (local $trips0 i32) (local $trips1 i32) (local $sum i64) (local $vector v128)\n{}(local.get $sum))\n",
            body.text(),
            parameters = vec![width.to_string(); PARAMETERS].join(" "),
            locals = vec![width.to_string(); body::LOCALS - PARAMETERS].join(" "),
        );
        for (number, arguments) in arguments.iter().enumerate() {
            let values: String =
                arguments.iter().map(|value| format!(" ({width}.const {value:#x})")).collect();
            text += &format!(
                "(func (export \"{function} {number}\") (result i64) (call $function{function}{values}))\n"
            );
        }
    }
    text += &pieces(width, &memories);
    text + ")"
}

fn memory(random: &mut Random) -> Memory {
    let (pages, max) = random.pick(&[
        (0, 0),
        (0, 1),
        (1, 1),
        (1, 1),
        (1, 2),
        (2, 2),
        (2, 4),
        (49151, 49152),
        (49152, 49152),
    ]);
    Memory { pages, max }
}

/// Arguments for each call: special numbers, the same and a little more or less, any.
fn arguments(random: &mut Random, width: Width) -> [[u64; PARAMETERS]; 3] {
    let mut any = || [(); PARAMETERS].map(|()| width.wrap(random.interesting() as u64));
    let (first, other) = (any(), any());
    let near = first.map(|value| width.wrap(value.wrapping_add(random.below(64)).wrapping_sub(32)));
    [first, near, other]
}

/// Whether an access that reaches this far from its address is within a memory. The function knows nothing of how
/// the address came about.
fn inside(width: Width, memory: usize) -> String {
    let (address, pages) = match width {
        Width::I32 => {
            ("(i64.extend_i32_u (local.get 0))", format!("(i64.extend_i32_u (memory.size {memory}))"))
        }
        Width::I64 => ("(local.get 0)", format!("(memory.size {memory})")),
    };
    // An address and an end that are in the memory each cannot wrap together.
    format!(
        "(func $inside{memory} (param {width} i64) (result i32) (local $size i64)
            (local.set $size (i64.shl {pages} (i64.const 16)))
            (i32.and
                (i32.and
                    (i64.le_u {address} (local.get $size))
                    (i64.le_u (local.get 1) (local.get $size)))
                (i64.le_u (i64.add {address} (local.get 1)) (local.get $size))))\n"
    )
}

/// Fills all memories in the beginning, or pieces of the huge ones, and exports a function that hashes these pieces.
fn pieces(width: Width, memories: &[Memory]) -> String {
    let (mut fills, mut hashes) = (String::new(), String::new());
    for (number, memory) in memories.iter().enumerate().filter(|(_, memory)| memory.pages > 0) {
        let pieces = match memory.pages {
            HUGE.. => {
                vec![(0, 1 << 16), ((1 << 31) - (1 << 15), 1 << 16), (memory.bytes() - (1 << 16), 1 << 16)]
            }
            _ => vec![(0, memory.bytes())],
        };
        for (start, bytes) in pieces {
            let range = format!("({width}.const {start:#x}) (i32.const {bytes:#x})");
            fills += &format!("(call $fill{number} {range})\n");
            if memory.pages >= HUGE {
                hashes += &format!("(local.set 0 (call $hash{number} {range} (local.get 0)))\n");
            }
        }
    }
    let functions: String = (0..memories.len()).map(|number| piece(width, number)).collect();
    format!(
        "{functions}(func $start {fills})\n(start $start)
        (func (export \"pieces\") (result i64) (local i64)\n{hashes}(local.get 0))\n"
    )
}

/// Functions that fill and hash a range of a memory.
fn piece(width: Width, memory: usize) -> String {
    let each = |body: &str| {
        format!(
            "(loop $next {body}
                (local.set 0 ({width}.add (local.get 0) ({width}.const 8)))
                (br_if $next (local.tee 1 (i32.sub (local.get 1) (i32.const 8)))))"
        )
    };
    let fill = format!(
        "(i64.store {memory} (local.get 0)
            (local.tee $hash (i64.mul (i64.add (local.get $hash) (i64.const 0x632b)) (i64.const 0x100000001b3))))"
    );
    let hash = format!(
        "(local.set $hash
            (i64.mul (i64.xor (i64.rotl (local.get $hash) (i64.const 5)) (i64.load {memory} (local.get 0)))
                (i64.const 0x100000001b3)))"
    );
    format!(
        "(func $fill{memory} (param {width} i32) (local $hash i64) {})
        (func $hash{memory} (param {width} i32) (param $hash i64) (result i64) {} (local.get $hash))\n",
        each(&fill),
        each(&hash),
    )
}
