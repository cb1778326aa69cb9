#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# What the program prints of itself is what is committed (`make update-docs` writes it anew), and
# every option stands in the help, the man page and the completion.
. "$(dirname "$0")/lib.sh"
make_work

# same KIND FILE: `--help=KIND` prints FILE.
same() {
    if ! "$TOOL" "--help=$1" >"$work/new" 2>"$work/err"; then
        fail "--help=$1: $(cat "$work/err")"
    elif ! diff -u "$TOP_SRCDIR/$2" "$work/new" >"$work/diff"; then
        head -n 40 "$work/diff" >&2
        fail "$2 is stale: make update-docs"
    fi
}
if [ "${UPDATE:-}" = 1 ]; then
    # Through a file of its own, so that a failure leaves the old text.
    same() {
        if "$TOOL" "--help=$1" >"$work/new"; then
            mkdir -p "$TOP_SRCDIR/${2%/*}"
            cmp -s "$work/new" "$TOP_SRCDIR/$2" || cp "$work/new" "$TOP_SRCDIR/$2"
        else
            fail "--help=$1"
        fi
    }
fi
same man man/dnstap-analyse.1
same completion completion/dnstap-analyse
for kind in report lookups sessions attempts messages; do
    same "schema-$kind" "schema/$kind.schema.json"
done

# Options as each of them tells: long ones, one a line.
"$TOOL" --help >"$work/help" || fail "--help: exit $?"
longs() { grep -oE -e '--[a-z][a-z-]+' | LC_ALL=C sort -u; }
longs <"$work/help" >"$work/in-help"
sed 's/\\-/-/g; s/\\f[BIRP]//g' "$TOP_SRCDIR/man/dnstap-analyse.1" |
    awk '/^\.SH/ { on = ($0 ~ /OPTIONS/) } on && !/^\.\\"/' |
    awk 'tp { print; tp = 0 } /^\.TP/ { tp = 1 } /^\.IP/ { print }' | longs >"$work/in-man"
grep -v '^ *#' "$TOP_SRCDIR/completion/dnstap-analyse" | longs >"$work/in-completion"
for where in man completion; do
    diff "$work/in-help" "$work/in-$where" >"$work/diff" ||
        fail "options of --help (<) and of the $where (>) differ:
$(cat "$work/diff")"
done
lines=$(wc -l <"$work/help")
[ "$lines" -le 50 ] || fail "--help has $lines lines, over one screen"
if command -v mandoc >/dev/null; then
    mandoc -T lint -W warning "$TOP_SRCDIR/man/dnstap-analyse.1" >"$work/lint" 2>&1 || {
        cat "$work/lint" >&2
        fail "mandoc -T lint"
    }
fi
bash -n "$TOP_SRCDIR/completion/dnstap-analyse" || fail "completion: bash -n"
finish
