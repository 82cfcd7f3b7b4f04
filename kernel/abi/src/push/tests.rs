extern crate std;
use super::{
    BLOCK, Receiver, Refusal, Sender,
    frame::{Decoder, Encoder},
    message::{Answer, LONGEST, Request},
};
use std::{vec, vec::Vec};

/// Numbers that look random (Marsaglia's xorshift64).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }

    fn bytes(&mut self, count: usize) -> Vec<u8> {
        // Few values, so that there are zeros, and runs without.
        let values = [2, 3, 256, 100_000][self.below(4) as usize];
        (0..count).map(|_| self.below(values).min(255) as u8).collect()
    }
}

fn frame(message: &[u8]) -> Vec<u8> {
    let mut line = Vec::new();
    Encoder::frame(|out| out(message), |byte| line.push(byte));
    line
}

fn request_frame(number: u16, request: Request<'_>) -> Vec<u8> {
    let mut line = Vec::new();
    Encoder::frame(|out| request.write(number, out), |byte| line.push(byte));
    line
}

fn answer_frame(number: u16, answer: Answer) -> Vec<u8> {
    let mut line = Vec::new();
    Encoder::frame(|out| answer.write(number, out), |byte| line.push(byte));
    line
}

fn messages(decoder: &mut Decoder, line: &[u8]) -> Vec<Vec<u8>> {
    line.iter().filter_map(|&byte| decoder.add(byte).map(<[u8]>::to_vec)).collect()
}

/// As Cheshire and Baker define them; a run of 254 bytes at the end is followed by an empty one.
#[test]
fn frames_are_those_of_the_definition() {
    let ascending = |first: u8, count: usize| -> Vec<u8> { (first..).take(count).collect() };
    for (message, expected) in [
        (vec![0], vec![1, 1]),
        (vec![0, 0], vec![1, 1, 1]),
        (vec![0, 0x11, 0], vec![1, 2, 0x11, 1]),
        (vec![0x11, 0x22, 0, 0x33], vec![3, 0x11, 0x22, 2, 0x33]),
        (vec![0x11, 0, 0, 0], vec![2, 0x11, 1, 1, 1]),
        ([vec![0], ascending(1, 254)].concat(), [vec![1, 0xff], ascending(1, 254), vec![1]].concat()),
        (ascending(1, 253), [vec![254], ascending(1, 253)].concat()),
    ] {
        assert_eq!(frame(&message), [vec![0], expected, vec![0]].concat());
    }
}

#[test]
fn what_goes_into_a_frame_comes_out() {
    let mut random = Random(1);
    let mut decoder = Decoder::new();
    for length in [1, 2, 253, 254, 255, 256, 507, 508, 509, BLOCK, LONGEST] {
        for _ in 0..20 {
            let message = random.bytes(length);
            let line = frame(&message);
            assert!(!line[1..line.len() - 1].contains(&0));
            assert_eq!(messages(&mut decoder, &line), [message]);
        }
    }
    // Text between frames is none, and what is too long is not passed on in part.
    let line = [b"Sinter\r\n".to_vec(), frame(b"one"), b"[0.1] text".to_vec(), frame(b"two")].concat();
    let found = messages(&mut decoder, &line);
    assert!(found.contains(&b"one".to_vec()) && found.contains(&b"two".to_vec()), "{found:?}");
    assert!(messages(&mut decoder, &frame(&vec![7; LONGEST + 1])).is_empty());
    assert_eq!(messages(&mut decoder, &frame(b"next")), [b"next"]);
}

#[test]
fn messages_survive_their_way_or_are_known_to_be_damaged() {
    let mut random = Random(2);
    let block = random.bytes(BLOCK);
    for request in [
        Request::Begin { length: 0x0102_0304, sum: 0xfffe_fdfc },
        Request::Block { offset: 4096, bytes: &block },
        Request::Block { offset: 0, bytes: &[] },
        Request::Start,
    ] {
        let line = request_frame(0xabcd, request);
        let found = messages(&mut Decoder::new(), &line);
        assert_eq!(Request::read(&found[0]), Some((0xabcd, request)));
        assert_eq!(Answer::read(&found[0]), None);
        for place in 1..line.len() - 1 {
            let mut damaged = line.clone();
            damaged[place] ^= 1 << random.below(8);
            for message in messages(&mut Decoder::new(), &damaged) {
                assert_eq!(Request::read(&message), None, "byte {place}");
            }
            let mut short = line.clone();
            short.remove(place);
            for message in messages(&mut Decoder::new(), &short) {
                assert_eq!(Request::read(&message), None, "without byte {place}");
            }
        }
    }
    for answer in
        [Answer::Idle, Answer::Received(77), Answer::Starts, Answer::Damaged, Answer::TooLarge(1 << 30)]
    {
        let found = messages(&mut Decoder::new(), &answer_frame(9, answer));
        assert_eq!(Answer::read(&found[0]), Some((9, answer)));
        assert_eq!(Request::read(&found[0]), None);
    }
}

/// A line that damages, loses and repeats bytes, one in `one_in` each.
fn disturb(random: &mut Random, one_in: u64, line: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for &byte in line {
        match random.below(one_in) {
            0 => out.push(byte ^ 1 << random.below(8)),
            1 => {}
            2 => out.extend([byte, byte]),
            _ => out.push(byte),
        }
    }
    out
}

/// Sends until the board starts the image; how many requests that took. `power_cycle` says before each request whether
/// the board is switched off and on.
fn send(
    image: &[u8],
    memory: &mut [u8],
    random: &mut Random,
    one_in: u64,
    mut power_cycle: impl FnMut(usize) -> bool,
) -> Result<usize, Refusal> {
    let (mut board, mut host) = (Decoder::new(), Decoder::new());
    let mut receiver = Receiver::new(memory);
    let mut sender = Sender::new(image, 65_530);
    let mut requests = 0;
    let mut late = Vec::new();
    while let Some((number, request)) = sender.request() {
        requests += 1;
        assert!(requests < 100_000, "it does not end");
        if power_cycle(requests) {
            memory.fill(0xa5);
            receiver = Receiver::new(memory);
            board = Decoder::new();
        }
        let line = disturb(random, one_in, &request_frame(number, request));
        let mut back = Vec::new();
        for message in messages(&mut board, &line) {
            if let Some((number, request)) = Request::read(&message) {
                back.extend(disturb(random, one_in, &answer_frame(number, receiver.answer(request))));
            }
        }
        // Now and then an answer comes after the request was repeated.
        if random.below(8) == 0 {
            late.append(&mut back);
            continue;
        }
        late.append(&mut back);
        for message in messages(&mut host, &core::mem::take(&mut late)) {
            if let Some((number, answer)) = Answer::read(&message) {
                sender.hear(number, answer)?;
            }
        }
    }
    assert_eq!(sender.sent(), image.len());
    assert_eq!(receiver.length() as usize, image.len());
    Ok(requests)
}

#[test]
fn an_image_arrives_over_a_line_that_disturbs() {
    let mut random = Random(3);
    for length in [1, BLOCK - 1, BLOCK, BLOCK + 1, 30_000] {
        let image = random.bytes(length);
        let mut memory = vec![0xff; 40_000];
        let requests = send(&image, &mut memory, &mut random, u64::MAX, |_| false).unwrap();
        assert!(memory[..length] == image && memory[length..].iter().all(|&byte| byte == 0xff));
        assert!(requests >= 2 + length.div_ceil(BLOCK));
        for one_in in [10_000, 4_000] {
            memory.fill(0xff);
            send(&image, &mut memory, &mut random, one_in, |_| false).unwrap();
            assert!(memory[..length] == image && memory[length..].iter().all(|&byte| byte == 0xff));
        }
    }
}

#[test]
fn an_image_arrives_after_power_cycles() {
    let mut random = Random(4);
    let image = random.bytes(30_000);
    let mut memory = vec![0; 30_000];
    // 17 requests are needed: the last power cycles come in the middle of the image, and before its start.
    for at in 1..=17 {
        send(&image, &mut memory, &mut random, u64::MAX, |request| request == at).unwrap();
        assert!(memory == image, "{at}");
    }
}

#[test]
fn what_was_received_is_not_sent_again() {
    let image = Random(5).bytes(10 * BLOCK);
    let mut memory = vec![0; 10 * BLOCK];
    let mut receiver = Receiver::new(&mut memory);
    let mut first = Sender::new(&image, 0);
    for _ in 0..6 {
        let (number, request) = first.request().unwrap();
        first.hear(number, receiver.answer(request)).unwrap();
    }
    // Somebody has pulled the cable, and begins again with the same image: five blocks are there.
    let mut second = Sender::new(&image, 1000);
    let mut blocks = 0;
    while let Some((number, request)) = second.request() {
        blocks += usize::from(matches!(request, Request::Block { .. }));
        second.hear(number, receiver.answer(request)).unwrap();
    }
    assert_eq!(blocks, 5);
    // Another image of the same length is another one.
    let other = Random(6).bytes(10 * BLOCK);
    let mut third = Sender::new(&other, 2000);
    let (number, request) = third.request().unwrap();
    third.hear(number, receiver.answer(request)).unwrap();
    assert_eq!(third.sent(), 0);
    assert!(matches!(third.request(), Some((_, Request::Block { offset: 0, .. }))));
}

#[test]
fn a_board_refuses_what_it_cannot_do() {
    let image = [1; 100];
    let mut memory = [0; 99];
    let mut random = Random(7);
    let refusal = send(&image, &mut memory, &mut random, u64::MAX, |_| false);
    assert_eq!(refusal, Err(Refusal::TooLarge(99)));
    let mut receiver = Receiver::new(&mut memory);
    assert_eq!(receiver.answer(Request::Start), Answer::Idle);
    assert_eq!(receiver.answer(Request::Block { offset: 0, bytes: &[1] }), Answer::Idle);
    assert_eq!(receiver.answer(Request::Begin { length: 4, sum: 0 }), Answer::Received(0));
    // Beyond the image, behind a gap, and where offset and length overflow.
    for (offset, bytes) in [(0, &[1; 5][..]), (1, &[1; 3]), (u32::MAX, &[1; 3])] {
        assert_eq!(receiver.answer(Request::Block { offset, bytes }), Answer::Received(0));
    }
    assert_eq!(receiver.answer(Request::Start), Answer::Received(0));
    assert_eq!(receiver.answer(Request::Block { offset: 0, bytes: &[1; 4] }), Answer::Received(4));
    assert_eq!(receiver.answer(Request::Block { offset: 0, bytes: &[2; 4] }), Answer::Received(4));
    assert_eq!(receiver.answer(Request::Start), Answer::Damaged);
    assert_eq!(receiver.answer(Request::Start), Answer::Received(0));
    assert_eq!(memory[..5], [1, 1, 1, 1, 0]);
}

#[test]
fn an_image_that_is_never_right_is_given_up() {
    let mut sender = Sender::new(&[1, 2, 3], 0);
    for round in 0.. {
        let (number, request) = sender.request().unwrap();
        let answer = match request {
            Request::Begin { .. } => Answer::Received(0),
            Request::Block { .. } => Answer::Received(3),
            Request::Start => Answer::Damaged,
        };
        if sender.hear(number, answer) == Err(Refusal::Damaged) {
            assert_eq!(round, 8);
            break;
        }
    }
}
