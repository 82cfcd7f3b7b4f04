//! Bar charts as SVG.

use super::{Figure, Suite};
use plotters::{
    coord::ranged1d::{AsRangedCoord, ValueFormatter},
    prelude::*,
    style::text_anchor::{HPos, Pos, VPos},
};
use std::error::Error;

/// A chart.
pub struct Plot {
    /// Its file's name without the extension.
    pub name: String,
    /// What it shows.
    pub title: String,
    /// The drawing.
    pub svg: String,
}

/// Colour of letters and lines; the page replaces it by its own.
pub const INK: RGBColor = RGBColor(0x33, 0x33, 0x34);
const PALETTE: [RGBColor; 6] = [
    RGBColor(0x2f, 0x81, 0xf7),
    RGBColor(0xe0, 0x8a, 0x1e),
    RGBColor(0x2d, 0xa4, 0x4e),
    RGBColor(0xa4, 0x5f, 0xd6),
    RGBColor(0xd1, 0x4d, 0x5a),
    RGBColor(0x7d, 0x85, 0x90),
];

/// All charts of a suite whose times are in `unit`.
pub fn all(suite: &Suite, unit: &str) -> Vec<Plot> {
    let kernel: Figure = |found| found.kernel.map(|spread| spread.mean);
    let mut plots = Vec::new();
    if let Some(first) = suite.systems.first().filter(|_| suite.systems.len() > 1) {
        plots.push(chart(
            suite,
            "ratio",
            format!("kernel alone, in relation to {}", first.name),
            kernel,
            true,
        ));
    }
    let charts: [(&str, String, Figure); 5] = [
        ("kernel", format!("kernel alone, {unit}"), kernel),
        ("process", format!("whole process, {unit}"), |found| Some(found.process.mean)),
        ("start-up", format!("start-up and exit, {unit}"), |found| found.start_up.map(|spread| spread.mean)),
        ("memory", "peak memory, bytes".into(), |found| Some(found.peak_memory.mean)),
        ("code", "machine code, bytes".into(), |found| Some(found.code_size as f64)),
    ];
    plots.extend(charts.into_iter().map(|(name, title, value)| chart(suite, name, title, value, false)));
    plots.retain(|plot| !plot.svg.is_empty());
    plots
}

/// The chart of a figure, or of its ratios to that of the first system, for all programs that have it on every system;
/// empty if none has.
fn chart(suite: &Suite, name: &str, title: String, value: Figure, ratios: bool) -> Plot {
    let systems = &suite.systems;
    let complete = |row: &usize| systems.iter().all(|system| value(&system.measurements[*row]).is_some());
    let rows: Vec<_> = (0..systems[0].measurements.len()).filter(complete).collect();
    let labels: Vec<_> = rows.iter().map(|row| systems[0].measurements[*row].program.as_str()).collect();
    let of = |system: usize, row: usize| value(&systems[system].measurements[row]).unwrap_or_default();
    let figure = |system, row| if ratios { of(system, row) / of(0, row) } else { of(system, row) };
    let series = (usize::from(ratios)..systems.len()).map(|system| {
        let values: Vec<_> = rows.iter().map(|row| figure(system, *row)).collect();
        Series { name: &systems[system].name, colour: PALETTE[system % PALETTE.len()], values }
    });
    let (svg, scale) = match rows.is_empty() {
        true => (String::new(), ""),
        false => bars(&labels, &series.collect::<Vec<_>>(), ratios.then_some(1.0)),
    };
    let file = suite.name.split(['/', ' ']).next().unwrap_or_default().to_lowercase();
    Plot { name: format!("{file}-{name}"), title: format!("{}: {title}{scale}", suite.name), svg }
}

/// The bars of one system, whose colour is the same in all charts.
struct Series<'a> {
    name: &'a str,
    colour: RGBColor,
    values: Vec<f64>,
}

/// A chart of horizontal bars, a group for each label and in it one for each series, with a line at `mark`; logarithmic
/// where the values are far apart, which is said in words for the title.
fn bars(labels: &[&str], series: &[Series], mark: Option<f64>) -> (String, &'static str) {
    let values = || series.iter().flat_map(|series| &series.values).copied();
    let max = values().fold(f64::MIN_POSITIVE, f64::max);
    let min = values().filter(|value| *value > 0.0).fold(max, f64::min);
    let mut svg = String::new();
    let logarithmic = max / min > 50.0;
    let drawn = match logarithmic {
        true => draw(&mut svg, labels, series, mark, min / 2.0, (min / 2.0..max * 1.1).log_scale()),
        false => draw(&mut svg, labels, series, mark, 0.0, 0.0..max * 1.05),
    };
    drawn.expect("text can always be written");
    (svg, if logarithmic { ", logarithmic" } else { "" })
}

/// Pixels.
const WIDTH: u32 = 440;
const BAR: u32 = 11;
const GAP: u32 = 7;
const LEGEND: u32 = 18;

fn draw<X>(
    svg: &mut String,
    labels: &[&str],
    series: &[Series],
    mark: Option<f64>,
    origin: f64,
    axis: X,
) -> Result<(), Box<dyn Error>>
where
    X: AsRangedCoord<Value = f64>,
    X::CoordDescType: ValueFormatter<f64>,
{
    let rows = labels.len() as f64;
    let group = series.len() as u32 * BAR + GAP;
    let legend = if series.len() > 1 { series.len() as u32 * LEGEND } else { 0 };
    let height = legend + labels.len() as u32 * group + 44;
    let root = SVGBackend::with_string(svg, (WIDTH, height)).into_drawing_area();
    let ink = |size: u32| ("sans-serif", size).into_font().color(&INK);
    // On top, where no bar is.
    for (number, Series { name, colour, .. }) in series.iter().enumerate().filter(|_| legend > 0) {
        let y = (number as u32 * LEGEND + LEGEND / 2) as i32;
        root.draw(&Rectangle::new([(112, y - 5), (124, y + 5)], colour.filled()))?;
        root.draw(&Text::new(name.to_string(), (132, y), ink(13).pos(Pos::new(HPos::Left, VPos::Center))))?;
    }
    let mut chart = ChartBuilder::on(&root)
        .margin(8)
        .margin_top(legend + 8)
        .x_label_area_size(24)
        .y_label_area_size(112)
        // The first label is on top.
        .build_cartesian_2d(axis, rows..0.0)?;
    let grid = INK.mix(0.15);
    let mut mesh = chart.configure_mesh();
    mesh.disable_y_mesh().disable_y_axis().light_line_style(TRANSPARENT).bold_line_style(grid);
    mesh.axis_style(grid).x_labels(5).y_labels(0).x_label_style(ink(13));
    mesh.x_label_formatter(&|value| short(*value)).draw()?;

    let room = f64::from(BAR) / f64::from(group);
    for (number, Series { colour, values, .. }) in series.iter().enumerate() {
        let top = |row: usize| row as f64 + (f64::from(GAP) / 2.0 / f64::from(group)) + room * number as f64;
        let bar = |(row, value): (usize, &f64)| {
            let corners = [(origin, top(row)), (value.max(origin), top(row) + room * 0.92)];
            Rectangle::new(corners, colour.filled())
        };
        chart.draw_series(values.iter().enumerate().map(bar))?;
    }
    if let Some(mark) = mark {
        chart.draw_series([PathElement::new([(mark, 0.0), (mark, rows)], INK.stroke_width(2))])?;
    }
    for (row, label) in labels.iter().enumerate() {
        let (_, y) = chart.backend_coord(&(origin.max(f64::MIN_POSITIVE), row as f64 + 0.5));
        let style = ink(13).pos(Pos::new(HPos::Right, VPos::Center));
        root.draw(&Text::new(label.to_string(), (112, y), style))?;
    }
    root.present()?;
    drop(chart);
    Ok(())
}

/// A number as an axis shows it.
fn short(value: f64) -> String {
    match value {
        ..1e3 => format!("{value}"),
        1e3..1e6 => format!("{}k", value / 1e3),
        1e6..1e9 => format!("{}M", value / 1e6),
        _ => format!("{}G", value / 1e9),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_has_its_bar_and_every_label_its_text() {
        let labels = ["gemm", "lu", "trmm"];
        for values in [vec![1.0, 2.0, 3.0], vec![1.0, 2e6, 3e9]] {
            let one = Series { name: "one", colour: PALETTE[0], values: values.clone() };
            let two = Series { name: "two", colour: PALETTE[1], values: values.clone() };
            let far = values.contains(&3e9);
            let (svg, scale) = bars(&labels, &[one, two], Some(1.0));
            assert_eq!(scale, if far { ", logarithmic" } else { "" });
            let blue =
                svg.lines().filter(|line| line.starts_with("<rect") && line.contains("#2F81F7")).count();
            assert_eq!(blue, 3 + 1, "the series and its place in the legend: {svg}");
            assert!(labels.iter().all(|label| svg.contains(label)), "{svg}");
        }
    }

    #[test]
    fn axes_have_short_numbers() {
        assert_eq!([0.5, 20e3, 3e6, 1e9].map(short), ["0.5", "20k", "3M", "1G"]);
    }
}
