//! The screen: what the emulator shows is read back, character by character, with the font that the kernel draws with.

use font8x8::legacy::{BASIC_LEGACY, BOX_LEGACY};
use serde_json::json;
use sinter_qemu::{Console, Machine};
use sinter_tests::{images, monitor::Monitor, sinter};
use std::{
    collections::HashMap,
    fs, io,
    path::Path,
    thread,
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// Columns and lines of text.
const SIZE: (usize, usize) = (128, 48);

/// Writes a line of 38 bytes, of which some are no characters of ASCII or none at all, and sleeps.
const TEXT: &str = r#"(module
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
    (memory 1)
    (data (i32.const 0) "\08\00\00\00\26\00\00\00h\c3\a9llo \e2\94\82 \1b[1;31mred\1b[0m\07\09tab \f0\9f\98\80\ff.\0a")
    (func (export "_start")
        (if (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 100)) (then unreachable))
        (i32.store (i32.const 216) (i32.const 1))
        (i64.store (i32.const 224) (i64.const 1000000000000))
        (drop (call $poll (i32.const 200) (i32.const 304) (i32.const 1) (i32.const 400)))))"#;

/// Writes 100 lines, each a number of two digits, in 20 columns and then in one, and sleeps.
const LINES: &str = r#"(module
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
    (memory 1)
    (data (i32.const 0) "\08\00\00\00\15\00\00\00..xxxxxxxxxxxxxxxxxx\0a")
    (func (export "_start") (local $i i32)
        (loop $next
            (i32.store8 (i32.const 8) (i32.add (i32.const 48) (i32.div_u (local.get $i) (i32.const 10))))
            (i32.store8 (i32.const 9) (i32.add (i32.const 48) (i32.rem_u (local.get $i) (i32.const 10))))
            (if (i32.eq (local.get $i) (i32.const 40)) (then
                (i32.store (i32.const 4) (i32.const 3))
                (i32.store8 (i32.const 10) (i32.const 10))))
            (if (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 100)) (then unreachable))
            (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 100))))
        (i32.store (i32.const 216) (i32.const 1))
        (i64.store (i32.const 224) (i64.const 1000000000000))
        (drop (call $poll (i32.const 200) (i32.const 304) (i32.const 1) (i32.const 400)))))"#;

/// A folder with the image of an app, `kernel8.img`, with a screen or without.
fn image(name: &str, module: &str, screen: bool) -> TempDir {
    let folder = images::folder(&[(name, module)], &[(name, name, "")]);
    let manifest = folder.path().join("image.toml");
    let apps = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, format!("[image]\nscreen = {screen}\n{apps}")).unwrap();
    let arguments = ["image", "--kernel-only", "image.toml", "-o", "kernel8.img"];
    sinter().current_dir(&folder).args(arguments).assert().success();
    folder
}

/// Boots the folder's image; the lines on the screen once they are as `wanted`.
fn shown(folder: &Path, wanted: impl Fn(&[String]) -> bool) -> Vec<String> {
    let (kernel, socket, picture) =
        (folder.join("kernel8.img"), folder.join("monitor"), folder.join("picture.ppm"));
    let machine = Machine { monitor: Some(&socket), ..Machine::new(&kernel, Console::Serial) };
    let (guest, mut pipes) = machine.start().unwrap();
    thread::spawn(move || io::copy(&mut pipes.stdout, &mut io::sink()));
    let mut monitor = Monitor::connect(&socket).unwrap();
    let start = Instant::now();
    loop {
        // What moves the picture while it is drawn is lost: QEMU forgets then that it was to draw all of it again.
        monitor.command("stop", json!({})).unwrap();
        monitor.command("screendump", json!({ "filename": picture })).unwrap();
        monitor.command("cont", json!({})).unwrap();
        let lines = lines(&fs::read(&picture).unwrap());
        if let Some(lines) = lines.as_ref().filter(|lines| wanted(lines)) {
            drop(guest);
            return lines.clone();
        }
        assert!(start.elapsed() < Duration::from_secs(600), "shown is {lines:#?}");
        thread::sleep(Duration::from_millis(200));
    }
}

/// The lines of text in a picture; `None` if it is of another size, as before the kernel has asked for one, or if a character
/// is none, as while it is drawn.
fn lines(picture: &[u8]) -> Option<Vec<String>> {
    let pixels = picture.strip_prefix(b"P6\n1024 768\n255\n")?;
    let bit = |x: usize, y: usize| match pixels[3 * (1024 * y + x)..][..3] {
        [0, 0, 0] => 0,
        // White is the greatest value that five and six bits have.
        [0xf8..=0xff, 0xf8..=0xff, 0xf8..=0xff] => 1,
        ref other => panic!("pixel {x}, {y} is {other:?}"),
    };
    let mut glyphs = HashMap::new();
    let frames = (0x2500..).zip(BOX_LEGACY);
    for (character, glyph) in (0u32..).zip(BASIC_LEGACY).skip(0x20).take(95).chain(frames) {
        glyphs.entry(glyph).or_insert(char::from_u32(character).unwrap());
    }
    let character = |column: usize, row: usize| {
        let line = |y: usize| (0..8).fold(0u8, |line, x| line | bit(8 * column + x, 16 * row + y) << x);
        let glyph: [u8; 8] = std::array::from_fn(|index| line(2 * index));
        let doubled = glyph == std::array::from_fn(|index| line(2 * index + 1));
        glyphs.get(&glyph).filter(|_| doubled).copied()
    };
    let text = |row| {
        let line = (0..SIZE.0).map(|column| character(column, row)).collect::<Option<String>>();
        line.map(|line| line.trim_end().to_owned())
    };
    (0..SIZE.1).map(text).collect()
}

#[test]
fn what_goes_out_on_the_serial_port_is_shown() {
    let folder = image("hello", TEXT, true);
    let has = |lines: &[String], what: &str| lines.iter().any(|line| line.contains(what));
    let lines = shown(folder.path(), |lines| {
        has(lines, "hello │ h?llo │ red     tab ??.") && has(lines, "1 apps started ")
    });
    for begin in ["Sinter 0.1.0 on QEMU raspi3b, ", "image 0.0.0: image ", "  app  ", "  hello  ", "["] {
        assert!(lines.iter().any(|line| line.starts_with(begin)), "{begin}: {lines:#?}");
    }
}

/// The picture moves through both halves of the framebuffer, and nothing of the longer lines before is left.
#[test]
fn lines_move_up() {
    let folder = image("count", LINES, true);
    let written: Vec<_> =
        (40..100).map(|number| format!("count │ {number}")).chain([String::new()]).collect();
    shown(folder.path(), |lines| {
        // The app may be ahead of the line of the log that says that it was started.
        let lines: Vec<_> = lines.iter().filter(|line| !line.starts_with('[')).cloned().collect();
        lines.len() >= SIZE.1 - 1 && written.ends_with(&lines)
    });
}

#[test]
fn an_image_without_a_screen_has_none_of_it() {
    let has = |screen| {
        let folder = image("hello", TEXT, screen);
        let elf = fs::read(folder.path().join("kernel8.elf")).unwrap();
        elf.windows(13).any(|part| part == b"sinter_screen")
    };
    assert_eq!([has(true), has(false)], [true, false]);
}
