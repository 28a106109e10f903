#!/usr/bin/env bash
# Load the demonstration town when it is not there yet, and serve on port $1 of this machine only.
set -euo pipefail
.venv/bin/python manage.py load_demo
echo "Serving http://localhost:$1 (stop with Ctrl-C)"
exec .venv/bin/uvicorn backend.asgi:application --host localhost --port "$1" --log-level warning
