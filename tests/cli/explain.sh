#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# --explain and --list-fields know every word that the outputs use.
. "$(dirname "$0")/../lib.sh"
make_work

for view in report lookups sessions attempts messages; do
    "$TOOL" --view "$view" --list-fields >"$work/$view" || fail "--list-fields of $view: exit $?"
    [ -s "$work/$view" ] || fail "--list-fields of $view is empty"
    while read -r path type rest; do
        [ -n "$type" ] && [ -n "$rest" ] || fail "$view: $path has no type or meaning"
    done <"$work/$view"
    # A few of them in turn: each must explain itself.
    for path in $(awk 'NR % 7 == 1 { print $1 }' "$work/$view"); do
        "$TOOL" --explain "$path" >"$work/out" 2>&1 || fail "--explain $path: $(cat "$work/out")"
        grep -q "^$path (field of $view" "$work/out" || fail "--explain $path does not tell of $view"
    done
done
"$TOOL" --list-fields >"$work/all" || fail "--list-fields: exit $?"
grep -q '^ede\.code .*Nested: no column' "$work/sessions" || fail "a nested field is not marked"
! grep '^name ' "$work/sessions" | grep -q Nested || fail "a column is marked as nested"
[ "$(grep -c '^--view ' "$work/all")" -eq 5 ] || fail "--list-fields without a view does not tell all"

for word in Succeeded failed SampleLoss CaptureEdge Unknown answered upstream_no_reply no_message \
    0 5 15 cluster cache no_reply exact ambiguous oversized Resolved TimedOut glibc musl; do
    "$TOOL" --explain "$word" >"$work/out" 2>&1 || fail "--explain $word: $(cat "$work/out")"
    [ "$(wc -l <"$work/out")" -ge 2 ] || fail "--explain $word says nothing"
done
"$TOOL" --explain bitmap >"$work/out"
[ "$(grep -c '(bitmap)$' "$work/out")" -eq 16 ] || fail "--explain bitmap does not tell all sixteen"

# Every finding tells its meaning, its rule, what to do and where to read on; the man page the same.
awk '/^\.SH/ { on = /FINDINGS/ } on && /^\.B / { gsub(/\\/, ""); print $2 }' \
    "$TOP_SRCDIR/man/dnstap-analyse.1" >"$work/keys"
[ "$(wc -l <"$work/keys")" -ge 28 ] || fail "the man page has $(wc -l <"$work/keys") findings"
while read -r key; do
    "$TOOL" --explain "$key" >"$work/out" 2>&1 || fail "--explain $key: $(cat "$work/out")"
    for part in "^$key (finding; " '^  [A-Z`]' '^  Rule: .' '^  What to do: .' '^  See: https://'; do
        grep -q "$part" "$work/out" || fail "--explain $key does not tell '$part'"
    done
    awk 'length > 80' "$work/out" | grep -v 'https://' && fail "--explain $key: a long line"
done <"$work/keys"
"$TOOL" --explain UPSTREAM-TIMEOUT | grep -q '^upstream-timeout (finding; ' || fail "--explain minds case"
! "$TOOL" --explain upstream_timeout >"$work/out" 2>&1 || fail "--explain takes upstream_timeout"
grep -q "did you mean 'upstream-timeout'" "$work/out" || fail "no finding is offered: $(cat "$work/out")"

# Completion knows options, choices and fields.
. "$TOP_SRCDIR/completion/dnstap-analyse" 2>/dev/null || fail "completion does not load"
complete_to() { # EXPECTED WORDS… (the last one is being typed)
    expected=$1
    shift
    COMP_WORDS=(dnstap-analyse "$@") COMP_CWORD=$#
    COMP_LINE=${line:-dnstap-analyse $*}
    COMP_POINT=${#COMP_LINE}
    COMPREPLY=()
    _dnstap_analyse
    [[ " ${COMPREPLY[*]} " == *" $expected "* ]] || fail "completion of '$*' lacks $expected: ${COMPREPLY[*]}"
}
complete_to --allow-partial --al
complete_to sessions --view se
complete_to sessions --view = se
complete_to yaml -o ya
complete_to waited_ms --view sessions --sort waited_
complete_to name,waited_ms --view sessions --fields name,waited_m
complete_to upstream_no_reply --explain upstream_no
complete_to upstream-timeout --explain upstream-t
line='dnstap-analyse --role 10.96.0.10=ser' complete_to server --role 10.96.0.10 = ser
line='dnstap-analyse --role=fd00::a=' complete_to cache --role = fd00 : : a =
finish
