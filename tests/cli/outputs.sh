#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Where outputs go: files that appear whole, several of them, a full disk, a closed pipe, colour.
. "$(dirname "$0")/../lib.sh"
make_work
cd "$work" || exit 99
good=$FIXTURES/02c-one-upstream-dead.fstrm.xz

# Files, and nothing on standard output.
"$TOOL" -o json=r.json -o yaml=r.yaml -o html=r.html -o table=r.txt "$good" >out 2>err || fail "four files: exit $?"
[ ! -s out ] || fail "only files were named, but standard output holds something"
for file in r.json r.yaml r.html r.txt; do [ -s "$file" ] || fail "$file is missing"; done
[ "$(ls | grep -cE '^r\.')" -eq 4 ] || fail "something is left over: $(ls)"
"$TOOL" -o json "$good" | cmp -s - r.json || fail "r.json differs from -o json"
LC_ALL=C.UTF-8 "$TOOL" -o html "$good" | cmp -s - r.html || fail "r.html differs from -o html in another locale"
"$TOOL" -o ndjson "$good" >line.json
[ "$(wc -l <line.json)" -eq 1 ] || fail "ndjson report is not one line"
"$TOOL" -o table -o json=r2.json "$good" | cmp -s - r.txt || fail "table beside a file differs"
cmp -s r.json r2.json || fail "the same input gives other octets"
if command -v jq >/dev/null; then
    jq -e '.schema == "dnstap-analyse/report/1"' r.json >/dev/null || fail "jq: schema"
    jq -cS . r.json >a.json && jq -cS . line.json | cmp -s - a.json || fail "json and ndjson differ"
    "$TOOL" --view sessions -o json "$good" | jq -c '.[]' >a.json
    "$TOOL" --view sessions -o jsonl "$good" | jq -c . | cmp -s - a.json || fail "sessions: json and jsonl differ"
    "$TOOL" --view sessions --sort -start -o json "$good" | jq -e 'map(.start) | . == (sort | reverse)' >/dev/null ||
        fail "sorted json"
    "$TOOL" --view sessions --sort name --limit 2 -o json "$good" | jq -e 'length == 2' >/dev/null || fail "limited json"
fi

# A file keeps its rights and what a link points to; a new one gets those of any new file.
printf old >kept && chmod 640 kept && ln -s kept link
(umask 022 && "$TOOL" -o json=link -o yaml=new "$good") || fail "link: exit $?"
[ -L link ] && [ "$(stat -c %a kept)" = 640 ] && cmp -s kept r.json || fail "a link or rights were lost"
[ "$(stat -c %a new)" = 644 ] || fail "rights of a new file: $(stat -c %a new)"

ln -s later dangling && ln -s dangling chain
"$TOOL" -o json=chain "$good" || fail "a link to what is not there: exit $?"
[ -L chain ] && [ -L dangling ] && cmp -s later r.json || fail "a link to what is not there was replaced"

# An output is neither an input nor another output, however it is spelled.
xz -dc "$good" >in.fstrm && cp in.fstrm in.kept && ln -s in.fstrm soft.fstrm && ln in.fstrm hard.fstrm
mkdir sub && ln -s . here
clash() { # MESSAGE ARGS…
    message=$1
    shift
    "$TOOL" "$@" >out 2>err
    [ $? -eq 2 ] && grep -qF -- "$message" err && [ ! -s out ] || fail "$*: $(cat err)"
    cmp -s in.fstrm in.kept || fail "$*: the input is lost"
}
for name in in.fstrm ./in.fstrm "$work/in.fstrm" soft.fstrm hard.fstrm here/in.fstrm sub/../in.fstrm; do
    clash "is an input, too" -o json="$name" in.fstrm
    clash "is an input, too" -o table -o json="$name" "$good" soft.fstrm
done
clash "is an input, too" -o json=in.fstrm - <in.fstrm
for name in fresh ./fresh "$work/fresh" here/fresh sub/../fresh; do
    clash "two outputs go to the same file" -o json=fresh -o yaml="$name" "$good"
    [ ! -e fresh ] || fail "$name: something was written"
done
clash "two outputs go to the same file" -o json=r.json -o yaml=./r.json "$good"
ln -s unmade way && clash "two outputs go to the same file" -o json=way -o yaml=unmade "$good"
"$TOOL" -o table -o json=both "$good" >both 2>err
[ $? -eq 2 ] || fail "standard output and a file that are one: not 2"
"$TOOL" -o json=/dev/null -o yaml=/dev/null "$good" || fail "two outputs to a device: exit $?"

# No control characters in csv.
printf '' >csv
"$TOOL" --view sessions -o csv "$good" >csv
! tr -d '\r\n' <csv | LC_ALL=C grep -q "$(printf '[\001-\037\177]')" || fail "control characters in csv"

# Faults: never silent, nothing half made.
if [ -w /dev/full ]; then
    for arguments in '' '-o json' '-o html' '--view sessions -o ndjson' '--view sessions -o csv --sort name' '--help' '--list-fields'; do
        "$TOOL" $arguments "$good" >/dev/full 2>err
        [ $? -eq 4 ] || fail "/dev/full, $arguments: not 4"
        grep -q '^dnstap-analyse: standard output: .*No space' err || fail "/dev/full, $arguments: $(cat err)"
    done
    "$TOOL" -o json=/dev/full "$good" >out 2>err
    [ $? -eq 4 ] && grep -q '^dnstap-analyse: /dev/full: ' err || fail "-o json=/dev/full"
fi
"$TOOL" -o json=absent/r.json "$good" >out 2>err
[ $? -eq 4 ] && grep -q 'absent/r.json' err && [ ! -s out ] || fail "-o into a folder that is not there: $(cat err)"
mkdir folder
"$TOOL" -o json=folder "$good" >out 2>err
[ $? -eq 4 ] || fail "-o json=folder: not 4"
"$TOOL" >&- "$good" 2>err
[ $? -eq 4 ] || fail "closed standard output: not 4"
printf old >whole
"$TOOL" -o json=whole absent.fstrm 2>err
[ "$(cat whole)" = old ] || fail "a failed run wrote over a file"
"$TOOL" --max-memory 4M --view sessions --sort name -o json=whole "$FIXTURES/10-sample-loss.fstrm.xz" 2>err
[ $? -eq 4 ] && [ "$(cat whole)" = old ] || fail "a run that met its ceiling wrote over a file"
[ -z "$(ls | grep -E '^whole\.')" ] || fail "a temporary file is left: $(ls)"

# A reader that goes away ends it silently; where SIGPIPE is ignored it is an error that is told.
big=$FIXTURES/10-sample-loss.fstrm.xz
{ "$TOOL" --view sessions -o ndjson "$big" 2>err; echo $? >status; } | head -n 1 >out
[ "$(cat status)" -eq 141 ] && [ ! -s err ] || fail "closed pipe: exit $(cat status), $(cat err)"
(
    trap '' PIPE
    { "$TOOL" --view sessions -o ndjson "$big" 2>err; echo $? >status; } | head -n 1 >out
)
[ "$(cat status)" -eq 4 ] && grep -q 'Broken pipe' err || fail "closed pipe, SIGPIPE ignored: $(cat status), $(cat err)"

# Colour only where it is asked for, and the words stay.
"$TOOL" --color always "$good" >colour
grep -q "$(printf '\033\[')" colour || fail "--color always: no colour"
sed "s/$(printf '\033')\[[0-9;]*m//g" colour | cmp -s - r.txt || fail "colour changes words"
"$TOOL" --color auto "$good" | cmp -s - r.txt || fail "--color auto colours a pipe"
if script -qec true /dev/null </dev/null >/dev/null 2>&1; then # it needs a pseudo-terminal
    for variables in NO_COLOR=1 TERM=dumb; do
        env TERM=xterm "$variables" script -qec "'$TOOL' '$good'" /dev/null </dev/null >out 2>&1
        ! grep -q "$(printf '\033\[')" out || fail "$variables: colour"
    done
    env TERM=xterm NO_COLOR= script -qec "'$TOOL' '$good'" /dev/null </dev/null >out 2>&1
    grep -q "$(printf '\033\[')" out || fail "terminal: no colour"
fi

# The first screen: 80 columns, ASCII without UTF-8.
"$TOOL" "$good" >out
[ "$(head -n 24 out | wc -L)" -le 80 ] || fail "the first screen is wider than 80 columns"
! LC_ALL=C grep -q "$(printf '[\200-\377]')" out || fail "not ASCII in the C locale"
LC_ALL=C.UTF-8 "$TOOL" "$good" | grep -q '▁' || fail "no blocks in a UTF-8 locale"
# Names are shortened to the page's width, in no other output.
for file in "$FIXTURES"/*.xz; do
    name=${file##*/} && ln -sf "$(realpath "$file")" "$name" # commands name the file as it was typed
    [ "$(LC_ALL=C.UTF-8 "$TOOL" "$name" 2>err | LC_ALL=C.UTF-8 wc -L)" -le 80 ] || fail "$name: wider than 80 columns"
    [ "$("$TOOL" -o wide "$name" 2>err | wc -L)" -le 160 ] || fail "$name: wider than 160 columns"
done
long=$(printf 'a%.0s' $(seq 100)) && cp "$FIXTURES/semantics/e1-1.11.3.fstrm" "$long.fstrm"
"$TOOL" "$long.fstrm" >out
grep -q 'aaa\.\.aaa.*\.fstrm$' out && [ "$(grep -v "$long" out | wc -L)" -le 80 ] || fail "a long name of a file"
"$TOOL" -o json "$long.fstrm" | grep -q "\"$long.fstrm\"" || fail "a long name in json is not whole"
# What is only known to be at least so long, when frames were lost, and when an upstream answered.
"$TOOL" "$FIXTURES/10-sample-loss.fstrm.xz" >out
tr -s ' \n' ' ' <out | grep -qE 'frames? proven lost, [0-9]{2}:[0-9]{2}:[0-9]{2}' || fail "no time of the loss"
"$TOOL" "$good" >out
tr -s ' \n' ' ' <out | grep -qE 'up since 09:26:40, was down from 09:26:22 .* 09:26:22 09:26:28 09:26:40 ' || fail "no recovery of the upstream"
grep -qE '\.\.\. and [0-9]+ more' out || fail "a cut list does not say so"
"$TOOL" "$FIXTURES/14-restart.fstrm.xz" | grep -q '^SERVERS' || fail "a restart of the only replica is not shown"
"$TOOL" "$FIXTURES/03d-all-upstreams-dead.fstrm.xz" >out
grep -qE '\([0-9]+ lower bounds\)' out && grep -qE '^ +>=[0-9.]+s ' out && grep -qF '(no answer seen)' out ||
    fail "lower bounds or missing answers are not marked"
finish
