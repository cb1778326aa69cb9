#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# What is on the disk is in the build's lists: no file is forgotten by the build or by `make dist`.
. "$(dirname "$0")/lib.sh"
cd "$TOP_SRCDIR" || exit 99
shopt -s nullglob

# Every path named in the build's files, with %D% written out.
listed=$(for file in Makefile.am $(find src tests fuzz proto -name local.mk); do
    sed "s|%D%|$(dirname "$file")|g" "$file"
done | tr -s ' \t\\' '\n' | LC_ALL=C sort -u)

# need NAME FILE: FILE is listed as NAME.
need() {
    grep -qxF -- "$1" <<<"$listed" || fail "$2 is in no list of Makefile.am or local.mk"
}

while IFS= read -r file; do need "$file" "$file"; done < <(sources)
for file in tests/unit/*.c; do need "${file%.c}" "$file"; done
for file in tests/unit/*.h fuzz/*.[ch] tests/*.sh tests/*.py; do
    need "$file" "$file"
done
while IFS= read -r file; do need "$file" "$file"; done < <(
    find tests/{bench,browser,cli,gen,interop,law,robust,scenario} -maxdepth 1 -type f \
        \( -name '*.sh' -o -name '*.py' -o -name '*.[ch]' \) 2>/dev/null | LC_ALL=C sort)
finish
