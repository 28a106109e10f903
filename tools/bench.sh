#!/usr/bin/env bash
# Run every benchmark, bounded in count and time; bench.sh --short takes small numbers. Each prints its figures.
set -euo pipefail
python=.venv/bin/python
if [ "${1:-}" = --short ]; then
    short=(--short) kills=20
else
    short=() kills=200
fi

echo "── matching engine beside its peers"
"$python" -m bench.engine "${short[@]}"
echo "── the daily proposal beside other ways to assign"
"$python" -m bench.assignment "${short[@]}"
echo "── $kills killed workers on SQLite"
"$python" -m bench.worker_kill --kills "$kills"
echo "── $kills killed workers on PostgreSQL"
"$python" -m tools.servers "$python" -m bench.worker_kill --kills "$kills" --workers 2
echo "── a change to many sockets"
"$python" -m tools.servers "$python" -m bench.sockets "${short[@]}"
