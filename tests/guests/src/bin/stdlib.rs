//! stdlib: what of Rust's standard library a single-threaded WASI program has, and how the rest fails.

use std::{
    collections::{BTreeMap, HashMap},
    env, io, net, panic,
    process::Command,
    sync::{Mutex, OnceLock, mpsc},
    thread,
};

static ONCE: OnceLock<String> = OnceLock::new();

thread_local! {
    static LOCAL: std::cell::Cell<u32> = const { std::cell::Cell::new(7) };
}

fn main() {
    // The hash keys are random, the contents are not.
    let map: HashMap<u32, u32> = (0..1000).map(|i| (i, i * i)).collect();
    println!("HashMap: {} entries, sum {}", map.len(), map.values().map(|&v| u64::from(v)).sum::<u64>());
    let words = "the cat and the dog and the bird".split(' ');
    let counts = words.fold(BTreeMap::new(), |mut counts, word| {
        *counts.entry(word).or_insert(0) += 1;
        counts
    });
    println!("BTreeMap: {counts:?}");

    println!("floats: {:e} {} {:.3}", f64::MAX, 0.1 + 0.2, f64::sin(1.0));
    println!("128 bits: {}", u128::MAX / 10_000_000_019);
    println!("text: {:?}", "naïve ŝlosilo".to_uppercase());

    LOCAL.set(LOCAL.get() + 1);
    println!("thread_local: {}", LOCAL.get());
    println!("OnceLock: {:?}", ONCE.get_or_init(|| "set".into()));
    println!("Mutex: {:?}", Mutex::new(1).lock().map(|guard| *guard));
    let (sender, receiver) = mpsc::channel();
    sender.send(5).unwrap();
    println!("channel: {:?}", receiver.try_recv());

    println!("spawn: {}", outcome(thread::Builder::new().spawn(|| ()).map(drop)));
    println!("process: {}", outcome(Command::new("true").status()));
    println!("connect: {}", outcome(net::TcpStream::connect("127.0.0.1:9").map(drop)));
    println!("current_dir: {}", outcome(env::current_dir()));
    println!("stdin: {}", outcome(io::read_to_string(io::stdin())));
    println!("panics unwind: {}", cfg!(panic = "unwind"));
    println!("threads: {}", outcome(thread::available_parallelism()));
    panic::set_hook(Box::new(|info| println!("hook: {}", info.payload_as_str().unwrap_or_default())));
    panic!("the end");
}

fn outcome<T: std::fmt::Debug>(result: io::Result<T>) -> String {
    match result {
        Ok(value) => format!("{value:?}"),
        Err(error) => format!("{:?}: {error}", error.kind()),
    }
}
