#!/usr/bin/env bash
# Install the locked requirements $2 into the environment whose programs are in $1.
set -euo pipefail
echo "Installing $2 (once; some minutes on a slow line)"
"$1/pip" install --quiet --quiet --disable-pip-version-check --require-hashes -r "$2"
