//! The copper that scrap carries into new steel, an operation of our own.
//!
//! Copper that is still attached to old scrap when it is melted stays in the
//! steel for good, leaves with it at the end of its life and comes back with the
//! next old scrap. With K the copper in steel in use, S the steel in use and
//! c = K/S its concentration (well mixed), a the attached copper per tonne of
//! old scrap and R the scrap that returns from the same year's steel:
//!
//! ```text
//! c_new(t)·(production − R) = old(t)·(c(t−1) + a)
//! K(t) = K(t−1) + intake(t)·c_new(t) − leaving(t)·c(t−1)
//! ```
//!
//! Iron from ore is taken to have none. A formula cannot say this: what enters
//! depends on what left before.

use blackmass::system::{Block, Operation, Port};

/// The rule above; all inputs but `attached` in Mt/yr or Mt, concentrations as
/// mass fractions.
#[derive(Clone, Debug)]
pub struct Copper;

impl Operation for Copper {
    fn inputs(&self) -> Vec<Port> {
        let names = ["production", "returned", "old", "intake", "leaving", "stock"];
        let series = names.map(|name| Port::new(name).over(&[]));
        series.into_iter().chain([Port::new("attached").over(&[]).once()]).collect()
    }

    fn outputs(&self) -> Vec<Port> {
        ["new_steel", "in_use"].map(|name| Port::new(name).over(&[])).to_vec()
    }

    fn run(&self, block: &mut Block) -> Result<(), String> {
        block.each_draw(|inputs, outputs| {
            let &[production, returned, old, intake, leaving, stock, attached] = inputs else {
                return Err("seven inputs are needed".to_owned());
            };
            let [new_steel, in_use] = outputs else {
                return Err("two outputs are needed".to_owned());
            };
            let (mut copper, mut mean) = (0.0, 0.0);
            for t in 0..production.len() {
                let diluted = production[t] - returned[t];
                if diluted <= 0.0 || stock[t] <= 0.0 {
                    return Err(format!("no new steel or no steel in use in step {t}"));
                }
                let new = old[t] * (mean + attached[0]) / diluted;
                copper += intake[t] * new - leaving[t] * mean;
                mean = copper / stock[t];
                (new_steel[t], in_use[t]) = (new, mean);
            }
            Ok(())
        })
    }
}
