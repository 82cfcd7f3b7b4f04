//! Decisions about the whole module that every function's code relies on: the layout of the context, which globals are
//! constants, which tables are read-only data.

use super::{
    constant::{self, Constant},
    env,
    imports::Provider,
    module::Module,
    uses::Uses,
};
use sinter_abi::{
    module::NULL_REF,
    vmctx::{Counts, Layout},
};
use std::collections::{BTreeMap, BTreeSet};
use wasmparser::{ConstExpr, Element, ElementItems, ElementKind, ExternalKind, RefType, Result, TableInit};

/// The decisions.
pub struct Plan<'a> {
    /// Whether the module is to be linked with others: they may use what it exports.
    pub linked: bool,
    /// Whether it needs the convention for tail calls and exceptions.
    pub unusual_control: bool,
    /// Who provides each imported function, by index.
    pub providers: Vec<Provider>,
    /// How many of each entity the context has room for.
    pub counts: Counts,
    /// Where they are.
    pub layout: Layout,
    /// The globals whose value is known, by index.
    pub globals: Vec<Option<Constant>>,
    /// How each table is kept, by index.
    pub tables: Vec<Table>,
    /// The functions whose reference can be taken, with their position in the context.
    pub func_refs: BTreeMap<u32, u32>,
    /// The element segments that are left for the target, by index; empty ones are in read-only tables or only declare.
    pub segments: Vec<Segment<'a>>,
}

/// How a table is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Table {
    /// Nothing can change it: entries in read-only data, each a function index or null.
    ///
    /// An exported table counts, too, unless the module is to be linked with others.
    Static(Vec<Option<u32>>),
    /// The kernel allocates it. If `fixed`, its place and size never change.
    Dynamic {
        /// Whether no instruction can grow it.
        fixed: bool,
    },
}

/// The items of an element segment.
#[derive(Default, Clone)]
pub struct Segment<'a> {
    /// Positions of functions in the context's references, or [`NULL_REF`].
    pub items: Vec<u32>,
    /// The items, by index, whose value is only known on the target.
    pub computed: Vec<(u32, ConstExpr<'a>)>,
}

/// One item of an element segment.
enum Item<'a> {
    Null,
    Function(u32),
    Computed(Box<ConstExpr<'a>>),
}

/// Read-only tables take 16 bytes for every element up to the last that is not null. Beyond this many, at least a
/// quarter of them must be used, lest a few bytes of Wasm make a huge object.
const SPARSE_LIMIT: u64 = 1 << 16;

impl<'a> Plan<'a> {
    /// Plans for `module`, which uses what `uses` says and has its imported functions from `providers`.
    ///
    /// # Errors
    /// If a constant expression cannot be read, which validation excludes.
    pub fn new(module: &Module<'a>, uses: &Uses, providers: Vec<Provider>, linked: bool) -> Result<Self> {
        let types = module.types();
        let exports = |index, kind| module.exports.iter().any(|e| e.index == index && e.kind == kind);
        let globals = constant::globals(module, |index| {
            uses.written_globals.contains(&index) || linked && exports(index, ExternalKind::Global)
        })?;
        let items =
            module.elements.iter().map(|segment| items(segment, &globals)).collect::<Result<Vec<_>>>()?;
        let own_code = |entry: &Option<u32>| {
            let provider = entry.and_then(|function| providers.get(function as usize));
            !matches!(provider, Some(Provider::Module(_)))
        };
        let table = |index| {
            let reachable = linked && module.exports_table(index);
            if reachable || index < module.imported_tables {
                return Ok(Table::Dynamic { fixed: false });
            }
            let fixed = !uses.grown_tables.contains(&index);
            let entries = static_entries(module, uses, index, &items, &globals)?;
            let entries = entries.filter(|entries| entries.iter().all(own_code));
            Ok(entries.map_or(Table::Dynamic { fixed }, Table::Static))
        };
        let tables = (0..types.table_count()).map(table).collect::<Result<Vec<_>>>()?;
        // Segments that are laid into a read-only table, and those that only declare, do not exist on the target.
        let kept = module.elements.iter().zip(items).map(|(segment, items)| match segment.kind {
            ElementKind::Active { table_index, .. } => match tables[table_index.unwrap_or(0) as usize] {
                Table::Static(_) => Vec::new(),
                Table::Dynamic { .. } => items,
            },
            ElementKind::Passive => items,
            ElementKind::Declared => Vec::new(),
        });
        let kept: Vec<_> = kept.collect();
        let exported = module.exports.iter().filter(|export| linked && export.kind == ExternalKind::Func);
        let exported = exported.map(|export| export.index).collect();
        let func_refs = func_refs(module, uses, &kept, &globals, exported)?;
        let segments = kept.into_iter().map(|items| segment(items, &func_refs)).collect();
        let counts = Counts {
            memories: types.memory_count(),
            globals: types.global_count(),
            tables: types.table_count(),
            tags: types.tag_count(),
            func_imports: providers.iter().filter(|provider| matches!(provider, Provider::Module(_))).count()
                as u32,
            func_refs: func_refs.len() as u32,
        };
        let unusual_control = uses.features.intersects(env::UNUSUAL_CONTROL);
        let layout = Layout::new(counts);
        Ok(Self { linked, unusual_control, providers, counts, layout, globals, tables, func_refs, segments })
    }
}

fn items<'a>(segment: &Element<'a>, globals: &[Option<Constant>]) -> Result<Vec<Item<'a>>> {
    let expression = |expression: ConstExpr<'a>| {
        Ok(match constant::evaluate(&expression, globals)? {
            Some(Constant::Null) => Item::Null,
            Some(Constant::Function(function)) => Item::Function(function),
            _ => Item::Computed(Box::new(expression)),
        })
    };
    match &segment.items {
        ElementItems::Functions(functions) => {
            functions.clone().into_iter().map(|f| f.map(Item::Function)).collect()
        }
        ElementItems::Expressions(_, list) => {
            list.clone().into_iter().map(|item| expression(item?)).collect()
        }
    }
}

/// The entries of `table`, which the module defines, if nothing but active segments at known places writes it and nothing but indirect calls reads
/// it; trailing nulls are left out.
fn static_entries(
    module: &Module,
    uses: &Uses,
    table: u32,
    items: &[Vec<Item>],
    globals: &[Option<Constant>],
) -> Result<Option<Vec<Option<u32>>>> {
    let ty = module.types().table_at(table);
    let plain = matches!(module.tables[(table - module.imported_tables) as usize], TableInit::RefNull);
    if !plain || ty.element_type != RefType::FUNCREF || uses.touched_tables.contains(&table) {
        return Ok(None);
    }
    let mut writes = Vec::new();
    for (segment, items) in module.elements.iter().zip(items) {
        let ElementKind::Active { table_index, offset_expr } = &segment.kind else { continue };
        if table_index.unwrap_or(0) != table {
            continue;
        }
        let Some(start) = constant::evaluate(offset_expr, globals)?.and_then(Constant::index) else {
            return Ok(None);
        };
        let end = start.saturating_add(items.len() as u64);
        if end > ty.initial || items.iter().any(|item| matches!(item, Item::Computed(_))) {
            return Ok(None);
        }
        writes.push((start, end, items));
    }
    let written: u64 = writes.iter().map(|(start, end, _)| end - start).sum();
    let len = writes.iter().map(|(_, end, _)| *end).max().unwrap_or(0);
    if len > SPARSE_LIMIT && len / 4 > written {
        return Ok(None);
    }
    let mut entries = vec![None; len as usize];
    for (start, _, items) in writes {
        for (entry, item) in entries[start as usize..].iter_mut().zip(items) {
            *entry = if let Item::Function(function) = item { Some(*function) } else { None };
        }
    }
    Ok(Some(entries))
}

/// The functions in `others` and those whose reference can reach an instruction, numbered in the order of their indices.
fn func_refs(
    module: &Module,
    uses: &Uses,
    segments: &[Vec<Item>],
    globals: &[Option<Constant>],
    others: BTreeSet<u32>,
) -> Result<BTreeMap<u32, u32>> {
    let mut functions = others;
    functions.extend(&uses.references);
    for item in segments.iter().flatten() {
        match item {
            Item::Function(function) => _ = functions.insert(*function),
            Item::Computed(expression) => functions.extend(constant::references(expression)?),
            Item::Null => {}
        }
    }
    for expression in &module.globals {
        functions.extend(constant::references(expression)?);
    }
    for table in &module.tables {
        if let TableInit::Expr(expression) = table {
            functions.extend(constant::references(expression)?);
        }
    }
    functions.extend(globals.iter().filter_map(|global| match global {
        Some(Constant::Function(function)) => Some(*function),
        _ => None,
    }));
    Ok(functions.into_iter().zip(0..).collect())
}

fn segment<'a>(items: Vec<Item<'a>>, func_refs: &BTreeMap<u32, u32>) -> Segment<'a> {
    let mut segment = Segment::default();
    for (index, item) in items.into_iter().enumerate() {
        segment.items.push(match item {
            Item::Function(function) => func_refs[&function],
            Item::Null => NULL_REF,
            Item::Computed(expression) => {
                segment.computed.push((index as u32, *expression));
                NULL_REF
            }
        });
    }
    segment
}
