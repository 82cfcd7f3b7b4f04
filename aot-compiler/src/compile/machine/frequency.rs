//! How often blocks are executed, as far as their branches tell.

use super::blocks::Block;

/// How many rounds a loop is taken to have.
const ROUNDS: f64 = 8.0;

/// How many blocks of loops are looked at; those of further loops count as if they were in none.
const MOST_STEPS: usize = 4_000_000;

/// For each of `blocks`, how often it is executed for each time that the function is called: all ways from a block are
/// equally likely, but those out of a loop.
pub fn of(blocks: &[Block]) -> Vec<f64> {
    let graph = Graph::new(blocks);
    let depths = graph.depths(blocks);
    let mut often = vec![0.0; blocks.len()];
    for &number in graph.order.iter().rev() {
        let block = &blocks[number];
        if block.from.is_none() {
            often[number] += if number == 0 { 1.0 } else { RARE };
        }
        if graph.is_header(number) {
            often[number] *= ROUNDS;
        }
        let next = &block.next.blocks;
        let stays = next.iter().filter(|&&next| depths[next] >= depths[number]).count().max(1);
        for &next in next.iter().filter(|&&next| !graph.goes_back(number, next)) {
            let leaves = depths[number].saturating_sub(depths[next]);
            let share = often[number] / stays as f64;
            often[next] += share / ROUNDS.powi(leaves as i32);
        }
    }
    often
}

/// How often an exception lands somewhere.
const RARE: f64 = 0.01;

/// Blocks as they are first reached.
struct Graph {
    /// Those that are reached, each behind all that are reached from it, other than by going back.
    order: Vec<usize>,
    /// The ends of loops by the numbers of their headers.
    ends: Vec<Vec<usize>>,
}

impl Graph {
    fn new(blocks: &[Block]) -> Self {
        #[derive(Clone, Copy, PartialEq)]
        enum State {
            New,
            Open,
            Done,
        }
        let mut states = vec![State::New; blocks.len()];
        let mut graph = Self { order: Vec::new(), ends: vec![Vec::new(); blocks.len()] };
        let entries = (0..blocks.len()).filter(|&number| blocks[number].from.is_none());
        for entry in entries {
            if states[entry] != State::New {
                continue;
            }
            states[entry] = State::Open;
            let mut path = vec![(entry, 0)];
            while let Some((number, way)) = path.last_mut() {
                let number = *number;
                let Some(&next) = blocks[number].next.blocks.get(*way) else {
                    states[number] = State::Done;
                    graph.order.push(number);
                    path.pop();
                    continue;
                };
                *way += 1;
                match states[next] {
                    State::New => {
                        states[next] = State::Open;
                        path.push((next, 0));
                    }
                    State::Open => graph.ends[next].push(number),
                    State::Done => {}
                }
            }
        }
        graph
    }

    fn is_header(&self, number: usize) -> bool {
        !self.ends[number].is_empty()
    }

    fn goes_back(&self, from: usize, to: usize) -> bool {
        self.ends[to].contains(&from)
    }

    /// In how many loops each block is.
    fn depths(&self, blocks: &[Block]) -> Vec<u32> {
        let mut depths = vec![0; blocks.len()];
        let mut seen_for = vec![usize::MAX; blocks.len()];
        let mut steps = 0;
        for &header in self.order.iter().filter(|&&number| self.is_header(number)) {
            seen_for[header] = header;
            depths[header] += 1;
            let mut open = self.ends[header].clone();
            while let Some(number) = open.pop() {
                if std::mem::replace(&mut seen_for[number], header) == header {
                    continue;
                }
                depths[number] += 1;
                steps += 1;
                open.extend(blocks[number].from.iter().flatten());
            }
            if steps > MOST_STEPS {
                break;
            }
        }
        depths
    }
}
