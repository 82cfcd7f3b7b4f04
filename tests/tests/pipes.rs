//! Pipes between apps of an image: pipelines as on a shell.

use assert_cmd::assert::Assert;
use sinter_tests::{c, plain_stdout, rust, sinter, status, stderr};
use std::fs;

/// Boots an image of the programs `numbers`, `multiples` and `tally`, with these tables of apps.
fn run(apps: &str) -> Assert {
    let folder = tempfile::tempdir().unwrap();
    for (name, guest) in
        [("numbers", rust("numbers")), ("multiples", c("multiples")), ("tally", rust("tally"))]
    {
        fs::copy(guest, folder.path().join(name).with_extension("wasm")).unwrap();
    }
    fs::write(folder.path().join("image.toml"), apps).unwrap();
    sinter().current_dir(&folder).args(["run", "--icount", "image.toml"]).assert()
}

/// Boots the image, whose verdict is a success, and returns what the app `tally` wrote.
fn tally(apps: &str) -> String {
    let assert = run(apps);
    let output = plain_stdout(&assert);
    assert_eq!(status(&assert), Some(0), "{output}{}", stderr(&assert));
    let mut lines = output.lines().filter_map(|line| line.split_once('│'));
    lines.find(|(name, _)| name.trim() == "tally").expect("a line of tally").1.trim().to_owned()
}

#[test]
fn three_programs_are_a_pipeline() {
    let output = tally(
        r#"
        [app.numbers]
        module = "numbers.wasm"
        args = ["40000"]
        stdout = "pipe:all"
        [app.multiples]
        module = "multiples.wasm"
        args = ["7"]
        stdin = "pipe:all"
        stdout = "pipe:some"
        [app.tally]
        module = "tally.wasm"
        stdin = "pipe:some"
        "#,
    );
    // 7 * (1 + 2 + ... + 5714)
    assert_eq!(output, "5714 lines, sum 114294285");
}

#[test]
fn a_reader_that_is_more_important_waits_for_its_writers() {
    let output = tally(
        r#"
        [app.tally]
        module = "tally.wasm"
        stdin = "pipe:all"
        priority = 7
        [app.one]
        module = "numbers.wasm"
        args = ["1000"]
        stdout = "pipe:all"
        [app.two]
        module = "numbers.wasm"
        args = ["1000", "5"]
        stdout = "pipe:all"
        "#,
    );
    assert_eq!(output, "2000 lines, sum 1001000");
}

#[test]
fn a_writer_learns_that_nobody_reads_on() {
    let assert = run(r#"
        [app.numbers]
        module = "numbers.wasm"
        args = ["100000"]
        stdout = "pipe:all"
        expect = 3
        [app.tally]
        module = "tally.wasm"
        args = ["3"]
        stdin = "pipe:all"
        "#);
    let output = plain_stdout(&assert);
    assert_eq!(status(&assert), Some(0), "{output}{}", stderr(&assert));
    assert!(output.contains("3 lines, sum 6"), "{output}");
    assert!(output.contains("Broken pipe"), "{output}");
}

#[test]
fn waiting_for_a_pipe_costs_no_instructions() {
    let instructions = |milliseconds: &str| {
        let assert = run(&format!(
            r#"
            [app.numbers]
            module = "numbers.wasm"
            args = ["9", "{milliseconds}"]
            stdout = "pipe:all"
            [app.tally]
            module = "tally.wasm"
            stdin = "pipe:all"
            "#
        ));
        let output = plain_stdout(&assert);
        assert_eq!(status(&assert), Some(0), "{output}");
        let table = output.rsplit_once("peak memory").unwrap().1.to_owned();
        let line = table.lines().find(|line| line.trim().starts_with("tally")).expect("tally in the table");
        let count = line.split_whitespace().find(|word| word.contains(',')).expect("a count");
        count.replace(',', "").parse::<u64>().unwrap()
    };
    let (short, long) = (instructions("1"), instructions("2000"));
    assert!(short.abs_diff(long) < 20_000, "{short} instructions for 1 ms, {long} for 2 s");
}

#[test]
fn a_pipe_stays_open_while_its_writer_may_start_again() {
    let output = tally(
        r#"
        [app.numbers]
        module = "numbers.wasm"
        args = ["100"]
        stdout = "pipe:all"
        on_exit = "restart"
        restart = { max = 2, window_s = 600 }
        [app.tally]
        module = "tally.wasm"
        stdin = "pipe:all"
        "#,
    );
    assert_eq!(output, "300 lines, sum 15150");
}
