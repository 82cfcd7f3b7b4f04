//! panic [nested|overflow|index|unwrap]: panics in one of several ways. Each prints its message and aborts.

use std::env;

fn main() {
    let how = env::args().nth(1).unwrap_or_default();
    let number = how.len();
    match how.as_str() {
        // A panic while the first one's value is dropped.
        "nested" => {
            let _guard = Guard;
            panic!("the first of two");
        }
        "overflow" => println!("{}", (number as u8).checked_sub(9).expect("8 - 9 does not fit")),
        "index" => println!("{}", [1, 2, 3][number]),
        "unwrap" => println!("{:?}", how.parse::<u32>().unwrap()),
        _ => panic!("as asked, {how:?}"),
    }
}

struct Guard;

impl Drop for Guard {
    fn drop(&mut self) {
        println!("this is never dropped, because a panic aborts");
    }
}
