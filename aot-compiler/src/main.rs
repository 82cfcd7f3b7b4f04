//! The `sinter` command: WebAssembly programs to a bootable image, and the image into an emulator.

mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
