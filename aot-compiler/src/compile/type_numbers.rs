//! The numbers that indirect calls compare: equal for equal function types, in all modules of an image, with no table
//! to share.
//!
//! Almost all types have a number of their own by [`exact`]. The rest share 2^31 hash values. Two that collide would
//! break the type check of indirect calls, so each such type also defines an absolute symbol whose name is the number
//! and whose value is 64 further bits of the hash: the linker refuses two values for one name.

use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};
use wasmparser::{
    CompositeInnerType, FuncType, HeapType, UnpackedIndex, ValType,
    types::{CoreTypeId, TypesRef},
};

/// Set in the number of every type that [`exact`] does not cover.
const HASHED: u32 = 1 << 31;

/// Greatest number of parameters with which every number of [`exact`] is below [`HASHED`].
const EXACT_PARAMS: usize = 14;

/// The numbers of a module's function types.
#[derive(Default)]
pub struct TypeNumbers {
    /// By type index; `None` for what is not a function type.
    pub numbers: Vec<Option<u32>>,
    /// The symbols that keep other types from having one of these numbers: name and value.
    pub guards: BTreeMap<String, u64>,
    identities: HashMap<CoreTypeId, [u8; 32]>,
}

impl TypeNumbers {
    /// Numbers the types in `types`; `None` if two of them collide, which happens to one in 2^31 pairs.
    pub fn new(types: TypesRef) -> Option<Self> {
        let mut all = Self::default();
        for index in 0..types.core_type_count_in_module() {
            let id = types.core_type_at_in_module(index);
            let CompositeInnerType::Func(ty) = &types[id].composite_type.inner else {
                all.numbers.push(None);
                continue;
            };
            let digest = match all.identities.get(&id) {
                Some(digest) => *digest,
                None => Sha256::digest(all.canonical(ty)).into(),
            };
            all.identities.insert(id, digest);
            let number = exact(ty).unwrap_or_else(|| HASHED | word(&digest, 0) as u32);
            all.numbers.push(Some(number));
            if number & HASHED != 0 {
                // Zero would be taken for an undefined symbol's value.
                let value = word(&digest, 8) | 1;
                let other = all.guards.insert(format!("sinter_type_{number:08x}"), value);
                if other.is_some_and(|other| other != value) {
                    return None;
                }
            }
        }
        Some(all)
    }

    /// What a function type of the module has in common with equal types anywhere, and with no other.
    ///
    /// # Panics
    /// If it is not one of the types that were numbered.
    pub fn identity(&self, id: CoreTypeId) -> [u8; 32] {
        self.identities[&id]
    }

    /// What a value type has in common with equal types anywhere, and with others only if they differ in whether they
    /// may be null.
    pub fn value_identity(&self, ty: ValType) -> Vec<u8> {
        let ValType::Ref(reference) = ty else { return ty.to_string().into_bytes() };
        match reference.heap_type() {
            // A type is defined before those that refer to it, unless it refers to itself.
            HeapType::Concrete(UnpackedIndex::Id(id)) | HeapType::Exact(UnpackedIndex::Id(id)) => {
                self.identities.get(&id).map_or(b"self".to_vec(), |identity| identity.to_vec())
            }
            _ => reference.nullable().to_string().into_bytes(),
        }
    }

    /// A description of `ty`, which was not seen before, that is the same in every module.
    fn canonical(&self, ty: &FuncType) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (list, end) in [(ty.params(), b'>'), (ty.results(), b'.')] {
            for ty in list {
                let nullable = matches!(ty, ValType::Ref(reference) if reference.is_nullable());
                bytes.push(if nullable { b'?' } else { b'!' });
                bytes.extend(self.value_identity(*ty));
                bytes.push(b',');
            }
            bytes.push(end);
        }
        bytes
    }
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

fn word(digest: &[u8; 32], at: usize) -> u64 {
    u64::from_le_bytes(*digest[at..].first_chunk().expect("a digest has 32 bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use wasmparser::{Validator, WasmFeatures};

    const BASIC: [ValType; 4] = [ValType::I32, ValType::I64, ValType::F32, ValType::F64];

    fn numbers(text: &str) -> TypeNumbers {
        let wasm = wat::parse_str(text).unwrap();
        let types = Validator::new_with_features(WasmFeatures::all()).validate_all(&wasm).unwrap();
        TypeNumbers::new(types.as_ref()).unwrap()
    }

    #[test]
    fn exact_numbers_differ() {
        let mut seen = HashSet::new();
        let mut lists = vec![vec![]];
        for start in 0.. {
            let Some(list) = lists.get(start).cloned() else { break };
            if list.len() < 6 {
                lists.extend(BASIC.map(|ty| list.iter().copied().chain([ty]).collect::<Vec<_>>()));
            }
            for results in [&[][..], &BASIC[..1], &BASIC[1..2], &BASIC[2..3], &BASIC[3..]] {
                let ty = FuncType::new(list.clone(), results.to_vec());
                assert!(seen.insert(exact(&ty).unwrap()), "{ty:?} shares its number");
            }
        }
    }

    #[test]
    fn exact_numbers_stay_in_range() {
        let widest = FuncType::new([ValType::F64; EXACT_PARAMS], [ValType::F64]);
        assert!(exact(&widest).is_some_and(|number| number < HASHED));
        assert_eq!(exact(&FuncType::new([ValType::F64; EXACT_PARAMS + 1], [])), None);
        assert_eq!(exact(&FuncType::new([], [ValType::I32; 2])), None);
        let common = FuncType::new([ValType::I32; 5], [ValType::I32]);
        assert!(exact(&common).unwrap() < 4095);
    }

    #[test]
    fn other_types_are_told_apart_and_guarded() {
        let TypeNumbers { numbers, guards, .. } = numbers(
            "(module (type (func (param v128))) (type (func (param funcref))) (type (func (result i32 i32)))
               (type (func (param v128))) (type (func)))",
        );
        assert_eq!(numbers[0], numbers[3]);
        assert_eq!(numbers[4], Some(0));
        assert_eq!(numbers.iter().collect::<HashSet<_>>().len(), 4);
        assert_eq!(guards.len(), 3);
        assert!(guards.values().all(|&value| value != 0));
    }

    #[test]
    fn equal_types_have_equal_numbers_wherever_they_are_defined() {
        let alone = numbers("(module (type $t (func (param v128))) (type (func (param (ref $t)))))");
        let behind = numbers(
            "(module (type (func)) (type $u (func (result v128))) (type $t (func (param v128)))
               (type (func (param (ref $t)))) (type (func (param (ref $u)))) (type (func (param (ref null $t)))))",
        );
        assert_eq!(alone.numbers[1], behind.numbers[3]);
        let distinct = [behind.numbers[3], behind.numbers[4], behind.numbers[5]];
        assert_eq!(distinct.iter().collect::<HashSet<_>>().len(), 3);
    }
}
