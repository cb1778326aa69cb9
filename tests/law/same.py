#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Renamed addresses rename the report and nothing else; shifted times shift times and nothing else;
gzip, zstd, xz and standard input are the plain file; JSON, ndjson, YAML and CSV say the same."""
import csv
import gzip
import io
import json
import lzma
import re
import shutil
import subprocess
from datetime import datetime, timedelta

import law

try:
    import yaml
except ImportError:
    yaml = None

OPTIONS = ("--rate", 150, "--messages", 5000, "--silent", .04, "--no-answer", .03, "--upstreams", 3,
           "--ipv6", .2,
           "--upstream-dead", .1, "--repeat", .2, "--refresh", .1, "--tcp", .1)
DAY = 86400
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
BACK = (("10.248.", "10.244."), ("172.30.9.", "172.30.0."), ("fd00:10:1248:", "fd00:10:1244:"),
        ("fd00:30:19::", "fd00:30:10::"))


def outputs(folder):
    """Every row view and the report as texts, of `c.fstrm` in that folder."""
    pairs = (("report", "json"), ("report", "table"), ("sessions", "ndjson"), ("sessions", "csv"),
             ("sessions", "table"), ("attempts", "ndjson"), ("lookups", "ndjson"), ("lookups", "csv"))
    return {f"--view {view} -o {form}": law.tool("--view", view, "-o", form, "c.fstrm",
                                                 cwd=folder).decode()
            for view, form in pairs}


def same_text(left, right, kind, *commands):
    if left == right:
        law.hold(True, kind, "")
        return
    lines = zip(left.splitlines() + ["<end>"], right.splitlines() + ["<end>"])
    first = next(((a, b) for a, b in lines if a != b), ("", ""))
    law.hold(False, kind, f"{first[0][:700]}\n      != {first[1][:700]}", *commands)


def earlier(text):
    def move(found):
        return (datetime.fromisoformat(found[0]) - timedelta(seconds=DAY)).isoformat()
    return STAMP.sub(move, text)


def renamed_and_shifted(generation):
    texts, said = [], []
    for name, extra in (("plain", ()), ("renamed", ("--rename",)), ("shifted", ("--shift", DAY))):
        folder = law.WORK / f"{name}-{generation}"
        folder.mkdir()
        made = law.Capture("c", "--generation", generation, *OPTIONS, *extra, folder=folder)
        texts.append(outputs(folder))
        said.append(made.said)
    for what, plain in texts[0].items():
        renamed, shifted = texts[1][what], texts[2][what]
        for new, old in BACK:
            renamed = renamed.replace(new, old)
        if "table" in what:  # same widths: the names are of the same length
            law.hold(len(plain) == len(renamed), f"renamed ({generation})", f"{what}: other length",
                     *said[:2])
            continue
        same_text(plain, renamed, f"renamed ({generation})", f"dnstap-analyse {what} c.fstrm",
                  *said[:2])
        same_text(plain, earlier(shifted), f"shifted ({generation})",
                  f"dnstap-analyse {what} c.fstrm", said[0], said[2])


def compressed():
    plain = law.Capture("z", *OPTIONS)
    data = plain.path.read_bytes()
    said = (plain.said,)
    rows, document = law.tool("--view", "sessions", "-o", "ndjson",
                              plain.path), law.report(plain.path)
    forms = {"z.gz": gzip.compress(data, 1), "z.xz": lzma.compress(data, preset=0)}
    half = len(data) // 2
    forms["joined.gz"] = gzip.compress(data[:half], 1) + gzip.compress(data[half:], 1)
    if shutil.which("zstd"):
        forms["z.zst"] = subprocess.run(["zstd", "-cq", plain.path], capture_output=True,
                                        check=True).stdout
    forms["misleading.xz"] = data  # the kind is told by the content
    for name, content in forms.items():
        path = law.WORK / name
        path.write_bytes(content)
        law.hold(law.tool("--view", "sessions", "-o", "ndjson", path) == rows, f"rows of {name}",
                 "differ", *said)
        about(document, law.report(path), name, said)
        with path.open("rb") as stdin:
            about(document, law.report("-", stdin=stdin), f"{name} on standard input", said)
        with subprocess.Popen(["cat", path], stdout=subprocess.PIPE) as cat:
            law.hold(law.tool("--view", "sessions", "-o", "ndjson", "-", stdin=cat.stdout) == rows,
                     f"rows of {name} from a pipe", "differ", *said)


def nameless(document):
    """Without what names the file: commands to run, and where a capture is cut."""
    findings = [law.without(row, "next", *(["summary"] if row["key"] == "capture-cut" else []))
                for row in document["findings"]]
    return {**law.without(document, "inputs"), "findings": findings}


def about(left, right, what, said):
    law.same(nameless(left), nameless(right), f"report of {what}", *said)
    inputs = [law.without(document["inputs"][0], "file", "bytes") for document in (left, right)]
    law.same(*inputs, f"inputs of {what}", *said)


def flat(value, path, out):
    if isinstance(value, dict):
        for key, inner in value.items():
            flat(inner, f"{path}.{key}" if path else key, out)
    elif isinstance(value, list):
        if not any(isinstance(inner, (dict, list)) for inner in value):
            out[path] = " ".join(map(cell, value))
    else:
        out[path] = cell(value)


def cell(value):
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def equal(left, right):
    try:
        return left == right or [*map(float, left.split())] == [*map(float, right.split())]
    except ValueError:
        return False


def again():
    """The same input gives the same bytes, run after run (tables are seeded at random)."""
    for generation in ("1.7.0", "1.11.3", "1.14.7"):
        capture = law.Capture(f"again-{generation}", "--generation", generation, *OPTIONS)
        for view in ("sessions", "lookups"):
            first = law.tool("--view", view, "-o", "ndjson", capture.path)
            for _ in range(8):
                law.hold(law.tool("--view", view, "-o", "ndjson", capture.path) == first,
                         f"the same bytes again ({generation})", "differ", capture.said,
                         f"dnstap-analyse --view {view} -o ndjson {capture.path.name}, many times")


def formats():
    capture = law.Capture("f", *OPTIONS)
    for view in ("sessions", "attempts", "lookups"):
        rows = json.loads(law.tool("--view", view, "-o", "json", capture.path))
        said = (capture.said, f"dnstap-analyse --view {view} -o json f.fstrm")
        lines = law.tool("--view", view, "-o", "ndjson", capture.path).splitlines()
        law.same(rows, [json.loads(line) for line in lines], f"{view}: ndjson", *said)
        table = list(csv.DictReader(io.StringIO(law.tool("--view", view, "-o", "csv",
                                                         capture.path).decode(), newline="")))
        law.hold(len(table) == len(rows), f"{view}: csv", f"{len(table)} rows, not {len(rows)}",
                 *said)
        for row, line in zip(rows, table):
            leaves = {}
            flat(row, "", leaves)
            for key, text in line.items():
                law.hold(key not in leaves or equal(leaves[key], text), f"{view}: csv",
                         lambda: f"{key}: {text} for {leaves[key]}", *said)
        if yaml and not law.SANITIZED:
            loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
            law.same(rows, yaml.load(law.tool("--view", view, "-o", "yaml", capture.path), loader),
                     f"{view}: yaml", *said)
    document = law.report(capture.path)
    law.same(document, json.loads(law.tool("-o", "ndjson", capture.path)), "report: ndjson",
             capture.said)
    if yaml:
        law.same(document, yaml.safe_load(law.tool("-o", "yaml", capture.path)), "report: yaml",
                 capture.said)


def main():
    for generation in ("1.11.3",) if law.SANITIZED else law.GENERATIONS:
        renamed_and_shifted(generation)
    again()
    compressed()
    formats()
    law.finish()


if __name__ == "__main__":
    main()
