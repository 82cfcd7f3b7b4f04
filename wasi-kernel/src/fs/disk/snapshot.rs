//! The whole tree as records.

use super::{
    device::BlockDevice,
    names::Names,
    record::{RECORD_MAX, Record},
    state::State,
};
use crate::{Errno, Result, fs::Node, types::Kind};
use alloc::vec::Vec;

impl<B: BlockDevice> State<B> {
    /// Writes a snapshot into the other log, which counts from then on.
    pub fn snapshot(&mut self, names: &impl Names) -> Result<()> {
        self.superblock.generation += 1;
        self.log.restart(&self.superblock);
        self.write_snapshot(names)?;
        if !self.log.is_empty() {
            self.log.write(&mut self.cache.device)?;
        }
        self.superblock.snapshot = self.log.frames;
        self.cache.device.flush()?;
        self.superblock.write(&mut self.cache.device)?;
        self.cache.device.flush()
    }

    /// Writes records that make the tree from nothing. Every node that has a name gets a new number.
    ///
    /// # Errors
    /// The device's, `Nomem`.
    fn write_snapshot(&mut self, names: &impl Names) -> Result<()> {
        self.forget_ids();
        self.file(0)?.id = Some(0);
        self.next_id = 1;
        // Directories that are yet to be written, the root first.
        let mut directories = Vec::from([Node(0)]);
        while let Some(directory) = directories.pop() {
            self.write_directory(names, directory, &mut directories)?;
        }
        Ok(())
    }

    /// Writes what is in `directory`, and adds the directories in it to `directories`.
    fn write_directory(
        &mut self,
        names: &impl Names,
        directory: Node,
        directories: &mut Vec<Node>,
    ) -> Result<()> {
        let stat = names.stat(directory)?;
        let parent = self.file(directory.0 as usize)?.id.ok_or(Errno::Io)?;
        names.each_child(directory, |name, node, kind| {
            self.write_name(names, parent, name, node, kind)?;
            if kind == Kind::Directory {
                directories.try_reserve(1).map_err(|_| Errno::Nomem)?;
                directories.push(node);
            }
            Ok(())
        })?;
        self.snapshot_record(&Record::Times { id: parent, accessed: stat.accessed, modified: stat.modified })
    }

    /// Writes that `node` is called `name` in the directory that the log calls `parent`, and if that is its first name, what is in it.
    fn write_name(
        &mut self,
        names: &impl Names,
        parent: u32,
        name: &str,
        node: Node,
        kind: Kind,
    ) -> Result<()> {
        let number = node.0 as usize;
        let stat = names.stat(node)?;
        if let Some(id) = self.file(number)?.id {
            return self.snapshot_record(&Record::Link { id, parent, name, time: stat.modified });
        }
        let id = self.next_id;
        self.next_id = id.checked_add(1).ok_or(Errno::Nospc)?;
        self.file(number)?.id = Some(id);
        let target = if kind == Kind::Link { names.read_link(node)? } else { Default::default() };
        self.snapshot_record(&Record::Make { id, parent, name, kind, time: stat.created, target: &target })?;
        if kind == Kind::File {
            let mut index = 0;
            while let Some(&extent) = self.file(number)?.extents.all().get(index) {
                let (at, block, count) = (extent.at, extent.block, extent.count);
                self.snapshot_record(&Record::Map { id, at, block, count })?;
                index += 1;
            }
            let size = self.file(number)?.size;
            self.snapshot_record(&Record::Size { id, size, time: stat.modified })?;
        }
        if kind == Kind::Directory {
            return Ok(());
        }
        self.snapshot_record(&Record::Times { id, accessed: stat.accessed, modified: stat.modified })
    }

    /// Notes a part of the snapshot.
    fn snapshot_record(&mut self, record: &Record<'_>) -> Result<()> {
        if self.log.room_in_frame() < RECORD_MAX {
            self.log.write(&mut self.cache.device)?;
        }
        self.record(record);
        Ok(())
    }
}
