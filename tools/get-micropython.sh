#!/bin/sh
# Puts Debian's MicroPython (unix port) in a folder of its own, with the C library it was built against.
# Nothing is installed on the system and no root is needed. Runs on Debian 12 and newer, amd64 or arm64.
#
#   get-micropython.sh BITS DEST [SUITE]
#     BITS    64, or 32: the word and heap-block size of a microcontroller
#     DEST    the folder to fill, emptied first; DEST/micropython is the command to run afterwards
#     SUITE   trixie (MicroPython 1.25, the default) or forky (1.26)
set -eu

fail() {
    echo "get-micropython: $*" >&2
    exit 1
}

[ $# -ge 2 ] || fail "say BITS and DEST"
bits=$1
suite=${3:-trixie}
command -v apt-get >/dev/null && command -v dpkg >/dev/null || fail "this is not a Debian machine"
case $bits-$(dpkg --print-architecture) in
    64-amd64) arch=amd64 ;;
    32-amd64) arch=i386 ;;
    64-arm64) arch=arm64 ;;
    32-arm64) arch=armhf ;;
    *) fail "no $bits-bit build for this machine" ;;
esac

rm -rf "$2"
mkdir -p "$2"
dest=$(CDPATH='' cd "$2" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
mkdir -p "$work/lists/partial" "$work/archives/partial"
: > "$work/status"

# apt-get with state and cache of its own: any user may run it, and the system's stay as they are.
own_apt() {
    apt-get -qq -o Dir::State::Lists="$work/lists" -o Dir::State::status="$work/status" -o Dir::Cache="$work" \
        -o Debug::NoLocking=1 -o APT::Sandbox::User= -o Acquire::Retries=3 "$@"
}

# The mirror this machine uses. A machine without package lists says none, until they are fetched.
debian_mirror() {
    "$@" indextargets --format '$(ORIGIN) $(LABEL) $(SITE)' 'Created-By: Packages' |
        sed -n 's/^Debian Debian //p' | head -n 1
}
mirror=$(debian_mirror apt-get)
if [ -z "$mirror" ]; then
    own_apt update || true
    mirror=$(debian_mirror own_apt)
fi
[ -n "$mirror" ] || fail "no Debian mirror is configured here, or none answers"

keyring=$(find /usr/share/keyrings -name 'debian-archive-keyring.*' | head -n 1)
[ -n "$keyring" ] || fail "the package debian-archive-keyring is missing"
echo "deb [arch=$arch signed-by=$keyring] $mirror $suite main" > "$work/sources.list"
set -- -o Dir::Etc::SourceList="$work/sources.list" -o Dir::Etc::SourceParts=- \
    -o APT::Architecture="$arch" -o APT::Architectures="$arch"
own_apt "$@" -o APT::Update::Error-Mode=any update
own_apt "$@" install --yes --download-only --no-install-recommends micropython
for deb in "$work"/archives/*.deb; do
    dpkg -x "$deb" "$dest/root"
done

loader=$(cd "$dest" && find root/usr/lib -path '*-linux-*/ld-linux*' | head -n 1)
[ -n "$loader" ] || fail "the C library has no loader where it is looked for"
cat > "$dest/micropython" <<RUN
#!/bin/sh
here=\$(CDPATH='' cd "\$(dirname "\$0")" && pwd)
exec "\$here/$loader" --library-path "\$here/${loader%/*}" "\$here/root/usr/bin/micropython" "\$@"
RUN
chmod +x "$dest/micropython"

"$dest/micropython" -c 'import asyncio, sys; print(sys.version)' || {
    rm "$dest/micropython"
    fail "the $bits-bit build does not run on this machine"
}
