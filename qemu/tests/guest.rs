//! Guests of a few instructions.

use sinter_qemu::{Console, Ending, Machine, Verdict};
use std::{
    io::Write,
    time::{Duration, Instant},
};

/// Data registers of the PL011 and of UART1 (BCM2837 peripherals 13.4 and 2.2, moved to 0x3f000000).
const PL011: u32 = 0x3f20_1000;
const UART1: u32 = 0x3f21_5040;

/// Writes `h` to the serial port with this data register and ends by semihosting's SYS_EXIT with status 42 (Arm
/// semihosting 6.7).
const fn hello(uart: u32) -> [u32; 12] {
    [
        0x5800_00c0, // ldr x0, uart
        0x5280_0d01, // mov w1, #'h'
        0xb900_0001, // str w1, [x0]
        0x1000_00a1, // adr x1, exit
        0x5280_0300, // mov w0, #0x18
        0xd45e_0000, // hlt #0xf000
        uart,
        0,
        0x0002_0026, // exit: ADP_Stopped_ApplicationExit
        0,
        42,
        0,
    ]
}

/// `b .`
const LOOP: [u32; 1] = [0x1400_0000];

fn image(words: &[u32]) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(&words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<_>>()).unwrap();
    file
}

#[test]
fn serial_output_and_status_come_back() {
    let image = image(&hello(PL011));
    for count_instructions in [false, true] {
        let machine = Machine { count_instructions, ..Machine::new(image.path(), Console::Serial) };
        let mut out = Vec::new();
        let ending = machine.run(&mut out).unwrap();
        assert_eq!(ending, Ending { verdict: Verdict::Exited(42), log: String::new() });
        assert_eq!(out, b"h");
    }
}

#[test]
fn the_second_serial_port_is_the_log_when_the_guest_has_the_streams() {
    let image = image(&hello(UART1));
    let mut out = Vec::new();
    let ending = Machine::new(image.path(), Console::Semihosting).run(&mut out).unwrap();
    assert_eq!(ending, Ending { verdict: Verdict::Exited(42), log: "h".into() });
    assert_eq!(out, b"");
}

#[test]
fn a_guest_that_does_not_end_is_killed_in_time() {
    let image = image(&LOOP);
    let begin = Instant::now();
    let timeout = Some(Duration::from_millis(300));
    let machine = Machine { timeout, ..Machine::new(image.path(), Console::Serial) };
    assert_eq!(machine.run(&mut Vec::new()).unwrap().verdict, Verdict::TimedOut);
    assert!(begin.elapsed() < Duration::from_secs(10));
}

#[test]
fn a_guest_whose_output_nobody_takes_is_killed() {
    struct Broken;
    impl Write for Broken {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let image = image(&hello(PL011));
    let error = Machine::new(image.path(), Console::Serial).run(&mut Broken).unwrap_err();
    assert!(matches!(error, sinter_qemu::Error::Io(error) if error.kind() == std::io::ErrorKind::BrokenPipe));
}

#[test]
fn a_dropped_guest_is_gone() {
    let image = image(&LOOP);
    let (guest, pipes) = Machine::new(image.path(), Console::Serial).start().unwrap();
    drop(guest);
    // Its end of the pipe is closed: nobody is left to write.
    assert_eq!(std::io::read_to_string(pipes.stdout).unwrap(), "");
}

#[test]
fn an_image_that_is_not_there_is_an_error_with_a_reason() {
    let ending = Machine::new("/nonexistent".as_ref(), Console::Serial).run(&mut Vec::new()).unwrap();
    assert_eq!(ending.verdict, Verdict::Exited(1));
    assert!(ending.log.contains("/nonexistent"), "{}", ending.log);
}
