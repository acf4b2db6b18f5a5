//! Facilities that take each other's surplus, and stockpiles: the equations of
//! the documentation, one step after the other.

/// Per source, and content or facility, a series each.
pub struct Shared {
    pub processed: Vec<Vec<Vec<f64>>>,
    pub backlog: Vec<Vec<Vec<f64>>>,
    /// As a share of the inventory.
    pub taken: Vec<Vec<Vec<f64>>>,
    /// The whole inventory of each source before anything is processed.
    pub inventory: Vec<Vec<f64>>,
}

/// `feed[source][content][t]`, `capacity[facility][t]`; `offered` and `cap` per
/// source, facility and step; `home[source]` is its facility.
pub fn shared(
    feed: &[Vec<Vec<f64>>],
    capacity: &[Vec<f64>],
    offered: impl Fn(usize, usize, usize) -> f64,
    cap: Option<impl Fn(usize, usize, usize) -> f64>,
    home: &[usize],
) -> Shared {
    let (sources, facilities) = (feed.len(), capacity.len());
    let (contents, steps) = (feed[0].len(), capacity[0].len());
    let empty = |n| vec![vec![Vec::new(); n]; sources];
    let mut all = Shared {
        processed: empty(contents),
        backlog: empty(contents),
        taken: empty(facilities),
        inventory: vec![Vec::new(); sources],
    };
    let mut held = vec![vec![0.0; contents]; sources];
    for t in 0..steps {
        let room: Vec<f64> = capacity.iter().map(|c| c[t].max(0.0)).collect();
        let mut offers = vec![vec![0.0; facilities]; sources];
        let mut spare = room.clone();
        for f in 0..sources {
            for i in 0..contents {
                held[f][i] += feed[f][i][t];
            }
            let m: f64 = held[f].iter().sum();
            all.inventory[f].push(m);
            let others: Vec<usize> = (0..facilities).filter(|g| *g != home[f]).collect();
            let shares: f64 = others.iter().map(|g| offered(f, *g, t).max(0.0)).sum();
            for g in others {
                let share = offered(f, g, t).max(0.0) / shares.max(1.0);
                let most = cap.as_ref().map_or(f64::INFINITY, |cap| cap(f, g, t).max(0.0));
                offers[f][g] = (share * m).min(most);
            }
            let kept = m - offers[f].iter().sum::<f64>();
            spare[home[f]] = room[home[f]] - kept.clamp(0.0, room[home[f]]);
        }
        let mut taken = offers.clone();
        for g in 0..facilities {
            let asked: f64 = offers.iter().map(|of| of[g]).sum();
            for f in 0..sources {
                taken[f][g] =
                    if asked > spare[g] { offers[f][g] * spare[g] / asked } else { offers[f][g] };
            }
        }
        for f in 0..sources {
            let m = all.inventory[f][t];
            let away: f64 = taken[f].iter().sum();
            let guests: f64 = taken.iter().map(|of| of[home[f]]).sum();
            let own = (m - away).min(room[home[f]] - guests).max(0.0);
            let part = |x: f64| if m == 0.0 { 0.0 } else { x / m };
            for g in 0..facilities {
                all.taken[f][g].push(part(taken[f][g]));
            }
            for i in 0..contents {
                let processed = held[f][i] * part(own);
                held[f][i] -= processed + held[f][i] * part(away);
                all.processed[f][i].push(processed);
                all.backlog[f][i].push(held[f][i]);
            }
        }
    }
    all
}

/// Stock, release and refill of a stockpile.
pub fn stockpile(shortfall: &[f64], target: &[f64], rate: &[f64]) -> [Vec<f64>; 3] {
    let (mut stock, mut releases, mut refills) = (Vec::new(), Vec::new(), Vec::new());
    let mut before = 0.0;
    for t in 0..shortfall.len() {
        let short = shortfall[t] > 0.0;
        let release = if short { shortfall[t].min(before) } else { 0.0 };
        let wanted = (target[t] - before).max(0.0);
        let refill = if short { 0.0 } else { wanted.min(rate[t].max(0.0)) };
        before = before - release + refill;
        stock.push(before);
        releases.push(release);
        refills.push(refill);
    }
    [stock, releases, refills]
}
