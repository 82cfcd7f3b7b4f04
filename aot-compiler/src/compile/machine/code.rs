//! A function's machine code in blocks, which one pass after the other changes.

use super::{
    WORD, before_jump,
    blocks::{self, Block},
    edit,
    lines::Line,
    word,
};
use crate::compile::codegen::Compiled;

/// Machine code, and what is known about it as it is now.
pub struct Code<'a> {
    /// The code.
    pub unit: &'a mut Compiled,
    /// Its blocks, in their order.
    pub blocks: Vec<Block>,
}

impl<'a> Code<'a> {
    /// That of `unit`.
    pub fn new(unit: &'a mut Compiled) -> Self {
        let blocks = Block::all(unit);
        Self { unit, blocks }
    }

    /// Finds the blocks again, as they are others.
    pub fn renew(&mut self) {
        self.blocks = Block::all(self.unit);
    }

    /// Has `rewrite` change the instructions of each block, in their order. Those that become `None` are taken out.
    pub fn rewrite(&mut self, mut rewrite: impl FnMut(&mut [Option<Line>], &Block)) {
        let fixed = self.fixed();
        let mut lines = Vec::new();
        let mut changed = Vec::new();
        let mut removed = Vec::new();
        for (number, block) in self.blocks.iter().enumerate() {
            let places = block.range.clone().step_by(WORD);
            let unit = &*self.unit;
            let line = |at| {
                let (is_fixed, passed) = (fixed[at / WORD], unit.passed(at));
                Some(Line { word: word(&unit.code, at), is_fixed, passed })
            };
            lines.clear();
            lines.extend(places.clone().map(line));
            let code = &mut self.unit.code;
            rewrite(&mut lines, block);
            let mut is_changed = false;
            for (at, line) in places.zip(&lines) {
                match line {
                    Some(line) if line.word == word(code, at) => continue,
                    Some(line) => code[at..at + WORD].copy_from_slice(&line.word.to_le_bytes()),
                    None => removed.push(at),
                }
                is_changed = true;
            }
            changed.extend(is_changed.then_some(number));
        }
        if !changed.is_empty() {
            self.remove(&removed);
            self.update(&changed);
        }
    }

    /// Takes out the instructions at the byte offsets `removed`, which ascend.
    fn remove(&mut self, removed: &[usize]) {
        if removed.is_empty() {
            return;
        }
        let moved = edit::remove(self.unit, removed);
        for block in &mut self.blocks {
            block.range = moved[block.range.start / WORD]..moved[block.range.end / WORD];
        }
    }

    /// Looks at the blocks with the numbers `changed` again.
    fn update(&mut self, changed: &[usize]) {
        // Where a block was of which nothing is left, control comes from elsewhere.
        if changed.iter().any(|&number| self.blocks[number].range.is_empty()) {
            return self.renew();
        }
        for &number in changed {
            self.blocks[number].update(self.unit);
        }
        blocks::find_live(&mut self.blocks);
    }

    /// By words, what the linker fills in, and the instructions before a jump, by which its table is known.
    pub fn fixed(&self) -> Vec<bool> {
        let mut fixed = self.tables();
        fixed.iter_mut().zip(edit::linked(self.unit)).for_each(|(fixed, is_linked)| *fixed |= is_linked);
        fixed
    }

    /// By words, the instructions before jumps, by which their tables are known.
    pub fn tables(&self) -> Vec<bool> {
        let mut tables = vec![false; self.unit.code.len() / WORD];
        for block in &self.blocks {
            let last = block.range.end - WORD;
            if blocks::is_jump(word(&self.unit.code, last)) {
                let number = last / WORD;
                let before = before_jump(&self.unit.code, last);
                tables[number.saturating_sub(before)..=number].fill(true);
            }
        }
        tables
    }
}
