#!/usr/bin/env bash
# Run the suite on one pair of stores: test.sh sqlite|postgres [pytest arguments].
set -euo pipefail
stores=$1
shift
.venv/bin/python -m tools.compile_messages
# Some sixty processes read the same code: compiled once, not by each of them.
unset PYTHONDONTWRITEBYTECODE
export CI=${CI:-yes} # the same examples in every whole run (tests/conftest.py)
suite=(.venv/bin/pytest --numprocesses 2 --dist worksteal --quiet "$@")

case $stores in
    sqlite)
        echo "── tests on SQLite"
        exec env --unset=DATABASE_URL --unset=REDIS_URL "${suite[@]}"
        ;;
    postgres)
        echo "── tests on PostgreSQL and Redis"
        # What cannot depend on the stores has run in the other pass.
        exec .venv/bin/python -m tools.servers "${suite[@]}" -m "not once"
        ;;
    *)
        echo "sqlite or postgres, not $stores" >&2
        exit 2
        ;;
esac
