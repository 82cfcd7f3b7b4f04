//! General-purpose I/O: which signals the pins carry (BCM2835 ARM Peripherals 6).

use crate::bsp::rpi3;
use tock_registers::{
    fields::FieldValue,
    interfaces::{ReadWriteable, Readable, Writeable},
    register_bitfields, register_structs,
    registers::ReadWrite,
};

register_bitfields! {u32,
    /// Functions of pins 10 to 19, three bits each.
    Function1 [
        PIN14 OFFSET(12) NUMBITS(3) [Alternate0 = 0b100, Alternate5 = 0b010],
        PIN15 OFFSET(15) NUMBITS(3) [Alternate0 = 0b100, Alternate5 = 0b010]
    ]
}

register_structs! {
    Registers {
        (0x00 => _reserved1),
        (0x04 => function_1: ReadWrite<u32, Function1::Register>),
        (0x08 => _reserved2),
        (0x0c => function_3: ReadWrite<u32>),
        (0x10 => function_4: ReadWrite<u32>),
        (0x14 => function_5: ReadWrite<u32>),
        (0x18 => _reserved3),
        (0x94 => pull: ReadWrite<u32>),
        (0x98 => pull_clock_0: ReadWrite<u32>),
        (0x9c => @END),
    }
}

/// Puts UART0 on pins 14 (sending) and 15 (receiving).
pub fn route_uart0() {
    route(Function1::PIN14::Alternate0 + Function1::PIN15::Alternate0);
}

/// Puts UART1 there.
pub fn route_uart1() {
    route(Function1::PIN14::Alternate5 + Function1::PIN15::Alternate5);
}

/// Connects the SD card's slot, pins 48 to 53, to the Arasan controller, and takes the Wi-Fi chip, pins 34 to 39, off it.
pub fn route_card() {
    const INPUT: u32 = 0b000;
    const ALTERNATE_3: u32 = 0b111;
    let pins = |first: u32, count: u32, function: u32| {
        (first..first + count)
            .fold((0, 0), |(mask, value), pin| (mask | 0b111 << (3 * pin), value | function << (3 * pin)))
    };
    // SAFETY: as in `route`; these registers are used here only.
    let gpio = unsafe { &*(rpi3::GPIO as *const Registers) };
    for (register, (mask, value)) in [
        (&gpio.function_3, pins(4, 6, INPUT)),
        (&gpio.function_4, pins(8, 2, ALTERNATE_3)),
        (&gpio.function_5, pins(0, 4, ALTERNATE_3)),
    ] {
        register.set(register.get() & !mask | value);
    }
}

/// Gives pins 14 and 15 these functions, pulled up while nothing is connected.
fn route(functions: FieldValue<u32, Function1::Register>) {
    const PULL_UP: u32 = 0b10;
    const PINS: u32 = 1 << 14 | 1 << 15;
    // SAFETY: the registers are mapped there for ever, as Device memory; only this function uses them, once.
    let gpio = unsafe { &*(rpi3::GPIO as *const Registers) };
    gpio.function_1.modify(functions);
    gpio.pull.set(PULL_UP);
    wait();
    gpio.pull_clock_0.set(PINS);
    wait();
    gpio.pull.set(0);
    gpio.pull_clock_0.set(0);
}

/// Waits the 150 cycles that the pull-up sequence demands.
fn wait() {
    for _ in 0..150 {
        core::hint::spin_loop();
    }
}
