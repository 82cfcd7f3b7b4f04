//! Any bytes on a card: it is mounted or refused, and what then seems to be on it is used. No sum may overflow in it, the FAT library's
//! included.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sinter_cards::damage::try_card;

fuzz_target!(|bytes: &[u8]| try_card(bytes));
