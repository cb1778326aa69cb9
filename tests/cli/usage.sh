#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Wrong usage: exit status 2, nothing on standard output, and a message that names the option, the
# column where there is a list, and the nearest valid word.
. "$(dirname "$0")/../lib.sh"
make_work
good=$FIXTURES/semantics/e1-1.11.3.fstrm

wrong() { # MESSAGE ARGS…
    message=$1
    shift
    "$TOOL" "$@" "$good" >"$work/out" 2>"$work/err" </dev/null
    status=$?
    [ "$status" -eq 2 ] || fail "$*: exit $status"
    [ ! -s "$work/out" ] || fail "$*: prints on standard output"
    grep -qF -- "dnstap-analyse: $message" "$work/err" || fail "$*: '$message' is not in: $(cat "$work/err")"
    [ "$(wc -l <"$work/err")" -eq 1 ] || fail "$*: more than a line"
}

wrong "--view: there is no view 'sesions'; did you mean 'sessions'?" --view sesions
wrong "--view: there is no view 'zzzzzz' (there are: report, lookups, sessions, attempts, messages)" --view zzzzzz
"$TOOL" "$good" --view >"$work/out" 2>"$work/err"
[ $? -eq 2 ] && grep -qxF 'dnstap-analyse: --view: wants a value: V' "$work/err" || fail "--view without a value: $(cat "$work/err")"
wrong "--sesions: there is no such option" --sesions
wrong "--limt: there is no such option; did you mean '--limit'?" --limt=3
wrong "-z: there is no such option" -z
wrong "--utc: takes no value" --utc=1
wrong "-o: there is no format 'jsno'; did you mean 'json'?" -o jsno
wrong "-o: column 6: a file name is missing" -o json=
wrong "-o: only one output can go to standard output" -o json -o yaml
wrong "-o csv: not for the report" -o csv
wrong "--fields: column 6: there is no field 'nmae' in sessions; did you mean 'name'?" \
    --view sessions --fields type,nmae
wrong "--fields: column 2: there is no field 'nmae'" --view sessions --fields +nmae
wrong "--fields: column 1: 'attempts' is too nested" --view sessions --fields attempts
wrong "--fields: column 6: 'ede.code' is too nested for a column" --view sessions --fields name,ede.code
wrong "--fields: column 1: 'attempts.outcome' is too nested" --view sessions --fields attempts.outcome
wrong "--sort: column 1: 'ede.code' is too nested" --view sessions --sort ede.code
wrong "--fields: chooses columns of table, wide and csv only; -o json" --view sessions -o json --fields name
wrong "--fields: is for rows" --fields name
wrong "--filter: column 1: there is no field 'nmae' in sessions; did you mean 'name'?" --filter nmae==x
wrong "--filter: column 8: there is no field 'nmae' in sessions" --filter slow --filter "status,nmae==x"
wrong "--filter: column 1: there is no field 'host' in sessions; it is one of --view lookups" \
    --view sessions --filter host~x
wrong "--filter: column 1: there is no field 'otcome' in attempts; did you mean 'outcome'?" \
    --view attempts --filter otcome==answered
wrong "--filter: column 16: 'NXDOMIAN' is no rcode; did you mean 'NXDOMAIN'?" --filter "slow || rcode==NXDOMIAN"
wrong "--filter: column 9: 'Faild' is no status; did you mean 'Failed'?" --filter status==Faild
wrong "--filter: column 7: fields of lookups and of sessions stand in one part" \
    --view lookups --filter "host||status==Failed"
wrong "--filter: column 7: in the pattern: missing closing parenthesis" --filter "name~("
wrong "-n: wants --cluster FILE" -n kube-system
wrong "-l: wants --cluster FILE" -l app=web
wrong "-n: only one namespace" -n a -n b
wrong "-n: an empty name" -n ""
wrong "-l: column 1: '' is no label" -l ""
wrong "-l: column 5: 'b c' is no label (KEY=VALUE, KEY!=VALUE, KEY or !KEY)" -l "a=1,b c"
wrong "-l: column 1: '!a=1' is no label" -l "!a=1"
wrong "-o junit: for the report only, not for rows; leave out --view lookups" --view lookups -o junit
wrong "-o html: for the report only, not for rows; leave out --view lookups" --view lookups -o html
wrong "--sort: is for rows" --sort name
wrong "--sort: column 2: there is no field 'waitd_ms' in sessions; did you mean 'waited_ms'?" \
    --view sessions --sort -waitd_ms
wrong "--limit: wants a whole number" --limit ten
wrong "--limit: wants a whole number" --limit 0
wrong "--slow: " --slow 5
wrong "--slow: " --slow -5ms
wrong "--since: " --since yesterday
wrong "--until: " --until 25:00
wrong "--max-memory: wants a size" --max-memory much
wrong "--max-memory: column 3: wants a size" --max-memory 64X
wrong "--max-memory: at least 4M" --max-memory 1
wrong "--max-memory: at most 1024G" --max-memory 9999G
wrong "--port: column 1: 'dns' is no port from 1 to 65535" --port dns
wrong "--port: column 1: '' is no port" --port=
wrong "--port: column 6: '' is no port" --port 5353,
wrong "--port: column 4: '65536' is no port" --port 54,65536
wrong "--port: column 4: '0' is no port" --port 54,0
wrong "--port: column 1: '-1' is no port" --port -1
wrong "--port: column 4: ' 55' is no port" --port "54, 55"
wrong "--port: column 1: '000053' is no port" --port 000053
wrong "--role: column 1: 'server' is no IPv4 or IPv6 address" --role server
wrong "--role: column 1: '' is no IPv4 or IPv6 address" --role =server
wrong "--role: column 1: '10.0.0.1:53' is no IPv4 or IPv6 address (without a port)" --role 10.0.0.1:53=server
wrong "--role: column 1: '10.0.0.256' is no IPv4" --role 10.0.0.256=server
wrong "--role: column 9: '=' and a role are missing" --role 10.0.0.1
wrong "--role: column 10: there is no role 'servr'; did you mean 'server'?" --role 10.0.0.1=servr
wrong "--role: column 10: there is no role 'zzzzz' (there are: client, server, upstream, cache)" \
    --role fd00::1a=zzzzz
wrong "--role: column 10: there is no role ''" --role 10.0.0.1=
wrong "--role: 10.0.0.1 cannot be both client and upstream" --role 10.0.0.1=client \
    --role fd00::1=cache --role ::ffff:10.0.0.1=upstream
wrong "--color: there is no choice 'alwys'; did you mean 'always'?" --color alwys
wrong "--progress: there is no choice 'yes'" --progress yes
wrong "--until: is no later than --since" --since 10:00 --until 09:59
wrong "--until: is no later than --since" --since -5m --until -6m
wrong "-q, -v: only one of them" -q -v
wrong "--help: there is no text 'mann'; did you mean 'man'?" --help=mann
wrong "--explain: there is no finding, status, reason, bitmap, realm, outcome or field 'error_rate'; did you mean 'totals.error_rate'?" \
    --explain error_rate
wrong "--explain: there is no finding, status, reason, bitmap, realm, outcome or field 'upstream_no_replay'; did you mean 'upstream_no_reply'?" \
    --explain upstream_no_replay
wrong "--view: there is no view 'a\\x1b[31m'" --view "$(printf 'a\033[31m')"

"$TOOL" --view sessions -o table="$work/t" -o json="$work/j" --fields name "$good" 2>"$work/err" || fail "--fields beside json: exit $?"
grep -q '^dnstap-analyse: --fields acts on table, wide and csv only: -o json ' "$work/err" || fail "--fields beside json: $(cat "$work/err")"

# A bound beyond all times is none.
"$TOOL" -o json --since -2562040h --until +2562040h "$good" >"$work/out" 2>"$work/err" ||
    fail "--until +2562040h: exit $?, $(cat "$work/err")"
grep -q '"sessions": 11,' "$work/out" || fail "--until +2562040h leaves sessions out"

# -5m counts from the end, which a pipe does not have.
cat "$good" | "$TOOL" --since -5m - >"$work/out" 2>"$work/err"
[ $? -eq 2 ] || fail "--since -5m of a pipe: not 2"
[ ! -s "$work/out" ] || fail "--since -5m of a pipe: prints"
grep -q '^dnstap-analyse: --since: ' "$work/err" || fail "--since -5m of a pipe: $(cat "$work/err")"

# A terminal and no FILE: the short help.
if script -qec true /dev/null </dev/null >/dev/null 2>&1; then # it needs a pseudo-terminal
    script -qec "'$TOOL'" /dev/null </dev/null >"$work/out" 2>&1
    [ $? -eq 2 ] || fail "no FILE on a terminal: not 2"
    grep -q '^Usage: dnstap-analyse' "$work/out" || fail "no FILE on a terminal: no short help"
fi

# Help fits one screen of 80 columns and 24 lines.
"$TOOL" --help >"$work/out" || fail "--help: exit $?"
[ "$(wc -l <"$work/out")" -le 24 ] || fail "--help is longer than 24 lines"
[ "$(wc -L <"$work/out")" -le 80 ] || fail "--help is wider than 80 columns"
"$TOOL" -h | cmp -s - "$work/out" || fail "-h differs from --help"
"$TOOL" -V | grep -qE '^dnstap-analyse [0-9]+\.[0-9]+' || fail "-V"
finish
