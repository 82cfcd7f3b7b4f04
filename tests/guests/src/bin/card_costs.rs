//! What files on a card cost: steps of the monotonic clock, which counts executed instructions under `--icount`. With an argument it does a
//! part of that, for its commands to be counted: `open`, `write` or `read`.

use std::{
    env,
    fs::{self, OpenOptions},
    io::{Read, Seek, SeekFrom, Write},
    time::Instant,
};

const SIZE: usize = 16 << 20;
const PAGE: usize = 4096;

fn main() {
    let mut file =
        OpenOptions::new().read(true).write(true).create(true).truncate(true).open("/data/file").unwrap();
    let part = env::args().nth(1);
    if part.as_deref() == Some("open") {
        return;
    }
    let bytes: Vec<u8> = (0..1 << 20).map(|number: u32| (number >> 4) as u8).collect();
    let blocks = (SIZE / 512) as u64;
    let sequential = measure(|| {
        (0..SIZE / bytes.len()).for_each(|_| file.write_all(&bytes).unwrap());
        file.sync_all().unwrap();
    });
    println!("cost sequential write of 1 MiB pieces, per 512 B: {}", sequential / blocks);
    if part.as_deref() == Some("write") {
        return;
    }
    drop_caches();
    file.seek(SeekFrom::Start(0)).unwrap();
    let mut found = vec![0; 1 << 20];
    let read = measure(|| (0..SIZE / found.len()).for_each(|_| file.read_exact(&mut found).unwrap()));
    assert!(found == bytes);
    println!("cost sequential read of 1 MiB pieces, per 512 B: {}", read / blocks);
    if part.is_some() {
        return;
    }
    drop_caches();
    file.seek(SeekFrom::Start(0)).unwrap();
    let read = measure(|| {
        (0..SIZE / PAGE).for_each(|_| file.read_exact(&mut found[..PAGE]).unwrap());
    });
    println!("cost sequential read of 4 KiB pieces, per 512 B: {}", read / blocks);

    // A permutation of the pages: 2741 is odd, and their number a power of two.
    let place = |number: usize| SeekFrom::Start((number * 2741 % (SIZE / PAGE) * PAGE) as u64);
    const TIMES: usize = 512;
    drop_caches();
    let read = measure(|| {
        for number in 0..TIMES {
            file.seek(place(number)).unwrap();
            file.read_exact(&mut found[..PAGE]).unwrap();
        }
    });
    println!("cost random read of 4 KiB: {}", read / TIMES as u64);
    let write = measure(|| {
        for number in 0..TIMES {
            file.seek(place(number)).unwrap();
            file.write_all(&bytes[..PAGE]).unwrap();
        }
        file.sync_all().unwrap();
    });
    println!("cost random write of 4 KiB, one fd_sync at the end: {}", write / TIMES as u64);
    let write = measure(|| {
        for number in 0..TIMES {
            file.seek(place(number + TIMES)).unwrap();
            file.write_all(&bytes[..PAGE]).unwrap();
            file.sync_all().unwrap();
        }
    });
    println!("cost random write of 4 KiB with fd_sync: {}", write / TIMES as u64);
    drop(file);
    fs::remove_file("/data/file").unwrap();
}

/// Has Linux read the file from the card, which it would keep in memory whole.
fn drop_caches() {
    if cfg!(target_os = "linux") {
        fs::write("/proc/sys/vm/drop_caches", "3").unwrap();
    }
}

fn measure(work: impl FnOnce()) -> u64 {
    let start = Instant::now();
    work();
    start.elapsed().as_nanos() as u64
}
