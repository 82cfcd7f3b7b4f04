//! Moving a name: rename(2), with its checks in Linux's order.

use super::{Tree, nodes::Content};
use crate::{Errno, Result, types::Kind};

impl Tree {
    /// Moves a name at the time `now`; as [`crate::FileSystem::rename`].
    pub fn rename(&mut self, from: (u32, &str), to: (u32, &str), directory: bool, now: u64) -> Result<()> {
        let (old, kind) = self.lookup(from.0, from.1)?;
        let new = match self.lookup(to.0, to.1) {
            Ok(new) => Some(new),
            Err(Errno::Noent) if self.nodes.get(to.0)?.links > 0 => None,
            Err(errno) => return Err(errno),
        };
        if directory && kind != Kind::Directory {
            return Err(Errno::Notdir);
        }
        if kind == Kind::Directory && self.is_above(old, to.0)? {
            return Err(Errno::Inval);
        }
        match new {
            Some((new, Kind::Directory)) if self.is_above(new, from.0)? => return Err(Errno::Notempty),
            Some((new, _)) if new == old => return Ok(()),
            Some((_, Kind::Directory)) if kind != Kind::Directory => return Err(Errno::Isdir),
            Some((_, new_kind)) if kind == Kind::Directory && new_kind != kind => return Err(Errno::Notdir),
            Some((new, Kind::Directory)) if self.nodes.get(new)?.directory()?.len() > 0 => {
                return Err(Errno::Notempty);
            }
            Some(_) | None => {}
        }
        self.move_name(from, to, (old, kind), new, now)
    }

    /// Moves a name, after all checks.
    fn move_name(
        &mut self,
        from: (u32, &str),
        to: (u32, &str),
        (old, kind): (u32, Kind),
        new: Option<(u32, Kind)>,
        now: u64,
    ) -> Result<()> {
        let is_directory = kind == Kind::Directory;
        let target = self.nodes.get_mut(to.0)?;
        match new {
            Some(_) => target.directory_mut()?.replace(to.1, old, kind),
            None => target.directory_mut()?.insert(to.1, old, kind, &mut self.budget)?,
        }
        target.change(now);
        target.links += u32::from(is_directory && new.is_none());
        let source = self.nodes.get_mut(from.0)?;
        source.directory_mut()?.remove(from.1, &mut self.budget);
        source.change(now);
        source.links -= u32::from(is_directory);
        if let Content::Directory(_, parent) = &mut self.nodes.get_mut(old)?.content {
            *parent = to.0;
        }
        match new {
            Some((new, _)) => self.drop_name(new),
            None => Ok(()),
        }
    }
}
