//! `make bench-sd`: what files on an SD card cost, in executed instructions on the emulated board, beside
//! Linux with ext4 there.

use serde_json::{Value, json};
use sinter_bench::linux::{Linux, NATIVE, OnCard};
use sinter_boot::disk;
use sinter_tests::{plain_stdout, rust, sinter, status, stderr, target_folder, workspace};
use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
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
/// Mebibytes that are written and read in sequence.
const SEQUENCE: u64 = 16;

fn main() {
    let folder = tempfile::tempdir().expect("a folder for the image");
    let folder = folder.path();
    fs::copy(rust("card_costs"), folder.join("card_costs.wasm")).expect("the program is there");
    for part in ["all", "open", "write", "read"] {
        let manifest = format!(
            "[app.costs]\nmodule = 'card_costs.wasm'\nargs = {}\n\
             mounts = [{{ from = 'data:', to = '/data', mode = 'rw' }}]\n",
            if part == "all" { "[]".into() } else { format!("['{part}']") }
        );
        fs::write(folder.join(format!("{part}.toml")), manifest).expect("the manifest can be written");
    }
    let new_card = || {
        let image = ["image", "--no-firmware", "--size", "1GiB", "all.toml", "-o", "card.img"];
        sinter().current_dir(folder).args(image).assert().success();
    };
    let [open, write, read] = ["open", "write", "read"].map(|part| {
        new_card();
        number(&run(folder, part), "the SD card got ")
    });
    new_card();
    let costs = run(folder, "all");
    const MOUNT: &str = "the data partition was mounted in ";
    let empty = number(&costs, MOUNT);
    fill(&folder.join("card.img"));
    let full = number(&run(folder, "open"), MOUNT);
    let linux = LinuxCosts::measure(folder);

    let mut lines = Vec::new();
    let mut line = |name: &str, value: u64, unit: &str, peer: Option<u64>| {
        println!("{name:48} {value:>12} {:>12} {unit}", peer.map_or("-".into(), |peer| peer.to_string()));
        lines.push(json!({ "name": name, "value": value, "unit": unit, "peer": peer, "aim": null }));
    };
    println!("{:48} {:>12} {:>12}", "", "Sinter", "Linux, ext4");
    for name in COSTS {
        let label = format!("cost {name}: ");
        line(name, number(&costs, &label), "instructions", Some(number(&linux.costs.stdout, &label)));
    }
    line("mount of an empty card of 1 GiB", empty, "instructions", Some(linux.costs.mount));
    let name = format!("mount of {FILES} files on 1 GiB");
    line(&name, full, "instructions", Some(linux.full_mount));
    line("commands to the card per MiB written in sequence", (write - open) / SEQUENCE, "commands", None);
    line("commands to the card per MiB read in sequence", (read - write) / SEQUENCE, "commands", None);
    let folder = workspace().join("build/bench");
    fs::create_dir_all(&folder).expect("build/bench can be made");
    let text = serde_json::to_string_pretty(&Value::from(lines)).expect("numbers and texts are JSON") + "\n";
    fs::write(folder.join("sd.json"), text).expect("build/bench/sd.json can be written");
}

/// Boots the manifest for a part of the program on Sinter.
fn run(folder: &Path, part: &str) -> String {
    let manifest = format!("{part}.toml");
    let run =
        sinter().current_dir(folder).args(["run", "--icount", "--card", "card.img", &manifest]).assert();
    let output = plain_stdout(&run);
    assert_eq!(status(&run), Some(0), "{output}{}", stderr(&run));
    output
}

/// What the same program costs on Linux, and what mounting does.
struct LinuxCosts {
    /// On an empty card.
    costs: OnCard,
    full_mount: u64,
}

impl LinuxCosts {
    fn measure(folder: &Path) -> Self {
        let target = target_folder().join("bench");
        let linux = Linux::new(&target.join("packages"), &target).expect("Debian's kernel is there");
        let programs = NATIVE.build("sinter-guests", &target).expect("the program can be built");
        let boot = |card: &Path, program: &str| {
            linux.on_card(card, &programs.join(program)).expect("Linux boots and the program runs")
        };
        let costs = boot(&ext4(folder, None), "card_costs");
        let files = folder.join("files");
        let bytes = vec![1; 64 << 10];
        for number in 0..FILES {
            let path = files.join(format!("folder {}/file number {number}", number / 100));
            fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
            fs::write(path, &bytes).expect("there is room");
        }
        let full_mount = boot(&ext4(folder, Some(&files)), "hello").mount;
        Self { costs, full_mount }
    }
}

/// A card of 1 GiB with an ext4 file system as Debian makes it, and these files.
fn ext4(folder: &Path, files: Option<&Path>) -> PathBuf {
    let card = folder.join("ext4.img");
    File::create(&card).and_then(|file| file.set_len(1 << 30)).expect("there is room");
    let mut mkfs = Command::new("mkfs.ext4");
    mkfs.env("PATH", "/usr/sbin:/sbin:/usr/bin:/bin").args(["-q", "-F"]);
    mkfs.args(files.map(|files| ["-d".as_ref(), files.as_os_str()]).into_iter().flatten());
    assert!(
        mkfs.arg(&card).status().is_ok_and(|status| status.success()),
        "mkfs.ext4 fails: install e2fsprogs"
    );
    card
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
