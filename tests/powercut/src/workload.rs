//! What an app might do to files: random calls that follow from a seed, each done to two file systems.

use crate::random::Random;
use wasi_kernel::{
    Errno, FileSystem,
    fs::{Access, Node, SetTime},
    types::Kind,
};

/// Names in a directory, so few that calls meet each other's.
const NAMES: u64 = 6;

/// Does the call number `number` of the workload `random` to `fs`; whether it was one that makes everything before it survive.
pub fn step(fs: &dyn FileSystem, random: &mut Random) -> (bool, Result<(), Errno>) {
    let call = random.below(100);
    let (from, to) = (place(fs, random), place(fs, random));
    let (Ok(from), Ok(to)) = (from, to) else { return (false, Err(Errno::Noent)) };
    let result = match call {
        0..=12 => sync(fs, &from),
        13..=15 => fs.make_directory(from.0, &from.1),
        16 => fs.remove_directory(from.0, &from.1),
        17..=24 => fs.unlink(from.0, &from.1),
        25..=36 => fs.rename((from.0, &from.1), (to.0, &to.1), false),
        37..=41 => fs.link((from.0, &from.1), (to.0, &to.1)),
        42..=44 => fs.make_link(from.0, &from.1, &to.1),
        45..=48 => unnamed(fs, &from, random),
        49..=56 => file(fs, &from).and_then(|node| {
            let result = fs.set_size(node, random.below(30_000));
            fs.release(node);
            result
        }),
        57..=60 => file(fs, &from).and_then(|node| {
            let times = (SetTime::To(random.below(1 << 60)), SetTime::To(random.below(1 << 60)));
            let result = fs.set_times(node, times.0, times.1);
            fs.release(node);
            result
        }),
        _ => file(fs, &from).and_then(|node| {
            let result = write(fs, node, random);
            fs.release(node);
            result
        }),
    };
    fs.release(from.0);
    fs.release(to.0);
    (call <= 12 && result.is_ok(), result)
}

/// A name in the root or in a directory below it.
fn place(fs: &dyn FileSystem, random: &mut Random) -> Result<(Node, String), Errno> {
    let mut directory = fs.root("/")?;
    for _ in 0..random.below(3) {
        let name = name(random);
        if let Ok((node, kind)) = fs.lookup(directory, &name) {
            if kind == Kind::Directory {
                fs.release(directory);
                directory = node;
            } else {
                fs.release(node);
            }
        }
    }
    Ok((directory, name(random)))
}

fn name(random: &mut Random) -> String {
    match random.below(NAMES) {
        0 => "a name that is longer than the others, so that a frame of the log has more than one sector. "
            .repeat(2),
        number => format!("name {number}"),
    }
}

/// The file there, made if it is not.
fn file(fs: &dyn FileSystem, place: &(Node, String)) -> Result<Node, Errno> {
    match fs.lookup(place.0, &place.1) {
        Ok((node, Kind::File)) => Ok(node),
        Ok((node, _)) => {
            fs.release(node);
            Err(Errno::Isdir)
        }
        Err(_) => fs.create(place.0, &place.1, Access { read: true, write: true, truncate: false }),
    }
}

fn write(fs: &dyn FileSystem, node: Node, random: &mut Random) -> Result<(), Errno> {
    let size = match random.below(4) {
        0 => random.below(30_000),
        1 => 4096 * (1 + random.below(9)),
        _ => 1 + random.below(5_000),
    };
    let mut seed = random.next();
    let bytes: Vec<u8> = (0..size).map(|i| (seed.rotate_left(i as u32 % 64) ^ i) as u8).collect();
    seed = random.next();
    match seed % 3 {
        0 => fs.append(node, &bytes, &mut 0).map(drop),
        1 => fs.write(node, 4096 * (seed >> 8 & 15), &bytes).map(drop),
        _ => fs.write(node, seed >> 8 & 0xffff, &bytes).map(drop),
    }
}

/// Makes a file, removes its name, and writes to it all the same.
fn unnamed(fs: &dyn FileSystem, place: &(Node, String), random: &mut Random) -> Result<(), Errno> {
    let node = file(fs, place)?;
    let result = fs.unlink(place.0, &place.1).and_then(|()| write(fs, node, random));
    fs.release(node);
    result
}

fn sync(fs: &dyn FileSystem, place: &(Node, String)) -> Result<(), Errno> {
    fs.sync(place.0, false)
}
