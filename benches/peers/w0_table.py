"""The table of the W0 part of run.sh: medians over the rounds. Usage: python w0_table.py log.txt

The last line holds the two ratios that are watched: ours to NumPy, both with AVX2; ours at its best to flodym.
"""
import json
import statistics
import sys

per_second, loads, seen = {}, [], []
for line in open(sys.argv[1]):
    if line.startswith("{"):
        run = json.loads(line)
        # What NumPy found and used; flodym runs on NumPy as it comes.
        name = run["impl"] + (", AVX-512" if run["beyond_avx2"] else ", AVX2")
        per_second.setdefault(name, []).append(run["scenarios_per_cpu_s"])
        loads.append(run["load1"])
    elif line.startswith("w0 set "):
        words = line.split()
        name = {"avx2": "ours, AVX2", "avx512": "ours, AVX-512"}.get(words[2], "ours, " + words[2])
        per_second.setdefault(name, []).append(1e6 / float(words[4]))
    elif line.startswith("w0:") and line not in seen:
        seen.append(line)

print("".join(seen), end="")
print(f"load of the machine before the peers' runs: {min(loads):.2f} to {max(loads):.2f}")
print("| program, instruction set, one core | draws per CPU-second | µs/draw | rounds, draws per CPU-second |")
print("|---|---|---|---|")
draws = {name: statistics.median(rounds) for name, rounds in per_second.items()}
for name, rounds in per_second.items():
    each = ", ".join(f"{r:.0f}" for r in rounds)
    print(f"| {name} | {draws[name]:.0f} | {1e6 / draws[name]:.2f} | {each} |")


def best(program):
    return max(d for name, d in draws.items() if name.startswith(program))


numpy, ours, flodym = best("numpy_batchexp"), best("ours"), best("flodym")
if "ours, AVX2" not in draws or "numpy_batchexp, AVX2" not in draws:
    sys.exit("this machine has no AVX2, or NumPy cannot be held to it: no ratio")
ours_avx2, numpy_avx2 = draws["ours, AVX2"], draws["numpy_batchexp, AVX2"]
for what, ratio in [
    ("ours to NumPy batchexp, both with AVX2", ours_avx2 / numpy_avx2),
    ("ours to NumPy batchexp, both at their best", ours / numpy),
    ("ours with AVX2 to NumPy batchexp at its best", ours_avx2 / numpy),
    ("ours with AVX2 to flodym as it comes", ours_avx2 / flodym),
    ("ours at its best to flodym as it comes", ours / flodym),
]:
    print(f"{what}: {ratio:.2f}")
print(f"numpy_batchexp_ratio {ours_avx2 / numpy_avx2:.2f} flodym_ratio {ours / flodym:.0f}")
