#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Exit statuses and messages of the everyday cases.
. "$(dirname "$0")/../lib.sh"
make_work
cd "$work" || exit 99
small=$FIXTURES/semantics/e1-1.11.3.fstrm
cp "$small" good.fstrm

# expect STATUS PATTERN ARGS…: the status, and a line of standard error that matches (or none: '').
expect() {
    want=$1 pattern=$2
    shift 2
    "$TOOL" "$@" >out 2>err </dev/null
    status=$?
    [ "$status" -eq "$want" ] || fail "$*: exit $status, not $want: $(head -n 2 err)"
    if [ -z "$pattern" ]; then
        [ ! -s err ] || fail "$*: says $(head -n 2 err)"
    else
        grep -qE -- "$pattern" err || fail "$*: no '$pattern' in: $(cat err)"
    fi
    grep -vE '^dnstap-analyse: ' err >/dev/null && fail "$*: a line without the program's name: $(cat err)"
    return 0
}
# nothing: standard output stayed empty.
nothing() { [ ! -s out ] || fail "standard output is not empty: $(head -n 2 out)"; }
# holds PATTERN: standard output matches.
holds() { grep -qE -- "$1" out || fail "no '$1' in: $(head -n 20 out)"; }

expect 0 '' good.fstrm
holds '^SESSIONS'
expect 0 '' -A --all-namespaces good.fstrm

# No STOP, but the file ends between two frames: whole.
size=$(wc -c <good.fstrm)
head -c $((size - 12)) good.fstrm >no-stop.fstrm
expect 0 '' no-stop.fstrm

# Cut inside a record.
head -c $((size / 2 + 3)) good.fstrm >cut.fstrm
expect 3 '^dnstap-analyse: cut\.fstrm: .*(byte|frame) [0-9]+' cut.fstrm
holds '^SESSIONS'
holds 'cut\.fstrm: '
expect 0 'cut\.fstrm' --allow-partial cut.fstrm
expect 0 '' -q --allow-partial cut.fstrm
expect 3 'cut\.fstrm' -q cut.fstrm
expect 3 'cut\.fstrm' --view sessions -o ndjson cut.fstrm
expect 3 'cut\.fstrm' good.fstrm cut.fstrm

# Header and no messages.
{
    printf '\0\0\0\0\0\0\0\042\0\0\0\002\0\0\0\001\0\0\0\026protobuf:dnstap.Dnstap'
    printf '\0\0\0\0\0\0\0\004\0\0\0\003'
} >none.fstrm
expect 0 '' none.fstrm
holds '^UNKNOWN .*holds no DNS messages'
expect 0 '' --view sessions -o json none.fstrm
[ "$(tr -d '\n' <out)" = '[]' ] || fail "no sessions as json: $(cat out)"
expect 0 '' --view sessions -o yaml none.fstrm
[ "$(cat out)" = '[]' ] || fail "no sessions as yaml: $(cat out)"

# What cannot be used at all: 4 alone, 3 beside something good, also where damage is forgiven.
: >empty.fstrm
printf 'a text\nof two lines\n' >text.fstrm
mkdir folder.fstrm
unusable() { # NAME PATTERN
    expect 4 "^dnstap-analyse: $1: $2" "$1"
    nothing
    expect 3 "^dnstap-analyse: $1: $2" "$1" good.fstrm
    holds '^SESSIONS'
    expect 3 "^dnstap-analyse: $1: $2" --allow-partial good.fstrm "$1"
    expect 3 "^dnstap-analyse: $1: $2" -q --allow-partial good.fstrm "$1"
    holds '1 capture; 1 file could not be used'
    holds "^  $1: not used: "
    expect 3 "$1" -o json good.fstrm "$1"
    grep -q "\"error\": \"" out || fail "$1: not in inputs with its error"
}
unusable empty.fstrm '.*empty'
unusable text.fstrm '.*text'
unusable folder.fstrm '.*(folder|directory)'
unusable absent.fstrm '.*no such file'
if [ "$(id -u)" -ne 0 ]; then
    cp good.fstrm secret.fstrm && chmod 0 secret.fstrm
    unusable secret.fstrm '.*permission'
fi

# A name with control characters stays one harmless line.
odd=$(printf 'a\033[31m\nb.fstrm')
expect 4 'a\\x1b\[31m\\x0ab\.fstrm|a\\x1b\[31m' "$odd"

# Standard input: by -, by nothing, and empty.
"$TOOL" - <good.fstrm >out 2>err || fail "-: exit $?"
holds '^SESSIONS'
"$TOOL" <good.fstrm >out2 2>err || fail "no FILE: exit $?"
cmp -s out out2 || fail "- and no FILE differ"
"$TOOL" </dev/null >out 2>err
[ $? -eq 4 ] || fail "empty standard input: not 4"
nothing

# A part of the time: the head names it, and window and counts are of it.
whole=$FIXTURES/02c-one-upstream-dead.fstrm.xz
expect 0 '' --since 09:26:20 --until 09:26:30 "$whole"
holds '2026-11-21 09:26:20 to 09:26:30 UTC \(10 s\)'
holds '^    only sessions that start at or after 2026-11-21 09:26:20 and before'
expect 0 '' --since +500s "$whole"
holds '^    only sessions that start at or after '
grep -q 'The capture holds no session' out && fail "--since behind the end: $(cat out)"
expect 0 '' --since 09:26:20 --until 09:26:30 -o json "$whole"
holds '"start": "2026-11-21T09:26:20.000000000Z"'

# The local zone is named; one that nobody knows is UTC.
while read -r zone name; do
    [[ $zone != */* || $name = UTC || -e /usr/share/zoneinfo/$zone ]] || continue
    TZ=$zone "$TOOL" --local "$whole" >out || fail "TZ=$zone: exit $?"
    grep -qF " $name (" out || fail "TZ=$zone: the head lacks $name: $(head -n 2 out)"
    TZ=$zone "$TOOL" --local --view sessions --limit 1 "$whole" >out
    grep -qF "START ($name) " out || fail "TZ=$zone: the heading lacks $name: $(head -n 1 out)"
done <<'END'
Asia/Kolkata IST
EST5 EST
America/Sao_Paulo -03:00
<+0530>-5:30 +05:30
Foo/Bar UTC
UTC UTC
END

# Low ceilings work or are refused by name.
expect 2 'max-memory: at least 4M' --max-memory 1M good.fstrm
expect 0 '' --max-memory 4M good.fstrm
expect 4 '--limit N' --max-memory 4M --view sessions --sort name -o json \
    "$FIXTURES/10-sample-loss.fstrm.xz" && nothing
expect 0 '' --max-memory 4M --view sessions --sort -waited_ms --limit 3 good.fstrm
finish
