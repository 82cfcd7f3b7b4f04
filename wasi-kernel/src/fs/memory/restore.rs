//! What a tree that is made from a log needs beyond the calls of a file system.

use super::{MemoryFs, number};
use crate::{Clock, Errno, Result, fs::Node};
use spin::RelaxStrategy;

impl<C: Clock, R: RelaxStrategy> MemoryFs<C, R> {
    /// Gives `node` one more name, `to.1` in the directory `to.0`.
    ///
    /// # Errors
    /// As for [`crate::FileSystem::link`].
    pub(in crate::fs) fn restore_name(&self, node: Node, to: (Node, &str)) -> Result<()> {
        let tree = &mut *self.tree.lock();
        let (node, parent) = (number(node)?, number(to.0)?);
        tree.check_new(parent, to.1)?;
        let inode = tree.nodes.get(node)?;
        let (kind, links) = (inode.content.kind(), inode.links.checked_add(1).ok_or(Errno::Mlink)?);
        if inode.directory().is_ok() {
            return Err(Errno::Perm);
        }
        tree.nodes.get_mut(parent)?.directory_mut()?.insert(to.1, node, kind, &mut tree.budget)?;
        tree.nodes.get_mut(node)?.links = links;
        Ok(())
    }

    /// Sets the time of creation.
    ///
    /// # Errors
    /// `Stale` if there is no such node.
    pub(in crate::fs) fn restore_created(&self, node: Node, created: u64) -> Result<()> {
        self.with(node, |inode, _| {
            inode.created = created;
            Ok(())
        })
    }
}
