//! hello: the smallest program with Rust's standard library.

fn main() {
    println!("Hello from Rust");
}
