//! The pages: one file with everything, for a phone as for a desk, in the light and in the dark; and tables in Markdown.

use super::{Peer, Report, Suite, plot::Plot};
use minijinja::{Environment, Value, context, syntax::SyntaxConfig, value::Serde};

/// The page for browsers; `plots` are those of each suite.
pub fn html(report: &Report, plots: &[Vec<Plot>]) -> String {
    let suite = |(suite, plots): (&Suite, &Vec<Plot>)| {
        let plot = |plot: &Plot| context! { title => plot.title.as_str(), svg => plot.svg.as_str() };
        context! { plots => plots.iter().map(plot).collect::<Vec<_>>(), ..context(suite) }
    };
    let suites = report.suites.iter().zip(plots).map(suite).collect();
    render("report.html", include_str!("report.html"), report, suites)
}

/// The tables alone.
pub fn markdown(report: &Report) -> String {
    render("figures.md", include_str!("figures.md"), report, report.suites.iter().map(context).collect())
}

fn render(name: &str, template: &str, report: &Report, suites: Vec<Value>) -> String {
    let mut environment = Environment::new();
    // Statements leave no empty lines, which would end a table in Markdown.
    let syntax = SyntaxConfig::builder().trim_blocks(true).build();
    environment.set_syntax(syntax.expect("the delimiters are the default ones"));
    environment.add_filter("grouped", |number: f64| grouped(number.round() as u64));
    environment.add_filter("ratio", |number: f64| format!("{number:.2}"));
    environment.add_filter("kib", |bytes: f64| grouped((bytes / 1024.0).round() as u64));
    environment.add_filter("percent", |part: f64, whole: f64| format!("{:.2} %", 100.0 * part / whole));
    let page = environment.template_from_named_str(name, template).expect("the template is valid");
    page.render(context! { report => Value::from(Serde(report)), suites })
        .expect("the template fits the report")
}

/// What both pages show of a suite.
fn context(suite: &Suite) -> Value {
    let systems = 0..suite.systems.len();
    let means = |system: usize| {
        let name = suite.systems[system].name.as_str();
        context! { system => name, values => Value::from(Serde(suite.means(system))) }
    };
    let peer = |peer: &Peer| {
        let means: Vec<_> = systems.clone().map(|system| suite.over(system, peer)).collect();
        context! { name => peer.name.as_str(), kernels => Value::from(Serde(&peer.kernels)), means }
    };
    context! {
        name => suite.name.as_str(),
        systems => Value::from(Serde(&suite.systems)),
        means => systems.clone().map(means).collect::<Vec<_>>(),
        peers => suite.peers.iter().map(peer).collect::<Vec<_>>(),
    }
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
    use crate::{Measurement, Sample, report::System};

    fn system(name: &str, kernel: u64) -> System {
        let sample = Sample {
            kernel: Some(kernel),
            process: 3 * kernel,
            start_up: None,
            peak_memory: 1 << 20,
            page_faults: None,
        };
        let found = |program| Measurement::new(program, 4096, &[sample]);
        System { name: name.into(), measurements: vec![found("gemm"), found("lu")] }
    }

    #[test]
    fn pages_have_ratios_to_the_first_system_and_to_peers() {
        let kernels = [("gemm".to_owned(), 500), ("lu".to_owned(), 2000)].into();
        let suite = Suite {
            name: "Suite".into(),
            systems: vec![system("one", 1000), system("other", 1250)],
            peers: vec![Peer { name: "peer".into(), kernels }],
        };
        let report = Report::new("Title", "MINI", 2, vec![suite]);
        let tables = markdown(&report);
        for row in ["| 2 programs, kernel | 1.25 |\n", "| peer | 1.00 | 1.25 |\n", "| lu | 1.25 | 1.25 |\n"] {
            assert!(tables.contains(row), "{row}: {tables}");
        }
        let page = html(&report, &[Vec::new()]);
        assert!(page.contains("<td>lu</td><td>1.25</td>"), "{page}");
    }

    #[test]
    fn digits_are_in_groups_of_three() {
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    }
}
