//! exhaust: allocates until no memory is left, handles the error, frees all and allocates half of it again; then goes
//! on until the standard library ends the program.

const BLOCK: usize = 1 << 20;
const PAGE: usize = 4096;

fn main() {
    let mut blocks = Vec::with_capacity(4096);
    let error = loop {
        let mut block: Vec<u8> = Vec::new();
        match block.try_reserve_exact(BLOCK) {
            Ok(()) => block.resize(BLOCK, 0xa5),
            Err(error) => break error,
        }
        blocks.push(block);
    };
    println!("refused: {error}");
    println!("at least one block before: {}", !blocks.is_empty());
    let intact = blocks.iter().flat_map(|block| block.iter().step_by(PAGE)).all(|&byte| byte == 0xa5);
    println!("all as written: {intact}");
    let number = blocks.len();
    eprintln!("{number} blocks of 1 MiB");
    blocks.clear();
    blocks.extend((0..number / 2).map(|_| vec![1; BLOCK]));
    println!("half of it again: {}", blocks.len() == number / 2);
    loop {
        blocks.push(vec![1; BLOCK]);
    }
}
