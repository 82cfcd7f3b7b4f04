//! The cheapest way to cut a network in two (Ford and Fulkerson's theorem, Dinic's algorithm).

use std::collections::VecDeque;

/// Nodes, each of which will be on one of two sides: the source's or the sink's.
pub struct Network {
    nodes: usize,
    /// Edges; that of the other direction has the number whose lowest bit is another.
    edges: Vec<Edge>,
}

struct Edge {
    to: usize,
    left: u64,
}

/// The source's node.
pub const SOURCE: usize = 0;
/// The sink's node.
pub const SINK: usize = 1;

impl Network {
    /// One of `nodes` nodes, with the source and the sink, and no edges.
    pub fn new(nodes: usize) -> Self {
        Self { nodes, edges: Vec::new() }
    }

    /// Has it cost `forth` if `one` is on the source's side and `other` on the sink's, and `back` if it is the other way
    /// around.
    pub fn add(&mut self, one: usize, other: usize, forth: u64, back: u64) {
        if one != other && (forth != 0 || back != 0) {
            self.edges.extend([Edge { to: other, left: forth }, Edge { to: one, left: back }]);
        }
    }

    /// What the cheapest cut costs, and whether each node is on the source's side then.
    pub fn cut(mut self) -> (u64, Vec<bool>) {
        let ways = Ways::new(&self);
        let mut cost = 0;
        loop {
            let levels = self.levels(&ways);
            if levels[SINK] == UNREACHED {
                return (cost, levels.iter().map(|&level| level != UNREACHED).collect());
            }
            cost += self.augment(&ways, &levels);
        }
    }

    /// How many edges with something left each node is away from the source.
    fn levels(&self, ways: &Ways) -> Vec<u32> {
        let mut levels = vec![UNREACHED; self.nodes];
        levels[SOURCE] = 0;
        let mut open = VecDeque::from([SOURCE]);
        while let Some(node) = open.pop_front() {
            for &edge in ways.from(node) {
                let Edge { to, left } = self.edges[edge];
                if left > 0 && levels[to] == UNREACHED {
                    levels[to] = levels[node] + 1;
                    open.push_back(to);
                }
            }
        }
        levels
    }

    /// Takes what can be taken along edges that go up one level, and returns how much that is.
    fn augment(&mut self, ways: &Ways, levels: &[u32]) -> u64 {
        let mut tried = vec![0; self.nodes];
        let mut path: Vec<usize> = Vec::new();
        let mut taken = 0;
        loop {
            let node = path.last().map_or(SOURCE, |&edge| self.edges[edge].to);
            if node == SINK {
                let left = path.iter().map(|&edge| self.edges[edge].left);
                let least = left.min().expect("the sink is not the source");
                for &edge in &path {
                    self.edges[edge].left -= least;
                    self.edges[edge ^ 1].left += least;
                }
                taken += least;
                let full = path.iter().position(|&edge| self.edges[edge].left == 0);
                path.truncate(full.expect("the one with the least"));
                continue;
            }
            match ways.from(node).get(tried[node]) {
                Some(&edge) => {
                    let Edge { to, left } = self.edges[edge];
                    if left > 0 && levels[to] == levels[node] + 1 {
                        path.push(edge);
                    } else {
                        tried[node] += 1;
                    }
                }
                // It leads nowhere any more.
                None => match path.pop() {
                    Some(edge) => tried[self.edges[edge ^ 1].to] += 1,
                    None => return taken,
                },
            }
        }
    }
}

/// Nodes of a network, some of which are one.
pub struct Nodes(Vec<usize>);

impl Nodes {
    /// The source and the sink alone.
    pub fn new() -> Self {
        Self(vec![SOURCE, SINK])
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// One more.
    pub fn add(&mut self) -> usize {
        self.0.push(self.0.len());
        self.0.len() - 1
    }

    /// Makes two of them one.
    pub fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.first(one), self.first(other));
        self.0[one.max(other)] = one.min(other);
    }

    /// The one that stands for all that are one with `node`.
    pub fn first(&mut self, mut node: usize) -> usize {
        while self.0[node] != node {
            self.0[node] = self.0[self.0[node]];
            node = self.0[node];
        }
        node
    }
}

/// The numbers of the edges from each node.
struct Ways {
    edges: Vec<usize>,
    /// Where those of each node begin.
    starts: Vec<usize>,
}

impl Ways {
    fn new(network: &Network) -> Self {
        let mut starts = vec![0; network.nodes + 1];
        let from = |edge: usize| network.edges[edge ^ 1].to;
        (0..network.edges.len()).for_each(|edge| starts[from(edge) + 1] += 1);
        (0..network.nodes).for_each(|node| starts[node + 1] += starts[node]);
        let mut next = starts.clone();
        let mut edges = vec![0; network.edges.len()];
        for edge in 0..network.edges.len() {
            edges[next[from(edge)]] = edge;
            next[from(edge)] += 1;
        }
        Self { edges, starts }
    }

    fn from(&self, node: usize) -> &[usize] {
        &self.edges[self.starts[node]..self.starts[node + 1]]
    }
}

const UNREACHED: u32 = u32::MAX;

#[cfg(test)]
mod tests {
    use super::*;

    /// What the cheapest cut costs, found by trying all.
    fn cheapest(nodes: usize, edges: &[(usize, usize, u64, u64)]) -> u64 {
        let inner = nodes - 2;
        let cost = |sides: usize| -> u64 {
            let is_first = |node: usize| node == SOURCE || node != SINK && sides >> (node - 2) & 1 == 1;
            let cost = |&(one, other, forth, back): &(usize, usize, u64, u64)| match (
                is_first(one),
                is_first(other),
            ) {
                (true, false) => forth,
                (false, true) => back,
                _ => 0,
            };
            edges.iter().map(cost).sum()
        };
        (0..1 << inner).map(cost).min().unwrap()
    }

    #[test]
    fn cuts_are_the_cheapest() {
        let mut state = 1u64;
        let mut random = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        for _ in 0..500 {
            let nodes = 3 + random(6) as usize;
            let edge = |_| {
                let [one, other] = [(); 2].map(|()| random(nodes as u64) as usize);
                (one, other, random(10), random(10))
            };
            let edges: Vec<_> = (0..3 * nodes).map(edge).collect();
            let mut network = Network::new(nodes);
            edges.iter().for_each(|&(one, other, forth, back)| network.add(one, other, forth, back));
            let (cost, is_first) = network.cut();
            assert_eq!(cost, cheapest(nodes, &edges), "{edges:?}");
            assert!(is_first[SOURCE] && !is_first[SINK]);
            let crossing = |&(one, other, forth, back): &(usize, usize, u64, u64)| match (
                is_first[one],
                is_first[other],
            ) {
                (true, false) => forth,
                (false, true) => back,
                _ => 0,
            };
            assert_eq!(edges.iter().map(crossing).sum::<u64>(), cost);
        }
    }
}
