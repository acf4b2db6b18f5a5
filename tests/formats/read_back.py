#!/usr/bin/env python3
"""Reads every file of a directory with pandas and NumPy and compares each number
with expected.json, bit by bit; PRCC is computed anew. Writes again.csv."""

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd

place = Path(sys.argv[1])
expected = json.loads((place / "expected.json").read_text(encoding="utf-8"))


def table(name, **options):
    return pd.read_csv(place / name, float_precision="round_trip", **options)


def same(found, wanted, what):
    found, wanted = np.asarray(found, dtype="f8"), np.asarray(wanted, dtype="f8")
    assert found.shape == wanted.shape, (what, found.shape, wanted.shape)
    assert np.array_equal(found.view("u8"), wanted.view("u8")), what


# experiments.csv: one column per input, one row per draw.
experiments = table("experiments.csv")
assert list(experiments.columns) == [name for name, _ in expected["inputs"]]
for name, values in expected["inputs"]:
    same(experiments[name], values, name)
experiments.to_csv(place / "again.csv", index=False)

# draws.npy, its index, outcomes.csv.
draws = np.load(place / "draws.npy", allow_pickle=False)
index = table("draws_index.csv", dtype=str, keep_default_na=False)
outcomes = table("outcomes.csv")
assert draws.dtype == np.dtype("<f8") and draws.flags.c_contiguous
assert draws.shape == (len(experiments), len(expected["kept"])) == outcomes.shape
assert draws.flags.aligned and np.load(place / "draws.npy", mmap_mode="r").offset % 64 == 0
assert list(outcomes.columns) == list(index["name"])
assert index["name"].is_unique
for at, (*place_of, values) in enumerate(expected["kept"]):
    row = index.iloc[at]
    assert row["column"] == str(at)
    fields = ["policy", "versus", "series", "element", "year", "unit"]
    assert [row[f] for f in fields] == place_of, (list(row), place_of)
    same(draws[:, at], values, place_of)
    same(outcomes.iloc[:, at], values, place_of)

# iamc.csv and outcome.csv.
iamc = table("iamc.csv", keep_default_na=False, na_values={str(y): [""] for y in range(2020, 2025)})
years = [str(y) for y in range(2020, 2025)]
assert list(iamc.columns) == ["Model", "Scenario", "Region", "Variable", "Unit", *years]
assert not iamc.duplicated(["Model", "Scenario", "Region", "Variable"]).any()
assert iamc["Model"].str.startswith("blackmass ").all()
keyed = iamc.set_index(["Scenario", "Region", "Variable"])
long = table("outcome.csv", dtype=str, keep_default_na=False)
assert len(long) == len(expected["wide"]) * len(years)
statistics = {
    "mean": "", "sd": "|Standard Deviation", "p05": "|5.0th Percentile",
    "p25": "|25.0th Percentile", "p50": "|50.0th Percentile",
    "p75": "|75.0th Percentile", "p95": "|95.0th Percentile",
}
lines = 0
for at, one in enumerate(expected["wide"]):
    rows = long.iloc[at * len(years) : (at + 1) * len(years)]
    name = one["policy"] + (f" - {one['versus']}" if one["versus"] else "")
    region, series = one["series"].split(".")
    assert (rows["policy"] == name).all() and (rows["series"] == series).all()
    assert (rows["material"] == one["label"].lower()).all() and (rows["unit"] == one["unit"]).all()
    for column, ending in statistics.items():
        wanted = [np.nan if x is None else x for x in one[column]]
        found = [np.nan if x[0] in "<>" else float(x) for x in rows[column]]
        same(found, wanted, (name, series, column))
        if one["versus"]:
            continue
        label = f"|{one['label'][:1].upper()}{one['label'][1:]}" if one["label"] else ""
        row = keyed.loc[(one["policy"], region, series.capitalize() + label + ending)]
        assert row["Unit"] == one["unit"]
        same([row[y] for y in years], wanted, ("iamc", name, series, column))
        lines += 1
assert lines == len(iamc)

# sankey.csv.
sankey = table("sankey.csv", keep_default_na=False)
assert list(sankey.columns) == ["source", "target", "type", "value"]
assert sankey[["source", "target", "type"]].values.tolist() == [x[:3] for x in expected["sankey"]]
same(sankey["value"], [x[3] for x in expected["sankey"]], "sankey")

# PRCC: ranks, then the correlation of what two least-squares fits leave.
ranks = experiments[expected["prcc"]["inputs"]].rank().to_numpy()
policy, series, element = expected["prcc"]["output"]
for year, values in zip(expected["prcc"]["years"], expected["prcc"]["values"]):
    y = outcomes[f"{policy}/{series}[{element}]/{year}"].rank().to_numpy()
    for i, value in enumerate(values):
        others = np.column_stack([np.ones(len(y)), np.delete(ranks, i, axis=1)])
        left = [v - others @ np.linalg.lstsq(others, v, rcond=None)[0] for v in (ranks[:, i], y)]
        found = left[0] @ left[1] / np.sqrt((left[0] @ left[0]) * (left[1] @ left[1]))
        assert abs(found - value) < 1e-10, (year, i, found, value)
print(f"{draws.size} draws, {lines} lines of iamc.csv, {len(sankey)} links read back")
