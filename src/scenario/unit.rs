//! Units of a scenario file and their conversion to base units.

/// A group of units that measure the same thing. The first unit listed is the
/// base unit in which values are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    /// A fraction between 0 and 1.
    Share,
    /// A number without a unit that is not a share.
    Factor,
    /// Vehicles in a year.
    Vehicles,
    /// Mass in a year.
    MassRate,
    /// Battery energy placed or made in a year.
    EnergyRate,
    /// Mass for each unit of battery energy.
    Intensity,
    /// Battery energy of one vehicle.
    PackSize,
    /// A span of years.
    Years,
    /// Mass.
    Mass,
    /// Vehicles in use.
    Fleet,
    /// Packs for each vehicle.
    Packs,
    /// A calendar year.
    Date,
    /// Money for each unit of mass.
    Price,
    /// Money in a year.
    MoneyRate,
    /// A span of days.
    Days,
}

/// How to reach the base unit.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Scale {
    Times(f64),
    Over(f64),
}

/// One unit as it may be written in a file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Unit {
    name: &'static str,
    scale: Scale,
}

const fn unit(name: &'static str, factor: f64) -> Unit {
    Unit { name, scale: Scale::Times(factor) }
}

impl Unit {
    /// The unit as written in the file.
    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    /// `value` in the base unit. Percent is a division, so that `28 %` and
    /// `0.28` are the same number to the last bit.
    pub(crate) fn to_base(self, value: f64) -> f64 {
        match self.scale {
            Scale::Times(factor) => value * factor,
            Scale::Over(divisor) => value / divisor,
        }
    }

    /// A base value in this unit, for messages.
    pub(crate) fn to_written(self, base: f64) -> f64 {
        match self.scale {
            Scale::Times(factor) => base / factor,
            Scale::Over(divisor) => base * divisor,
        }
    }
}

impl Family {
    /// Every unit of the family, the base unit first.
    pub(crate) fn units(self) -> &'static [Unit] {
        const SHARE: &[Unit] =
            &[unit("share", 1.0), Unit { name: "%", scale: Scale::Over(100.0) }, unit("1", 1.0)];
        const FACTOR: &[Unit] = &[unit("1", 1.0)];
        const VEHICLES: &[Unit] = &[
            unit("vehicles/yr", 1.0),
            unit("thousand vehicles/yr", 1e3),
            unit("million vehicles/yr", 1e6),
        ];
        const MASS_RATE: &[Unit] = &[unit("t/yr", 1.0), unit("kt/yr", 1e3)];
        const ENERGY_RATE: &[Unit] =
            &[unit("MWh/yr", 1.0), unit("GWh/yr", 1e3), unit("TWh/yr", 1e6)];
        const INTENSITY: &[Unit] = &[unit("kg/kWh", 1.0)];
        const PACK_SIZE: &[Unit] = &[unit("kWh/vehicle", 1.0)];
        const YEARS: &[Unit] = &[unit("yr", 1.0)];
        const MASS: &[Unit] = &[unit("t", 1.0), unit("kt", 1e3)];
        const FLEET: &[Unit] =
            &[unit("vehicles", 1.0), unit("thousand vehicles", 1e3), unit("million vehicles", 1e6)];
        const PACKS: &[Unit] = &[unit("packs/vehicle", 1.0)];
        const DATE: &[Unit] = &[unit("calendar year", 1.0)];
        const PRICE: &[Unit] = &[unit("USD/t", 1.0), unit("kUSD/t", 1e3)];
        const MONEY_RATE: &[Unit] = &[unit("million USD/yr", 1.0), unit("billion USD/yr", 1e3)];
        const DAYS: &[Unit] = &[unit("days", 1.0)];
        match self {
            Self::Share => SHARE,
            Self::Factor => FACTOR,
            Self::Vehicles => VEHICLES,
            Self::MassRate => MASS_RATE,
            Self::EnergyRate => ENERGY_RATE,
            Self::Intensity => INTENSITY,
            Self::PackSize => PACK_SIZE,
            Self::Years => YEARS,
            Self::Mass => MASS,
            Self::Fleet => FLEET,
            Self::Packs => PACKS,
            Self::Date => DATE,
            Self::Price => PRICE,
            Self::MoneyRate => MONEY_RATE,
            Self::Days => DAYS,
        }
    }

    /// The unit in which values of the family are kept.
    pub(crate) fn base(self) -> Unit {
        self.units()[0]
    }

    /// The family with this base unit.
    pub(crate) fn of_base(name: &str) -> Option<Self> {
        let all = [
            Self::Share,
            Self::Factor,
            Self::Vehicles,
            Self::MassRate,
            Self::EnergyRate,
            Self::Intensity,
            Self::PackSize,
            Self::Years,
            Self::Mass,
            Self::Fleet,
            Self::Packs,
            Self::Date,
            Self::Price,
            Self::MoneyRate,
            Self::Days,
        ];
        all.into_iter().find(|family| family.base().name == name)
    }

    /// The unit called `name`, if the family has it.
    pub(crate) fn unit(self, name: &str) -> Option<Unit> {
        self.units().iter().find(|unit| unit.name == name).copied()
    }

    /// The names of all units, for messages.
    pub(crate) fn names(self) -> impl Iterator<Item = &'static str> {
        self.units().iter().map(|unit| unit.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_and_fraction_agree_to_the_bit() {
        let percent = Family::Share.unit("%").expect("percent is a share unit");
        for (written, share) in [(28.0, 0.28), (7.0, 0.07), (98.0, 0.98), (0.3, 0.003)] {
            assert_eq!(percent.to_base(written).to_bits(), f64::to_bits(share));
        }
    }

    #[test]
    fn multiples_reach_the_base_unit() {
        let million = Family::Vehicles.unit("million vehicles/yr").expect("listed");
        assert_eq!(million.to_base(1.5), 1_500_000.0);
        assert_eq!(million.to_written(1_500_000.0), 1.5);
        assert!(Family::MassRate.unit("kg/yr").is_none());
    }
}
