#!/usr/bin/env python3
"""Reads the folder of `run --formats all --sensitivity` with pandas and NumPy and
finds the numbers of outcome.csv and sensitivity.csv in every other file."""

import sys
import xml.etree.ElementTree as xml
from pathlib import Path

import numpy as np
import pandas as pd

place = Path(sys.argv[1])


def table(name, **options):
    return pd.read_csv(place / name, float_precision="round_trip", **options)


text = {"dtype": str, "keep_default_na": False}
outcome = table("outcome.csv", **text)
means = outcome.set_index(["policy", "region", "series", "material", "year"])["mean"]

# Draws: their means are those of the outcome.
draws = np.load(place / "draws.npy", allow_pickle=False)
index, outcomes, experiments = table("draws_index.csv", **text), table("outcomes.csv"), table("experiments.csv")
assert draws.shape == (400, len(index)) == outcomes.shape and len(experiments) == 400
assert list(outcomes.columns) == list(index["name"])
assert np.array_equal(outcomes.to_numpy().view("u8"), draws.view("u8"))
for at, row in index.iterrows():
    assert row["policy"] == "baseline" and row["versus"] == ""
    region, series = row["series"].split(".")
    material = row["element"].removeprefix("material=")
    mean = float(means[(row["policy"], region, series, material, row["year"])])
    found = draws[:, at].mean()
    assert abs(found - mean) <= 1e-12 * abs(mean), (row["name"], found, mean)
assert index["year"].nunique() == len(index) == 4

# IAMC: means of all policies, differences left out.
iamc = table("iamc.csv", keep_default_na=False, na_values=[""])
years = [c for c in iamc.columns if c.isdigit()]
assert years == sorted(outcome["year"].unique())
recovered = iamc[(iamc["Variable"] == "Recovered|Lithium") & (iamc["Region"] == "toy")]
assert len(recovered) == (~outcome["policy"].str.contains(" - ")).groupby(outcome["policy"]).any().sum()
for _, row in recovered.iterrows():
    policy = row["Scenario"].split(" ")[-1]
    for year in years:
        assert float(row[year]) == float(means[(policy, "toy", "recovered", "lithium", year)])

# Sankey: of each material what enters a process leaves it or is stored; its links
# are means.
sankey = table("sankey.csv", keep_default_na=False)
assert list(sankey.columns) == ["source", "target", "type", "value"]
assert (sankey["value"] > 0).all() and sankey["source"].str.startswith("toy: ").all()
assert set(sankey["type"]) == {"lithium", "copper", "other"}
last = years[-1]
for kind, of in sankey.groupby("type"):
    black_mass = of[(of["source"] == "toy: Pre-processing") & (of["target"] == "toy: Refining")]
    mean = float(means[("baseline", "toy", "black_mass", kind, last)])
    assert abs(black_mass["value"].sum() - mean) <= 1e-12 * mean, kind
    into, out = (of.groupby(end)["value"].sum() for end in ("target", "source"))
    name = "toy: Recovered"
    if name in into or kind == "lithium":
        assert abs(into[name] - out[name]) <= 1e-9 * into[name], kind

# Sensitivity: PRCC of the experiments and the outcomes, computed anew.
found = table("sensitivity.csv")
assert (found["output"] == "toy.recovered[lithium]").all()
assert found.groupby("year").size().nunique() == 1
known = found.dropna(subset="prcc")
varies = [c for c in experiments.columns if experiments[c].nunique() > 1]
ranks = experiments[varies].rank().to_numpy()
checked = 0
for year, of in known.groupby("year"):
    y = outcomes[f"baseline/toy.recovered[material=lithium]/{year}"].rank().to_numpy()
    joint = np.linalg.pinv(np.corrcoef(np.column_stack([ranks, y]), rowvar=False))
    coefficients = -joint[:-1, -1] / np.sqrt(np.diag(joint)[:-1] * joint[-1, -1])
    for name, value in zip(varies, coefficients):
        row = of[of["input"] == name]
        if len(row) == 1:
            assert abs(row["prcc"].item() - value) < 1e-8, (year, name, value)
            assert row["prcc_low"].item() <= row["prcc"].item() <= row["prcc_high"].item()
            checked += 1
assert checked > 100, checked
assert set(known["prcc_interval"]) == {"bootstrap", "formula"}
assert (known.groupby("year")["prcc_interval"].apply(lambda x: (x == "bootstrap").sum()) == 10).all()

# Charts are well-formed.
charts = sorted((place / "figures").glob("*.svg"))
for chart in charts:
    assert xml.parse(chart).getroot().tag.endswith("svg"), chart
print(f"{draws.size} draws, {len(sankey)} links, {checked} PRCC, {len(charts)} charts agree")
