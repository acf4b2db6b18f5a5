//! The segments of battery use: fixed names, three kinds.

/// Segments in which a battery serves a vehicle and either can fail.
pub const VEHICLE_SEGMENTS: [&str; 7] =
    ["bev_car", "phev_car", "hev_car", "van", "bus", "truck", "light_transport"];

/// The segment of portable batteries of all chemistries, measured by mass.
pub const PORTABLE_SEGMENT: &str = "portable";

/// Segments of stationary storage.
pub const STORAGE_SEGMENTS: [&str; 2] = ["home_storage", "grid_storage"];

/// Routes of refining; `alloy` is that of nickel-metal hydride.
pub const ROUTES: [&str; 4] = ["hydro", "pyro_hydro", "direct", "alloy"];

/// Segments whose sales are bounded by the market for new cars.
const CARS: [&str; 3] = ["bev_car", "phev_car", "hev_car"];

/// Every segment, in the order in which a region lists them.
/// All segments, in the order in which they are reported.
pub const SEGMENTS: [&str; 10] = [
    "bev_car",
    "phev_car",
    "hev_car",
    "van",
    "bus",
    "truck",
    "light_transport",
    PORTABLE_SEGMENT,
    "home_storage",
    "grid_storage",
];

/// Whether the market for new cars bounds the sales of this segment.
pub(crate) fn is_car(segment: &str) -> bool {
    CARS.contains(&segment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kinds_make_up_all_segments() {
        let all = [&VEHICLE_SEGMENTS[..], &[PORTABLE_SEGMENT], &STORAGE_SEGMENTS].concat();
        assert_eq!(all, SEGMENTS);
        assert!(SEGMENTS.iter().filter(|name| is_car(name)).eq(&CARS));
    }
}
