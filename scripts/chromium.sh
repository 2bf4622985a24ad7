#!/bin/sh
# Prints where Chromium is; installs it where that is possible (root with apt-get).
# Where it is not, says so in one line and ends well: the tests that need no browser still run.
set -eu

find_chromium() {
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        command -v "$name" && return 0
    done
    return 1
}

find_chromium && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "installing Chromium for the browser tests (once)" >&2
    export DEBIAN_FRONTEND=noninteractive
    apt-get -qq update >&2
    apt-get -qq install --yes --no-install-recommends chromium >/dev/null
    find_chromium && exit 0
fi

echo "no Chromium found, so the browser tests will fail: install your system's package 'chromium'" \
    "(Debian, as root: apt-get install chromium)" >&2
