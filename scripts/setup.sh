# SPDX-License-Identifier: BSD-2-Clause
# Common to the scripts; sourced. Installs what is missing (Debian 12 and its like) and configures.
set -eu
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
jobs=$(nproc 2>/dev/null || echo 2)
export PYTHONDONTWRITEBYTECODE=1

build_packages='autoconf automake gcc libc6-dev make pkg-config
    libfstrm-dev libldns-dev liblzma-dev libpcap-dev libpcre2-dev libyaml-dev libzstd-dev zlib1g-dev'
test_packages='libcmocka-dev libprotobuf-c-dev protobuf-c-compiler mandoc universal-ctags
    python3 python3-html5lib python3-jsonschema python3-yaml libxml2-utils libyaml-pp-perl gzip jq
    xz-utils zstd'
interop_packages='dnstap-ldns fstrm-bin gzip python3 tshark wireshark-common xz-utils zstd'

say() { printf '== %s\n' "$*" >&2; }

# packages NAME...: installs those of them that are not there.
packages() {
    command -v dpkg-query >/dev/null || return 0 # not Debian: configure says what is missing
    local missing=() name
    for name in "$@"; do
        dpkg-query -W -f '${Status}\n' "$name" 2>/dev/null | grep -q ' installed$' ||
            missing+=("$name")
    done
    [ "${#missing[@]}" -gt 0 ] || return 0
    say "installing ${missing[*]}"
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || {
            say "not root and no sudo; as root: apt-get install ${missing[*]}"
            exit 1
        }
        as_root=(sudo)
    fi
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -q >&2
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y \
        --no-install-recommends "${missing[@]}" >&2
}

# configure_in FOLDER OPTION...: makes build/FOLDER ready for make. A source folder that was itself
# configured cannot be built elsewhere, so that a copy of it is.
configure_in() {
    local folder=$top/build/$1 source=$top
    shift
    if [ ! -x "$top/configure" ]; then
        say 'autoreconf'
        (cd "$top" && autoreconf -i) >&2
    fi
    mkdir -p "$folder"
    if [ -e "$top/config.status" ]; then
        source=$folder/source
        make -s -C "$top" distdir distdir="${source#"$top"/}" >&2
    fi
    if [ ! -e "$folder/config.status" ] || ! grep -qsxF "$source $*" "$folder/configured-with"; then
        say "configure in ${folder#"$top"/} $*"
        rm -rf "$folder/configured-with"
        (cd "$folder" && "$source/configure" -q "$@") >&2
        printf '%s\n' "$source $*" >"$folder/configured-with"
    fi
}
