//! Against the manual, instruction by instruction.

use super::*;

/// What is read and written, and whether the written register has a field of its own.
fn summary(instruction: u32) -> Option<(Registers, Registers, bool)> {
    of(instruction).map(|operands| (operands.read, operands.written, operands.write.is_some()))
}

#[test]
fn operands_are_those_of_the_manual() {
    let (g, v) = (general, vector);
    let cases = [
        // add x3, x4, #8; cmp w1, w2; add x1, sp, #16; movk x1, #7; bfi w1, w2, #4, #4
        (0x9100_2083, g(4), g(3), true),
        (0x6b02_003f, g(1) | g(2), FLAGS, true),
        (0x9100_43e1, 0, g(1), true),
        (0xf280_00e1, g(1), g(1), false),
        (0x331c_0c41, g(1) | g(2), g(1), false),
        // madd x2, x3, x4, x5; csel w1, w2, w3, eq; cset w4, lo; ccmp w1, w2, #0, ne
        (0x9b04_1462, g(3) | g(4) | g(5), g(2), true),
        (0x1a83_0041, g(2) | g(3) | FLAGS, g(1), true),
        (0x1a9f_27e4, FLAGS, g(4), true),
        (0x7a42_1020, g(1) | g(2) | FLAGS, FLAGS, false),
        // add x1, x2, w3, uxtw; umull x1, w2, w3; rev w1, w2; adc x1, x2, x3
        (0x8b23_4041, g(2) | g(3), g(1), true),
        (0x9ba3_7c41, g(2) | g(3), g(1), true),
        (0x5ac0_0841, g(2), g(1), true),
        (0x9a03_0041, g(2) | g(3) | FLAGS, g(1), true),
        // fmul d1, d2, d3; fmadd d1, d2, d3, d4; fcmp d1, d2; fmov x1, d2; scvtf d1, w2; fcvtzs w1, s2
        (0x1e63_0841, v(2) | v(3), v(1), true),
        (0x1f43_1041, v(2) | v(3) | v(4), v(1), true),
        (0x1e62_2020, v(1) | v(2), FLAGS, false),
        (0x9e66_0041, v(2), g(1), true),
        (0x1e62_0041, g(2), v(1), true),
        (0x1e38_0041, v(2), g(1), true),
        // fcsel d1, d2, d3, eq; fmov d1, #1.0
        (0x1e63_0c41, v(2) | v(3) | FLAGS, v(1), true),
        (0x1e6e_1001, 0, v(1), true),
        // add v1.4s, v2.4s, v3.4s; mla v1.4s, v2.4s, v3.4s; fmla v1.2d, v2.2d, v3.2d; bsl; bit; eor
        (0x4ea3_8441, v(2) | v(3), v(1), true),
        (0x4ea3_9441, v(1) | v(2) | v(3), v(1), false),
        (0x4e63_cc41, v(1) | v(2) | v(3), v(1), false),
        (0x6e63_1c41, v(1) | v(2) | v(3), v(1), false),
        (0x6ea3_1c41, v(1) | v(2) | v(3), v(1), false),
        (0x6e23_1c41, v(2) | v(3), v(1), true),
        // umull v1.2d, v2.2s, v3.2s; umlal v1.2d, v2.2s, v3.2s; xtn v1.2s, v2.2d; xtn2 v1.4s, v2.2d; addv s1, v2.4s
        (0x2ea3_c041, v(2) | v(3), v(1), true),
        (0x2ea3_8041, v(1) | v(2) | v(3), v(1), false),
        (0x0ea1_2841, v(2), v(1), true),
        (0x4ea1_2841, v(1) | v(2), v(1), false),
        (0x4eb1_b841, v(2), v(1), true),
        // dup v1.4s, w2; dup v1.4s, v2.s[1]; ins v1.s[1], w2; ins v1.s[1], v2.s[0]; umov w1, v2.s[1]; mov s1, v2.s[1]
        (0x4e04_0c41, g(2), v(1), true),
        (0x4e0c_0441, v(2), v(1), true),
        (0x4e0c_1c41, v(1) | g(2), v(1), false),
        (0x6e0c_0441, v(1) | v(2), v(1), false),
        (0x0e0c_3c41, v(2), g(1), true),
        (0x5e0c_0441, v(2), v(1), true),
        // tbl v0.16b, {v1.16b, v2.16b}, v3.16b; tbx with one; zip1 v1.4s, v2.4s, v3.4s; ext v1.16b, v2.16b, v3.16b, #4
        (0x4e03_2020, v(1) | v(2) | v(3), v(0), true),
        (0x4e03_1020, v(0) | v(1) | v(3), v(0), false),
        (0x4e83_3841, v(2) | v(3), v(1), true),
        (0x6e03_2041, v(2) | v(3), v(1), true),
        // shl v1.4s, v2.4s, #3; usra v1.4s, v2.4s, #3; sli; shrn2; sshll v1.4s, v2.4h, #0; movi v1.4s, #1; orr v1.4s, #1
        (0x4f23_5441, v(2), v(1), true),
        (0x6f3d_1441, v(1) | v(2), v(1), false),
        (0x6f23_5441, v(1) | v(2), v(1), false),
        (0x4f1d_8441, v(1) | v(2), v(1), false),
        (0x0f10_a441, v(2), v(1), true),
        (0x4f00_0421, 0, v(1), true),
        (0x4f00_1421, v(1), v(1), false),
        // fmul v1.4s, v2.4s, v3.s[0]; fmla v1.4s, v2.4s, v3.s[0]
        (0x4f83_9041, v(2) | v(3), v(1), true),
        (0x4f83_1041, v(1) | v(2) | v(3), v(1), false),
        // ldr d1, [x2, #8]; ldr x1, [x2, w3, uxtw]; str q1, [sp, #32]; ld1r {v1.4s}, [x2]; ldr x1, .+8
        (0xfd40_0441, g(2), v(1), true),
        (0xf863_4841, g(2) | g(3), g(1), true),
        (0x3d80_0be1, v(1), 0, false),
        (0x4d40_c841, g(2), v(1), true),
        (0x5800_0041, 0, g(1), true),
        // ld1 {v1.d}[1], [x2]; ld1 {v1.s}[2], [x2], x3; ld1 {v1.h}[0], [x2], #2; st1 {v1.d}[1], [x2]; ld1r {v1.4s}, [x2], x3
        (0x4d40_8441, g(2) | v(1), v(1), false),
        (0x4dc3_8041, g(2) | g(3) | v(1), g(2) | v(1), false),
        (0x0ddf_4041, g(2) | v(1), g(2) | v(1), false),
        (0x4d00_8441, g(2) | v(1), 0, false),
        (0x4dc3_c841, g(2) | g(3), g(2) | v(1), true),
        // ldp x1, x2, [sp], #16; stp d8, d9, [x1, #16]; str x1, [x2], #8
        (0xa8c1_0be1, 0, g(1) | g(2), false),
        (0x6d01_2428, g(1) | v(8) | v(9), 0, false),
        (0xf800_8441, g(1) | g(2), g(2), false),
        // cbz w1; tbnz x2, #33; b.eq
        (0x3400_0041, g(1), 0, false),
        (0xb708_0042, g(2), 0, false),
        (0x5400_0040, FLAGS, 0, false),
    ];
    for (instruction, read, written, is_apart) in cases {
        assert_eq!(summary(instruction), Some((read, written, is_apart)), "{instruction:#x}");
    }
}

#[test]
fn others_are_not_known() {
    // bl, b, ret, br, udf, dmb ish, ldaxr x0, [x1], ldadd w0, w1, [x2], aese v1.16b, v2.16b, fjcvtzs w1, d2
    for instruction in [
        0x9400_0000,
        0x1400_0001,
        0xd65f_03c0,
        0xd61f_0020,
        0x0000_0001,
        0xd503_3bbf,
        0xc85f_fc20,
        0xb820_0041,
        0x4e28_4841,
        0x1e7e_0041,
    ] {
        assert_eq!(of(instruction), None, "{instruction:#x}");
    }
}

#[test]
fn narrow_reads_are_known() {
    let words = |instruction: u32| -> Vec<bool> {
        of(instruction).unwrap().reads().map(|operand| operand.is_word).collect()
    };
    // add x1, x2, w3, uxtw; add x1, x2, x3, uxtx; str w1, [x2, w3, sxtw]; str x1, [x2, x3, lsl #3]; smaddl x1, w2, w3, x4
    assert_eq!(words(0x8b23_4041), [false, true]);
    assert_eq!(words(0x8b23_6041), [false, false]);
    assert_eq!(words(0xb823_c841), [false, true, true]);
    assert_eq!(words(0xf823_7841), [false, false, false]);
    assert_eq!(words(0x9b23_1041), [true, true, false]);
}
