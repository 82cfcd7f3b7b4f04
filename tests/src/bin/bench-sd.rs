//! `make bench-sd`: what files on an SD card cost, in executed instructions on the emulated board.

use serde_json::json;
use sinter_boot::disk;
use sinter_tests::{plain_stdout, rust, sinter, status, stderr, workspace};
use std::{
    fs::{self, File},
    path::Path,
};
use wasi_kernel::{FileSystem, fs::Access};

const COSTS: [&str; 6] = [
    "sequential write of 1 MiB pieces, per 512 B",
    "sequential read of 1 MiB pieces, per 512 B",
    "sequential read of 4 KiB pieces, per 512 B",
    "random read of 4 KiB",
    "random write of 4 KiB, one fd_sync at the end",
    "random write of 4 KiB with fd_sync",
];

/// Files on the full card, of 64 KiB each: with its snapshot, nearly all of 1 GiB.
const FILES: u32 = 14_000;

const MANIFEST: &str =
    "[app.costs]\nmodule = 'card_costs.wasm'\nmounts = [{ from = 'data:', to = '/data', mode = 'rw' }]\n";
const HELLO: &str =
    "[app.hello]\nmodule = 'hello.wasm'\nmounts = [{ from = 'data:', to = '/data', mode = 'rw' }]\n";

fn main() {
    let folder = tempfile::tempdir().expect("a folder for the image");
    for name in ["card_costs", "hello"] {
        fs::copy(rust(name), folder.path().join(name).with_extension("wasm")).expect("the program is there");
    }
    fs::write(folder.path().join("costs.toml"), MANIFEST).expect("the manifest can be written");
    fs::write(folder.path().join("hello.toml"), HELLO).expect("the manifest can be written");
    let image = ["image", "--no-firmware", "--size", "1GiB", "hello.toml", "-o", "card.img"];
    sinter().current_dir(&folder).args(image).assert().success();

    let mut lines = Vec::new();
    let mut line = |name: &str, value: u64, unit: &str| {
        println!("{name:50} {value:>12} {unit}");
        lines.push(json!({ "name": name, "value": value, "unit": unit, "peer": null, "aim": null }));
    };
    let empty = run(folder.path(), "hello.toml");
    let output = run(folder.path(), "costs.toml");
    for name in COSTS {
        line(name, number(&output, &format!("cost {name}: ")), "instructions");
    }
    line("commands to the card in all of that", number(&output, "the SD card got "), "commands");
    fill(&folder.path().join("card.img"));
    let full = run(folder.path(), "hello.toml");
    // The time to the first app has the card's own delays in it, which do not depend on what is on it.
    let start = |output: &str| number(output, "1 apps started ");
    let more = start(&full).saturating_sub(start(&empty));
    line(&format!("mounting {FILES} files on 1 GiB, beyond an empty one"), more, "thousand instructions");
    let folder = workspace().join("build/bench");
    fs::create_dir_all(&folder).expect("build/bench can be made");
    let text = serde_json::to_string_pretty(&lines).expect("numbers and texts are JSON") + "\n";
    fs::write(folder.join("sd.json"), text).expect("build/bench/sd.json can be written");
}

fn run(folder: &Path, manifest: &str) -> String {
    let run = sinter().current_dir(folder).args(["run", "--icount", "--card", "card.img", manifest]).assert();
    let output = plain_stdout(&run);
    assert_eq!(status(&run), Some(0), "{output}{}", stderr(&run));
    output
}

/// The whole number behind `text`.
fn number(output: &str, text: &str) -> u64 {
    let found = output.lines().find_map(|line| line.split_once(text));
    let digits = found.map(|(_, rest)| rest.split(|sign: char| !sign.is_ascii_digit()).next().unwrap_or(""));
    digits.and_then(|digits| digits.parse().ok()).unwrap_or_else(|| panic!("no {text:?}:\n{output}"))
}

/// Fills the card's data partition.
fn fill(card: &Path) {
    let file = File::options().read(true).write(true).open(card).expect("the card is there");
    let fs = disk::mount(file).expect("it is sound").expect("it has a data partition");
    let access = Access { read: false, write: true, truncate: false };
    let bytes = vec![1; 64 << 10];
    let write = || {
        for number in 0..FILES {
            let directory = fs.root(&format!("/folder {}", number / 100))?;
            let file = fs.create(directory, &format!("file number {number}"), access)?;
            fs.write(file, 0, &bytes)?;
            fs.release(file);
            fs.release(directory);
        }
        fs.sync_all()
    };
    write().expect("there is room");
}
