//! Power cuts: `sinter-powercut [N [SEED]]` cuts the power N times, each time at another write of a recorded workload, mounts what
//! is left and compares it with a model.
//!
//! What is left must be the tree as it was after some call: at least the last sync that had returned, at most the call that ran. And it
//! must be good for more: a file that is written and synced then is there after the next mount, with everything else.

mod card;
mod random;
mod tree;
mod workload;

use card::Card;
use random::Random;
use sinter_cards::Board;
use std::{env, process::ExitCode};
use tree::{Tree, tree};
use wasi_kernel::{
    Errno, FileSystem,
    fs::{
        Access, SetTime,
        disk::{self, DiskFs},
        memory::MemoryFs,
    },
};

/// How many cuts there are unless the command line says it.
const DEFAULT: usize = 1000;
/// Calls of a workload.
const CALLS: usize = 300;
/// Cuts of one workload, at most.
const CUTS: usize = 50;
/// Bytes of the card: so few that its logs are full and its blocks used again every now and then.
const SIZE: usize = 5 << 18;

/// Sectors of its logs.
const LOG_SECTORS: u64 = 128;

type Disk = DiskFs<Card, Board>;

fn main() -> ExitCode {
    let numbers: Result<Vec<u64>, _> = env::args().skip(1).map(|word| word.parse()).collect();
    let (count, seed) = match numbers.as_deref() {
        Ok([]) => (DEFAULT, 0),
        Ok([count]) => (*count as usize, 0),
        Ok([count, seed]) => (*count as usize, *seed),
        _ => {
            eprintln!("usage: sinter-powercut [N [SEED]], both decimal numbers");
            return ExitCode::from(2);
        }
    };
    let (mut passed, mut failed, mut behind_sync, mut snapshots) = (0, 0, 0, 0);
    let mut random = Random(seed);
    for number in 0.. {
        if passed + failed >= count {
            break;
        }
        let workload = Workload::record(random.next());
        snapshots += workload.card.writes_of_sector(0) + workload.card.writes_of_sector(8);
        let mut cuts: Vec<usize> = (0..=workload.events()).collect();
        for _ in 0..CUTS.min(cuts.len()).min(count - passed - failed) {
            let cut = cuts.swap_remove(random.below(cuts.len() as u64) as usize);
            match workload.cut(cut, &mut random.clone()) {
                Ok(further) => (passed, behind_sync) = (passed + 1, behind_sync + usize::from(further)),
                Err(what) => {
                    println!("workload {number} of seed {seed}, cut after {cut} events: {what}");
                    failed += 1;
                }
            }
            random.next();
        }
    }
    println!("the logs were full {snapshots} times; {behind_sync} cuts left more than was synced");
    println!("{passed} passed, {failed} failed, 0 skipped");
    ExitCode::from(u8::from(failed > 0))
}

/// What was done to a card.
struct Workload {
    card: Card,
    /// After each call, from none on.
    states: Vec<State>,
}

/// After a call.
struct State {
    /// What the model has.
    tree: Tree,
    /// Events of the card up to then.
    events: usize,
    /// Whether that call made everything survive.
    synced: bool,
}

impl Workload {
    /// Does random calls to a new file system.
    fn record(seed: u64) -> Self {
        let mut random = Random(seed);
        let card = Card::new(aged(&mut random));
        let fs = mount(&card).expect("it is sound");
        let model: MemoryFs<Board> = MemoryFs::new(Board, 2, 64 << 20);
        let mut states = vec![State { tree: Tree::new(), events: 0, synced: true }];
        while states.len() <= CALLS {
            let (synced, result) = workload::step(&fs, &mut random.clone());
            if result == Err(Errno::Nospc) {
                // The model is never full. What the card got in this call is not looked at.
                return Self { card, states };
            }
            let (_, expected) = workload::step(&model, &mut random.clone());
            random.next();
            assert_eq!(result, expected, "call {} of workload {seed}", states.len());
            let tree = tree(&model).expect("the model works");
            states.push(State { tree, events: card.events(), synced });
        }
        let last = states.last().expect("there are calls");
        assert!(tree(&fs).expect("it can be read") == last.tree, "workload {seed} went wrong without a cut");
        Self { card, states }
    }

    /// Events after which the power can be cut.
    fn events(&self) -> usize {
        self.states.last().map_or(0, |state| state.events)
    }

    /// Cuts the power after `cut` events; whether there is more than what was synced.
    fn cut(&self, cut: usize, random: &mut Random) -> Result<bool, String> {
        let left = Card::new(self.card.after_cut(cut, random));
        let fs = mount(&left).map_err(|error| format!("it cannot be mounted: {error}"))?;
        let found = tree(&fs).map_err(|error| format!("it cannot be read: {error:?}"))?;
        let synced = self.states.iter().rposition(|state| state.synced && state.events <= cut).unwrap_or(0);
        // The call that ran, or the last one.
        let last = self.states.iter().position(|state| state.events > cut).unwrap_or(self.states.len() - 1);
        let state = (synced..=last).find(|&state| self.states[state].tree == found);
        let Some(state) = state else {
            return Err(format!("neither of the states {synced} to {last} is left, but {found:#?}"));
        };
        // What is left is good for more.
        let name = "written after the cut";
        let more = || {
            let root = fs.root("/")?;
            let file = fs.create(root, name, Access { read: true, write: true, truncate: false })?;
            fs.write(file, 0, &[7; 10_000])?;
            fs.sync(file, false)?;
            fs.release(file);
            fs.release(root);
            tree(&fs)
        };
        let expected = more().map_err(|error| format!("it cannot be written: {error:?}"))?;
        drop(fs);
        let again = mount(&left).map_err(|error| format!("it cannot be mounted again: {error}"))?;
        let again = tree(&again).map_err(|error| format!("it cannot be read again: {error:?}"))?;
        if again != expected || again.len() != found.len() + 1 {
            return Err(format!("what was written after the cut is not there: {again:#?}"));
        }
        Ok(state > synced)
    }
}

/// An empty file system whose log is full to a random part.
fn aged(random: &mut Random) -> Vec<u8> {
    let mut card = Card::new(vec![0; SIZE]);
    disk::format(&mut card, random.next() as u32).expect("the card is large enough");
    let fs = mount(&card).expect("it was just formatted");
    let root = fs.root("/").expect("every file system has one");
    for time in 0..LOG_SECTORS - random.below(LOG_SECTORS / 2) {
        let changed = fs.set_times(root, SetTime::To(time), SetTime::To(time)).and_then(|()| fs.sync_all());
        changed.expect("the card is sound");
    }
    fs.release(root);
    card.bytes()
}

fn mount(card: &Card) -> Result<Disk, disk::MountError> {
    DiskFs::mount(card.clone(), Board, 1, 64 << 20)
}
