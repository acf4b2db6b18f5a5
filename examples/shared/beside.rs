//! A few published figures beside an outcome.

use blackmass::Outcome;
use blackmass::lifecycle::published::{Use, figures};
use blackmass::report::significant;

/// A few lines for the example of a region: ours beside theirs.
pub fn beside(outcome: &Outcome, region: &str) -> String {
    let mut text = String::from(
        "\nBeside published figures (ours: mean and 5–95 % band; all of them: docs/validation.md)\n",
    );
    let Some(policy) = outcome.reports().first().map(|r| &r.series().policy) else { return text };
    for f in figures().iter().filter(|f| f.telling && f.region == region) {
        let Some(found) = f.found(outcome, policy) else { continue };
        let Some((low, high)) = found.band else { continue };
        let [mean, low, high] = [found.mean, low, high].map(significant);
        let fitted = if f.used == Use::Fitted { ", fitted" } else { "" };
        let what = format!("{}, {}", f.what, f.unit);
        text +=
            &format!("{what:<54}{:<24}{}{fitted}\n", format!("{mean} ({low}–{high})"), f.printed);
    }
    text
}
