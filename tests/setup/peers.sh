#!/bin/sh
# The real parts that the tests talk to: PostgreSQL, a message centre written for node, Kannel, Asterisk, a browser.
#
# As root on Debian whatever is missing is installed. Elsewhere it is only named: the tests that need it are skipped and
# say so, but not in CI, where a part that is missing is a failure.
set -eu
cd "$(dirname "$0")/../peers"

missing() {
    { command -v postgres || ls /usr/lib/postgresql/*/bin/postgres; } >/dev/null 2>&1 || echo postgresql
    command -v node >/dev/null || echo nodejs
    command -v npm >/dev/null || echo npm
    command -v chromium >/dev/null || echo chromium
    command -v espeak-ng >/dev/null || echo espeak-ng
    command -v sox >/dev/null || echo sox
    command -v bearerbox >/dev/null || { [ -x /usr/sbin/bearerbox ] || echo kannel; }
    ../../.venv/bin/python -m playwright --version >/dev/null 2>&1 || echo libatomic1 # which its driver is linked to
}

packages=$(missing | tr '\n' ' ')
if [ -n "$packages" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    case $packages in *chromium*) packages="$packages fonts-wqy-microhei" ;; esac
    echo "Installing from Debian: $packages"
    apt-get update -qq
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        -o DPkg::Lock::Timeout=300 $packages >/dev/null
    packages=$(missing | tr '\n' ' ')
fi

if command -v npm >/dev/null && ! cmp -s package-lock.json node_modules/.installed; then
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
    cp package-lock.json node_modules/.installed
fi

if ! ../../.venv/bin/python ../setup/asterisk.py; then
    echo "Without Asterisk the tests of calls are skipped." >&2
    [ "${CI:-}" != true ] || exit 1
fi
../../.venv/bin/python ../setup/asterisk.py --oldest || echo "Calls are tried with one version only." >&2

if [ -n "$packages" ]; then
    echo "Not here: $packages(on Debian: apt-get install $packages). The tests that need them are skipped." >&2
    [ "${CI:-}" != true ] || exit 1
fi
