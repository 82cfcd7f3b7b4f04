//! The tree of names, of which the file system has one in RAM.

use crate::{
    Clock, Errno, FileSystem, Result,
    fs::{Access, Node, SetTime, memory::MemoryFs},
    types::Kind,
};
use alloc::{string::String, vec::Vec};
use spin::RelaxStrategy;

/// Names that are read from a directory at a time.
const BATCH: usize = 64;

/// A tree of names and attributes, and what it must do beyond a file system to be made from a log. Its files have no bytes.
pub trait Names: FileSystem {
    /// Gives `node` the name `to.1` in the directory `to.0`.
    ///
    /// # Errors
    /// As for [`FileSystem::link`].
    fn give_name(&self, node: Node, to: (Node, &str)) -> Result<()>;

    /// Sets the time of creation.
    ///
    /// # Errors
    /// `Stale` if there is no such node.
    fn set_created(&self, node: Node, created: u64) -> Result<()>;

    /// Makes a node that was created at that time.
    ///
    /// # Errors
    /// As for [`FileSystem::create`].
    fn make(&self, parent: Node, name: &str, kind: Kind, target: &str, created: u64) -> Result<Node> {
        match kind {
            Kind::Directory => self.make_directory(parent, name)?,
            Kind::Link => self.make_link(parent, name, target)?,
            _ => self.release(self.create(parent, name, Access::default())?),
        }
        let (node, _) = self.lookup(parent, name)?;
        // Its name keeps it.
        self.release(node);
        self.set_created(node, created)?;
        Ok(node)
    }

    /// Calls `each` with everything that is in `directory`: its name, node and kind. That is no access to the directory.
    ///
    /// # Errors
    /// `Nomem`, and what `each` says.
    fn each_child(
        &self,
        directory: Node,
        mut each: impl FnMut(&str, Node, Kind) -> Result<()>,
    ) -> Result<()> {
        let stat = self.stat(directory)?;
        let mut batch: Vec<String> = Vec::new();
        batch.try_reserve_exact(BATCH).map_err(|_| Errno::Nomem)?;
        let mut cookie = 0;
        loop {
            batch.clear();
            self.read_directory(directory, cookie, &mut |entry| {
                cookie = entry.next;
                batch.push(entry.name.into());
                batch.len() < BATCH
            })?;
            if batch.is_empty() {
                return self.set_times(directory, SetTime::To(stat.accessed), SetTime::To(stat.modified));
            }
            for name in &batch {
                let (node, kind) = self.lookup(directory, name)?;
                // It has a name, and so does not go.
                self.release(node);
                each(name, node, kind)?;
            }
        }
    }

    /// Removes a name, whatever it is, and returns what it named.
    ///
    /// # Errors
    /// As for [`FileSystem::unlink`] and [`FileSystem::remove_directory`].
    fn remove(&self, parent: Node, name: &str) -> Result<Node> {
        let (node, kind) = self.lookup(parent, name)?;
        self.release(node);
        match kind {
            Kind::Directory => self.remove_directory(parent, name)?,
            _ => self.unlink(parent, name)?,
        }
        Ok(node)
    }
}

impl<C: Clock, R: RelaxStrategy + Send + Sync> Names for MemoryFs<C, R> {
    fn give_name(&self, node: Node, to: (Node, &str)) -> Result<()> {
        self.restore_name(node, to)
    }

    fn set_created(&self, node: Node, created: u64) -> Result<()> {
        self.restore_created(node, created)
    }
}
