//! What is wrong with an input is said in one line, with status 1 or 2, and no output file is left.

use sinter_tests::{sinter, stderr};
use std::{fs, path::Path};

/// Runs `sinter` with `arguments` in `folder` and expects it to fail with `status` and one line that begins and ends so,
/// and to leave the folder as it was.
fn expect_failure(folder: &Path, arguments: &[&str], status: i32, begin: &str, end: &str) {
    let names = || -> Vec<_> {
        let mut names: Vec<_> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let before = names();
    let assert = sinter().current_dir(folder).args(arguments).assert().code(status).stdout("");
    let message = stderr(&assert);
    let line = message.strip_prefix("sinter: ").and_then(|line| line.strip_suffix('\n')).unwrap_or_default();
    assert!(!line.is_empty() && !line.contains('\n'), "{arguments:?}: {message}");
    assert!(line.starts_with(begin) && line.ends_with(end), "{arguments:?}: {line}");
    assert_eq!(names(), before, "{arguments:?} left a file");
}

/// A module that runs, with these parts added.
fn module(parts: &str) -> Vec<u8> {
    wat::parse_str(format!("(module (func (export \"_start\")) {parts})")).unwrap()
}

fn write(folder: &Path, name: &str, content: impl AsRef<[u8]>) {
    fs::write(folder.join(name), content).unwrap();
}

#[test]
fn modules() {
    let good = module("(memory 1)");
    let component = wat::parse_str("(component)").unwrap();
    let import = |name: &str, ty: &str| {
        let text = format!("(module (import {name} (func {ty})) (func (export \"_start\")))");
        wat::parse_str(text).unwrap()
    };
    let cases: &[(&str, &[u8], &str)] = &[
        ("empty", b"", "not a WebAssembly module: "),
        ("text", b"(module)", "not a WebAssembly module: "),
        ("elf", b"\x7fELF\x02\x01\x01\0\0\0\0\0", "not a WebAssembly module: "),
        ("component", &component, "this is a WebAssembly component"),
        ("truncated", &good[..good.len() - 1], "invalid module: "),
        ("invalid", &module("(func (result i32))"), "invalid module: type mismatch"),
        (
            "objects",
            &module("(func (result structref) ref.null struct)"),
            "the WebAssembly feature gc is not supported",
        ),
        ("import", &import("\"env\" \"f\"", ""), "unknown import \"env\" \"f\""),
        (
            "wasi",
            &import("\"wasi_snapshot_preview1\" \"fd_splice\"", ""),
            "unknown import \"wasi_snapshot_preview1\"",
        ),
        (
            "type",
            &import("\"wasi_snapshot_preview1\" \"fd_close\"", "(param i64) (result i32)"),
            "import \"wasi_snapshot_preview1\" \"fd_close\" has type",
        ),
    ];
    let folder = tempfile::tempdir().unwrap();
    for (name, wasm, begin) in cases {
        let file = format!("{name}.wasm");
        write(folder.path(), &file, wasm);
        write(folder.path(), "image.toml", format!("[app.a]\nmodule = '{file}'"));
        for arguments in [
            &["run", &file] as &[&str],
            &["compile", &file, "-o", "out.o"],
            &["inspect", &file],
            &["image", "--kernel-only", "image.toml", "-o", "out.img"],
            &["run", "image.toml"],
        ] {
            expect_failure(folder.path(), arguments, 1, &format!("{file}: {begin}"), "");
        }
    }
}

#[test]
fn apps() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "library.wasm", wat::parse_str("(module)").unwrap());
    write(folder.path(), "big.wasm", module("(memory 16000)"));
    write(folder.path(), "small.wasm", module("(memory 17)"));
    let app = |name: &str, keys: &str| {
        write(folder.path(), "image.toml", format!("[app.a]\nmodule='{name}'\n{keys}"))
    };
    let expect = |file: &str, begin: &str, end: &str| {
        expect_failure(folder.path(), &["run", file], 1, &format!("{file}: app {begin}"), end);
    };

    let no_start = ": its module exports no function \"_start\": build a program, not a library";
    expect("library.wasm", "library", no_start);
    app("library.wasm", "");
    expect("image.toml", "a", no_start);

    let too_big =
        ": its module needs 1024000 KiB of memory at the start, but the board's RAM is 983040 KiB: ";
    expect("big.wasm", &format!("big{too_big}"), "build it with a smaller initial memory");
    app("big.wasm", "");
    expect("image.toml", &format!("a{too_big}"), "build it with a smaller initial memory");

    app("small.wasm", "memory = { max = '1MiB' }");
    let over_limit = "a: its module needs 1088 KiB of memory at the start, but its memory.max is 1024 KiB: ";
    expect("image.toml", over_limit, "raise memory.max in the manifest");
}

#[test]
fn files() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::create_dir(folder.join("folder")).unwrap();
    write(folder, "good.wasm", module(""));
    write(folder, "no-module.toml", "[app.a]\nmodule = 'missing.wasm'");
    write(folder, "no-text.toml", b"\xff\xfe");
    let missing = "cannot be read: No such file or directory (os error 2)";
    for (command, file, end) in [
        ("run missing.wasm", "missing.wasm", missing),
        ("run missing.toml", "missing.toml", missing),
        ("run no-module.toml", "missing.wasm", missing),
        ("run no-text.toml", "no-text.toml", "is no text: invalid utf-8 sequence of 1 bytes from index 0"),
        ("inspect folder", "folder", "cannot be read: Is a directory (os error 21)"),
        ("compile good.wasm -o none/a.o", "none/a.o", "cannot be written: entity not found"),
        ("compile good.wasm -o folder", "folder", "cannot be written: is a directory"),
        ("run --dir none good.wasm", "none", "No such file or directory (os error 2)"),
        ("run --dir good.wasm good.wasm", "good.wasm", "Not a directory (os error 20)"),
    ] {
        let arguments: Vec<_> = command.split(' ').collect();
        expect_failure(folder, &arguments, 1, &format!("{file}: "), end);
    }
}

#[test]
fn cards() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(folder, "good.wasm", module(""));
    write(folder, "image.toml", "[app.a]\nmodule = 'good.wasm'");
    fs::create_dir(folder.join("other")).unwrap();
    write(folder, "other/bootcode.bin", "");
    for (options, begin, end) in [
        ("", "a card needs the board's firmware: `make image` fetches it", "leaves it out for the emulator"),
        ("--firmware none", "none/bootcode.bin: No such file", "(non-free-firmware)"),
        ("--firmware other", "other/bootcode.bin: its SHA-256 is not ", "raspi-firmware 1.20220830+ds-1"),
        ("--no-firmware --size 100MiB", "out.img: a card has a power of two", "--size 134217728B"),
    ] {
        let arguments = ["image", "image.toml", "-o", "out.img"].into_iter().chain(options.split(' '));
        let arguments: Vec<_> = arguments.filter(|argument| !argument.is_empty()).collect();
        expect_failure(folder, &arguments, 1, begin, end);
    }
}

#[test]
fn what_is_no_card_is_not_written_to() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(folder, "card.img", [0; 512]);
    write(folder, "file", "");
    for (device, message) in [
        ("file", "file: is no disk: name the device of a card, such as /dev/sdb or /dev/mmcblk0"),
        ("none", "none: No such file or directory (os error 2)"),
        ("/dev/null", "/dev/null: is no disk: name the device of a card, such as /dev/sdb or /dev/mmcblk0"),
    ] {
        expect_failure(folder, &["flash", "card.img", device], 1, message, "");
    }
}

#[test]
fn manifests() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(folder, "good.wasm", module(""));
    for (text, begin) in [
        (
            "[app.a]\nmodule = 'good.wasm'\nmemroy = 1",
            "image.toml:3: unknown key `memroy`: did you mean `memory`?",
        ),
        ("[app.a]\nmodule = 'good.wasm'\nstdout = 'pipe:x'", "image.toml:3: no app reads the pipe"),
        ("[app.a]\nmodule", "image.toml:2: "),
    ] {
        write(folder, "image.toml", text);
        expect_failure(folder, &["image", "--kernel-only", "image.toml", "-o", "out.img"], 1, begin, "");
        expect_failure(folder, &["run", "image.toml"], 1, begin, "");
    }
}

#[test]
fn a_missing_emulator() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "good.wasm", module(""));
    let assert =
        sinter().current_dir(&folder).env("PATH", "").args(["run", "good.wasm"]).assert().code(1).stdout("");
    assert_eq!(
        stderr(&assert),
        "sinter: qemu-system-aarch64 was not found: install it, for example with `apt-get install qemu-system-arm`\n"
    );
}

#[test]
fn usage() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "good.wasm", module(""));
    write(folder.path(), "image.toml", "[app.a]\nmodule = 'good.wasm'");
    for arguments in [
        &[] as &[&str],
        &["explode"],
        &["run"],
        &["run", "--dirs", ".", "good.wasm"],
        &["run", "--timeout", "-1", "good.wasm"],
        &["run", "--env", "=x", "good.wasm"],
        &["run", "--features", "no-such-feature", "good.wasm"],
        &["run", "image.toml", "argument"],
        &["run", "--dir", ".", "image.toml"],
        &["compile", "good.wasm"],
        &["image", "--kernel-only", "image.toml", "-o", "out.elf"],
        &["image", "--kernel-only", "--size", "1GiB", "image.toml", "-o", "out.img"],
        &["image", "--no-firmware", "--size", "1", "image.toml", "-o", "out.img"],
        &["image", "--no-firmware", "-o", "out.img"],
        &["image", "--no-firmware", "--chainloader", "image.toml", "-o", "out.img"],
        &["push", "good.wasm"],
        &["push", "--port", "/dev/null", "--timeout", "0", "good.wasm"],
    ] {
        let assert = sinter().current_dir(&folder).args(arguments).assert().code(2).stdout("");
        assert!(!stderr(&assert).contains("panicked"), "{arguments:?}");
    }
    assert!(!folder.path().join("out.img").exists() && !folder.path().join("out.elf").exists());
}
