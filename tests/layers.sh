#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# A folder of src/ may include itself and what stands left of it; a library is known in one folder.
. "$(dirname "$0")/lib.sh"
cd "$TOP_SRCDIR" || exit 99

layers=(base dns input cluster wire session messages lookup report finding gate render cli)

left=
for layer in "${layers[@]}"; do
    left="$left|$layer"
    while IFS= read -r line; do
        fail "$layer/ includes what stands right of it: $line"
    done < <(grep -rnE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' "src/$layer" --include='*.[ch]' |
        grep -vE "\"(${left#|})/[^\"]+\"")
done
for folder in src/*/; do
    name=$(basename "$folder")
    case " ${layers[*]} " in *" $name "*) ;; *) fail "src/$name is in no layer" ;; esac
done

# only_in FOLDER HEADERS: these system headers are included from FOLDER only.
only_in() {
    while IFS= read -r line; do
        fail "only $1 may know this library: $line"
    done < <(grep -rnE "#[[:space:]]*include[[:space:]]*<($2)" src --include='*.[ch]' | grep -v "^$1")
}
only_in src/input 'fstrm|protobuf-c|zlib\.h|zstd|lzma|pcap'
only_in src/dns 'ldns'
only_in src/input 'yaml\.h'
only_in src/base/filter 'pcre2'
finish
