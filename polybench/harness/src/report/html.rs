//! The page: everything in one file, for a phone as for a desk, in the light and in the dark.

use super::{COMPARED, Report, plot::Plot};
use crate::geometric_mean;
use minijinja::{Environment, Value, context, value::Serde};

/// The page.
pub fn render(report: &Report, plots: &[Plot]) -> String {
    let mut environment = Environment::new();
    environment.add_filter("grouped", |number: f64| grouped(number.round() as u64));
    environment.add_filter("ratio", |number: f64| format!("{number:.2}"));
    environment.add_filter("kib", |bytes: f64| format!("{:.0}", bytes / 1024.0));
    environment.add_filter("percent", |part: f64, whole: f64| format!("{:.2} %", 100.0 * part / whole));
    environment.add_template("report.html", include_str!("report.html")).expect("the template is valid");
    let plots: Vec<_> = plots
        .iter()
        .map(|plot| context! { title => plot.title.as_str(), svg => plot.svg.as_str() })
        .collect();
    let page = environment.get_template("report.html").expect("it was added");
    page.render(context! { report => Value::from(Serde(report)), plots, means => means(report) })
        .expect("the template fits the report")
}

/// For each system the geometric means of what is compared, absolute and in relation to the first system.
fn means(report: &Report) -> Vec<Value> {
    let first = &report.systems[0].measurements;
    let row = |system: &super::System| {
        let values = COMPARED.map(|(what, value)| {
            let mean = geometric_mean(system.measurements.iter().map(value));
            let pairs = system.measurements.iter().zip(first);
            let ratio = geometric_mean(pairs.map(|(this, first)| value(this) / value(first)));
            context! { what, mean, ratio }
        });
        context! { system => system.name.as_str(), values => values.to_vec() }
    };
    report.systems.iter().map(row).collect()
}

/// A number with its digits in groups of three.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_in_groups_of_three() {
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    }
}
