#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Golden tests: each folder of tests/golden/ is a case.
#   args       what stands behind `dnstap-analyse`, in shell words; it runs in the fixtures' folder,
#              so that inputs are named as they stand there, and `< FILE` gives standard input
#   env        (if there) NAME=VALUE lines
#   want.out   standard output;  want.err  standard error;  want.code  exit status
# `make update-golden` (or UPDATE=1) writes the wants anew; read the difference before you commit it.
# With arguments, only these cases run.
. "$(dirname "$0")/lib.sh"
cases=$TOP_SRCDIR/tests/golden
make_work

# run CASE: fills $work/want.out, want.err, want.code
run() {
    (
        cd "$FIXTURES" || exit 99
        set -a
        [ ! -f "$cases/$1/env" ] || . "$cases/$1/env"
        set +a
        PATH=$(dirname "$TOOL"):$PATH
        eval "dnstap-analyse $(cat "$cases/$1/args")" </dev/null >"$work/want.out" 2>"$work/want.err"
        printf '%s\n' "$?" >"$work/want.code"
    )
}

compare() {
    for part in want.out want.err want.code; do
        if [ "${UPDATE:-}" = 1 ]; then
            cmp -s "$work/$part" "$cases/$1/$part" || {
                cp "$work/$part" "$cases/$1/$part" && printf 'updated %s\n' "$1/$part"
            }
        elif ! diff -u "$cases/$1/$part" "$work/$part" >"$work/diff" 2>&1; then
            head -n 60 "$work/diff" >&2
            fail "$1: $part differs (dnstap-analyse $(cat "$cases/$1/args"))"
        fi
    done
    if grep -qF -e "$TOP_SRCDIR" -e "$TOP_BUILDDIR" "$work/want.out" "$work/want.err"; then
        fail "$1: the output holds a path of this machine"
    fi
}

n=0
if [ "$#" -eq 0 ]; then
    set -- $(cd "$cases" && LC_ALL=C ls -d -- */ | tr -d /)
fi
for case in "$@"; do
    [ -f "$cases/$case/args" ] || { fail "$case has no args"; continue; }
    run "$case"
    compare "$case"
    n=$((n + 1))
done
[ "$n" -gt 0 ] || fail "no cases"
printf '%s cases\n' "$n"
finish
