#!/usr/bin/env bash
# Every check that needs no test: style, types, import contracts, migrations, deployment settings, security.
set -uo pipefail
bin=.venv/bin
told=$(mktemp -d)
trap 'rm -rf "$told"' EXIT
failed=()

# The types take as long as all the rest together: they are looked at meanwhile.
"$bin/mypy" >"$told/types" 2>&1 &
looking=$!

check() {
    local name=$1
    shift
    echo "── $name"
    "$@" || failed+=("$name")
}

types() {
    local outcome=0
    wait "$looking" || outcome=$?
    cat "$told/types"
    return "$outcome"
}

# The settings of a real installation, with keys that open nothing.
deployment_check() {
    env -i PATH="$PATH" MODE=production VAR_DIR="$(mktemp -d)" \
        SECRET_KEY=only-for-the-deployment-check-0123456789-abcdefghijklmnopqrstuvwxyz \
        FIELD_ENCRYPTION_KEYS=MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE= DIGEST_KEY=only-for-the-deployment-check \
        BASE_URL=https://samenkracht.example ALLOWED_HOSTS=samenkracht.example \
        DATABASE_URL=postgres://nobody@127.0.0.1/none REDIS_URL=redis://127.0.0.1 \
        EMAIL_URL=smtp://127.0.0.1 \
        "$bin/python" manage.py check --deploy --fail-level WARNING
}

check "format" "$bin/ruff" format --check --quiet .
check "style" "$bin/ruff" check --quiet .
check "import contracts" "$bin/lint-imports" --no-logo
check "migrations" env MODE=development "$bin/python" manage.py makemigrations --check --dry-run
check "deployment settings" deployment_check
check "security" "$bin/bandit" --quiet --recursive --severity-level medium --configfile pyproject.toml .
check "types" types

if [ ${#failed[@]} -gt 0 ]; then
    printf -v list '%s, ' "${failed[@]}"
    echo "Not in order: ${list%, }" >&2
    exit 1
fi
