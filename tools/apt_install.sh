#!/usr/bin/env bash
# Install the Debian packages named as arguments, when this user may; otherwise say which are missing and fail.
set -euo pipefail

refuse() {
    echo "Missing system packages: $*" >&2
    echo "Install them and try again:  sudo apt-get install $*" >&2
    exit 1
}

command -v apt-get >/dev/null || refuse "$@"
as_root=()
if [ "$(id -u)" -ne 0 ]; then
    sudo -n true 2>/dev/null || refuse "$@"
    as_root=(sudo -n)
fi
echo "Installing system packages: $*"
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { "${as_root[@]}" apt-get update && "${as_root[@]}" apt-get install -y --no-install-recommends "$@"; } >"$log" 2>&1
then
    tail -n 20 "$log" >&2
    refuse "$@"
fi
