#!/bin/sh
# Makes the virtual environment at $1 with the first Python here that is new enough and able to.
set -eu
venv=$1

able() {
    "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
    for name in python3 python3.11 python3.12 python3.13 python3.14; do
        if able "$name"; then
            echo "$name"
            return
        fi
    done
}

python=$(find_python)
if [ -z "$python" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Debian's python3-venv."
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv >/dev/null
    python=$(find_python)
fi
if [ -z "$python" ]; then
    echo "Hall needs Python 3.11 or newer with its venv module, and there is none on the PATH." >&2
    echo "On Debian or Ubuntu: apt-get install python3-venv. Elsewhere: python.org, or your system's packages." >&2
    exit 1
fi
"$python" -m venv "$venv"
