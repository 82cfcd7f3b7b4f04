//! A file system on a disk that survives power cuts: everything that was synced is there, and of what came after, the first
//! changes up to some moment, each of them whole.
//!
//! All names and attributes are in RAM, where a [`MemoryFs`] without any data has them with all of WASI's semantics. On the disk there
//! is a log of their changes ([`layout`], [`log`], [`record`]), and the blocks of the files, which are never written in
//! place once the log refers to them. A commit writes the blocks first and one frame of the log then; so a file system is
//! mounted by reading its log, and needs no repair.

mod account;
mod cache;
mod data;
pub mod device;
mod extents;
mod layout;
mod log;
mod names;
pub mod partition;
mod record;
mod replay;
mod snapshot;
mod space;
mod state;
pub mod turn;

use super::{Access, Entry, FileSystem, Node, SetTime, Stat, memory::MemoryFs};
use crate::{Errno, Result, System, types::Kind};
use account::{Account, Cost, NOBODY};
use alloc::{boxed::Box, sync::Arc, vec::Vec};
use device::{BlockDevice, SECTOR};
use layout::{BLOCK, Layout, Superblock};
use names::Names;
use record::Record;
use spin::RelaxStrategy;
use state::State;
use turn::Turn;

/// A file system on the device `B`. `R` is what a core does while another one holds a spin lock.
pub struct DiskFs<B, S: System, R = spin::Spin> {
    names: MemoryFs<S, R>,
    state: Arc<Turn<State<B>, S, R>>,
    /// Who pays for what is made here.
    account: u32,
    /// What all accounts together may have.
    total: Cost,
}

/// Blocks that are nobody's share, so that who has used his up can still change what he has: a changed block is a new one at first.
const SPARE: u64 = 64;

/// Why a device cannot be mounted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MountError {
    /// There is no file system on it.
    Unformatted,
    /// What is on it contradicts itself.
    Corrupt(&'static str),
    /// The device fails, or there is no memory for it.
    Failed(Errno),
}

impl From<Errno> for MountError {
    fn from(errno: Errno) -> Self {
        match errno {
            Errno::Io | Errno::Nomem | Errno::Nospc => Self::Failed(errno),
            // Names that are there twice, or not at all.
            _ => Self::Corrupt("the log contradicts itself"),
        }
    }
}

impl core::fmt::Display for MountError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Unformatted => f.write_str("there is no file system of Sinter's on it"),
            Self::Corrupt(what) => write!(f, "it is corrupt: {what}"),
            Self::Failed(Errno::Io) => f.write_str("it cannot be read"),
            Self::Failed(_) => f.write_str("there is no memory for it"),
        }
    }
}

/// Writes an empty file system with the number `identity` to `device`, whatever is there.
///
/// # Errors
/// The device's; `Nospc` if it has less than 1 MiB.
pub fn format(device: &mut impl BlockDevice, identity: u32) -> Result<()> {
    let layout = Layout::new(device.sectors())?;
    let superblock = Superblock { generation: 1, identity, snapshot: 0, layout };
    Superblock::clear(device, 0)?;
    Superblock::clear(device, 1)?;
    // No frame of an earlier file system may follow the empty snapshot.
    let start = u64::from(layout.log_start(1)) * layout::BLOCK_SECTORS;
    device.write(start, &[0; SECTOR])?;
    device.flush()?;
    superblock.write(device)?;
    device.flush()
}

impl<B: BlockDevice, S: System, R: RelaxStrategy + Send + Sync> DiskFs<B, S, R> {
    /// Mounts `device`. Names take at most `limit` bytes of the heap; `number` is not that of any other file system.
    ///
    /// # Errors
    /// There is no sound file system on it.
    ///
    /// # Panics
    /// If there is not even memory for the root directory.
    pub fn mount(
        mut device: B,
        system: S,
        number: u32,
        limit: u64,
    ) -> core::result::Result<Self, MountError> {
        let superblocks = [Superblock::read(&mut device, 0)?, Superblock::read(&mut device, 1)?];
        let superblock = superblocks.into_iter().flatten().max_by_key(|superblock| superblock.generation);
        let superblock = superblock.ok_or(MountError::Unformatted)?;
        let names = MemoryFs::new(system, number, limit);
        let mut state = Box::new(State::new(device, superblock)?);
        state.add(0, 0, 0, 0, NOBODY)?;
        state.next_id = 1;
        state.replay_all(&names)?;
        let layout = state.superblock.layout;
        let blocks = u64::from(layout.blocks.saturating_sub(layout.first())).saturating_sub(SPARE);
        // Of the heap, a node or a name takes up to four times what it takes of a snapshot.
        let total = Cost { blocks, weight: state.weight_max().min(limit / 4) };
        Ok(Self { names, state: Arc::new(Turn::new(system, state)), account: NOBODY, total })
    }

    /// Bytes of files that all users together may have.
    pub fn capacity(&self) -> u64 {
        self.total.blocks * BLOCK as u64
    }

    /// The same file system for one more user, who may have at most `bytes` bytes of files, in blocks of 4 KiB, and of the room for
    /// names the same part as of the disk.
    ///
    /// # Errors
    /// `Nospc` if there is no memory to keep the account.
    pub fn share(&self, bytes: u64) -> Result<Self>
    where
        S: Clone,
    {
        let blocks = (bytes / BLOCK as u64).min(self.total.blocks);
        let part = u128::from(self.total.weight) * u128::from(blocks) / u128::from(self.total.blocks.max(1));
        let limit = Cost { blocks, weight: part as u64 };
        let account = self.state.with(|state| {
            state.accounts.try_reserve(1).map_err(|_| Errno::Nospc)?;
            state.accounts.push(Account::new(limit));
            Ok(state.accounts.len() as u32 - 1)
        })?;
        Ok(Self { names: self.names.share(u64::MAX)?, state: self.state.clone(), account, total: self.total })
    }

    /// Has this user pay for what is in the directory `from`, as [`FileSystem::root`] has it, and nobody else's, and for the directory.
    /// That may be more than he may have; then nothing is added to it.
    ///
    /// # Errors
    /// `Nomem`.
    pub fn adopt(&self, from: &str) -> Result<()> {
        let mut node = self.names.root("/")?;
        for name in from.split('/').filter(|name| !matches!(*name, "" | ".")) {
            let next = self.names.lookup(node, name);
            self.names.release(node);
            match next {
                Ok((next, Kind::Directory)) => node = next,
                Ok((other, _)) => {
                    self.names.release(other);
                    return Ok(());
                }
                Err(_) => return Ok(()),
            }
        }
        let adopted = self.state.with(|state| {
            let mut directories = Vec::from([node]);
            while let Some(directory) = directories.pop() {
                state.adopt(index(directory), self.account);
                self.names.each_child(directory, |_, child, kind| {
                    state.adopt(index(child), self.account);
                    if kind == Kind::Directory {
                        directories.try_reserve(1).map_err(|_| Errno::Nomem)?;
                        directories.push(child);
                    }
                    Ok(())
                })?;
            }
            Ok(())
        });
        self.names.release(node);
        adopted
    }

    /// Has everything that was changed survive a power cut.
    ///
    /// # Errors
    /// `Io`.
    pub fn sync_all(&self) -> Result<()> {
        self.state.with(|state| state.commit(&self.names))
    }

    /// Notes a change of names in the directory `parent`, whose time of change is now; `record` makes the record of the directory's
    /// number in the log and that time.
    fn note<'a>(
        &self,
        state: &mut State<B>,
        parent: Node,
        record: impl FnOnce(u32, u64) -> Record<'a>,
    ) -> Result<()> {
        let time = self.names.stat(parent)?.modified;
        if let Some(parent) = state.id(index(parent)) {
            state.record(&record(parent, time));
        }
        Ok(())
    }

    /// Makes a node, and returns it with one reference to it.
    fn add(
        &self,
        directory: Node,
        name: &str,
        kind: Kind,
        target: &str,
        make: impl FnOnce(&MemoryFs<S, R>) -> Result<()>,
    ) -> Result<Node> {
        self.state.with(|state| {
            state.begin(&self.names, self.account, State::<B>::node_weight(target.len(), name.len()))?;
            make(&self.names)?;
            let (node, _) = self.names.lookup(directory, name)?;
            let id = state.next_id;
            let added = match id.checked_add(1) {
                Some(_) => state.add(index(node), id, target.len(), name.len(), self.account),
                None => Err(Errno::Nospc),
            };
            if let Err(errno) = added {
                self.names.release(node);
                self.names.remove(directory, name)?;
                return Err(errno);
            }
            state.next_id += 1;
            self.note(state, directory, |parent, time| Record::Make {
                id,
                parent,
                name,
                kind,
                time,
                target,
            })?;
            Ok(node)
        })
    }

    /// Removes a name with `remove`.
    fn take_away(
        &self,
        directory: Node,
        name: &str,
        remove: impl FnOnce(&MemoryFs<S, R>) -> Result<()>,
    ) -> Result<()> {
        self.state.with(|state| {
            state.begin(&self.names, NOBODY, 0)?;
            let found = self.names.lookup(directory, name);
            let removed = remove(&self.names);
            let Ok((node, _)) = found else { return removed };
            self.names.release(node);
            removed?;
            state.remove_name(index(node), name.len())?;
            self.note(state, directory, |parent, time| Record::Remove { parent, name, time })?;
            state.collect(&self.names, index(node));
            Ok(())
        })
    }

    /// Has a file's time of change be now, and returns it.
    fn touch(&self, node: Node) -> Result<u64> {
        self.names.set_times(node, SetTime::Keep, SetTime::Now)?;
        Ok(self.names.stat(node)?.modified)
    }
}

impl<B: BlockDevice, S: System, R: RelaxStrategy + Send + Sync> FileSystem for DiskFs<B, S, R> {
    fn root(&self, from: &str) -> Result<Node> {
        let mut node = self.names.root("/")?;
        for name in from.split('/').filter(|name| !matches!(*name, "" | ".")) {
            let next = match self.lookup(node, name) {
                Err(Errno::Noent) => match self.make_directory(node, name) {
                    Ok(()) | Err(Errno::Exist) => self.lookup(node, name),
                    Err(errno) => Err(errno),
                },
                found => found,
            };
            self.release(node);
            node = next?.0;
        }
        if self.names.stat(node)?.kind != Kind::Directory {
            self.release(node);
            return Err(Errno::Notdir);
        }
        Ok(node)
    }

    fn duplicate(&self, node: Node) -> Result<Node> {
        self.names.duplicate(node)
    }

    fn release(&self, node: Node) {
        self.state.with(|state| {
            self.names.release(node);
            state.collect(&self.names, index(node));
        });
    }

    fn lookup(&self, directory: Node, name: &str) -> Result<(Node, Kind)> {
        self.names.lookup(directory, name)
    }

    fn stat(&self, node: Node) -> Result<Stat> {
        let stat = self.names.stat(node)?;
        match stat.kind {
            Kind::File => {
                Ok(Stat { size: self.state.with(|state| Ok(state.file(index(node))?.size))?, ..stat })
            }
            _ => Ok(stat),
        }
    }

    fn open(&self, node: Node, access: Access) -> Result<()> {
        self.names.open(node, Access { truncate: false, ..access })?;
        if access.write && access.truncate { self.set_size(node, 0) } else { Ok(()) }
    }

    fn read(&self, node: Node, offset: u64, buffer: &mut [u8]) -> Result<usize> {
        // This also notes the time of access.
        self.names.read(node, 0, &mut [])?;
        self.state.with(|state| state.read(index(node), offset, buffer))
    }

    fn write(&self, node: Node, offset: u64, bytes: &[u8]) -> Result<usize> {
        self.names.write(node, 0, &[])?;
        self.state.with(|state| self.write_at(state, node, offset, bytes))
    }

    fn append(&self, node: Node, bytes: &[u8], end: &mut u64) -> Result<usize> {
        self.names.write(node, 0, &[])?;
        self.state.with(|state| {
            let start = state.file(index(node))?.size;
            let size = self.write_at(state, node, start, bytes)?;
            *end = start + size as u64;
            Ok(size)
        })
    }

    fn set_size(&self, node: Node, size: u64) -> Result<()> {
        self.names.write(node, 0, &[])?;
        self.state.with(|state| {
            state.begin(&self.names, NOBODY, 0)?;
            let time = self.touch(node)?;
            state.set_size(&self.names, index(node), size, time)
        })
    }

    fn set_times(&self, node: Node, accessed: SetTime, modified: SetTime) -> Result<()> {
        self.state.with(|state| {
            state.begin(&self.names, NOBODY, 0)?;
            self.names.set_times(node, accessed, modified)?;
            let Stat { accessed, modified, .. } = self.names.stat(node)?;
            if let Some(id) = state.id(index(node)) {
                state.record(&Record::Times { id, accessed, modified });
            }
            Ok(())
        })
    }

    fn sync(&self, _: Node, _: bool) -> Result<()> {
        self.sync_all()
    }

    fn create(&self, directory: Node, name: &str, access: Access) -> Result<Node> {
        self.add(directory, name, Kind::File, "", |names| {
            names.release(names.create(directory, name, access)?);
            Ok(())
        })
    }

    fn make_directory(&self, directory: Node, name: &str) -> Result<()> {
        let make = |names: &MemoryFs<S, R>| names.make_directory(directory, name);
        self.add(directory, name, Kind::Directory, "", make).map(|node| self.names.release(node))
    }

    fn make_link(&self, directory: Node, name: &str, target: &str) -> Result<()> {
        let make = |names: &MemoryFs<S, R>| names.make_link(directory, name, target);
        self.add(directory, name, Kind::Link, target, make).map(|node| self.names.release(node))
    }

    fn read_link(&self, node: Node) -> Result<Box<str>> {
        self.names.read_link(node)
    }

    fn link(&self, from: (Node, &str), to: (Node, &str)) -> Result<()> {
        self.state.with(|state| {
            let payer = self.names.lookup(from.0, from.1).map_or(NOBODY, |(node, _)| {
                self.names.release(node);
                state.payer(index(node))
            });
            state.begin(&self.names, payer, State::<B>::name_weight(to.1.len()))?;
            self.names.link(from, to)?;
            let (node, _) = self.names.lookup(to.0, to.1)?;
            self.names.release(node);
            state.add_name(index(node), to.1.len())?;
            let id = state.id(index(node)).ok_or(Errno::Io)?;
            self.note(state, to.0, |parent, time| Record::Link { id, parent, name: to.1, time })
        })
    }

    fn rename(&self, from: (Node, &str), to: (Node, &str), directory: bool) -> Result<()> {
        self.state.with(|state| {
            let known = |result: Result<(Node, Kind)>| result.map(|(node, _)| node);
            let (old, new) = (known(self.names.lookup(from.0, from.1)), known(self.names.lookup(to.0, to.1)));
            let payer = old.map_or(NOBODY, |old| state.payer(index(old)));
            let begun = state.begin(&self.names, payer, to.1.len() as u64);
            let renamed = begun.and_then(|()| self.names.rename(from, to, directory));
            [old, new].into_iter().flatten().for_each(|node| self.names.release(node));
            renamed?;
            // Two names of the same file stay both.
            if old == new {
                return Ok(());
            }
            let (Some(source), Some(target)) = (state.id(index(from.0)), state.id(index(to.0))) else {
                return Err(Errno::Io);
            };
            let time = self.names.stat(to.0)?.modified;
            state.record(&Record::Rename { from: (source, from.1), to: (target, to.1), time });
            state.rename(&self.names, (index(old?), from.1), (new.ok().map(index), to.1)).map(drop)
        })
    }

    fn unlink(&self, directory: Node, name: &str) -> Result<()> {
        self.take_away(directory, name, |names| names.unlink(directory, name))
    }

    fn remove_directory(&self, directory: Node, name: &str) -> Result<()> {
        self.take_away(directory, name, |names| names.remove_directory(directory, name))
    }

    fn read_directory(
        &self,
        directory: Node,
        cookie: u64,
        each: &mut dyn FnMut(Entry<'_>) -> bool,
    ) -> Result<()> {
        self.names.read_directory(directory, cookie, each)
    }
}

impl<B: BlockDevice, S: System, R: RelaxStrategy + Send + Sync> DiskFs<B, S, R> {
    /// As [`FileSystem::write`] with the state at hand.
    fn write_at(&self, state: &mut State<B>, node: Node, offset: u64, bytes: &[u8]) -> Result<usize> {
        state.begin(&self.names, NOBODY, 0)?;
        if bytes.is_empty() {
            return Ok(0);
        }
        let time = self.touch(node)?;
        state.write(&self.names, index(node), offset, bytes, time)
    }
}

/// The number of a node as an index.
fn index(node: Node) -> usize {
    usize::try_from(node.0).unwrap_or(usize::MAX)
}
