//! sha256: the hash of a firmware image in blocks, as an update is checked, by the crate sha2.

use bench_apps::{Application, Random};
use sha2::{Digest, Sha256};
use std::{
    io::{Result, Write},
    process::ExitCode,
};

struct Hash {
    image: Vec<u8>,
    blocks: Vec<[u8; 32]>,
}

impl Application for Hash {
    fn prepare(scale: usize) -> Self {
        let mut random = Random::new(2);
        let image = (0..scale * 8192).flat_map(|_| random.number().to_le_bytes()).collect();
        Self { image, blocks: Vec::new() }
    }

    /// The hashes of all blocks of 4 KiB, and that of the whole.
    fn run(&mut self) {
        self.blocks = self.image.chunks(4096).map(|block| Sha256::digest(block).into()).collect();
        self.blocks.push(Sha256::digest(&self.image).into());
    }

    fn result(&self, out: &mut dyn Write) -> Result<()> {
        out.write_all(self.blocks.as_flattened())
    }
}

fn main() -> ExitCode {
    bench_apps::main::<Hash>("sha256")
}
