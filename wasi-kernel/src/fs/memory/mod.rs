//! A file system in RAM, as tmpfs(5) is on Linux: hard and symbolic links, sparse files, files that live on without a name.
//!
//! Everything is under one lock, and everything that a guest can make grow is paid for from one budget: blocks, tables,
//! nodes and names. Who makes a file or a name pays for it, wherever it lies and whoever writes to it then. An allocation
//! that fails is `Nospc`, never a panic.

mod budget;
mod data;
mod directory;
mod nodes;
mod rename;
mod restore;

use super::{Access, Entry, FileSystem, NAME_MAX, Node, SetTime, Stat};
use crate::{Clock, Errno, Result, types::Kind};
use alloc::{boxed::Box, sync::Arc};
use budget::Budget;
use data::Data;
use directory::Directory;
use nodes::{Content, Inode, Nodes};
use spin::{RelaxStrategy, Spin, mutex::SpinMutex};

/// The root directory's number.
const ROOT: u32 = 0;

/// Directories between a new one and the root, at most. It bounds what a walk up the tree costs.
const DEPTH_MAX: usize = 4096;

/// Size of a directory as `filestat` shows it: what ext4 shows for a small one.
const DIRECTORY_SIZE: u64 = 4096;

/// A file system in RAM. `R` is what a core does while another one holds the lock.
pub struct MemoryFs<C, R = Spin> {
    clock: C,
    /// The upper half of all inode numbers shown, so that two file systems' files differ.
    number: u32,
    /// Who pays for what is made here.
    account: u32,
    tree: Arc<SpinMutex<Tree, R>>,
}

struct Tree {
    nodes: Nodes,
    budget: Budget,
}

impl<C: Clock, R: RelaxStrategy> MemoryFs<C, R> {
    /// An empty file system that takes at most `limit` bytes of the heap; `number` is not that of any other.
    ///
    /// # Panics
    /// If there is not even memory for the root directory, some 10 KiB.
    pub fn new(clock: C, number: u32, limit: u64) -> Self {
        let mut tree = Tree { nodes: Nodes::default(), budget: Budget::new(limit) };
        let content = Content::Directory(Directory::new(0), ROOT);
        let root = tree.nodes.insert(content, clock.realtime(), &mut tree.budget);
        assert_eq!(root, Ok(ROOT), "no memory for a file system's root directory");
        Self { clock, number, account: 0, tree: Arc::new(SpinMutex::new(tree)) }
    }

    /// The same tree for one more user, who may make at most `limit` bytes of it.
    ///
    /// # Errors
    /// `Nospc` if there is no memory to keep the account.
    pub fn share(&self, limit: u64) -> Result<Self>
    where
        C: Clone,
    {
        let account = self.tree.lock().budget.open(limit)?;
        Ok(Self { clock: self.clock.clone(), number: self.number, account, tree: self.tree.clone() })
    }

    /// Bytes of the heap that it takes.
    pub fn used(&self) -> u64 {
        self.tree.lock().budget.used()
    }

    /// Does `work` with what `node` is.
    #[inline(always)]
    fn with<T>(&self, node: Node, work: impl FnOnce(&mut Inode, &mut Budget) -> Result<T>) -> Result<T> {
        let tree = &mut *self.tree.lock();
        work(tree.nodes.at(node)?, &mut tree.budget)
    }

    /// Makes a node with `content` under a name that is not there yet, and returns its number.
    fn add(
        &self,
        directory: Node,
        name: &str,
        content: impl FnOnce(&mut Tree) -> Result<Content>,
    ) -> Result<u32> {
        let now = self.clock.realtime();
        let tree = &mut *self.tree.lock();
        let parent = number(directory)?;
        tree.check_new(parent, name)?;
        tree.budget.charge(self.account);
        let content = content(tree)?;
        let kind = content.kind();
        let node = tree.nodes.insert(content, now, &mut tree.budget)?;
        let inode = tree.nodes.get_mut(parent)?;
        if let Err(errno) = inode.directory_mut()?.insert(name, node, kind, &mut tree.budget) {
            tree.nodes.get_mut(node)?.links = 0;
            tree.nodes.collect(node, &mut tree.budget);
            return Err(errno);
        }
        inode.change(now);
        if kind == Kind::Directory {
            inode.links += 1;
        }
        Ok(node)
    }
}

impl Tree {
    /// What `name` in `directory` is.
    #[inline(always)]
    fn lookup(&self, directory: u32, name: &str) -> Result<(u32, Kind)> {
        let inode = self.nodes.get(directory)?;
        let directory = inode.directory()?;
        if name.len() > NAME_MAX {
            // In a directory that was removed, Linux does not look at the name.
            return Err(if inode.links == 0 { Errno::Noent } else { Errno::Nametoolong });
        }
        directory.get(name).map(|entry| (entry.node, entry.kind)).ok_or(Errno::Noent)
    }

    /// Checks that `name` can be made in `directory`.
    #[inline(never)]
    fn check_new(&self, directory: u32, name: &str) -> Result<()> {
        match self.lookup(directory, name) {
            Ok(_) => Err(Errno::Exist),
            Err(Errno::Noent) if self.nodes.get(directory)?.links > 0 => Ok(()),
            Err(errno) => Err(errno),
        }
    }

    /// The directory that directory `number` is in.
    fn parent(&self, number: u32) -> Result<u32> {
        match self.nodes.get(number)?.content {
            Content::Directory(_, parent) => Ok(parent),
            _ => Err(Errno::Notdir),
        }
    }

    /// Whether `ancestor` is `directory` or above it.
    ///
    /// # Errors
    /// `Nospc` if it is too deep to tell.
    fn is_above(&self, ancestor: u32, mut directory: u32) -> Result<bool> {
        for _ in 0..DEPTH_MAX {
            if directory == ancestor {
                return Ok(true);
            }
            if directory == ROOT {
                return Ok(false);
            }
            directory = self.parent(directory)?;
        }
        Err(Errno::Nospc)
    }

    /// Takes a name away from node `number`, which may be its end.
    fn drop_name(&mut self, number: u32) -> Result<()> {
        let inode = self.nodes.get_mut(number)?;
        inode.links = if inode.content.kind() == Kind::Directory { 0 } else { inode.links - 1 };
        self.nodes.collect(number, &mut self.budget);
        Ok(())
    }
}

impl<C: Clock, R: RelaxStrategy + Send + Sync> FileSystem for MemoryFs<C, R> {
    fn root(&self, from: &str) -> Result<Node> {
        let mut node = self.duplicate(Node(ROOT.into()))?;
        for name in from.split('/').filter(|name| !matches!(*name, "" | ".")) {
            let next = match self.make_directory(node, name) {
                Ok(()) | Err(Errno::Exist) => self.lookup(node, name),
                Err(errno) => Err(errno),
            };
            self.release(node);
            node = next?.0;
        }
        let kind = self.with(node, |inode, _| Ok(inode.content.kind()))?;
        if kind != Kind::Directory {
            self.release(node);
            return Err(Errno::Notdir);
        }
        Ok(node)
    }

    fn duplicate(&self, node: Node) -> Result<Node> {
        self.with(node, |inode, _| {
            inode.references += 1;
            Ok(node)
        })
    }

    fn release(&self, node: Node) {
        let tree = &mut *self.tree.lock();
        tree.nodes.release(node, &mut tree.budget);
    }

    fn lookup(&self, directory: Node, name: &str) -> Result<(Node, Kind)> {
        let tree = &mut *self.tree.lock();
        let (node, kind) = tree.lookup(number(directory)?, name)?;
        tree.nodes.get_mut(node)?.references += 1;
        Ok((Node(node.into()), kind))
    }

    fn stat(&self, node: Node) -> Result<Stat> {
        self.with(node, |inode, _| {
            Ok(Stat {
                kind: inode.content.kind(),
                inode: self.inode(inode),
                links: inode.links.into(),
                size: match &inode.content {
                    Content::File(data) => data.size(),
                    Content::Directory(..) => DIRECTORY_SIZE,
                    Content::Link(text) => text.len() as u64,
                },
                accessed: inode.accessed,
                modified: inode.modified(&self.clock),
                created: inode.created,
            })
        })
    }

    fn open(&self, node: Node, access: Access) -> Result<()> {
        self.with(node, |inode, budget| {
            match (&mut inode.content, access.write) {
                (Content::Link(_), _) => return Err(Errno::Loop),
                (Content::Directory(..), true) => return Err(Errno::Isdir),
                (Content::File(data), true) if access.truncate => {
                    budget.charge(inode.payer);
                    data.set_size(0, budget)?;
                    inode.changed = self.clock.stamp();
                }
                _ => {}
            }
            Ok(())
        })
    }

    fn read(&self, node: Node, offset: u64, buffer: &mut [u8]) -> Result<usize> {
        self.with(node, |inode, _| {
            if let Content::File(data) = &inode.content
                && inode.is_read()
                && let Some(bytes) = data.at_hand(offset, buffer.len())
            {
                buffer.copy_from_slice(bytes);
                return Ok(buffer.len());
            }
            inode.read(offset, buffer, &self.clock)
        })
    }

    fn write(&self, node: Node, offset: u64, bytes: &[u8]) -> Result<usize> {
        self.with(node, |inode, budget| {
            let Inode { content, changed, .. } = inode;
            if let Some(place) = content.data()?.at_hand_mut(offset, bytes.len()) {
                if !bytes.is_empty() {
                    *changed = self.clock.stamp();
                }
                place.copy_from_slice(bytes);
                return Ok(bytes.len());
            }
            inode.write(offset, bytes, budget, &self.clock)
        })
    }

    fn append(&self, node: Node, bytes: &[u8], end: &mut u64) -> Result<usize> {
        self.with(node, |inode, budget| {
            let data = inode.content.data()?;
            if !bytes.is_empty() && data.extend(bytes) {
                *end = data.size();
                inode.changed = self.clock.stamp();
                return Ok(bytes.len());
            }
            let start = data.size();
            let size = inode.write(start, bytes, budget, &self.clock)?;
            *end = start + size as u64;
            Ok(size)
        })
    }

    fn set_size(&self, node: Node, size: u64) -> Result<()> {
        self.with(node, |inode, budget| {
            budget.charge(inode.payer);
            inode.data()?.set_size(size, budget)?;
            inode.changed = self.clock.stamp();
            Ok(())
        })
    }

    fn set_times(&self, node: Node, accessed: SetTime, modified: SetTime) -> Result<()> {
        let now = self.clock.realtime();
        let set = |time: &mut u64, to| match to {
            SetTime::Keep => {}
            SetTime::Now => *time = now,
            SetTime::To(to) => *time = to,
        };
        self.with(node, |inode, _| {
            set(&mut inode.accessed, accessed);
            let mut changed = inode.modified(&self.clock);
            set(&mut changed, modified);
            inode.change(changed);
            Ok(())
        })
    }

    fn sync(&self, _: Node, _: bool) -> Result<()> {
        Ok(())
    }

    fn create(&self, directory: Node, name: &str, _: Access) -> Result<Node> {
        let node = self.add(directory, name, |_| Ok(Content::File(Data::new())))?;
        self.duplicate(Node(node.into()))
    }

    fn make_directory(&self, directory: Node, name: &str) -> Result<()> {
        let parent = number(directory)?;
        self.add(directory, name, |tree| {
            // No number is that of a directory above: this only asks whether it is too deep.
            tree.is_above(u32::MAX, parent)?;
            Ok(Content::Directory(Directory::new(self.account), parent))
        })
        .map(drop)
    }

    fn make_link(&self, directory: Node, name: &str, target: &str) -> Result<()> {
        self.add(directory, name, |tree| {
            tree.budget.take(target.len())?;
            directory::copy(target).map(Content::Link).inspect_err(|_| tree.budget.give(target.len()))
        })
        .map(drop)
    }

    fn read_link(&self, node: Node) -> Result<Box<str>> {
        self.with(node, |inode, _| match &inode.content {
            Content::Link(text) => directory::copy(text),
            _ => Err(Errno::Inval),
        })
    }

    fn link(&self, from: (Node, &str), to: (Node, &str)) -> Result<()> {
        let now = self.clock.realtime();
        let tree = &mut *self.tree.lock();
        let (node, kind) = tree.lookup(number(from.0)?, from.1)?;
        let parent = number(to.0)?;
        tree.check_new(parent, to.1)?;
        if kind == Kind::Directory {
            return Err(Errno::Perm);
        }
        let links = tree.nodes.get(node)?.links.checked_add(1).ok_or(Errno::Mlink)?;
        let inode = tree.nodes.get_mut(parent)?;
        tree.budget.charge(self.account);
        inode.directory_mut()?.insert(to.1, node, kind, &mut tree.budget)?;
        inode.change(now);
        tree.nodes.get_mut(node)?.links = links;
        Ok(())
    }

    fn rename(&self, from: (Node, &str), to: (Node, &str), directory: bool) -> Result<()> {
        let now = self.clock.realtime();
        let tree = &mut *self.tree.lock();
        tree.budget.charge(self.account);
        tree.rename((number(from.0)?, from.1), (number(to.0)?, to.1), directory, now)
    }

    fn unlink(&self, directory: Node, name: &str) -> Result<()> {
        let now = self.clock.realtime();
        let tree = &mut *self.tree.lock();
        let parent = number(directory)?;
        let (node, kind) = tree.lookup(parent, name)?;
        if kind == Kind::Directory {
            return Err(Errno::Isdir);
        }
        let inode = tree.nodes.get_mut(parent)?;
        inode.directory_mut()?.remove(name, &mut tree.budget);
        inode.change(now);
        tree.drop_name(node)
    }

    fn remove_directory(&self, directory: Node, name: &str) -> Result<()> {
        let now = self.clock.realtime();
        let tree = &mut *self.tree.lock();
        let parent = number(directory)?;
        let (node, _) = tree.lookup(parent, name)?;
        if tree.nodes.get(node)?.directory()?.len() > 0 {
            return Err(Errno::Notempty);
        }
        let inode = tree.nodes.get_mut(parent)?;
        inode.directory_mut()?.remove(name, &mut tree.budget);
        inode.change(now);
        inode.links -= 1;
        tree.drop_name(node)
    }

    fn read_directory(
        &self,
        directory: Node,
        cookie: u64,
        each: &mut dyn FnMut(Entry<'_>) -> bool,
    ) -> Result<()> {
        let tree = &mut *self.tree.lock();
        let parent = number(directory)?;
        tree.nodes.get_mut(parent)?.note_read(&self.clock);
        for entry in tree.nodes.get(parent)?.directory()?.behind(cookie) {
            let inode = self.inode(tree.nodes.get(entry.node)?);
            if !each(Entry { next: entry.cookie, inode, kind: entry.kind, name: &entry.name }) {
                break;
            }
        }
        Ok(())
    }
}

impl<C: Clock, R> MemoryFs<C, R> {
    /// The number that `filestat` shows.
    fn inode(&self, inode: &Inode) -> u64 {
        u64::from(self.number) << 32 | inode.serial & 0xffff_ffff
    }
}

fn number(node: Node) -> Result<u32> {
    u32::try_from(node.0).map_err(|_| Errno::Stale)
}
