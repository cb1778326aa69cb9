#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Captures that are changed at random, or invented, given to the program: whatever it reads, it ends
in time and in bounded memory with exit status 0, 3 or 4, a valid document whose figures sum up, and
no word of a sanitizer.  Seeds are the fixtures and the captures under the folders in INTEROP_DIRS
(joined by ':').  ROBUST_SEED chooses the changes (it is printed), ROBUST_SECONDS how long to go on,
ROBUST_CASE one case to see again (with the same seeds).  What fails is made as small as it gets and kept in
robust-found/."""
import os
import random
import re
import shutil
import sys
import tempfile
import time
from collections import Counter, deque
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import capture
import files
import harmless
import invent
import judge
import packets

TOP = Path(os.environ.get("TOP_SRCDIR", Path(__file__).resolve().parents[2]))
FIXTURES = Path(os.environ.get("FIXTURES", TOP / "fixtures"))
SEED = os.environ.get("ROBUST_SEED") or str(random.SystemRandom().randrange(1 << 32))
SECONDS = float(os.environ.get("ROBUST_SECONDS", "60"))
FOUND = Path("robust-found")
WORK = tempfile.mkdtemp(prefix="dnstap-analyse-robust.")
SEED_BYTES = 4 << 20  # of a seed: enough for all that may be in it, and quick
WINDOW = 600          # packets of a case at most
SHOWN = 2             # failures of one kind that are told and made small

told = Counter()


def seeds():
    """All captures; they are read when they are needed, so that this process stays small (the
    kernel counts what a process held before it became the program as the program's memory)."""
    return [path for folder in (FIXTURES, *os.environ.get("INTEROP_DIRS", "").split(":")) if folder
            for path in sorted(Path(folder).rglob("*")) if path.is_file() and judge.is_capture(path)]


def bytes_of(seed):
    return judge.plain(seed, SEED_BYTES)


class Case:
    """One changed capture: its bytes, and how they came about."""

    def __init__(self, number, all_seeds):
        self.number = number
        self.rng = rng = random.Random(f"{SEED}/{number}")
        self.before = None
        if rng.random() < 0.2:
            self.steps, data = ["invented"], b""
            some = invent.invent(rng, rng.choice((10, 100, 1000)))
        else:
            seed = rng.choice(all_seeds)
            self.steps, data = [seed.name], bytes_of(seed)
            some = capture.read(data)
        if some and data and rng.random() < 0.15:
            self.change_harmlessly(some)
            return
        if some and (not data or rng.random() < 0.85):
            data = self.change_packets(some, all_seeds)
        if rng.random() < 0.15 and data[:3] != b"\0\0\0":
            data = self.change_by_tool(data, bytes_of(rng.choice(all_seeds)))
        for _ in range(rng.choice((0, 0, 1, 1, 2))):
            data = self.apply(rng.choice(files.MUTATIONS), data)
        self.data = self.apply(files.packed, data) if rng.random() < 0.05 else data
        self.arguments = self.choose_arguments()

    def apply(self, mutation, value):
        self.steps.append(mutation.__name__)
        return mutation(self.rng, value)

    def change_packets(self, some, all_seeds):
        rng = self.rng
        if self.steps[0] != "invented":
            start = rng.randrange(len(some))
            some = some[start:start + rng.choice((5, 50, WINDOW))]
        if rng.random() < 0.2:  # of two captures, by their times
            other = capture.read(bytes_of(rng.choice(all_seeds)))[:WINDOW]
            some = sorted(some + other, key=lambda packet: packet.time)
            self.steps.append("merged")
        for _ in range(rng.choice((0, 1, 1, 2, 3))):
            some = self.apply(rng.choice(packets.MUTATIONS), some)
        order = rng.choice("<<>")
        if rng.random() < 0.5:
            return capture.write_pcap(some, order, rng.random() < 0.3)
        return capture.write_pcapng(some, order, rng.choice((0, 3, 6, 6, 9, 9, 12)))

    def change_harmlessly(self, some):
        """Something that changes no figure: `before` has the same."""
        start = self.rng.randrange(len(some))
        self.before, self.data, steps = harmless.change(self.rng, some[start:start + WINDOW])
        self.steps += steps
        self.arguments = ["-o", "json"]

    def change_by_tool(self, data, other):
        paths = [os.path.join(WORK, f"{self.number}.{end}") for end in ("seed", "other")]
        for path, content in zip(paths, (data, other)):
            Path(path).write_bytes(content)
        made, said = files.tool(self.rng, *paths)
        self.steps += said
        data = Path(made).read_bytes()
        for path in {*paths, made}:
            os.unlink(path)
        return data

    def choose_arguments(self):
        rng = self.rng
        out = rng.choice((["-o", "json"], ["-o", "json"], ["-o", "json"], ["-o", "table"],
                          ["--view", "sessions", "-o", "ndjson"],
                          ["--view", "sessions", "-o", "json", "--sort", "-waited_ms"],
                          ["--view", "attempts", "-o", "ndjson"]))
        if rng.random() < 0.1:
            out = out + ["--port", rng.choice(("5353", "1,65535", "80,443,8080", "4789"))]
        if rng.random() < 0.1:
            out = out + ["--role", rng.choice(("10.96.0.10=server", "10.244.1.9=client",
                                               "172.30.0.53=cache", "10.244.1.11=upstream"))]
        if rng.random() < 0.1:
            out = out + [rng.choice(("--since", "--until")), rng.choice(
                ("+1s", "-1s", "09:30", "+2562040h", "-2562040h", "2026-11-21T09:30:00Z"))]
        if rng.random() < 0.1:
            out = out + ["--max-memory", rng.choice(("4M", "16M"))]
        return out


def kind_of(problem):
    """What failures of one cause have in common."""
    return re.sub(r"0x[0-9a-f]+|[0-9]{4,}", "N", problem.split("\n")[0])[:120]


def smaller(case, problem):
    """The least that still fails in the same way: packets, then bytes from the end."""
    def fails(data):
        return kind_of(judge.run(data, case.arguments, WORK)) == kind_of(problem)
    data, until = case.data, time.monotonic() + 60
    if not fails(data):  # what holds of two captures together, or shows now and then only
        return data
    some = capture.read(data)
    rebuilt = capture.write_pcapng(some)
    if some and fails(rebuilt):
        data, step = rebuilt, max(1, len(some) // 2)
        while step >= 1 and time.monotonic() < until:
            at = 0
            while at < len(some) and time.monotonic() < until:
                less = some[:at] + some[at + step:]
                if fails(capture.write_pcapng(less)):
                    some, data = less, capture.write_pcapng(less)
                else:
                    at += step
            step //= 2
        return data
    step = len(data) // 2
    while step >= 1 and time.monotonic() < until:
        if fails(data[:-step]):
            data = data[:-step]
        else:
            step //= 2
    return data


def attempt(job):
    number, all_seeds = job
    case = Case(number, all_seeds)
    problem = judge.run(case.data, case.arguments, WORK)
    if not problem and case.before:
        problem = judge.counts_problem(case.before, case.data, WORK)
    if problem:
        FOUND.mkdir(exist_ok=True)
        kept = FOUND / f"{SEED}-{number}"
        kept.with_suffix(".whole").write_bytes(case.data)
        if case.before:
            kept.with_suffix(".before").write_bytes(case.before)
        told[kind_of(problem)] += 1
        if told[kind_of(problem)] <= SHOWN:
            kept.with_suffix(".small").write_bytes(smaller(case, problem))
            print(f"FAIL: case {number} ({', '.join(case.steps)}): dnstap-analyse "
                  f"{' '.join(case.arguments)} {kept}.small\n    {problem}", flush=True)
    return bool(problem), case.steps


def numbers(until):
    number = 0
    while time.monotonic() < until:
        yield number
        number += 1


def attempts(chosen, all_seeds):
    """The results, in order; no more cases are begun than there are hands."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        pending = deque()
        for number in chosen:
            pending.append(pool.submit(attempt, (number, all_seeds)))
            if len(pending) > 2 * os.cpu_count():
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()


def main():
    all_seeds = seeds()
    print(f"ROBUST_SEED={SEED}, {len(all_seeds)} seeds, {SECONDS:g} s, sanitized: "
          f"{os.environ.get('SANITIZED', 'unknown')}", flush=True)
    steps, total, problems = Counter(), 0, 0
    until = time.monotonic() + SECONDS
    chosen = [int(os.environ["ROBUST_CASE"])] if "ROBUST_CASE" in os.environ else numbers(until)
    for failed, did in attempts(chosen, all_seeds):
        steps.update(did[1:])
        total += 1
        problems += failed
    shutil.rmtree(WORK, ignore_errors=True)
    print(", ".join(f"{name} {count}" for name, count in steps.most_common(60)))
    for kind, count in told.most_common():
        print(f"{count} failed: {kind}")
    print(f"{total} cases, slowest {judge.slowest:.2f} s, most memory {judge.largest >> 20} MiB, "
          f"{problems} failed")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
