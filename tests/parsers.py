#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Every document of every view is read by parsers that share no code with what wrote it, and all of
them read the same: jq and Python (JSON), YAML::PP as YAML 1.2 and 1.1, PyYAML's own parser and
libyaml (YAML), Python and a grammar (CSV, RFC 4180), expat and xmllint (XML), html5lib (HTML), and
JSON Schema.  Everyday captures, and such whose texts some format takes for something else."""
import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree import ElementTree

import hostile
try:
    import html5lib
    import yaml
    from schema import compare_csv, hold, validator
except ImportError as missing:
    print(f"SKIP: {missing}")
    sys.exit(77)

TOP = Path(os.environ.get("TOP_SRCDIR", Path(__file__).resolve().parent.parent))
FIXTURES = Path(os.environ.get("FIXTURES", TOP / "fixtures")).resolve()
TOOL = str(Path(os.environ.get("TOOL", "./dnstap-analyse")).resolve())
# What one row can hold is in the first of them; two of the parsers are slow.
LIMIT = ("--limit", "8")
VIEWS = ("lookups", "sessions", "attempts", "messages")
# One that does not hold, one that does, and one that cannot be judged.
GATES = ("--fail-on", "error", "--fail-if", "totals.error_rate > 99%", "--fail-if",
         "latency.by_realm.local.p99 > 1s")
YAML_PP = """
use strict; use warnings; use YAML::PP; use JSON::PP; binmode STDIN; local $/;
my $pp = YAML::PP->new(schema => [$ARGV[0]], boolean => 'JSON::PP', duplicate_keys => 0);
my @documents = $pp->load_string(do { my $text = <STDIN>; utf8::decode($text); $text });
die scalar(@documents) . " documents" if @documents != 1;
print JSON::PP->new->utf8->canonical->allow_nonref->encode($documents[0]);
"""


class Problem(Exception):
    pass


def need(held, *what):
    if not held:
        raise Problem(": ".join(map(str, what)))


def filtered(command, text):
    done = subprocess.run(command, input=text.encode("utf-8"), capture_output=True, check=False)
    need(done.returncode == 0, command[0], done.stderr.decode(errors="replace")[:300])
    need(not done.stderr, command[0], done.stderr.decode(errors="replace")[:300])
    return done.stdout.decode("utf-8")


# JSON ---------------------------------------------------------------------------------------------

def once(pairs):
    out = dict(pairs)
    need(len(out) == len(pairs), "JSON", "a key stands twice", [key for key, _ in pairs])
    return out


def no_number(text):
    raise Problem(f"JSON: {text} is no number")


def read_json(text):
    return json.loads(text, object_pairs_hook=once, parse_constant=no_number)


def first_difference(left, right, path=""):
    """Where two documents differ: 1 and true do, 1 and 1.0 do not."""
    if isinstance(left, bool) != isinstance(right, bool) or \
            not isinstance(left, (int, float)) and type(left) is not type(right):
        return f"{path}: {left!r} and {right!r}"
    if isinstance(left, dict):
        if set(left) != set(right):
            return f"{path}: keys {set(left) ^ set(right)}"
        inner = [(f"{path}.{key}", left[key], right[key]) for key in left]
    elif isinstance(left, list):
        if len(left) != len(right):
            return f"{path}: {len(left)} and {len(right)} items"
        inner = [(f"{path}[{n}]", one, right[n]) for n, one in enumerate(left)]
    else:
        return None if left == right else f"{path}: {left!r} and {right!r}"
    return next(filter(None, (first_difference(a, b, where) for where, a, b in inner)), None)


def same(document, other, reader):
    difference = first_difference(document, other)
    need(difference is None, f"{reader} reads other than Python's json", difference)


def check_json(text, document):
    same(document, read_json(filtered(["jq", "-e", "-c", "."], text)), "jq")
    if isinstance(document, list):
        count = filtered(["jq", "length"], text)
        need(int(count) == len(document), "jq", f"{count} rows of {len(document)}")
    same(document, yaml.load(text, LIBYAML), "libyaml (JSON is YAML)")


def check_ndjson(text, document):
    rows = document if isinstance(document, list) else [document]
    need(text.count("\n") == len(rows), "ndjson", f"{len(rows)} rows")
    same(rows, [read_json(line) for line in text.split("\n")[:-1]], "ndjson")
    same(rows, read_json(filtered(["jq", "-c", "-s", "."], text)), "ndjson: jq")


# YAML ---------------------------------------------------------------------------------------------

def unique(base):
    """The loader with all that YAML 1.1 makes of bare words, but no key twice."""
    class Loader(base):
        def construct_mapping(self, node, deep=False):
            keys = [self.construct_object(key, deep=True) for key, _ in node.value]
            need(len(set(keys)) == len(keys), "YAML", "a key stands twice", keys)
            return super().construct_mapping(node, deep)
    return Loader


PURE = unique(yaml.SafeLoader)  # PyYAML's own parser
LIBYAML = unique(yaml.CSafeLoader)


def check_yaml(text, document):
    same(document, yaml.load(text, PURE), "PyYAML")
    same(document, yaml.load(text, LIBYAML), "libyaml")
    for schema in ("Core", "YAML1_1"):
        read = read_json(filtered(["perl", "-e", YAML_PP, schema], text))
        same(document, read, f"YAML::PP {schema}")


# CSV ----------------------------------------------------------------------------------------------

CELL = re.compile(r'(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)')


def read_csv(text):
    """By the grammar of RFC 4180."""
    rows, row, at = [], [], 0
    while at < len(text):
        found = CELL.match(text, at)
        need(found, "CSV", f"not RFC 4180 at {at}", repr(text[at:at + 60]))
        row.append(found[2] if found[1] is None else found[1].replace('""', '"'))
        if found[3] != ",":
            rows.append(row)
            row = []
        at = found.end()
    need(not row, "CSV", "the last line has no end")
    return rows


def in_cells(value):
    """Controls stand as \\xHH in cells, which people look at on terminals, too."""
    if isinstance(value, str):
        return re.sub("[\x00-\x1f\x7f-\x9f]", lambda found: f"\\x{ord(found[0]):02x}", value)
    if isinstance(value, dict):
        return {key: in_cells(inner) for key, inner in value.items()}
    return [in_cells(inner) for inner in value] if isinstance(value, list) else value


def check_csv(text, document, what):
    rows = read_csv(text)
    need(rows == list(csv.reader(io.StringIO(text, newline=""), strict=True)), "CSV",
         "Python reads other cells than the grammar")
    need({len(row) for row in rows} == {len(rows[0])}, "CSV", "rows of several lengths")
    need(len(set(rows[0])) == len(rows[0]), "CSV", "a column stands twice")
    compare_csv(in_cells(document), text, what)


# XML, HTML ----------------------------------------------------------------------------------------

def check_junit(text, document):
    filtered(["xmllint", "--noout", "--nonet", "-"], text)
    root = ElementTree.fromstring(text.encode("utf-8"))
    need(root.tag == "testsuites", "junit", root.tag)
    cases = root.findall("./testsuite/testcase")
    tests = len(document["findings"]) + len(document["gates"])
    need(len(cases) >= tests, "junit", f"{len(cases)} cases of {tests} findings and gates")
    for counted, tag in (("tests", None), ("failures", "failure"), ("errors", "error")):
        for suite in root.findall("./testsuite"):
            inside = [case for case in suite.findall("testcase") if tag is None or
                      case.find(tag) is not None]
            need(suite.get(counted) == str(len(inside)), "junit", counted, suite.get(counted))
    for case in cases:
        need(case.get("name") and case.get("classname"), "junit", "a case without a name")


def check_html(text, document):
    parser = html5lib.HTMLParser(strict=True)  # any parse error of HTML 5 is an exception
    tree = parser.parse(text)
    words = "".join(tree.itertext())
    need(document["verdict"]["state"] in words, "html", "no verdict")
    # libxml2 knows the elements of HTML 4 only; it still tells of all else that is wrong.
    done = subprocess.run(["xmllint", "--html", "--noout", "--nonet", "-"], capture_output=True,
                          input=text.encode("utf-8"), check=False)
    for line in done.stderr.decode(errors="replace").splitlines():
        need("HTML parser error" not in line or re.search(
            r"Tag (header|main|nav|section|article|footer|figure|figcaption|details|summary|svg|g|"
            r"path|rect|line|text|title|desc|wbr) invalid$", line), "xmllint", line)


# Captures -----------------------------------------------------------------------------------------

def run(folder, *args):
    done = subprocess.run([TOOL, *args], cwd=folder, capture_output=True, check=False)
    need(done.returncode in (0, 1, 3), f"exit {done.returncode}", done.stderr[:300])
    return done.stdout.decode("utf-8")  # a decoding error is a failure, too


def captures(folder):
    """What, arguments, and by view the texts that must come back out of it."""
    (folder / "texts.fstrm").write_bytes(hostile.dnstap())
    objects = hostile.cluster(FIXTURES / "cluster/cluster.json")
    (folder / "cluster.json").write_text(objects, "utf-8")
    (folder / "fixtures").symlink_to(FIXTURES)
    shutil.copy(FIXTURES / "packets/hostile.pcapng", folder / hostile.TEXTS[0].decode())
    here = "fixtures/"
    texts = [text for text in map(hostile.readable, hostile.TEXTS) if text]
    labels = [text for text in texts if hostile.LABEL.fullmatch(text)]
    yield "upstreams dead", [*LIMIT, here + "03d-all-upstreams-dead.fstrm.xz"], {}
    yield "replicas, cluster", [*LIMIT, "--cluster", "cluster.json",
                                here + "13-two-replicas.fstrm.xz",
                                here + "13-two-replicas-node.pcap.xz"], {"sessions": labels}
    yield "client", [*LIMIT, here + "07-client-loss-client.pcap.xz"], {}
    yield "not full", [*LIMIT, here + "16-not-full.fstrm.xz"], {}
    yield "extended errors", [here + "semantics/e9ext-1.14.7.fstrm"], {}
    yield "damaged", [*LIMIT, here + "10d-cut-file.fstrm.xz", here + "packets/cut.pcap"], {}
    yield "no messages", [here + "packets/header-only.pcap"], {}
    yield "hostile packets", [here + "packets/hostile.pcapng"], {}
    yield "hostile texts", ["texts.fstrm"], {"report": texts, "sessions": texts}
    yield "hostile file names", ["--", *hostile.TEXTS], {"report": texts}


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
        value = list(value.values())
    for inner in value if isinstance(value, list) else ():
        yield from strings(inner)


def need_texts(document, texts):
    missing = set(texts) - set(strings(document))
    need(not missing, "texts do not come out as they are", sorted(missing))


def judge_report(folder, checks, args, texts):
    text = run(folder, "-o", "json", *args)
    document = read_json(text)
    hold(checks["report"], document, "report")
    need_texts(document, texts)
    check_json(text, document)
    check_ndjson(run(folder, "-o", "ndjson", *args), document)
    check_yaml(run(folder, "-o", "yaml", *args), document)
    check_html(run(folder, "-o", "html", *args), document)
    check_junit(run(folder, "-o", "junit", *args), document)
    return 6


def judge_rows(folder, checks, args, texts, view):
    args = ("--view", view, *args)
    text = run(folder, "-o", "json", *args)
    document = read_json(text)
    hold(checks[view], document, view)
    need_texts(document, texts)
    check_json(text, document)
    check_ndjson(run(folder, "-o", "ndjson", *args), document)
    check_yaml(run(folder, "-o", "yaml", *args), document)
    check_csv(run(folder, "-o", "csv", *args), document, view)
    return len(document)


def main():
    for program in ("jq", "perl", "xmllint"):
        if not shutil.which(program):
            print(f"SKIP: no {program}")
            return 77
    if subprocess.run(["perl", "-MYAML::PP", "-MJSON::PP", "-e", "1"], check=False).returncode:
        print("SKIP: no YAML::PP")
        return 77
    checks = {view: validator(view) for view in ("report", *VIEWS)}
    jobs, rows, failed = [], 0, 0
    with tempfile.TemporaryDirectory(prefix="dnstap-analyse-test.") as name, \
            ThreadPoolExecutor(os.cpu_count()) as pool:
        folder = Path(name)
        cases = list(captures(folder))  # makes the files, too
        if os.environ.get("SANITIZED") == "yes":  # the parsers take their time, and find no more
            cases = [case for case in cases if case[0].startswith("hostile")]
        jobs.append(("gates", pool.submit(
            judge_report, folder, checks, (*GATES, "fixtures/packets/hostile.pcapng"), [])))
        for what, args, texts in cases:
            jobs.append((f"{what}: report", pool.submit(
                judge_report, folder, checks, args, texts.get("report", []))))
            jobs += [(f"{what}: {view}", pool.submit(
                judge_rows, folder, checks, args, texts.get(view, []), view)) for view in VIEWS]
        for what, job in jobs:
            try:
                rows += job.result()
            except (Problem, AssertionError, ValueError, KeyError, csv.Error, yaml.YAMLError,
                    ElementTree.ParseError, html5lib.html5parser.ParseError) as error:
                failed += 1
                print(f"FAIL: {what}: {error}", file=sys.stderr)
    print(f"{len(jobs)} documents of all formats, {rows} rows, {failed} failed")
    return 1 if failed or not rows else 0


if __name__ == "__main__":
    sys.exit(main())
