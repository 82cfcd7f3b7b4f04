//! What the board needs to boot: the image's linker script, the firmware with its settings, and the SD card.

pub mod beside;
pub mod card;
pub mod disk;
pub mod firmware;
pub mod flash;

/// The linker script of the image.
pub const KERNEL_LD: &str = include_str!("../kernel.ld");

/// The linker script of the chainloader.
pub const CHAINLOADER_LD: &str = include_str!("../chainloader.ld");

/// The firmware's settings, which lie as `config.txt` beside the image on the boot partition.
pub const CONFIG_TXT: &str = include_str!("../config.txt");

/// Bytes of RAM that the firmware leaves to the Arm cores: 1 GiB less the 64 MiB that it keeps for the GPU by default
/// (`gpu_mem` in the documentation of config.txt).
pub const RAM: u64 = (1024 - 64) << 20;

#[cfg(test)]
mod tests {
    use super::CONFIG_TXT;
    use std::collections::HashMap;

    /// The firmware reads at most 98 characters of a line and takes nothing from longer ones.
    #[test]
    fn the_firmware_can_read_the_settings() {
        let settings = CONFIG_TXT.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        let settings: HashMap<_, _> = settings.map(|line| line.split_once('=').expect("KEY=VALUE")).collect();
        assert_eq!(settings["kernel"], "kernel8.img");
        assert_eq!(settings["kernel_address"], "0x80000");
        assert!(!settings.contains_key("gpu_mem"), "RAM counts with the default");
        assert!(CONFIG_TXT.is_ascii() && CONFIG_TXT.lines().all(|line| line.len() <= 98));
    }
}
