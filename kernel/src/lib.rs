//! Sinter's kernel: it runs compiled WebAssembly programs on a Raspberry Pi 3, and nothing else.
//!
//! Four principles:
//!
//! 1. *An app can only hurt itself.* What an app may touch is decided by translation tables and by the
//!    compiler; whatever it does beyond that, or whatever it exhausts, ends in its own trap or in an errno.
//! 2. *A number from an app is an allegation.* Pointers and lengths are numbers until they were compared with
//!    the memory's current size, and the pages behind them are there before any lock is taken.
//! 3. *The kernel does not wait with its hands full.* A thread in kernel code is never preempted, and gives
//!    the core away only at places where it holds no lock. So a spin lock is held for a few instructions by a
//!    thread that runs.
//! 4. *A fault has one owner.* Exceptions of apps are traps with a report; exceptions of the kernel are
//!    panics. There is nothing between the two.
//!
//! From below: [`arch`] is what depends on the processor, [`bsp`] and [`drivers`] what depends on the board;
//! [`mm`] gives memory, [`sched`] the core; [`wasm`] makes apps of these; [`supervisor`] starts them and
//! tells how they ended.
#![no_std]

extern crate alloc;

mod arch;
mod bsp;
mod chainloader;
mod console;
mod drivers;
mod fs;
mod lock;
mod mm;
mod panic;
mod report;
mod sched;
mod supervisor;
mod wasm;
mod watchdog;

use arch::aarch64::{cpu, exception, timer};
use bsp::rpi3;
use console::screen::screen;
use drivers::{interrupts, mailbox};

/// The kernel's first Rust code, on core 0 with the boot map on. `entry` is the tick at which the kernel was
/// entered.
extern "C" fn kernel_main(entry: u64) -> ! {
    sched::adopt_main();
    exception::install();
    timer::init();
    cpu::start_cycle_counter();
    sched::init_core();

    console::console().init();
    let ram_end = mailbox::arm_memory().map_or(rpi3::RAM_DEFAULT, |(base, size)| base + size);
    let picture = screen().and_then(|screen| screen.init());
    // SAFETY: once, with the boot map on and as much RAM as the firmware says.
    unsafe { mm::map::install(ram_end.min(rpi3::PERIPHERALS.start), picture) };

    interrupts::init(0);
    supervisor::run(entry)
}

/// The first Rust code of the other cores, on their idle threads' stacks with the final map on.
extern "C" fn secondary_main(core: usize) -> ! {
    sched::adopt_idle(core);
    exception::install();
    cpu::start_cycle_counter();
    sched::init_core();
    interrupts::init(core);
    sched::idle()
}
