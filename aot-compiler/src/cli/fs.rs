//! `sinter fs`.

use super::{build, failure::Failure, output};
use sinter_boot::disk;
use std::{
    fs::File,
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::ExitCode,
};
use wasi_kernel::{
    Errno,
    fs::{self, Access, Handle, Volume},
    types::Kind,
};

/// Look at the files on a card's data partition, and copy some out or in
#[derive(clap::Subcommand)]
pub enum Command {
    /// List a directory, or say what a file is
    Ls {
        /// The card's image, or the card
        image: PathBuf,
        /// The path on it
        #[arg(default_value = "/")]
        path: String,
    },
    /// Copy a file from the card to standard output, or to a file
    Get {
        /// The card's image, or the card
        image: PathBuf,
        /// The path on it
        path: String,
        /// The copy
        to: Option<PathBuf>,
    },
    /// Copy a file to the card, and make the directories that it is in
    Put {
        /// The card's image, or the card
        image: PathBuf,
        /// The path on it
        path: String,
        /// The file
        from: PathBuf,
    },
}

/// Runs it.
pub fn run(command: &Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Ls { image, path } => list(&mount(image, false)?, image, path)?,
        Command::Get { image, path, to } => {
            let bytes = read(&mount(image, false)?, path).map_err(|errno| failed(image, path, errno))?;
            match to {
                Some(to) => output::write(to, &bytes)?,
                None => io::stdout().write_all(&bytes).map_err(Failure::input)?,
            }
        }
        Command::Put { image, path, from } => {
            let bytes = build::read(from)?;
            write(&mount(image, true)?, path, &bytes).map_err(|errno| failed(image, path, errno))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn mount(image: &Path, writable: bool) -> Result<Volume, Failure> {
    let file = File::options().read(true).write(writable).open(image);
    let file = file.map_err(|error| Failure::file(image, format_args!("cannot be opened: {error}")))?;
    match disk::mount(file) {
        Ok(Some(data)) => Ok(fs::volume(data)),
        Ok(None) => Err(Failure::file(image, "has no data partition: `sinter image` makes a card with one")),
        Err(error) => {
            Err(Failure::file(image, format_args!("the data partition cannot be mounted: {error}")))
        }
    }
}

fn failed(image: &Path, path: &str, errno: Errno) -> Failure {
    let what = match errno {
        Errno::Noent => "there is no such file or directory".into(),
        Errno::Notdir => "a part of the path is no directory".into(),
        Errno::Isdir => "is a directory".into(),
        Errno::Nospc => "there is no room for it".into(),
        Errno::Loop => "is a symbolic link, which is not followed".into(),
        errno => format!("{errno:?}"),
    };
    Failure::file(image, format_args!("{path}: {what}"))
}

/// Goes down a path of directories, whose names are all but the last part of `path`, and which are made with `make`.
fn parent<'a>(fs: &Volume, path: &'a str, make: bool) -> Result<(Handle, &'a str), Errno> {
    let mut parts: Vec<&str> = path.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    let last = parts.pop().unwrap_or("");
    let mut directory = Handle::root(fs.clone(), "/")?;
    for part in parts {
        let found = match fs.lookup(directory.node(), part) {
            Err(Errno::Noent) if make => {
                fs.make_directory(directory.node(), part)?;
                fs.lookup(directory.node(), part)
            }
            found => found,
        };
        let (node, kind) = found?;
        directory = Handle::new(fs.clone(), node);
        if kind != Kind::Directory {
            return Err(if kind == Kind::Link { Errno::Loop } else { Errno::Notdir });
        }
    }
    Ok((directory, last))
}

fn list(fs: &Volume, image: &Path, path: &str) -> Result<(), Failure> {
    let mut lines = Vec::new();
    let mut look = || {
        let (directory, name) = parent(fs, path, false)?;
        let (node, kind) = if name.is_empty() {
            (fs.duplicate(directory.node())?, Kind::Directory)
        } else {
            fs.lookup(directory.node(), name)?
        };
        let node = Handle::new(fs.clone(), node);
        if kind != Kind::Directory {
            return line(fs, &directory, name).map(|line| lines.push(line));
        }
        let mut names = Vec::new();
        fs.read_directory(node.node(), 0, &mut |entry| {
            names.push(entry.name.to_owned());
            true
        })?;
        names.sort();
        for name in names {
            lines.push(line(fs, &node, &name)?);
        }
        Ok(())
    };
    look().map_err(|errno| failed(image, path, errno))?;
    let text: String = lines.into_iter().map(|line| line + "\n").collect();
    match io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::input(error)),
        _ => Ok(()),
    }
}

/// Kind, size and name.
fn line(fs: &Volume, directory: &Handle, name: &str) -> Result<String, Errno> {
    let (node, kind) = fs.lookup(directory.node(), name)?;
    let node = Handle::new(fs.clone(), node);
    let size = fs.stat(node.node())?.size;
    let name = name.escape_debug();
    Ok(match kind {
        Kind::Directory => format!("{:>12}  {name}/", ""),
        Kind::Link => format!("{:>12}  {name} -> {}", "", fs.read_link(node.node())?.escape_debug()),
        _ => format!("{size:>12}  {name}"),
    })
}

fn read(fs: &Volume, path: &str) -> Result<Vec<u8>, Errno> {
    let (directory, name) = parent(fs, path, false)?;
    if name.is_empty() {
        return Err(Errno::Isdir);
    }
    let (node, _) = fs.lookup(directory.node(), name)?;
    let node = Handle::new(fs.clone(), node);
    fs.open(node.node(), Access { read: true, write: false, truncate: false })?;
    let mut bytes = Vec::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        match fs.read(node.node(), bytes.len() as u64, &mut buffer)? {
            0 => return Ok(bytes),
            size => bytes.extend_from_slice(&buffer[..size]),
        }
    }
}

fn write(fs: &Volume, path: &str, bytes: &[u8]) -> Result<(), Errno> {
    let (directory, name) = parent(fs, path, true)?;
    if name.is_empty() {
        return Err(Errno::Isdir);
    }
    let access = Access { read: false, write: true, truncate: true };
    let node = match fs.lookup(directory.node(), name) {
        Ok((node, _)) => {
            let node = Handle::new(fs.clone(), node);
            fs.open(node.node(), access)?;
            node
        }
        Err(Errno::Noent) => Handle::new(fs.clone(), fs.create(directory.node(), name, access)?),
        Err(errno) => return Err(errno),
    };
    let mut done = 0;
    while done < bytes.len() {
        done += fs.write(node.node(), done as u64, &bytes[done..])?;
    }
    fs.sync(node.node(), false)
}
