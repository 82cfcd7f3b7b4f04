//! Pipes between apps, by reference: an image links them if its manifest names one.

use super::{board::Board, slice};
use crate::lock::Relax;
use alloc::{sync::Arc, vec::Vec};
use sinter_abi::image::{App, Image, NO_PIPE};
use wasi_kernel::{
    Stream,
    pipe::{Reader, Writer, pipe},
};

/// What an app has in place of the console's streams. A pipe's end closes when the last clone is dropped.
#[derive(Default, Clone)]
pub struct Ends {
    /// Standard input.
    pub input: Option<Arc<dyn Stream>>,
    /// Standard output.
    pub output: Option<Arc<dyn Stream>>,
}

/// What the driver of pipes is: a function that makes all pipes between these apps and gives each app its ends.
type Driver = fn(&[App]) -> Vec<Ends>;

/// The ends of pipes of each app. They are made before the first app runs, so that no pipe looks as if all had left it.
pub fn ends(image: &Image) -> Vec<Ends> {
    let apps = slice(&image.apps);
    if image.pipes == 0 {
        return apps.iter().map(|_| Ends::default()).collect();
    }
    // SAFETY: the linker step puts the address of a driver there, which has this type.
    let driver: Driver = unsafe { core::mem::transmute(image.pipes) };
    driver(apps)
}

/// The driver of pipes, [`sinter_abi::image::PIPES`].
#[unsafe(no_mangle)]
fn sinter_pipes(apps: &[App]) -> Vec<Ends> {
    let mut pipes = Vec::<(Reader<Board, Relax>, Writer<Board, Relax>)>::new();
    let numbers = apps.iter().flat_map(|app| [app.stdin, app.stdout]);
    let count = numbers.filter(|&number| number != NO_PIPE).map(|number| number + 1).max();
    for _ in 0..count.unwrap_or(0) {
        let Ok(ends) = pipe(Board) else { panic!("no memory for the pipes between apps") };
        pipes.push(ends);
    }
    let pipe = |number: u32| pipes.get(number as usize);
    let ends = apps.iter().map(|app| Ends {
        input: pipe(app.stdin).map(|(reader, _)| Arc::new(reader.clone()) as _),
        output: pipe(app.stdout).map(|(_, writer)| Arc::new(writer.clone()) as _),
    });
    ends.collect()
}
