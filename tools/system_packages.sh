#!/usr/bin/env bash
# See to the programs that tests need beside Python: PostgreSQL, Redis, Chromium and gettext.
set -euo pipefail

missing=()
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null || missing+=(postgresql)
command -v redis-server >/dev/null || missing+=(redis-server)
command -v chromium >/dev/null || missing+=(chromium fonts-noto-core)
command -v xgettext >/dev/null || missing+=(gettext)

[ ${#missing[@]} -eq 0 ] || exec tools/apt_install.sh "${missing[@]}"
