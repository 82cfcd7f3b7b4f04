//! From the log to the tree.

use super::{
    MountError, account::NOBODY, data::SIZE_MAX, device::BlockDevice, extents::Extent, names::Names,
    record::Record, state::State,
};
use crate::{
    Errno,
    fs::{Node, SetTime},
    types::Kind,
};
use alloc::vec::Vec;

impl<B: BlockDevice> State<B> {
    /// Reads the log to its end and does what it says.
    ///
    /// # Errors
    /// The device's, or the log contradicts itself.
    pub fn replay_all(&mut self, names: &impl Names) -> Result<(), MountError> {
        let mut nodes = Vec::from([Some(Node(0))]);
        while let Some(frame) = self.log.read(&mut self.cache.device)? {
            let mut records = frame.records();
            while !records.is_empty() {
                let record = Record::read(&mut records);
                let record = record.ok_or(MountError::Corrupt("the log has a record that nobody knows"))?;
                self.replay(names, &mut nodes, &record)?;
            }
            self.log.put_back(frame);
            // What a frame gives back is free behind it.
            self.space.commit();
        }
        if self.log.frames < self.superblock.snapshot {
            return Err(MountError::Corrupt("the snapshot has a wrong checksum"));
        }
        Ok(())
    }

    /// Does what `record` says. `nodes` are the nodes by the numbers that the log has for them.
    fn replay(
        &mut self,
        names: &impl Names,
        nodes: &mut Vec<Option<Node>>,
        record: &Record<'_>,
    ) -> Result<(), MountError> {
        // A node that lost its last name is not there any more; changes that came after are nobody's.
        let node = |id: u32| match nodes.get(id as usize) {
            Some(node) => Ok(*node),
            None => Err(MountError::Corrupt("the log names a node that it never made")),
        };
        let directory =
            |id: u32| node(id)?.ok_or(MountError::Corrupt("the log names a directory that was removed"));
        let date = |node, time| names.set_times(node, SetTime::Keep, SetTime::To(time));
        match *record {
            Record::Make { id, parent, name, kind, time, target } => {
                let parent = directory(parent)?;
                if id as usize != nodes.len() {
                    return Err(MountError::Corrupt("the log numbers its nodes out of order"));
                }
                let new = names.make(parent, name, kind, target, time)?;
                self.add(new.0 as usize, id, target.len(), name.len(), NOBODY)?;
                date(parent, time)?;
                nodes.try_reserve(1).map_err(|_| Errno::Nomem)?;
                nodes.push(Some(new));
                self.next_id = id + 1;
            }
            Record::Link { id, parent, name, time } => {
                let parent = directory(parent)?;
                let node = directory(id)?;
                names.give_name(node, (parent, name))?;
                self.add_name(node.0 as usize, name.len())?;
                date(parent, time)?;
            }
            Record::Remove { parent, name, time } => {
                let parent = directory(parent)?;
                let gone = names.remove(parent, name)?;
                self.remove_name(gone.0 as usize, name.len())?;
                date(parent, time)?;
                if let Some(id) = self.collect(names, gone.0 as usize) {
                    nodes[id as usize] = None;
                }
            }
            Record::Rename { from, to, time } => {
                let (source, target) = (directory(from.0)?, directory(to.0)?);
                let known = |found: Result<(Node, Kind), Errno>| {
                    found.inspect(|(node, _)| names.release(*node)).map(|(node, _)| node.0 as usize)
                };
                let moved = known(names.lookup(source, from.1))?;
                let replaced = known(names.lookup(target, to.1));
                names.rename((source, from.1), (target, to.1), false)?;
                date(source, time)?;
                date(target, time)?;
                if let Some(id) = self.rename(names, (moved, from.1), (replaced.ok(), to.1))? {
                    nodes[id as usize] = None;
                }
            }
            Record::Times { id, accessed, modified } => {
                if let Some(node) = node(id)? {
                    names.set_times(node, SetTime::To(accessed), SetTime::To(modified))?;
                }
            }
            Record::Size { id, size, time } => {
                if let Some(node) = node(id)? {
                    if size > SIZE_MAX {
                        return Err(MountError::Corrupt("the log has a file of an impossible size"));
                    }
                    self.cut(node.0 as usize, size)?;
                    date(node, time)?;
                }
            }
            Record::Map { id, at, block, count } => {
                if let Some(node) = node(id)? {
                    let first = self.superblock.layout.first();
                    if count == 0 || at.checked_add(count).is_none() || block < first {
                        return Err(MountError::Corrupt("the log has impossible blocks"));
                    }
                    if !self.space.claim(block, count) {
                        return Err(MountError::Corrupt("two files have the same block"));
                    }
                    self.map(node.0 as usize, Extent { at, block, count })?;
                }
            }
        }
        Ok(())
    }
}
