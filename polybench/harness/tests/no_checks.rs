//! No check of an index survives in a kernel: none of its functions can reach a panic.

use sinter_bench::{POLYBENCH, WASM};
use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::{Path, PathBuf},
};
use wasmparser::{KnownCustom, Name, Operator, Parser, Payload, TypeRef};

/// A module's calls, by the functions' indices.
#[derive(Default)]
struct Calls {
    names: BTreeMap<u32, String>,
    calls: BTreeMap<u32, BTreeSet<u32>>,
    /// Functions that call through a table, or have a `unreachable`.
    others: BTreeSet<u32>,
}

impl Calls {
    fn of(wasm: &[u8]) -> Self {
        let mut found = Self::default();
        let mut index = 0;
        for payload in Parser::new(0).parse_all(wasm) {
            match payload.unwrap() {
                Payload::ImportSection(imports) => {
                    let functions = imports.into_imports().filter(|import| {
                        matches!(import.as_ref().unwrap().ty, TypeRef::Func(_) | TypeRef::FuncExact(_))
                    });
                    index += functions.count() as u32;
                }
                Payload::CodeSectionEntry(body) => {
                    for operator in body.get_operators_reader().unwrap() {
                        match operator.unwrap() {
                            Operator::Call { function_index } => {
                                found.calls.entry(index).or_default().insert(function_index);
                            }
                            Operator::CallIndirect { .. } | Operator::Unreachable => {
                                found.others.insert(index);
                            }
                            _ => {}
                        }
                    }
                    index += 1;
                }
                Payload::CustomSection(section) => {
                    let KnownCustom::Name(names) = section.as_known() else { continue };
                    for subsection in names {
                        let Name::Function(functions) = subsection.unwrap() else { continue };
                        for function in functions {
                            let function = function.unwrap();
                            found.names.insert(function.index, function.name.to_owned());
                        }
                    }
                }
                _ => {}
            }
        }
        found
    }

    /// Everything that `function` may come to, itself included.
    fn reach(&self, function: u32) -> BTreeSet<u32> {
        let (mut seen, mut next) = (BTreeSet::new(), vec![function]);
        while let Some(function) = next.pop() {
            if seen.insert(function) {
                next.extend(self.calls.get(&function).into_iter().flatten());
            }
        }
        seen
    }
}

/// Where cargo builds: this program lies in TARGET/PROFILE/deps.
fn target_folder() -> PathBuf {
    let program = env::current_exe().unwrap();
    program.ancestors().find(|folder| folder.join("CACHEDIR.TAG").is_file()).unwrap().to_owned()
}

fn calls(modules: &Path, kernel: &str) -> Calls {
    Calls::of(&fs::read(modules.join(kernel).with_extension("wasm")).unwrap())
}

#[test]
fn no_kernel_can_panic() {
    let modules = WASM.build("polybench", &target_folder().join("bench")).unwrap();
    for kernel in POLYBENCH.programs() {
        let calls = calls(&modules, &kernel);
        let windows = calls.names.iter().filter(|(_, name)| name.contains("program6window"));
        let windows: Vec<_> = windows.map(|(index, _)| *index).collect();
        assert_eq!(windows.len(), 5, "{kernel}: one window for each dataset");
        for window in windows {
            let reached = calls.reach(window);
            assert!(
                reached.is_disjoint(&calls.others),
                "{kernel}: {:?}",
                reached.iter().map(|function| calls.names.get(function)).collect::<Vec<_>>()
            );
        }
        // The same look at the whole program finds the panics that it has elsewhere.
        let panics = calls.names.values().filter(|name| name.contains("panic"));
        assert!(panics.count() > 0 && !calls.others.is_empty(), "{kernel}");
    }
}
