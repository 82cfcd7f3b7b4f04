//! What each shape of sandboxed code compiles to: the modules in tests/disassembly, each with its machine code in comments
//! at its end. A module whose first line names a pass of the optimiser is there without it, too; the others have all their
//! functions, called or not. The order of instructions is that before the pass which changes it, but for its own module. After a change that is meant, `SINTER_BLESS=1` writes them anew; the difference is for review.

use sinter_tests::{llvm_tool, sinter, workspace};
use std::{env, fmt::Write, fs, path::Path};

/// Begins the machine code in a file.
const MARK: &str = "\n;; ----\n";

/// Begins the first line of a module that shows what a pass does.
const PASS: &str = ";; pass: ";

/// The passes that decide which functions there are.
const WHOLE: [&str; 2] = ["inline", "unused"];

/// The passes that hide what the others do: those that make loops of several rounds, and the one that changes the order of
/// instructions.
const HIDING: [&str; 3] = ["vectorise", "unroll", "schedule"];

/// The machine code of the module in `text`, and before it that without the pass which it names.
fn disassembly(text: &str) -> String {
    let pass = text.lines().next().and_then(|line| line.strip_prefix(PASS));
    let whole = if pass.is_some_and(|pass| WHOLE.contains(&pass)) { &[][..] } else { &WHOLE };
    let others = whole.iter().chain(&HIDING).copied().filter(|other| pass != Some(other));
    let kept = others.collect::<Vec<_>>().join(",");
    let Some(pass) = pass else { return machine_code(text, &kept) };
    let before = machine_code(text, &format!("{kept},{pass}"));
    format!(";; without {pass}\n{before}\n;; with {pass}\n{}", machine_code(text, &kept))
}

/// The machine code of the functions of the module in `text`, without what belongs to the instance as a whole.
fn machine_code(text: &str, without: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let (wasm, object) = (folder.path().join("a.wasm"), folder.path().join("a.o"));
    fs::write(&wasm, wat::parse_str(text).unwrap()).unwrap();
    sinter().args(["compile", "--without", without]).arg(&wasm).arg("-o").arg(&object).assert().success();
    let arguments = ["--disassemble", "--reloc", "--no-show-raw-insn", "--section=.text.wasm"];
    let output = llvm_tool("llvm-objdump").args(arguments).arg(&object).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let all = String::from_utf8(output.stdout).unwrap();
    let mut functions = String::new();
    let mut shown = false;
    for line in all.lines().skip_while(|line| !line.ends_with(":") || !line.contains('<')) {
        if let Some((_, name)) = line.strip_suffix(">:").and_then(|line| line.split_once('<')) {
            shown = !["instantiate", "invoke", "entry"].iter().any(|other| name.contains(other));
            if shown {
                writeln!(functions, ";; {name}:").unwrap();
            }
        } else if shown && !line.trim().is_empty() {
            writeln!(functions, ";; {}", line.trim_end().replace('\t', " ")).unwrap();
        }
    }
    functions
}

#[test]
fn machine_code_is_as_reviewed() {
    let bless = env::var_os("SINTER_BLESS").is_some();
    let mut files: Vec<_> = fs::read_dir(workspace().join("tests/disassembly")).unwrap().collect();
    files.sort_by_key(|file| file.as_ref().unwrap().path());
    assert!(files.len() > 10, "the modules are gone");
    let mut differing = Vec::new();
    for file in files {
        let path = file.unwrap().path();
        let content = fs::read_to_string(&path).unwrap();
        let (text, expected) = content.split_once(MARK).unwrap_or((content.trim_end(), ""));
        let found = disassembly(text);
        assert!(found.lines().count() > 3, "{}: no code", path.display());
        if bless {
            fs::write(&path, format!("{text}{MARK}{found}")).unwrap();
        } else if found != expected {
            differing.push(format!("{}:\n{}", name(&path), difference(expected, &found)));
        }
    }
    assert!(differing.is_empty(), "SINTER_BLESS=1 accepts this\n{}", differing.join("\n"));
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// From the first line that differs on, what was expected and what was found.
fn difference(expected: &str, found: &str) -> String {
    let same = expected.lines().zip(found.lines()).take_while(|(x, y)| x == y).count();
    let rest = |text: &str| text.lines().skip(same).collect::<Vec<_>>().join("\n");
    format!("expected:\n{}\nfound:\n{}", rest(expected), rest(found))
}
