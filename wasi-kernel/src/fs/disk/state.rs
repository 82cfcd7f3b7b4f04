//! What the file system knows beyond names: where the files' bytes lie, what is free, and what the log does not have yet.

use super::{
    account::{Account, Cost, NOBODY},
    cache::Cache,
    device::BlockDevice,
    extents::{Extent, Extents},
    layout::{BLOCK, Superblock},
    log::Log,
    names::Names,
    record::{RECORD_MAX, Record},
    space::Space,
};
use crate::{Errno, Result, fs::Node};
use alloc::vec::Vec;

/// Bytes in a snapshot, at most: of a node without names and text, of a name without its text, and of an extent.
const NODE_WEIGHT: u64 = 80;
const NAME_WEIGHT: u64 = 32;
pub const EXTENT_WEIGHT: u64 = 17;

/// What is known of a node.
#[derive(Default)]
pub struct File {
    /// Its number in the log; `None` if it has no name any more and the log does not know it.
    pub id: Option<u32>,
    /// The account that pays for it.
    payer: u32,
    /// Bytes in a snapshot without the extents, at most.
    weight: u64,
    /// Bytes of a file.
    pub size: u64,
    /// Where they lie.
    pub extents: Extents,
    /// The block behind the one that was read last.
    pub next: u32,
}

impl File {
    /// What it takes of the disk.
    fn cost(&self) -> Cost {
        let extents = self.extents.all();
        Cost {
            blocks: extents.iter().map(|extent| u64::from(extent.count)).sum(),
            weight: self.weight + EXTENT_WEIGHT * extents.len() as u64,
        }
    }
}

/// Everything that one thread at a time works on.
pub struct State<B> {
    pub cache: Cache<B>,
    pub superblock: Superblock,
    pub log: Log,
    pub space: Space,
    /// By the nodes' numbers.
    pub files: Vec<Option<File>>,
    /// The number in the log that the next new node gets.
    pub next_id: u32,
    /// Who pays for what; the first is [`NOBODY`].
    pub accounts: Vec<Account>,
    /// The device failed while something was written: nothing more is.
    pub failed: bool,
}

impl<B: BlockDevice> State<B> {
    /// What there is at the beginning of the log of `superblock`'s generation.
    ///
    /// # Errors
    /// `Nomem`.
    pub fn new(device: B, superblock: Superblock) -> Result<Self> {
        let layout = superblock.layout;
        Ok(Self {
            cache: Cache::new(device)?,
            log: Log::new(&superblock)?,
            space: Space::new(layout.blocks, layout.first())?,
            superblock,
            files: Vec::new(),
            next_id: 0,
            accounts: Vec::from([Account::new(Cost { blocks: u64::MAX, weight: u64::MAX })]),
            failed: false,
        })
    }

    /// Begins a change that makes a snapshot up to `growth` bytes larger, for which `payer` pays. There is room for its records then, unless it is that of
    /// a file's bytes in hundreds of pieces: so it is in one frame, and whole.
    ///
    /// # Errors
    /// `Rofs`, `Io`; `Nospc` if there is no room for that in a log or the payer has no more.
    pub fn begin(&mut self, names: &impl Names, payer: u32, growth: u64) -> Result<()> {
        if self.cache.device.is_read_only() {
            return Err(Errno::Rofs);
        }
        if self.failed {
            return Err(Errno::Io);
        }
        self.admit(payer, growth)?;
        if self.log.room_in_frame() < RECORD_MAX { self.commit(names) } else { Ok(()) }
    }

    /// Asks for room for `growth` more bytes in a snapshot, for which `payer` pays.
    pub fn admit(&self, payer: u32, growth: u64) -> Result<()> {
        let weight = self.accounts.iter().map(|account| account.used().weight).sum::<u64>() + growth;
        let fits = weight <= self.weight_max() && growth <= self.accounts[payer as usize].room().weight;
        if growth == 0 || fits { Ok(()) } else { Err(Errno::Nospc) }
    }

    /// Greatest weight of everything.
    pub fn weight_max(&self) -> u64 {
        // A quarter of a log is left for changes, and frames take some of the rest.
        let log = u64::from(self.superblock.layout.log) * BLOCK as u64;
        (log / 4 * 3).saturating_sub(1024) / 33 * 32
    }

    /// Notes a change, for which [`State::begin`] has made room.
    pub fn record(&mut self, record: &Record<'_>) {
        record.write(self.log.frame());
    }

    /// Notes the node `number` that the log calls `id`, with a text of this size and one name of that, for which `payer` pays.
    ///
    /// # Errors
    /// `Nospc`.
    pub fn add(&mut self, number: usize, id: u32, text: usize, name: usize, payer: u32) -> Result<()> {
        if number >= self.files.len() {
            self.files.try_reserve(number + 1 - self.files.len()).map_err(|_| Errno::Nospc)?;
            self.files.resize_with(number + 1, || None);
        }
        let file = File { id: Some(id), payer, weight: Self::node_weight(text, name), ..File::default() };
        self.accounts[payer as usize].take(file.cost());
        self.files[number] = Some(file);
        Ok(())
    }

    /// Notes one more name of this size for the node `number`.
    ///
    /// # Errors
    /// `Stale` if there is no such node.
    pub fn add_name(&mut self, number: usize, name: usize) -> Result<()> {
        self.weigh(number, |weight| weight + Self::name_weight(name))
    }

    /// Notes one name less.
    ///
    /// # Errors
    /// As for [`State::add_name`].
    pub fn remove_name(&mut self, number: usize, name: usize) -> Result<()> {
        self.weigh(number, |weight| weight - Self::name_weight(name))
    }

    /// Notes that the node `from.0` is not called `from.1` any more but `to.1`, which was the name of the node `to.0`, and returns
    /// what the log called that one if it is gone.
    ///
    /// # Errors
    /// As for [`State::add_name`].
    pub fn rename(
        &mut self,
        names: &impl Names,
        from: (usize, &str),
        to: (Option<usize>, &str),
    ) -> Result<Option<u32>> {
        self.add_name(from.0, to.1.len())?;
        self.remove_name(from.0, from.1.len())?;
        let Some(replaced) = to.0 else { return Ok(None) };
        self.remove_name(replaced, to.1.len())?;
        Ok(self.collect(names, replaced))
    }

    fn weigh(&mut self, number: usize, change: impl FnOnce(u64) -> u64) -> Result<()> {
        let file = self.files.get_mut(number).and_then(Option::as_mut).ok_or(Errno::Stale)?;
        let account = &mut self.accounts[file.payer as usize];
        account.give(Cost { blocks: 0, weight: file.weight });
        file.weight = change(file.weight);
        account.take(Cost { blocks: 0, weight: file.weight });
        Ok(())
    }

    /// Who pays for the node `number`.
    pub fn payer(&self, number: usize) -> u32 {
        self.files.get(number).and_then(Option::as_ref).map_or(NOBODY, |file| file.payer)
    }

    /// Has `payer` pay for the node `number` if nobody does.
    pub fn adopt(&mut self, number: usize, payer: u32) {
        if let Some(Some(file)) = self.files.get_mut(number)
            && file.payer == NOBODY
        {
            let cost = file.cost();
            self.accounts[NOBODY as usize].give(cost);
            self.accounts[payer as usize].take(cost);
            file.payer = payer;
        }
    }

    /// By how much a name makes a snapshot larger.
    pub fn name_weight(name: usize) -> u64 {
        NAME_WEIGHT + name as u64
    }

    /// By how much a node with a text and a name of these sizes makes a snapshot larger.
    pub fn node_weight(text: usize, name: usize) -> u64 {
        NODE_WEIGHT + text as u64 + Self::name_weight(name)
    }

    /// What is known of the node `number`.
    ///
    /// # Errors
    /// `Stale` if there is no such node.
    pub fn file(&mut self, number: usize) -> Result<&mut File> {
        self.files.get_mut(number).and_then(Option::as_mut).ok_or(Errno::Stale)
    }

    /// The number that the log has for the node `number`, if it has one.
    pub fn id(&self, number: usize) -> Option<u32> {
        self.files.get(number)?.as_ref()?.id
    }

    /// Forgets the numbers that the log has for nodes.
    pub fn forget_ids(&mut self) {
        self.files.iter_mut().flatten().for_each(|file| file.id = None);
    }

    /// If the node `number` is gone, gives its blocks back, and returns what the log called it.
    pub fn collect(&mut self, names: &impl Names, number: usize) -> Option<u32> {
        if names.stat(Node(number as u64)) != Err(Errno::Stale) {
            return None;
        }
        let mut file = self.files.get_mut(number)?.take()?;
        self.accounts[file.payer as usize].give(file.cost());
        file.extents.cut(0, |block, count| {
            self.cache.forget(block, count);
            self.space.give(block, count);
        });
        file.id
    }

    /// Makes blocks part of the file `number`, in place of those that are there.
    ///
    /// # Errors
    /// `Nospc`.
    pub fn map(&mut self, number: usize, extent: Extent) -> Result<()> {
        self.change_extents(number, extent.count, |extents, give| extents.map(extent, give))
    }

    /// Gives the file `number` another size, and its blocks behind that back.
    ///
    /// # Errors
    /// `Stale` if there is no such file.
    pub fn cut(&mut self, number: usize, size: u64) -> Result<()> {
        self.file(number)?.size = size;
        // Above the largest size there are no blocks.
        let Ok(at) = u32::try_from(size.div_ceil(BLOCK as u64)) else { return Ok(()) };
        self.change_extents(number, 0, |extents, give| {
            extents.cut(at, give);
            Ok(())
        })
    }

    /// Has `change` add `added` blocks to the extents of the file `number`, and tell which ones it gives back.
    fn change_extents(
        &mut self,
        number: usize,
        added: u32,
        change: impl FnOnce(&mut Extents, &mut dyn FnMut(u32, u32)) -> Result<()>,
    ) -> Result<()> {
        let Self { files, cache, space, accounts, .. } = self;
        let file = files.get_mut(number).and_then(Option::as_mut).ok_or(Errno::Stale)?;
        let account = &mut accounts[file.payer as usize];
        let weight = |extents: &Extents| EXTENT_WEIGHT * extents.all().len() as u64;
        let mut before = Cost { blocks: 0, weight: weight(&file.extents) };
        change(&mut file.extents, &mut |block, count| {
            cache.forget(block, count);
            space.give(block, count);
            before.blocks += u64::from(count);
        })?;
        account.take(Cost { blocks: added.into(), weight: weight(&file.extents) });
        account.give(before);
        Ok(())
    }

    /// Has every change up to now survive a power cut.
    ///
    /// # Errors
    /// The device's.
    pub fn commit(&mut self, names: &impl Names) -> Result<()> {
        if self.failed {
            return Err(Errno::Io);
        }
        if self.log.is_empty() {
            return Ok(());
        }
        self.try_commit(names).inspect_err(|_| self.failed = true)
    }

    fn try_commit(&mut self, names: &impl Names) -> Result<()> {
        // The files' bytes are there before anything refers to them.
        self.cache.write_back()?;
        self.cache.device.flush()?;
        if self.log.is_full() {
            self.snapshot(names)?;
        } else {
            self.log.write(&mut self.cache.device)?;
            self.cache.device.flush()?;
        }
        self.space.commit();
        Ok(())
    }
}
