//! Does to the directory that its argument names what programs do to directories, and prints what it sees.

use std::{
    env,
    fs::{self, File, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    path::Path,
};

fn main() -> io::Result<()> {
    let root = env::args().nth(1).expect("a directory");
    let root = Path::new(&root);
    print!("{}", fs::read_to_string(root.join("input.txt"))?);

    fs::create_dir_all(root.join("a/b"))?;
    fs::write(root.join("a/b/one"), "one")?;
    let mut file = OpenOptions::new().append(true).open(root.join("a/b/one"))?;
    file.write_all(b" and more")?;
    drop(file);
    fs::rename(root.join("a/b/one"), root.join("a/two"))?;
    fs::remove_dir(root.join("a/b"))?;

    let mut file = File::options().read(true).write(true).open(root.join("a/two"))?;
    file.seek(SeekFrom::Start(4))?;
    file.write_all(b"AND")?;
    file.rewind()?;
    let mut text = String::new();
    file.read_to_string(&mut text)?;
    println!("{text}: {} bytes", file.metadata()?.len());
    file.set_len(3)?;
    drop(file);
    fs::write(root.join("gone"), "")?;
    fs::remove_file(root.join("gone"))?;

    let mut names: Vec<_> = fs::read_dir(root)?
        .map(|entry| {
            let entry = entry?;
            Ok((entry.file_name(), entry.file_type()?.is_dir()))
        })
        .collect::<io::Result<_>>()?;
    names.sort();
    println!("{names:?}");
    for wrong in ["../secret", "/etc/hostname", "missing", "a/two/x"] {
        println!("{wrong}: {:?}", File::open(root.join(wrong)).map(drop).map_err(|error| error.kind()));
    }
    Ok(())
}
