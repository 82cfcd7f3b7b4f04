//! File systems: what one must do, and those there are.

pub mod devices;
pub mod disk;
pub mod fat;
pub mod fixed;
pub mod host;
pub mod memory;

use crate::{Result, types::Kind};
use alloc::{boxed::Box, sync::Arc};

/// A file, directory or symbolic link, by its file system's own number. It means something only as long as the holder
/// has a reference to it, which [`FileSystem::release`] gives back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Node(pub u64);

/// A tree of files.
///
/// Directories are entered one name at a time: a `name` is never empty, `.` or `..`, has neither `/` nor NUL in it, and is
/// never resolved further; [`crate::path`] does that for all file systems alike. Names longer than [`NAME_MAX`] bytes
/// are `Nametoolong`, and a node that is not of the kind an operation is for gives `Notdir`, `Isdir` or `Inval` as on Linux.
/// Methods that return a node give the caller one reference to it.
///
/// Methods may be called from several threads; each is atomic. A caller holds no lock, and its buffers are resident.
pub trait FileSystem: Send + Sync {
    /// The directory that a mount calls `from`: whatever stands behind `ram:` or the like in the manifest.
    ///
    /// # Errors
    /// `Noent` or `Notdir` if there is none; `Nospc` if it would have to be made.
    fn root(&self, from: &str) -> Result<Node>;

    /// One more reference to what `node` is, perhaps under another number.
    ///
    /// # Errors
    /// `Io`, `Nomem`.
    fn duplicate(&self, node: Node) -> Result<Node>;

    /// One reference less. A node whose last name is gone lives until its last reference is.
    fn release(&self, node: Node);

    /// What `name` in `directory` is; a symbolic link is itself.
    ///
    /// # Errors
    /// `Noent`, `Notdir`, `Nametoolong`, `Acces`, `Io`.
    fn lookup(&self, directory: Node, name: &str) -> Result<(Node, Kind)>;

    /// Attributes of `node`.
    ///
    /// # Errors
    /// `Io`.
    fn stat(&self, node: Node) -> Result<Stat>;

    /// Asks for the use of a file or directory. Comes once for every reference through which data or entries are
    /// accessed, before that.
    ///
    /// # Errors
    /// `Acces`, `Rofs`, `Loop` for a symbolic link, `Isdir` for a directory if it is to be written.
    fn open(&self, node: Node, access: Access) -> Result<()>;

    /// Whether the device `node` takes whatever is written and keeps nothing, so that writes need not come here.
    fn discards(&self, _node: Node) -> bool {
        false
    }

    /// Reads from byte `offset` of a file on; fewer than asked for at its end, 0 behind it. What is read ends at `i64::MAX` at
    /// the latest.
    ///
    /// # Errors
    /// `Isdir`, `Io`.
    fn read(&self, node: Node, offset: u64, buffer: &mut [u8]) -> Result<usize>;

    /// Writes from byte `offset` of a file on, and returns how many bytes; fewer only if there is no room for the
    /// rest. A gap between the file's end and `offset` reads as zeros. What is written ends at `i64::MAX` at the latest.
    ///
    /// # Errors
    /// `Fbig` if nothing of it is below the file system's limit, `Nospc`, `Io`.
    fn write(&self, node: Node, offset: u64, bytes: &[u8]) -> Result<usize>;

    /// Writes at the file's end, wherever that is by then, and puts the file's size after that into `end`. Returns how many bytes
    /// were written; if there is an error, `end` stays.
    ///
    /// # Errors
    /// As for [`FileSystem::write`].
    fn append(&self, node: Node, bytes: &[u8], end: &mut u64) -> Result<usize>;

    /// Cuts a file off at `size` bytes, at most `i64::MAX`, or lengthens it by zeros.
    ///
    /// # Errors
    /// `Fbig`, `Nospc`, `Io`.
    fn set_size(&self, node: Node, size: u64) -> Result<()>;

    /// Sets times.
    ///
    /// # Errors
    /// `Perm`, `Acces`, `Io`.
    fn set_times(&self, node: Node, accessed: SetTime, modified: SetTime) -> Result<()>;

    /// Returns when what was written to `node` (with its attributes, unless `data_only`) survives a power cut.
    ///
    /// # Errors
    /// `Io`, `Nospc`.
    fn sync(&self, node: Node, data_only: bool) -> Result<()>;

    /// Makes an empty file that was not there, for `access`, which includes writing. It needs no [`FileSystem::open`].
    ///
    /// # Errors
    /// `Exist`, `Noent` if the directory was removed, `Notdir`, `Nametoolong`, `Nospc`, `Acces`.
    fn create(&self, directory: Node, name: &str, access: Access) -> Result<Node>;

    /// Makes an empty directory.
    ///
    /// # Errors
    /// As for [`FileSystem::create`]; `Mlink`.
    fn make_directory(&self, directory: Node, name: &str) -> Result<()>;

    /// Makes a symbolic link with the text `target`, 1 to 4095 bytes.
    ///
    /// # Errors
    /// As for [`FileSystem::create`].
    fn make_link(&self, directory: Node, name: &str, target: &str) -> Result<()>;

    /// The text of a symbolic link.
    ///
    /// # Errors
    /// `Inval` if it is none, `Ilseq` if it is not UTF-8.
    fn read_link(&self, node: Node) -> Result<Box<str>>;

    /// Gives the file or symbolic link `from.1` in directory `from.0` a second name.
    ///
    /// # Errors
    /// `Perm` for a directory, `Exist`, `Noent`, `Mlink`, `Nospc`.
    fn link(&self, from: (Node, &str), to: (Node, &str)) -> Result<()>;

    /// Moves a name, replacing a file by a file and an empty directory by a directory. With `directory` the name must be
    /// a directory's.
    ///
    /// # Errors
    /// `Noent`, `Isdir`, `Notdir`, `Notempty`, `Inval` for a directory into itself, `Nospc`.
    fn rename(&self, from: (Node, &str), to: (Node, &str), directory: bool) -> Result<()>;

    /// Removes a name that is not a directory's.
    ///
    /// # Errors
    /// `Noent`, `Isdir`.
    fn unlink(&self, directory: Node, name: &str) -> Result<()>;

    /// Removes an empty directory.
    ///
    /// # Errors
    /// `Noent`, `Notdir`, `Notempty`.
    fn remove_directory(&self, directory: Node, name: &str) -> Result<()>;

    /// Tells the entries of `directory` behind `cookie` (0 for all of them), without `.` and `..`, until `each` returns
    /// false. An entry that is there all the time is told exactly once, whatever happens to others in between. `each` does
    /// not call into the file system.
    ///
    /// # Errors
    /// `Notdir`, `Ilseq` for a name that is not UTF-8, `Io`.
    fn read_directory(
        &self,
        directory: Node,
        cookie: u64,
        each: &mut dyn FnMut(Entry<'_>) -> bool,
    ) -> Result<()>;
}

/// Longest name in a directory, in bytes.
pub const NAME_MAX: usize = 255;

/// What a node is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Access {
    /// Data or entries are to be read.
    pub read: bool,
    /// Data is to be written.
    pub write: bool,
    /// The file is emptied first.
    pub truncate: bool,
}

/// Attributes of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stat {
    /// What it is.
    pub kind: Kind,
    /// A number that no other node of any file system has.
    pub inode: u64,
    /// Number of names.
    pub links: u64,
    /// Bytes of data, or of a symbolic link's text.
    pub size: u64,
    /// Last access to the data, in nanoseconds since 1970.
    pub accessed: u64,
    /// Last change of the data, in nanoseconds since 1970.
    pub modified: u64,
    /// Creation, in nanoseconds since 1970: what Wasmtime shows as `ctim`.
    pub created: u64,
}

/// One entry of a directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry<'a> {
    /// Cookie of the entries behind this one; not 0.
    pub next: u64,
    /// As [`Stat::inode`].
    pub inode: u64,
    /// What it is.
    pub kind: Kind,
    /// Its name.
    pub name: &'a str,
}

/// What becomes of a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetTime {
    /// It stays.
    Keep,
    /// Now.
    Now,
    /// Nanoseconds since 1970.
    To(u64),
}

/// A file system that handles share. In a box within, as an `Arc<dyn FileSystem>` has to reckon at each call where behind its
/// counts the file system begins.
pub type Volume = Arc<Box<dyn FileSystem>>;

/// `fs`, to be shared by handles.
pub fn volume(fs: impl FileSystem + 'static) -> Volume {
    Arc::new(Box::new(fs))
}

/// A reference to a node: it is given back when this is dropped.
pub struct Handle {
    fs: Volume,
    node: Node,
}

impl Handle {
    /// Takes over one reference to `node` of `fs`.
    pub fn new(fs: Volume, node: Node) -> Self {
        Self { fs, node }
    }

    /// The directory that `fs` calls `from`.
    ///
    /// # Errors
    /// As for [`FileSystem::root`].
    pub fn root(fs: Volume, from: &str) -> Result<Self> {
        let node = fs.root(from)?;
        Ok(Self::new(fs, node))
    }

    /// Its file system.
    pub fn fs(&self) -> &Volume {
        &self.fs
    }

    /// Its number there.
    pub fn node(&self) -> Node {
        self.node
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.fs.release(self.node);
    }
}
