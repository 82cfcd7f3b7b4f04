//! Looks at what is mounted: the devices in `/dev` and the files in `/assets`.

use std::{
    fs::{self, File, OpenOptions},
    io::{Read, Write},
};

fn main() {
    let device = |name: &str| OpenOptions::new().read(true).write(true).open(format!("/dev/{name}")).unwrap();
    let mut buffer = [1; 8];
    assert_eq!(device("zero").read(&mut buffer).unwrap(), 8);
    assert_eq!(buffer, [0; 8]);
    assert_eq!(device("null").read(&mut buffer).unwrap(), 0);
    assert_eq!(device("null").write(&[1; 100_000]).unwrap(), 100_000);
    let mut other = [0; 8];
    device("random").read_exact(&mut buffer).unwrap();
    device("urandom").read_exact(&mut other).unwrap();
    assert_ne!(buffer, other);
    writeln!(device("console"), "by way of the console").unwrap();

    let mut names: Vec<_> =
        fs::read_dir("/assets").unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    println!("{names:?}");
    for name in ["greeting", "sub/large", "link"] {
        let path = format!("/assets/{name}");
        let mut bytes = Vec::new();
        File::open(&path).unwrap().read_to_end(&mut bytes).unwrap();
        let sum = bytes.iter().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add((*byte).into()));
        println!("{name}: {} bytes, {sum:08x}", bytes.len());
    }
    for error in [
        File::create("/assets/new").unwrap_err(),
        fs::remove_file("/assets/greeting").unwrap_err(),
        File::open("/assets/../etc").unwrap_err(),
    ] {
        println!("{error}");
    }
}
