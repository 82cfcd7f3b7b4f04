//! What PolyBench/C's own programs in C take elsewhere (polybench/c-programs.json).

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A compiler's programs, measured once and carried along.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Peer {
    /// The compiler and what it was told.
    pub name: String,
    /// Executed instructions by kernel, between PolyBench/C's two reads of the clock.
    pub kernels: BTreeMap<String, u64>,
}

#[derive(Deserialize)]
struct File {
    dataset: String,
    peers: Vec<Peer>,
}

impl Peer {
    /// All peers that were measured at this dataset.
    pub fn at(dataset: &str) -> Vec<Self> {
        let text = include_str!("../../../c-programs.json");
        let file: File = serde_json::from_str(text).expect("c-programs.json is valid");
        if file.dataset == dataset { file.peers } else { Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::POLYBENCH;

    #[test]
    fn peers_have_all_kernels_of_one_dataset() {
        assert!(Peer::at("SMALL").is_empty());
        let peers = Peer::at("MEDIUM");
        assert!(peers.iter().any(|peer| peer.name.contains("contracts")), "{peers:?}");
        for peer in peers {
            assert_eq!(peer.kernels.into_keys().collect::<Vec<_>>(), POLYBENCH.programs(), "{}", peer.name);
        }
    }
}
