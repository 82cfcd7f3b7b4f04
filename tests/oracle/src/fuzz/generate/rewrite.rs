//! What wasm-smith does not make, made of what it does: calls through typed references, and waits that end.

use crate::random::Random;
use std::{collections::HashSet, convert::Infallible};
use wasm_encoder::{
    BlockType, CodeSection, Function, HeapType, Instruction, Module, RefType, ValType,
    reencode::{Error, Reencode},
};
use wasmparser::{ExternalKind, FunctionBody, Operator, Parser, Payload, TypeRef};

/// How to rewrite a module.
pub struct Rewriter<'a> {
    random: &'a mut Random,
    /// Whether calls are made through references.
    references: bool,
    /// The type of each function.
    types: Vec<u32>,
    /// The functions that may be referred to.
    exported: HashSet<u32>,
}

impl<'a> Rewriter<'a> {
    /// For the module `wasm`. Where `references` are wanted, half of its calls go through one.
    pub fn new(random: &'a mut Random, references: bool, wasm: &[u8]) -> Self {
        let (mut types, mut exported) = (Vec::new(), HashSet::new());
        for payload in Parser::new(0).parse_all(wasm) {
            match payload.expect("the module is valid") {
                Payload::ImportSection(imports) => {
                    types.extend(imports.into_imports().flatten().filter_map(|import| match import.ty {
                        TypeRef::Func(ty) => Some(ty),
                        _ => None,
                    }));
                }
                Payload::FunctionSection(functions) => types.extend(functions.into_iter().flatten()),
                Payload::ExportSection(exports) => {
                    let functions = exports.into_iter().flatten();
                    let functions = functions.filter(|export| export.kind == ExternalKind::Func);
                    exported.extend(functions.map(|export| export.index));
                }
                _ => {}
            }
        }
        Self { random, references, types, exported }
    }

    /// The module, rewritten.
    pub fn rewrite(mut self, wasm: &[u8]) -> Vec<u8> {
        let mut module = Module::new();
        self.parse_core_module(&mut module, Parser::new(0), wasm).expect("the module is valid");
        module.finish()
    }

    /// Adds a reference to the function, and returns its type; or none, if it is better called directly.
    fn reference(&mut self, function: u32, body: &mut Function) -> Option<u32> {
        let choice = self.random.below(6);
        if choice < 3 || !self.references || !self.exported.contains(&function) {
            return None;
        }
        let ty = self.types[function as usize];
        match choice {
            3 => _ = body.instruction(&Instruction::RefFunc(function)),
            4 => {
                _ = body.instruction(&Instruction::RefFunc(function)).instruction(&Instruction::RefAsNonNull)
            }
            _ => {
                let reference = RefType { nullable: false, heap_type: HeapType::Concrete(ty) };
                body.instruction(&Instruction::Block(BlockType::Result(ValType::Ref(reference))))
                    .instruction(&Instruction::RefFunc(function))
                    .instruction(&Instruction::BrOnNonNull(0))
                    .instruction(&Instruction::Unreachable)
                    .instruction(&Instruction::End);
            }
        }
        Some(ty)
    }
}

impl Reencode for Rewriter<'_> {
    type Error = Infallible;

    fn parse_function_body(
        &mut self,
        code: &mut CodeSection,
        body: FunctionBody<'_>,
    ) -> Result<(), Error<Infallible>> {
        let mut function = self.new_function_with_parsed_locals(&body)?;
        for operator in body.get_operators_reader()? {
            let operator = operator?;
            let instruction = match operator {
                Operator::Call { function_index } => {
                    self.reference(function_index, &mut function).map(Instruction::CallRef)
                }
                Operator::ReturnCall { function_index } => {
                    self.reference(function_index, &mut function).map(Instruction::ReturnCallRef)
                }
                Operator::MemoryAtomicWait32 { .. } | Operator::MemoryAtomicWait64 { .. } => {
                    // A timeout of a nanosecond in place of any, perhaps none.
                    function.instruction(&Instruction::Drop).instruction(&Instruction::I64Const(1));
                    None
                }
                _ => None,
            };
            let instruction = match instruction {
                Some(instruction) => instruction,
                None => self.instruction(operator)?,
            };
            function.instruction(&instruction);
        }
        code.function(&function);
        Ok(())
    }
}
