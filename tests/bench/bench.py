#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Speed and memory on generated captures, beside the rivals that are installed.

CPU is user+sys seconds of the whole process, the median of several rounds in which the commands run
in turn, after a round of warming up; output goes to /dev/null.  Every figure has a "must" and an
"aim".  In the same run the results are checked against the generator's truth: a wrong result is the
only thing that makes the exit status 1.  BENCH_QUICK=1: 100k and 1M messages, fewer rounds.
BENCH_ONLY=dnstap or packets: that part alone."""
import os
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import packets
from measure import (LIMIT, MIB, MUTE, QUICK, ROUNDS, SLOW_ROUNDS, START_ROUNDS, TOOL, WORK,
                     amount, calls, check, check_rows, filters, generate, have, hyperfine, missing,
                     reads, row, rss, share, stages, steady, table, times, wrong)


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
        counts, mapped = reads("S1", files["1M"])
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
    steady("S4", files)


def dnstap():
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
    stages(files["1M"])
    filters(files["1M"])
    hostile()
    mechanical(files)
    for file in files.values():
        file.unlink()


def main():
    for needed in ("hyperfine", "/usr/bin/time"):
        if not shutil.which(needed):
            sys.exit(f"bench: {needed} is missing (packages hyperfine and time)")
    only = os.environ.get("BENCH_ONLY")
    if only in (None, "dnstap"):
        dnstap()
    if only in (None, "packets"):
        packets.run()
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
