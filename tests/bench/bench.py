#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Speed and memory on generated captures, beside the rivals that are installed.

CPU is user+sys seconds of the whole process, the median of several rounds in which the commands run
in turn, after a round of warming up; output goes to /dev/null.  Every figure has a "must" and an
"aim".  In the same run the results are checked against the generator's truth: a wrong result is the
only thing that makes the exit status 1.  BENCH_QUICK=1: 100k and 1M messages, fewer rounds."""
import json
import os
import re
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

BUILD = Path(os.environ.get("TOP_BUILDDIR", "."))
SOURCE = Path(os.environ.get("TOP_SRCDIR", Path(__file__).resolve().parents[2]))
TOOL = os.path.abspath(os.environ.get("TOOL", BUILD / "dnstap-analyse"))
GEN = os.path.abspath(os.environ.get("GEN", BUILD / "tests/gen/gen"))
LIMIT = os.path.abspath(os.environ.get("LIMIT", BUILD / "tests/bench/limit"))
QUICK = os.environ.get("BENCH_QUICK") == "1"
ROUNDS, SLOW_ROUNDS, START_ROUNDS = (3, 1, 10) if QUICK else (5, 3, 30)
MIB = 1 << 20
WORK = Path(tempfile.mkdtemp(prefix="dnstap-analyse-bench."))
MUTE = ("--forwarded", 0, "--servfail", 0, "--silent", 0, "--no-answer", 1, "--names", 1000)

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

def hyperfine(commands, rounds):
    """Medians of (CPU, wall) by name; the commands run in turn."""
    seen = {name: [] for name in commands}
    out = WORK / "hyperfine.json"
    for number in range(rounds + 1):
        for name, command in commands.items():
            subprocess.run(["hyperfine", "-N", "-r", "1", "--style", "none",
                            "--export-json", str(out), command],
                           check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            if number:
                one = json.loads(out.read_text())["results"][0]
                seen[name].append((one["user"] + one["system"], one["mean"]))
    return {name: tuple(statistics.median(values) for values in zip(*runs)) for name,
            runs in seen.items()}


def rss(*arguments):
    """Peak resident set, MiB."""
    out = WORK / "rss"
    subprocess.run(["/usr/bin/time", "-f", "%M", "-o", str(out), TOOL, *map(str, arguments)],
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


def generate(name, *options):
    path = WORK / f"{name}.fstrm"
    done = subprocess.run([GEN, *map(str, options), path], check=True, capture_output=True)
    return path, json.loads(done.stdout)


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


# The parts ----------------------------------------------------------------------------------------

def speed(files):
    f = files["1M"]
    mine = {"report": f"{TOOL} {f}", "rows": f"{TOOL} --view sessions -o ndjson {f}",
            "limit": f"{LIMIT} {f}",
            "yaml": f"{TOOL} --view sessions -o yaml {f}", "100k": f"{TOOL} {files['100k']}"}
    rivals = {"read": ("dnstap-read", f"dnstap-read {f}"),
              "ldns": ("dnstap-ldns", f"dnstap-ldns -q -r {f}"),
              "ldns-y": ("dnstap-ldns", f"dnstap-ldns -y -r {f}"),
              "go": ("dnstap", f"dnstap -r {f} -j")}
    cpu = {name: one[0] for name, one in hyperfine(mine, ROUNDS).items()}
    slow = {name: command for name, (program, command) in rivals.items() if have(program)}
    cpu.update({name: one[0] for name, one in hyperfine({**slow, "report-beside": mine["report"]},
                                                        SLOW_ROUNDS).items()})
    share("P1", "report, against dnstap-read", cpu["report"], cpu.get("read"), 6, 12)
    share("P1b", "report, against dnstap-ldns -q", cpu["report"], cpu.get("ldns"), 7, 14)
    share("P2", "sessions as ndjson, against dnstap-read", cpu["rows"], cpu.get("read"), 5, 10)
    share("P2b", "sessions as ndjson, against dnstap -j", cpu["rows"], cpu.get("go"), 25, 50)
    share("P3", "sessions as YAML, against dnstap-ldns -y", cpu["yaml"], cpu.get("ldns-y"), 3, 8)
    times("P5", "report, against the limit loop", cpu["report"] / cpu["limit"], 3.5, 1.7,
          f"  ({cpu['report']:.3f} s, {cpu['limit']:.3f} s)")
    return cpu


def starting(files):
    if have("dnstap-ldns"):
        wall = hyperfine({"mine": f"{TOOL} {files['8']}",
                          "ldns": f"dnstap-ldns -q -r {files['8']}"}, START_ROUNDS)
        times("P6", "8 messages, wall, against dnstap-ldns -q", wall["mine"][1] / wall["ldns"][1],
              2, 1,
              f"  ({wall['mine'][1] * 1000:.1f} ms, {wall['ldns'][1] * 1000:.1f} ms)")


def packed(files, plain):
    for suffix, program in (("gz", "gzip"), ("zst", "zstd")):
        if not have(program):
            continue
        path = f"{files['1M']}.{suffix}"
        subprocess.run(f"{program} {'-1' if suffix == 'gz' else '-q'} -c {files['1M']} >{path}",
                       shell=True, check=True)
        cpu = hyperfine({"mine": f"{TOOL} {path}", "unpack": f"{program} -dc {path}",
                         "plain": f"{TOOL} {files['1M']}"}, ROUNDS)
        mine, unpack, own = (cpu[name][0] for name in ("mine", "unpack", "plain"))
        times("P7", f".{suffix}: CPU above the plain file's, against {program} -dc",
              (mine - own) / unpack, 1.5, 1.1,
              f"  ({mine:.3f} s, {unpack:.3f} s, plain {own:.3f} s)")
        files[suffix] = Path(path)


def piped(files):
    f = files["1M"]
    wall = hyperfine({"name": f"sh -c '{TOOL} {f}'", "stdin": f"sh -c '{TOOL} - <{f}'",
                      "pipe": f"sh -c 'cat {f} | {TOOL} -'"}, ROUNDS + 2)
    for name in ("stdin", "pipe"):
        how = "< F" if name == "stdin" else "cat F |"
        times("P8", f"on standard input ({how}), wall, against by name",
              wall[name][1] / wall["name"][1], 1.15, 1.05,
              f"  ({wall[name][1]:.3f} s, {wall['name'][1]:.3f} s)")


def growth(files, cpu):
    ratio = cpu["report"] / cpu["100k"]
    row("G1", "CPU(1M) / CPU(100k)", f"{ratio:.1f}", "11", "11", ratio, 11, 11)
    if "4M" in files:
        four = hyperfine({"4M": f"{TOOL} {files['4M']}", "1M": f"{TOOL} {files['1M']}"},
                         SLOW_ROUNDS)
        ratio = four["4M"][0] / four["1M"][0]
        row("G2", "CPU(4M) / CPU(1M)", f"{ratio:.2f}  ({four['4M'][0]:.3f} s)", "3.6-4.5",
            "3.6-4.5", abs(ratio - 4.05), .45, .45)


def memory(files):
    big = "4M" if "4M" in files else "1M"
    small = "1M" if "4M" in files else "100k"
    peak = {name: rss(files[name]) for name in (small, big)}
    amount("M1", f"RSS of the report, {big}", peak[big], 64, 24, "MiB")
    if not QUICK:  # 100k messages end before the first sessions expire
        times("M2", f"RSS({big}) / RSS({small})", peak[big] / peak[small], 1.15, 1.05,
              f"  ({peak[small]:.1f} MiB)")
    few, many = (rss(generate(f"mute-{rate}", *MUTE, "--messages", rate * 16, "--rate", rate)[0])
                 for rate in (5000, 20000))
    # an unanswered session is held for 17 s: 7 to settle, 10 for proofs of lost frames behind it
    amount("M3", "memory for one open session (the captures last 16 s: all are open)",
           (many - few) * MIB / (15000 * 16), 512, 256, "bytes")
    lost, _ = generate("lost", "--messages", 4000000 if big == "4M" else 1000000, "--loss-answers",
                       .1)
    with_loss = rss(lost)
    times("M4", "RSS with 10 % of the answers lost / without", with_loss / peak[big], 1.5, 1.2,
          f"  ({with_loss:.1f} MiB)")
    lost.unlink()
    few, _ = generate("names", "--messages", 1000000, "--names", 1000)
    amount("M5", "memory for 250,000 names (1M against 1,000 names)",
           max(0, rss(files["1M"]) - rss(few)), 16, 4, "MiB")
    few.unlink()
    for form in ("ndjson", "yaml"):
        amount("M6-7", f"RSS of sessions as {form}, {big}",
               rss("--view", "sessions", "-o", form, files[big]), 64, 24, "MiB")


def hostile():
    head = struct.pack(">IIIII", 0, 34, 2, 1, 22) + b"protobuf:dnstap.Dnstap"
    path = WORK / "length.fstrm"
    path.write_bytes(head + struct.pack(">I", 0x7fffffff) + bytes(4 * MIB))
    amount("M9", "RSS, a frame of 2 GiB", rss(path), 256, 64, "MiB")
    count = 1000000 if QUICK else 4000000
    for rate, what in ((10000, "no answer"), (2000000, "no answer, all at once")):
        path, _ = generate("hostile", *MUTE[:-2], "--messages", count, "--rate", rate)
        done = subprocess.run([TOOL, "-o", "json", path], capture_output=True, check=False)
        amount("M9", f"RSS, {count:,} queries, {what}", rss(path), 256, 64, "MiB")
        said = done.stderr.decode(errors="replace").strip() or "nothing said on standard error"
        print(f"{what}: exit {done.returncode}, {said[:300]}")
        path.unlink()


def mechanical(files):
    if have("strace"):
        counts, mapped = calls(files["1M"])
        size = files["1M"].stat().st_size
        amount("S1", "read calls, 1M", counts.get("read", 0), size // 65536 + 50,
               size // 262144 + 50, "")
        small, _ = calls(files["100k"])
        stats = [sum(count for name, count in one.items() if "stat" in name)
                 for one in (small, counts)]
        row("S3", "stat calls, 100k and 1M", f"{stats[0]} {stats[1]}", "equal", "equal",
            stats[1] - stats[0], 0, 0)
        row("M8", "the input is not mapped", "mapped" if mapped else "read", "read", "read", mapped,
            0, 0)
        rows = WORK / "rows.ndjson"
        with rows.open("wb") as out:
            subprocess.run([TOOL, "--view", "sessions", "-o", "ndjson", files["1M"]], stdout=out,
                           check=False)
        counts, _ = calls("--view", "sessions", "-o", "ndjson", files["1M"])
        size = rows.stat().st_size
        amount("S2", "write calls, sessions of 1M as ndjson", counts.get("write", 0),
               size // 16384 + 50, size // 65536 + 50, "")
        rows.unlink()
    shim = WORK / "allocs.so"
    if have("cc") and not subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", shim,
                                          SOURCE / "tests/bench/allocs.c"],
                                         check=False, capture_output=True).returncode:
        more = allocations(shim, files["1M"]) - allocations(shim, files["100k"])
        amount("S4", "heap allocations for a message, steady state", max(0, more) / 900000, 2, 0.05,
               "")


def table():
    head = ("id", "what", "figure", "must", "aim", "verdict")
    widths = [max(len(str(line[i])) for line in [head, *lines]) for i in range(6)]
    for line in [head, *lines]:
        print("  ".join(str(cell).ljust(width) for cell, width in zip(line, widths)).rstrip())


def main():
    for needed in ("hyperfine", "/usr/bin/time"):
        if not shutil.which(needed):
            sys.exit(f"bench: {needed} is missing (packages hyperfine and time)")
    files, truth = {}, {}
    sizes = {"8": 8, "100k": 100000, "1M": 1000000}
    if not QUICK:
        sizes["4M"] = 4000000
    for name, count in sizes.items():
        files[name], truth[name] = generate(name, "--messages", count)
        check(name, [files[name]], truth[name])
    check_rows(files["1M"], truth["1M"])
    cpu = speed(files)
    starting(files)
    packed(files, cpu["report"])
    for suffix in ("gz", "zst"):
        if suffix in files:
            check(suffix, [files[suffix]], truth["1M"])
    with files["1M"].open("rb") as stdin:
        check("standard input", ["-"], truth["1M"], stdin)
    piped(files)
    growth(files, cpu)
    memory(files)
    hostile()
    mechanical(files)
    table()
    for name in dict.fromkeys(missing):
        print(f"not installed, not measured: {name}")
    for what in wrong:
        print(f"WRONG: {what}")
    print("results agree with the truth" if not wrong else f"{len(wrong)} results are wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    try:
        status = main()
    finally:
        shutil.rmtree(WORK, ignore_errors=True)
    sys.exit(status)
