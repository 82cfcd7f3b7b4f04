//! cat: copies standard input to standard output until its end, then says on standard error how much it was.

use std::io;

fn main() -> io::Result<()> {
    let bytes = io::copy(&mut io::stdin().lock(), &mut io::stdout().lock())?;
    eprintln!("{bytes} bytes");
    Ok(())
}
