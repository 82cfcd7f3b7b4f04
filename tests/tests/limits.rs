//! Limits of what an app can make of descriptors, files and names.

use sinter_tests::{plain_stdout, rust, sinter, status, stderr};
use std::fs;

/// The second app starts when the first has used up all that it has, and has its own share still.
#[test]
fn who_uses_up_its_limits_leaves_others_theirs() {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(rust("limits"), folder.path().join("limits.wasm")).unwrap();
    let app = |name: &str, argument: &str, more: &str| {
        format!(
            "[app.{name}]\nmodule = 'limits.wasm'\nargs = [{argument}]\n\
             limits = {{ open_files = 12, file_bytes = '1MiB' }}\n\
             mounts = [{{ from = 'ram:/shared/{name}', to = '/data', mode = 'rw' }}{more}]\n"
        )
    };
    let other = ", { from = 'ram:/shared/first', to = '/first' }";
    let manifest = app("first", "", "") + &app("second", "'/first/done'", other);
    fs::write(folder.path().join("image.toml"), manifest).unwrap();
    let assert = sinter().current_dir(&folder).args(["run", "image.toml"]).assert();
    let output = plain_stdout(&assert);
    assert_eq!(status(&assert), Some(0), "{output}{}", stderr(&assert));
    for (name, open) in [("first", 8), ("second", 7)] {
        let lines: Vec<_> = output
            .lines()
            .filter_map(|line| line.strip_prefix(name)?.trim_start().strip_prefix("│ "))
            .collect();
        let [files, size, directories, another, long] = lines[..] else { panic!("{output}") };
        assert_eq!(files, format!("{open} more files: No file descriptors available (os error 33)"));
        let (size, error) = size.split_once(" KiB: ").unwrap();
        assert!((900..1024).contains(&size.parse().unwrap()), "{size} KiB");
        assert_eq!(error, "No space left on device (os error 51)");
        assert_eq!(directories, "hundreds of directories: No space left on device (os error 51)");
        assert_eq!(another, "No space left on device (os error 51)");
        assert_eq!(long, "Filename too long (os error 37)");
    }
}
