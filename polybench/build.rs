//! Turns reference.json into the Rust table that `src/reference.rs` includes.

use std::{env, fmt::Write, fs, path::Path};

const DATASETS: [&str; 4] = ["MINI", "SMALL", "MEDIUM", "LARGE"];

fn main() {
    println!("cargo::rerun-if-changed=reference.json");
    let text = fs::read_to_string("reference.json").expect("polybench/reference.json cannot be read");
    let json: serde_json::Value = serde_json::from_str(&text).expect("polybench/reference.json is not JSON");
    let kernels = json["kernels"].as_object().expect("reference.json: `kernels` is not an object");

    let mut table =
        format!("static REFERENCES: [(&str, [Reference; {}]); {}] = [\n", DATASETS.len(), kernels.len());
    for (kernel, datasets) in kernels {
        writeln!(table, "    ({kernel:?}, [").unwrap();
        for dataset in DATASETS {
            let entry = &datasets[dataset];
            let (Some(sha256), Some(bytes)) = (entry["sha256"].as_str(), entry["bytes"].as_u64()) else {
                panic!("reference.json: {kernel} {dataset}: `sha256` or `bytes` is missing or malformed");
            };
            writeln!(table, "        Reference {{ sha256: {sha256:?}, bytes: {bytes} }},").unwrap();
        }
        table.push_str("    ]),\n");
    }
    table.push_str("];\n");
    let out = env::var_os("OUT_DIR").expect("cargo sets OUT_DIR");
    fs::write(Path::new(&out).join("references.rs"), table).expect("OUT_DIR cannot be written");
}
