//! Shapes of code that releases of Cranelift have compiled wrongly for AArch64, on the target: each program compares its
//! results with Rust's and traps if one is wrong. Operands come in by calls, which are not inlined.

use sinter_tests::{sinter, status, stderr, wat};
use std::fmt::Write;

/// A module in the making: functions, and what `_start` calls.
#[derive(Default)]
struct Checks {
    declarations: String,
    functions: String,
    start: String,
    count: usize,
}

impl Checks {
    /// Expects `body`, of the operand types `params` and the result type `ty`, to give `expected` for `operands`.
    fn expect(&mut self, params: &str, ty: &str, body: &str, cases: &[(Vec<i64>, i64)]) {
        let number = self.count;
        self.count += 1;
        writeln!(self.functions, "(func $f{number} (param {params}) (result {ty}) {body})").unwrap();
        let types: Vec<_> = params.split(' ').collect();
        for (operands, expected) in cases {
            let operands: String =
                types.iter().zip(operands).map(|(ty, value)| format!("({ty}.const {value})")).collect();
            let call = format!("(call $f{number} {operands})");
            writeln!(self.start, "(if ({ty}.ne {call} ({ty}.const {expected})) (then unreachable))").unwrap();
        }
    }

    fn run(self) {
        assert!(self.count > 0);
        let Self { declarations, functions, start, .. } = self;
        let text = format!("(module {declarations}\n{functions}\n(func (export \"_start\")\n{start}))");
        let guest = wat("checks", &text);
        let assert = sinter().arg("run").arg(&guest).assert();
        let message = stderr(&assert);
        if status(&assert) != Some(0) {
            let offset = message.rsplit_once("_start (wasm offset 0x");
            let offset = offset.and_then(|(_, rest)| usize::from_str_radix(rest.split(')').next()?, 16).ok());
            panic!("{message}wrong result: the check at wasm offset {offset:?} of\n{text}");
        }
    }
}

const WORDS: [i32; 10] = [0, 1, -1, 2, 3, 0x7fff_ffff, i32::MIN, 0x1234_5678, -0x1234_5678, 0x0000_8000];
const DOUBLES: [i64; 10] = [
    0,
    1,
    -1,
    7,
    0x7fff_ffff_ffff_ffff,
    i64::MIN,
    0x1234_5678_9abc_def0,
    -0x1234_5678_9abc_def0,
    0xffff_ffff,
    0x8000_0000,
];

/// CVE-2026-34971: the shift of an index became part of the load, with an amount that was not reduced to the index's
/// width.
#[test]
fn shifted_indices() {
    let mut checks = Checks { declarations: "(memory 1) (memory $wide i64 1)".into(), ..Checks::default() };
    // Each byte at n is n % 251, in both memories.
    checks.functions += "(func $fill (local $n i32)
        (loop $next
            (i32.store8 (local.get $n) (i32.rem_u (local.get $n) (i32.const 251)))
            (i32.store8 $wide (i64.extend_i32_u (local.get $n)) (i32.rem_u (local.get $n) (i32.const 251)))
            (local.set $n (i32.add (local.get $n) (i32.const 1)))
            (br_if $next (i32.lt_u (local.get $n) (i32.const 65536)))))\n";
    checks.start += "(call $fill)\n";
    let load = |address: u64, bytes: u64| {
        let byte = |n: u64| u64::from(((address + n) % 251) as u8) << (8 * n);
        (0..bytes).map(byte).sum::<u64>() as i64
    };
    let indices = [0u64, 1, 2, 3, 5, 100, 1000];
    for shift in [0u32, 1, 2, 3, 4, 31, 32, 33, 34, 35, 63, 64, 65, 66, 67] {
        for (instruction, bytes) in [("load8_u", 1), ("load16_u", 2), ("load32_u", 4), ("load", 8)] {
            let within = |address: u64| address + bytes + 8 <= 65536;
            let mut check = |param: &str, index: &str, memory: &str, address: &dyn Fn(u64) -> u64| {
                for offset in [0, 8] {
                    let body = format!("(i64.{instruction} {memory} offset={offset} {index})");
                    let cases = indices
                        .iter()
                        .filter(|&&x| within(address(x)))
                        .map(|&x| (vec![x as i64], load(address(x) + offset, bytes)));
                    checks.expect(param, "i64", &body, &cases.collect::<Vec<_>>());
                }
            };
            let word = |x: u64| u64::from((x as u32).wrapping_shl(shift));
            let index = format!("(i32.shl (local.get 0) (i32.const {shift}))");
            check("i32", &index, "", &word);
            check("i32", &format!("(i64.extend_i32_u {index})"), "$wide", &word);
            let index = format!("(i64.shl (local.get 0) (i64.const {shift}))");
            check("i64", &index, "$wide", &|x| x.wrapping_shl(shift));
            check(
                "i64",
                &format!("(i32.wrap_i64 {index})"),
                "",
                &|x| u64::from(x.wrapping_shl(shift) as u32),
            );
            let index = format!("(i64.shl (i64.extend_i32_u (local.get 0)) (i64.const {shift}))");
            check("i32", &index, "$wide", &|x| x.wrapping_shl(shift));
        }
    }
    checks.run();
}

/// Division by constants becomes a multiplication or shifts.
#[test]
fn division_by_constants() {
    let mut checks = Checks::default();
    let divisors =
        [1i64, -1, 2, -2, 3, 5, 7, -7, 10, 25, 100, 125, 625, 641, 1024, -1024, 0x7fff_ffff, -0x8000_0000];
    for divisor in divisors {
        let word = divisor as i32;
        type Word = fn(i32, i32) -> i32;
        let words: [(&str, Word); 4] = [
            ("div_s", i32::wrapping_div),
            ("rem_s", i32::wrapping_rem),
            ("div_u", |x, y| (x as u32 / y as u32) as i32),
            ("rem_u", |x, y| (x as u32 % y as u32) as i32),
        ];
        for (name, operation) in words {
            let defined = |x: &&i32| name != "div_s" || (**x, word) != (i32::MIN, -1);
            let cases: Vec<_> =
                WORDS.iter().filter(defined).map(|&x| (vec![x.into()], operation(x, word).into())).collect();
            checks.expect("i32", "i32", &format!("(i32.{name} (local.get 0) (i32.const {word}))"), &cases);
        }
        type Double = fn(i64, i64) -> i64;
        let doubles: [(&str, Double); 4] = [
            ("div_s", i64::wrapping_div),
            ("rem_s", i64::wrapping_rem),
            ("div_u", |x, y| (x as u64 / y as u64) as i64),
            ("rem_u", |x, y| (x as u64 % y as u64) as i64),
        ];
        for (name, operation) in doubles {
            let defined = |x: &&i64| name != "div_s" || (**x, divisor) != (i64::MIN, -1);
            let cases: Vec<_> =
                DOUBLES.iter().filter(defined).map(|&x| (vec![x], operation(x, divisor))).collect();
            checks.expect("i64", "i64", &format!("(i64.{name} (local.get 0) (i64.const {divisor}))"), &cases);
        }
    }
    checks.run();
}

/// Operands that are narrower than their registers, and registers whose upper half is not clean.
#[test]
fn narrow_division() {
    let mut checks = Checks::default();
    for (x, y) in [(-128i32, -1i32), (-128, 3), (127, -2), (-32768, -1), (-32768, 7), (0x1_80ff, 0x2_0005)] {
        type Operation = fn(i32, i32) -> i32;
        let operations: [(&str, Operation); 4] = [
            ("div_s", i32::wrapping_div),
            ("rem_s", i32::wrapping_rem),
            ("div_u", |x, y| (x as u32 / y as u32) as i32),
            ("rem_u", |x, y| (x as u32 % y as u32) as i32),
        ];
        for (name, operation) in operations {
            type Extend = fn(i32) -> i32;
            let extends: [(&str, Extend); 4] = [
                ("(i32.extend8_s (local.get N))", |x| x as i8 as i32),
                ("(i32.extend16_s (local.get N))", |x| x as i16 as i32),
                ("(i32.and (local.get N) (i32.const 255))", |x| x & 255),
                ("(i32.and (local.get N) (i32.const 65535))", |x| x & 65535),
            ];
            for (text, extend) in extends {
                let expected = operation(extend(x), extend(y));
                let (first, second) = (text.replace('N', "0"), text.replace('N', "1"));
                let case = (vec![x.into(), y.into()], i64::from(expected));
                checks.expect("i32 i32", "i32", &format!("(i32.{name} {first} {second})"), &[case]);
            }
            let dirty = 0x5a5a_5a5a_0000_0000u64 as i64;
            let case =
                (vec![dirty | i64::from(x as u32), dirty | i64::from(y as u32)], operation(x, y).into());
            let body = format!("(i32.{name} (i32.wrap_i64 (local.get 0)) (i32.wrap_i64 (local.get 1)))");
            checks.expect("i64 i64", "i32", &body, &[case]);
        }
    }
    checks.run();
}

/// Two shifts of two registers that together have the register's width are one `extr`; others are not.
#[test]
fn extracted_pairs() {
    let mut checks = Checks::default();
    for left in [0u32, 1, 7, 8, 16, 31, 32, 33, 48, 63] {
        for right in [0u32, 1, 8, 16, 24, 25, 31, 32, 48, 56, 57, 63] {
            for (name, join) in [
                ("or", (|x, y| x | y) as fn(u64, u64) -> u64),
                ("xor", |x, y| x ^ y),
                ("add", u64::wrapping_add),
            ] {
                let cases: Vec<_> = [(0x1234_5678, -0x6543_210f), (-1, 0), (i32::MIN, 1)]
                    .iter()
                    .map(|&(x, y): &(i32, i32)| {
                        let joined =
                            join((x as u32).wrapping_shl(left).into(), (y as u32).wrapping_shr(right).into());
                        (vec![x.into(), y.into()], i64::from(joined as i32))
                    })
                    .collect();
                let body = format!(
                    "(i32.{name} (i32.shl (local.get 0) (i32.const {left})) (i32.shr_u (local.get 1) (i32.const {right})))"
                );
                checks.expect("i32 i32", "i32", &body, &cases);
                let cases: Vec<_> = [(0x1234_5678_9abc_def0, -0x6543_210f_edcb_a987), (-1, 0), (i64::MIN, 1)]
                    .iter()
                    .map(|&(x, y): &(i64, i64)| {
                        let joined = join((x as u64).wrapping_shl(left), (y as u64).wrapping_shr(right));
                        (vec![x, y], joined as i64)
                    })
                    .collect();
                let body = format!(
                    "(i64.{name} (i64.shl (local.get 0) (i64.const {left})) (i64.shr_u (local.get 1) (i64.const {right})))"
                );
                checks.expect("i64 i64", "i64", &body, &cases);
            }
        }
    }
    checks.run();
}

/// A splat of a constant, of a register with dirty upper bits, of a lane and of memory.
#[test]
fn splats() {
    let mut checks = Checks {
        declarations: "(memory 1) (data (i32.const 3) \"\\80\\fe\\dc\\ba\\98\\76\\54\\32\")".into(),
        ..Checks::default()
    };
    let memory = 0x3254_7698_badc_fe80u64;
    let values = [
        0u64,
        1,
        0x80,
        0xff,
        0x8000,
        0xff80,
        0xffff,
        0x8000_0000,
        0xffff_8000,
        0x1234_5678_9abc_def0,
        u64::MAX,
    ];
    for (shape, ty, bits) in
        [("i8x16", "i32", 8u32), ("i16x8", "i32", 16), ("i32x4", "i32", 32), ("i64x2", "i64", 64)]
    {
        let repeated = |value: u64| {
            let low = value & u64::MAX >> (64 - bits);
            (0..64 / bits).fold(0, |all, lane| all | low << (lane * bits)) as i64
        };
        let high = |vector: String| format!("(i64x2.extract_lane 1 {vector})");
        for value in values {
            let constant = if ty == "i32" { i64::from(value as i32) } else { value as i64 };
            let body = high(format!("({shape}.splat ({ty}.const {constant}))"));
            checks.expect("i32", "i64", &body, &[(vec![0], repeated(value))]);
        }
        let cases: Vec<_> = values.iter().map(|&value| (vec![value as i64], repeated(value))).collect();
        let operand = if ty == "i32" { "(i32.wrap_i64 (local.get 0))" } else { "(local.get 0)" };
        checks.expect("i64", "i64", &high(format!("({shape}.splat {operand})")), &cases);
        let extract = if bits < 32 { "extract_lane_s" } else { "extract_lane" };
        let lane = format!("({shape}.{extract} 1 (i64x2.splat (local.get 0)))");
        let expected = |value: u64| repeated(if bits == 64 { value } else { value >> bits });
        let cases: Vec<_> = values.iter().map(|&value| (vec![value as i64], expected(value))).collect();
        checks.expect("i64", "i64", &high(format!("({shape}.splat {lane})")), &cases);
        let body = high(format!("(v128.load{bits}_splat offset=1 (local.get 0))"));
        checks.expect("i32", "i64", &body, &[(vec![2], repeated(memory))]);
    }
    checks.run();
}

/// Not Cranelift's: two words of a constant that read as neighbouring loads were made one, as if they were code.
#[test]
fn constants_that_look_like_loads() {
    let mut checks = Checks::default();
    // ldr d1, [x0]; ldr d2, [x0, #8]; ldr d3, [x0, #16]; ldr d4, [x0, #24]
    let words = [0xfd40_0001u32, 0xfd40_0402, 0xfd40_0803, 0xfd40_0c04];
    let constant = words.map(|word| word.to_string()).join(" ");
    for half in [0, 1] {
        let expected = (u64::from(words[2 * half + 1]) << 32 | u64::from(words[2 * half])) as i64;
        let body = format!("(i64x2.extract_lane {half} (v128.const i32x4 {constant}))");
        checks.expect("i32", "i64", &body, &[(vec![0], expected)]);
        // At run time, too: the vector is used as a whole.
        let body = format!(
            "(i64x2.extract_lane {half} (v128.or (v128.const i32x4 {constant}) (i64x2.splat (local.get 0))))"
        );
        checks.expect("i64", "i64", &body, &[(vec![0], expected)]);
    }
    checks.run();
}

/// Not Cranelift's: a loop that tests first and counts then shared its arguments with the jump that it had before, and
/// the compiler panicked when two of its counters became one.
#[test]
fn loops_that_count_after_their_test() {
    let mut checks = Checks::default();
    let body = "(local $x i32) (local $y i32) (local $sum i32)
        (block $done
          (loop $next
            (local.set $sum (i32.add (local.get $sum)
              (i32.mul (i32.add (local.get $x) (i32.const 3)) (i32.xor (local.get $y) (i32.const 5)))))
            (br_if $done (i32.eq (local.get $x) (local.get 0)))
            (local.set $x (i32.add (local.get $x) (i32.const 4)))
            (local.set $y (i32.add (local.get $y) (i32.const 4)))
            (br $next)))
        (i32.add (local.get $sum) (i32.add (local.get $x) (local.get $y)))";
    let expected = |end: i32| {
        let rounds = (0..=end).step_by(4).map(|x| x.wrapping_add(3).wrapping_mul(x ^ 5));
        rounds.fold(0, i32::wrapping_add).wrapping_add(2 * end)
    };
    let cases: Vec<_> =
        [0, 4, 40, 4000].iter().map(|&end| (vec![i64::from(end)], i64::from(expected(end)))).collect();
    checks.expect("i32", "i32", body, &cases);
    checks.run();
}
