//! Opens, writes and names as much as it may, and says what stops it. With an argument, it first waits for the file of that
//! name.

use std::{
    env,
    fs::{self, File},
    io::{self, Write},
    path::Path,
    thread,
    time::Duration,
};

/// Does `step` with growing numbers until it fails: how often it did not, and why it did.
fn until_error(mut step: impl FnMut(usize) -> io::Result<()>) -> (usize, io::Error) {
    let mut count = 0;
    loop {
        match step(count) {
            Ok(()) => count += 1,
            Err(error) => return (count, error),
        }
    }
}

fn main() {
    if let Some(name) = env::args().nth(1) {
        while !Path::new(&name).exists() {
            thread::sleep(Duration::from_millis(1));
        }
    }
    let mut open = Vec::new();
    fs::write("/data/one", "1").unwrap();
    let (count, error) = until_error(|_| File::open("/data/one").map(|file| open.push(file)));
    println!("{count} more files: {error}");
    drop(open);

    let mut file = File::create("/data/large").unwrap();
    let (count, error) = until_error(|_| file.write_all(&[b'x'; 4096]));
    println!("{} KiB: {error}", count * 4);
    file.set_len(0).unwrap();

    let (count, error) = until_error(|number| fs::create_dir(format!("/data/directory {number}")));
    println!("{} directories: {error}", if count > 100 { "hundreds of" } else { "few" });
    println!("{}", fs::write("/data/another", "x").unwrap_err());
    println!("{}", File::create(format!("/data/{}", "n".repeat(256))).unwrap_err());
    fs::remove_file("/data/large").unwrap();
    fs::rename("/data/one", "/data/done").unwrap();
}
