//! A module's declarations, as the sections before and after the code list them.

use super::constant;
use wasmparser::{
    BinaryReader, ConstExpr, Data, Element, ElementItems, Export, ExternalKind, FuncType, FunctionBody,
    Import, KnownCustom, Name, NameSectionReader, Payload, Result, TableInit, TypeRef, ValidatorResources,
    types::Types,
};

/// A function body with what it takes to validate it, on any thread.
pub type Body<'a> = (wasmparser::FuncToValidate<ValidatorResources>, FunctionBody<'a>);

/// Everything in a module but its function bodies. Index spaces begin with the imports.
#[derive(Default)]
pub struct Module<'a> {
    /// All imports with their offsets in the file.
    pub imports: Vec<(u64, Import<'a>)>,
    /// All exports.
    pub exports: Vec<Export<'a>>,
    /// The type index of every function.
    pub functions: Vec<u32>,
    /// How many functions are imported.
    pub imported_functions: u32,
    /// How many tables are imported.
    pub imported_tables: u32,
    /// How many memories are imported.
    pub imported_memories: u32,
    /// How many globals are imported.
    pub imported_globals: u32,
    /// How many tags are imported.
    pub imported_tags: u32,
    /// The initialisers of the tables that the module defines.
    pub tables: Vec<TableInit<'a>>,
    /// The initialisers of the globals that the module defines.
    pub globals: Vec<ConstExpr<'a>>,
    /// The start function.
    pub start: Option<u32>,
    /// Element segments.
    pub elements: Vec<Element<'a>>,
    /// Data segments.
    pub data: Vec<Data<'a>>,
    /// The function names of the name section that could be read.
    pub names: Vec<(u32, &'a str)>,
    /// Where the contents of the code section begin, from which debug information counts.
    pub code_start: u64,
    /// The custom sections with debug information.
    pub debug: Vec<(&'a str, &'a [u8])>,
    /// The validator's view: the types of everything above.
    pub types: Option<Types>,
}

impl<'a> Module<'a> {
    /// Takes in one section that the validator has accepted.
    pub fn section(&mut self, payload: Payload<'a>) -> Result<()> {
        match payload {
            Payload::ImportSection(section) => {
                for import in section.into_imports_with_offsets() {
                    let (offset, import) = import?;
                    self.import(offset, import);
                }
            }
            Payload::FunctionSection(section) => {
                for ty in section {
                    self.functions.push(ty?);
                }
            }
            Payload::TableSection(section) => {
                self.tables = section.into_iter().map(|table| Ok(table?.init)).collect::<Result<_>>()?;
            }
            Payload::GlobalSection(section) => {
                self.globals =
                    section.into_iter().map(|global| Ok(global?.init_expr)).collect::<Result<_>>()?;
            }
            Payload::ExportSection(section) => self.exports = section.into_iter().collect::<Result<_>>()?,
            Payload::StartSection { func, .. } => self.start = Some(func),
            Payload::ElementSection(section) => self.elements = section.into_iter().collect::<Result<_>>()?,
            Payload::DataSection(section) => self.data = section.into_iter().collect::<Result<_>>()?,
            Payload::CodeSectionStart { unchecked_range, .. } => self.code_start = unchecked_range.start,
            Payload::CustomSection(section) if section.name().starts_with(".debug_") => {
                self.debug.push((section.name(), section.data()));
            }
            Payload::CustomSection(section) => {
                if let KnownCustom::Name(reader) = section.as_known() {
                    self.function_names(reader);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn import(&mut self, offset: u64, import: Import<'a>) {
        match import.ty {
            TypeRef::Func(ty) | TypeRef::FuncExact(ty) => {
                self.functions.push(ty);
                self.imported_functions += 1;
            }
            TypeRef::Table(_) => self.imported_tables += 1,
            TypeRef::Memory(_) => self.imported_memories += 1,
            TypeRef::Global(_) => self.imported_globals += 1,
            TypeRef::Tag(_) => self.imported_tags += 1,
        }
        self.imports.push((offset, import));
    }

    /// Custom sections are not validated (core specification, appendix A.6): a malformed name section only ends early.
    fn function_names(&mut self, reader: NameSectionReader<'a>) {
        for subsection in reader {
            match subsection {
                Ok(Name::Function(names)) => {
                    for name in names {
                        let Ok(naming) = name else { break };
                        self.names.push((naming.index, naming.name));
                    }
                }
                Ok(_) => {}
                Err(_) => break,
            }
        }
    }

    /// The validator's view of the module.
    ///
    /// # Panics
    /// If the module was not read to its end.
    pub fn types(&self) -> wasmparser::types::TypesRef<'_> {
        self.types.as_ref().expect("set when the module ends").as_ref()
    }

    /// The function type with this type index.
    pub fn func_type(&self, type_index: u32) -> &FuncType {
        let types = self.types();
        types.get(types.core_type_at_in_module(type_index)).expect("the index is valid").unwrap_func()
    }

    /// The type of this function.
    pub fn function_type(&self, function: u32) -> &FuncType {
        self.func_type(self.functions[function as usize])
    }

    /// Whether the table with this index is exported.
    pub fn exports_table(&self, table: u32) -> bool {
        self.exports.iter().any(|export| export.kind == ExternalKind::Table && export.index == table)
    }

    /// The exported function with this name.
    pub fn exported_function(&self, name: &str) -> Option<u32> {
        let export =
            self.exports.iter().find(|export| export.name == name && export.kind == ExternalKind::Func)?;
        Some(export.index)
    }
}

/// The functions in an element segment.
///
/// # Errors
/// If a constant expression cannot be read, which validation excludes.
pub fn function_items(segment: &Element) -> Result<Vec<u32>> {
    match &segment.items {
        ElementItems::Functions(functions) => functions.clone().into_iter().collect(),
        ElementItems::Expressions(_, list) => {
            let mut functions = Vec::new();
            for expression in list.clone() {
                functions.extend(constant::references(&expression?)?);
            }
            Ok(functions)
        }
    }
}

/// Where a constant expression begins in the file.
pub fn position(expression: &ConstExpr) -> u64 {
    let reader: BinaryReader = expression.get_binary_reader();
    reader.original_position()
}
