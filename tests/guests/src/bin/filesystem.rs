//! filesystem DIR: uses every file operation of Rust's standard library below DIR and prints what it sees. DIR is to be an
//! empty directory; it is empty again afterwards.

use std::{
    env,
    fs::{self, File, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    path::Path,
};

fn main() -> io::Result<()> {
    let dir = env::args_os().nth(1).expect("usage: filesystem DIR");
    let dir = Path::new(&dir);
    contents(&dir.join("a.txt"))?;
    options(&dir.join("a.txt"))?;
    directories(dir)?;
    errors(dir);
    fs::remove_file(dir.join("a.txt"))?;
    println!("left: {:?}", names(dir)?);
    Ok(())
}

/// Writes, seeks, truncates and reads one file.
fn contents(path: &Path) -> io::Result<()> {
    let mut file = File::options().read(true).write(true).create_new(true).open(path)?;
    file.write_all(b"0123456789")?;
    println!("position: {}", file.stream_position()?);
    file.seek(SeekFrom::Start(3))?;
    file.write_all(b"xyz")?;
    println!("seek from the end: {}", file.seek(SeekFrom::End(-2))?);
    println!("seek from here: {}", file.seek(SeekFrom::Current(-6))?);
    let mut buffer = [0; 4];
    file.read_exact(&mut buffer)?;
    println!("read: {:?}", String::from_utf8_lossy(&buffer));
    println!("seek before the start: {}", kind(file.seek(SeekFrom::Current(-100))));

    file.seek(SeekFrom::Start(20))?;
    file.write_all(b"!")?;
    println!("whole: {:?}", fs::read_to_string(path)?);
    file.set_len(5)?;
    println!("shortened: {:?}, {} bytes", fs::read_to_string(path)?, file.metadata()?.len());
    file.set_len(7)?;
    println!("lengthened: {:?}", fs::read_to_string(path)?);
    file.seek(SeekFrom::Start(100))?;
    println!("read past the end: {} bytes", file.read(&mut buffer)?);
    file.sync_all()?;
    Ok(())
}

/// Opens one file in the ways that there are.
fn options(path: &Path) -> io::Result<()> {
    fs::write(path, "one\n")?;
    let mut append = OpenOptions::new().append(true).open(path)?;
    append.write_all(b"two\n")?;
    append.seek(SeekFrom::Start(0))?;
    append.write_all(b"three\n")?;
    println!("appended: {:?}", fs::read_to_string(path)?);

    let mut read_only = File::open(path)?;
    println!("write to a file open for reading: {}", kind(read_only.write(b"x")));
    let mut write_only = OpenOptions::new().write(true).open(path)?;
    println!("read from a file open for writing: {}", kind(write_only.read(&mut [0; 4])));
    println!("create_new of a file that is there: {}", kind(File::create_new(path)));
    File::create(path)?;
    println!("truncated: {} bytes", fs::metadata(path)?.len());

    // Two descriptors of one file see one content.
    let (mut writer, mut reader) = (OpenOptions::new().write(true).open(path)?, File::open(path)?);
    writer.write_all(b"shared")?;
    let mut text = String::new();
    reader.read_to_string(&mut text)?;
    println!("seen by another descriptor: {text:?}");
    Ok(())
}

/// Makes, lists, renames and removes directories.
fn directories(dir: &Path) -> io::Result<()> {
    fs::create_dir_all(dir.join("d/e/f"))?;
    fs::write(dir.join("d/e/deep.txt"), "deep")?;
    for i in 0..100 {
        fs::write(dir.join(format!("d/many-{i:02}")), [b'x'; 10])?;
    }
    let entries = names(&dir.join("d"))?;
    println!("d has {} entries, from {} to {}", entries.len(), entries[0], entries[entries.len() - 1]);
    let metadata = fs::metadata(dir.join("d"))?;
    println!("d is a directory: {}, a file: {}", metadata.is_dir(), metadata.is_file());

    fs::rename(dir.join("d/e"), dir.join("moved"))?;
    println!(
        "moved: {:?}, {:?}",
        names(&dir.join("moved"))?,
        fs::read_to_string(dir.join("moved/deep.txt"))?
    );
    fs::write(dir.join("b.txt"), "b")?;
    fs::rename(dir.join("b.txt"), dir.join("a.txt"))?;
    println!("renamed over a.txt: {:?}", fs::read_to_string(dir.join("a.txt"))?);
    println!("copied: {} bytes", fs::copy(dir.join("a.txt"), dir.join("moved/copy.txt"))?);

    // A file that was removed lives until it is closed.
    let mut orphan =
        File::options().read(true).write(true).create(true).truncate(true).open(dir.join("orphan"))?;
    fs::remove_file(dir.join("orphan"))?;
    orphan.write_all(b"still here")?;
    orphan.rewind()?;
    println!("removed but open: {:?}, exists: {}", io::read_to_string(orphan)?, dir.join("orphan").exists());

    fs::remove_dir_all(dir.join("d"))?;
    fs::remove_dir_all(dir.join("moved"))?;
    println!("after removal: {:?}", names(dir)?);
    Ok(())
}

/// What fails, and how.
fn errors(dir: &Path) {
    let (file, nothing) = (dir.join("a.txt"), dir.join("nothing"));
    println!("open what is not there: {}", kind(File::open(&nothing)));
    println!("open below a file: {}", kind(File::open(file.join("x"))));
    println!("create in a directory that is not there: {}", kind(File::create(nothing.join("x"))));
    println!("create where a directory is: {}", kind(File::create(dir)));
    println!("list a file: {}", kind(fs::read_dir(&file)));
    println!("make a directory that is there: {}", kind(fs::create_dir(dir)));
    println!("remove a directory that is not there: {}", kind(fs::remove_dir(&nothing)));
    println!("remove a file as a directory: {}", kind(fs::remove_dir(&file)));
    println!("rename what is not there: {}", kind(fs::rename(&nothing, &file)));
    let full = dir.join("full");
    fs::create_dir_all(full.join("x")).unwrap();
    println!("remove a directory with content: {}", kind(fs::remove_dir(&full)));
    println!("rename a file over a directory: {}", kind(fs::rename(&file, &full)));
    fs::remove_dir_all(&full).unwrap();
    println!("leave the directory: {}", kind(File::open(dir.join("../../../etc/passwd"))));
}

/// The names in a directory, sorted: their order is the file system's own.
fn names(dir: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let mark = if entry.file_type()?.is_dir() { "/" } else { "" };
        names.push(format!("{}{mark}", entry.file_name().to_string_lossy()));
    }
    names.sort();
    Ok(names)
}

/// How something failed: Rust's word for it and the number of the errno.
fn kind<T>(result: io::Result<T>) -> String {
    match result {
        Ok(_) => "no error".into(),
        Err(error) => format!("{:?} ({:?})", error.kind(), error.raw_os_error()),
    }
}
