//! Named dimensions and the shapes built from them.

/// A named dimension with its elements, for example `material` with
/// `lithium`, `nickel` and `cobalt`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dimension {
    pub(crate) name: String,
    pub(crate) elements: Vec<String>,
}

impl Dimension {
    /// The name of the dimension.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The names of its elements, in the order declared.
    #[must_use]
    pub fn elements(&self) -> &[String] {
        &self.elements
    }
}

/// The dimensions of an array (indices into the system's dimensions, in
/// ascending order) and whether it varies in time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Shape {
    pub(crate) dims: Vec<usize>,
    pub(crate) timed: bool,
}

impl Shape {
    pub(crate) fn new(mut dims: Vec<usize>, timed: bool) -> Self {
        dims.sort_unstable();
        Self { dims, timed }
    }

    /// The union of both dimension sets; timed if either is.
    pub(crate) fn union(&self, other: &Self) -> Self {
        let mut dims = self.dims.clone();
        dims.extend(other.dims.iter().filter(|d| !self.dims.contains(d)));
        Self::new(dims, self.timed || other.timed)
    }

    /// This shape without `dim`.
    pub(crate) fn without(&self, dim: usize) -> Self {
        Self { dims: self.dims.iter().copied().filter(|d| *d != dim).collect(), timed: self.timed }
    }

    pub(crate) fn timed(mut self, timed: bool) -> Self {
        self.timed = timed;
        self
    }

    pub(crate) fn contains(&self, other: &Self) -> bool {
        other.dims.iter().all(|d| self.dims.contains(d))
    }

    /// The number of elements (one for a shape without dimensions).
    pub(crate) fn elements(&self, dimensions: &[Dimension]) -> usize {
        let sizes = self.dims.iter().map(|d| dimensions[*d].elements.len());
        sizes.fold(1, usize::saturating_mul)
    }

    /// For each element of `self`, the index of the element of `inner` that
    /// has the same coordinates. Every dimension of `inner` must be in `self`.
    pub(crate) fn index_into(&self, inner: &Self, dimensions: &[Dimension]) -> Vec<u32> {
        let mut map = Vec::with_capacity(self.elements(dimensions));
        let mut coordinates = vec![0; self.dims.len()];
        for _ in 0..self.elements(dimensions) {
            let mut index = 0;
            for dim in &inner.dims {
                let position = self.dims.iter().position(|d| d == dim).unwrap_or(0);
                index = index * dimensions[*dim].elements.len() + coordinates[position];
            }
            map.push(index as u32);
            for position in (0..coordinates.len()).rev() {
                coordinates[position] += 1;
                if coordinates[position] < dimensions[self.dims[position]].elements.len() {
                    break;
                }
                coordinates[position] = 0;
            }
        }
        map
    }

    /// The element names along each dimension, for every element in order.
    pub(crate) fn labels(&self, dimensions: &[Dimension]) -> Vec<Vec<String>> {
        let columns: Vec<Vec<u32>> = self
            .dims
            .iter()
            .map(|d| self.index_into(&Shape::new(vec![*d], false), dimensions))
            .collect();
        (0..self.elements(dimensions))
            .map(|e| {
                self.dims
                    .iter()
                    .zip(&columns)
                    .map(|(d, column)| dimensions[*d].elements[column[e] as usize].clone())
                    .collect()
            })
            .collect()
    }

    /// The canonical name of each element of a variable, which is also the
    /// name of its random stream: `yield[class=iron,material=lithium]`.
    pub(crate) fn element_names(&self, name: &str, dimensions: &[Dimension]) -> Vec<String> {
        if self.dims.is_empty() {
            return vec![name.to_owned()];
        }
        self.labels(dimensions)
            .iter()
            .map(|labels| {
                let inner: Vec<String> = self
                    .dims
                    .iter()
                    .zip(labels)
                    .map(|(d, label)| format!("{}={label}", dimensions[*d].name))
                    .collect();
                format!("{name}[{}]", inner.join(","))
            })
            .collect()
    }

    /// The names of the dimensions, for messages: `[class, material, time]`.
    pub(crate) fn describe(&self, dimensions: &[Dimension]) -> String {
        let mut names: Vec<&str> = self.dims.iter().map(|d| dimensions[*d].name.as_str()).collect();
        if self.timed {
            names.push("time");
        }
        format!("[{}]", names.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dimension(name: &str, n: usize) -> Dimension {
        Dimension { name: name.into(), elements: (0..n).map(|i| format!("{name}{i}")).collect() }
    }

    #[test]
    fn index_maps_follow_the_names() {
        let dims = [dimension("a", 2), dimension("b", 3), dimension("c", 2)];
        let outer = Shape::new(vec![2, 0, 1], true);
        let inner = Shape::new(vec![0, 2], false);
        let map = outer.index_into(&inner, &dims);
        let labels = outer.labels(&dims);
        let inner_labels = inner.labels(&dims);
        for (e, i) in map.iter().enumerate() {
            assert_eq!(labels[e][0], inner_labels[*i as usize][0]);
            assert_eq!(labels[e][2], inner_labels[*i as usize][1]);
        }
        assert_eq!(map.len(), 12);
    }
}
