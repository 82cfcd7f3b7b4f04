//! png: a camera's picture decoded by the crate png.

use bench_apps::{Application, Random};
use std::{
    io::{Cursor, Result, Write},
    process::ExitCode,
};

const WIDTH: usize = 320;
/// Rows for each step of the scale: 240 in all at MEDIUM.
const ROWS: usize = 15;

struct Png {
    file: Vec<u8>,
    pixels: Vec<u8>,
}

impl Application for Png {
    fn prepare(scale: usize) -> Self {
        let height = ROWS * scale;
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, WIDTH as u32, height as u32);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::Balanced);
        let mut writer = encoder.write_header().expect("a vector takes everything");
        writer.write_image_data(&picture(height)).expect("it has all rows");
        writer.finish().expect("a vector takes everything");
        Self { file, pixels: Vec::new() }
    }

    fn run(&mut self) {
        let decoder = png::Decoder::new(Cursor::new(&self.file));
        let mut reader = decoder.read_info().expect("it is a picture");
        self.pixels.resize(reader.output_buffer_size().expect("it fits into memory"), 0);
        reader.next_frame(&mut self.pixels).expect("it is a picture");
    }

    fn result(&self, out: &mut dyn Write) -> Result<()> {
        out.write_all(&self.pixels)
    }
}

/// A sky with noise, and things in front of it.
fn picture(height: usize) -> Vec<u8> {
    let mut random = Random::new(8);
    let mut pixels = vec![0; WIDTH * height * 3];
    for (number, pixel) in pixels.as_chunks_mut().0.iter_mut().enumerate() {
        let (x, y) = (number % WIDTH, number / WIDTH);
        let noise = random.below(4) as u8;
        *pixel = match (x / 40 + y / 30) % 3 {
            0 => [90 + noise, 140 + (y * 60 / height) as u8, 200 + noise],
            1 => [(x * 200 / WIDTH) as u8, 80, 60 + noise],
            _ => [30, 30, 30],
        };
    }
    pixels
}

fn main() -> ExitCode {
    bench_apps::main::<Png>("png")
}
