//! Starts the image's apps, and does what the manifest says when they end.
//!
//! It is the main thread, of higher priority than all apps, and waits most of the time. An app's thread that
//! ends wakes it.

use crate::{
    arch::aarch64::{cpu, timer},
    console::console,
    drivers::{led, mailbox, power, semihosting},
    fs::{self, Syncer},
    log, report, sched,
    wasm::{
        instance::StartError,
        pipes::{self, Ends},
        program::{self, End, Program},
        slice, text,
    },
    watchdog::Watchdog,
};
use alloc::vec::Vec;
use core::{
    fmt::{self, Display},
    mem, ptr,
};
use sinter_abi::{
    ABI_VERSION,
    image::{App, Image, OnExit},
    module::Module,
};

unsafe extern "C" {
    /// The image's configuration, from the object that the linker step generates.
    static sinter_image: Image;
}

/// The image's configuration.
pub fn image() -> &'static Image {
    // SAFETY: constant data that the linker step defines with this type.
    unsafe { &sinter_image }
}

/// How an app's last run went.
#[derive(Debug, Clone, Copy)]
pub enum Outcome {
    /// It could not be started.
    NotStarted(StartError),
    /// It ended.
    Ended(End),
}

/// What is known of an app.
pub struct Record {
    /// Its configuration.
    pub app: &'static App,
    /// How its last run went.
    pub outcome: Option<Outcome>,
    /// How often it was started again.
    pub restarts: u32,
    /// Cycles in all its runs.
    pub cycles: u64,
    /// The most memory that a run held, in bytes.
    pub peak: u64,
    /// When its last run was begun, in nanoseconds since power-on.
    started: u64,
    /// How long it took until its thread was ready, in nanoseconds.
    ready_after: u64,
    /// When it was started again, in nanoseconds since power-on, within the manifest's window.
    restarted: Vec<u64>,
    /// Its ends of pipes, for the starts to come: as long as it may start again, they do not close.
    ends: Ends,
}

impl Record {
    /// Whether the last run ended as the manifest says.
    pub fn as_expected(&self) -> bool {
        match self.outcome {
            Some(Outcome::Ended(end)) => end.expectation() == self.app.expect,
            Some(Outcome::NotStarted(_)) | None => false,
        }
    }

    /// Enters the result of a run.
    fn enter(&mut self, program: &Program) {
        self.outcome = program.end().map(Outcome::Ended);
        self.cycles += program.cycles();
        self.peak = self.peak.max(program.held());
    }

    /// Logs the figures of a run whose memory has just been given back, exactly: benchmarks read them.
    fn log_run(&self, cycles: u64, held: u64) {
        let (name, ready, end) = (text(&self.app.name), self.ready_after, timer::now() - self.started);
        log!("{name}: {end} ns from start to end, {cycles} cycles, {held} bytes, ready after {ready} ns");
    }

    /// Starts the app; whether that succeeded.
    fn start(&mut self) -> bool {
        self.started = timer::now();
        let may_come_again = self.app.on_exit == OnExit::Restart as u32;
        let ends = if may_come_again { self.ends.clone() } else { mem::take(&mut self.ends) };
        match Program::of_app(self.app, ends) {
            Ok(program) => {
                program::launch(program);
                self.ready_after = timer::now() - self.started;
                true
            }
            Err(error) => {
                self.outcome = Some(Outcome::NotStarted(error));
                log!("{}: not started: {}", text(&self.app.name), error);
                self.ends = Ends::default();
                false
            }
        }
    }

    /// Whether the manifest allows another restart now, of which note is taken.
    fn may_restart(&mut self) -> bool {
        let now = timer::now();
        let window = u64::from(self.app.restart_window_s) * 1_000_000_000;
        self.restarted.retain(|&at| now - at < window);
        let may = self.restarted.len() < self.app.restart_max as usize;
        if may {
            self.restarted.push(now);
            self.restarts += 1;
        }
        may
    }
}

/// Runs the apps to their ends and then ends the emulator, or halts the board. `entry` is the tick of the
/// kernel's entry.
pub fn run(entry: u64) -> ! {
    let image = image();
    assert!(image.abi_version == ABI_VERSION, "the image was linked for ABI version {}", image.abi_version);
    let apps = slice(&image.apps);
    let exact = cpu::counts_instructions();
    report::banner(image);
    let Ok(()) = sched::init(apps.len() + 1) else { panic!("no memory for the scheduler") };

    if image.main != 0 {
        // SAFETY: the linker step puts the address of such a driver there.
        let driver: extern "C" fn() -> ! = unsafe { core::mem::transmute(image.main) };
        driver();
    }
    let new = |(app, ends)| Record {
        app,
        outcome: None,
        restarts: 0,
        cycles: 0,
        peak: 0,
        started: 0,
        ready_after: 0,
        restarted: Vec::new(),
        ends,
    };
    let mut records: Vec<Record> = apps.iter().zip(pipes::ends(image)).map(new).collect();
    let mut running = 0;
    for record in &mut records {
        // SAFETY: the linker step points each app to its module, in constant data.
        let module: &Module = unsafe { &*record.app.module };
        let version = module.abi_version;
        assert!(version == ABI_VERSION, "{} was compiled for ABI version {version}", text(&module.name));
        running += usize::from(record.start());
    }
    let (cores, ram) = (sched::cores().count_ones(), report::ram_in_use());
    log!("{running} apps started {} us after the kernel's entry; cores: {cores}, RAM: {ram}", since(entry));

    let (mut watchdog, mut syncer) = (Watchdog::start(), Syncer::new());
    while running > 0 {
        watchdog.feed();
        syncer.sync_if_due();
        let Some(thread) = sched::take_ended() else {
            sched::wait(watchdog.due().min(syncer.due()));
            continue;
        };
        // SAFETY: the thread was started by `Record::start` and has just been taken.
        let program = unsafe { program::reclaim(thread) };
        let Some(record) = record_of(&program, &mut records) else { continue };
        record.enter(&program);
        let (cycles, held) = (program.cycles(), program.held());
        drop(program);
        record.log_run(cycles, held);
        let again = match record.app.on_exit {
            on_exit if on_exit == OnExit::Restart as u32 => record.may_restart() && record.start(),
            on_exit if on_exit == OnExit::Reboot as u32 => {
                log!("{} has ended: rebooting", text(&record.app.name));
                fs::sync();
                console().flush();
                power::reset();
            }
            _ => false,
        };
        if !again {
            record.ends = Ends::default();
            running -= 1;
        }
    }

    fs::finish();
    watchdog.stop();
    let (cores, ram) = (sched::cores().count_ones(), report::ram_in_use());
    log!("all apps have ended {} us after the kernel's entry; cores: {cores}, RAM: {ram}", since(entry));
    report::closing_table(&records, exact && sched::cores() == 1);
    finish(u8::from(!records.iter().all(Record::as_expected)))
}

/// Microseconds since the tick `entry`.
fn since(entry: u64) -> impl Display {
    let nanos = timer::nanos(timer::ticks() - entry);
    fmt::from_fn(move |f| write!(f, "{}.{:03}", nanos / 1000, nanos % 1000))
}

/// The record of the app that `program` ran.
fn record_of<'a>(program: &Program, records: &'a mut [Record]) -> Option<&'a mut Record> {
    let app = program.app()?;
    records.iter_mut().find(|record| ptr::eq(record.app, app))
}

/// Ends the emulator with `status`, or halts the board: with its LED off, or blinking twice in a row.
pub fn finish(status: u8) -> ! {
    console().flush();
    if mailbox::is_qemu() {
        semihosting::exit(status);
    }
    led::blink(if status == 0 { 0 } else { 2 })
}
