"""Write workload.json, in the folder W0_DIR (default: here): the fixed input of the common benchmark (no randomness left for the implementations).

One region, 41 yearly steps (2010-2050), 40 product categories (5 segments x 8 chemistries),
inflow-driven cohort stock, Weibull lifetime, collection and recycling transfer coefficients, 6 materials,
1000 Monte Carlo draws of: Weibull shape and scale per category, collection rate in 2010 and 2050
(linear between), recovery rate per material.  The numbers are invented but have realistic sizes.
Usage: python gen_input.py [n_draws]
"""
import json, os, sys
import numpy as np

n = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
rng = np.random.default_rng(20240501)
years = list(range(2010, 2051))
T = len(years)
segments = ["small", "medium", "large", "van", "bus"]
chem = ["NMC111", "NMC532", "NMC622", "NMC811", "NCA", "LFP", "LMFP", "Na-ion"]
materials = ["Li", "Ni", "Co", "Mn", "graphite", "Cu"]

t = np.array(years, float)
seg_level = np.array([900.0, 1500.0, 1100.0, 250.0, 20.0])          # thousand packs/year, saturation
seg_mid = np.array([2029.0, 2028.0, 2027.0, 2031.0, 2026.0])
seg = seg_level / (1 + np.exp(-0.35 * (t[:, None] - seg_mid)))       # T x 5
peak = np.array([2013.0, 2018.0, 2022.0, 2028.0, 2024.0, 2032.0, 2040.0, 2045.0])
w = np.exp(-0.5 * ((t[:, None] - peak) / 6.0) ** 2) + 0.01
share = w / w.sum(1, keepdims=True)                                   # T x 8
inflow = (seg[:, :, None] * share[:, None, :]).reshape(T, 40)         # k = segment*8 + chemistry

kwh = np.array([35.0, 60.0, 85.0, 75.0, 300.0])                       # kWh per pack
kg_per_kwh = np.array([                                               # Li Ni Co Mn graphite Cu
    [0.14, 0.39, 0.39, 0.37, 1.0, 0.7], [0.13, 0.60, 0.23, 0.34, 1.0, 0.7],
    [0.12, 0.61, 0.19, 0.20, 1.0, 0.7], [0.10, 0.75, 0.09, 0.09, 1.0, 0.7],
    [0.11, 0.70, 0.13, 0.00, 1.0, 0.7], [0.09, 0.00, 0.00, 0.00, 1.1, 0.9],
    [0.09, 0.00, 0.00, 0.40, 1.1, 0.9], [0.00, 0.25, 0.00, 0.45, 0.0, 0.1]])
content = (kwh[:, None, None] * kg_per_kwh).reshape(40, 6)            # kg per pack = t per thousand packs

base_scale = np.repeat([14.0, 14.5, 15.0, 12.0, 9.0], 8)
r = lambda a, d=6: np.round(a, d).tolist()
draws = {
    "shape": r(rng.triangular(2.2, 3.5, 5.0, (n, 40)), 5),
    "scale": r(base_scale * rng.triangular(0.75, 1.0, 1.35, (n, 40)), 5),
    "collection_2010": r(rng.triangular(0.2, 0.4, 0.6, n), 5),
    "collection_2050": r(rng.triangular(0.7, 0.9, 0.98, n), 5),
    "recovery": r(rng.triangular([0.4, 0.85, 0.85, 0.3, 0.0, 0.85],
                                 [0.7, 0.93, 0.93, 0.6, 0.3, 0.93],
                                 [0.95, 0.98, 0.98, 0.9, 0.8, 0.98], (n, 6)), 5),
}
json.dump({
    "convention": "stock at end of year; age a = t - c (integer); surviving share sf(a) = exp(-(a/scale)^shape), sf(0)=1; "
                  "outflow[t] = sum_c inflow[c]*(sf(t-c-1)-sf(t-c)), 0 in the inflow year; "
                  "collected[t,m] = collection[t]*sum_k outflow[t,k]*content[k,m]; secondary = collected*recovery[m]; "
                  "collection[t] linear from collection_2010 to collection_2050; k = segment_index*8 + chemistry_index",
    "years": years, "segments": segments, "chemistries": chem, "materials": materials,
    "inflow_thousand_packs": r(inflow), "content_t_per_thousand_packs": r(content), "draws": draws}, open(os.path.join(os.environ.get("W0_DIR", "."), "workload.json"), "w"))
print("workload.json written,", n, "draws")
