"""Plain numpy, three styles.  Usage: python bench_numpy.py {cohort|age|batch|batchexp} [-n N] [-r RUNS] [--expected | --reference FILE]
 cohort: per draw, full time x cohort x category survival table (what ODYM/flodym compute; allows cohort-specific lifetimes)
 age:    per draw, survival by age only (lifetime same for all cohorts), Toeplitz view + einsum
 --expected: write the answers of the first 1000 draws and statistics of all to expected.json
 --reference: write three draws of input and every tenth year of their answers
 batch:  as age, 50 draws at a time in one set of arrays (the fastest we found in numpy)
"""
import sys, json, os
from common import W, main, np, HERE


def finish(w, stock, outflow, d, sec, st, of, worst):
    net = np.diff(stock, axis=0, prepend=0.0)
    worst = max(worst, float(np.abs(w.inflow - outflow - net).max()))
    eol = outflow @ w.content
    col = eol * w.collection[d][:, None]
    sec[d] = col * w.recovery[d]
    st[d] = stock.sum(1); of[d] = outflow.sum(1)
    return worst


def cohort(w, n):
    T, K = w.T, w.K
    age = np.arange(T)[:, None] - np.arange(T)[None, :]
    low = (age >= 0)[:, :, None]
    age = np.maximum(age, 0)[:, :, None].astype(float)
    sec, st, of = np.zeros((n, T, w.M)), np.zeros((n, T)), np.zeros((n, T)); worst = 0.0
    for d in range(n):
        sf = np.exp(-(age / w.scale[d]) ** w.shape[d]) * low
        s_c = sf * w.inflow[None]
        o_c = np.zeros_like(s_c)
        o_c[1:] = s_c[:-1] - s_c[1:]
        i = np.arange(T)
        o_c[i, i] = w.inflow - s_c[i, i]
        worst = finish(w, s_c.sum(1), o_c.sum(1), d, sec, st, of, worst)
    return dict(secondary=sec, stock=st, outflow=of, balance=worst)


def age(w, n):
    T, K = w.T, w.K
    a = np.arange(T, dtype=float)[:, None]
    sec, st, of = np.zeros((n, T, w.M)), np.zeros((n, T)), np.zeros((n, T)); worst = 0.0
    pad = np.zeros((2 * T - 1, K)); view = np.lib.stride_tricks.sliding_window_view
    for d in range(n):
        pad[T - 1:] = np.exp(-(a / w.scale[d]) ** w.shape[d])
        rows = view(pad, T, axis=0)[:, :, ::-1]                        # rows[t, k, c] = sf[t-c, k]
        stock = np.einsum("tkc,ck->tk", rows, w.inflow)
        outflow = w.inflow - np.diff(stock, axis=0, prepend=0.0)       # by mass balance
        worst = finish(w, stock, outflow, d, sec, st, of, worst)
    return dict(secondary=sec, stock=st, outflow=of, balance=worst)


def batchexp(w, n, B=50):
    """batch with sf = exp(-exp(shape * (ln age - ln scale))): pow avoided"""
    return batch(w, n, B, powfree=True)


def batch(w, n, B=50, powfree=False):
    T, K = w.T, w.K
    a = np.arange(T, dtype=float)[:, None, None]
    sec, st, of = np.zeros((n, T, w.M)), np.zeros((n, T)), np.zeros((n, T))
    # stock[t,b,k] = sum_c sf[t-c,b,k] inflow[c,k]: per category a (T x T Toeplitz of inflow) @ (T x B sf)
    idx = np.arange(T)[:, None] - np.arange(T)[None, :]
    toe = np.where((idx >= 0)[..., None], w.inflow[np.maximum(idx, 0)], 0.0).transpose(2, 0, 1).copy()  # K,T,T
    worst = 0.0
    for b0 in range(0, n, B):
        s = slice(b0, min(n, b0 + B))
        if powfree:
            sf = np.empty((T,) + w.shape[s].shape); sf[0] = 1.0
            sf[1:] = np.exp(-np.exp(w.shape[s] * (np.log(a[1:]) - np.log(w.scale[s]))))
            sf = sf.transpose(2, 0, 1)
        else:
            sf = np.exp(-(a / w.scale[s]) ** w.shape[s]).transpose(2, 0, 1)     # K,T,B
        stock = toe @ sf                                                     # K,T,B
        outflow = w.inflow.T[:, :, None] - np.diff(stock, axis=1, prepend=0.0)
        net = np.diff(stock, axis=1, prepend=0.0)
        worst = max(worst, float(np.abs(w.inflow.T[:, :, None] - outflow - net).max()))
        eol = np.tensordot(outflow, w.content, (0, 0))                       # T,B,M
        sec[s] = (eol.transpose(1, 0, 2) * w.collection[s][:, :, None]) * w.recovery[s][:, None, :]
        st[s] = stock.sum(0).T; of[s] = outflow.sum(0).T
    return dict(secondary=sec, stock=st, outflow=of, balance=worst)


if __name__ == "__main__":
    kind = sys.argv.pop(1)
    if "--expected" in sys.argv:
        sys.argv.remove("--expected")
        w = W(); o = cohort(w, w.N)
        q = np.quantile(o["secondary"], [0.05, 0.5, 0.95], axis=0)
        json.dump({"made_by": "bench_numpy.py cohort", "secondary_first_draws": o["secondary"][:1000].tolist(),
                   "stock_first_draws": o["stock"][:1000].tolist(), "outflow_first_draws": o["outflow"][:1000].tolist(),
                   "secondary_mean_all_draws": o["secondary"].mean(0).tolist(),
                   "secondary_quantiles_5_50_95_all_draws_2050": q[:, -1].tolist()},
                  open(os.path.join(HERE, "expected.json"), "w"))
        print("expected.json written from", w.N, "draws"); sys.exit()
    if "--reference" in sys.argv:
        path = sys.argv[sys.argv.index("--reference") + 1]
        w = W(); o = cohort(w, 3); d = json.load(open(os.path.join(HERE, "workload.json")))
        d["draws"] = {name: values[:3] for name, values in d["draws"].items()}
        d["made_by"] = "gen_input.py; bench_numpy.py cohort --reference benches/w0/reference.json"
        d["every"] = 10
        d["expected"] = {name: o[name][:3, ::10].tolist() for name in ("secondary", "stock", "outflow")}
        json.dump(d, open(path, "w")); open(path, "a").write("\n"); sys.exit()
    main("numpy_" + kind, {"cohort": cohort, "age": age, "batch": batch, "batchexp": batchexp}[kind],
         {"cohort": 500, "age": 1000, "batch": 1000, "batchexp": 1000}[kind])
