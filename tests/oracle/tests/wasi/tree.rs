//! All files below a directory, on either side.

use std::{collections::BTreeMap, fs, os::unix::fs::MetadataExt, path::Path};
use wasi_kernel::{FileSystem, fs::Node, types::Kind};

/// What is under a path.
#[derive(Debug, PartialEq, Eq)]
pub enum Content {
    Directory,
    Link(String),
    File { names: u64, bytes: Vec<u8> },
}

pub type Tree = BTreeMap<String, Content>;

pub fn of_folder(folder: &Path) -> Tree {
    let mut tree = Tree::new();
    of_folder_below(folder, "", &mut tree);
    tree
}

fn of_folder_below(folder: &Path, prefix: &str, tree: &mut Tree) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{prefix}/{}", path.file_name().unwrap().to_str().unwrap());
        let metadata = path.symlink_metadata().unwrap();
        let content = if metadata.is_dir() {
            of_folder_below(&path, &name, tree);
            Content::Directory
        } else if metadata.is_symlink() {
            Content::Link(fs::read_link(&path).unwrap().to_str().unwrap().to_owned())
        } else {
            Content::File { names: metadata.nlink(), bytes: fs::read(&path).unwrap() }
        };
        tree.insert(name, content);
    }
}

pub fn of_fs(fs: &dyn FileSystem) -> Tree {
    let mut tree = Tree::new();
    of_fs_below(fs, fs.root("").unwrap(), "", &mut tree);
    tree
}

fn of_fs_below(fs: &dyn FileSystem, directory: Node, prefix: &str, tree: &mut Tree) {
    let mut names = Vec::new();
    fs.read_directory(directory, 0, &mut |entry| {
        names.push(entry.name.to_owned());
        true
    })
    .unwrap();
    for name in names {
        let (node, kind) = fs.lookup(directory, &name).unwrap();
        let path = format!("{prefix}/{name}");
        let content = match kind {
            Kind::Directory => {
                of_fs_below(fs, node, &path, tree);
                Content::Directory
            }
            Kind::Link => Content::Link(fs.read_link(node).unwrap().into()),
            _ => {
                let stat = fs.stat(node).unwrap();
                let mut bytes = vec![0; stat.size as usize];
                assert_eq!(fs.read(node, 0, &mut bytes), Ok(bytes.len()));
                Content::File { names: stat.links, bytes }
            }
        };
        tree.insert(path, content);
    }
}
