#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Every script of this folder through the stages of sessions and lookups.
. "$(dirname "$0")/../lib.sh"
cd "$TOP_SRCDIR/tests/scenario" || exit 99

for script in *.scn; do
    grep -qF "/$script" local.mk || fail "$script is not in tests/scenario/local.mk"
done
"$TOP_BUILDDIR/tests/scenario/driver" *.scn || fail "see driver.c for the language of the scripts"
finish
