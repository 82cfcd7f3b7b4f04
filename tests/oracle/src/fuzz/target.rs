//! What the target makes of modules: one image for many.

use crate::{
    generate::Case,
    library,
    observe::{Look, Seen, low},
    oracle::{Expected, hasher_binary},
    outcome::Failure,
};
use aot_compiler::{
    compile::{Object, Options, compile},
    image::{Script, Step},
    link,
};
use rayon::prelude::*;
use sinter_abi::{link::Import, trap::TrapReason};
use sinter_spec::target::{self, Answer};
use std::{collections::HashMap, time::Duration};

/// Bytes of stack of each call.
const STACK: u64 = 16 << 20;

/// Longest time that an image may take, of which fifty modules need about a second.
const PATIENCE: Duration = Duration::from_secs(300);

/// A script in the making.
#[derive(Default)]
struct Plan {
    modules: Vec<Object>,
    /// Where the library is among the modules, once it is needed.
    library: Option<usize>,
    /// Where each hasher is among the modules.
    hashers: HashMap<String, usize>,
    steps: Vec<Step>,
}

/// What is seen of each of `cases`, of which those without expectation are left out.
///
/// # Errors
/// Of each: what went wrong, if its module could not be compiled or the target failed.
pub fn run(cases: &[Case], expected: &[Result<Expected, &'static str>]) -> Vec<Result<Vec<Seen>, Failure>> {
    let options = Options { linked: true, ..Options::default() };
    let compiled: Vec<_> = cases
        .par_iter()
        .zip(expected)
        .map(|(case, expected)| {
            expected.as_ref().map_err(|reason| Failure::Refused(reason.to_string()))?;
            compile(&case.wasm, "module", &options).map_err(|error| Failure::Refused(error.to_string()))
        })
        .collect();
    let mut plan = Plan::default();
    for (object, expected) in compiled.iter().zip(expected) {
        if let (Ok(object), Ok(expected)) = (object, expected) {
            plan.add(object.clone(), expected);
        }
    }
    let script = Script { name: "fuzz".into(), stack_size: STACK, steps: plan.steps };
    let (answers, ending) = match target::run(&script, &plan.modules, PATIENCE) {
        Ok(run) => run,
        Err(error) => (Vec::new(), error.to_string()),
    };
    let mut answers = answers.into_iter();
    let seen = |(object, expected): (Result<Object, Failure>, &Result<Expected, &str>)| {
        object?;
        let expected = expected.as_ref().expect("what was compiled has an expectation");
        see(expected, &mut answers).ok_or_else(|| Failure::Ended(ending.clone()))?
    };
    compiled.into_iter().zip(expected).map(seen).collect()
}

impl Plan {
    /// Adds the steps for one module, which has the script to itself until it is cleared.
    fn add(&mut self, object: Object, expected: &Expected) {
        let module = self.modules.len();
        self.modules.push(object);
        let register = u32::from(expected.linked);
        self.instantiate(module, expected.linked);
        let mut last = register;
        for (number, look) in expected.looks.iter().enumerate() {
            if expected.is_anew(number) {
                self.steps.push(Step::Clear);
                self.instantiate(module, expected.linked);
                last = register;
            }
            match look {
                Look::Call { export, arguments, results } => self.steps.push(Step::Invoke {
                    register,
                    export: *export as u32,
                    values: arguments.clone(),
                    results: results.len() as u32,
                }),
                Look::Global { export, .. } => {
                    self.steps.push(Step::Global { register, export: *export as u32 });
                }
                Look::Memory { export, hasher } => {
                    let module = self.hasher(hasher);
                    last += 1;
                    let imports = vec![Import { instance: register, export: *export as u32, least: 0 }];
                    self.steps.push(Step::Instantiate { module, imports });
                    self.steps.push(Step::Invoke {
                        register: last,
                        export: 0,
                        values: Vec::new(),
                        results: 1,
                    });
                }
            }
        }
        self.steps.push(Step::Clear);
    }

    /// Instantiates a module, after the library if they are linked.
    fn instantiate(&mut self, module: usize, linked: bool) {
        let imports = if linked { self.imports(module) } else { Vec::new() };
        self.steps.push(Step::Instantiate { module, imports });
    }

    /// Instantiates the library; what a module imports of it.
    fn imports(&mut self, module: usize) -> Vec<Import> {
        let library = self.library.unwrap_or_else(|| self.module(&library::WASM));
        self.library = Some(library);
        self.steps.push(Step::Instantiate { module: library, imports: Vec::new() });
        let exports =
            |name: &str| (name == library::NAME).then(|| (0, &self.modules[library].link_exports[..]));
        link::resolve(&self.modules[module].link_imports, exports)
            .expect("Wasmtime has found them in the library")
    }

    /// Adds a module that is ours; where it is among the modules.
    fn module(&mut self, wasm: &[u8]) -> usize {
        let options = Options { linked: true, ..Options::default() };
        self.modules.push(compile(wasm, "module", &options).expect("a module of ours compiles"));
        self.modules.len() - 1
    }

    fn hasher(&mut self, text: &str) -> usize {
        if let Some(&known) = self.hashers.get(text) {
            return known;
        }
        let module = self.module(&hasher_binary(text));
        self.hashers.insert(text.to_owned(), module);
        module
    }
}

/// Takes the answers that belong to one module; `None` if there are not enough.
fn see(
    expected: &Expected,
    answers: &mut impl Iterator<Item = Answer>,
) -> Option<Result<Vec<Seen>, Failure>> {
    let instantiated = |answers: &mut dyn Iterator<Item = Answer>| {
        if expected.linked && answers.next()? != Answer::Values(Vec::new()) {
            return Some(Err(Failure::Differs("the library is not instantiated".into())));
        }
        Some(seen(answers.next()?, &[]))
    };
    let mut all = vec![instantiated(answers)?];
    for (number, look) in expected.looks.iter().enumerate() {
        if expected.is_anew(number)
            && let Err(failure) = instantiated(answers)?
        {
            return Some(Err(failure));
        }
        all.push(match look {
            Look::Call { results, .. } => seen(answers.next()?, results),
            Look::Global { bits, .. } => seen(answers.next()?, &[Some(*bits)]),
            Look::Memory { .. } => {
                let instantiated = seen(answers.next()?, &[]);
                let hash = seen(answers.next()?, &[Some(64)]);
                instantiated.and(hash)
            }
        });
    }
    Some(up_to_out_of_memory(all).collect())
}

/// What is seen until RAM is out. It is free again only when the script is cleared: later calls may not even begin.
fn up_to_out_of_memory(all: Vec<Result<Seen, Failure>>) -> impl Iterator<Item = Result<Seen, Failure>> {
    let out = |seen: &_| matches!(seen, Ok(Seen::Trap(TrapReason::OutOfMemory)));
    let end = all.iter().position(out).map_or(all.len(), |last| last + 1);
    all.into_iter().take(end)
}

/// An answer with as many values as there are `results`, numbers of so many bits.
fn seen(answer: Answer, results: &[Option<u32>]) -> Result<Seen, Failure> {
    match answer {
        Answer::Values(values) => {
            let value = |(&value, bits): (&u128, &Option<u32>)| bits.map(|bits| low(value, bits));
            Ok(Seen::Values(values.iter().zip(results).map(value).collect()))
        }
        Answer::Trap(reason) => Ok(Seen::Trap(reason)),
        other => Err(Failure::Differs(format!("the target says {other:?}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{compare::compare, outcome::Outcome};

    #[test]
    fn a_call_that_does_not_begin_as_ram_is_out_is_no_difference() {
        let compared = |answers: &[Answer]| {
            let values = |count| vec![Seen::Values(Vec::new()); count];
            let expected = Expected { linked: false, looks: Vec::new(), seen: values(answers.len()) };
            let all = answers.iter().map(|answer| seen(answer.clone(), &[])).collect();
            compare(Ok(expected), up_to_out_of_memory(all).collect())
        };
        let fail = |why: &str| Answer::Fail(why.into());
        let out = Answer::Trap(TrapReason::OutOfMemory);
        assert!(matches!(compared(&[out.clone(), fail("no RAM left")]), Outcome::Skipped(_)));
        assert!(matches!(compared(&[fail("no RAM left"), out]), Outcome::Failed(_)));
        assert!(matches!(compared(&[fail("no RAM left")]), Outcome::Failed(_)));
        assert!(matches!(compared(&[fail("too many instances")]), Outcome::Failed(_)));
    }
}
