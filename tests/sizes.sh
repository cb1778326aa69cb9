#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# 90 % of the functions have at most 40 lines and none over 80; no file over 500.
. "$(dirname "$0")/lib.sh"
cd "$TOP_SRCDIR" || exit 99

# "lines file:line name" of every function. Universal ctags knows the ends; else what begins in
# column 0 behind an empty line and whose body is closed by a brace in column 0 is a function.
functions() {
    if ctags --version 2>/dev/null | grep -q 'Universal Ctags'; then
        ctags -x --languages=C --kinds-C=f --_xformat='%{line} %{end} %{input} %{name}' "$@" |
            awk '{ print $2 - $1 + 1, $3 ":" $1, $4 }'
    else
        awk '
            FNR == 1 { head = 0; text = "" }
            /^[A-Za-z_]/ && !head && !/^(typedef|extern|enum|union)/ { head = FNR; text = $0 }
            /^{/ && head && text ~ /\(/ { body = 1 }
            /^}/ { if (head && body) {
                       sub(/\(.*/, "", text); n = split(text, word, /[ *]+/)
                       print FNR - head + 1, FILENAME ":" head, word[n] }
                   head = 0; body = 0 }
            /;[[:space:]]*$/ && head && !body { head = 0 }' "$@"
    fi
}

mapfile -t files < <(sources)
while read -r lines file; do
    [ "$file" != total ] || continue
    [ "$lines" -le 500 ] || fail "$file has $lines lines, over 500"
done < <(wc -l "${files[@]}")

list=$(functions "${files[@]}")
while read -r lines where name; do
    [ "$lines" -le 80 ] || fail "$where: $name has $lines lines, over 80"
done <<<"$list"

read -r all long < <(awk '{ n++; if ($1 > 40) l++ } END { print n + 0, l + 0 }' <<<"$list")
[ "$all" -gt 0 ] || fail "no functions found"
if [ $((long * 10)) -gt "$all" ]; then
    fail "$long of $all functions have over 40 lines, more than a tenth:"
    awk '$1 > 40' <<<"$list" | sort -rn | head -n 40 >&2
fi
printf '%s functions, %s over 40 lines, the longest: %s\n' "$all" "$long" \
    "$(sort -rn <<<"$list" | head -n 1)"
finish
