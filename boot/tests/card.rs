//! The card's image as other programs see it: sfdisk, fsck.vfat, mtools, xz and the library.

use fatfs::FsOptions;
use mbrman::MBR;
use sha2::{Digest, Sha256};
use sinter_boot::{
    beside,
    card::{Card, Error},
};
use std::{
    fs::{self, File},
    io::{Cursor, Read},
    path::Path,
    process::Command,
};

const MIB: u64 = 1 << 20;

fn files() -> Vec<(String, Vec<u8>)> {
    let kernel = (0..3_000_000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    vec![("config.txt".into(), b"arm_64bit=1\n".into()), ("kernel8.img".into(), kernel)]
}

fn write(card: &Card, path: &Path) {
    let mut file = File::options().read(true).write(true).create_new(true).open(path).unwrap();
    card.write(&mut file, |file, size| file.set_len(size)).unwrap();
}

/// What a tool prints; it has to succeed.
fn tool(name: &str, arguments: &[&str]) -> String {
    let output = Command::new(name).args(arguments).env("MTOOLS_SKIP_CHECK", "0").output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{name}: {text}{}", String::from_utf8_lossy(&output.stderr));
    text
}

#[test]
fn other_programs_read_the_card() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("card.img");
    write(&Card { files: files(), size: None }, &path);
    let name = path.to_str().unwrap();

    let table = tool("/usr/sbin/sfdisk", &["--dump", name]);
    assert!(table.contains("start=        2048, size=      129024, type=c"), "{table}");
    assert!(table.contains("start=      131072, size=      131072, type=7f"), "{table}");
    tool("/usr/sbin/sfdisk", &["--verify", name]);

    let boot = folder.path().join("boot.fat");
    let image = fs::read(&path).unwrap();
    assert_eq!(image.len() as u64, 128 * MIB);
    fs::write(&boot, &image[MIB as usize..64 * MIB as usize]).unwrap();
    let check = tool("/usr/sbin/fsck.vfat", &["-n", "-v", boot.to_str().unwrap()]);
    assert!(check.contains("32 bit entries"), "{check}");
    assert!(!check.contains("differences"), "{check}");

    let at = format!("{name}@@1M");
    assert!(tool("mlabel", &["-i", &at, "-s", "::"]).contains("Volume label is SINTER"));
    assert_eq!(tool("mtype", &["-i", &at, "::config.txt"]), "arm_64bit=1\n");
    let out = folder.path().join("kernel8.img");
    tool("mcopy", &["-i", &at, "::kernel8.img", out.to_str().unwrap()]);
    assert_eq!(fs::read(out).unwrap(), files()[1].1);
}

#[test]
fn the_same_files_give_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let (a, b) = (folder.path().join("a.img"), folder.path().join("b.img"));
    let card = Card { files: files(), size: Some(256 * MIB) };
    write(&card, &a);
    std::thread::sleep(std::time::Duration::from_millis(2100)); // more than FAT's two seconds
    write(&card, &b);
    assert!(fs::read(&a).unwrap() == fs::read(&b).unwrap());
    let mut other = card.clone();
    other.files[0].1.push(b'#');
    fs::remove_file(&b).unwrap();
    write(&other, &b);
    assert!(fs::read(&a).unwrap()[440..444] != fs::read(&b).unwrap()[440..444], "cards have one identity");
}

#[test]
fn sizes_are_powers_of_two_and_suffice() {
    let refused = |size, files| {
        let card = Card { files, size: Some(size) };
        let mut out = Cursor::new(vec![0; 512]);
        card.write(&mut out, |_, _| panic!("nothing is written")).unwrap_err()
    };
    for size in [0, MIB, 100 * MIB, 129 * MIB, 2 << 40] {
        assert!(matches!(refused(size, files()), Error::Size(wrong) if wrong == size));
    }
    let large = vec![("kernel8.img".into(), vec![1; 70 << 20])];
    assert!(matches!(refused(128 * MIB, large.clone()), Error::Full(_)));

    // The boot partition grows with its files.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("card.img");
    write(&Card { files: large, size: None }, &path);
    let mut file = File::open(&path).unwrap();
    assert_eq!(file.metadata().unwrap().len(), 256 * MIB);
    let table = MBR::read_from(&mut file, 512).unwrap();
    assert_eq!((table[1].starting_lba, table[1].sectors), (2048, 140 * 2048));
    let mut boot = vec![0; 140 << 20];
    std::os::unix::fs::FileExt::read_exact_at(&file, &mut boot, MIB).unwrap();
    let volume = fatfs::FileSystem::new(Cursor::new(boot), FsOptions::new()).unwrap();
    let mut kernel = Vec::new();
    volume.root_dir().open_file("KERNEL8.IMG").unwrap().read_to_end(&mut kernel).unwrap();
    assert!(kernel == vec![1; 70 << 20]);
}

#[test]
fn the_block_map_describes_every_byte() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("card.img");
    write(&Card { files: files(), size: None }, &path);
    let image = fs::read(&path).unwrap();
    let map = beside::block_map(&mut &image[..]).unwrap();
    let field = |name: &str| {
        let rest = map.split_once(&format!("<{name}>")).unwrap().1;
        rest.split_once("</").unwrap().0.trim().to_owned()
    };
    assert_eq!(field("ImageSize"), image.len().to_string());
    assert_eq!(field("BlocksCount"), (image.len() / 4096).to_string());
    // The map's own hash is that of the map with zeros in its place.
    let own = field("BmapFileChecksum");
    let without = map.replace(&own, &"0".repeat(64));
    assert_eq!(own, hex(&Sha256::digest(without)));
    // What the ranges leave out is zero, and they have the hashes that they say.
    let (mut seen, mut mapped) = (0, 0);
    for range in map.split("<Range chksum=\"").skip(1) {
        let (hash, rest) = range.split_once("\"> ").unwrap();
        let blocks = rest.split_once(" </Range>").unwrap().0;
        let (first, last) = blocks.split_once('-').unwrap_or((blocks, blocks));
        let (first, last): (usize, usize) = (first.parse().unwrap(), last.parse().unwrap());
        assert!(image[seen * 4096..first * 4096].iter().all(|&byte| byte == 0));
        assert_eq!(hash, hex(&Sha256::digest(&image[first * 4096..(last + 1) * 4096])));
        mapped += last + 1 - first;
        seen = last + 1;
    }
    assert!(image[seen * 4096..].iter().all(|&byte| byte == 0));
    assert_eq!(field("MappedBlocksCount"), mapped.to_string());
}

#[test]
fn xz_reads_what_is_compressed() {
    let folder = tempfile::tempdir().unwrap();
    let plain: Vec<u8> = files().into_iter().flat_map(|(_, bytes)| bytes).chain(vec![0; 1 << 22]).collect();
    let path = folder.path().join("card.img.xz");
    beside::compress(&mut &plain[..], File::create(&path).unwrap()).unwrap();
    tool("xz", &["--decompress", path.to_str().unwrap()]);
    assert!(fs::read(folder.path().join("card.img")).unwrap() == plain);
}

#[test]
fn the_list_for_raspberry_pi_imager_has_the_files_hashes() {
    let digest = beside::digest(&mut &b"abc"[..]).unwrap();
    let list =
        beside::Download { name: "a \"b\"", url: "https://x/y.img.xz", image: digest, file: (7, [1; 32]) };
    let list: serde_json::Value = serde_json::from_str(&list.list()).unwrap();
    let entry = &list["os_list"][0];
    assert_eq!(entry["name"], "a \"b\"");
    assert_eq!(entry["extract_size"], 3);
    // FIPS 180-2, appendix B.1.
    let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(entry["extract_sha256"], abc);
    assert_eq!(entry["image_download_size"], 7);
    assert_eq!(entry["image_download_sha256"], "01".repeat(32));
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
