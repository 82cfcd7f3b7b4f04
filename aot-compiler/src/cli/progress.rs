//! Progress bars.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::{
    sync::Once,
    time::{Duration, Instant},
};

/// What takes less time than this shows no bar.
const PATIENCE: Duration = Duration::from_millis(500);

/// A bar that counts functions: on a terminal only, after a while only, and gone in the end.
pub struct Progress {
    bar: ProgressBar,
    start: Instant,
    shown: Once,
}

impl Progress {
    /// For the compilation of the module `name`.
    pub fn new(name: &str) -> Self {
        let style = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} functions");
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden())
            .with_style(style.expect("the template is right"))
            .with_message(format!("compiling {name}"));
        Self { bar, start: Instant::now(), shown: Once::new() }
    }

    /// One more of `total` functions is done.
    pub fn step(&self, total: usize) {
        self.bar.set_length(total as u64);
        self.bar.inc(1);
        if self.start.elapsed() > PATIENCE {
            self.shown.call_once(|| self.bar.set_draw_target(ProgressDrawTarget::stderr()));
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// A bar for `size` bytes that `what` says what is done with.
pub fn bytes(what: &'static str, size: u64) -> ProgressBar {
    let style =
        ProgressStyle::with_template("{msg:>9} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta}");
    ProgressBar::new(size).with_style(style.expect("the template is right")).with_message(what)
}
