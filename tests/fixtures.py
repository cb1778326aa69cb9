#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The captures give what fixtures/expected.tsv says of them: figures from the clients' and the
upstreams' own records and from other readers of captures, not from this program."""
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

TOP = Path(os.environ.get("TOP_SRCDIR", Path(__file__).resolve().parent.parent))
FIXTURES = Path(os.environ.get("FIXTURES", TOP / "fixtures"))
TOOL = os.environ.get("TOOL", "./dnstap-analyse")


def judge(line):
    file, code, frames, queries, responses, sessions, succeeded, failed, lost = line.split("\t")
    done = subprocess.run([TOOL, "-o", "json", file], cwd=FIXTURES, capture_output=True, check=False)
    if str(done.returncode) != code:
        return [f"{file}: exit {done.returncode}, not {code}: {done.stderr.decode()[:300]}"]
    if code == "4":
        return []
    document = json.loads(done.stdout)
    totals = document["totals"]
    found = []
    for place, figure, want in (
            (document["inputs"][0], "frames", frames), (document["inputs"][0], "queries", queries),
            (document["inputs"][0], "responses", responses), (totals, "sessions", sessions),
            (totals, "succeeded", succeeded)):
        if want not in ("-", str(place[figure])):
            found.append(f"{file}: {figure} is {place[figure]}, not {want}")
    # What failed, but for that whose end the capture does not show.
    least, most = totals["failed"], totals["failed"] + totals["capture_edge"]
    if failed != "-" and not least <= int(failed) <= most:
        found.append(f"{file}: failed are {least} to {most}, not {failed}")
    tells = totals["sample_loss"] > 0 or any(
        one["loss"] and (one["loss"]["proven"] or one["loss"]["windows"])
        for one in document["inputs"])
    if tells != (lost == "yes"):
        found.append(f"{file}: loss is {'' if tells else 'not '}told: "
                     f"{totals['sample_loss']} sessions, {[one['loss'] for one in document['inputs']]}")
    return found


def main():
    lines = [line for line in (FIXTURES / "expected.tsv").read_text("utf-8").splitlines()
             if line and not line.startswith("#")]
    named = {line.split("\t")[0] for line in lines}
    files = [*FIXTURES.glob("*.xz"), *FIXTURES.glob("packets/*")]
    names = [str(path.relative_to(FIXTURES)) for path in files]
    problems = [f"{name} is not in expected.tsv" for name in names if name not in named]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for found in pool.map(judge, lines):
            problems += found
    for problem in problems:
        print(f"FAIL: {problem}", file=sys.stderr)
    print(f"{len(lines)} captures, {len(problems)} differences")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
