//! weather LOG: a day at a weather station. Takes a reading every ten minutes, writes them to the file LOG, reads
//! the file again and prints a summary.

mod sensor;
mod summary;

use sensor::Sensor;
use std::{
    env,
    fs::File,
    io::{self, BufRead, BufReader, BufWriter, Write},
    process::ExitCode,
};
use summary::Summary;

fn main() -> ExitCode {
    let (Some(path), None) = (env::args().nth(1), env::args().nth(2)) else {
        eprintln!("usage: weather LOG");
        return ExitCode::from(2);
    };
    match record(&path).and_then(|()| summarise(&path)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("weather: {path}: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Writes the readings of one day, a line each: minutes since midnight, degrees Celsius, hectopascals.
fn record(path: &str) -> io::Result<()> {
    let mut log = BufWriter::new(File::create(path)?);
    let mut sensor = Sensor::new();
    for minute in (0..24 * 60).step_by(10) {
        let (temperature, pressure) = sensor.read(minute);
        writeln!(log, "{minute},{temperature:.2},{pressure:.1}")?;
    }
    log.flush()?;
    println!("wrote {path}, {} bytes", log.get_ref().metadata()?.len());
    Ok(())
}

/// Prints the summary of a log.
fn summarise(path: &str) -> io::Result<()> {
    let mut temperature = Summary::default();
    let mut pressure = Summary::default();
    for line in BufReader::new(File::open(path)?).lines() {
        let line = line?;
        let mut fields = line.split(',').map(str::parse::<f64>);
        let (Some(Ok(minute)), Some(Ok(degrees)), Some(Ok(hectopascals))) =
            (fields.next(), fields.next(), fields.next())
        else {
            return Err(io::Error::other(format!("not a reading: {line:?}")));
        };
        temperature.add(minute as u32, degrees);
        pressure.add(minute as u32, hectopascals);
    }
    println!("{:13}{:>7}{:>8}{:>16}{:>16}", "", "number", "mean", "lowest", "highest");
    println!("{:13}{temperature}", "temperature");
    println!("{:13}{pressure}", "pressure");
    Ok(())
}
