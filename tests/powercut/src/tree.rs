//! What is in a file system, to be compared.

use std::{
    collections::{BTreeMap, HashMap},
    hash::{DefaultHasher, Hash, Hasher},
};
use wasi_kernel::{FileSystem, fs::Node, types::Kind};

/// What each path is. Files that are one have the first of their paths.
pub type Tree = BTreeMap<String, String>;

/// The whole tree of `fs`.
pub fn tree(fs: &dyn FileSystem) -> Result<Tree, wasi_kernel::Errno> {
    let mut tree = Tree::new();
    let root = fs.root("/")?;
    walk(fs, root, "", &mut tree, &mut HashMap::new())?;
    fs.release(root);
    Ok(tree)
}

fn walk(
    fs: &dyn FileSystem,
    directory: Node,
    path: &str,
    tree: &mut Tree,
    seen: &mut HashMap<u64, String>,
) -> Result<(), wasi_kernel::Errno> {
    let mut names = Vec::new();
    fs.read_directory(directory, 0, &mut |entry| {
        names.push(entry.name.to_owned());
        true
    })?;
    names.sort();
    for name in names {
        let path = format!("{path}/{name}");
        let (node, kind) = fs.lookup(directory, &name)?;
        let stat = fs.stat(node)?;
        let what = match kind {
            Kind::Directory => {
                walk(fs, node, &path, tree, seen)?;
                format!("directory, {} links", stat.links)
            }
            Kind::Link => format!("link to {}", fs.read_link(node)?),
            _ => {
                let first = seen.entry(stat.inode).or_insert_with(|| path.clone()).clone();
                let mut bytes = vec![0; stat.size as usize];
                let size = fs.read(node, 0, &mut bytes)?;
                let mut hasher = DefaultHasher::new();
                bytes[..size].hash(&mut hasher);
                format!("{first}: {size} of {} bytes, {:x}, {} links", stat.size, hasher.finish(), stat.links)
            }
        };
        tree.insert(path, what);
        fs.release(node);
    }
    Ok(())
}
