//! The page: everything in one file, for a phone as for a desk, in the light and in the dark.

use super::{COMPARED, Report, Suite, plot::Plot};
use minijinja::{Environment, Value, context, value::Serde};

/// The page; `plots` are those of each suite.
pub fn render(report: &Report, plots: &[Vec<Plot>]) -> String {
    let mut environment = Environment::new();
    environment.add_filter("grouped", |number: f64| grouped(number.round() as u64));
    environment.add_filter("ratio", |number: f64| format!("{number:.2}"));
    environment.add_filter("kib", |bytes: f64| format!("{:.0}", bytes / 1024.0));
    environment.add_filter("percent", |part: f64, whole: f64| format!("{:.2} %", 100.0 * part / whole));
    environment.add_template("report.html", include_str!("report.html")).expect("the template is valid");
    let suite = |(suite, plots): (&Suite, &Vec<Plot>)| {
        let plot = |plot: &Plot| context! { title => plot.title.as_str(), svg => plot.svg.as_str() };
        let plots: Vec<_> = plots.iter().map(plot).collect();
        context! { name => &suite.name, systems => Value::from(Serde(&suite.systems)), plots, means => means(suite) }
    };
    let suites: Vec<_> = report.suites.iter().zip(plots).map(suite).collect();
    let page = environment.get_template("report.html").expect("it was added");
    page.render(context! { report => Value::from(Serde(report)), suites })
        .expect("the template fits the report")
}

/// For each system the geometric means of what is compared, absolute and in relation to the first system.
fn means(suite: &Suite) -> Vec<Value> {
    let row = |(number, system): (usize, &super::System)| {
        let means = COMPARED.iter().zip(suite.means(number));
        let values: Vec<_> =
            means.map(|((what, _), (mean, ratio))| context! { what => *what, mean, ratio }).collect();
        context! { system => system.name.as_str(), values }
    };
    suite.systems.iter().enumerate().map(row).collect()
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
