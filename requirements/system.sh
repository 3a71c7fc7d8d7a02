#!/bin/sh
# Debian packages the platform, its demo and its tests need: system.sh run|demo|test
# Missing ones are installed when that is allowed, otherwise the command that installs them is printed.
# make test-fresh shows on a machine with nothing on it that the lists are complete.
set -eu

run="gettext"
# A Python that can make virtual environments may be any; Debian's cannot without this package.
"${PYTHON:-python3}" -c "import ensurepip, venv" 2>/dev/null || run="$run python3-venv"
demo="$run mariadb-server openssh-server tigervnc-standalone-server xterm"
test="$demo git openssl procps vim redis-server prometheus chromium-headless-shell fonts-noto-cjk pkg-config default-libmysqlclient-dev build-essential python3-dev slapd ldap-utils libldap2-dev libsasl2-dev"

need() {  # need PACKAGE: is it missing?
    ! dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep -q "install ok installed"
}

# Clouds that notify of changes do so over RabbitMQ.
test="$test rabbitmq-server"

case "${1:-demo}" in
    run) wanted=$run ;;
    demo) wanted=$demo ;;
    test) wanted=$test ;;
    *) echo "usage: system.sh run|demo|test" >&2; exit 2 ;;
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
$as_root apt-get update -qq
# sudo passes no variables on, and some packages would ask.
# shellcheck disable=SC2086
$as_root env DEBIAN_FRONTEND=noninteractive $install >/dev/null
