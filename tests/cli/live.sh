#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Live input: rows leave as sessions settle, and an interrupt gives the report of what was read.
. "$(dirname "$0")/../lib.sh"
make_work
cd "$work" || exit 99
xz -dc "$FIXTURES/01c-healthy.fstrm.xz" >whole.fstrm || skip "no xz"
size=$(wc -c <whole.fstrm)

# The whole file and then silence: rows must come while the pipe stays open.
mkfifo pipe
"$TOOL" --view sessions -o ndjson - <pipe >rows 2>err &
tool=$!
exec 7>pipe
cat whole.fstrm >&7
for _ in $(seq 100); do [ -s rows ] && break; sleep 0.1; done
[ -s rows ] || fail "no rows while the pipe is open"
before=$(wc -l <rows)
exec 7>&-
wait "$tool" || fail "live rows: exit $?"
"$TOOL" --view sessions -o ndjson whole.fstrm | cmp -s - rows || fail "rows of a pipe differ from those of the file"
[ "$before" -gt 0 ] || fail "no whole row came early"

# In small pieces, slowly.
{
    head -c 1000 whole.fstrm
    sleep 0.3
    tail -c +1001 whole.fstrm | head -c 3333
    sleep 0.3
    tail -c +4334 whole.fstrm
} | "$TOOL" --view sessions -o ndjson - | cmp -s - rows || fail "rows of a slow pipe differ"

# interrupted SIGNAL STATUS VIEW…
interrupted() {
    signal=$1 want=$2
    shift 2
    rm -f pipe && mkfifo pipe
    env --default-signal=INT,TERM,HUP,QUIT,PIPE "$TOOL" "$@" - <pipe >out 2>err &
    tool=$!
    exec 7>pipe
    head -c $((size - size / 3)) whole.fstrm >&7
    sleep 0.7
    kill "-$signal" "$tool"
    wait "$tool"
    status=$?
    exec 7>&-
    [ "$status" -eq "$want" ] || fail "$signal, $*: exit $status"
}
if env --default-signal=INT true 2>/dev/null; then
    interrupted INT 130
    grep -q '^SESSIONS' out || fail "INT: no report"
    grep -q '^    interrupted: ' out || fail "INT: the head does not tell"
    grep -q '^dnstap-analyse: interrupted (SIGINT)' err || fail "INT: $(cat err)"
    interrupted HUP 129
    grep -q '^SESSIONS' out || fail "HUP: no report"
    interrupted TERM 143 -o json
    grep -q '"sessions":' out && tail -n 1 out | grep -qx '}' || fail "TERM: no whole document"
    interrupted INT 130 -o json=file.json
    tail -n 1 file.json | grep -qx '}' || fail "INT: no whole file"
    interrupted TERM 143 --view sessions -o json
    tail -n 1 out | grep -qx ']' || fail "TERM: rows are no whole document"
fi

# Whatever signal ends it, nothing half made is left.
if env --default-signal=INT true 2>/dev/null; then
    for signal in QUIT USR1 ALRM; do
        interrupted "$signal" $((128 + $(kill -l "$signal"))) --view sessions -o json=left.json
        [ -z "$(ls | grep '^left')" ] || fail "$signal leaves $(ls)"
    done
    { env --default-signal=PIPE "$TOOL" --view sessions -o ndjson -o json=left.json \
        "$FIXTURES/10-sample-loss.fstrm.xz"; echo $? >status; } | head -n 1 >out
    [ "$(cat status)" -eq 141 ] && [ -z "$(ls | grep '^left')" ] || fail "PIPE leaves $(ls), $(cat status)"
fi
finish
