//! Wasm types: their machine types, and the numbers that indirect calls compare.

use cranelift_codegen::ir::{self, types};
use sha2::{Digest, Sha256};
use wasmparser::{FuncType, ValType};

/// The machine type of a value. References are addresses, 0 for null.
pub fn machine(ty: ValType) -> ir::Type {
    match ty {
        ValType::I32 => types::I32,
        ValType::I64 | ValType::Ref(_) => types::I64,
        ValType::F32 => types::F32,
        ValType::F64 => types::F64,
        ValType::V128 => VECTOR,
    }
}

/// The type that vectors have between instructions; those that see other lanes cast.
pub const VECTOR: ir::Type = types::I8X16;

/// Set in the number of every type that [`exact`] does not cover.
const HASHED: u32 = 1 << 31;

/// Greatest number of parameters with which every number of [`exact`] is below [`HASHED`].
const EXACT_PARAMS: usize = 14;

/// A function type's canonical number: equal for equal types, in all modules of an image, with no table to share.
///
/// Almost all types have a number of their own by [`exact`]. The rest share 2^31 hash values. Two that collide would
/// break the type check of indirect calls, so each such type also defines an absolute symbol, [`guard_symbol`], whose
/// name is the number and whose value is 64 further bits of the hash: the linker refuses two values for one name.
pub fn number(ty: &FuncType) -> u32 {
    exact(ty).unwrap_or_else(|| HASHED | digest(ty).0)
}

/// The symbol's name and value that keep other types from having `ty`'s number; `None` if none can have it.
pub fn guard_symbol(ty: &FuncType) -> Option<(String, u64)> {
    exact(ty).is_none().then(|| (format!("sinter_type_{:08x}", number(ty)), digest(ty).1))
}

/// Numbers in bijective base 4 for the parameters, times five for no or one result. Types with few parameters get
/// numbers below 4096, which a compare instruction holds as an immediate.
fn exact(ty: &FuncType) -> Option<u32> {
    let digit = |ty: &ValType| match ty {
        ValType::I32 => Some(1),
        ValType::I64 => Some(2),
        ValType::F32 => Some(3),
        ValType::F64 => Some(4),
        _ => None,
    };
    if ty.params().len() > EXACT_PARAMS || ty.results().len() > 1 {
        return None;
    }
    let params = ty.params().iter().try_fold(0, |number, ty| Some(number * 4 + digit(ty)?))?;
    let result = ty.results().first().map_or(Some(0), digit)?;
    Some(params * 5 + result)
}

fn digest(ty: &FuncType) -> (u32, u64) {
    let hash = Sha256::digest(text(ty));
    let (head, tail) = hash.split_at(8);
    let (head, tail) = (head.first_chunk(), tail.first_chunk());
    let (head, tail) = (u64::from_le_bytes(*head.unwrap()), u64::from_le_bytes(*tail.unwrap()));
    // The value of an absolute symbol must not be 0, which the linker takes for undefined.
    (head as u32 & !HASHED, tail | 1)
}

/// A function type in words, such as `(i32, i64) -> i32`.
pub fn text(ty: &FuncType) -> String {
    let list = |types: &[ValType]| types.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    match ty.results() {
        [] => format!("({})", list(ty.params())),
        [result] => format!("({}) -> {result}", list(ty.params())),
        results => format!("({}) -> ({})", list(ty.params()), list(results)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    const BASIC: [ValType; 4] = [ValType::I32, ValType::I64, ValType::F32, ValType::F64];

    #[test]
    fn different_types_have_different_numbers() {
        let mut seen = HashSet::new();
        let mut lists = vec![vec![]];
        for start in 0.. {
            let Some(list) = lists.get(start).cloned() else { break };
            if list.len() < 6 {
                lists.extend(BASIC.map(|ty| list.iter().copied().chain([ty]).collect::<Vec<_>>()));
            }
            for results in [&[][..], &BASIC[..1], &BASIC[1..2], &BASIC[2..3], &BASIC[3..], &BASIC] {
                let ty = FuncType::new(list.clone(), results.to_vec());
                assert!(seen.insert(number(&ty)), "{} shares its number", text(&ty));
                assert_eq!(guard_symbol(&ty).is_some(), results.len() > 1);
            }
        }
    }

    #[test]
    fn numbers_stay_in_range() {
        let widest = FuncType::new([ValType::F64; EXACT_PARAMS], [ValType::F64]);
        assert!(exact(&widest).is_some_and(|number| number < HASHED));
        let wider = FuncType::new([ValType::F64; EXACT_PARAMS + 1], []);
        assert!(number(&wider) >= HASHED);
        let vector = FuncType::new([ValType::V128], []);
        assert!(number(&vector) >= HASHED);
        assert_ne!(number(&vector), number(&FuncType::new([ValType::FUNCREF], [])));
    }

    #[test]
    fn common_types_fit_an_immediate() {
        let common = FuncType::new([ValType::I32; 5], [ValType::I32]);
        assert!(number(&common) < 4095);
    }

    #[test]
    fn types_read_well() {
        assert_eq!(text(&FuncType::new([], [])), "()");
        assert_eq!(text(&FuncType::new([ValType::I32, ValType::I64], [ValType::F32])), "(i32, i64) -> f32");
        assert_eq!(text(&FuncType::new([], [ValType::I32, ValType::FUNCREF])), "() -> (i32, funcref)");
    }
}
