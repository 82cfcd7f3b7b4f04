//! `make bench-wasi`: what calls of WASI cost an app, in executed instructions, beside Linux's system calls.

use serde_json::json;
use sinter_tests::{c, plain_stdout, sinter, status, stderr, workspace};
use std::fs;

/// A call, what Linux needs for the like, and what we aim at. Linux is Debian's 6.1 on the same emulated board, static
/// programs, tmpfs, with its default command line; the round trip is between two processes.
const COSTS: [(&str, Option<u64>, Option<u64>); 17] = [
    ("clock_time_get", Some(54), Some(40)),
    ("fd_write of 1 B", Some(2135), Some(150)),
    ("fd_write of 64 B", Some(2153), Some(170)),
    ("fd_write of 4096 B", Some(3286), Some(700)),
    ("fd_write of 1 MiB", None, None),
    ("fd_read of 1 B", None, None),
    ("fd_read of 64 B", Some(1608), Some(150)),
    ("fd_read of 4096 B", Some(2693), Some(700)),
    ("fd_read of 1 MiB", None, None),
    ("fd_write of 64 B to /dev/null", Some(714), Some(60)),
    ("random_get of 32 B", Some(2138), Some(250)),
    ("fd_filestat_get", Some(1452), Some(100)),
    ("sched_yield alone", Some(1010), Some(40)),
    ("path_open and fd_close among 1000", Some(6915), Some(1000)),
    ("append of 64 B to 1 KiB", Some(2153), Some(170)),
    ("append of 64 B to 64 MiB", Some(2153), Some(170)),
    ("round trip through two pipes", Some(12505), Some(1000)),
];

const MANIFEST: &str = r#"
[app.costs]
module = "wasi-costs.wasm"
mounts = [{ from = "ram:", to = "/data", mode = "rw" }, { from = "dev:", to = "/dev", mode = "rw" }]
stdout = "pipe:there"
stdin = "pipe:back"

[app.echo]
module = "echo.wasm"
stdin = "pipe:there"
stdout = "pipe:back"
"#;

fn main() {
    let folder = tempfile::tempdir().expect("a folder for the image");
    for (name, guest) in [("wasi-costs", c("wasi-costs")), ("echo", c("echo"))] {
        fs::copy(guest, folder.path().join(name).with_extension("wasm")).expect("the program is there");
    }
    fs::write(folder.path().join("image.toml"), MANIFEST).expect("the manifest can be written");
    let run = sinter().current_dir(&folder).args(["run", "--icount", "image.toml"]).assert();
    let output = plain_stdout(&run);
    assert_eq!(status(&run), Some(0), "{output}{}", stderr(&run));

    let measured = |name: &str| -> u64 {
        let line = format!("cost {name}: ");
        let found = output.lines().find_map(|text| text.split_once(&line));
        found
            .and_then(|(_, value)| value.trim().parse().ok())
            .unwrap_or_else(|| panic!("no {name}:\n{output}"))
    };
    println!("{:36} {:>12} {:>8} {:>6}", "executed instructions, medians", "Sinter", "Linux", "aim");
    let shown = |value: Option<u64>| value.map_or(String::new(), |value| value.to_string());
    let mut lines: Vec<_> = COSTS
        .iter()
        .map(|(name, linux, aim)| {
            let value = measured(name);
            println!("{name:36} {value:>12} {:>8} {:>6}", shown(*linux), shown(*aim));
            json!({ "name": name, "value": value, "unit": "instructions", "peer": linux, "aim": aim })
        })
        .collect();
    for name in ["fd_write of 1 MiB", "fd_read of 1 MiB"] {
        let value = measured(name) as f64 / f64::from(1 << 20);
        println!("{:36} {value:>12.4}", format!("{name}, per byte"));
        let name = format!("{name}, per byte");
        lines
            .push(json!({ "name": name, "value": value, "unit": "instructions", "peer": null, "aim": null }));
    }
    let folder = workspace().join("build/bench");
    fs::create_dir_all(&folder).expect("build/bench can be made");
    let text = serde_json::to_string_pretty(&lines).expect("numbers and texts are JSON") + "\n";
    fs::write(folder.join("wasi.json"), text).expect("build/bench/wasi.json can be written");
}
