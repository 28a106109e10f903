#!/usr/bin/env bash
# Run the benchmarks beside throw-away servers; arguments go to the benchmarks (--short: small numbers).
set -euo pipefail
exec .venv/bin/python -m tools.servers .venv/bin/python -m bench "$@"
