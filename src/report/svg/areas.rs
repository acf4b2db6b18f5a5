//! Stacked areas over years.

use super::axes::{Frame, HEIGHT, WIDTH};
use super::fan::spread;
use super::{Chart, label, path, slug, width};

/// One of the areas.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    /// Its name, short.
    pub name: String,
    /// A number for each year, not negative.
    pub values: Vec<f64>,
}

/// Areas on top of each other, the first at the bottom, each named at its right
/// end.
#[derive(Clone, Debug, PartialEq)]
pub struct Areas {
    /// The name of the file, unique on a page.
    pub name: String,
    /// What is shown.
    pub title: String,
    /// The unit of every number.
    pub unit: String,
    /// The first year.
    pub start: i32,
    /// The areas, all of one length.
    pub layers: Vec<Layer>,
}

const FONT: f64 = 10.0;

impl Areas {
    /// The drawing. A colour serves two areas if there are more than ten.
    #[must_use]
    pub fn chart(&self) -> Chart {
        let mut body = String::new();
        let steps = self.layers.iter().map(|l| l.values.len()).min().unwrap_or(0);
        let years = (self.start, self.start + steps.saturating_sub(1) as i32);
        let mut below = vec![0.0; steps];
        let mut edges = vec![below.clone()];
        for layer in &self.layers {
            for (sum, x) in below.iter_mut().zip(&layer.values) {
                *sum += if *x > 0.0 { *x } else { 0.0 };
            }
            edges.push(below.clone());
        }
        let high = below.iter().fold(0.0, |a, b| if *b > a { *b } else { a });
        let longest = self
            .layers
            .iter()
            .map(|l| width(&l.name, FONT))
            .fold(0.0, |a, b| if b > a { b } else { a });
        let frame = Frame::draw(&mut body, years, (0.0, high), &self.unit, longest + 12.0);
        let place =
            |(t, x): (usize, &f64)| (frame.x.at(f64::from(years.0) + t as f64), frame.y.at(*x));
        let mut names = Vec::new();
        for (i, (layer, edge)) in self.layers.iter().zip(edges.windows(2)).enumerate() {
            let mut outline: Vec<(f64, f64)> = edge[1].iter().enumerate().map(place).collect();
            outline.extend(edge[0].iter().enumerate().map(place).rev());
            path(&mut body, &format!("area c{}", i % 10 + 1), &outline, true);
            let last = steps.saturating_sub(1);
            let middle = (edge[0].get(last), edge[1].get(last));
            if let (Some(a), Some(b)) = middle {
                names.push((frame.y.at((a + b) / 2.0), (i, layer.name.as_str())));
            }
        }
        for (y, (i, name)) in spread(names, 11.0) {
            let x = frame.x.to.1;
            path(
                &mut body,
                &format!("key c{}", i % 10 + 1),
                &[(x + 2.0, y - 4.0), (x + 6.0, y - 4.0), (x + 6.0, y + 4.0), (x + 2.0, y + 4.0)],
                true,
            );
            label(&mut body, "name", (x + 9.0, y + 3.5), name);
        }
        let names: Vec<&str> = self.layers.iter().map(|l| l.name.as_str()).collect();
        let description = format!(
            "Areas on top of each other, {} to {}, in {}; from the bottom: {}.",
            years.0,
            years.1,
            self.unit,
            names.join(", ")
        );
        Chart {
            name: slug(&self.name),
            title: self.title.clone(),
            description,
            width: WIDTH,
            height: HEIGHT,
            body,
        }
    }
}
