#!/bin/sh
# Installs those of the named Debian packages that are missing. Fails, saying what to install, where it may not.
#
#   install-debian.sh PACKAGE ...
set -eu

missing=
for package; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null; then
    echo "Missing, and this is no Debian: please install$missing" >&2
    exit 1
elif [ "$(id -u)" != 0 ]; then
    echo "Missing, and only root can install: apt-get install$missing" >&2
    exit 1
fi

export DEBIAN_FRONTEND=noninteractive
set -- -qq -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300
apt-get "$@" update
# shellcheck disable=SC2086  # one word per package
apt-get "$@" install --yes --no-install-recommends $missing
