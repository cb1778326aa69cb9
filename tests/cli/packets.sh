#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# --port and --role, on a capture of one query from 10.0.0.1 to port 1053 of 10.0.0.2, and its answer.
. "$(dirname "$0")/../lib.sh"
make_work
capture=$work/odd-port.pcap

# packet SECOND FROM TO FLAGS: RAW IPv4, UDP, a DNS header and the question "a.test. A".
packet() {
    printf '\x00\x00\x00\x'"$1"'\x00\x00\x00\x00\x00\x00\x00\x34\x00\x00\x00\x34'
    printf '\x45\x00\x00\x34\x00\x07\x40\x00\x40\x11\x00\x00\x0a\x00\x00\x0'"$2"'\x0a\x00\x00\x0'"$3"
    if [ "$2" = 1 ]; then printf '\x9c\x40\x04\x1d'; else printf '\x04\x1d\x9c\x40'; fi
    printf '\x00\x20\x00\x00\x12\x34'"$4"'\x00\x01\x00\x00\x00\x00\x00\x00'
    printf '\x01a\x04test\x00\x00\x01\x00\x01'
}
head='\xa1\xb2\xc3\xd4\x00\x02\x00\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00\x04\x00\x00\x00\x00\x00\x65'
query=$(packet 01 1 2 '\x01\x00' | base64 -w 0)
answer=$(packet 01 2 1 '\x81\x83' | base64 -w 0)

# counts OPTION…: queries and responses found in $capture.
counts() {
    "$TOOL" -o json "$@" "$capture" 2>"$work/err" | jq -c '[.inputs[0] | .frames, .queries, .responses]'
}
gives() { # WANT OPTION…
    want=$1
    shift
    got=$(counts "$@")
    [ "$got" = "$want" ] || fail "$*: $got, not $want ($(cat "$work/err"))"
}

{ printf "$head"; base64 -d <<<"$query"; base64 -d <<<"$answer"; } >"$capture"
gives '[2,1,1]'              # both sides read as DNS
gives '[2,1,1]' --port 1053
{ printf "$head"; base64 -d <<<"$query"; } >"$capture"
gives '[1,0,0]'              # one side alone proves nothing
gives '[1,1,0]' --port 1053
gives '[1,1,0]' --port 53,1053 --port 1053
gives '[1,1,0]' --port 54 --port 1053
gives '[1,0,0]' --port 1054

# Roles are of addresses, whatever a capture holds of them.
gives '[1,1,0]' --port 1053 --role 10.0.0.2=server --role fd00::1=cache --role 10.0.0.2=server
"$TOOL" --role 10.0.0.2=server "$FIXTURES/semantics/e1-1.11.3.fstrm" >"$work/out" ||
    fail "--role beside dnstap: exit $?"
finish
