use super::*;

fn parse_text(text: &str) -> Result<Manifest, String> {
    parse(text, Path::new("dir/image.toml")).map_err(|error| error.to_string())
}

/// Parses an app with these lines after its module's, which is line 2.
fn app_with(lines: &str) -> Result<App, String> {
    parse_text(&format!("[app.a]\nmodule = 'a.wasm'\n{lines}"))
        .map(|manifest| manifest.config.apps[0].clone())
}

#[test]
fn every_key_arrives() {
    let manifest = parse_text(
        r#"
        [image]
        name = "sensor-hub"
        version = "1.2.0"
        screen = true

        [app.logger]
        module = "logger.wasm"
        args = ["--verbose", "x"]
        env = { TZ = "UTC", A = "" }
        mounts = [{ from = "ram:/log", to = "/log", mode = "rw" }, { from = "ram:", to = "tmp" }]
        memory = { max = "16MiB", stack = "250KiB" }
        priority = 7
        on_exit = "restart"
        restart = { max = 2, window_s = 10 }
        expect = 3
        cores = [1, 3]
        limits = { cpu_ms = 250, open_files = 20, file_bytes = "1MiB", data_bytes = "2MiB" }

        [app.a]
        module = "sub/logger.wasm"
        expect = "trap"

        [app.again]
        module = "logger.wasm"
        modules = { env = "env.wasm", "a b" = "logger.wasm" }
        on_exit = "reboot"
        expect = "limit"
        "#,
    )
    .unwrap();
    let text = |text: &str| text.to_owned();
    let mount =
        |path: &str, to: &str, writable| Mount { source: Source::Ram(text(path)), to: text(to), writable };
    let apps = vec![
        App {
            args: vec![text("logger.wasm"), text("--verbose"), text("x")],
            env: vec![(text("TZ"), text("UTC")), (text("A"), text(""))],
            mounts: vec![mount("/log", "/log", true), mount("/", "tmp", false)],
            memory_max: Some(16 << 20),
            stack_size: 252 << 10,
            priority: 7,
            on_exit: OnExit::Restart,
            restart: Restart { max: 2, window_s: 10 },
            expect: Expect::Status(3),
            cores: 0b1010,
            cpu_ms: Some(250),
            open_files: 20,
            file_bytes: Some(1 << 20),
            data_bytes: Some(2 << 20),
            ..App::new(text("logger"), 0, text(""))
        },
        App { expect: Expect::Trap, ..App::new(text("a"), 1, text("logger.wasm")) },
        App {
            on_exit: OnExit::Reboot,
            libraries: vec![
                Library { name: text("env"), module: 2 },
                Library { name: text("a b"), module: 0 },
            ],
            expect: Expect::OutOfTime,
            ..App::new(text("again"), 0, text("logger.wasm"))
        },
    ];
    let config = Config {
        name: text("sensor-hub"),
        version: text("1.2.0"),
        console: Console::Uart,
        screen: true,
        apps,
        folders: vec![],
    };
    let modules = ["dir/logger.wasm", "dir/sub/logger.wasm", "dir/env.wasm"].map(PathBuf::from).to_vec();
    assert_eq!(manifest, Manifest { config, modules, folders: vec![] });
}

#[test]
fn mounts_name_folders_and_devices() {
    let manifest = parse_text(
        r#"
        [app.a]
        module = "a.wasm"
        mounts = [{ from = "files:assets", to = "/" }, { from = "dev:", to = "/dev", mode = "rw" }]
        [app.b]
        module = "a.wasm"
        mounts = [{ from = "files:/abs", to = "/" }, { from = "files:assets", to = "/x" }]
        "#,
    )
    .unwrap();
    assert_eq!(manifest.folders, [PathBuf::from("dir/assets"), PathBuf::from("/abs")]);
    let mounts = manifest.config.apps.iter().flat_map(|app| &app.mounts);
    let sources: Vec<_> = mounts.map(|mount| &mount.source).collect();
    assert_eq!(sources, [&Source::Files(0), &Source::Devices, &Source::Files(1), &Source::Files(0)]);
}

#[test]
fn pipes_are_numbered_by_their_names() {
    let manifest = parse_text(
        r#"
        [app.first]
        module = "a.wasm"
        stdout = "pipe:raw"
        [app.second]
        module = "a.wasm"
        stdin = "pipe:raw"
        stdout = "pipe:done"
        [app.third]
        module = "a.wasm"
        stdin = "pipe:done"
        [app.also]
        module = "a.wasm"
        stdout = "pipe:done"
        "#,
    );
    let ends: Vec<_> = manifest.unwrap().config.apps.iter().map(|app| (app.stdin, app.stdout)).collect();
    assert_eq!(ends, [(None, Some(0)), (Some(0), Some(1)), (Some(1), None), (None, Some(1))]);
}

#[test]
fn an_app_alone_is_enough() {
    let manifest = parse_text("[app.b]\nmodule = '/x/b.wasm'\n").unwrap();
    assert_eq!((manifest.config.name.as_str(), manifest.config.version.as_str()), ("image", "0.0.0"));
    assert_eq!(manifest.config.apps, [App::new("b".into(), 0, "b.wasm".into())]);
    assert_eq!(manifest.modules, [PathBuf::from("/x/b.wasm")]);
}

#[test]
fn unknown_keys_are_named_with_the_nearest_one() {
    let error = |text| parse_text(text).unwrap_err();
    assert_eq!(error("[imgae]\n"), "dir/image.toml:1: unknown key `imgae`: did you mean `image`?");
    assert_eq!(error("\n[image]\nnmae = 'x'"), "dir/image.toml:3: unknown key `nmae`: did you mean `name`?");
    let error = |lines| app_with(lines).unwrap_err();
    assert_eq!(error("memroy = 1"), "dir/image.toml:3: unknown key `memroy`: did you mean `memory`?");
    assert_eq!(
        error("\nmemory = { mx = '1MiB' }"),
        "dir/image.toml:4: unknown key `mx`: did you mean `max`?"
    );
    assert_eq!(
        error("mounts = [{ from = 'ram:', to = '/', modus = 'rw' }]"),
        "dir/image.toml:3: unknown key `modus`: did you mean `mode`?"
    );
    assert_eq!(
        error("on_exit = 'restart'\nrestart = { max = 1, window = 2 }"),
        "dir/image.toml:4: unknown key `window`: did you mean `window_s`?"
    );
}

#[test]
fn keys_that_have_no_effect_yet_are_refused_with_the_reason() {
    for (lines, reason) in [
        (
            "mounts = [{ from = 'data:log', to = '/log' }]",
            "\"log\" is no absolute path: write for example \"data:/log\"",
        ),
        (
            "mounts = [{ from = 'boot:/a', to = '/boot' }]",
            "the boot partition is one directory: write \"boot:\"",
        ),
        (
            "mounts = [{ from = 'boot:', to = '/boot', mode = 'rw' }]",
            "the boot partition is not written to: remove the mode \"rw\"",
        ),
    ] {
        let error = app_with(lines).unwrap_err();
        assert!(error.starts_with("dir/image.toml:3: ") && error.contains(reason), "{error}");
    }
}

#[test]
fn wrong_values_are_refused_in_one_line_with_a_place() {
    for (lines, line, part) in [
        ("priority = 8", 3, "0 (lowest) to 7"),
        ("priority = -1", 3, "invalid value"),
        ("memory = { max = '16MB' }", 3, "16MiB"),
        ("memory = { max = 5 }", 3, "invalid type"),
        ("memory = { stack = '0B' }", 3, "4KiB to 256MiB"),
        ("memory = { stack = '1GiB' }", 3, "4KiB to 256MiB"),
        ("memory = { stack = '18446744073709551615B' }", 3, "4KiB to 256MiB"),
        ("on_exit = 'explode'", 3, "unknown variant `explode`"),
        ("restart = { max = 1, window_s = 1 }", 3, "on_exit = \"restart\""),
        ("expect = 256", 3, "an exit status from 0 to 255, \"trap\" or \"limit\""),
        ("expect = 'crash'", 3, "an exit status from 0 to 255, \"trap\" or \"limit\""),
        ("cores = []", 3, "one or more of the cores 0 to 3"),
        ("cores = [4]", 3, "one or more of the cores 0 to 3"),
        ("cores = 1", 3, "invalid type"),
        ("limits = { cpu_ms = 0 }", 3, "from 1 ms to"),
        ("limits = { cpu_s = 1 }", 3, "did you mean `cpu_ms`?"),
        ("limits = { open_files = 2 }", 3, "from 3 (streams and mounts)"),
        ("limits = { open_files = 65537 }", 3, "to 65536 open files"),
        ("limits = { file_bytes = 5 }", 3, "invalid type"),
        ("args = ['a', 7]", 3, "invalid type"),
        ("args = [\"a\\u0000\"]", 3, "NUL"),
        ("env = { 'A=B' = 'x' }", 3, "\"A=B\" cannot name"),
        ("env = { A = \"\\u0000\" }", 3, "NUL"),
        ("mounts = [{ from = '/etc', to = '/' }]", 3, "names no file system"),
        ("mounts = [{ from = 'ram:x', to = '/' }]", 3, "no absolute path"),
        ("mounts = [{ from = 'ram:/a/../b', to = '/' }]", 3, "no absolute path"),
        ("mounts = [\n{ from = 'ram:', to = '/' },\n{ from = 'ram:', to = '/' }]", 5, "two mounts"),
        ("\n\nmodule = 'b.wasm'", 5, "duplicate key"),
        ("stdin = 'pipe:x'", 3, "no app writes to the pipe \"x\": give one stdout = \"pipe:x\""),
        ("\nstdout = 'pipe:x'", 4, "no app reads the pipe \"x\": give one stdin = \"pipe:x\""),
        ("stdin = 'pipe:x'\nstdout = 'pipe:x'", 4, "cannot read what it writes"),
        ("stdin = 'ram:/x'", 3, "\"ram:/x\" is no pipe: write for example"),
        ("stdout = 'pipe:'", 3, "\"\" cannot name a pipe"),
        ("mounts = [{ from = 'files:a', to = '/', mode = 'rw' }]", 3, "cannot be changed"),
        ("mounts = [{ from = 'files:', to = '/' }]", 3, "\"\" is no folder"),
        ("mounts = [{ from = 'dev:null', to = '/dev' }]", 3, "write \"dev:\""),
        ("x", 3, ""),
    ] {
        let error = app_with(lines).unwrap_err();
        assert!(
            error.starts_with(&format!("dir/image.toml:{line}: ")) && error.contains(part),
            "{lines}: {error}"
        );
        assert!(!error.contains('\n'), "{error}");
    }
    for (text, part) in [
        ("", "has no app"),
        ("[app.'a b']\nmodule = 'x'", ":1: \"a b\" cannot name an app"),
        ("[app.a]\nargs = []", "missing field `module`"),
        ("[app.a]\nmodule = 'x'\n[app.a]\nmodule = 'x'", ":3: "),
    ] {
        let error = parse_text(text).unwrap_err();
        assert!(error.contains(part), "{text}: {error}");
    }
}
