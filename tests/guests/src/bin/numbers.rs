//! Writes the numbers from 1 to its first argument, each on a line; waits for its second argument's milliseconds before
//! the last one. Status 3 if nobody reads on.

use std::{env, io::Write, process::exit, thread, time::Duration};

fn main() {
    let arguments: Vec<u64> = env::args().skip(1).map(|argument| argument.parse().unwrap()).collect();
    let mut output = std::io::BufWriter::new(std::io::stdout().lock());
    for number in 1..=arguments[0] {
        if number == arguments[0] && arguments.len() > 1 {
            output.flush().unwrap();
            thread::sleep(Duration::from_millis(arguments[1]));
        }
        if let Err(error) = writeln!(output, "{number}").and_then(|()| output.flush()) {
            eprintln!("{error}");
            exit(3);
        }
    }
}
