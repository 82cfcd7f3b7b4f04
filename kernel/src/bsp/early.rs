//! Signs of life before the MMU is on and anything compiled runs: a line on the serial port, and the green LED.
//!
//! What goes wrong later shows on a port and an LED that work. Both come from what the firmware leaves, without an answer
//! being needed: the port's clock is that of `boot/config.txt`, the line fits into its FIFO of 16 bytes, and who does not
//! answer at the mailbox is not waited for. The LED of a Model B hangs on an expander that only the VideoCore reaches.

use super::rpi3;
use core::arch::global_asm;

/// The VideoCore's number for the pin of a Model B's green LED.
pub const LED: u32 = 130;
/// The mailbox's tag that sets a pin.
pub const SET_PIN: u32 = 0x0003_8041;

global_asm!(
    r#"
    .section .bss.early, "aw", @nobits
    .balign 64
early_message:
    .space 64

    // Called with the MMU off and no stack. Changes x0 to x4.
    .section .text.early, "ax"
    .global early_life
early_life:
    ldr     x0, ={gpio}
    ldr     w1, [x0, #0x04]                 // function of pins 10 to 19: UART0 on 14 and 15
    mov     w2, #0x3f000
    bic     w1, w1, w2
    ldr     w2, =0x24000
    orr     w1, w1, w2
    str     w1, [x0, #0x04]
    ldr     x0, ={uart}
    str     wzr, [x0, #0x30]                // control: off
    mov     w1, #26                         // 48 MHz / (16 * 115200) = 26 + 3 / 64
    str     w1, [x0, #0x24]
    mov     w1, #3
    str     w1, [x0, #0x28]
    mov     w1, #0x70                       // line control: 8 bits, FIFOs
    str     w1, [x0, #0x2c]
    mov     w1, #0x301                      // control: on, both directions
    str     w1, [x0, #0x30]
    adr     x1, 8f
2:  ldrb    w2, [x1], #1
    cbz     w2, 3f
    str     w2, [x0]
    b       2b

3:  adrp    x1, early_message
    add     x1, x1, :lo12:early_message
    mov     w2, #32                         // size, request
    stp     w2, wzr, [x1]
    ldr     w2, ={set_pin}                  // tag, size of its value
    mov     w3, #8
    stp     w2, w3, [x1, #8]
    mov     w2, #{led}                      // request, pin
    stp     wzr, w2, [x1, #16]
    mov     w2, #1                          // on, end
    stp     w2, wzr, [x1, #24]
    dsb     sy
    ldr     x0, ={mailbox}
    ldr     w2, ={channel}
    orr     w1, w1, w2
    str     w1, [x0, #0x20]
    mov     w2, #0x100000
4:  ldr     w3, [x0, #0x18]                 // until there is an answer, which is taken
    tbz     w3, #30, 5f
    subs    w2, w2, #1
    b.ne    4b
    ret
5:  ldr     w3, [x0]
    ret
8:  .asciz  "Sinter starts\r\n"
    .balign 4
    .ltorg
    "#,
    gpio = const rpi3::GPIO,
    uart = const rpi3::UART0,
    mailbox = const rpi3::MAILBOX,
    channel = const 0xc000_0008u32, // properties; the VideoCore's view of RAM past its cache
    set_pin = const SET_PIN,
    led = const LED,
);
