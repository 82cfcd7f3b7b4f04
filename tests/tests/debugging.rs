//! Source lines: in the report of a trap, and in the ELF files for debuggers.

use addr2line::{
    Context,
    gimli::{Dwarf, EndianSlice, Error, LittleEndian, SectionId},
};
use object::{Object, ObjectSection};
use sinter_tests::{llvm_tool, sinter, stderr};
use std::{fs, path::Path, process::Command};
use tempfile::TempDir;

/// Line 3 traps, called from line 8.
const SOURCE: &str = "__attribute__((noinline)) static int divide(int x, int y)
{
    return x / y;
}

int main(int count, char **words)
{
    return divide((int)(long)words, count - 1);
}
";

/// The program `lines.wasm` of [`SOURCE`], in its folder.
fn program(options: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("lines.c"), SOURCE).unwrap();
    let mut clang = Command::new("clang-19");
    clang
        .current_dir(&folder)
        .args(["--target=wasm32-wasi", "-O1", "-o", "lines.wasm", "lines.c"])
        .args(options);
    assert!(clang.status().unwrap().success());
    folder
}

/// Whether the division is inlined, in a function without a frame record, or in one with it.
#[test]
fn traps_name_source_lines() {
    let folder = program(&["-g"]);
    for without in ["", "inline", "inline,leaves"] {
        let arguments = ["run", "--without", without, "lines.wasm"];
        let report = stderr(&sinter().current_dir(&folder).args(arguments).assert().code(134));
        let mut lines = report.lines();
        assert_eq!(lines.next(), Some("trap: integer divide by zero"));
        let places: Vec<_> =
            lines.filter_map(|line| Some(line.split_once("lines.c:")?.1.split_once(',')?.0)).collect();
        assert_eq!(places, ["3", "8"], "{report}");
    }
}

#[test]
fn programs_without_debug_information_have_offsets() {
    let folder = program(&[]);
    let report = stderr(&sinter().current_dir(&folder).args(["run", "lines.wasm"]).assert().code(134));
    assert!(report.contains("divide (wasm offset 0x"), "{report}");
}

fn objdump(object: &Path, arguments: &[&str]) -> String {
    let output = llvm_tool("llvm-objdump").args(arguments).arg(object).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// In objects as in images: the division belongs to line 3, and each function can be unwound.
#[test]
fn elf_files_have_lines_and_frames() {
    let folder = program(&["-g"]);
    let image = "[app.a]\nmodule = 'lines.wasm'\n";
    fs::write(folder.path().join("image.toml"), image).unwrap();
    let arguments = ["image", "--without", "inline", "--kernel-only", "image.toml", "-o", "kernel8.img"];
    sinter().current_dir(&folder).args(arguments).assert().success();
    let arguments = ["compile", "--without", "inline", "lines.wasm", "-o", "lines.o"];
    sinter().current_dir(&folder).args(arguments).assert().success();
    for file in ["lines.o", "kernel8.elf"] {
        let file = folder.path().join(file);
        let code = objdump(&file, &["--disassemble", "--line-numbers"]);
        let divide = code.split_once("<divide>:").expect("a symbol").1;
        let before = divide.split_once("sdiv").expect("a division").0;
        let line = before.lines().rfind(|line| line.contains("lines.c:")).expect("a line");
        assert!(line.ends_with("lines.c:3"), "{line}");
    }
    let frames = objdump(&folder.path().join("lines.o"), &["--dwarf=frames"]);
    let functions = objdump(&folder.path().join("lines.o"), &["--syms"]);
    let functions = functions.lines().filter(|line| line.contains(" F .text")).count();
    assert!(functions > 2);
    assert_eq!(frames.matches(" FDE ").count(), functions, "{frames}");
}

/// Where the division is: in line 3 of a function that is inlined in line 8 of another.
#[test]
fn elf_files_have_inlined_functions() {
    let folder = program(&["-g"]);
    fs::write(folder.path().join("image.toml"), "[app.a]\nmodule = 'lines.wasm'\n").unwrap();
    let arguments = ["image", "--kernel-only", "image.toml", "-o", "kernel8.img"];
    sinter().current_dir(&folder).args(arguments).assert().success();
    let elf = folder.path().join("kernel8.elf");
    let code = objdump(&elf, &["--disassemble", "--line-numbers"]);
    let division = code.split_once("lines.c:3\n").expect("line 3").1;
    let division = division.lines().find(|line| line.contains("sdiv")).expect("a division");
    let address = u64::from_str_radix(division.split_once(':').unwrap().0.trim(), 16).unwrap();

    let bytes = fs::read(&elf).unwrap();
    let file = object::File::parse(&*bytes).unwrap();
    let load = |id: SectionId| {
        let section = file.section_by_name(id.name());
        let data = section.map_or(&[][..], |section| section.data().unwrap());
        Ok::<_, Error>(EndianSlice::new(data, LittleEndian))
    };
    let context = Context::from_dwarf(Dwarf::load(load).unwrap()).unwrap();
    let mut frames = context.find_frames(address).skip_all_loads().unwrap();
    let mut found = Vec::new();
    while let Some(frame) = frames.next().unwrap() {
        let name = frame.function.unwrap().raw_name().unwrap().into_owned();
        found.push((name, frame.location.and_then(|location| location.line)));
    }
    // What main is inlined into is the library's, which has no lines.
    assert_eq!(found[0], ("divide".into(), Some(3)));
    assert_eq!(found[1].1, Some(8), "{found:?}");
}

/// Custom sections are not validated: whatever is in them, the module runs.
#[test]
fn broken_debug_information_is_ignored() {
    let folder = program(&["-g"]);
    let path = folder.path().join("lines.wasm");
    let wasm = fs::read(&path).unwrap();
    for name in [".debug_info", ".debug_abbrev", ".debug_line", ".debug_str"] {
        let at = wasm.windows(name.len()).position(|window| window == name.as_bytes()).unwrap() + name.len();
        for byte in [0x00, 0x01, 0x7f, 0xff] {
            let mut broken = wasm.clone();
            broken[at..at + 24].fill(byte);
            fs::write(&path, broken).unwrap();
            sinter().current_dir(&folder).args(["compile", "lines.wasm", "-o", "lines.o"]).assert().success();
        }
    }
}
