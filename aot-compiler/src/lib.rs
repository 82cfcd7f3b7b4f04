//! Sinter's host side: WebAssembly modules to AArch64 objects, and objects to a bootable image.

pub mod compile;
pub mod image;
pub mod inspect;
pub mod link;
pub mod manifest;
pub mod push;
pub mod run;
