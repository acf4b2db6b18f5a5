"""Shared loading, timing and reporting for the benchmark scripts (all single threaded).
Input and results lie in the folder W0_DIR (default: beside the scripts).

python common.py prints what of this machine's instruction sets NumPy would use beyond AVX2, by NumPy's own names: in
NPY_DISABLE_CPU_FEATURES, together with OPENBLAS_CORETYPE=Haswell, they hold it to AVX2.
"""
import os
for v in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(v, "1")
import argparse, json, re, statistics, sys, time
import numpy as np

HERE = os.environ.get("W0_DIR") or os.path.dirname(os.path.abspath(__file__))


def beyond_avx2():
    """What NumPy found on this machine, was not told to leave and is wider than AVX2. Older versions name each part
    of AVX-512, 2.4 the levels of x86-64."""
    found = np.show_config(mode="dicts")["SIMD Extensions"].get("found") or []
    return [name for name in found if re.fullmatch(r"AVX512.*|X86_V([4-9]|\d\d+)", name)]


class W:
    def __init__(self, path=None):
        d = json.load(open(path or os.path.join(HERE, "workload.json")))
        self.years = np.array(d["years"]); self.T = len(self.years)
        self.segments, self.chem, self.materials = d["segments"], d["chemistries"], d["materials"]
        self.inflow = np.array(d["inflow_thousand_packs"])            # T x 40
        self.content = np.array(d["content_t_per_thousand_packs"])    # 40 x 6
        x = d["draws"]
        self.shape, self.scale = np.array(x["shape"]), np.array(x["scale"])        # N x 40
        c0, c1 = np.array(x["collection_2010"]), np.array(x["collection_2050"])
        f = np.linspace(0.0, 1.0, self.T)
        self.collection = c0[:, None] + (c1 - c0)[:, None] * f         # N x T
        self.recovery = np.array(x["recovery"])                        # N x 6
        self.N, self.K, self.M = len(c0), self.inflow.shape[1], len(self.materials)


def main(name, run, default_n, note=""):
    """run(w, n) -> dict(secondary n x T x 6, stock n x T [thousand packs], outflow n x T, balance float)"""
    ap = argparse.ArgumentParser()
    ap.add_argument("-n", type=int, default=default_n, help="draws per run")
    ap.add_argument("-r", type=int, default=5, help="timed runs")
    ap.add_argument("--dump", action="store_true", help="write out_<name>.json")
    a = ap.parse_args()
    w = W()
    n = min(a.n, w.N)
    out = run(w, min(2, n))                                            # warm up
    ts, cs = [], []
    for _ in range(a.r):
        t0, c0 = time.perf_counter(), time.process_time()
        out = run(w, n)
        ts.append(time.perf_counter() - t0); cs.append(time.process_time() - c0)
    med = statistics.median(ts)
    res = {"impl": name, "draws_per_run": n, "runs": a.r, "median_s": med,
           "scenarios_per_s": round(n / med, 2),
           "scenarios_per_cpu_s": round(n / statistics.median(cs), 2), "min_per_s": n / max(ts), "max_per_s": n / min(ts),
           "load1": os.getloadavg()[0], "note": note, "beyond_avx2": beyond_avx2()}
    print(json.dumps(res))
    li = out["secondary"][0, :, 0]
    print("secondary Li [t], draw 0, 2010..2050:", " ".join(f"{v:.6f}" for v in li))
    print(f"stock 2050 draw 0 [thousand packs]: {out['stock'][0,-1]:.9f}   max mass-balance residual: {out['balance']:.3e}")
    ref = os.path.join(HERE, "expected.json")
    if os.path.exists(ref):
        e = json.load(open(ref)); ed = np.array(e["secondary_first_draws"]); m = min(len(ed), n)
        es = np.array(e["stock_first_draws"])
        d = np.max(np.abs(out["secondary"][:m] - ed[:m]) / np.maximum(1.0, np.abs(ed[:m])))
        d2 = np.max(np.abs(out["stock"][:m] - es[:m]) / np.maximum(1.0, np.abs(es[:m])))
        print(f"vs expected.json ({m} draws): max rel diff secondary {d:.2e}, stock {d2:.2e}")
        assert max(d, d2) < 1e-9, "does not match expected.json"
    with open(os.path.join(HERE, "results.jsonl"), "a") as f:
        f.write(json.dumps(res) + "\n")
    if a.dump:
        json.dump({"secondary_draw0": out["secondary"][0].tolist()}, open(os.path.join(HERE, f"out_{name}.json"), "w"))
    return out


if __name__ == "__main__":
    print(" ".join(beyond_avx2()))
