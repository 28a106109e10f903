#!/usr/bin/env bash
# See to the programs that tests need beside Python: PostgreSQL, Redis, Chromium and gettext.
# "system_packages.sh postgis" sees to PostGIS only, which nothing but the benchmarks looks at.
set -euo pipefail

if [ "${1:-}" = postgis ]; then
    ! compgen -G '/usr/share/postgresql/*/extension/postgis.control' >/dev/null || exit 0
    newest=$(ls /usr/lib/postgresql | sort -n | tail -n 1)
    exec tools/apt_install.sh "postgresql-$newest-postgis-3"
fi

missing=()
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null || missing+=(postgresql)
command -v redis-server >/dev/null || missing+=(redis-server)
command -v chromium >/dev/null || missing+=(chromium fonts-noto-core)
command -v xgettext >/dev/null || missing+=(gettext)

[ ${#missing[@]} -eq 0 ] || exec tools/apt_install.sh "${missing[@]}"
