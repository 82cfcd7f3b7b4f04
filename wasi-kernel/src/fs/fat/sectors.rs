//! The card as the library sees it: sectors of one volume, so many and no more, without what it would not expect.

use super::{
    super::disk::{MountError, device::BlockDevice},
    entry,
    geometry::Geometry,
};
use crate::Errno;
use core::cell::{Cell, RefCell};
use embedded_sdmmc::{Block, BlockCount, BlockIdx};

/// A card. Whether what lies behind the tables are directories or files, who reads has to say.
pub struct Sectors<B> {
    device: RefCell<B>,
    geometry: Geometry,
    left: Cell<u64>,
    in_directories: Cell<bool>,
}

impl<B: BlockDevice> Sectors<B> {
    /// Of `device`, of which nothing can be read yet.
    pub fn new(device: B, geometry: Geometry) -> Self {
        let (left, in_directories) = (Cell::new(0), Cell::new(false));
        Self { device: RefCell::new(device), geometry, left, in_directories }
    }

    /// From now on directories are read, and so many sectors at most.
    pub fn read_directories(&self, sectors: u64) {
        self.left.set(sectors);
        self.in_directories.set(true);
    }

    /// From now on files are read, and so many sectors at most.
    pub fn read_files(&self, sectors: u64) {
        self.left.set(sectors);
        self.in_directories.set(false);
    }

    /// Reads a sector as it is.
    pub fn read_raw(&self, at: BlockIdx, sector: &mut Block) -> Result<(), Failure> {
        let left = self.left.get().checked_sub(1);
        self.left.set(left.ok_or(Failure(MountError::Corrupt("its files or directories lead in circles")))?);
        self.device
            .borrow_mut()
            .read(at.0.into(), &mut sector.contents)
            .map_err(|errno| Failure(errno.into()))
    }
}

impl<B: BlockDevice> embedded_sdmmc::BlockDevice for Sectors<B> {
    type Error = Failure;

    fn read(&self, blocks: &mut [Block], start: BlockIdx) -> Result<(), Failure> {
        for (sector, at) in blocks.iter_mut().zip(start.0..) {
            self.read_raw(BlockIdx(at), sector)?;
            let (at, bytes) = (u64::from(at), &mut sector.contents);
            let Geometry { volume, table, files, is_fat32, clusters } = &self.geometry;
            // The partition table is the library's as well.
            if at != 0 && !volume.contains(&at) {
                return Err(Failure(MountError::Corrupt("it reaches beyond its partition")));
            }
            if table.contains(&at) {
                self.geometry.mend_table(bytes);
            } else if at >= *files && self.in_directories.get() && !entry::mend(bytes, *is_fat32, clusters) {
                return Err(Failure(MountError::Corrupt("a directory has an impossible entry")));
            }
        }
        Ok(())
    }

    fn write(&self, _: &[Block], _: BlockIdx) -> Result<(), Failure> {
        Err(Failure(MountError::Failed(Errno::Rofs)))
    }

    fn num_blocks(&self) -> Result<BlockCount, Failure> {
        Ok(BlockCount(u32::try_from(self.geometry.volume.end).unwrap_or(u32::MAX)))
    }
}

/// Why a sector cannot be read.
#[derive(Debug)]
pub struct Failure(pub MountError);

impl core::fmt::Display for Failure {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.0.fmt(f)
    }
}

impl core::error::Error for Failure {}
