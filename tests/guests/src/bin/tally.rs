//! Counts the lines of its input and adds up the numbers in them; stops after as many lines as its argument says.

use std::{env, io};

fn main() {
    let most = env::args().nth(1).map_or(usize::MAX, |argument| argument.parse().unwrap());
    let numbers = io::stdin().lines().take(most).map(|line| line.unwrap().parse::<u64>().unwrap());
    let (count, sum) = numbers.fold((0, 0), |(count, sum), number| (count + 1, sum + number));
    println!("{count} lines, sum {sum}");
}
