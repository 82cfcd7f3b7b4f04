//! Folders of the host whose content lies in the image.

use super::data::Data;
use sinter_abi::image as abi;
use std::{collections::BTreeMap, fs, io, mem::offset_of, path::Path};

/// The content of a folder, by name. The names are sorted by their bytes.
pub type Folder = BTreeMap<String, Entry>;

/// What is in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// A file with these bytes.
    File(Vec<u8>),
    /// A folder.
    Folder(Folder),
    /// A symbolic link with this text.
    Link(String),
}

/// Reads the folder `path` with all that is below it.
///
/// # Errors
/// The operating system's, or something in it that is neither file, folder nor link, or a name that is not UTF-8; with
/// its path.
pub fn read(path: &Path) -> io::Result<Folder> {
    let at =
        |path: &Path, error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
    let other = |what: &str| io::Error::other(format!("{what}: remove it from the folder"));
    let mut folder = Folder::new();
    for entry in fs::read_dir(path).map_err(|error| at(path, error))? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        let name = name.ok_or_else(|| at(&path, other("its name is not UTF-8")))?.to_owned();
        let kind = path.symlink_metadata().map_err(|error| at(&path, error))?.file_type();
        let content = if kind.is_dir() {
            Entry::Folder(read(&path)?)
        } else if kind.is_symlink() {
            let text = fs::read_link(&path).map_err(|error| at(&path, error))?;
            let text = text.into_os_string().into_string();
            Entry::Link(text.map_err(|_| at(&path, other("this link is not UTF-8")))?)
        } else if kind.is_file() {
            Entry::File(fs::read(&path).map_err(|error| at(&path, error))?)
        } else {
            return Err(at(&path, other("is neither file, folder nor link")));
        };
        folder.insert(name, content);
    }
    Ok(folder)
}

/// Makes the slice at `at` the [`abi::Image::files`] of these folders, whose own nodes come first, in their order.
pub(super) fn write(data: &mut Data, at: usize, folders: &[Folder]) {
    let mut nodes: Vec<(&str, Node)> = folders.iter().map(|folder| ("", Node::Folder(folder))).collect();
    // Where the entries of each node lie, if it is a folder.
    let mut children = Vec::new();
    while let Some((_, node)) = nodes.get(children.len()) {
        let first = nodes.len();
        if let Node::Folder(folder) = *node {
            nodes.extend(folder.iter().map(|(name, entry)| {
                let node = match entry {
                    Entry::File(bytes) => Node::Bytes(abi::FileKind::File, bytes),
                    Entry::Link(text) => Node::Bytes(abi::FileKind::Link, text.as_bytes()),
                    Entry::Folder(folder) => Node::Folder(folder),
                };
                (name.as_str(), node)
            }));
        }
        children.push((first, nodes.len() - first));
    }
    let array = data.array::<abi::File>(at, nodes.len());
    for (index, ((name, node), (first, count))) in nodes.into_iter().zip(children).enumerate() {
        let at = array + index * size_of::<abi::File>();
        data.text(at + offset_of!(abi::File, name), name);
        let kind = match node {
            Node::Folder(_) => abi::FileKind::Directory,
            Node::Bytes(kind, bytes) => {
                data.bytes(at + offset_of!(abi::File, data), bytes);
                kind
            }
        };
        data.u32(at + offset_of!(abi::File, kind), kind as u32);
        data.u64(at + offset_of!(abi::File, first), first as u64);
        data.u64(at + offset_of!(abi::File, count), count as u64);
    }
}

#[derive(Clone, Copy)]
enum Node<'a> {
    Folder(&'a Folder),
    Bytes(abi::FileKind, &'a [u8]),
}
