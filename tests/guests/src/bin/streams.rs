//! Copies standard input to standard output in capitals, counts it on standard error, and ends with status 7.

use std::io::{Read, Write, stderr, stdin, stdout};

fn main() {
    let (mut buffer, mut bytes, mut reads) = ([0; 1000], 0, 0);
    while let count @ 1.. = stdin().read(&mut buffer).expect("standard input is readable") {
        buffer.make_ascii_uppercase();
        stdout().write_all(&buffer[..count]).expect("standard output is writable");
        bytes += count;
        reads += 1;
    }
    stdout().flush().expect("standard output is writable");
    // The end stays the end.
    assert_eq!(stdin().read(&mut buffer).expect("standard input is readable"), 0);
    write!(stderr(), "{bytes} bytes\nread: {}\n", reads > 0).expect("standard error is writable");
    std::process::exit(7);
}
