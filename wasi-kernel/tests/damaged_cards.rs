//! Cards with bytes that someone changed, at random; `wasi-kernel/fuzz` looks for such that reach new code.

use proptest::{collection::vec, prelude::*};
use sinter_cards::damage::try_card;

/// A change of a card as [`try_card`] reads it: its place, and what it is there from then on.
fn change() -> impl Strategy<Value = Vec<u8>> {
    (any::<[u8; 4]>(), vec(any::<u8>(), 1..6))
        .prop_map(|(place, bytes)| place.into_iter().chain([bytes.len() as u8]).chain(bytes).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 3000, ..ProptestConfig::default() })]
    #[test]
    fn no_card_does_harm(what in any::<u8>(), changes in vec(change(), 0..6)) {
        try_card(&[vec![what], changes.concat()].concat());
    }
}
