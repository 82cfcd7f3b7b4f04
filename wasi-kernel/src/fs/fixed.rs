//! Trees that nobody changes: files that lie in the image, and devices.

use super::{Access, Entry, FileSystem, NAME_MAX, Node, SetTime, Stat};
use crate::{Errno, Result, types::Kind};
use alloc::{boxed::Box, string::String};
use core::ops::Range;

/// What is in the tree.
pub trait Tree: Send + Sync {
    /// Node `number`, if there is one.
    fn item(&self, number: u64) -> Option<Item<'_>>;
}

/// A node.
pub struct Item<'a> {
    /// Its name in the directory that it is in.
    pub name: &'a str,
    /// What it is.
    pub content: Content<'a>,
}

/// What a node is.
pub enum Content<'a> {
    /// A file with these bytes.
    File(&'a [u8]),
    /// A directory of the nodes with these numbers, which are sorted by their names' bytes.
    Directory(Range<u64>),
    /// A symbolic link with this text.
    Link(&'a str),
    /// A file with so many bytes, which lie somewhere else.
    Stored(u64, &'a dyn Reader),
    /// A device.
    Device(&'a dyn Device),
}

/// What reads the bytes of a file that lie somewhere else. It may give the core away.
pub trait Reader: Send + Sync {
    /// Reads from byte `offset` on, which is not behind the file's end; fewer than asked for at its end.
    ///
    /// # Errors
    /// `Io`.
    fn read(&self, offset: u64, buffer: &mut [u8]) -> Result<usize>;
}

/// What makes or takes bytes without keeping them. Its methods may give the core away.
pub trait Device: Send + Sync {
    /// As [`crate::Stream::read`].
    ///
    /// # Errors
    /// The device's.
    fn read(&self, buffer: &mut [u8]) -> Result<usize>;
    /// As [`crate::Stream::write`].
    ///
    /// # Errors
    /// The device's.
    fn write(&self, bytes: &[u8]) -> Result<usize>;
    /// As [`FileSystem::discards`].
    fn discards(&self) -> bool {
        false
    }
}

impl Content<'_> {
    fn kind(&self) -> Kind {
        match self {
            Self::File(_) | Self::Stored(..) => Kind::File,
            Self::Directory(_) => Kind::Directory,
            Self::Link(_) => Kind::Link,
            Self::Device(_) => Kind::CharacterDevice,
        }
    }
}

/// A file system of the tree `T`. It keeps no times: all are 1970. What would change the tree is `Rofs`.
pub struct FixedFs<T> {
    tree: T,
    /// The upper half of all inode numbers, as that of [`super::memory::MemoryFs`].
    number: u32,
}

impl<T: Tree> FixedFs<T> {
    /// The tree `tree`; `number` is not that of any other file system.
    pub const fn new(tree: T, number: u32) -> Self {
        Self { tree, number }
    }

    fn content(&self, node: Node) -> Result<Content<'_>> {
        self.tree.item(node.0).map(|item| item.content).ok_or(Errno::Stale)
    }

    fn children(&self, node: Node) -> Result<Range<u64>> {
        match self.content(node)? {
            Content::Directory(children) => Ok(children),
            _ => Err(Errno::Notdir),
        }
    }

    /// What would have `name` in `directory` made: `Exist` if it is there.
    fn refuse_new(&self, directory: Node, name: &str) -> Errno {
        match self.lookup(directory, name) {
            Ok(_) => Errno::Exist,
            Err(Errno::Noent) => Errno::Rofs,
            Err(errno) => errno,
        }
    }

    /// What would have `name` in `directory` changed.
    fn refuse_change(&self, directory: Node, name: &str) -> Errno {
        self.lookup(directory, name).map_or_else(|errno| errno, |_| Errno::Rofs)
    }

    fn inode(&self, number: u64) -> u64 {
        u64::from(self.number) << 32 | (number + 1) & 0xffff_ffff
    }
}

impl<T: Tree> FileSystem for FixedFs<T> {
    fn root(&self, from: &str) -> Result<Node> {
        let node = Node(from.parse().map_err(|_| Errno::Noent)?);
        self.children(node).map(|_| node)
    }

    fn duplicate(&self, node: Node) -> Result<Node> {
        Ok(node)
    }

    fn release(&self, _: Node) {}

    fn lookup(&self, directory: Node, name: &str) -> Result<(Node, Kind)> {
        let Range { mut start, mut end } = self.children(directory)?;
        if name.len() > NAME_MAX {
            return Err(Errno::Nametoolong);
        }
        while start < end {
            let middle = start + (end - start) / 2;
            let item = self.tree.item(middle).ok_or(Errno::Stale)?;
            match item.name.as_bytes().cmp(name.as_bytes()) {
                core::cmp::Ordering::Less => start = middle + 1,
                core::cmp::Ordering::Equal => return Ok((Node(middle), item.content.kind())),
                core::cmp::Ordering::Greater => end = middle,
            }
        }
        Err(Errno::Noent)
    }

    fn stat(&self, node: Node) -> Result<Stat> {
        let content = self.content(node)?;
        let (links, size) = match &content {
            Content::File(bytes) => (1, bytes.len()),
            Content::Stored(size, _) => (1, usize::try_from(*size).unwrap_or(usize::MAX)),
            Content::Link(text) => (1, text.len()),
            Content::Device(_) => (1, 0),
            Content::Directory(children) => {
                let is_directory =
                    |number| self.content(Node(number)).is_ok_and(|child| child.kind() == Kind::Directory);
                (2 + children.clone().filter(|number| is_directory(*number)).count(), 4096)
            }
        };
        Ok(Stat {
            kind: content.kind(),
            inode: self.inode(node.0),
            links: links as u64,
            size: size as u64,
            accessed: 0,
            modified: 0,
            created: 0,
        })
    }

    fn open(&self, node: Node, access: Access) -> Result<()> {
        match self.content(node)? {
            Content::Link(_) => Err(Errno::Loop),
            Content::Directory(_) if access.write => Err(Errno::Isdir),
            Content::File(_) | Content::Stored(..) if access.write => Err(Errno::Rofs),
            _ => Ok(()),
        }
    }

    fn discards(&self, node: Node) -> bool {
        matches!(self.content(node), Ok(Content::Device(device)) if device.discards())
    }

    fn read(&self, node: Node, offset: u64, buffer: &mut [u8]) -> Result<usize> {
        match self.content(node)? {
            Content::File(bytes) => {
                let rest = usize::try_from(offset).ok().and_then(|offset| bytes.get(offset..));
                let rest = rest.unwrap_or_default();
                let size = rest.len().min(buffer.len());
                buffer[..size].copy_from_slice(&rest[..size]);
                Ok(size)
            }
            Content::Stored(size, reader) => {
                let rest = size.saturating_sub(offset).min(buffer.len() as u64) as usize;
                if rest == 0 { Ok(0) } else { reader.read(offset, &mut buffer[..rest]) }
            }
            Content::Device(_) if buffer.is_empty() => Ok(0),
            Content::Device(device) => device.read(buffer),
            Content::Directory(_) => Err(Errno::Isdir),
            Content::Link(_) => Err(Errno::Inval),
        }
    }

    fn write(&self, node: Node, _: u64, bytes: &[u8]) -> Result<usize> {
        match self.content(node)? {
            Content::Device(device) => device.write(bytes),
            _ => Err(Errno::Rofs),
        }
    }

    fn append(&self, node: Node, bytes: &[u8], end: &mut u64) -> Result<usize> {
        self.write(node, 0, bytes).inspect(|_| *end = 0)
    }

    fn set_size(&self, node: Node, _: u64) -> Result<()> {
        match self.content(node)? {
            Content::Device(_) => Err(Errno::Inval),
            _ => Err(Errno::Rofs),
        }
    }

    fn set_times(&self, _: Node, _: SetTime, _: SetTime) -> Result<()> {
        Err(Errno::Rofs)
    }

    fn sync(&self, node: Node, _: bool) -> Result<()> {
        match self.content(node)? {
            Content::Device(_) => Err(Errno::Inval),
            _ => Ok(()),
        }
    }

    fn create(&self, directory: Node, name: &str, _: Access) -> Result<Node> {
        Err(self.refuse_new(directory, name))
    }

    fn make_directory(&self, directory: Node, name: &str) -> Result<()> {
        Err(self.refuse_new(directory, name))
    }

    fn make_link(&self, directory: Node, name: &str, _: &str) -> Result<()> {
        Err(self.refuse_new(directory, name))
    }

    fn read_link(&self, node: Node) -> Result<Box<str>> {
        match self.content(node)? {
            Content::Link(text) => {
                let mut copy = String::new();
                copy.try_reserve_exact(text.len()).map_err(|_| Errno::Nomem)?;
                copy.push_str(text);
                Ok(copy.into_boxed_str())
            }
            _ => Err(Errno::Inval),
        }
    }

    fn link(&self, from: (Node, &str), to: (Node, &str)) -> Result<()> {
        self.lookup(from.0, from.1)?;
        Err(self.refuse_new(to.0, to.1))
    }

    fn rename(&self, from: (Node, &str), _: (Node, &str), _: bool) -> Result<()> {
        Err(self.refuse_change(from.0, from.1))
    }

    fn unlink(&self, directory: Node, name: &str) -> Result<()> {
        Err(self.refuse_change(directory, name))
    }

    fn remove_directory(&self, directory: Node, name: &str) -> Result<()> {
        Err(self.refuse_change(directory, name))
    }

    fn read_directory(
        &self,
        directory: Node,
        cookie: u64,
        each: &mut dyn FnMut(Entry<'_>) -> bool,
    ) -> Result<()> {
        let children = self.children(directory)?;
        for number in children.start.saturating_add(cookie)..children.end {
            let Item { name, content } = self.tree.item(number).ok_or(Errno::Stale)?;
            let next = number - children.start + 1;
            if !each(Entry { next, inode: self.inode(number), kind: content.kind(), name }) {
                break;
            }
        }
        Ok(())
    }
}
