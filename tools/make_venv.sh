#!/usr/bin/env bash
# Make the virtual environment $1 with $PYTHON, or with the first Python >= 3.11 found.
set -euo pipefail
venv=$1

fits() {
    command -v "$1" >/dev/null && "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
    local candidate
    for candidate in ${PYTHON:-python3.11 python3.12 python3.13 python3.14 python3}; do
        if fits "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    echo "Python 3.11 or newer is needed (${PYTHON:-python3} is not). Install it, or name it: make PYTHON=…" >&2
    return 1
}

python=$(find_python)
if ! "$python" -c 'import ensurepip' 2>/dev/null; then
    # Debian keeps venv's pip in a package of its own.
    package="$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
    tools/apt_install.sh "$package"
fi
echo "Making $venv with $("$python" --version)"
"$python" -m venv "$venv"
