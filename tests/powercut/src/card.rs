//! A card that remembers what came to it, and what is left of it after a power cut.

use crate::random::Random;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};
use wasi_kernel::{Errno, Result, fs::disk::device::BlockDevice};

const SECTOR: usize = 512;

/// What came to a card.
enum Event {
    /// These bytes from this sector on.
    Write(u64, Vec<u8>),
    /// Everything up to here survives.
    Flush,
}

/// A card. Its clones are the same card.
#[derive(Clone)]
pub struct Card(Arc<Mutex<Inner>>);

struct Inner {
    /// What was on it when the record began.
    start: Vec<u8>,
    bytes: Vec<u8>,
    events: Vec<Event>,
}

impl Card {
    /// A card with these bytes and no past.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Arc::new(Mutex::new(Inner { start: bytes.clone(), bytes, events: Vec::new() })))
    }

    /// What is on it.
    pub fn bytes(&self) -> Vec<u8> {
        self.0.lock().unwrap().bytes.clone()
    }

    /// Number of events up to now.
    pub fn events(&self) -> usize {
        self.0.lock().unwrap().events.len()
    }

    /// How often a write began with this sector.
    pub fn writes_of_sector(&self, sector: u64) -> usize {
        let inner = self.0.lock().unwrap();
        inner.events.iter().filter(|event| matches!(event, Event::Write(at, _) if *at == sector)).count()
    }

    /// What may be on the card if the power fails after `cut` events. What came before the last flush is there. Of the rest, by
    /// `random`: all of it, nothing, the first part with the last write torn between two sectors, or of each sector any of the
    /// states that it was to have.
    pub fn after_cut(&self, cut: usize, random: &mut Random) -> Vec<u8> {
        let inner = self.0.lock().unwrap();
        let events = &inner.events[..cut];
        let flushed = events.iter().rposition(|event| matches!(event, Event::Flush)).unwrap_or(0);
        let mut bytes = inner.start.clone();
        for event in &events[..flushed] {
            apply(&mut bytes, event);
        }
        let pending = &events[flushed..];
        match random.below(4) {
            0 => pending.iter().for_each(|event| apply(&mut bytes, event)),
            1 => {}
            2 => {
                let whole = random.below(pending.len() as u64 + 1) as usize;
                pending[..whole].iter().for_each(|event| apply(&mut bytes, event));
                if let Some(Event::Write(at, torn)) = pending.get(whole) {
                    let sectors = random.below((torn.len() / SECTOR) as u64 + 1) as usize;
                    apply(&mut bytes, &Event::Write(*at, torn[..sectors * SECTOR].to_vec()));
                }
            }
            _ => {
                let mut states: BTreeMap<u64, Vec<&[u8]>> = BTreeMap::new();
                for event in pending {
                    if let Event::Write(at, written) = event {
                        for (sector, at) in written.chunks(SECTOR).zip(*at..) {
                            states.entry(at).or_default().push(sector);
                        }
                    }
                }
                for (at, states) in states {
                    let state = random.below(states.len() as u64 + 1) as usize;
                    if let Some(state) = state.checked_sub(1) {
                        apply(&mut bytes, &Event::Write(at, states[state].to_vec()));
                    }
                }
            }
        }
        bytes
    }
}

fn apply(bytes: &mut [u8], event: &Event) {
    if let Event::Write(at, written) = event {
        bytes[*at as usize * SECTOR..][..written.len()].copy_from_slice(written);
    }
}

impl BlockDevice for Card {
    fn sectors(&self) -> u64 {
        (self.0.lock().unwrap().bytes.len() / SECTOR) as u64
    }

    fn read(&mut self, at: u64, buffer: &mut [u8]) -> Result<()> {
        let inner = self.0.lock().unwrap();
        let from = inner.bytes.get(at as usize * SECTOR..).and_then(|bytes| bytes.get(..buffer.len()));
        buffer.copy_from_slice(from.ok_or(Errno::Io)?);
        Ok(())
    }

    fn write(&mut self, at: u64, bytes: &[u8]) -> Result<()> {
        let event = Event::Write(at, bytes.to_vec());
        let mut inner = self.0.lock().unwrap();
        apply(&mut inner.bytes, &event);
        inner.events.push(event);
        Ok(())
    }

    fn flush(&mut self) -> Result<()> {
        self.0.lock().unwrap().events.push(Event::Flush);
        Ok(())
    }
}
