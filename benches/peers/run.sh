#!/bin/sh
# W1 beside NumPy, then W0 beside NumPy and flodym: the same answers draw by
# draw, then times, interleaved. In W0, NumPy runs at its best and held to AVX2.
# Usage: [CORE=n] benches/peers/run.sh [--quick] [rounds] [w1|w0]
# (from anywhere; default 3 rounds of both, W0 on core 0; --quick is one round
# of shorter runs). The last line of W1, printed at the very end, is
#   w1_numpy_ratio <x> w1_per_draw_ratio <y> threads <n>
# how many times as fast as the best form of NumPy and as NumPy one draw at a
# time, end to end with quantiles, on all n threads of the machine.
set -eu
cd "$(dirname "$0")/../.."
rounds=3 which=both quick=
for word in "$@"; do
    case $word in
        --quick) rounds=1 quick='--draws 16384 --runs 3' ;;
        w0 | w1) which=$word ;;
        *[!0-9]* | 0 | '') echo "$0: no rounds and no workload: $word" >&2; exit 2 ;;
        *) rounds=$word ;;
    esac
done
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1
work=target/peers
mkdir -p "$work"
needed='numpy flodym' # W1 needs no flodym.
[ "$which" != w1 ] || needed=numpy
has() { "$1" -c "import $(echo "$needed" | tr ' ' ,)" 2>/dev/null; }
python=python3
if ! has "$python"; then
    [ -x "$work/venv/bin/python" ] || python3 -m venv "$work/venv"
    python=$work/venv/bin/python
    has "$python" ||
        "$python" -m pip install --quiet $(echo "$needed" | sed 's/flodym/flodym==1.1.0/')
fi

w1() {
    "$python" benches/peers/w1_numpy.py 500 --normals "$work/normals.bin" --answers "$work/answers.bin"
    cargo bench --quiet --bench w1_peers --no-run
    log=$work/log.txt
    : > "$log"
    round=0
    while [ "$round" -lt "$rounds" ]; do
        round=$((round + 1))
        "$python" benches/peers/w1_numpy.py --time >> "$log"
        cargo bench --quiet --bench w1_peers -- $quick \
            --normals "$PWD/$work/normals.bin" --answers "$PWD/$work/answers.bin" >> "$log"
    done
    "$python" benches/peers/table.py "$log" "$work/line.txt"
}

# 1 000 draws are compared; ours are timed on the same draws repeated.
w0() {
    export W0_DIR=$PWD/$work/w0
    mkdir -p "$W0_DIR"
    "$python" benches/peers/gen_input.py 1000
    "$python" benches/peers/bench_numpy.py cohort --expected
    cargo bench --quiet --bench w0_peers --no-run
    pin=
    if command -v taskset >/dev/null; then pin="taskset -c ${CORE:-0}"; fi
    # Empty where the machine has nothing beyond AVX2: NumPy then runs once.
    beyond_avx2=$("$python" benches/peers/common.py)
    w0_log=$work/w0_log.txt
    : > "$w0_log"
    round=0
    while [ "$round" -lt "$rounds" ]; do
        round=$((round + 1))
        $pin "$python" benches/peers/bench_numpy.py batchexp -r 15 >> "$w0_log"
        if [ -n "$beyond_avx2" ]; then
            NPY_DISABLE_CPU_FEATURES=$beyond_avx2 OPENBLAS_CORETYPE=Haswell \
                $pin "$python" benches/peers/bench_numpy.py batchexp -r 15 >> "$w0_log"
        fi
        $pin "$python" benches/peers/bench_flodym.py reuse -n 50 >> "$w0_log"
        $pin "$python" benches/peers/bench_flodym.py fresh -n 20 >> "$w0_log"
        $pin cargo bench --quiet --bench w0_peers -- --input "$W0_DIR" >> "$w0_log"
    done
    "$python" benches/peers/w0_table.py "$w0_log"
}

[ "$which" = w0 ] || w1
[ "$which" = w1 ] || w0
[ "$which" = w0 ] || cat "$work/line.txt"
