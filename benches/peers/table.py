"""The table of W1 in run.sh: medians over the rounds. Usage: python table.py log.txt [line.txt]

The last line, with the fastest instruction set and all threads of the machine,
is written to line.txt if it is given, for run.sh to print at its end.
"""
import statistics
import sys

median = statistics.median
numpy, ours, seen = [], {}, []
for line in open(sys.argv[1]):
    words = line.split()
    pairs = dict(zip(words[::2], words[1::2]))
    if words[:1] == ["numpy"]:
        numpy.append(pairs)
    elif words[:2] == ["w1", "set"]:
        pairs = dict(zip(words[1::2], words[2::2]))
        ours.setdefault(pairs["set"], []).append(pairs)
    elif line.strip() and line not in seen:
        seen.append(line)

print("".join(seen), end="")
best = median(float(n["end_to_end_us"]) for n in numpy)
single = median(float(n["one_draw_us"]) for n in numpy)
n = min(numpy, key=lambda n: abs(float(n["end_to_end_us"]) - best))
print(f"NumPy {n['numpy']}, one thread, best form {n['conv']} in batches of {n['batch']}: {best:.1f} µs/draw "
      f"(normals {n['normals_us']}, simulation {n['simulation_us']}, quantiles and mean {n['quantiles_mean_us']}); "
      f"one draw at a time {single:.0f} µs/draw\n")
print("| instruction set | µs/draw, 1 thread | µs/draw, 2 threads | × best NumPy, 1 thread | 2 threads "
      "| × draw-by-draw NumPy, 1 thread | 2 threads | speed-up by 2 threads |")
print("|---|---|---|---|---|---|---|---|")
by_set, last = [], None
for name, rounds in ours.items():
    one = median(float(r["one_thread_us"]) for r in rounds)
    two = median(float(r["two_threads_us"]) for r in rounds)
    # Both times of a round were taken side by side.
    gain = median(float(r["one_thread_us"]) / float(r["two_threads_us"]) for r in rounds)
    print(f"| {name} | {one:.2f} | {two:.2f} | {best / one:.2f} | {best / two:.2f} "
          f"| {single / one:.0f} | {single / two:.0f} | {gain:.2f} |")
    all_threads, threads = median(float(r["all_threads_us"]) for r in rounds), rounds[0]["threads"]
    for n, us in [(1, one), (2, two)]:
        by_set.append(f"set {name} threads {n} numpy_ratio {best / us:.2f} per_draw_ratio {single / us:.1f}")
    if last is None or all_threads < last[0]:
        last = all_threads, (f"w1_numpy_ratio {best / all_threads:.2f} "
                             f"w1_per_draw_ratio {single / all_threads:.1f} threads {threads}")
print()
print("\n".join(by_set))
if len(sys.argv) > 2:
    with open(sys.argv[2], "w") as file:
        file.write(last[1] + "\n")
else:
    print(last[1])
