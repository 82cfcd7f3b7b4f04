//! Images hold nothing that the Raspberry Pi 3's Cortex-A53 lacks: no LSE atomics, no pointer authentication or branch
//! targets, no crypto extension, nothing newer.

use sinter_tests::{c, llvm_tool, rust, sinter, wat};
use std::{fs, path::Path, process::Command};

/// The lines of a disassembly that a Cortex-A53 r0p4 without the crypto extension does not execute as written: what the
/// disassembler for it does not know, and hints, as which PAC and BTI are encoded for older processors.
fn foreign(elf: &Path) -> (usize, Vec<String>) {
    let arguments = ["--disassemble", "--mcpu=cortex-a53", "--mattr=-aes,-sha2"];
    let output = llvm_tool("llvm-objdump").args(arguments).arg(elf).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let foreign = text.lines().filter(|line| line.contains("<unknown>") || line.contains("\thint\t"));
    (text.lines().count(), foreign.map(Into::into).collect())
}

#[test]
fn the_disassembler_tells_foreign_instructions() {
    let folder = tempfile::tempdir().unwrap();
    let (source, object) = (folder.path().join("a.s"), folder.path().join("a.o"));
    let foreign_ones =
        ["casal x0, x1, [x2]", "ldadd x0, x1, [x2]", "paciasp", "retaa", "bti c", "ldapr x0, [x1]"];
    let foreign_ones =
        [&foreign_ones[..], &["aese v0.16b, v1.16b", "sha256h q0, q1, v2.4s", "pmull v0.1q, v1.1d, v2.1d"]];
    let own =
        ["crc32b w0, w1, w2", "fmla v0.4s, v1.4s, v2.4s", "ldaxr x0, [x1]", "yield", "udf #49439", "wfi"];
    let lines: Vec<_> = foreign_ones.concat().into_iter().chain(own).collect();
    fs::write(&source, format!(".arch armv8.5-a+crypto\n{}\n", lines.join("\n"))).unwrap();
    let mut clang = Command::new("clang-19");
    clang.args(["--target=aarch64-none-elf", "-c"]).arg(&source).arg("-o").arg(&object);
    assert!(clang.status().unwrap().success());
    assert_eq!(foreign(&object).1.len(), foreign_ones.concat().len(), "{:?}", foreign(&object).1);
}

#[test]
fn images_are_for_the_cortex_a53() {
    let folder = tempfile::tempdir().unwrap();
    let atomics = r#"(module (memory 1) (func (export "_start")
        (drop (i64.atomic.rmw.add (i32.const 0) (i64.const 1)))
        (drop (i32.atomic.rmw8.cmpxchg_u (i32.const 0) (i32.const 1) (i32.const 2)))))"#;
    let modules = [rust("files"), rust("streams"), c("hello"), wat("atomics", atomics)];
    let apps = modules.iter().enumerate().map(|(number, module)| {
        format!("[app.app{number}]\nmodule = '{}'\n", AsRef::<Path>::as_ref(module).display())
    });
    fs::write(folder.path().join("image.toml"), apps.collect::<String>()).unwrap();
    sinter()
        .current_dir(&folder)
        .args(["image", "--kernel-only", "image.toml", "-o", "kernel8.img"])
        .assert()
        .success();
    let (lines, foreign) = foreign(&folder.path().join("kernel8.elf"));
    assert!(lines > 20_000, "only {lines} lines of disassembly");
    assert!(foreign.is_empty(), "{} foreign instructions:\n{}", foreign.len(), foreign.join("\n"));
}
