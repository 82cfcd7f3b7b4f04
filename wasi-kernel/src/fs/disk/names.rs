//! The tree of names, of which the file system has one in RAM.

use crate::{
    Clock, FileSystem, Result,
    fs::{Access, Node, memory::MemoryFs},
    types::Kind,
};
use spin::RelaxStrategy;

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
