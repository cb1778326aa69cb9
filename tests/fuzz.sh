#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Every fuzz target takes every file of its corpus.
. "$(dirname "$0")/lib.sh"

n=0
for corpus in "$TOP_SRCDIR"/fuzz/corpus/*/; do
    name=$(basename "$corpus")
    "$TOP_BUILDDIR/fuzz/$name" "$corpus" || fail "fuzz/$name: exit $?"
    n=$((n + 1))
done
targets=$(cd "$TOP_SRCDIR/fuzz" && grep -l LLVMFuzzerTestOneInput -- *.c | grep -vxF replay.c | wc -l)
[ "$n" -eq "$targets" ] || fail "$targets targets, but $n folders in fuzz/corpus"
finish
