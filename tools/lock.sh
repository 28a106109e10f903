#!/usr/bin/env bash
# Lock requirements/*.in for the lowest supported Python, with the hashes of every file of each release.
# The files name no index: whoever installs uses their own.
set -euo pipefail
lock=(.venv/bin/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-header
    --no-emit-index-url --no-emit-trusted-host --no-emit-find-links)
python=$(.venv/bin/python -c 'import sys; print("%d.%d" % sys.version_info[:2])')
[ "$python" = 3.11 ] || { echo "Lock with Python 3.11, not $python: make clean lock PYTHON=python3.11" >&2; exit 1; }

"${lock[@]}" --output-file requirements/base.txt requirements/base.in "$@"
"${lock[@]}" --output-file requirements/kernel.txt --constraint requirements/base.txt requirements/kernel.in "$@"
"${lock[@]}" --output-file requirements/dev.txt --constraint requirements/kernel.txt requirements/dev.in "$@"
