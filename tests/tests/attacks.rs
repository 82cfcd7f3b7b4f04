//! Attacks by apps on what is not theirs: memory around their window, tables, the stack, and the kernel by wrong
//! pointers. Each ends in its defined result, and their neighbours find their memory as they left it.

use sinter_tests::images::{NEIGHBOUR, folder, result, succeed};
use std::fmt::Write;

/// Boots an image of these attackers (name, module's text, further keys, and what the closing table says of it) between
/// two neighbours.
fn attack(attackers: &[(String, String, &str, &str)]) {
    let neighbour = String::from(NEIGHBOUR);
    let mut modules = vec![("neighbour", &neighbour[..])];
    modules.extend(attackers.iter().map(|(name, text, ..)| (&name[..], &text[..])));
    let mut apps = vec![("first", "neighbour", "")];
    apps.extend(attackers.iter().map(|(name, _, keys, _)| (&name[..], &name[..], *keys)));
    apps.push(("last", "neighbour", ""));
    let folder = folder(&modules, &apps);
    for options in [&[] as &[&str], &["--icount"]] {
        let output = succeed(&folder, options);
        for (name, _, _, expected) in attackers {
            assert!(result(&output, name).starts_with(expected), "{name} is not {expected:?}:\n{output}");
        }
    }
}

/// Attackers, `TAG-NUMBER`, whose `_start` is one of `bodies` in a module with these `fields`, and which trap for `reason`.
fn traps(
    tag: &str,
    fields: &str,
    reason: &'static str,
    bodies: &[&str],
) -> Vec<(String, String, &'static str, &'static str)> {
    let attacker = |(index, body): (usize, &&str)| {
        let name = format!("{tag}-{index}");
        (
            name,
            format!("(module {fields} (func $start (export \"_start\") {body}))"),
            "expect = 'trap'",
            reason,
        )
    };
    bodies.iter().enumerate().map(attacker).collect()
}

#[test]
fn memory_outside_of_the_window_is_out_of_reach() {
    let attackers = traps(
        "edge",
        r#"(memory 1 2) (data $d "abc")"#,
        "trap: out of bounds memory access",
        &[
            // Each edge, by each width, to read and to write.
            "(drop (i32.load8_u (i32.const 65536)))",
            "(drop (i32.load (i32.const 65533)))",
            "(drop (i64.load (i32.const 65529)))",
            "(drop (v128.load (i32.const 65521)))",
            "(i32.store8 (i32.const 65536) (i32.const 1))",
            "(i32.store16 (i32.const 65535) (i32.const 1))",
            "(i64.store (i32.const 65529) (i64.const -1))",
            "(v128.store (i32.const 65521) (v128.const i64x2 -1 -1))",
            // Index and offset that would wrap to a valid address in 32 bits.
            "(drop (i32.load offset=32 (i32.const -16)))",
            "(drop (i32.load8_u offset=4294967295 (i32.const 1)))",
            "(i64.store offset=4294967295 (i32.const -1) (i64.const -1))",
            "(i32.store8 offset=4294967295 (i32.const -1) (i32.const 1))",
            // The last byte below 4 GiB, across it, and the stack and context below the memory as -1.
            "(drop (i32.load (i32.const -1)))",
            "(drop (i64.load (i32.const -4)))",
            "(i32.store (i32.const -4096) (i32.const 1))",
            "(i32.store offset=2147483648 (i32.const -2147483648) (i32.const 1))",
            // Sums that the compiler might fold.
            "(local i32) (local.set 0 (i32.const 65535)) (i32.store offset=1 (i32.add (local.get 0) (i32.const 4)) (i32.const 1))",
            "(local i32) (local.set 0 (i32.const -65536)) (drop (i64.load offset=131064 (i32.sub (local.get 0) (i32.const 8))))",
            // Behind what growth gave, and behind what it refused.
            "(drop (memory.grow (i32.const 1))) (i32.store (i32.const 131069) (i32.const 1))",
            "(if (i32.ne (memory.grow (i32.const 2)) (i32.const -1)) (then (return))) (i32.store (i32.const 65536) (i32.const 1))",
            // Bulk operations, which write nothing when they do not fit.
            "(memory.fill (i32.const 65535) (i32.const 1) (i32.const 2))",
            "(memory.fill (i32.const 0) (i32.const 1) (i32.const -1))",
            "(memory.copy (i32.const 65530) (i32.const 0) (i32.const 7))",
            "(memory.copy (i32.const 0) (i32.const -1) (i32.const 1))",
            "(memory.init $d (i32.const 65534) (i32.const 0) (i32.const 3))",
            "(memory.init $d (i32.const 0) (i32.const 1) (i32.const -1))",
        ],
    );
    attack(&attackers);
}

#[test]
fn tables_are_not_confused() {
    const FIELDS: &str = r#"
        (type $long (func (param i64) (result i64)))
        (table $t 4 8 funcref)
        (memory 1)
        (func $int (param i32) (result i32) (local.get 0))
        (func $float (param f64) (result f64) (local.get 0))
        (elem (table $t) (i32.const 0) func $int $float)
        (elem $e func $int)
        (elem declare func $start)"#;
    let mut attackers = traps(
        "type",
        FIELDS,
        "trap: indirect call type mismatch",
        &[
            "(drop (call_indirect (type $long) (i64.const -1) (i32.const 0)))",
            "(drop (call_indirect (type $long) (i64.const -1) (i32.const 1)))",
            "(drop (call_indirect (result i32) (i32.const 0)))",
            "(table.set (i32.const 2) (ref.func $start)) (drop (call_indirect (type $long) (i64.const 5) (i32.const 2)))",
        ],
    );
    attackers.extend(traps(
        "outside",
        FIELDS,
        "trap: undefined element",
        &[
            "(call_indirect (i32.const 4))",
            "(call_indirect (i32.const -1))",
            "(call_indirect (i32.const -2147483648))",
        ],
    ));
    attackers.extend(traps(
        "null",
        FIELDS,
        "trap: uninitialized element",
        &[
            "(call_indirect (i32.const 3))",
            "(table.set (i32.const 0) (ref.null func)) (call_indirect (i32.const 0))",
        ],
    ));
    attackers.extend(traps(
        "access",
        FIELDS,
        "trap: undefined element: out of bounds table access",
        &[
            "(table.set (i32.const 4) (ref.null func))",
            "(drop (table.get (i32.const -1)))",
            "(table.fill (i32.const 3) (ref.null func) (i32.const 2))",
            "(table.copy (i32.const 3) (i32.const 0) (i32.const 2))",
            "(table.init $e (i32.const 0) (i32.const 0) (i32.const -1))",
            "(if (i32.ne (table.grow (ref.null func) (i32.const 5)) (i32.const -1)) (then (return))) (drop (table.get (i32.const 4)))",
        ],
    ));
    // Whatever is written to memory, no table is there.
    let corrupting = format!(
        "(module {FIELDS} (func $start (export \"_start\")
            (memory.fill (i32.const 0) (i32.const 255) (i32.const 65536))
            (if (i32.ne (call_indirect (param i32) (result i32) (i32.const 77) (i32.const 0)) (i32.const 77)) (then unreachable))))"
    );
    attackers.push(("corrupting".into(), corrupting, "", "exit status 0"));
    attack(&attackers);
}

#[test]
fn the_stack_ends_at_its_guard() {
    // A frame of 16 bytes for each of `count` vectors that live across the call.
    let frame = |count: usize| {
        let mut text = String::from("(module (memory 1) (func $deep (param i32) (result v128)");
        (0..count).for_each(|local| _ = write!(text, " (local $v{local} v128)"));
        (0..count).for_each(|local| {
            _ = write!(text, "(local.set $v{local} (v128.load offset={} (local.get 0)))", local * 16);
        });
        text += "(call $deep (i32.xor (local.get 0) (i32.const 16)))";
        (0..count).for_each(|local| _ = write!(text, "(v128.xor (local.get $v{local}))"));
        text + ") (func (export \"_start\") (drop (call $deep (i32.const 0)))))"
    };
    let overflow = |name: &str, text: String, keys| (name.into(), text, keys, "trap: call stack exhausted");
    const TRAP: &str = "expect = 'trap'";
    const SMALL: &str = "expect = 'trap'\nmemory = { stack = '4KiB' }";
    const WRITE: &str =
        r#"(import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))"#;
    let calling = format!(
        "(module {WRITE} (memory 1) (func $deep (export \"_start\")
            (if (call $write (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 100)) (then unreachable))
            (call $deep) (i32.store (i32.const 0) (i32.const 1))))"
    );
    let indirect = "(module (table 1 funcref) (elem (i32.const 0) $deep)
        (func $deep (export \"_start\") (call_indirect (i32.const 0)) (table.set (i32.const 0) (ref.null func))))";
    let start = "(module (global $depth (mut i32) (i32.const 0)) (start $deep) (func (export \"_start\"))
        (func $deep (call $deep) (global.set $depth (i32.add (global.get $depth) (i32.const 1)))))";
    attack(&[
        overflow("deep", frame(0), TRAP),
        overflow("wide", frame(64), TRAP),
        overflow("huge", frame(2000), TRAP),
        overflow("huge-small", frame(2000), SMALL),
        overflow("deep-small", frame(0), SMALL),
        overflow("calling", calling.clone(), TRAP),
        overflow("calling-small", calling, SMALL),
        overflow("indirect", indirect.into(), TRAP),
        overflow("start", start.into(), TRAP),
    ]);
}

/// An argument of a WASI call.
#[derive(Clone, Copy)]
enum Arg {
    /// A number.
    N(i64),
    /// A 64-bit number.
    L(i64),
    /// A pointer, which is right here.
    P(i64),
}
use Arg::{L, N, P};

/// Names of two characters lie at 256: a file, a directory, a link, and two that are not there.
const FILE: Arg = P(256);
const FOLDER: Arg = P(260);
const LINK: Arg = P(264);
const NEW: Arg = P(268);
const OTHER: Arg = P(272);
/// One io vector of 16 bytes at 8192 lies at 512.
const VECTOR: Arg = P(512);
/// Room for results.
const A: Arg = P(16384);
const B: Arg = P(20480);
const C: Arg = P(24576);
/// The directory, and the open file.
const DIRECTORY: Arg = N(3);
const OPEN: Arg = N(4);

/// Every function with pointers, with arguments with which it succeeds.
const CALLS: [(&str, &[Arg]); 31] = [
    ("args_get", &[A, B]),
    ("args_sizes_get", &[A, B]),
    ("environ_get", &[A, B]),
    ("environ_sizes_get", &[A, B]),
    ("clock_res_get", &[N(1), A]),
    ("clock_time_get", &[N(1), L(0), A]),
    ("fd_fdstat_get", &[OPEN, A]),
    ("fd_filestat_get", &[OPEN, A]),
    ("fd_pread", &[OPEN, VECTOR, N(1), L(0), A]),
    ("fd_prestat_get", &[DIRECTORY, A]),
    ("fd_prestat_dir_name", &[DIRECTORY, A, N(4)]),
    ("fd_pwrite", &[OPEN, VECTOR, N(1), L(0), A]),
    ("fd_read", &[OPEN, VECTOR, N(1), A]),
    ("fd_readdir", &[DIRECTORY, A, N(64), L(0), B]),
    ("fd_seek", &[OPEN, L(0), N(0), A]),
    ("fd_tell", &[OPEN, A]),
    ("fd_write", &[OPEN, VECTOR, N(1), A]),
    ("path_create_directory", &[DIRECTORY, NEW, N(2)]),
    ("path_filestat_get", &[DIRECTORY, N(0), FILE, N(2), A]),
    ("path_filestat_set_times", &[DIRECTORY, N(0), FILE, N(2), L(0), L(0), N(0)]),
    ("path_link", &[DIRECTORY, N(0), FILE, N(2), DIRECTORY, NEW, N(2)]),
    ("path_open", &[DIRECTORY, N(0), FILE, N(2), N(0), L(RIGHTS), L(RIGHTS), N(0), A]),
    ("path_readlink", &[DIRECTORY, LINK, N(2), A, N(16), B]),
    ("path_remove_directory", &[DIRECTORY, FOLDER, N(2)]),
    ("path_rename", &[DIRECTORY, FILE, N(2), DIRECTORY, NEW, N(2)]),
    ("path_symlink", &[FILE, N(2), DIRECTORY, OTHER, N(2)]),
    ("path_unlink_file", &[DIRECTORY, FILE, N(2)]),
    ("poll_oneoff", &[A, B, N(1), C]),
    ("random_get", &[A, N(16)]),
    ("sock_recv", &[OPEN, VECTOR, N(1), N(0), A, B]),
    ("sock_send", &[OPEN, VECTOR, N(1), N(0), A]),
];

/// All rights of a file.
const RIGHTS: i64 = 0x1fff_ffff;
/// What is no pointer to two bytes or more in a memory of 65,536: its end, one byte before, and far out.
const WILD: [i64; 6] = [65535, 65536, 0x7fff_ffff, 0x8000_0000, 0xffff_fff0, 0xffff_ffff];
const EFAULT: i32 = 21;

/// The fields of a module that calls `function` and others that prepare its files.
fn fields(function: &str, args: &[Arg]) -> String {
    let mut imports = String::new();
    let mut import = |name: &str, args: &[Arg]| {
        let types = args.iter().map(|arg| if let L(_) = arg { "i64 " } else { "i32 " }).collect::<String>();
        _ = write!(
            imports,
            "(import \"wasi_snapshot_preview1\" \"{name}\" (func ${name} (param {types}) (result i32)))"
        );
    };
    for (name, args) in CALLS {
        if name == function
            || ["path_open", "path_create_directory", "path_symlink", "fd_write", "fd_seek"].contains(&name)
        {
            import(name, args);
        }
    }
    assert!(CALLS.iter().any(|(name, known)| *name == function && known.len() == args.len()));
    imports
        + r#"(import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
        (memory (export "memory") 1)
        (data (i32.const 256) "ff\00\00dd\00\00ll\00\00nn\00\00oo\00\00")
        (data (i32.const 512) "\00\20\00\00\10\00\00\00")
        (data (i32.const 8192) "0123456789abcdef")
        (func $check (param $result i32) (param $expected i32) (param $place i32)
            (if (i32.ne (local.get $result) (local.get $expected)) (then (call $exit (local.get $place)))))
        (func $prepare
            (call $check (call $path_open (i32.const 3) (i32.const 0) (i32.const 256) (i32.const 2) (i32.const 1)
                (i64.const 0x1fffffff) (i64.const 0x1fffffff) (i32.const 0) (i32.const 1024)) (i32.const 0) (i32.const 100))
            (call $check (i32.load (i32.const 1024)) (i32.const 4) (i32.const 101))
            (call $check (call $fd_write (i32.const 4) (i32.const 512) (i32.const 1) (i32.const 1024)) (i32.const 0) (i32.const 102))
            (call $check (call $fd_seek (i32.const 4) (i64.const 0) (i32.const 0) (i32.const 1024)) (i32.const 0) (i32.const 103))
            (call $check (call $path_create_directory (i32.const 3) (i32.const 260) (i32.const 2)) (i32.const 0) (i32.const 104))
            (call $check (call $path_symlink (i32.const 256) (i32.const 2) (i32.const 3) (i32.const 264) (i32.const 2)) (i32.const 0) (i32.const 105)))"#
}

fn call(function: &str, args: &[Arg]) -> String {
    let arg = |arg: &Arg| match arg {
        N(value) | P(value) => format!("(i32.const {value})"),
        L(value) => format!("(i64.const {value})"),
    };
    format!("(call ${function} {})", args.iter().map(arg).collect::<String>())
}

/// Every pointer of every call, one at a time; and in the end the call as it should be, which still works.
#[test]
fn wild_pointers_in_every_argument_of_every_call_are_faults() {
    const NOTSOCK: i32 = 57;
    let mut attackers = Vec::new();
    let keys: Vec<_> = (0..CALLS.len())
        .map(|index| {
            format!("env = {{ A = 'b' }}\nmounts = [{{ from = 'ram:/{index}', to = '/dir', mode = 'rw' }}]")
        })
        .collect();
    for ((function, args), keys) in CALLS.iter().zip(&keys) {
        let socket = function.starts_with("sock");
        let mut body = String::from("(call $prepare)");
        for (place, _) in args.iter().enumerate().filter(|(_, arg)| matches!(arg, P(_))) {
            for (which, &wild) in WILD.iter().enumerate() {
                let mut args = args.to_vec();
                args[place] = P(wild);
                // What is no socket is told first.
                let expected = if socket { NOTSOCK } else { EFAULT };
                let number = 1 + place * WILD.len() + which;
                _ = write!(
                    body,
                    "(call $check {} (i32.const {expected}) (i32.const {number}))",
                    call(function, &args)
                );
            }
        }
        let right = if socket { NOTSOCK } else { 0 };
        _ = write!(body, "(call $check {} (i32.const {right}) (i32.const 99))", call(function, args));
        let text = format!("(module {} (func (export \"_start\") {body}))", fields(function, args));
        attackers.push(((*function).to_owned(), text, &keys[..], "exit status 0"));
    }
    attack(&attackers);
}

#[test]
fn io_vectors_that_lie_are_faults_or_transfer_the_first() {
    let args = CALLS.iter().find(|(name, _)| *name == "fd_read").unwrap().1;
    let vectors = |list: &[(i64, i64)]| {
        let store = |(index, (buffer, len)): (usize, &(i64, i64))| {
            let at = 28672 + 8 * index;
            format!(
                "(i32.store (i32.const {at}) (i32.const {buffer})) (i32.store offset=4 (i32.const {at}) (i32.const {len}))"
            )
        };
        list.iter().enumerate().map(store).collect::<String>()
    };
    let read = |count: i64, result: i64| call("fd_read", &[OPEN, P(28672), N(count), P(result)]);
    let write = |count: i64| call("fd_write", &[OPEN, P(28672), N(count), A]);
    let check = |call: String, expected: i32, place: i32| {
        format!("(call $check {call} (i32.const {expected}) (i32.const {place}))")
    };
    let mut body = String::from("(call $prepare)");
    // Buffers outside, across the end, and of more bytes than there are addresses.
    let lists: [&[(i64, i64)]; 5] =
        [&[(65536, 16)], &[(65535, 2)], &[(-1, 16)], &[(-1, 0), (65530, 16)], &[(-16, 32)]];
    for (place, list) in lists.iter().enumerate() {
        body += &vectors(list);
        body += &check(read(list.len() as i64, 16384), EFAULT, 1 + place as i32);
        body += &check(write(list.len() as i64), EFAULT, 10 + place as i32);
        // Whatever was read before the fault: the position is set back.
        body += &check(call("fd_seek", &[OPEN, L(0), N(0), A]), 0, 20);
    }
    // Vectors without end.
    body += &format!("(if (i32.eqz {}) (then (call $exit (i32.const 30))))", read(-1, 16384));
    body += &format!("(if (i32.eqz {}) (then (call $exit (i32.const 31))))", read(0x2000_0000, 16384));
    body += &check(call("fd_seek", &[OPEN, L(0), N(0), A]), 0, 32);
    // Of vectors that overlap the first is filled, as under Wasmtime, and of the second nothing.
    body += &vectors(&[(40000, 4), (40002, 4)]);
    body += &check(call("fd_pread", &[OPEN, P(28672), N(2), L(0), A]), 0, 40);
    body += &check("(i32.load (i32.const 16384))".into(), 4, 41);
    body += &check("(i64.eq (i64.load (i32.const 40000)) (i64.const 0x33323130))".into(), 1, 42);
    // One that lies behind the first is not looked at.
    body += &vectors(&[(40000, 4), (65535, 2)]);
    body += &check(call("fd_pread", &[OPEN, P(28672), N(2), L(0), A]), 0, 45);
    // A buffer that is the vector itself, and a result that is in the buffer.
    body += &vectors(&[(28672, 8)]);
    body += &check(call("fd_pread", &[OPEN, P(28672), N(1), L(0), P(28672)]), 0, 43);
    body += &check("(i32.load (i32.const 28672))".into(), 8, 44);
    let keys = "mounts = [{ from = 'ram:', to = '/dir', mode = 'rw' }]";
    let mut text = fields("fd_read", args);
    text = text.replacen(
        "(import",
        "(import \"wasi_snapshot_preview1\" \"fd_pread\" (func $fd_pread (param i32 i32 i32 i64 i32) (result i32))) (import",
        1,
    );
    attack(&[(
        "vectors".into(),
        format!("(module {text} (func (export \"_start\") {body}))"),
        keys,
        "exit status 0",
    )]);
}
