//! Prices: the fit again, and how they run.

use crate::{kept, run};
use blackmass::System;
use blackmass::process::Price;

/// The nickel fit again from the open series, as documented.
#[test]
fn the_nickel_price_is_fitted_as_documented() {
    let x: Vec<f64> = include_str!("../reference/nickel_price.csv")
        .lines()
        .filter_map(|line| line.split_once(',')?.1.parse::<f64>().ok())
        .map(f64::ln)
        .collect();
    assert_eq!(x.len(), 21);
    let n = (x.len() - 1) as f64;
    let (xs, ys) = (&x[..x.len() - 1], &x[1..]);
    let (mx, my) = (xs.iter().sum::<f64>() / n, ys.iter().sum::<f64>() / n);
    let sxx: f64 = xs.iter().map(|x| (x - mx).powi(2)).sum();
    let a = xs.iter().zip(ys).map(|(x, y)| (x - mx) * (y - my)).sum::<f64>() / sxx;
    let c = my - a * mx;
    let s2 = xs.iter().zip(ys).map(|(x, y)| (y - c - a * x).powi(2)).sum::<f64>() / (n - 2.0);
    let kappa = -a.ln();
    let (va, vc, cov) = (s2 / sxx, s2 * (1.0 / n + mx * mx / sxx), -s2 * mx / sxx);
    let (gc, ga) = (1.0 / (1.0 - a), c / (1.0 - a).powi(2));
    let level_se = (gc * gc * vc + ga * ga * va + 2.0 * gc * ga * cov).sqrt();
    let fit = Price::Nickel.fit();
    assert_eq!(fit.years, (2005, 2025));
    let near = |found: f64, stated: f64, what: &str| {
        assert!((found / stated - 1.0).abs() < 2e-3, "{what}: {found}, stated {stated}");
    };
    near((c / (1.0 - a)).exp(), fit.level.0, "L");
    near(level_se, fit.level.1, "error of ln L");
    near(kappa, fit.reversion.0, "κ");
    near(va.sqrt() / a / kappa, fit.reversion.1, "error of ln κ");
    near((s2 * 2.0 * kappa / (1.0 - a * a)).sqrt(), fit.volatility.0, "σ");
    near(1.0 / (2.0 * (n - 2.0)).sqrt(), fit.volatility.1, "error of ln σ");
}

#[test]
fn prices_start_where_told_and_move_together() {
    let mut b = System::builder("prices", 2025..=2035);
    b.prices(Price::ALL.map(|price| (price, 10_000.0.into())));
    for price in Price::ALL {
        b.observe(price.name(), "USD/t").observe(&format!("{}.noise", price.name()), "1");
    }
    let noises = Price::ALL.map(|price| format!("{}.noise", price.name()));
    let keep: Vec<&str> = noises.iter().map(String::as_str).collect();
    let outcome = run(b, 20_000, &keep);
    for price in Price::ALL {
        let report = outcome.report("baseline", price.name()).expect("observed");
        let start = report.summary(0, 2025).expect("there");
        assert!((start.central / 10_000.0 - 1.0).abs() < 1e-12 && start.sd < 1e-6);
        // on the way from the start to the long-run median
        let (end, level) = (report.summary(0, 2035).expect("there"), price.fit().level.0);
        assert!((end.central - 10_000.0) * (level - 10_000.0) > 0.0);
        assert!((end.central - level).abs() < (10_000.0 - level).abs());
    }
    let e = noises.each_ref().map(|name| kept(&outcome, name, 0));
    for (i, a) in Price::ALL.into_iter().enumerate() {
        for (j, b) in Price::ALL.into_iter().enumerate().take(i) {
            let n = e[i].len() as f64;
            let r = e[i].iter().zip(&e[j]).map(|(x, y)| x[5] * y[5]).sum::<f64>() / n;
            let expected = a.correlation(b);
            // the mean of products of normals has the variance 1 + r²
            let se = ((1.0 + expected * expected) / n).sqrt();
            assert!((r - expected).abs() < 5.0 * se, "{a:?} {b:?}: {r} for {expected}");
        }
    }
}
