#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Every output of the fixtures holds its JSON Schema, and JSON, YAML, ndjson and CSV say the same."""
import csv
import io
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

try:
    import jsonschema
    import yaml
except ImportError as missing:
    print(f"SKIP: {missing}")
    sys.exit(77)

TOP = Path(os.environ.get("TOP_SRCDIR", Path(__file__).resolve().parent.parent))
FIXTURES = Path(os.environ.get("FIXTURES", TOP / "fixtures"))
TOOL = os.environ.get("TOOL", "./dnstap-analyse")
# The wire formats are one code path for all captures: YAML of the big ones is slow to read back.
YAML_BYTES = 400_000
# What they tell of is the capture: the verdict is not made of them.
OF_CAPTURE = ("sample-loss", "capture-cut", "no-messages", "encrypted-upstream")


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """Times stay the texts that JSON has."""


def run(*args):
    args = [word for arg in args for word in arg.split(" ")]
    done = subprocess.run([TOOL, *args], cwd=FIXTURES, capture_output=True, check=False)
    if done.returncode not in (0, 3):
        raise AssertionError(f"{args}: exit {done.returncode}: {done.stderr.decode()[:300]}")
    return done.stdout.decode("utf-8")


def validator(name):
    schema = json.loads((TOP / "schema" / f"{name}.schema.json").read_text("utf-8"))
    kind = jsonschema.validators.validator_for(schema, jsonschema.Draft202012Validator)
    kind.check_schema(schema)
    return kind(schema)


def hold(check, document, what):
    for error in check.iter_errors(document):
        where = "/".join(str(part) for part in error.absolute_path)
        raise AssertionError(f"{what}: {where}: {error.message[:300]}")


def flat(value, path, out):
    """Leaves of a row by dotted path, lists of plain values joined, as a CSV cell has them.  Of an
    empty list nobody knows what it is a list of: it is left out."""
    if isinstance(value, dict):
        for key, inner in value.items():
            flat(inner, f"{path}.{key}" if path else key, out)
    elif isinstance(value, list):
        if value and not any(isinstance(inner, (dict, list)) for inner in value):
            out[path] = " ".join(cell(inner) for inner in value)
    else:
        out[path] = cell(value)


def cell(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def same_cell(left, right):
    if left == right:
        return True
    try:
        return list(map(float, left.split())) == list(map(float, right.split()))
    except ValueError:
        return False


def compare_csv(rows, text, what):
    table = list(csv.DictReader(io.StringIO(text, newline="")))
    assert len(table) == len(rows), f"{what}: {len(table)} rows in CSV, {len(rows)} in JSON"
    compared = 0
    for number, (row, line) in enumerate(zip(rows, table)):
        leaves = {}
        flat(row, "", leaves)
        for key, text_value in line.items():
            if key in leaves:
                compared += 1
                assert same_cell(leaves[key], text_value), (
                    f"{what} row {number}: {key} is {text_value!r} in CSV, {leaves[key]!r} in JSON")
    assert compared or not rows, f"{what}: no column in common"


def findings(document, file):
    """What a schema cannot say of findings."""
    rows, totals = document["findings"], document["totals"]
    lookups = document["lookups"]["count"]
    for number, row in enumerate(rows):
        what = f"{file}: finding {row['key']} {row['subject']['text']}"
        cause = row["caused_by"]
        before = [(other["key"], other["subject"]["text"]) for other in rows[:number]]
        assert cause is None or (cause["key"], cause["subject"]) in before, f"{what}: no cause"
        assert row["summary"] and row["advice"], f"{what}: says nothing"
        assert row["reference"].startswith("https://"), f"{what}: {row['reference']}"
        assert (row["start"] or "") <= (row["end"] or ""), f"{what}: ends before it begins"
        for piece in row["evidence"]:
            assert piece["of"] is None or piece["count"] <= piece["of"], f"{what}: {piece}"
            assert (piece["of"] is None) == (piece["base"] is None), f"{what}: {piece}"
    for base, all_of_them in (("lookups", lookups), ("sessions", totals["sessions"])):
        told = sum(row["explains"][base] for row in rows) + totals["unexplained"][base]
        assert told <= all_of_them, f"{file}: {told} of {all_of_them} {base} are told of"
    serious = [row for row in rows if row["key"] not in OF_CAPTURE and row["severity"] != "info"]
    root = {(row["key"], row["subject"]["text"]): row["severity"] for row in rows}
    failing = any(any(row["explains"].values()) and root[
        tuple(row["caused_by"].values()) if row["caused_by"] else (row["key"], row["subject"]["text"])
    ] in ("error", "critical") for row in serious)
    state = document["verdict"]["state"]
    assert (state == "failing") == failing, f"{file}: the verdict is {state}"
    assert not serious or state in ("failing", "degraded"), f"{file}: the verdict is {state}"
    return {row["key"] for row in rows}


def report(file, check):
    text = run("-o", "json", file)
    document = json.loads(text)
    hold(check, document, f"{file} report")
    assert yaml.load(run("-o", "yaml", file), Loader) == document, f"{file}: report: YAML != JSON"
    line = run("-o", "ndjson", file)
    assert line.count("\n") == 1 and json.loads(line) == document, f"{file}: report: ndjson != JSON"
    totals = document["totals"]
    parts = ("succeeded", "failed", "sample_loss", "capture_edge", "unknown")
    assert sum(totals[part] for part in parts) == totals["sessions"], f"{file}: totals do not add up"
    return findings(document, file)


def rows_view(file, view, check):
    what = f"{file} {view}"
    text = run("--view", view, "-o", "json", file)
    rows = json.loads(text)
    hold(check, rows, what)
    lines = [json.loads(line) for line in run("--view", view, "-o", "ndjson", file).splitlines()]
    assert lines == rows, f"{what}: ndjson != JSON"
    if len(text) < YAML_BYTES:
        other = yaml.load(run("--view", view, "-o", "yaml", file), Loader)
        assert (other or []) == rows, f"{what}: YAML != JSON"
    names = [line.split()[0] for line in run("--view", view, "--list-fields").splitlines() if line]
    compare_csv(rows, run("--view", view, "-o", "csv", file), what)
    plain = [name for name in names if name in leaf_names(rows)]
    if plain:
        compare_csv(rows, run("--view", view, "-o", "csv", "--fields", ",".join(plain), file), what)


def leaf_names(rows):
    out = {}
    for row in rows[:50]:
        flat(row, "", out)
    return out.keys()


def main():
    files = sorted(str(path.relative_to(FIXTURES)) for path in FIXTURES.rglob("*.fstrm*"))
    # The biggest capture adds time and nothing new; with sanitizers on, a choice is enough.
    files = [file for file in files if not file.startswith("10-")]
    if os.environ.get("SANITIZED") == "yes":
        files = [file for file in files if "/e1-" in file or "/e5-" in file or "13-" in file]
    files.append("--cluster cluster/cluster.yaml 13-two-replicas.fstrm.xz")
    files.append("--cluster cluster/cluster.json 13-two-replicas-node.pcap.xz")
    checks = {name: validator(name) for name in ("report", "lookups", "sessions", "attempts", "messages")}
    packets = sorted(path.name for path in FIXTURES.glob("*.pcap.xz"))
    if os.environ.get("SANITIZED") == "yes":
        packets = packets[::4]
    jobs = [(report, file, checks["report"]) for file in files + packets]
    jobs += [(rows_view, file, view, checks[view])
             for file in files for view in ("lookups", "sessions", "attempts", "messages")]
    jobs += [(rows_view, file, "messages", checks["messages"]) for file in packets[::6]]
    failed, keys = 0, set()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for job in [pool.submit(*job) for job in jobs]:
            try:
                keys |= job.result() or set()
            except (AssertionError, ValueError, KeyError, yaml.YAMLError) as error:
                failed += 1
                print(f"FAIL: {error}", file=sys.stderr)
    print(f"{len(jobs)} outputs of {len(files)} captures, {len(keys)} keys of findings, {failed} failed")
    return 1 if failed or not files or not keys else 0


if __name__ == "__main__":
    sys.exit(main())
