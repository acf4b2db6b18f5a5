#!/bin/sh
# W1 beside NumPy: the same answers draw by draw, then times, interleaved.
# Usage: benches/peers/run.sh [rounds]   (from anywhere; default 3 rounds)
set -eu
cd "$(dirname "$0")/../.."
rounds=${1:-3}
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1
work=target/peers
mkdir -p "$work"
python=python3
if ! "$python" -c 'import numpy' 2>/dev/null; then
    [ -x "$work/venv/bin/python" ] || python3 -m venv "$work/venv"
    python=$work/venv/bin/python
    "$python" -c 'import numpy' 2>/dev/null || "$python" -m pip install --quiet numpy
fi
"$python" benches/peers/w1_numpy.py 500 --normals "$work/normals.bin" --answers "$work/answers.bin"
cargo bench --quiet --bench w1_peers --no-run
log=$work/log.txt
: > "$log"
round=0
while [ "$round" -lt "$rounds" ]; do
    round=$((round + 1))
    "$python" benches/peers/w1_numpy.py --time >> "$log"
    cargo bench --quiet --bench w1_peers -- \
        --normals "$PWD/$work/normals.bin" --answers "$PWD/$work/answers.bin" >> "$log"
done
"$python" benches/peers/table.py "$log"
