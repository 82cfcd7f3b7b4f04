//! Prints its arguments, and its environment in order.

use std::env;

fn main() {
    env::args().for_each(|argument| println!("{argument:?}"));
    let mut variables: Vec<_> = env::vars().collect();
    variables.sort();
    variables.iter().for_each(|(name, value)| println!("{name}={value:?}"));
}
