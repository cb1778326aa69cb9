#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# Gates: each option, what it refuses, which exit status wins, and what every output says of them.
. "$(dirname "$0")/../lib.sh"
make_work
cd "$work" || exit 99
cp "$FIXTURES/03d-all-upstreams-dead.fstrm.xz" bad.fstrm
cp "$FIXTURES/01c-healthy.fstrm.xz" good.fstrm
cp "$FIXTURES/10c-frames-removed.fstrm.xz" lossy.fstrm
cp "$FIXTURES/07-client-loss.fstrm.xz" other.fstrm

# gives STATUS ARGS…: that exit status.
gives() {
    want=$1
    shift
    "$TOOL" "$@" >out 2>err </dev/null
    status=$?
    [ "$status" -eq "$want" ] || fail "$*: exit $status, not $want: $(head -n 2 err)"
}
# says TEXT: standard error has it; nothing is on standard output.
says() {
    grep -qF -- "$1" err || fail "no '$1' in: $(cat err)"
    [ ! -s out ] || fail "standard output is not empty: $(head -n 2 out)"
}
# row GATE: "held why" of that gate in the document.
row() { jq -r --arg g "$1" '.gates[] | select(.gate == $g) | "\(.held) \(.why)"' out; }
is() { [ "$(row "$1")" = "$2" ] || fail "gate $1: '$(row "$1")', not '$2'"; }

# Without gates there are none, whatever was found.
gives 0 -o json bad.fstrm
[ "$(jq -c .gates out)" = '[]' ] || fail "gates without any"
gives 0 bad.fstrm
grep -q '^GATES' out && fail "a list of gates without any"

# --fail-if: true is failed.
gives 1 -o json --fail-if 'totals.error_rate > 1%' bad.fstrm
is 'totals.error_rate > 1%' 'false is 17.42%'
[ "$(jq '.gates[0].value > 0.17' out)" = true ] || fail "the value is no number"
gives 0 -o json --fail-if 'totals.error_rate > 1%' good.fstrm
is 'totals.error_rate > 1%' 'true is 0%'
gives 0 --fail-if 'totals.error_rate>18%' --fail-if 'latency.waited_ms.p99>=6.1s' bad.fstrm
gives 1 --fail-if 'totals.error_rate>18%' --fail-if 'latency.waited_ms.p99>=5s' bad.fstrm
gives 1 -o json --fail-if 'upstreams.failure_rate>=60%' bad.fstrm
is 'upstreams.failure_rate>=60%' 'false is 63.1% (172.30.0.53:53)'
gives 1 --fail-if 'verdict.state==failing' bad.fstrm
gives 1 --fail-if 'verdict.state!=healthy' bad.fstrm
gives 0 --fail-if 'verdict.state==failing' good.fstrm

# --fail-on: keys and severities, that and worse.
gives 1 -o json --fail-on upstream-timeout bad.fstrm
[ "$(jq -c '.gates[0].findings' out)" = '[0,1]' ] || fail "which findings: $(jq -c .gates[0] out)"
[ "$(jq -c '[.findings[.gates[0].findings[]].key] | unique' out)" = '["upstream-timeout"]' ] ||
    fail "the gate points to other findings"
gives 1 --fail-on warning bad.fstrm
gives 0 --fail-on critical bad.fstrm
gives 0 --fail-on critical,retry-storm bad.fstrm
gives 1 --fail-on critical --fail-on search-path bad.fstrm
gives 0 --fail-on error good.fstrm

# --baseline: the same holds whatever its form; worse fails, better holds.
"$TOOL" -o json=bad.json -o yaml=bad.yaml -o ndjson=bad.ndjson bad.fstrm || fail "exit $?"
"$TOOL" -o json=good.json good.fstrm || fail "exit $?"
"$TOOL" -o json=lossy.json lossy.fstrm || fail "exit $?"
xz -k bad.json
strict='rates=0pp/0%,percentiles=0ms/0%,counts=0'
for form in bad.json bad.yaml bad.ndjson bad.json.xz; do
    gives 0 --baseline "$form" --tolerance "$strict" bad.fstrm
done
"$TOOL" --baseline - --tolerance "$strict" bad.fstrm >out 2>err <bad.json || fail "from a pipe: $(cat err)"
gives 0 --baseline lossy.json --tolerance "$strict" -o json lossy.fstrm
gives 1 -o json --baseline good.json bad.fstrm
is 'baseline totals.error_rate' 'false is 17.42%, was 0%'
is 'baseline latency.waited_ms.p50' 'true is 0.3 ms, was 0.1 ms'
is 'baseline upstreams.failure_rate' 'false 172.30.0.53:53/udp is 63.1%, was 0%'
"$PYTHON3" - "$TOP_SRCDIR/schema/report.schema.json" out <<'PYTHON' || fail "gates and the schema"
import json
import sys
try:
    import jsonschema
except ImportError:
    sys.exit(0)
schema, document = (json.load(open(name, encoding="utf-8")) for name in sys.argv[1:])
jsonschema.Draft202012Validator(schema).validate(document)
PYTHON
gives 0 --baseline bad.json good.fstrm
gives 0 --baseline good.json --tolerance counts=100000 -o json good.fstrm
gives 1 --baseline good.json --tolerance 'rates=90pp,percentiles=1m' -o json bad.fstrm
is 'baseline totals.error_rate' 'true is 17.42%, was 0%'
is 'baseline latency.waited_ms.p99' 'true is 5.9 s, was 2.1 ms'

# Every fixture is what it is.
for file in "$FIXTURES"/*.xz; do
    "$TOOL" --allow-partial -q -o json=self.json "$file" >/dev/null 2>&1 || continue
    "$TOOL" --allow-partial -q -o json=now.json --baseline self.json --tolerance "$strict" "$file" >/dev/null 2>&1
    worse=$(jq -r '.gates[] | select(.held != true and .why != "there is no session to judge" and .gate != "sample_loss") | .gate' now.json)
    [ -z "$worse" ] || fail "$(basename "$file") is worse than itself: $worse"
done

# What cannot be judged is not green.
gives 1 -o json --fail-if 'totals.failed > 0' --filter 'name==nobody.asked.' good.fstrm
is 'totals.failed > 0' 'null there is no session to judge'
lost='status==SampleLoss||name==nobody.asked.'
gives 1 -o json --fail-if 'totals.failed > 100000' --filter "$lost" lossy.fstrm
is 'totals.failed > 100000' 'null no session is known to have succeeded or failed'
[ "$(jq -r '.gates[] | select(.gate == "sample_loss") | .held' out)" = null ] || fail "sample loss is green"
gives 0 --filter "$lost" lossy.fstrm
gives 0 -o json --fail-if 'totals.failed > 100000' lossy.fstrm
is sample_loss 'true 1.52% of the sessions were lost (at most 10% may be)'

gives 1 -o json --limit 1 --fail-if 'names.waited_ms.p99>1h' good.fstrm
row 'names.waited_ms.p99>1h' | grep -q '^null .*; rows that --limit cut off may tell otherwise$' || fail "a cut list is judged"
gives 0 --limit 9999 --fail-if 'names.waited_ms.p99>1h' --fail-if 'clients.failed>0' good.fstrm
gives 0 --limit 1 --fail-if 'names.failed>0' --fail-if 'slow.waited_ms>1h' good.fstrm
gives 1 -o json --fail-on critical "$FIXTURES/packets/queries-only.pcap"
is 'fail-on critical' 'null there is none, but of no session it is known how it ended'
"$TOOL" -o json good.fstrm >good.json
gives 1 -o json --baseline good.json "$FIXTURES/packets/queries-only.pcap"
is 'baseline totals.error_rate' 'null not known, was known before'

# Statuses: 2 before 4 before 1 before 3.
size=$(xz -dc bad.fstrm | wc -c)
xz -dc bad.fstrm | head -c $((size - 100)) >cut.fstrm
gives 3 cut.fstrm
gives 1 --fail-on error cut.fstrm
gives 3 --fail-on critical cut.fstrm
gives 0 -q --allow-partial --fail-on critical cut.fstrm
gives 4 --fail-on error none.fstrm
gives 1 --fail-on error bad.fstrm none.fstrm
gives 3 --fail-on critical bad.fstrm none.fstrm
gives 2 --fail-on eror none.fstrm
says "--fail-on: column 1: there is no finding or severity 'eror'; did you mean 'error'?"
gives 4 --fail-on error --baseline none.json bad.fstrm
says '--baseline: none.json: no such file'
if [ -w /dev/full ]; then
    "$TOOL" --fail-on error -o json=/dev/full bad.fstrm >out 2>err
    [ $? -eq 4 ] || fail "a full disk and a gate: not 4"
fi

# Wrong usage, before any input is read.
gives 2 --fail-if 'totals.eror_rate>1%' none.fstrm
says "--fail-if: column 1: there is no field 'totals.eror_rate' in the report; did you mean 'totals.error_rate'?"
gives 2 --fail-if 'totals.error_rate>1x' none.fstrm
says "--fail-if: column 19: '1x' is no share (like 0.01 or 1%)"
gives 2 --fail-if 'totals.error_rate' none.fstrm
says "--fail-if: column 1: behind 'totals.error_rate' an operator and a value are missing"
gives 2 --fail-on error,upstream-timout none.fstrm
says "--fail-on: column 7: there is no finding or severity 'upstream-timout'; did you mean 'upstream-timeout'?"
gives 2 --fail-on error, none.fstrm
says "--fail-on: column 7: there is no finding or severity ''"
gives 2 --tolerance counts=5 none.fstrm
says '--tolerance: wants --baseline'
gives 2 --baseline a --tolerance counts=many none.fstrm
says "--tolerance: column 8: 'many' is no whole number"
gives 2 --baseline a --baseline b none.fstrm
says '--baseline: given twice'
gives 2 --view sessions --fail-on error none.fstrm
says '--fail-on: judges the report, not rows; leave out --view sessions'
gives 2 --view lookups --baseline a none.fstrm
says '--baseline: judges the report, not rows; leave out --view lookups'
gives 2 --view sessions -o junit none.fstrm
says '-o junit: for the report only, not for rows; leave out --view sessions'
gives 2 --baseline - - </dev/null
says '--baseline: standard input (-) can be read once only'
cp bad.json mine.json
gives 2 --baseline mine.json -o json=mine.json bad.fstrm
says 'is the file of --baseline, too'
cmp -s bad.json mine.json || fail "an output went over the file of --baseline"

# A baseline that is none.
printf '{"a": 1}' >object.json
head -c 5000 bad.json >half.json
printf 'a: &a [x]\nb: *a\n' >alias.json
sed 's|report/1|report/9|' bad.json >later.json
sed 's|"sessions": [0-9]*|"sessions": "lots"|' bad.json >words.json
: >empty.json
refused() {
    gives 4 --baseline "$1" bad.fstrm
    says "--baseline: $1$2"
}
refused object.json ':1:1: is no report of dnstap-analyse (-o json)'
refused half.json ':'
refused alias.json ':1:4: anchors and aliases'
refused later.json ':2:13: is the schema of another kind or version of documents'
refused words.json ':'
refused empty.json ''
refused bad.fstrm ''
refused . ': is a folder'

# The table: what failed first, each a line; no colour is needed to see it.
gives 2 --fail-if 'servers.failed>5000%' bad.fstrm
gives 1 --fail-if 'totals.error_rate>90%' --fail-on error --fail-if 'lookups.unknown<0' bad.fstrm
awk '/^GATES/ { on = 1; next } on && NF == 0 { exit } on { print $1 }' out >words
[ "$(head -n 1 words)" = FAILED ] || fail "what failed does not come first: $(cat words)"
[ "$(tail -n 1 words)" = held ] || fail "what held does not come last: $(cat words)"

# JUnit is XML, and counts what it has, whatever names a capture holds.
cp "$FIXTURES/20-missing-names.fstrm.xz" names.fstrm
for file in bad good lossy other names; do
    "$TOOL" -o junit --fail-on info --baseline good.json "$file.fstrm" >out 2>err
    status=$?
    "$PYTHON3" - "$status" out <<'PYTHON' || fail "$file: JUnit"
import sys
import xml.etree.ElementTree as tree
root = tree.parse(sys.argv[2]).getroot()
assert root.tag == "testsuites", root.tag
bad = 0
for suite in root:
    cases = list(suite)
    for name, tag in (("failures", "failure"), ("errors", "error")):
        found = sum(case.find(tag) is not None for case in cases)
        assert int(suite.get(name)) == found, (name, found)
        bad += found
    assert int(suite.get("tests")) == len(cases)
    names = [case.get("name") for case in cases]
    assert len(set(names)) == len(names), names
assert (bad > 0) == (sys.argv[1] == "1"), (bad, sys.argv[1])
assert int(root.get("failures")) + int(root.get("errors")) == bad
PYTHON
    if command -v xmllint >/dev/null; then
        xmllint --noout --schema "$here/cli/junit.xsd" out 2>err || fail "$file: $(head -n 3 err)"
    fi
done
"$TOOL" -o junit good.fstrm >one && "$TOOL" -o junit good.fstrm >two && cmp -s one two || fail "JUnit differs from itself"
finish
