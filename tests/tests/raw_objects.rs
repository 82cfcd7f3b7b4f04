//! Machine code that no compiler wrote: what the processor keeps from it, whatever the compiler may get wrong. Each
//! attacker traps, and its neighbours find their memory as they left it. And how the kernel tells of a fault of its own,
//! which only such code can bring about.

use aot_compiler::{
    compile::{self, Object, Options},
    image::{App, Config, Console, Expect},
    link::{self, Image},
};
use object::{Object as _, ObjectSection, ObjectSymbol, read::elf::ElfFile64};
use sinter_qemu::{Machine, Verdict};
use sinter_tests::images::{NEIGHBOUR, result};
use std::{fs, ops::Range, process::Command};

/// A module whose `_start` has room for an attack, and calls the kernel.
fn victim(number: usize) -> Object {
    let body = "(drop (memory.grow (i32.const 1)))".repeat(40);
    let text = format!(
        "(module (memory 1 1000) (global i32 (i32.const {number})) (func (export \"_start\") {body}))"
    );
    compiled("victim", &text)
}

fn compiled(name: &str, text: &str) -> Object {
    compile::compile(&wat::parse_str(text).unwrap(), name, &Options::default()).unwrap()
}

/// The machine code of these lines of assembly.
fn assembled(lines: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("attack.s"), lines.to_owned() + "\n").unwrap();
    let arguments = ["--target=aarch64-none-elf", "-c", "attack.s", "-o", "attack.o"];
    assert!(Command::new("clang-19").args(arguments).current_dir(&folder).status().unwrap().success());
    let file = fs::read(folder.path().join("attack.o")).unwrap();
    let file = ElfFile64::<object::Endianness>::parse(&file[..]).unwrap();
    file.section_by_name(".text").unwrap().data().unwrap().to_vec()
}

/// The function `_start` of an object: where it lies in its section, where in the file that section begins, and the
/// relocations in it, each by its offset in the section and the place of its `r_info` in the file.
struct Start {
    range: Range<u64>,
    section: usize,
    relocations: Vec<(u64, usize)>,
}

impl Start {
    fn of(object: &Object) -> Self {
        const SHT_RELA: u32 = 4;
        const ENTRY: usize = 24;
        let file = ElfFile64::<object::Endianness>::parse(&object.bytes[..]).unwrap();
        let start = file.symbols().find(|symbol| symbol.name() == Ok("_start")).unwrap();
        let section = file.section_by_index(start.section_index().unwrap()).unwrap();
        let range = start.address()..start.address() + start.size();
        let mut relocations = Vec::new();
        for table in file.sections() {
            let header = table.elf_section_header();
            let of = header.sh_info.get(file.endian()) as usize;
            if header.sh_type.get(file.endian()) != SHT_RELA || of != section.index().0 {
                continue;
            }
            let place = table.file_range().unwrap().0 as usize;
            for (index, entry) in table.data().unwrap().chunks_exact(ENTRY).enumerate() {
                let offset = u64::from_le_bytes(entry[..8].try_into().unwrap());
                if range.contains(&offset) {
                    relocations.push((offset, place + index * ENTRY + 8));
                }
            }
        }
        Self { range, section: section.file_range().unwrap().0 as usize, relocations }
    }

    /// Puts `code` into the function of `object`, `at` bytes behind its start, where nothing is relocated any more.
    fn overwrite(&self, object: &mut Object, at: u64, code: &[u8]) {
        let from = self.range.start + at;
        let range = from..from + code.len() as u64;
        assert!(range.end <= self.range.end, "no room: {:?}", self.range);
        let place = self.section + from as usize;
        object.bytes[place..place + code.len()].copy_from_slice(code);
        for (_, info) in self.relocations.iter().filter(|(offset, _)| range.contains(offset)) {
            object.bytes[*info..info + 8].fill(0); // R_AARCH64_NONE
        }
    }
}

/// The image of two neighbours and, between them, an attacker for each of `codes`.
fn image(codes: &[String]) -> Image {
    let mut objects = vec![compiled("neighbour", NEIGHBOUR)];
    let app = |name: String, module: usize| App::new(name.clone(), module, name);
    let mut apps = vec![app("first".into(), 0)];
    for (number, code) in codes.iter().enumerate() {
        let mut object = victim(number);
        // An attack that comes to nothing ends the app as if all were well.
        let code = assembled(&format!("mov x9, x30\n{code}\nmov x30, x9\nret"));
        Start::of(&object).overwrite(&mut object, 0, &code);
        objects.push(object);
        apps.push(App { expect: Expect::Trap, ..app(format!("attacker-{number}"), number + 1) });
    }
    apps.push(app("last".into(), 0));
    let (name, version) = ("raw".into(), "0.0.0".into());
    let config = Config { name, version, console: Console::Uart, screen: false, apps, folders: Vec::new() };
    link::link(&config, &objects).unwrap()
}

/// Boots it; how it ended, and what the serial port showed.
fn boot(image: &Image, count_instructions: bool) -> (Verdict, String) {
    let folder = tempfile::tempdir().unwrap();
    let kernel = folder.path().join("kernel8.img");
    fs::write(&kernel, &image.raw).unwrap();
    let timeout = Some(std::time::Duration::from_secs(600));
    let machine =
        Machine { count_instructions, timeout, ..Machine::new(&kernel, sinter_qemu::Console::Serial) };
    let mut output = Vec::new();
    let ending = machine.run(&mut output).unwrap();
    (ending.verdict, String::from_utf8_lossy(&output).into_owned())
}

/// Instructions that put `value` into `register`, always four.
fn constant(register: &str, value: u64) -> String {
    let part = |index: u32| value >> (16 * index) & 0xffff;
    let mut lines = format!("movz {register}, #{}\n", part(0));
    (1..4).for_each(|index| lines += &format!("movk {register}, #{}, lsl #{}\n", part(index), 16 * index));
    lines
}

/// The address of a symbol of the image.
fn address(image: &Image, name: &str) -> u64 {
    let file = ElfFile64::<object::Endianness>::parse(&image.elf[..]).unwrap();
    file.symbol_by_name(name).unwrap_or_else(|| panic!("no symbol {name}")).address()
}

/// At the start, x0 is the address of the memory and of what lies below it, x30 one in the kernel's code.
fn attacks(constant_data: u64, kernel_code: u64) -> Vec<String> {
    let at = |address: u64, access: &str| constant("x1", address) + access;
    let from_base = |distance: u64, access: &str| constant("x1", distance) + "add x1, x0, x1\n" + access;
    const LOAD: &str = "ldrb w2, [x1]";
    const STORE: &str = "strb w2, [x1]";
    const CALL: &str = "blr x1";
    const GIB: u64 = 1 << 30;
    vec![
        // Writing code: one's own, and the kernel's.
        "adr x1, .\n str wzr, [x1]".into(),
        "str wzr, [x30]".into(),
        at(kernel_code, STORE),
        "adr x1, .\n stp xzr, xzr, [x1, #64]\n dc zva, x1".into(),
        // Writing constants: the image's configuration, with the tables of apps in it.
        at(constant_data, STORE),
        at(constant_data, "ldaxr x2, [x1]\n stlxr w3, xzr, [x1]"),
        // Executing data: the app's memory, context and stack, constants, and the kernel's variables and devices.
        // 0xd65f03c0 is a return.
        constant("x2", 0xd65f_03c0) + "str w2, [x0]\n ic iallu\n isb\n blr x0",
        constant("x2", 0xd65f_03c0) + "str w2, [x0, #-8]!\n blr x0",
        constant("x2", 0xd65f_03c0) + "mov x1, sp\n str w2, [x1, #-16]!\n blr x1",
        at(constant_data, CALL),
        at(0x3f20_1000, CALL),
        at(0x4000_0040, CALL),
        // Jumps through a pointer that is none: null, an odd one, and addresses that no address is.
        at(0, CALL),
        at(kernel_code + 2, CALL),
        at(0x0000_ffff_ffff_fff0, CALL),
        at(0x8000_0000_0000_0000, CALL),
        // Every edge of the window, and what lies far from it.
        from_base(65536, LOAD),
        from_base(65535, "ldr w2, [x1]"),
        from_base(4 * GIB - 1, STORE),
        from_base(4 * GIB + 65536, LOAD),
        from_base(8 * GIB - 1, STORE),
        from_base(8 * GIB + 65536, LOAD),
        from_base(0u64.wrapping_sub(GIB), LOAD),
        at(0, LOAD),
        at(8, STORE),
        at(0x8000_0000_0000_0000, LOAD),
        at(0xffff_ffff_ffff_ff00, STORE),
        // The stack: far below, and a pointer that is none.
        "mov x1, sp\n sub x1, x1, #4, lsl #12\n sub x1, x1, #0x800, lsl #12\n str x1, [x1]".into(),
        "mov sp, x0\n 1: stp x0, x0, [sp, #-16]!\n b 1b".into(),
        "mov x1, #0\n mov sp, x1\n stp x0, x0, [sp, #-16]!".into(),
        // Instructions that are none, or not an app's.
        "udf #0".into(),
        "brk #1".into(),
        "svc #0".into(),
    ]
}

#[test]
fn machine_code_cannot_change_code_run_data_or_leave_its_window() {
    // What the attacks aim at is known when the image is linked; they are as long with other addresses.
    let first = image(&attacks(0, 0));
    let targets = |image: &Image| (address(image, "sinter_image"), address(image, "sinter_memory_grow"));
    let (data, code) = targets(&first);
    let codes = attacks(data, code);
    let image = image(&codes);
    assert_eq!(targets(&image), (data, code));
    for count_instructions in [false, true] {
        let (verdict, output) = boot(&image, count_instructions);
        let output = output.replace("\x1b[32m", "").replace("\x1b[31m", "").replace("\x1b[0m", "");
        for (number, code) in codes.iter().enumerate() {
            let result = result(&output, &format!("attacker-{number}"));
            assert!(result.starts_with("trap: "), "{code}\nis not a trap but {result}\n{output}");
        }
        assert_eq!(verdict, Verdict::Exited(0), "{output}");
    }
}

/// The kernel's own function faults, as its caller passes an address that is none. No compiled code can do that.
#[test]
fn a_fault_of_the_kernel_is_a_panic_with_names_behind_all_that_was_written() {
    /// Bytes that make the frame.
    const PROLOGUE: u64 = 8;
    let mut object = victim(0);
    let start = Start::of(&object);
    let (mut wild, here) = (constant("x0", 0x0000_7000_dead_0000), PROLOGUE + 16);
    let call = start.relocations.iter().map(|(offset, _)| offset - start.range.start);
    wild += &format!("b . + {}", call.filter(|&call| call > here).min().unwrap() - here);
    start.overwrite(&mut object, PROLOGUE, &assembled(&wild));
    let (name, version) = ("raw".into(), "0.0.0".into());
    let apps = vec![App::new("wild".into(), 0, "wild".into())];
    let config = Config { name, version, console: Console::Uart, screen: false, apps, folders: Vec::new() };
    let image = link::link(&config, &[object]).unwrap();
    for count_instructions in [false, true] {
        let (verdict, output) = boot(&image, count_instructions);
        assert_eq!(verdict, Verdict::Exited(101), "{output}");
        let (before, after) = output.split_once("kernel panic").expect(&output);
        assert!(before.contains("board revision"), "{output}");
        let parts = [
            "exception in the kernel",
            "DataAbort",
            "FAR_EL1 0x7000deac",
            "sinter_memory_grow+0x",
            "[app code]+0x",
            "program::main+0x",
        ];
        for part in parts {
            assert!(after.contains(part), "no {part:?} in\n{output}");
        }
    }
}
