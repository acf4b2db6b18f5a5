"""The table of the W0 part of run.sh: medians over the rounds. Usage: python w0_table.py log.txt"""
import json
import statistics
import sys

per_second, loads, seen = {}, [], []
for line in open(sys.argv[1]):
    if line.startswith("{"):
        run = json.loads(line)
        per_second.setdefault(run["impl"], []).append(run["scenarios_per_cpu_s"])
        loads.append(run["load1"])
    elif line.startswith("w0 set "):
        words = line.split()
        per_second.setdefault("ours, " + words[2], []).append(1e6 / float(words[4]))
    elif line.startswith("w0:") and line not in seen:
        seen.append(line)

print("".join(seen), end="")
print(f"load of the machine before the peers' runs: {min(loads):.2f} to {max(loads):.2f}")
print("| program, one core | draws per CPU-second | µs/draw | rounds, draws per CPU-second |")
print("|---|---|---|---|")
draws = {name: statistics.median(rounds) for name, rounds in per_second.items()}
for name, rounds in per_second.items():
    each = ", ".join(f"{r:.0f}" for r in rounds)
    print(f"| {name} | {draws[name]:.0f} | {1e6 / draws[name]:.2f} | {each} |")
flodym = max(draws["flodym_reuse"], draws["flodym_fresh"])
if "ours, avx2" in draws:
    ours = draws["ours, avx2"]
    print(f"numpy_batchexp_ratio {ours / draws['numpy_batchexp']:.2f} flodym_ratio {ours / flodym:.0f}")
else:
    print("this machine has no AVX2: no ratio")
