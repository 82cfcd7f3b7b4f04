//! mix: CoreMark's mix of work in Rust of our own, without its figures' claims: a linked list that is searched, reversed and
//! sorted, a product of matrices of 16-bit integers, a state machine that tells numbers from other words, and a CRC of
//! all that.

use bench_apps::{Application, Random};
use std::{
    io::{Result, Write},
    process::ExitCode,
};

/// Rows and columns of the matrices.
const SIZE: usize = 24;
const NODES: usize = 128;
/// Marks the list's end.
const END: u16 = u16::MAX;

#[derive(Clone, Copy)]
struct Node {
    next: u16,
    key: u16,
    value: u16,
}

struct Mix {
    rounds: usize,
    nodes: [Node; NODES],
    head: u16,
    left: [[i16; SIZE]; SIZE],
    right: [[i16; SIZE]; SIZE],
    words: Vec<u8>,
    crc: u16,
}

impl Application for Mix {
    fn prepare(scale: usize) -> Self {
        let mut random = Random::new(9);
        let nodes = std::array::from_fn(|index| Node {
            next: if index + 1 < NODES { index as u16 + 1 } else { END },
            key: random.number() as u16 & 0xfff,
            value: random.number() as u16,
        });
        let mut matrix =
            || [[0; SIZE]; SIZE].map(|row: [i16; SIZE]| row.map(|_| random.number() as i16 >> 6));
        let (left, right) = (matrix(), matrix());
        let words = ["1234", "-12.5", "+7e-3", "0.5E+12", "abc", "12a4", "--5", "3.1.4", "-.5", "99999"];
        let words = (0..96).flat_map(|_| [random.choice(&words), ","]).collect::<String>().into_bytes();
        Self { rounds: 16 * scale, nodes, head: 0, left, right, words, crc: 0 }
    }

    fn run(&mut self) {
        for round in 0..self.rounds {
            let found = self.search(round as u16);
            self.crc = crc(self.crc, found);
            self.reverse();
            self.sort(if round.is_multiple_of(2) { |node| node.key } else { |node| node.value });
            let first = self.nodes[usize::from(self.head)];
            self.crc = crc(crc(self.crc, first.key), first.value);
            self.multiply(round as i16);
            for count in count_kinds(&self.words) {
                self.crc = crc(self.crc, count);
            }
            let changed = round * 7 % self.words.len();
            self.words[changed] ^= 1;
        }
    }

    fn result(&self, out: &mut dyn Write) -> Result<()> {
        writeln!(out, "{:04x}", self.crc)
    }
}

impl Mix {
    /// Follows the list for each of some keys, and sums up what it finds.
    fn search(&mut self, round: u16) -> u16 {
        let mut sum = 0u16;
        for key in (round..round.wrapping_add(512)).step_by(64) {
            let (mut at, mut steps) = (self.head, 0);
            while at != END && self.nodes[usize::from(at)].key != key & 0xfff {
                at = self.nodes[usize::from(at)].next;
                steps += 1;
            }
            sum = sum.wrapping_add(if at == END { steps } else { self.nodes[usize::from(at)].value });
        }
        sum
    }

    fn reverse(&mut self) {
        let (mut at, mut before) = (self.head, END);
        while at != END {
            let node = &mut self.nodes[usize::from(at)];
            (before, at, node.next) = (at, node.next, before);
        }
        self.head = before;
    }

    /// Sorts the list by merging longer and longer runs, in place.
    fn sort(&mut self, key: fn(&Node) -> u16) {
        let mut length = 1;
        loop {
            let (mut rest, mut last, mut merges) = (self.head, END, 0);
            while rest != END {
                merges += 1;
                let (mut one, mut other) = (rest, rest);
                let mut ones = 0;
                while ones < length && other != END {
                    other = self.nodes[usize::from(other)].next;
                    ones += 1;
                }
                let mut others = length;
                while ones > 0 || (others > 0 && other != END) {
                    let from_one = ones > 0
                        && (others == 0
                            || other == END
                            || key(&self.nodes[usize::from(one)]) <= key(&self.nodes[usize::from(other)]));
                    let (from, left) =
                        if from_one { (&mut one, &mut ones) } else { (&mut other, &mut others) };
                    let taken = *from;
                    *from = self.nodes[usize::from(taken)].next;
                    *left -= 1;
                    match last {
                        END => self.head = taken,
                        _ => self.nodes[usize::from(last)].next = taken,
                    }
                    last = taken;
                }
                rest = other;
            }
            self.nodes[usize::from(last)].next = END;
            if merges <= 1 {
                return;
            }
            length *= 2;
        }
    }

    /// Multiplies the matrices, and makes the sums parts of the CRC and of the left one.
    fn multiply(&mut self, round: i16) {
        for row in 0..SIZE {
            let mut product = [0i32; SIZE];
            for (inner, right) in self.right.iter().enumerate() {
                let left = i32::from(self.left[row][inner]);
                for (sum, right) in product.iter_mut().zip(right) {
                    *sum = sum.wrapping_add(left.wrapping_mul(i32::from(*right)));
                }
            }
            let sum = product.iter().fold(0i32, |sum, value| sum.wrapping_add(value >> 4));
            self.crc = crc(self.crc, sum as u16);
            self.left[row][row] = self.left[row][row].wrapping_add(round) >> 1;
        }
    }
}

/// How many words are integers, decimal fractions, have an exponent, or are no numbers.
fn count_kinds(words: &[u8]) -> [u16; 4] {
    #[derive(Clone, Copy)]
    enum State {
        Start,
        Sign,
        Integer,
        Fraction,
        Exponent,
        ExponentSign,
        Scientific,
        Invalid,
    }
    use State::*;
    let mut counts = [0; 4];
    let mut state = Start;
    for &byte in words {
        state = match (state, byte) {
            (_, b',') => {
                let kind = match state {
                    Integer => 0,
                    Fraction => 1,
                    Scientific => 2,
                    _ => 3,
                };
                counts[kind] += 1;
                Start
            }
            (Start, b'+' | b'-') => Sign,
            (Start | Sign | Integer, b'0'..=b'9') => Integer,
            (Start | Sign | Integer, b'.') => Fraction,
            (Fraction, b'0'..=b'9') => Fraction,
            (Integer | Fraction, b'e' | b'E') => Exponent,
            (Exponent, b'+' | b'-') => ExponentSign,
            (Exponent | ExponentSign | Scientific, b'0'..=b'9') => Scientific,
            _ => Invalid,
        };
    }
    counts
}

/// CRC-16/ARC of a further number, bit by bit.
fn crc(mut crc: u16, value: u16) -> u16 {
    for byte in value.to_le_bytes() {
        crc ^= u16::from(byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xa001 } else { crc >> 1 };
        }
    }
    crc
}

fn main() -> ExitCode {
    bench_apps::main::<Mix>("mix")
}
