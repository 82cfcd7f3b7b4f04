//! The first process on the Linux that Sinter is compared with: runs the programs that `/jobs` names, and says what
//! each run took.
//!
//! A job is a line: the number of runs, a tab, and the program with its arguments, separated by tabs, or several with a
//! `|` between them, as on a shell. For each run there is one line of JSON on the console. Then the machine halts.
//!
//! Before that it loads the kernel's modules that `/modules/order` names, one a line, and mounts the file system that `/mount`
//! names (device, tab, kind, tab, directory), if there are such files, and says in one more line of JSON what that took.

use nix::{
    kmod::{ModuleInitFlags, finit_module},
    mount::{MsFlags, mount},
    sys::{
        reboot::{RebootMode, reboot},
        resource::{UsageWho, getrusage},
        termios::tcdrain,
    },
};
use serde_json::json;
use std::{
    env,
    error::Error,
    fs::{self, File},
    io::{self, Read},
    path::Path,
    process::{Command, Stdio, id},
    thread,
    time::{Duration, Instant},
};

fn main() {
    let words: Vec<String> = env::args().skip(1).collect();
    match words.split_first() {
        // The first process, to which the kernel's command line may add words.
        _ if id() == 1 => {
            if let Err(error) = jobs() {
                println!("init: {error}");
            }
            // Debian's kernel cannot switch this board off, only halt it: whoever reads the console ends the emulator.
            let _ = reboot(RebootMode::RB_POWER_OFF);
        }
        Some((program, _)) => {
            if let Err(error) = run(&words) {
                println!("{}", json!({ "program": program, "error": error.to_string() }));
            }
        }
        None => {
            eprintln!("usage: linux-init PROGRAM [ARGS]... (it is meant to be a machine's first process)")
        }
    }
}

fn jobs() -> Result<(), Box<dyn Error>> {
    for (what, place) in [("devtmpfs", "/dev"), ("proc", "/proc"), ("tmpfs", "/tmp")] {
        mount(Some(what), place, Some(what), MsFlags::empty(), None::<&str>)?;
    }
    prepare()?;
    // Whoever asks for random numbers first would wait until there are some, and time would pass in idleness.
    File::open("/dev/random")?.read_exact(&mut [0])?;
    for job in fs::read_to_string("/jobs")?.lines() {
        let (runs, command) = job.split_once('\t').ok_or("a job begins with the number of its runs")?;
        for _ in 0..runs.parse()? {
            // A process of its own for each run, so that the peaks of its children are those of the program alone.
            Command::new("/proc/self/exe").args(command.split('\t')).status()?;
            // The port's interrupts are not to disturb the next run.
            tcdrain(io::stdout())?;
        }
    }
    Ok(())
}

/// Loads modules, and mounts what is to be measured on.
fn prepare() -> Result<(), Box<dyn Error>> {
    for module in fs::read_to_string("/modules/order").unwrap_or_default().lines() {
        finit_module(&File::open(format!("/modules/{module}"))?, c"", ModuleInitFlags::empty())?;
    }
    let Ok(line) = fs::read_to_string("/mount") else { return Ok(()) };
    let words: Vec<&str> = line.trim_end().split('\t').collect();
    let [device, kind, place] = words[..] else { return Err("/mount is not three words".into()) };
    // The card is looked for when its driver is there, but not by it.
    for _ in 0..100 {
        if Path::new(device).exists() {
            break;
        }
        thread::sleep(Duration::from_millis(100));
    }
    let start = Instant::now();
    mount(Some(device), place, Some(kind), MsFlags::empty(), None::<&str>)?;
    println!("{}", json!({ "mounted_ns": start.elapsed().as_nanos() as u64 }));
    tcdrain(io::stdout())?;
    Ok(())
}

/// Runs a program, or several behind each other, and says what that took, from before the first process is created to
/// after all are gone. The status is the first that is not 0, and the memory that of the program that held most.
fn run(words: &[String]) -> Result<(), Box<dyn Error>> {
    let start = Instant::now();
    let (mut children, mut output) = (Vec::new(), None);
    for stage in words.split(|word| word == "|") {
        let (program, args) = stage.split_first().ok_or("a program is missing")?;
        let input = output.take().map_or_else(Stdio::null, Stdio::from);
        let mut child = Command::new(program).args(args).stdin(input).stdout(Stdio::piped()).spawn()?;
        output = child.stdout.take();
        children.push(child);
    }
    let mut status = Some(0);
    for child in &mut children {
        let code = child.wait()?.code();
        status = if status == Some(0) { code } else { status };
    }
    let wall = start.elapsed();
    let mut stdout = String::new();
    output.ok_or("no pipe")?.read_to_string(&mut stdout)?;
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let line = json!({
        "program": words[0],
        "status": status,
        "stdout": stdout,
        "wall_ns": wall.as_nanos() as u64,
        "peak_kib": usage.max_rss(),
        "page_faults": usage.minor_page_faults() + usage.major_page_faults(),
    });
    println!("{line}");
    Ok(())
}
