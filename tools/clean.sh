#!/usr/bin/env bash
# Remove what set-up, running and testing made: the environment, the data of the embedded default, caches.
set -euo pipefail
rm -rf .venv var staticfiles screenshots
rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
find . -name __pycache__ -type d -prune -exec rm -rf {} +
find . -name '*.mo' -delete
