#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# --cluster: forms of the file, addresses at their time, and what is refused.
. "$(dirname "$0")/../lib.sh"
make_work
cluster=$FIXTURES/cluster
capture=$FIXTURES/01c-healthy-node.pcap.xz

# names OPTION…: the clients of the capture's sessions, each once.
names() {
    "$TOOL" --view sessions -o ndjson "$@" "$capture" 2>"$work/err" |
        jq -r 'select(.background | not) | .client.k8s | if . then .namespace + "/" + .name else "-" end' | sort -u
}
gives() { # WANT OPTION…
    want=$1
    shift
    got=$(names "$@" | paste -sd ' ')
    [ "$got" = "$want" ] || fail "$*: '$got', not '$want' ($(cat "$work/err"))"
}
all='payments/ledger-74d9f-2bqkc shop/cart-0 shop/web-5f6c8d7b9-k4ptz'

gives -
gives "$all" --cluster "$cluster/cluster.yaml"
gives "$all" --cluster "$cluster/cluster.json"
gives "$all" --cluster <(cat "$cluster/cluster.yaml")
gives "$all" --cluster - <"$cluster/cluster.yaml"
xz -c "$cluster/cluster.yaml" >"$work/cluster.yaml.xz"
gives "$all" --cluster "$work/cluster.yaml.xz"
jq -c . "$cluster/cluster.json" >"$work/one-line.json"
gives "$all" --cluster "$work/one-line.json"
jq -c '.items[]' "$cluster/cluster.json" | sed 's/^/---\n/' >"$work/documents.yaml"
gives "$all" --cluster "$work/documents.yaml"
iconv -f UTF-8 -t UTF-16 "$cluster/cluster.yaml" >"$work/utf16.yaml"
gives "$all" --cluster "$work/utf16.yaml"

# Two files of one cluster: a pod that is gone in the second is known from the first.
jq '.items |= map(select(.metadata.name != "cart-0"))' "$cluster/cluster.json" >"$work/later.json"
gives "- payments/ledger-74d9f-2bqkc shop/web-5f6c8d7b9-k4ptz" --cluster "$work/later.json"
gives "$all" --cluster "$cluster/cluster.yaml" --cluster "$work/later.json"

# The address of a pod that came after the capture is not its own there.
jq '.items |= map(if .metadata.name == "cart-0" then .status.startTime = "2026-11-21T12:00:00Z" else . end)' \
    "$cluster/cluster.json" >"$work/young.json"
gives "- payments/ledger-74d9f-2bqkc shop/web-5f6c8d7b9-k4ptz" --cluster "$work/young.json"

# refuses STATUS MESSAGE OPTION…
refuses() {
    status=$1 message=$2
    shift 2
    "$TOOL" "$@" >"$work/out" 2>"$work/err"
    code=$?
    [ "$code" -eq "$status" ] || fail "$*: exit $code, not $status"
    grep -qF -e "$message" "$work/err" || fail "$*: says '$(cat "$work/err")', not '$message'"
    [ ! -s "$work/out" ] || fail "$*: prints to standard output"
}
printf 'kind: Pod\nmetadata: {name: a: b}\n' >"$work/bad.yaml"
printf 'a: &a [x]\nb: *a\n' >"$work/alias.yaml"
printf 'NAME   READY\n' >"$work/listing"
printf '{"kind":"Secret","metadata":{"name":"x"}}' >"$work/secret.json"
: >"$work/empty"
refuses 4 "--cluster: $work/bad.yaml:2:19: is neither YAML nor JSON" --cluster "$work/bad.yaml" "$capture"
refuses 4 "--cluster: $work/alias.yaml:1:4: anchors" --cluster "$work/alias.yaml" "$capture"
refuses 4 "--cluster: $work/listing:1:1: holds no objects of a cluster" --cluster "$work/listing" "$capture"
refuses 4 "--cluster: $work/secret.json:1:1: holds no pods" --cluster "$work/secret.json" "$capture"
refuses 4 "--cluster: $work/empty" --cluster "$work/empty" "$capture"
refuses 4 "--cluster: $work/none: no such file" --cluster "$work/none" "$capture"
refuses 4 "--cluster: $work: is a folder" --cluster "$work" "$capture"
refuses 4 "--cluster: $capture" --cluster "$capture" "$capture"
refuses 2 "--cluster: standard input (-) can be read once only" --cluster - -
refuses 2 "--cluster: standard input (-) can be read once only" --cluster - --cluster - "$capture"
cp "$cluster/cluster.yaml" "$work/mine.yaml"
refuses 2 "is the file of --cluster, too" --cluster "$work/mine.yaml" -o "yaml=$work/mine.yaml" "$capture"
cmp -s "$cluster/cluster.yaml" "$work/mine.yaml" || fail "an output went over the file of --cluster"

# Labels and names are texts of a stranger: they do not reach a terminal as they are.
printf 'kind: Pod\nmetadata: {name: "x\\e[2Jy", namespace: shop}\nstatus: {podIP: 10.244.1.11}\n' \
    >"$work/escape.yaml"
"$TOOL" --view sessions --cluster "$work/escape.yaml" "$capture" >"$work/out" || fail "exit $?"
grep -qP '\e' "$work/out" && fail "a control character of the file reached the table"
grep -qF 'x\x1b[2Jy' "$work/out" || fail "the name is not shown: $(sed -n 3p "$work/out")"

# Without the file nothing is different: the same rows, `k8s` null.
"$TOOL" --view sessions -o ndjson "$capture" | jq -c '[.client.k8s, .server.k8s] | unique' | sort -u |
    grep -qxF '[null]' || fail "k8s is not null without --cluster"
finish
