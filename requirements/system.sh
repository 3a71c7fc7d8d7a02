#!/bin/sh
# Debian packages the platform's set-up, demo and tests need: system.sh demo|test
# Missing ones are installed when that is allowed, otherwise the command that installs them is printed.
set -eu

demo="mariadb-server gettext openssh-server tigervnc-standalone-server xterm"
test="$demo redis-server prometheus chromium fonts-noto-cjk pkg-config default-libmysqlclient-dev build-essential python3-dev slapd ldap-utils libldap2-dev libsasl2-dev"

need() {  # need PACKAGE: is it missing?
    ! dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep -q "install ok installed"
}

case "${1:-demo}" in
    demo) wanted=$demo ;;
    test) wanted=$test ;;
    *) echo "usage: system.sh demo|test" >&2; exit 2 ;;
esac

command -v dpkg-query >/dev/null || { echo "Not a Debian system. Needed here under their names there: $wanted"; exit 0; }

missing=""
for package in $wanted; do
    if need "$package"; then missing="$missing $package"; fi
done
[ -n "$missing" ] || exit 0

install="apt-get install -y --no-install-recommends$missing"
if [ "$(id -u)" = 0 ]; then
    as_root=""
elif sudo -n true 2>/dev/null; then
    as_root="sudo"
else
    echo "Missing packages. Run this, then try again:" >&2
    echo "  sudo apt-get update && sudo $install" >&2
    exit 1
fi
echo "Installing:$missing"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq
# shellcheck disable=SC2086
$as_root $install >/dev/null
