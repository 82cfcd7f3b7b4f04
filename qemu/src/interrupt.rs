//! Ctrl-C, `SIGTERM` and `SIGHUP` end every guest before they end this process.
//!
//! The first signal kills the guests and leaves the process to whoever waits for them, so that temporary files are
//! removed and the status is right; the second has its usual effect.

use crate::guest::Process;
use signal_hook::{
    consts::{SIGHUP, SIGINT, SIGTERM},
    flag,
    iterator::Signals,
};
use std::{
    io,
    sync::{
        Arc, Mutex, OnceLock, PoisonError, Weak,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
};

const SIGNALS: [i32; 3] = [SIGINT, SIGTERM, SIGHUP];

static GUESTS: Mutex<Vec<Weak<Process>>> = Mutex::new(Vec::new());
/// Number of the signal that came, or 0.
static SIGNAL: OnceLock<Arc<AtomicUsize>> = OnceLock::new();

/// The signal that came since the first guest was started, by its number.
pub fn interrupted() -> Option<i32> {
    let signal = SIGNAL.get()?.load(Ordering::Acquire);
    (signal != 0).then_some(signal as i32)
}

/// Has `guest` killed when a signal comes, or now if one came.
pub(crate) fn register(guest: &Arc<Process>) {
    let mut guests = GUESTS.lock().unwrap_or_else(PoisonError::into_inner);
    guests.retain(|guest| guest.strong_count() > 0);
    guests.push(Arc::downgrade(guest));
    if interrupted().is_some() {
        guest.kill();
    }
}

/// Begins to listen for signals, once in the life of the process.
pub(crate) fn listen() -> io::Result<()> {
    static LISTENING: Mutex<bool> = Mutex::new(false);
    let mut listening = LISTENING.lock().unwrap_or_else(PoisonError::into_inner);
    if *listening {
        return Ok(());
    }
    let came = Arc::new(AtomicBool::new(false));
    let number = SIGNAL.get_or_init(Arc::default);
    for signal in SIGNALS {
        flag::register_conditional_default(signal, came.clone())?;
        flag::register(signal, came.clone())?;
        flag::register_usize(signal, number.clone(), signal as usize)?;
    }
    let mut signals = Signals::new(SIGNALS)?;
    thread::spawn(move || {
        for _ in signals.forever() {
            for guest in
                GUESTS.lock().unwrap_or_else(PoisonError::into_inner).iter().filter_map(Weak::upgrade)
            {
                guest.kill();
            }
        }
    });
    *listening = true;
    Ok(())
}
