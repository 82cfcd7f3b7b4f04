//! Writes to files that stay: `diary FOLDER` adds a line to the diary there and says how many there are; `diary FOLDER fill` writes until
//! the disk is full; `diary FOLDER forever` writes and syncs numbered files until the power goes, or that fails; `diary FOLDER tick` counts.

use std::{
    env,
    fs::{self, File, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    path::Path,
    thread,
    time::Duration,
};

fn main() {
    let folder = env::args().nth(1).expect("a folder");
    let folder = Path::new(&folder);
    match env::args().nth(2).as_deref() {
        None => add(folder),
        Some("fill") => fill(folder),
        Some("tick") => tick(),
        Some(_) => forever(folder),
    }
}

/// With long names, renames, cuts and sparse files on the way.
fn add(folder: &Path) {
    let diary = folder.join("the diary of a program that runs again and again");
    let lines = fs::read_to_string(&diary).unwrap_or_default();
    let next = folder.join("next");
    let mut file = File::create(&next).unwrap();
    writeln!(file, "{lines}line {}", lines.lines().count() + 1).unwrap();
    file.sync_all().unwrap();
    fs::rename(&next, &diary).unwrap();
    let large = folder.join("sub/folder/large");
    fs::create_dir_all(large.parent().unwrap()).unwrap();
    let mut file =
        OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&large).unwrap();
    let bytes: Vec<u8> = (0..300_000_u32).map(|number| (number / 3) as u8).collect();
    file.seek(SeekFrom::Start(1_000_000)).unwrap();
    file.write_all(&bytes).unwrap();
    file.set_len(1_200_000).unwrap();
    file.seek(SeekFrom::Start(999_999)).unwrap();
    let mut found = Vec::new();
    file.read_to_end(&mut found).unwrap();
    assert!(found[0] == 0 && found[1..] == bytes[..200_000]);
    println!("{} lines", fs::read_to_string(&diary).unwrap().lines().count());
}

fn fill(folder: &Path) {
    let kept: Vec<u8> = (0..300_000_u32).map(|number| (number / 7) as u8).collect();
    fs::write(folder.join("kept"), &kept).unwrap();
    let mut file = File::create(folder.join("full")).unwrap();
    let mut size = 0;
    let error = loop {
        match file.write(&[1; 60_000]) {
            Ok(written) => size += written,
            Err(error) => break error,
        }
    };
    println!("{size} bytes: {error}");
    assert!(file.sync_all().is_ok() && fs::read(folder.join("kept")).unwrap() == kept);
    drop(file);
    fs::remove_file(folder.join("full")).unwrap();
}

fn forever(folder: &Path) {
    let large = folder.join("large");
    fs::write(&large, vec![7; 4 << 20]).unwrap();
    let error = (0_u32..).find_map(|number| write(folder, number).err()).unwrap();
    println!("not written: {error}");
    // More than is cached.
    println!("not read: {}", fs::read(&large).unwrap_err());
    println!("not made: {}", fs::create_dir(folder.join("directory")).unwrap_err());
    println!("still there: {}", fs::metadata(&large).unwrap().len());
}

fn write(folder: &Path, number: u32) -> io::Result<()> {
    let mut file = File::create(folder.join(format!("file {}", number % 50)))?;
    file.write_all(number.to_le_bytes().repeat(1000 + (number as usize * 77) % 9000).as_slice())?;
    file.sync_all()?;
    println!("synced {number}");
    Ok(())
}

fn tick() {
    for number in 0_u32.. {
        println!("tick {number}");
        thread::sleep(Duration::from_millis(100));
    }
}
