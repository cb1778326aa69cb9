# SPDX-License-Identifier: BSD-2-Clause
"""Runs the program on bytes and says what is wrong with how it ended."""
import json
import os
import re
import subprocess
import tempfile
import threading
import zlib

try:
    import jsonschema
except ImportError:
    jsonschema = None

TOOL = os.path.abspath(os.environ.get("TOOL", "./dnstap-analyse"))
SANITIZED = os.environ.get("SANITIZED") == "yes"
MAGICS = (b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\xc3\xd4", b"\x4d\x3c\xb2\xa1", b"\xa1\xb2\x3c\x4d",
          b"\x0a\x0d\x0d\x0a", b"\0\0\0\0")
PACKERS = {b"\xfd7zXZ": "xz", b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}
# What a run may take.  Sanitizers cost about tenfold in time and threefold in memory.
KILL_SECONDS = 60
CPU_SECONDS, CPU_SECONDS_A_MIB = (3, 8) if SANITIZED else (1, 1)
MEMORY_BYTES = (1000 if SANITIZED else 450) << 20

slowest, largest = 0.0, 0
shapes = set()  # reports that differ in more than figures
schemas = {}


# Seeds ---------------------------------------------------------------------------------------------

def packer_of(path):
    with open(path, "rb") as file:
        head = file.read(6)
    return next((name for magic, name in PACKERS.items() if head.startswith(magic)), None)


def plain(path, size):
    """The first SIZE bytes of the file, decompressed."""
    packer = packer_of(path)
    if packer is None:
        with open(path, "rb") as file:
            return file.read(size)
    with subprocess.Popen([packer, "-dc", path], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL) as unpack:
        data = unpack.stdout.read(size)
        unpack.kill()
    return data


def is_capture(path):
    return plain(path, 4) in MAGICS


# A run ---------------------------------------------------------------------------------------------

class Run:
    """How the program ended."""

    def __init__(self, arguments, stdin=None):
        global slowest, largest
        environment = dict(os.environ, LC_ALL="C", TZ="UTC")
        command = [TOOL, *arguments]
        if SANITIZED:
            environment["ASAN_OPTIONS"] = (os.environ.get("ASAN_OPTIONS", "") +
                                           ":exitcode=86:hard_rss_limit_mb=2000")
            environment["UBSAN_OPTIONS"] = "print_stacktrace=1:exitcode=86"
        else:
            command = ["prlimit", f"--as={4 * MEMORY_BYTES}", "--", *command]
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            with subprocess.Popen(command, stdin=stdin or subprocess.DEVNULL, stdout=out, stderr=err,
                                  env=environment) as process:
                clock = threading.Timer(KILL_SECONDS, process.kill)
                clock.start()
                _, status, usage = os.wait4(process.pid, 0)
                self.killed = not clock.is_alive()
                clock.cancel()
                self.status = process.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            err.seek(0)
            self.out, self.err = out.read(), err.read().decode(errors="replace")
        self.cpu, self.memory = usage.ru_utime + usage.ru_stime, usage.ru_maxrss << 10
        slowest, largest = max(slowest, self.cpu), max(largest, self.memory)

    def problem(self, size):
        """What must hold of every run, whatever was asked for."""
        if self.killed:
            return f"hang: killed after {KILL_SECONDS} s"
        if "Sanitizer" in self.err or "runtime error:" in self.err or self.status == 86:
            said = re.search(r"SUMMARY: .*|.*runtime error: .*", self.err)
            return f"sanitizer: {said[0] if said else ''}\n{self.err[:3000]}"
        if self.status < 0:
            return f"signal {-self.status}: {self.err[-300:]}"
        if self.status not in (0, 3, 4):
            return f"status {self.status}: {self.err[-300:]}"
        if self.status != 0 and not self.err:
            return f"silence: status {self.status} without a word"
        if self.cpu > CPU_SECONDS + CPU_SECONDS_A_MIB * size / (1 << 20):
            return f"slow: {self.cpu:.1f} s for {size} bytes"
        if self.memory > MEMORY_BYTES:
            return f"memory: {self.memory >> 20} MiB for {size} bytes"
        return ""


# Documents -----------------------------------------------------------------------------------------

def parse(text):
    def no_constant(word):
        raise ValueError(f"{word} is not JSON")
    return json.loads(text, parse_constant=no_constant)


def schema_problem(name, document):
    if jsonschema is None:
        return ""
    shape = re.sub(r"[0-9]+", "0", json.dumps(document))
    if shape in shapes or len(shapes) > 20000:
        return ""
    if name not in schemas:
        schema = parse(Run([f"--help=schema-{name}"]).out)
        schemas[name] = jsonschema.validators.validator_for(
            schema, jsonschema.Draft202012Validator)(schema)
    for error in schemas[name].iter_errors(document):
        return f"schema: {'/'.join(map(str, error.absolute_path))}: {error.message[:300]}"
    shapes.add(shape)
    return ""


def sums_problem(report):
    """Figures that are told twice are the same twice."""
    totals = report["totals"]
    whole = totals["sessions"]
    parts = sum(totals[key] for key in ("succeeded", "failed", "sample_loss", "capture_edge",
                                        "unknown"))
    if parts != whole:
        return f"sums: statuses in totals give {parts} of {whole} sessions"
    for name in ("statuses", "bitmaps", "realms"):
        parts = sum(row["sessions"] for row in report[name])
        if parts != whole:
            return f"sums: {name} give {parts} of {whole} sessions"
    if totals["slow"] > whole or totals["messages"] < 0:
        return f"sums: {totals}"
    for one in report["upstreams"]:
        if one["answered"] + one["no_reply"] + one["unreachable"] > one["attempts"]:
            return f"sums: upstream {one['addr']}: more outcomes than attempts"
    for one in report["inputs"]:
        if one["start"] and one["end"] and one["start"] > one["end"]:
            return "sums: an input ends before it begins"
    return ""


def text_problem(text):
    """Nothing of a capture may act on a terminal."""
    bad = re.search(rb"[\x00-\x09\x0b-\x1f\x7f]", text)
    return f"control: octet {bad[0]!r} at {bad.start()} of the table" if bad else ""


def document_problem(arguments, out):
    view = arguments[arguments.index("--view") + 1] if "--view" in arguments else "report"
    form = arguments[arguments.index("-o") + 1]
    try:
        if form == "table":
            return text_problem(out)
        if view == "report":
            report = parse(out)
            return schema_problem("report", report) or sums_problem(report)
        rows = parse(out) if form == "json" else [parse(line) for line in out.splitlines()]
    except (ValueError, KeyError) as error:
        return f"document: {error}: {out[:200]!r}"
    return schema_problem(view, rows)


def same_problem(arguments, path, data):
    """A file and a stream are read alike."""
    one = Run([*arguments, path])
    with open(path, "rb") as file:
        other = Run([*arguments, "-"], file)
    problem = one.problem(len(data)) or other.problem(len(data))
    if problem or one.status != other.status:
        return problem or f"alike: status {one.status} as a file, {other.status} as a stream"
    left, right = (nameless(run.out, name) for run, name in ((one, path), (other, "-")))
    return "" if left == right else "alike: a file and a stream give different documents"


def nameless(out, name):
    """A document without the name of its file, which findings and their commands tell, too."""
    text = out.replace(json.dumps(name).encode(), b"FILE")
    if not text.startswith(b"{") or b'"findings"' not in text:
        return text
    report = json.loads(out)
    for row in report["inputs"]:
        row["file"] = None
    for row in report["findings"]:
        row["summary"], row["next"] = len(row["evidence"]), len(row["next"])
    return report


def count_problem(path, size):
    """As many rows as the report counts."""
    report, rows = Run(["-o", "json", path]), Run(["--view", "sessions", "-o", "ndjson", path])
    problem = report.problem(size) or rows.problem(size)
    if problem or report.status == 4:
        return problem
    totals = parse(report.out)["totals"]
    counted = tally(parse(line) for line in rows.out.splitlines())
    wanted = (totals["sessions"], totals["background"], totals["internal"])
    return "" if counted == wanted else f"rows: {counted} rows, {wanted} in the report"


def counts_problem(before, after, work):
    """Two captures hold as many queries and responses."""
    figures = []
    for data in (before, after):
        handle, path = tempfile.mkstemp(dir=work)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        run = Run(["-o", "json", path])
        os.unlink(path)
        if run.status in (0, 3):
            one = parse(run.out)["inputs"][0]
            figures.append((one["queries"], one["responses"]))
        else:
            figures.append(f"status {run.status}")
    return "" if figures[0] == figures[1] else f"counts: {figures[0]} before, {figures[1]} after"


def tally(rows):
    """Sessions in figures, in the background, internal."""
    counts = [0, 0, 0]
    for row in rows:
        counts[1 if row["background"] else 2 if row["parent"] else 0] += 1
    return tuple(counts)


def run(data, arguments, work):
    """"" or "KIND: what is wrong"."""
    handle, path = tempfile.mkstemp(dir=work)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    try:
        first = Run([*arguments, path])
        problem = first.problem(len(data))
        if not problem and (first.status != 4 or first.out):
            problem = document_problem(arguments, first.out)
        dice = zlib.crc32(data) % 16  # some cases are looked at more closely, always the same
        if not problem and dice == 0:
            problem = same_problem(["-o", "json"], path, data)
        if not problem and dice == 1:
            problem = count_problem(path, len(data))
        if not problem and dice in (2, 3, 4, 5) and Run([*arguments, path]).out != first.out:
            problem = "unstable: the same input and options give different bytes"
        return problem
    finally:
        os.unlink(path)
