# SPDX-License-Identifier: BSD-2-Clause
"""Common to the parts of the benchmark: how times, memory and system calls are measured, how
results are checked, and the table of figures."""
import json
import os
import re
import shutil
import statistics
import subprocess
import tempfile
from pathlib import Path

BUILD = Path(os.environ.get("TOP_BUILDDIR", "."))
SOURCE = Path(os.environ.get("TOP_SRCDIR", Path(__file__).resolve().parents[2]))
TOOL = os.path.abspath(os.environ.get("TOOL", BUILD / "dnstap-analyse"))
GEN = os.path.abspath(os.environ.get("GEN", BUILD / "tests/gen/gen"))
STAGES = os.path.abspath(os.environ.get("STAGES", BUILD / "tests/bench/stages"))
LIMIT = os.path.abspath(os.environ.get("LIMIT", BUILD / "tests/bench/limit"))
QUICK = os.environ.get("BENCH_QUICK") == "1"
ROUNDS, SLOW_ROUNDS, START_ROUNDS = (3, 1, 10) if QUICK else (5, 3, 30)
MIB = 1 << 20
WORK = Path(tempfile.mkdtemp(prefix="dnstap-analyse-bench."))
MUTE = ("--forwarded", 0, "--servfail", 0, "--silent", 0, "--no-answer", 1, "--names", 1000)

# Of the generator's clients' ports, ids and names each keeps one in a hundred.
FILTERS = {"report": ("client.port<33050", "name~^[^.]*77[.]"),
           "sessions": ("client.port<33050", "name~^[^.]*77[.]"),
           "attempts": ("client.port<33050", "name~^[^.]*77[.]"),
           "lookups": ("client.port<33050", "name~^[^.]*77[.]"),
           "messages": ("id<028f", "name~^[^.]*77[.]")}

lines, wrong, missing = [], [], []


def row(key, what, figure, must, aim, value, must_value, aim_value):
    """value: lower is better."""
    verdict = "aim met" if value <= aim_value else "must met" if value <= must_value else "MISSED"
    lines.append((key, what, figure, must, aim, verdict))


def share(key, what, mine, rival, must, aim):
    """mine takes at most 1/must of rival."""
    if mine is None or rival is None:
        lines.append((key, what, "not measured", f"1/{must}", f"1/{aim}", "-"))
        return
    row(key, what, f"1/{rival / mine:.1f}  ({mine:.3f} s, {rival:.3f} s)", f"1/{must}", f"1/{aim}",
        mine / rival, 1 / must, 1 / aim)


def times(key, what, ratio, must, aim, more=""):
    row(key, what, f"{ratio:.2f}x{more}", f"{must}x", f"{aim}x", ratio, must, aim)


def amount(key, what, value, must, aim, unit):
    row(key, what, f"{value:.1f} {unit}" if unit == "MiB" else f"{value:,.4g} {unit}".strip(),
        f"{must:,} {unit}".strip(), f"{aim:,} {unit}".strip(), value, must, aim)


# What is measured ---------------------------------------------------------------------------------

def hyperfine(commands, rounds, warm=1):
    """Medians of (CPU, wall) by name; the commands run in turn, first to warm up."""
    seen = {name: [] for name in commands}
    out = WORK / "hyperfine.json"
    for number in range(rounds + warm):
        for name, command in commands.items():
            subprocess.run(["hyperfine", "-N", "-r", "1", "--style", "none",
                            "--export-json", str(out), command],
                           check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            if number >= warm:
                one = json.loads(out.read_text())["results"][0]
                seen[name].append((one["user"] + one["system"], one["mean"]))
    return {name: tuple(statistics.median(values) for values in zip(*runs)) for name,
            runs in seen.items()}


def rss(*arguments, program=TOOL):
    """Peak resident set, MiB."""
    out = WORK / "rss"
    subprocess.run(["/usr/bin/time", "-f", "%M", "-o", str(out), program, *map(str, arguments)],
                   check=False,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return int(out.read_text().split()[-1]) / 1024


def calls(*arguments):
    """System calls by name, and whether the input file was mapped."""
    out, path = WORK / "strace", str(arguments[-1])
    subprocess.run(["strace", "-f", "-o", str(out), TOOL, *map(str, arguments)], check=False,
                   stdout=subprocess.DEVNULL)
    counts, number, mapped = {}, None, False
    for line in out.read_text(errors="replace").splitlines():
        found = re.match(r"\d+\s+(\w+)\((.*)", line)
        if not found:
            continue
        counts[found[1]] = counts.get(found[1], 0) + 1
        if found[1] == "openat" and path in line and (result := re.search(r"= (\d+)$", line)):
            number = result[1]
        if found[1] == "mmap" and number:
            mapped = mapped or re.search(rf", {number}, (0x)?[0-9a-f]+\)", line)
    return counts, bool(mapped)


def allocations(shim, file):
    out = WORK / "allocations"
    subprocess.run([TOOL, str(file)], env={**os.environ, "LD_PRELOAD": str(shim),
                                           "ALLOCS": str(out)},
                   stdout=subprocess.DEVNULL, check=False)
    return int(out.read_text())


def steady(key, files):
    """Heap allocations of 900,000 further messages."""
    shim = WORK / "allocs.so"
    if have("cc") and not subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", shim,
                                          SOURCE / "tests/bench/allocs.c"],
                                         check=False, capture_output=True).returncode:
        more = allocations(shim, files["1M"]) - allocations(shim, files["100k"])
        amount(key, "heap allocations for a message, steady state", max(0, more) / 900000, 2, 0.05,
               "")


def stages(file):
    """What lookups and findings add to the stages before them, side by side (tests/bench/stages.c)."""
    cpu = {what: one[0] for what, one in hyperfine(
        {what: f"{STAGES} {what} {file}" for what in ("sessions", "lookups", "findings")},
        ROUNDS).items()}
    peak = {what: rss(what, file, program=STAGES) for what in cpu}
    kind = file.suffix.lstrip(".")
    for key, what, must, aim in (("L1", "lookups", 1.2, 1.12), ("L2", "findings", 1.25, 1.2)):
        with_ = "lookups" if what == "lookups" else "lookups and findings"
        times(key, f"CPU with {with_} / without, {kind}", cpu[what] / cpu["sessions"], must, aim,
              f"  ({cpu[what]:.3f} s, {cpu['sessions']:.3f} s)")
        times(key, f"RSS with {with_} / without, {kind}", peak[what] / peak["sessions"], 1.25, 1.15,
              f"  ({peak[what]:.1f} MiB, {peak['sessions']:.1f} MiB)")


def filters(file):
    """What a filter that keeps 1 % of the rows saves, in every view: it must never cost."""
    kind = file.suffix.lstrip(".")
    for view, some in FILTERS.items():
        if QUICK and view != "report":
            continue
        plain = f"{TOOL} --view {view} {'' if view == 'report' else '-o ndjson'} {file}"
        cpu = {what: one[0] for what, one in hyperfine(
            {"": plain, **{one: f"{plain} --filter '{one}'" for one in some}}, ROUNDS).items()}
        for one in some:
            times("F1", f"CPU of {view} with {one} (1 %) / without, {kind}", cpu[one] / cpu[""], 1,
                  0.8, f"  ({cpu[one]:.3f} s, {cpu['']:.3f} s)")


def reads(key, file):
    """System calls of the report; returns their counts, and whether the input was mapped."""
    counts, mapped = calls(file)
    size = file.stat().st_size
    amount(key, f"read calls, {file.stem}", counts.get("read", 0), size // 65536 + 50,
           size // 262144 + 50, "")
    return counts, mapped


def generate(name, *options):
    path = WORK / f"{name}.fstrm"
    done = subprocess.run([GEN, *map(str, options), path], check=True, capture_output=True)
    return path, json.loads(done.stdout)


def generate_packets(name, *options):
    """As packets on the CoreDNS pods' eth0, with the truth about them."""
    path = WORK / f"{name}.pcap"
    done = subprocess.run([GEN, *map(str, options), "--pcap", path], check=True,
                          capture_output=True)
    true = json.loads(done.stdout)["packets"]
    return path, {**true, "messages": true["pod"]["messages"]}


def have(name):
    if shutil.which(name):
        return True
    missing.append(name)
    return False


# Correctness --------------------------------------------------------------------------------------

def check(what, arguments, true, stdin=None):
    done = subprocess.run([TOOL, "-o", "json", *map(str, arguments)], stdin=stdin,
                          capture_output=True, check=False)
    try:
        totals = json.loads(done.stdout)["totals"]
    except (ValueError, KeyError):
        said = done.stderr.decode(errors="replace")[:300]
        wrong.append(f"{what}: exit {done.returncode}, no report: {said}")
        return
    spare = sum(true[key] for key in true if key.endswith("_maybe"))
    for key in ("messages", "sessions", "succeeded", "failed"):
        least, most = true[key], true[key] + (spare if key == "failed" else 0)
        if not least <= totals[key] <= most:
            wrong.append(f"{what}: {key} is {totals[key]}, true {least}" + (f" to {most}"
                                                                            if most > least
                                                                            else ""))


def check_rows(file, true):
    with subprocess.Popen([TOOL, "--view", "sessions", "-o", "ndjson", str(file)],
                          stdout=subprocess.PIPE) as rows:
        count = {"Succeeded": 0, "Failed": 0, "all": 0}
        for line in rows.stdout:
            count["all"] += 1
            row = json.loads(line)
            if not row["background"] and row["status"] in count:
                count[row["status"]] += 1
    spare = sum(true[key] for key in true if key.endswith("_maybe"))
    if count["all"] != true["sessions"] + true["background"]:
        wrong.append(f"rows: {count['all']}, true {true['sessions'] + true['background']}")
    most = true["failed"] + spare
    if count["Succeeded"] != true["succeeded"] or not true["failed"] <= count["Failed"] <= most:
        wrong.append(f"rows: {count}, true {true['succeeded']} and {true['failed']}")


def table():
    head = ("id", "what", "figure", "must", "aim", "verdict")
    widths = [max(len(str(line[i])) for line in [head, *lines]) for i in range(6)]
    for line in [head, *lines]:
        print("  ".join(str(cell).ljust(width) for cell, width in zip(line, widths)).rstrip())
