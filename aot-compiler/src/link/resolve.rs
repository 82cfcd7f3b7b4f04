//! Which export of which instance provides an import (core specification 4.5.4, steps 2 and 3).

use crate::compile::{LinkExport, LinkImport};
use sinter_abi::link::Import;
use thiserror::Error;

/// Why an import cannot be provided.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ImportError {
    /// Nothing has that name.
    #[error("unknown import {module:?} {name:?} of type {ty} (at offset {offset:#x})")]
    Unknown {
        /// Module that it names.
        module: String,
        /// Name in that module.
        name: String,
        /// What it asks for.
        ty: String,
        /// Where, in the Wasm file.
        offset: u64,
    },
    /// What has the name is something else.
    #[error(
        "import {module:?} {name:?} has type {ty}, but the type provided is {provided} (at offset {offset:#x})"
    )]
    Type {
        /// Module that it names.
        module: String,
        /// Name in that module.
        name: String,
        /// What it asks for.
        ty: String,
        /// What is there.
        provided: String,
        /// Where, in the Wasm file.
        offset: u64,
    },
}

/// Finds what provides `imports`. `instance` gives the number and the exports of the instance with a module's name.
///
/// Whether memories and tables are as large as the imports ask for is only known when they are instantiated.
///
/// # Errors
/// The first import that nothing provides, or only something of another type.
pub fn resolve<'a>(
    imports: &[LinkImport],
    instance: impl Fn(&str) -> Option<(u32, &'a [LinkExport])>,
) -> Result<Vec<Import>, ImportError> {
    imports.iter().map(|import| find(import, instance(&import.module))).collect()
}

fn find(import: &LinkImport, instance: Option<(u32, &[LinkExport])>) -> Result<Import, ImportError> {
    let LinkImport { module, name, ty, text, offset } = import.clone();
    let found = instance.and_then(|(instance, exports)| {
        let export = exports.iter().position(|export| export.name == name)?;
        Some((Import { instance, export: export as u32, least: ty.least() }, &exports[export]))
    });
    match found {
        None => Err(ImportError::Unknown { module, name, ty: text, offset }),
        Some((_, export)) if !export.ty.satisfies(&ty) => {
            Err(ImportError::Type { module, name, ty: text, provided: export.text.clone(), offset })
        }
        Some((found, _)) => Ok(found),
    }
}
