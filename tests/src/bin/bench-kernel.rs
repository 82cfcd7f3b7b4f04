//! Measures what the kernel's own work costs, in executed instructions under QEMU, beside Linux on the same emulated
//! board; prints a table and writes `build/bench/kernel.json`.

use serde_json::{Value, json};
use sinter_qemu::{Console, Machine};
use sinter_tests::{Guest, c, images, sinter, workspace};
use std::{error::Error, fs, path::Path};
use tempfile::TempDir;

/// One measured value.
struct Figure {
    name: &'static str,
    value: f64,
    unit: &'static str,
    /// Linux 6.1 (Debian's kernel and defaults) on the same emulated board.
    peer: Option<f64>,
    /// What it is to be at most.
    aim: Option<f64>,
}

/// An app of an image: name, arguments, further keys.
type App<'a> = (&'a str, &'a str, &'a str);

/// Boots apps of the program `measure`, counting instructions, and returns what the serial port showed.
fn boot(measure: &Guest, apps: &[App]) -> Result<String, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    fs::copy(measure, folder.path().join("measure.wasm"))?;
    write_manifest(&folder, apps)?;
    Ok(images::succeed(&folder, &["--icount"]))
}

fn write_manifest(folder: &TempDir, apps: &[App]) -> std::io::Result<()> {
    let app = |(name, args, keys): &App| {
        format!("[app.{name}]\nmodule = 'measure.wasm'\nargs = [{args}]\n{keys}\n")
    };
    fs::write(folder.path().join("image.toml"), apps.iter().map(app).collect::<String>())
}

/// The number behind `label` and before anything that is not a part of one.
fn number(output: &str, label: &str) -> Result<f64, Box<dyn Error>> {
    let start = output.find(label).ok_or_else(|| format!("no {label:?} in\n{output}"))? + label.len();
    let rest = &output[start..];
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
    Ok(rest[..end].parse()?)
}

/// Medians of what it takes to start an app and to end it, over its runs: both without the switches to its thread and
/// away from it, and without the line about the run in the kernel's log.
fn start_and_end(output: &str) -> Result<(f64, f64), Box<dyn Error>> {
    let (mut starts, mut ends) = (Vec::new(), Vec::new());
    for line in output.lines().filter(|line| line.contains(" ns from start to end")) {
        let numbers = line.split_once("]").ok_or("no time")?.1;
        let numbers = numbers.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty());
        let numbers: Vec<f64> = numbers.map(str::parse).collect::<Result<_, _>>()?;
        let [all, run, _, start] = numbers[..] else {
            return Err(format!("not four numbers: {line}").into());
        };
        starts.push(start);
        ends.push(all - start - run);
    }
    let median = |values: &mut Vec<f64>| {
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    if starts.is_empty() {
        return Err(format!("no runs in\n{output}").into());
    }
    Ok((median(&mut starts), median(&mut ends)))
}

/// The closing table's instructions of all apps together.
fn instructions(output: &str, apps: &[App]) -> Result<f64, Box<dyn Error>> {
    let mut sum = 0.0;
    for (name, ..) in apps {
        let result = images::result(output, name);
        let mut columns = result.rsplit("  ").map(str::trim).filter(|column| !column.is_empty());
        sum += columns.nth(1).ok_or("a column is missing")?.replace(',', "").parse::<f64>()?;
    }
    Ok(sum)
}

fn measure_all() -> Result<Vec<Figure>, Box<dyn Error>> {
    const INSTRUCTIONS: &str = "instructions";
    /// Apps beyond the first in the image that shows what each of them costs.
    const MORE: usize = 100;
    /// Nanoseconds of a turn of one of two busy threads (`sched::LEAD`, twice).
    const TURN: f64 = 5e6;
    let guest = c("measure");
    let output = boot(&guest, &[("a", "'yield'", ""), ("b", "'yield-back'", "")])?;
    let switches = number(&output, "yield ")?;
    let pipes = [
        ("a", "'ping'", "stdout = 'pipe:there'\nstdin = 'pipe:back'"),
        ("b", "'pong'", "stdout = 'pipe:back'\nstdin = 'pipe:there'"),
    ];
    let pipe = number(&boot(&guest, &pipes)?, "pipe ")?;
    let touch = number(&boot(&guest, &[("a", "'touch'", "")])?, "touch ")?;
    let latency = number(&boot(&guest, &[("a", "'sleeper'", "")])?, "latency ")?;

    let one = boot(&guest, &[("a", "'start'", "")])?;
    let entry = number(&one, "start ")?;
    let names: Vec<_> = (0..=MORE).map(|number| format!("a{number}")).collect();
    let many: Vec<_> = names.iter().map(|name| (&name[..], "'none'", "expect = 2")).collect();
    let (one, many) = (boot(&guest, &many[..1])?, boot(&guest, &many)?);
    let again = "expect = 2\non_exit = 'restart'\nrestart = { max = 100, window_s = 60 }";
    let (ready, end) = start_and_end(&boot(&guest, &[("a", "'none'", again)])?)?;
    let ram = |output: &str| -> Result<f64, Box<dyn Error>> {
        let start = output.find("RAM: ").ok_or("no RAM in the log")?;
        let unit =
            if output[start..].lines().next().unwrap_or_default().contains("MiB") { 1024.0 } else { 1.0 };
        Ok(number(output, "RAM: ")? * unit)
    };

    let busy = [("a", "'compute'", ""), ("b", "'compute'", "")];
    let alone = instructions(&boot(&guest, &busy[..1])?, &busy[..1])?;
    let both = instructions(&boot(&guest, &busy)?, &busy)?;
    let [two, four] = [on_four_cores(&guest, 2)?, on_four_cores(&guest, 4)?];
    let preemption = (both - 2.0 * alone) / (both / TURN).floor();

    let figure = |name, value, unit, peer, aim| Figure { name, value, unit, peer, aim };
    Ok(vec![
        figure("yield to another app and back", switches, INSTRUCTIONS, Some(4739.0), Some(300.0)),
        figure(
            "a byte through a pipe to a waiting app and back",
            pipe,
            INSTRUCTIONS,
            Some(12505.0),
            Some(1000.0),
        ),
        figure("first touch of a page, in sequence", touch, INSTRUCTIONS, Some(2610.0), Some(250.0)),
        figure(
            "start of an app, until it is switched to",
            ready + switches / 2.0,
            INSTRUCTIONS,
            Some(124_934.0),
            Some(15_000.0),
        ),
        figure("end of an app and return of its memory", end, INSTRUCTIONS, None, None),
        figure("timer interrupt with preemption", preemption, INSTRUCTIONS, None, Some(400.0)),
        figure("from the timer to the app that slept", latency, INSTRUCTIONS, None, None),
        figure("two equal apps on four cores, over twice one", two, "% of instructions", None, None),
        figure("four equal apps on four cores, over four times one", four, "% of instructions", None, None),
        figure(
            "power-on to the first app's main",
            entry,
            INSTRUCTIONS,
            Some(944_900_000.0),
            Some(1_000_000.0),
        ),
        figure("RAM in use with one app", ram(&one)?, "KiB", Some(62_860.0), None),
        figure("RAM in use with 101 apps", ram(&many)?, "KiB", None, None),
        figure("image with one app", image_size(&guest)?, "KiB", Some(32_900.0), None),
    ])
}

/// What four cores execute until `count` apps have computed the same, in percent of so many times what it takes for one app.
/// The virtual clock counts all cores, so this shows what sharing the work costs, and not how fast it is.
fn on_four_cores(measure: &Guest, count: usize) -> Result<f64, Box<dyn Error>> {
    let names = ["a", "b", "c", "d"];
    let time = |count: usize| -> Result<f64, Box<dyn Error>> {
        let apps: Vec<_> = names[..count].iter().map(|name| (*name, "'compute'", "")).collect();
        let folder = build(measure, &apps)?;
        let kernel = folder.path().join("kernel8.img");
        let machine = Machine {
            count_instructions: true,
            count_all_cores: true,
            ..Machine::new(&kernel, Console::Serial)
        };
        let mut output = Vec::new();
        machine.run(&mut output)?;
        let output = String::from_utf8_lossy(&output).into_owned();
        if !output.contains("cores: 4") {
            return Err(format!("not on four cores:\n{output}").into());
        }
        Ok(number(&output, "ended ")? - number(&output, "started ")?)
    };
    Ok(100.0 * time(count)? / (count as f64 * time(1)?))
}

/// KiB of `kernel8.img` with one app.
fn image_size(measure: &Guest) -> Result<f64, Box<dyn Error>> {
    let folder = build(measure, &[("a", "", "")])?;
    Ok(fs::metadata(folder.path().join("kernel8.img"))?.len() as f64 / 1024.0)
}

/// A folder with the image `kernel8.img` of these apps.
fn build(measure: &Guest, apps: &[App]) -> Result<TempDir, Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    fs::copy(measure, folder.path().join("measure.wasm"))?;
    write_manifest(&folder, apps)?;
    let arguments = ["image", "--kernel-only", "image.toml", "-o", "kernel8.img"];
    sinter().current_dir(&folder).args(arguments).assert().try_success()?;
    Ok(folder)
}

fn write_json(figures: &[Figure], path: &Path) -> std::io::Result<()> {
    let list: Vec<Value> = figures
        .iter()
        .map(|Figure { name, value, unit, peer, aim }| {
            json!({ "name": name, "value": value.round(), "unit": unit, "peer": peer, "aim": aim })
        })
        .collect();
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, serde_json::to_string_pretty(&list)? + "\n")
}

fn main() -> Result<(), Box<dyn Error>> {
    let figures = measure_all()?;
    let text = |value: Option<f64>| value.map_or("-".into(), |value| format!("{value:.0}"));
    println!("{:50} {:>10} {:>12} {:>10} {:>8}  unit", "", "Sinter", "Linux 6.1", "ratio", "aim");
    for Figure { name, value, unit, peer, aim } in &figures {
        let ratio = peer.map_or("-".into(), |peer| format!("{:.3}", value / peer));
        let mark = if aim.is_some_and(|aim| *value > aim) { " (missed)" } else { "" };
        println!("{name:50} {value:>10.0} {:>12} {ratio:>10} {:>8}  {unit}{mark}", text(*peer), text(*aim));
    }
    let path = workspace().join("build/bench/kernel.json");
    write_json(&figures, &path)?;
    println!("written to build/bench/kernel.json");
    Ok(())
}
