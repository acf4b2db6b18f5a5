//! Which process is named for the worst balance does not depend on the order
//! in which draws are computed, and so not on the number of threads.

use blackmass::system::var;
use blackmass::uncertainty::{Distribution, Range};
use blackmass::{Ensemble, Error, Plan, System};

#[test]
fn of_equal_residuals_the_first_process_is_named() -> Result<(), Error> {
    let mut b = System::builder("two leaks", 2020..=2021);
    for process in ["first", "second"] {
        let name = |part: &str| format!("{process}.{part}");
        b.process(process);
        b.parameter(&name("off"), &[], Distribution::uniform(Range { low: 0.0, high: 1.0 })?);
        b.constant(&name("supply"), &[], 1.0);
        let outside = System::ENVIRONMENT;
        b.flow(&name("in")).from(outside).to(process).is(var(name("supply")));
        let leaking = 1.0 + var(name("off")) * 1e-12;
        b.flow(&name("out")).from(process).to(outside).is(leaking);
        b.observe(&name("out"), "t/yr");
    }
    let plan = Plan::compile(&b.build()?)?;
    // The second process is off in the early draws, the first in the late ones.
    let off = |early, late| [[early; 1024], [late; 1024]].concat();
    for threads in [1, 2] {
        let outcome = Ensemble::new(&plan)
            .draws(2_048)
            .threads(threads)
            .given("first.off", off(0.0, 1.0))
            .given("second.off", off(1.0, 0.0))
            .run()?;
        assert!(outcome.worst_residual() > 0.0);
        assert_eq!(outcome.worst_process(), "first", "{threads} threads");
    }
    Ok(())
}
