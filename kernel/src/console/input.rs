//! What comes in on the serial port.

use crate::drivers::pl011;

/// The port's interrupt: takes what it has received.
pub fn on_interrupt() {
    while pl011::receive().is_some() {}
}
