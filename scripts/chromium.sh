#!/bin/sh
# Prints where Chromium is; installs it where that is possible (root with apt-get), and letters for all nine languages.
# Where it is not, says so in one line and ends well: the tests that need no browser still run.
set -eu

find_chromium() {
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        command -v "$name" && return 0
    done
    return 1
}

# Ge'ez is what machines without a screen lack; whoever has it from Noto has Arabic too.
has_letters() {
    ! command -v fc-list >/dev/null || [ -n "$(fc-list :lang=ti family)" ]
}

can_install() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null
}

install() {
    echo "installing $1 for the browser tests (once)" >&2
    DEBIAN_FRONTEND=noninteractive apt-get -qq update >&2
    DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends "$1" >/dev/null
}

if ! find_chromium >/dev/null && can_install; then install chromium; fi
if ! has_letters && can_install; then install fonts-noto-core; fi

has_letters || echo "no font for Ge'ez found, so some browser tests will fail: install Noto Sans Ethiopic" \
    "(Debian, as root: apt-get install fonts-noto-core)" >&2
find_chromium || echo "no Chromium found, so the browser tests will fail: install your system's package 'chromium'" \
    "(Debian, as root: apt-get install chromium)" >&2
