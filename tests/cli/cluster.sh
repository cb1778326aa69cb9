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

# Files that were made to take memory and time are refused at once, and are told by their place.
much() { head -c 100000000 /dev/zero | tr '\0' "$1"; } # 100 MB of one character
too_long='behind this, a value takes more than 2 MiB'
too_deep='is nested too deep'
refuses 4 "1:1: $too_long" --cluster <(printf '{"kind":"Pod","metadata":{"name":"'; much x) "$capture"
refuses 4 "2:16: $too_long" --cluster <(printf 'kind: Pod\nmetadata: {name: "'; much x) "$capture"
refuses 4 "$too_long" --cluster <(printf 'kind: Pod\n? '; much k) "$capture"
refuses 4 "$too_long" --cluster <(printf 'kind: Pod\n# '; much c) "$capture"
refuses 4 "$too_long" --cluster <(printf 'kind: !!'; much t) "$capture"
refuses 4 "$too_long" --cluster <(printf 'kind: ConfigMap\ndata:\n  Corefile: |\n    '; much x) "$capture"
refuses 4 "$too_deep" --cluster <(printf 'kind: Pod\nspec: '; much '[') "$capture"
refuses 4 "$too_deep" --cluster <(printf '{"spec":'; yes '{"a":' | head -n 1000000 | tr -d '\n') "$capture"
# Nine times nine times nine …: 4 billion values if it were followed.
{
    echo 'a: &a [x,x,x,x,x,x,x,x,x]'
    last=a
    for next in b c d e f g h i j; do
        echo "$next: &$next [*$last,*$last,*$last,*$last,*$last,*$last,*$last,*$last,*$last]"
        last=$next
    done
} >"$work/bomb.yaml"
refuses 4 "$work/bomb.yaml:1:4: anchors and aliases" --cluster "$work/bomb.yaml" "$capture"
cp "$cluster/cluster.yaml" "$work/mine.yaml"
refuses 2 "is the file of --cluster, too" --cluster "$work/mine.yaml" -o "yaml=$work/mine.yaml" "$capture"
cmp -s "$cluster/cluster.yaml" "$work/mine.yaml" || fail "an output went over the file of --cluster"

# -n, -l and -A act on every view; a node's clients are none of a namespace.
views='report lookups sessions attempts messages'
with() { "$TOOL" --cluster "$cluster/cluster.yaml" "$@" "$capture" 2>"$work/err" || fail "$*: $(cat "$work/err")"; }
for view in $views; do
    [ "$(with --view "$view" -A -o json)" = "$(with --view "$view" -o json)" ] || fail "-A changes $view"
    [ "$(with --view "$view" -n shop -o json)" = \
        "$(with --view "$view" --filter 'k8s.namespace==shop' -o json)" ] || [ "$view" = report ] ||
        fail "-n is no filter of $view"
    [ "$(with --view "$view" -l app=web -o json)" != "$(with --view "$view" -l app=cart -o json)" ] ||
        fail "-l does not choose in $view"
done
for view in lookups sessions; do
    with --view "$view" -n shop -l app=web -o ndjson | jq -r '.client.k8s.name' | sort -u |
        grep -qxF web-5f6c8d7b9-k4ptz || fail "-n and -l: other pods in $view"
done
with --view attempts -n payments -o ndjson | jq -r '.client.k8s.namespace' | sort -u | grep -qxF payments ||
    fail "-n: attempts of other namespaces"
[ "$(with -n nosuch -o json | jq '.totals.sessions')" = 0 ] || fail "-n: a namespace that nobody is in"
with -n shpo >"$work/out"
grep -qF "no pod in namespace 'shpo'; did you mean 'shop'?" "$work/err" || fail "-n shpo: $(cat "$work/err")"
[ "$(with -n shop -o json | jq '.totals.sessions')" = \
    "$(with --view sessions -n shop -o ndjson | jq -s 'map(select(.background | not)) | length')" ] ||
    fail "-n: the report and the sessions differ"

# Dnstap shows no address of the server: its identity is the pod's name.
got=$("$TOOL" --cluster "$cluster/cluster.yaml" --view sessions -o ndjson "$FIXTURES/13-two-replicas.fstrm.xz" |
    jq -r '.server | [.addr // "-", .k8s.name, .k8s.owner.name] | join(" ")' | sort -u | paste -sd,)
[ "$got" = '- coredns-7db6d8ff4d-8xk2m coredns,- coredns-7db6d8ff4d-q5w9z coredns' ] ||
    fail "servers by identity: $got"

# CoreDNS: replicas that are in no capture, and answers that are not as the file has them.
unseen() { with "$@" -o json | jq -r '.verdict.unseen[] | select(contains("replicas"))'; }
[ "$(unseen)" = "1 of the cluster's 2 CoreDNS replicas: coredns-7db6d8ff4d-q5w9z is not in this capture" ] ||
    fail "unseen: $(unseen)"
[ "$(with -o json | jq -c '[.servers[] | [.k8s.name, .sessions > 0]]')" = \
    '[["coredns-7db6d8ff4d-8xk2m",true],["coredns-7db6d8ff4d-q5w9z",false]]' ] || fail "rows of servers"
[ -z "$(with -o json | jq '.findings[] | select(.key == "unexpected-answer")')" ] ||
    fail "a healthy capture has unexpected answers"
sed 's/10\.96\.0\.20$/10.96.9.9/' "$cluster/cluster.yaml" >"$work/moved.yaml"
"$TOOL" --cluster "$work/moved.yaml" -o json "$capture" |
    jq -e '.findings[] | select(.key == "unexpected-answer") |
        .subject.name == "web.shop.svc.cluster.local." and .confidence == "likely" and
        .scope.namespaces == 2 and (.summary | contains("the file has 10.96.9.9 (s/shop/web)"))' >"$work/out" ||
    fail "an unexpected answer is not told: $(cat "$work/out")"

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
