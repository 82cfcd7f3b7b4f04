//! The manifest's keys as they are written.

use super::size::Size;
use crate::image::Expect;
use indexmap::IndexMap;
use serde::{
    Deserialize, Deserializer,
    de::{self, Visitor},
};
use std::{fmt, path::PathBuf};
use toml::Spanned;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    #[serde(default)]
    pub(super) image: Image,
    #[serde(default)]
    pub(super) app: IndexMap<Spanned<String>, App>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Image {
    pub(super) name: Option<String>,
    pub(super) version: Option<String>,
    #[serde(default)]
    pub(super) screen: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct App {
    pub(super) module: Spanned<PathBuf>,
    #[serde(default)]
    pub(super) modules: IndexMap<Spanned<String>, PathBuf>,
    #[serde(default)]
    pub(super) args: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) env: IndexMap<Spanned<String>, Spanned<String>>,
    #[serde(default)]
    pub(super) mounts: Vec<Mount>,
    #[serde(default)]
    pub(super) memory: Memory,
    pub(super) priority: Option<Spanned<u32>>,
    pub(super) on_exit: Option<Spanned<OnExit>>,
    pub(super) restart: Option<Spanned<Restart>>,
    pub(super) expect: Option<Ending>,
    #[serde(default)]
    pub(super) fp_contract: FpContract,
    pub(super) stdin: Option<Spanned<String>>,
    pub(super) stdout: Option<Spanned<String>>,
    pub(super) cores: Option<Spanned<Vec<u32>>>,
    #[serde(default)]
    pub(super) limits: Limits,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Mount {
    pub(super) from: Spanned<String>,
    pub(super) to: Spanned<String>,
    #[serde(default)]
    pub(super) mode: Mode,
}

/// Without the key, an app gets the lesser right.
#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Mode {
    #[default]
    Ro,
    Rw,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Memory {
    pub(super) max: Option<Size>,
    pub(super) stack: Option<Spanned<Size>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Limits {
    pub(super) cpu_ms: Option<Spanned<u64>>,
    pub(super) open_files: Option<Spanned<u32>>,
    pub(super) file_bytes: Option<Size>,
    pub(super) data_bytes: Option<Size>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum FpContract {
    #[default]
    Off,
    Fast,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum OnExit {
    Stop,
    Restart,
    Reboot,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Restart {
    pub(super) max: u32,
    pub(super) window_s: u32,
}

/// `"trap"`, `"limit"` or an exit status.
pub(super) struct Ending(pub(super) Expect);

impl<'de> Deserialize<'de> for Ending {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl Visitor<'_> for Either {
            type Value = Expect;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("an exit status from 0 to 255, \"trap\" or \"limit\"")
            }

            fn visit_i64<E: de::Error>(self, value: i64) -> Result<Expect, E> {
                let status = u8::try_from(value);
                status
                    .map(|status| Expect::Status(status.into()))
                    .map_err(|_| E::invalid_value(de::Unexpected::Signed(value), &self))
            }

            fn visit_str<E: de::Error>(self, value: &str) -> Result<Expect, E> {
                match value {
                    "trap" => Ok(Expect::Trap),
                    "limit" => Ok(Expect::OutOfTime),
                    _ => Err(E::invalid_value(de::Unexpected::Str(value), &self)),
                }
            }
        }
        deserializer.deserialize_any(Either).map(Self)
    }
}
