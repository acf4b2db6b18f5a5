#!/usr/bin/env python3
"""Instructions per draw under callgrind, beside their ceilings.

Usage: benches/instructions.py [--write]     (from anywhere; needs valgrind)

One thread, statistics on, AVX2 (valgrind has no AVX-512). Each case runs twice,
with 256 and with 512 draws: both read, compile and look at the same pilot, so
that the difference is what 256 draws cost. The counts of one program vary by a
few in a thousand; those of two compilers may differ by more, so that the
ceilings hold for the compiler named in instructions.txt, and with another one
nothing is refused. --write makes what was counted the new ceilings.
"""
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
CEILINGS = HERE / "instructions.txt"
CASES = ["w1", "eu", "japan_eu"]
DRAWS = 256
TOLERANCE = 0.03


def output(command, **options):
    return subprocess.run(command, cwd=HERE.parent, check=True, text=True, capture_output=True, **options)


def build():
    """The path of the program, as cargo says it."""
    command = ["cargo", "bench", "--quiet", "--bench", "instructions", "--no-run", "--message-format=json"]
    for line in output(command).stdout.splitlines():
        message = json.loads(line)
        if message.get("target", {}).get("name") == "instructions" and message.get("executable"):
            return message["executable"]
    sys.exit("cargo built no program named instructions")


def count(program, case, draws):
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
    command += [program, "--case", case, "--draws", str(draws), "--set", "avx2"]
    done = subprocess.run(command, text=True, capture_output=True)
    found = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode != 0 or not found:
        sys.exit(f"{' '.join(command)} failed:\n{done.stderr}")
    return int(found.group(1))


def read():
    """The compiler noted and the ceilings."""
    compiler, ceilings = None, {}
    if CEILINGS.exists():
        for line in CEILINGS.read_text().splitlines():
            words = line.split()
            if words[:1] == ["compiler"]:
                compiler = " ".join(words[1:])
            elif words and words[0] in CASES:
                ceilings[words[0]] = int(words[1])
    return compiler, ceilings


def main():
    compiler = output(["rustc", "--version"]).stdout.strip()
    program = build()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        # The longest first.
        runs = {
            (case, draws): pool.submit(count, program, case, draws)
            for case in reversed(CASES) for draws in [2 * DRAWS, DRAWS]
        }
        counts = {key: run.result() for key, run in runs.items()}
    measured = {case: (counts[case, 2 * DRAWS] - counts[case, DRAWS]) // DRAWS for case in CASES}

    noted, ceilings = read()
    print("instructions per draw, one thread, AVX2, statistics on")
    print(f"{'case':<10}{'measured':>12}{'ceiling':>12}{'ratio':>8}")
    over = []
    for case in CASES:
        ceiling = ceilings.get(case)
        ratio = measured[case] / ceiling if ceiling else float("nan")
        print(f"{case:<10}{measured[case]:>12}{ceiling or '-':>12}{ratio:>8.3f}")
        if not ratio <= 1 + TOLERANCE:
            over.append(case)
    if "--write" in sys.argv[1:]:
        lines = [
            "# Instructions per draw: one thread, AVX2, statistics on, one policy each.",
            "# Written by: benches/instructions.py --write. It refuses more than 3 % above.",
            f"compiler {compiler}",
        ]
        lines += [f"{case} {measured[case]}" for case in CASES]
        CEILINGS.write_text("\n".join(lines) + "\n")
        print(f"written to {CEILINGS.relative_to(HERE.parent)}")
    elif noted != compiler:
        print(f"the ceilings hold for {noted}, this is {compiler}: nothing is refused")
    elif over:
        sys.exit(f"more than {TOLERANCE:.0%} above the ceiling, or none: {', '.join(over)}. "
                 "Find out why; if the work is needed, raise it with --write.")
    elif any(measured[case] < (1 - TOLERANCE) * ceilings[case] for case in CASES):
        print("well below the ceiling: lower it with --write")


if __name__ == "__main__":
    main()
