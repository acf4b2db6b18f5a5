//! The static parameters of all draws, as a table.

use super::run::{Run, lanes_of};
use super::runner::{Ensemble, MAX_KEPT};
use crate::error::{Diagnostic, Error, ErrorKind};
use crate::lanes::LANES;
use crate::sampling::StreamKey;
use crate::sampling::design::SampleTable;
use std::collections::HashMap;

impl Ensemble<'_> {
    /// The values of the static parameters in every draw that a run would make,
    /// of those that the plan computes. As samples of another run they give the
    /// same values to the last bit.
    ///
    /// # Errors
    /// As for [`run`](Self::run), as far as the design and the supplied values
    /// are concerned; [`ErrorKind::Argument`] if the table would take more than
    /// 4 GiB.
    ///
    /// # Examples
    /// ```
    /// use blackmass::{Ensemble, Plan, System, sampling::design::Design, system::var};
    /// use blackmass::{sampling::design::SampleTable, uncertainty::*};
    /// let mut b = System::builder("collection", 2020..=2021);
    /// b.parameter("rate", &[], Distribution::uniform(Range { low: 0.4, high: 0.6 })?);
    /// b.variable("collected", var("rate") * 100.0).observe("collected", "t/yr");
    /// let plan = Plan::compile(&b.build()?)?;
    /// let drawn = Ensemble::new(&plan).draws(8).design(Design::LatinHypercube).samples()?;
    /// let read = SampleTable::from_csv("samples.csv", &drawn.to_csv())?;
    /// let outcome = Ensemble::new(&plan).design(Design::Samples(read)).run()?;
    /// assert_eq!(outcome.draws(), 8);
    /// # Ok::<(), blackmass::Error>(())
    /// ```
    pub fn samples(&self) -> Result<SampleTable, Error> {
        let run = Run::new(self)?;
        let (plan, draws) = (self.plan, run.design.draws);
        let columns = &plan.streams().columns;
        let bytes = columns.len() as u64 * u64::from(draws) * size_of::<f64>() as u64;
        if bytes > MAX_KEPT {
            return Err(Error::new(
                ErrorKind::Argument,
                Diagnostic::new("the table of samples would be too large")
                    .found(format!("{bytes} bytes"))
                    .allowed(format!("at most {MAX_KEPT}"))
                    .fix("ask for fewer draws"),
            ));
        }
        let mut at: HashMap<StreamKey, Vec<usize>> = HashMap::new();
        for (i, column) in columns.iter().enumerate() {
            at.entry(column.key).or_default().push(i);
        }
        let mut values: Vec<Vec<f64>> = vec![Vec::new(); columns.len()];
        let mut arena = plan.arena();
        for block in 0..draws.div_ceil(LANES as u32) {
            let (first, lanes) = lanes_of(block, draws);
            let before = block as usize * LANES;
            let context = run.context(first, lanes);
            plan.draw_parameters(run.dispatch, &mut arena, &context, &mut |key, law, row| {
                let same = at.get(&key).into_iter().flatten().find(|i| columns[**i].law == *law);
                // Several operations may draw the same.
                if let Some(i) = same
                    && values[*i].len() == before
                {
                    values[*i].extend_from_slice(&row[..lanes]);
                }
            });
        }
        let names = columns.iter().map(|c| c.name.clone());
        let drawn = names.zip(values).filter(|(_, values)| !values.is_empty());
        Ok(SampleTable::of_columns(drawn.collect()))
    }
}
