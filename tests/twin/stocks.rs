//! Stocks and facilities, stepped through time.

/// A stock by cohort: what is left of each cohort at the end of each step.
/// Returns stock and outflow.
pub fn cohort(inflow: &[f64], survival: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let (mut stock, mut outflow) = (Vec::new(), Vec::new());
    let mut left = vec![0.0; inflow.len()];
    for t in 0..inflow.len() {
        left[t] = inflow[t];
        let (mut in_stock, mut out) = (0.0, 0.0);
        for c in 0..=t {
            let now = inflow[c] * survival[t - c];
            out += left[c] - now;
            left[c] = now;
            in_stock += now;
        }
        stock.push(in_stock);
        outflow.push(out);
    }
    (stock, outflow)
}

/// Products with an exchangeable component, `[t][component cohort]`, and per
/// step the components that enter.
pub struct Components {
    pub stock: Vec<Vec<f64>>,
    pub exits: Vec<Vec<f64>>,
    pub replaced: Vec<Vec<f64>>,
    pub entering: Vec<f64>,
}

/// The probability to fail at age a (in steps after entry) having lived to it.
fn hazard(survival: &[f64], age: usize) -> f64 {
    let before = if age == 0 { 1.0 } else { survival[age - 1] };
    if before > 0.0 { 1.0 - survival[age] / before } else { 1.0 }
}

/// Steps the stock S(p,c) of products of cohort p with a component of cohort
/// c. In each step product and component fail independently; of the products
/// that stay and whose component fails, a share `repaired` that is not older
/// than `limit` gets a new component, which may fail at once like any other.
/// Whoever is not repaired leaves.
pub fn components(
    inflow: &[f64],
    product: &[f64],
    component: &[f64],
    repaired: f64,
    limit: usize,
) -> Components {
    let steps = inflow.len();
    let mut stock = vec![vec![0.0; steps]; steps];
    let mut all = Components {
        stock: Vec::new(),
        exits: Vec::new(),
        replaced: Vec::new(),
        entering: Vec::new(),
    };
    for t in 0..steps {
        let (mut exits, mut replaced) = (vec![0.0; steps], vec![0.0; steps]);
        let mut entering = 0.0;
        for p in 0..=t {
            let product_fails = hazard(product, t - p);
            if p == t {
                stock[p][t] = inflow[t] * (1.0 - product_fails);
                exits[t] += inflow[t] * product_fails;
                entering += inflow[t];
            }
            for c in p..t {
                let component_fails = hazard(component, t - c);
                let before = stock[p][c];
                let failed = before * (1.0 - product_fails) * component_fails;
                let renewed = if t - p <= limit { repaired * failed } else { 0.0 };
                stock[p][c] = before * (1.0 - product_fails) * (1.0 - component_fails);
                replaced[c] += renewed;
                exits[c] += before * product_fails + (failed - renewed);
                stock[p][t] += renewed;
                entering += renewed;
            }
            let at_once = stock[p][t] * hazard(component, 0);
            stock[p][t] -= at_once;
            exits[t] += at_once;
        }
        all.stock.push((0..steps).map(|c| stock.iter().map(|of_p| of_p[c]).sum()).collect());
        all.exits.push(exits);
        all.replaced.push(replaced);
        all.entering.push(entering);
    }
    all
}

/// Σ_c cohorts(t,c)·content(c), for each t.
pub fn contract(cohorts: &[Vec<f64>], content: &[f64]) -> Vec<f64> {
    cohorts.iter().map(|of_t| of_t.iter().zip(content).map(|(n, g)| n * g).sum()).collect()
}

/// One facility with capacity and a well-mixed backlog: processed and backlog
/// per element of the feed.
pub fn facility(
    feed: &[Vec<f64>],
    capacity: &[f64],
    basis: Option<&[f64]>,
) -> (Vec<Vec<f64>>, Vec<Vec<f64>>) {
    let mut held = vec![0.0; feed.len()];
    let mut basis_held = 0.0;
    let (mut processed, mut backlog) = (vec![Vec::new(); feed.len()], vec![Vec::new(); feed.len()]);
    for t in 0..capacity.len() {
        for (held, feed) in held.iter_mut().zip(feed) {
            *held += feed[t];
        }
        basis_held += basis.map_or(0.0, |basis| basis[t]);
        let total = if basis.is_some() { basis_held } else { held.iter().sum() };
        let share = if total > 0.0 { (capacity[t] / total).min(1.0) } else { 1.0 };
        basis_held *= 1.0 - share;
        for e in 0..feed.len() {
            processed[e].push(held[e] * share);
            held[e] *= 1.0 - share;
            backlog[e].push(held[e]);
        }
    }
    (processed, backlog)
}
