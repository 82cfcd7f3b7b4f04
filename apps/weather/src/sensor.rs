//! A simulated sensor: a plausible day with noise that is the same on every run.

use std::f64::consts::TAU;

/// The sensor, with the state of its noise.
pub struct Sensor {
    noise: u32,
}

impl Sensor {
    /// A sensor at the beginning of the day.
    pub fn new() -> Self {
        Self { noise: 2463534242 }
    }

    /// Temperature in degrees Celsius and pressure in hectopascals, `minute` minutes after midnight.
    pub fn read(&mut self, minute: u32) -> (f64, f64) {
        let day = f64::from(minute) / (24.0 * 60.0);
        // Coldest at four in the morning, warmest at four in the afternoon; the pressure falls all day.
        let temperature = 14.5 - 6.0 * (TAU * (day - 4.0 / 24.0)).cos() + 0.4 * self.noise();
        let pressure = 1019.0 - 7.0 * day + 0.3 * self.noise();
        (temperature, pressure)
    }

    /// From -1 to 1, by Marsaglia's xorshift (2003).
    fn noise(&mut self) -> f64 {
        self.noise ^= self.noise << 13;
        self.noise ^= self.noise >> 17;
        self.noise ^= self.noise << 5;
        f64::from(self.noise) / f64::from(u32::MAX) * 2.0 - 1.0
    }
}
