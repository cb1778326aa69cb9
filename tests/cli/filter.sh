#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# --filter on the command line: views, outputs, what is said of it; the language has its unit test
# and its law.
. "$(dirname "$0")/../lib.sh"
make_work
failed=$FIXTURES/03d-all-upstreams-dead.fstrm.xz

# rows WANT ARGS…: so many rows in ndjson, exit status 0, nothing on standard error.
rows() {
    want=$1
    shift
    "$TOOL" -o ndjson "$@" >"$work/out" 2>"$work/err" || fail "$*: exit $?, $(cat "$work/err")"
    got=$(wc -l <"$work/out")
    [ "$got" -eq "$want" ] || fail "$*: $got rows, not $want"
    [ ! -s "$work/err" ] || fail "$*: says $(cat "$work/err")"
}

all=$("$TOOL" --view sessions -o ndjson "$failed" | wc -l)
rows "$all" --view sessions --filter '' "$failed"
"$TOOL" --filter 'k8s.namespace==shop' "$failed" 2>&1 >"$work/out" | grep -qF 'without --cluster FILE' ||
    fail "a filter on pods without --cluster: nothing is said"
"$TOOL" --filter ' ' "$failed" | cmp -s - <("$TOOL" "$failed") || fail "an empty filter is told of"
rows "$all" --view sessions --filter 'status||!status' "$failed"
rows 69 --view sessions --filter 'status==Failed' "$failed"
rows 69 --view sessions --filter 'STATUS = failed' "$failed"
rows $((all - 69)) --view sessions --filter '!(status==Failed)' "$failed"
rows 3 --view sessions --filter 'status==Failed' --limit 3 "$failed"
rows 0 --view sessions --filter 'status==Failed' --filter 'status==Succeeded' "$failed"
rows 69 --view sessions --filter 'status==Failed,reason==upstream_no_reply' "$failed"
rows 0 --view sessions --filter 'status==Failed' --until +5s "$failed"
xz -dc "$failed" | "$TOOL" --view sessions -o ndjson --filter 'status==Failed' - >"$work/piped"
"$TOOL" --view sessions -o ndjson --filter 'status==Failed' "$failed" | cmp -s - "$work/piped" ||
    fail "standard input: other rows"

# Inspektor Gadget's and Wireshark's names and spellings.
"$TOOL" --view sessions -o ndjson --filter 'rcode==NXDOMAIN' "$failed" >"$work/want"
[ -s "$work/want" ] || fail "no NXDOMAIN"
for filter in 'rcode==NameError' 'rcode=3' 'dns.flags.rcode == 3' 'rcode~^NameE'; do
    "$TOOL" --view sessions -o ndjson --filter "$filter,rcode" "$failed" | cmp -s - "$work/want" ||
        fail "$filter: other rows than rcode==NXDOMAIN"
done

# Wireshark's ip.addr is any end; durations as Go prints them; what is pasted from Inspektor Gadget.
"$TOOL" --view attempts -o ndjson "$failed" | jq -r 'select(.upstream.addr == "172.30.0.54") | .session' |
    sort -u >"$work/want"
"$TOOL" --view sessions -o ndjson --filter 'ip.addr == 172.30.0.54' "$failed" | jq -r .key | sort |
    cmp -s - "$work/want" || fail "ip.addr: other sessions"
rows "$((all - $(wc -l <"$work/want")))" --view sessions --filter 'ip.addr!=172.30.0.54' "$failed"
want=$("$TOOL" --view sessions -o ndjson --filter 'waited_ms>1.5' "$failed" | wc -l)
for filter in 'latency_ns_raw>1500000' 'latency_ns>1500µs' 'waited_ms>1ms500us' 'dns.time>0.0015'; do
    rows "$want" --view sessions --filter "$filter" "$failed"
done
port=$("$TOOL" --view sessions -o ndjson "$failed" | jq -r 'select(.client.addr == "10.244.1.12") | .client.port' | head -n 1)
want=$("$TOOL" --view sessions -o ndjson --filter "src.addr==10.244.1.12,src.port==$port" "$failed" | wc -l)
for filter in "src==10.244.1.12:$port" "src==r/10.244.1.12:$port" "client==\"10.244.1.12:$port\""; do
    rows "$want" --view sessions --filter "$filter" "$failed"
done

# refuses FILTER WHAT: status 2, nothing on standard output, and WHAT is said.
refuses() {
    "$TOOL" --view sessions --filter "$1" "$failed" >"$work/out" 2>"$work/err"
    [ $? -eq 2 ] && [ ! -s "$work/out" ] && grep -qF -- "$2" "$work/err" ||
        fail "$1: $(cat "$work/err")"
}
refuses 'slow,k8s.namespce==shop' "column 6: there is no field 'k8s.namespce' in sessions; did you mean 'k8s.namespace'?"
refuses 'qtpe==A' "did you mean 'qtype'?"
refuses 'nameserver.adr==10.0.0.1' "did you mean 'nameserver.addr'?"
refuses 'outcome==no_reply' "did you mean 'attempts.outcome', or --view lookups?"
refuses 'qr==R' "it is one of --view messages"
refuses 'rcode==NameEror' "column 8: 'NameEror' is no rcode; did you mean 'NameError'?"

# Sorted rows, and every format, without any row, too.
"$TOOL" --view sessions --sort -waited_ms --filter 'waited_ms>2s' -o ndjson "$failed" |
    jq -s -e 'length > 2 and ([.[].waited_ms] | . == (sort | reverse) and .[-1] > 2000)' >"$work/out" ||
    fail "--sort --filter"
[ "$("$TOOL" --view sessions -o json --filter 'tries>1000' "$failed" | jq -c .)" = '[]' ] ||
    fail "json without rows"
[ "$("$TOOL" --view sessions -o csv --filter 'tries>1000' "$failed" | wc -l)" -eq 1 ] ||
    fail "csv without rows"
[ "$("$TOOL" --view lookups --filter 'queries>1000' "$failed" | wc -l)" -eq 1 ] ||
    fail "table without rows"

# Attempts know their sessions, lookups theirs.
"$TOOL" --view attempts -o ndjson --filter 'session.status==Failed,outcome!=no_reply' "$failed" >"$work/out" ||
    fail "attempts of failed sessions"
[ ! -s "$work/out" ] || fail "attempts of failed sessions: $(head -n 1 "$work/out")"
"$TOOL" --view attempts -o ndjson --filter 'status==Failed' "$failed" | jq -r .session | sort -u >"$work/out"
"$TOOL" --view sessions -o ndjson --filter 'status==Failed,attempts' "$failed" | jq -r .key | sort |
    cmp -s - "$work/out" || fail "attempts: other sessions"
"$TOOL" --view lookups -o ndjson --filter 'status==Failed' "$failed" | jq -r '.sessions[]' | sort >"$work/out"
"$TOOL" --view sessions -o ndjson --filter 'status==Failed,!background' "$failed" | jq -r .key | sort |
    comm -13 "$work/out" - >"$work/lacks"
[ ! -s "$work/lacks" ] || fail "lookups with a failed session lack $(wc -l <"$work/lacks") sessions"

# Pods: Inspektor Gadget's names, and -n and -l in kubectl's words.
node=$FIXTURES/01c-healthy-node.pcap.xz
pods() { # WANT ARGS…: the clients' pods
    want=$1
    shift
    got=$("$TOOL" --view sessions -o ndjson --cluster "$FIXTURES/cluster/cluster.yaml" "$@" "$node" 2>"$work/err" |
        jq -r 'select(.background | not) | .client.k8s | if . then .namespace + "/" + .name else "-" end' | sort -u |
        paste -sd ' ')
    [ "$got" = "$want" ] || fail "$*: '$got', not '$want' ($(cat "$work/err"))"
}
pods 'shop/cart-0 shop/web-5f6c8d7b9-k4ptz' -n shop
pods 'shop/cart-0 shop/web-5f6c8d7b9-k4ptz' -A --filter 'k8s.namespace==shop'
pods 'shop/cart-0' --filter 'k8s.podName==cart-0'
pods 'shop/web-5f6c8d7b9-k4ptz' -n shop --filter 'client.k8s.owner==Deployment/web'
pods 'shop/web-5f6c8d7b9-k4ptz' -l app=web
pods 'shop/cart-0' -n shop -l 'app,app!=web'
pods 'shop/cart-0' --filter 'k8s.podLabels~app=cart'
pods 'shop/cart-0' --filter 'client~^p/shop/cart-0:'
pods 'payments/ledger-74d9f-2bqkc' --filter 'k8s,k8s.namespace!=shop'

# The report is of what is kept, and says so.
"$TOOL" --filter 'status==Failed' --filter 'name~^n' -o json="$work/json" -o table="$work/table" "$failed" ||
    fail "report: exit $?"
jq -e '.filters == ["status==Failed", "name~^n"] and .totals.sessions == .totals.failed and
    .totals.sessions > 0 and .totals.sessions < 69 and ([.names[].name | startswith("n")] | all)' \
    "$work/json" >"$work/out" || fail "report: $(jq -c '.filters, .totals' "$work/json")"
jq -e '(.verdict.sentence | endswith(" Sessions that the filter leaves out are not judged.")) and
    any(.verdict.unseen[]; startswith("sessions that the filter leaves out: "))' "$work/json" >"$work/out" ||
    fail "the verdict does not tell the filter: $(jq -c .verdict "$work/json")"
"$TOOL" -o json "$failed" | jq -e '.verdict | tostring | contains("--filter") | not' >"$work/out" ||
    fail "a verdict without a filter tells of one"
grep -qxF '    only sessions with status==Failed and name~^n' "$work/table" || fail "the page does not tell the filter"
"$TOOL" --filter "$(printf 'name==n%d.example.com||' $(seq 50))slow" "$failed" | head -n 4 >"$work/table"
[ "$(wc -L <"$work/table")" -le 80 ] && grep -q '^ *name==n1\.example.*\.\.\.$' "$work/table" ||
    fail "a long filter: $(cat "$work/table")"
"$TOOL" --filter 'name==no.such.name' "$failed" >"$work/table" || fail "report of nothing: exit $?"
grep -qF 'No session of a client is kept by the filter.' "$work/table" || fail "report of nothing: $(head -n 5 "$work/table")"
"$TOOL" --since +1s --filter "name~$(printf '\033')" "$failed" >"$work/table" || fail "a control character: exit $?"
grep -q 'with name~\\x1b$' "$work/table" || fail "a control character: $(head -n 4 "$work/table")"

# A pattern that goes back over and over is given up, and that is said once, unless -q.
slow='name~^(([a-z.0-9-]+)+)+[!?]$'
"$TOOL" --view sessions --filter "$slow" "$failed" >"$work/out" 2>"$work/err" || fail "slow pattern: exit $?"
grep -q '^dnstap-analyse: --filter: a pattern took too many steps [0-9,]* times' "$work/err" &&
    [ "$(wc -l <"$work/err")" -eq 1 ] || fail "slow pattern: $(cat "$work/err")"
"$TOOL" -q --view sessions --filter "$slow" "$failed" >"$work/out" 2>"$work/err"
[ ! -s "$work/err" ] || fail "slow pattern with -q: $(cat "$work/err")"
finish
