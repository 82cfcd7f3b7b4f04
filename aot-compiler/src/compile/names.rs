//! Names of machine code for reports and symbols: readable, printable, a different one for each function.

use super::{codegen::Unit, module::Module};
use std::collections::HashSet;
use wasmparser::{ExternalKind, Import, TypeRef};

/// Longest name taken over, in bytes. Some Rust and C++ names have thousands; a module can give one 100 kB.
const LONGEST: usize = 256;

/// The names of a module's functions, imported ones included, by index.
pub struct Names(Vec<String>);

impl Names {
    /// Names every function of `module`: by the name section, else by the first export, else by its index.
    pub fn new(module: &Module) -> Self {
        let mut names: Vec<Option<&str>> = vec![None; module.functions.len()];
        let functions =
            |(_, import): &&(u64, Import)| matches!(import.ty, TypeRef::Func(_) | TypeRef::FuncExact(_));
        let imports = module.imports.iter().filter(functions).map(|(_, import)| Some(import.name));
        names.iter_mut().zip(imports).for_each(|(name, import)| *name = import);
        let exports = module.exports.iter().filter(|export| export.kind == ExternalKind::Func);
        for (index, name) in
            exports.map(|export| (export.index, export.name)).chain(module.names.iter().copied())
        {
            if let Some(entry) = names.get_mut(index as usize) {
                *entry = Some(name);
            }
        }
        let mut taken = HashSet::new();
        let unique = |(index, name): (usize, Option<&str>)| {
            let name = name.map(clean).filter(|name| !name.is_empty());
            let mut name = name.unwrap_or_else(|| format!("func[{index}]"));
            while !taken.insert(symbol(&name)) {
                name = format!("{name}[{index}]");
            }
            name
        };
        Self(names.into_iter().enumerate().map(unique).collect())
    }

    /// For reports.
    pub fn report(&self, unit: Unit) -> String {
        match unit {
            Unit::Function(index) => self.0[index as usize].clone(),
            Unit::Wrapper(index) => format!("[reference to {}]", self.0[index as usize]),
            Unit::Instantiate => "[instantiate]".into(),
            Unit::Entry(index) => format!("[entry of {}]", self.0[index as usize]),
            Unit::Invoke(index) => format!("[call of type {index}]"),
        }
    }
}

/// The name as it stands in the symbol table: without spaces, which tools take for the end.
pub fn symbol(report: &str) -> String {
    report.replace(' ', "_")
}

/// Escapes what a terminal would not print as itself, and cuts what is too long.
pub fn clean(name: &str) -> String {
    let mut clean = String::new();
    for char in name.chars() {
        if clean.len() > LONGEST {
            clean.push('…');
            break;
        }
        match char {
            '\'' | '"' | '\\' => clean.push(char),
            _ => clean.extend(char.escape_debug()),
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(list: &[&'static str]) -> Vec<String> {
        let module = Module {
            functions: vec![0; list.len()],
            names: (0..).zip(list.iter().copied()).collect(),
            ..Module::default()
        };
        Names::new(&module).0
    }

    #[test]
    fn names_are_printable() {
        assert_eq!(names(&["<T as core::fmt::Debug>::fmt"]), ["<T as core::fmt::Debug>::fmt"]);
        assert_eq!(names(&["a\nb\u{1b}[2J\0"]), ["a\\nb\\u{1b}[2J\\0"]);
        assert_eq!(names(&["\u{202e}evil"]), ["\\u{202e}evil"]);
        assert_eq!(names(&["größe"]), ["größe"]);
    }

    #[test]
    fn names_are_unambiguous() {
        assert_eq!(names(&["f", "f", "f[1]", ""]), ["f", "f[1]", "f[1][2]", "func[3]"]);
        assert_eq!(names(&["a b", "a_b"]), ["a b", "a_b[1]"]);
    }

    #[test]
    fn names_have_a_bound() {
        let long: &'static str = "ä".repeat(50_000).leak();
        let names = names(&[long, long]);
        assert!(names[0].ends_with('…') && names[0].len() < LONGEST + 10);
        assert!(names[1].ends_with("…[1]"));
    }
}
