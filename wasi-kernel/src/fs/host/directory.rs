//! Entries of a directory as the protocol carries them.

use super::{super::Entry, buffer};
use crate::{Errno, Result, types::Kind};
use sinter_abi::host::ENTRY;

/// Bytes of entries that are asked for at one time.
const PAGE: usize = 16 << 10;

/// Tells the entries behind `cookie` to `each`, until it returns false. `fetch` puts those behind a cookie into a buffer, and
/// returns how many bytes, and whether they are the last.
pub fn read(
    mut cookie: u64,
    each: &mut dyn FnMut(Entry<'_>) -> bool,
    mut fetch: impl FnMut(u64, &mut [u8]) -> Result<(usize, bool)>,
) -> Result<()> {
    let mut page = buffer(PAGE)?;
    loop {
        let (size, last) = fetch(cookie, &mut page)?;
        let mut rest = page.get(..size).ok_or(Errno::Io)?;
        while let Some((entry, behind)) = split(rest)? {
            cookie = entry.next;
            rest = behind;
            if !each(entry) {
                return Ok(());
            }
        }
        if last || size == 0 {
            return Ok(());
        }
    }
}

/// The first entry, and what comes behind it.
fn split(bytes: &[u8]) -> Result<Option<(Entry<'_>, &[u8])>> {
    if bytes.is_empty() {
        return Ok(None);
    }
    let (header, rest) = bytes.split_at_checked(ENTRY).ok_or(Errno::Io)?;
    let value = |from: usize, to: usize| {
        header[from..to].iter().rfold(0, |value, byte| value << 8 | u64::from(*byte))
    };
    let (name, rest) = rest.split_at_checked(value(20, 24) as usize).ok_or(Errno::Io)?;
    let entry = Entry {
        next: value(0, 8),
        inode: value(8, 16),
        kind: Kind::from_number(value(16, 20)).ok_or(Errno::Io)?,
        name: core::str::from_utf8(name).map_err(|_| Errno::Ilseq)?,
    };
    Ok(Some((entry, rest)))
}
