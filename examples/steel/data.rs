//! Numbers of the world's steel cycle and where they are from.
//!
//! Grades: A official or industry statistics; B published and derived from
//! statistics; C published, but for another place or as an estimate without its
//! basis; D our assumption.

/// The sectors that use steel.
pub const SECTORS: [&str; 4] = ["construction", "machinery", "transport", "goods"];

/// Crude steel of the world, Mt/yr. A: World Steel Association, World Steel in
/// Figures 2021, to three digits. Years between are on a geometric line (B).
/// 1900: World Steel Association, Sustainable Steel 2012 (28.3 Mt); the line
/// from there to 1950 passes over both wars (C).
pub const CRUDE: [(i32, f64); 32] = [
    (1900, 28.3),
    (1950, 189.0),
    (1955, 270.0),
    (1960, 347.0),
    (1965, 456.0),
    (1970, 595.0),
    (1975, 644.0),
    (1980, 717.0),
    (1985, 719.0),
    (1990, 770.0),
    (1995, 753.0),
    (2000, 850.0),
    (2001, 852.0),
    (2002, 905.0),
    (2003, 971.0),
    (2004, 1060.0),
    (2005, 1150.0),
    (2006, 1250.0),
    (2007, 1350.0),
    (2008, 1350.0),
    (2009, 1240.0),
    (2010, 1430.0),
    (2011, 1540.0),
    (2012, 1560.0),
    (2013, 1650.0),
    (2014, 1670.0),
    (2015, 1620.0),
    (2016, 1630.0),
    (2017, 1730.0),
    (2018, 1830.0),
    (2019, 1870.0),
    (2020, 1880.0),
];

/// Crude steel in 2050, Mt/yr, from as much as in 2020 to what the IEA expects
/// if policies stay (Iron and Steel Technology Roadmap, 2020: from 1.9 to 2.5
/// Gt). C: the upper end is a projection, the lower end ours (D).
pub const CRUDE_2050: (f64, f64) = (1880.0, 2500.0);

/// Finished over crude steel. B: 1 515 Mt of finished products of 1 629 Mt of
/// crude steel in 2016 (World Steel Association; Metals Consulting
/// International on its yearbook) is 0.930; the range around it is ours.
pub const FORMING_YIELD: (f64, f64) = (0.91, 0.95);

/// Shares of sectors in finished steel. B: Metals Consulting International,
/// world steel demand by application 2016: construction 739 and pipes for oil
/// and gas 87, machinery 255, vehicles 114 and other transport 56, appliances
/// 48 and metal products 173 Mt; 35 Mt of defence and others left out. Taken for
/// all years (D).
pub const SHARES: [f64; 4] = [826.0 / 1472.0, 255.0 / 1472.0, 170.0 / 1472.0, 221.0 / 1472.0];
/// How sure the shares are: as a sample of this size would be. D.
pub const SHARES_CONCENTRATION: f64 = 400.0;

/// Goods over finished steel, by sector. C: yields of flat (0.821), long
/// (0.936) and tube products (0.902) in Japan (data of Watari et al. 2023,
/// Nature Sustainability, doi 10.1038/s41893-022-01025-0), weighted by the
/// products each sector used in 2016 (Metals Consulting International).
pub const FABRICATION_YIELD: [f64; 4] = [0.904, 0.856, 0.850, 0.884];

/// Mean lifetimes, years: low, most likely, high. C: Gauffin and Pistorius 2018
/// (Metals 8, 338), for the United States, the lifetimes they call scrapped,
/// measured and apparent, of construction, industrial goods, vehicles and
/// consumer goods.
pub const LIFETIME: [(f64, f64, f64); 4] =
    [(29.0, 44.0, 52.0), (16.0, 19.0, 27.0), (14.0, 17.0, 19.0), (12.0, 13.0, 14.0)];
/// Weibull shapes. C: those of buildings, machinery, cars and metal products in
/// Japan (data of Watari et al. 2023).
pub const SHAPE: [f64; 4] = [2.23, 2.06, 3.4, 3.5];

/// Share of steel at the end of its life that becomes scrap. C: World Steel
/// Association, Sustainable Steel 2012, an estimate for the world.
pub const RECOVERY: [f64; 4] = [0.85, 0.90, 0.85, 0.50];
/// How far the truth may be from it on either side. D.
pub const RECOVERY_RANGE: f64 = 0.08;

/// Share of scrap left after shearing and shredding. C: Japan, data of Watari
/// et al. 2023.
pub const PREPARED: f64 = 0.993;

/// Share of crude steel from electric furnaces, which sets how much scrap they
/// can take, in 2020. B: 28.9 % in 2018, from the World Steel Association.
pub const FURNACES_2020: f64 = 0.289;
/// The same in 2050. D.
pub const FURNACES_2050: (f64, f64) = (0.40, 0.60);
/// The most scrap per tonne of steel from electric furnaces; the rest of their
/// charge is sponge iron and pig iron. D, within the 0.3 to 1 in use.
pub const FURNACE_CHARGE: (f64, f64) = (0.7, 1.0);
/// The most scrap per tonne of converter steel, which it cools. C: 10 to 25 %
/// are in common use.
pub const CONVERTER_CHARGE: (f64, f64) = (0.10, 0.25);

/// Copper still attached to old scrap when it is melted, mass fraction. D: a
/// few wires and motors in a tonne; shredded vehicles have more, beams none.
pub const COPPER: (f64, f64) = (0.001, 0.003);

/// A published figure: what it is, the year, its number and its source.
pub struct Published {
    /// The variable of ours it stands beside.
    pub name: &'static str,
    /// The year of both.
    pub year: i32,
    /// The figure, in the unit of the variable.
    pub figure: f64,
    /// Who says so.
    pub source: &'static str,
}

/// Figures that were not used above. Stock: 2.7 t of iron a head (Müller, Wang
/// and Duval 2011, Environ. Sci. Technol. 45, 182) of 6.5 billion people. Scrap:
/// World Steel Association, as quoted by Eurometal (575 Mt used, forecasts) and
/// by its director in 2018 (750 Mt available).
pub const PUBLISHED: [Published; 5] = [
    Published { name: "in_use_total", year: 2005, figure: 17_500.0, source: "Müller et al. 2011" },
    Published { name: "scrap_used", year: 2017, figure: 575.0, source: "World Steel Association" },
    Published { name: "scrap", year: 2017, figure: 750.0, source: "World Steel Association" },
    Published { name: "old_scrap_total", year: 2030, figure: 600.0, source: "same, forecast" },
    Published { name: "old_scrap_total", year: 2050, figure: 900.0, source: "same, forecast" },
];
