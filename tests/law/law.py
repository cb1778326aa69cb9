# SPDX-License-Identifier: BSD-2-Clause
"""Common to the laws: captures from the generator, rows and reports from the tool, and failures
that name the commands to see them again.  LAW_SEED chooses other traffic; it is printed."""
import atexit
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

BUILD = Path(os.environ.get("TOP_BUILDDIR", "."))
TOOL = os.path.abspath(os.environ.get("TOOL", BUILD / "dnstap-analyse"))
GEN = os.path.abspath(os.environ.get("GEN", BUILD / "tests" / "gen" / "gen"))
SEED = os.environ.get("LAW_SEED", "1")
SANITIZED = os.environ.get("SANITIZED") == "yes"
GENERATIONS = ("1.7.0", "1.8.0", "1.8.3", "1.9.4", "1.11.3", "1.12.1", "1.14.3", "1.14.7")
WORK = Path(tempfile.mkdtemp(prefix="dnstap-analyse-law."))
atexit.register(shutil.rmtree, WORK, True)
SHOWN = int(os.environ.get("LAW_SHOWN", "3"))  # failures of one kind that are printed

failures = defaultdict(int)
checks = 0


def words(command):
    return " ".join(shlex.quote(str(word)) for word in command)


def fail(kind, what, *commands):
    failures[kind] += 1
    if failures[kind] <= SHOWN:
        print(f"FAIL: {kind}: {what[:2400]}")
        for command in commands if failures[kind] == 1 else ():
            print(f"    {command}")


def hold(true, kind, what, *commands):
    """One check; what is said when it does not hold, and how to see it."""
    global checks
    checks += 1
    if not true:
        fail(kind, what() if callable(what) else what, *commands)
    return true


def finish():
    for kind, count in failures.items():
        print(f"{count} failed: {kind}")
    print(f"{checks} checks, seed {SEED}, {sum(failures.values())} failed")
    sys.exit(1 if failures else 0)


VANTAGES = {"pod": "--pcap", "client": "--client-pcap", "any": "--any-pcap"}


class Capture:
    """A generated capture with its truth.  `said` is the command that makes it.  `packets` are the
    vantages from which the packets of the same traffic are captured, too."""

    def __init__(self, name, *options, folder=WORK, packets=()):
        self.path, truth = Path(folder) / f"{name}.fstrm", Path(folder) / f"{name}.ndjson"
        self.packets = {vantage: Path(folder) / f"{name}-{vantage}.pcap" for vantage in packets}
        self.options = [str(option) for option in options]
        for vantage, path in self.packets.items():
            self.options += [VANTAGES[vantage], path.name]
        arguments = ["--seed", SEED, *self.options]
        done = subprocess.run([GEN, *arguments, self.path, truth], check=True, capture_output=True,
                              cwd=folder)
        self.summary = json.loads(done.stdout)
        self.truth = [json.loads(line) for line in truth.read_bytes().splitlines()]
        self.said = f"tests/gen/gen {words(arguments)} {name}.fstrm {name}.ndjson"

    def parts(self, n):
        return [self.path.with_name(f"{self.path.stem}-{i + 1}{self.path.suffix}")
                for i in range(n)]


def tool(*arguments, stdin=None, status=(0,), cwd=WORK):
    """What the tool prints; any other exit status than these is a failed check."""
    done = subprocess.run([TOOL, *map(str, arguments)], stdin=stdin, capture_output=True, cwd=cwd,
                          check=False)
    command = f"dnstap-analyse {words(arguments)}"
    said = done.stderr.decode(errors="replace")[-400:]
    hold(done.returncode in status, "exit status",
         lambda: f"{done.returncode}, not {status}: {said}", command)
    return done.stdout


def rows(view, *arguments, **more):
    text = tool("--view", view, "-o", "ndjson", *arguments, **more)
    return [json.loads(line) for line in text.splitlines()]


def sessions(*arguments, **more):
    return rows("sessions", *arguments, **more)


def report(*arguments, **more):
    text = tool("-o", "json", *arguments, **more)
    return json.loads(text) if text else {}


def without(value, *keys):
    return {key: inner for key, inner in value.items() if key not in keys}


def differences(left, right, path=""):
    """Dotted paths at which two documents differ, with both values."""
    if isinstance(left, dict) and isinstance(right, dict):
        for key in [*left, *(key for key in right if key not in left)]:
            yield from differences(left.get(key), right.get(key), f"{path}.{key}" if path else key)
    elif isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        for i, (one, other) in enumerate(zip(left, right)):
            yield from differences(one, other, f"{path}[{i}]")
    elif left != right:
        yield f"{path}: {json.dumps(left)[:200]} != {json.dumps(right)[:200]}"


def same(left, right, kind, *commands):
    """Two documents are equal; the first few differences are told."""
    found = [one for _, one in zip(range(SHOWN), differences(left, right))]
    hold(not found, kind, "; ".join(found), *commands)


def same_lookups(left, right, kind, *commands):
    """The same lookups, in whatever order."""
    def order(row):
        return json.dumps([row["start"], row["host"], row["client"], row["types"]])
    left, right = (sorted((without(row, "sessions", "key") for row in rows), key=order)
                   for rows in (left, right))
    hold(len(left) == len(right), kind, f"{len(left)} and {len(right)} lookups", *commands)
    same(left, right, kind, *commands)


def same_rows(left, right, kind, *commands, ignore=("inputs", "frames", "key")):
    """The same sessions, in whatever order."""
    def order(row):
        return json.dumps([row["start"], row["name"], row["id"], row["client"], row["background"]])
    left, right = (sorted((without(row, *ignore) for row in rows), key=order)
                   for rows in (left, right))
    hold(len(left) == len(right), kind, f"{len(left)} and {len(right)} rows", *commands)
    same(left, right, kind, *commands)
