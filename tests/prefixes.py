#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Every prefix of a small dnstap capture of each CoreDNS generation, and of small packet captures:
exit 0, 3 or 4, and a report that holds the schema whenever there is one."""
import json
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

try:
    import jsonschema
except ImportError as missing:
    print(f"SKIP: {missing}")
    sys.exit(77)

TOP = Path(os.environ.get("TOP_SRCDIR", Path(__file__).resolve().parent.parent))
FIXTURES = Path(os.environ.get("FIXTURES", TOP / "fixtures"))
TOOL = os.environ.get("TOOL", "./dnstap-analyse")
CAPTURES = ("e2drop-1.7.0", "e3pudp-1.8.0", "e9ext-1.9.4", "e12k-1.11.3", "e3ftcp-1.12.1",
            "e3pudp-1.14.3", "e4verify-1.14.7")
PACKETS = ("pcap/ethernet", "pcap/joined", "pcapng/two-interfaces", "pcapng/sections",
           "pcapng/statistics")
# As a file the kind and first time are read first and the file is opened again: every so many.
FILE_EVERY = 16

schema = json.loads((TOP / "schema" / "report.schema.json").read_text("utf-8"))
check = jsonschema.validators.validator_for(schema, jsonschema.Draft202012Validator)(schema)
seen = set()  # reports that differ from one another in more than figures
digits = re.compile(r"[0-9]+")


def judge(done, what):
    if done.returncode not in (0, 3, 4):
        return f"{what}: exit {done.returncode}: {done.stderr.decode(errors='replace')[:2000]}"
    if done.returncode != 0 and not done.stderr:
        return f"{what}: exit {done.returncode} without a word"
    if done.returncode == 4 and not done.stdout:
        return None
    try:
        document = json.loads(done.stdout)
    except ValueError as error:
        return f"{what}: exit {done.returncode}: {error}"
    shape = digits.sub("0", done.stdout.decode())
    if shape not in seen:
        for error in check.iter_errors(document):
            return f"{what}: {'/'.join(map(str, error.absolute_path))}: {error.message[:300]}"
        seen.add(shape)
    return None


def prefix(data, length, name, folder):
    what = f"{name}, first {length} of {len(data)} bytes"
    command = [TOOL, "-o", "json"]
    done = subprocess.run([*command, "-"], input=data[:length], capture_output=True, check=False)
    problem = judge(done, what)
    if problem is None and length % FILE_EVERY == 0:
        path = Path(folder) / f"{name.replace('/', '-')}.{length}"
        path.write_bytes(data[:length])
        file = subprocess.run([*command, str(path)], capture_output=True, check=False)
        path.unlink()
        problem = judge(file, f"{what}, as a file")
        if problem is None and file.returncode != done.returncode:
            problem = f"{what}: exit {file.returncode} as a file, {done.returncode} as a stream"
    return problem


def main():
    failed = 0
    total = 0
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = []
        captures = {name: FIXTURES / "semantics" / f"{name}.fstrm" for name in CAPTURES}
        captures |= {name: TOP / "fuzz" / "corpus" / name for name in PACKETS}
        for name, path in captures.items():
            data = path.read_bytes()
            jobs += [pool.submit(prefix, data, length, name, folder)
                     for length in range(len(data) + 1)]
        for job in jobs:
            total += 1
            problem = job.result()
            if problem is not None:
                failed += 1
                if failed <= 20:
                    print(f"FAIL: {problem}", file=sys.stderr)
    print(f"{total} prefixes, {len(seen)} kinds of report, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
