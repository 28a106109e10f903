#!/usr/bin/env bash
# Run every benchmark, bounded in count and time (some twenty minutes); bench.sh --short takes small numbers and
# two minutes. Each prints its figures; one whose answers are wrong stops the run.
set -euo pipefail
python=.venv/bin/python
if [ "${1:-}" = --short ]; then
    short=(--short) kills=20
else
    short=() kills=200
    tools/system_packages.sh postgis || echo "Going on without PostGIS."
fi

echo "── matching engine"
"$python" -m bench.engine "${short[@]}"
echo "── the engine beside PostgreSQL, PostGIS, SQLite, Redis and plain loops"
"$python" -m bench.peers "${short[@]}"
echo "── the engine's copy of the volunteers: how soon it is loaded, how far it runs behind"
"$python" -m tools.servers --shared_buffers=1GB "$python" -m bench.fresh "${short[@]}"
echo "── who fits an online vacancy"
"$python" -m tools.servers --shared_buffers=1GB "$python" -m bench.online "${short[@]}"
echo "── how time grows"
"$python" -m bench.growth "${short[@]}"
echo "── what could I do, at the size of a country"
"$python" -m tools.servers "$python" -m bench.near_by "${short[@]}"
echo "── the list of candidates over the API"
"$python" -m tools.servers "$python" -m bench.api "${short[@]}"
echo "── search beside SQLite FTS5 and PostgreSQL tsvector"
"$python" -m tools.servers "$python" -m bench.search "${short[@]}"
echo "── the public bank of vacancies, page by page"
"$python" -m tools.servers "$python" -m bench.bank "${short[@]}"
echo "── the daily proposal beside other ways to assign"
"$python" -m bench.assignment "${short[@]}"
echo "── ways of asking in a synthetic town"
"$python" manage.py simulate "${short[@]}"
echo "── $kills killed workers on SQLite"
"$python" -m bench.worker_kill --kills "$kills"
echo "── $kills killed workers on PostgreSQL"
"$python" -m tools.servers "$python" -m bench.worker_kill --kills "$kills" --workers 2
echo "── a change to many sockets"
"$python" -m tools.servers "$python" -m bench.sockets "${short[@]}"
