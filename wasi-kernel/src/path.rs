//! Paths: how names lead from a directory to a file, and never out of that directory.
//!
//! A walk keeps a reference to every directory between its start and where it is. `..` goes back along these, so a
//! directory that somebody moves away in the middle of a walk leads nowhere else. Absolute paths, absolute symbolic links
//! and a `..` at the start are `Perm`: the capability that the walk began with does not reach there.
//!
//! The rest is what `openat2` with `RESOLVE_BENEATH` does on Linux (path_resolution(7)), which is what Wasmtime uses.

use crate::{
    Errno, Result,
    fs::{Handle, Node, Volume},
    types::Kind,
};
use alloc::{
    boxed::Box,
    string::{String, ToString},
    vec::Vec,
};
use smallvec::SmallVec;

/// Symbolic links followed in one walk before it fails with `Loop`, as on Linux.
const LINKS_MAX: u32 = 40;

/// Shortest path or text of a link, in bytes, that is `Nametoolong`: as on Linux, a NUL behind it counts.
pub const PATH_MAX: usize = 4096;

/// What the walk's end may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Anything; a symbolic link there is followed.
    Followed,
    /// Anything; a symbolic link there is the end, unless a slash comes behind it.
    Itself,
    /// As `Followed`, and if there is nothing, the place for it.
    FollowedOrNew,
    /// As `Itself`, and if there is nothing, the place for it.
    ItselfOrNew,
}

/// Where a walk has led.
#[derive(Debug, PartialEq, Eq)]
pub enum Found {
    /// To the directory [`Walk::directory`].
    Directory,
    /// To a node in [`Walk::directory`] that is no directory that was entered, with one reference to it.
    Node(Node, Kind),
    /// To a place in [`Walk::directory`] where there is nothing yet, with this name.
    Nothing(String),
}

/// The directories from the start of a walk to where it is.
pub struct Walk<'a> {
    fs: &'a Volume,
    start: Node,
    /// Below the start, one reference each.
    entered: SmallVec<[Node; 8]>,
    /// The last of them, or the start.
    directory: Node,
}

impl<'a> Walk<'a> {
    /// A walk that begins in the directory `start`.
    pub fn new(start: &'a Handle) -> Self {
        Self { fs: start.fs(), start: start.node(), entered: SmallVec::new(), directory: start.node() }
    }

    /// The file system walked in.
    pub fn fs(&self) -> &'a Volume {
        self.fs
    }

    /// The directory that the walk is in.
    pub fn directory(&self) -> Node {
        self.directory
    }

    /// A reference to where `found`, which [`Walk::follow`] returned last, is.
    ///
    /// # Errors
    /// `Noent` if there is nothing; what [`crate::FileSystem::duplicate`] says.
    #[inline(always)]
    pub fn take(&mut self, found: Found) -> Result<(Node, Kind)> {
        match found {
            Found::Node(node, kind) => Ok((node, kind)),
            Found::Directory => match self.leave() {
                Some(node) => Ok((node, Kind::Directory)),
                None => Ok((self.fs.duplicate(self.start)?, Kind::Directory)),
            },
            Found::Nothing(_) => Err(Errno::Noent),
        }
    }

    /// Goes along `path` to its end.
    ///
    /// # Errors
    /// `Noent`, `Notdir`, `Loop`, `Nametoolong`; `Perm` for a path that leads out; `Inval` for a NUL in it; `Isdir` for a
    /// new file with a slash behind it; what the file system says.
    pub fn follow(&mut self, path: &str, end: End) -> Result<Found> {
        if find(path.as_bytes(), 0).is_some() {
            return Err(Errno::Inval);
        }
        if path.len() >= PATH_MAX {
            return Err(Errno::Nametoolong);
        }
        if path.is_empty() {
            return Err(Errno::Noent);
        }
        let new = matches!(end, End::FollowedOrNew | End::ItselfOrNew);
        let mut must_be_directory = false;
        let mut links = 0;
        let mut names = Names::new(path)?;
        while let Some(name) = names.next() {
            match name.text {
                "." => continue,
                ".." => {
                    self.fs.release(self.leave().ok_or(Errno::Perm)?);
                    continue;
                }
                _ => {}
            }
            if name.last && name.slash {
                if new {
                    return Err(Errno::Isdir);
                }
                must_be_directory = true;
            }
            let (node, kind) = match self.fs.lookup(self.directory, name.text) {
                Ok(found) => found,
                Err(Errno::Noent) if name.last && new => return Ok(Found::Nothing(name.text.to_string())),
                Err(errno) => return Err(errno),
            };
            let last = name.last;
            let follow = !last || must_be_directory || matches!(end, End::Followed | End::FollowedOrNew);
            if kind == Kind::Link && follow {
                let text = self.fs.read_link(node);
                self.fs.release(node);
                links += 1;
                if links > LINKS_MAX {
                    return Err(Errno::Loop);
                }
                names.insert(text?)?;
            } else if last && !must_be_directory {
                return Ok(Found::Node(node, kind));
            } else if kind == Kind::Directory {
                self.enter(node)?;
            } else {
                self.fs.release(node);
                return Err(Errno::Notdir);
            }
        }
        Ok(Found::Directory)
    }

    /// Goes to the directory that the last name of `path` is in, and returns that name; `None` if the path ends in a slash,
    /// `.` or `..`, and so is a directory's: then the walk is in that directory. The name may still have a NUL in it; see
    /// [`without_nul`].
    ///
    /// # Errors
    /// As for [`Walk::follow`].
    pub fn parent<'p>(&mut self, path: &'p str) -> Result<Option<&'p str>> {
        if path.is_empty() {
            return Err(Errno::Noent);
        }
        let (parents, name) = match path.rsplit_once('/') {
            None => ("", path),
            Some((parents, name)) => (&path[..parents.len() + 1], name),
        };
        if matches!(name, "" | "." | "..") {
            // `.` alone is the start itself, which needs no lookup.
            if path != "." {
                self.directories(path)?;
            }
            return Ok(None);
        }
        if !parents.is_empty() {
            self.directories(parents)?;
        }
        Ok(Some(name))
    }

    /// Goes along `path`, which must lead to a directory, and enters that.
    fn directories(&mut self, path: &str) -> Result<()> {
        match self.follow(path, End::Followed)? {
            Found::Node(node, Kind::Directory) => self.enter(node),
            Found::Node(node, _) => {
                self.fs.release(node);
                Err(Errno::Notdir)
            }
            Found::Directory | Found::Nothing(_) => Ok(()),
        }
    }

    /// Goes into `node`, a directory in the one that the walk is in, of which it gets a reference.
    #[inline(always)]
    fn enter(&mut self, node: Node) -> Result<()> {
        if self.entered.len() == self.entered.capacity() && self.entered.try_reserve(1).is_err() {
            self.fs.release(node);
            return Err(Errno::Nomem);
        }
        self.entered.push(node);
        self.directory = node;
        Ok(())
    }

    /// Goes back to where it entered the directory that it is in, of which it returns the reference; `None` at the start.
    fn leave(&mut self) -> Option<Node> {
        let left = self.entered.pop()?;
        self.directory = self.entered.last().copied().unwrap_or(self.start);
        Some(left)
    }
}

impl Drop for Walk<'_> {
    fn drop(&mut self) {
        self.entered.iter().for_each(|node| self.fs.release(*node));
    }
}

/// `name`, if it has no NUL in it. Linux looks at a last name only when it is used, after the walks of all paths of a call.
///
/// # Errors
/// `Inval`.
pub fn without_nul(name: &str) -> Result<&str> {
    if name.contains('\0') { Err(Errno::Inval) } else { Ok(name) }
}

/// The names that are still to be walked along: those of links that were followed, and then those of the path.
struct Names<'p> {
    /// What is left of the path.
    path: &'p str,
    /// Links' texts, innermost last, with the place of the next name in each. Only the innermost may be at its end.
    links: Vec<(Box<str>, usize)>,
}

/// One name.
struct Name<'n> {
    text: &'n str,
    /// No further name comes.
    last: bool,
    /// A slash comes behind it in its own text.
    slash: bool,
}

impl<'p> Names<'p> {
    fn new(path: &'p str) -> Result<Self> {
        if path.starts_with('/') { Err(Errno::Perm) } else { Ok(Self { path, links: Vec::new() }) }
    }

    /// The names of a symbolic link, to be walked along before the others.
    fn insert(&mut self, link: Box<str>) -> Result<()> {
        if link.is_empty() {
            return Err(Errno::Noent);
        }
        if link.starts_with('/') {
            return Err(Errno::Perm);
        }
        self.leave_link();
        self.links.try_reserve(1).map_err(|_| Errno::Nomem)?;
        self.links.push((link, 0));
        Ok(())
    }

    /// Drops the innermost link if it is at its end.
    fn leave_link(&mut self) {
        self.links.pop_if(|(text, at)| *at == text.len());
    }

    #[inline(always)]
    fn next(&mut self) -> Option<Name<'_>> {
        if !self.links.is_empty() {
            return self.next_of_link();
        }
        if self.path.is_empty() {
            return None;
        }
        let (text, slash, rest) = first_name(self.path);
        self.path = rest;
        Some(Name { text, last: rest.is_empty(), slash })
    }

    #[inline(never)]
    fn next_of_link(&mut self) -> Option<Name<'_>> {
        self.leave_link();
        if self.links.is_empty() {
            return self.next();
        }
        let alone = self.links.len() == 1 && self.path.is_empty();
        let (text, at) = self.links.last_mut()?;
        let (name, slash, rest) = first_name(&text[*at..]);
        *at = text.len() - rest.len();
        Some(Name { text: name, last: alone && rest.is_empty(), slash })
    }
}

/// The first name of `path`, whether a slash comes behind it, and what comes behind that and further ones.
#[inline(always)]
fn first_name(path: &str) -> (&str, bool, &str) {
    let Some(end) = find(path.as_bytes(), b'/') else { return (path, false, "") };
    let (name, mut rest) = path.split_at(end);
    while let Some(behind) = rest.strip_prefix('/') {
        rest = behind;
    }
    (name, true, rest)
}

/// Where `byte` is first in `bytes`, eight of which are looked at in one go.
fn find(bytes: &[u8], byte: u8) -> Option<usize> {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    let first = |word: &[u8; 8]| {
        // The lowest byte that is zero is the lowest with its highest bit set in `zeros`.
        let word = u64::from_le_bytes(*word) ^ (ONES * u64::from(byte));
        let zeros = word.wrapping_sub(ONES) & !word & (ONES << 7);
        (zeros != 0).then(|| zeros.trailing_zeros() as usize / 8)
    };
    let (words, rest) = bytes.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        if let Some(at) = first(word) {
            return Some(8 * index + at);
        }
    }
    match bytes.last_chunk::<8>() {
        // Some of them are looked at again, and it is none of these.
        Some(last) if !rest.is_empty() => first(last).map(|at| bytes.len() - 8 + at),
        _ => rest.iter().position(|other| *other == byte).map(|at| 8 * words.len() + at),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn bytes_are_found_wherever_they_are() {
        // All neighbours of the byte that is looked for, as a word's subtraction borrows from one byte to the next.
        let around = [b'/' - 1, b'/' + 1, b'/' ^ 0x80, 0, 0xff, 1];
        for other in around {
            for len in 0..40 {
                let mut bytes = alloc::vec![other; len];
                assert_eq!(super::find(&bytes, b'/'), None, "{other} {len}");
                for at in (0..len).rev() {
                    bytes[at] = b'/';
                    assert_eq!(super::find(&bytes, b'/'), Some(at), "{other} {len}");
                }
            }
        }
    }
}
