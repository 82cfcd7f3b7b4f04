//! Runs a script instead of apps, for conformance tests (`sinter_abi::script`).
//!
//! Each call runs on a thread of its own, so that a trap ends that and nothing else. It can reach every
//! instance of the script, as references to their functions may have gone anywhere.

use super::{
    exception::Exceptions,
    instance::{Instance, StartError},
    program::{self, Call, End, Program},
    slice,
};
use crate::{console::log::plain, sched, supervisor};
use alloc::{rc::Rc, vec::Vec};
use core::fmt::{self, Display, Formatter};
use sinter_abi::{
    module::{Export, Module},
    script::{MARK, Op, Script, Step},
};

/// The driver that an image refers to: [`sinter_abi::script::DRIVER`]. It runs in the main thread, once
/// sleeping is possible.
#[unsafe(no_mangle)]
extern "C" fn sinter_script() -> ! {
    // SAFETY: an image that refers to this driver has a script, in constant data.
    let script: &Script = unsafe { &*supervisor::image().script };
    let mut runner =
        Runner { instances: Vec::new(), exceptions: Rc::default(), stack_size: script.stack_size };
    for step in slice(&script.steps) {
        match runner.run(step) {
            Ok(None) => {}
            Ok(Some(values)) => plain(format_args!("{MARK}ok{}\n", Values(&values))),
            Err(Failure::Trap(reason)) => plain(format_args!("{MARK}trap {reason:x}\n")),
            Err(Failure::Start(StartError::Import | StartError::TooSmall)) => {
                plain(format_args!("{MARK}unlinkable\n"));
            }
            Err(Failure::Start(error)) => plain(format_args!("{MARK}fail {error}\n")),
            Err(Failure::Kernel(what)) => plain(format_args!("{MARK}fail {what}\n")),
        }
    }
    plain(format_args!("{MARK}end\n"));
    supervisor::finish(0)
}

/// Why a step did not go well.
enum Failure {
    /// The guest's code was stopped; the number of a `TrapReason`.
    Trap(u8),
    /// There was no room for an instance or a thread.
    Start(StartError),
    /// The script and its modules do not fit each other.
    Kernel(&'static str),
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        Self::Start(error)
    }
}

/// Results of a call, each as one number.
struct Values<'a>(&'a [[u64; 2]]);

impl Display for Values<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let numbers = self.0.iter().map(|&[low, high]| u128::from(high) << 64 | u128::from(low));
        numbers.into_iter().try_for_each(|number| write!(f, " {number:x}"))
    }
}

/// The instances since the last [`Op::Clear`], by register.
struct Runner {
    /// None for one that there was no room for.
    instances: Vec<Option<Rc<Instance>>>,
    exceptions: Rc<Exceptions>,
    stack_size: u64,
}

impl Runner {
    /// Does one step; `None` if it has no line.
    fn run(&mut self, step: &Step) -> Result<Option<Vec<[u64; 2]>>, Failure> {
        match step.op {
            op if op == Op::Instantiate as u32 => self.instantiate(step).map(|()| Some(Vec::new())),
            op if op == Op::Invoke as u32 => self.invoke(step).map(Some),
            op if op == Op::Global as u32 => self.global(step).map(|value| Some(Vec::from([value]))),
            op if op == Op::Clear as u32 => {
                self.instances.clear();
                self.exceptions = Rc::default();
                Ok(None)
            }
            _ => Err(Failure::Kernel("no such step")),
        }
    }

    fn instantiate(&mut self, step: &Step) -> Result<(), Failure> {
        // SAFETY: the linker step points such a step to its module, in constant data.
        let module: &'static Module = unsafe { &*step.module };
        let instance = Instance::new(module, slice(&step.imports), &self.instances);
        self.instances.push(instance.as_ref().ok().cloned());
        self.call(Call { function: module.instantiate, arguments: [instance?.vmctx(), 0, 0] })
    }

    /// The export that a step names, and the instance that it belongs to.
    fn export(&self, step: &Step) -> Result<(&Instance, &'static Export), Failure> {
        let instance = self.instances.get(step.register as usize).and_then(Option::as_ref);
        let instance = instance.ok_or(Failure::Kernel("no such instance"))?;
        let export = slice(&instance.module().exports).get(step.export as usize);
        Ok((instance, export.ok_or(Failure::Kernel("no such export"))?))
    }

    fn invoke(&self, step: &Step) -> Result<Vec<[u64; 2]>, Failure> {
        let (instance, export) = self.export(step)?;
        let function = instance.func_ref(export.index);
        let mut values = Vec::from(slice(&step.values));
        let results = step.results as usize;
        values.resize(values.len().max(results), [0; 2]);
        let arguments = [function.code, function.vmctx, values.as_mut_ptr() as u64];
        self.call(Call { function: export.invoke, arguments })?;
        values.truncate(results);
        Ok(values)
    }

    fn global(&self, step: &Step) -> Result<[u64; 2], Failure> {
        let (instance, export) = self.export(step)?;
        let value = instance.global(export.index) as *const [u64; 2];
        // SAFETY: a global's cell in the context of one of the instances, of which no code runs.
        Ok(unsafe { value.read() })
    }

    /// Makes a call on a thread of its own.
    fn call(&self, call: Call) -> Result<(), Failure> {
        let instances = self.instances.iter().flatten().cloned().collect();
        program::launch(Program::of_call(instances, self.exceptions.clone(), call, self.stack_size)?);
        let thread = loop {
            match sched::take_ended() {
                Some(thread) => break thread,
                None => sched::wait(u64::MAX),
            }
        };
        // SAFETY: it is the one thread that was started, just above.
        match unsafe { program::reclaim(thread) }.end() {
            Some(End::Trap(reason)) => Err(Failure::Trap(reason as u8)),
            _ => Ok(()),
        }
    }
}
