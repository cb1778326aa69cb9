#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Counts of this program beside those of others, for every fixture and every capture under the
folders in INTEROP_DIRS (joined by ':'): packets, queries and responses by tshark, dnstap frames by
fstrm_dump and dnstap-ldns.  A difference must be explained in explained.tsv: by something that
makes tshark itself come to the same figures when it is told so, or by the figures and the reason.
Exit status 1 where one is not."""
import fnmatch
import itertools
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import peers

HERE = Path(__file__).resolve().parent
TOP = Path(os.environ.get("TOP_SRCDIR", HERE.parents[1]))
FIXTURES = Path(os.environ.get("FIXTURES", TOP / "fixtures"))
TOOL = os.path.abspath(os.environ.get("TOOL", "./dnstap-analyse"))
FIGURES = ("frames", "queries", "responses")


class Explained:
    """The lines of explained.tsv: file pattern, what, why."""

    def __init__(self, path):
        self.lines = []
        self.used = set()
        for number, text in enumerate(path.read_text("utf-8").splitlines(), 1):
            if text and not text.startswith("#"):
                pattern, what, why = text.split("\t")
                self.lines.append((number, pattern, what, why))

    def of(self, name):
        """What may be said of this file: {what: line number}."""
        return {what: number for number, pattern, what, _ in self.lines
                if fnmatch.fnmatch(name, pattern)}

    def unused(self):
        """Lines about certain files that explained nothing."""
        return [f"line {number}: {pattern}: {what}" for number, pattern, what, _ in self.lines
                if pattern != "*" and number not in self.used]


def ours(path):
    done = subprocess.run([TOOL, "-o", "json", path], capture_output=True, check=False,
                          timeout=peers.SECONDS)
    counts = peers.Counts()
    if done.returncode not in (0, 3):
        said = done.stderr.decode(errors="replace").strip().splitlines()
        counts.refused = said[-1].rpartition(": ")[2][-160:] if said else "no word"
        if done.returncode != 4:
            counts.refused = f"exit status {done.returncode}: {counts.refused}"
        return counts
    one = json.loads(done.stdout)["inputs"][0]
    counts.frames, counts.queries, counts.responses = (one[figure] for figure in FIGURES)
    return counts


def other_ports(path):
    """Ports beside 53 where this program found DNS by its content."""
    found = set()
    for view, ends in (("sessions", ("server",)), ("attempts", ("server", "upstream"))):
        done = subprocess.run([TOOL, "--view", view, "-o", "ndjson", path], capture_output=True,
                              check=False, timeout=peers.SECONDS)
        for line in done.stdout.splitlines():
            row = json.loads(line)
            found |= {row[end].get("port") for end in ends if row.get(end)}
    return sorted(found - {None, 53, 853})


def as_dns(path):
    return [option for port in other_ports(path) for transport in ("udp", "tcp")
            for option in ("-d", f"{transport}.port=={port},dns")]


# What tshark can be told: options, by the word that stands in explained.tsv.
WAYS = {
    "vxlan-8472": lambda path: ["-d", "udp.port==8472,vxlan"],
    "ports": as_dns,
    "fragments": lambda path: ["-o", "ip.defragment:FALSE", "-o", "ipv6.defragment:FALSE"],
    "gaps": lambda path: ["-o", "tcp.reassemble_out_of_order:FALSE"],
    "headers": lambda path: [],
    "interfaces": lambda path: [],
}


def settle(path, mine, explained):
    """tshark's counts and the ways that lead to them: the fewest with which they are ours, else
    none."""
    without = {what.partition(" ")[2] for what in explained if what.startswith("inside ")}
    first = peers.tshark(path, without=without)
    if first.refused or first.figures() == mine.figures() or first.frames != mine.frames:
        return first, ()
    allowed = [way for way in WAYS if way in explained]
    options = {way: WAYS[way](path) for way in allowed}
    for number in range(1, len(allowed) + 1):
        for ways in itertools.combinations(allowed, number):
            read = peers.tshark_apart if "interfaces" in ways else peers.tshark
            counts = read(path, *(word for way in ways for word in options[way]), without=without,
                          headers="headers" in ways)
            if counts.figures() == mine.figures():
                return counts, ways
    return first, ()


def difference(mine, theirs):
    """"queries+2 responses-1": what explained.tsv may name."""
    if mine.refused or theirs.refused:
        return f"{'refused' if mine.refused else 'read'} here only"
    return " ".join(f"{figure}{one - other:+d}" for figure, one, other
                    in zip(FIGURES, mine.figures(), theirs.figures()) if one != other)


def judge(job):
    """One line of the table, and whether it is right."""
    path, name, packer, kind, explained = job
    lines = explained.of(name)
    try:
        mine = ours(path)
        with peers.Plain(path, packer) as plain:
            theirs, ways = ((peers.dnstap(plain), ()) if kind == "dnstap"
                            else settle(plain, mine, lines))
    except (subprocess.TimeoutExpired, ValueError, KeyError) as error:
        return (name, "-", "-", "-", f"FAILED {error}"[:200]), False
    notes, right = list(ways), True
    explained.used.update(lines[way] for way in ways)
    for protocol, count in sorted(theirs.left_out.items()):
        notes.append(f"{count} inside {protocol}")
        explained.used.add(lines[f"inside {protocol}"])
    if mine.refused and theirs.refused and "exit status" not in mine.refused:
        notes.append(f"both refuse: {mine.refused}")
    elif mine.refused or mine.figures() != theirs.figures():
        what = difference(mine, theirs)
        right = what in lines
        notes.append(f"explained, line {lines[what]}" if right else f"UNEXPLAINED {what}")
        notes += [said for said in (mine.refused, theirs.refused) if said]
        if right:
            explained.used.add(lines[what])
    pairs = [str(one) if one == other else f"{one} / {other}"
             for one, other in zip(mine.figures(), theirs.figures())]
    return (name, *pairs, "; ".join(notes)), right


def captures(explained):
    folders = [FIXTURES, *filter(None, os.environ.get("INTEROP_DIRS", "").split(":"))]
    for folder in folders:
        for path in sorted(Path(folder).rglob("*")):
            if not path.is_file():
                continue
            packer, kind = peers.kind_of(path)
            if kind:
                yield str(path), str(path.relative_to(folder)), packer, kind, explained


def show(rows):
    head = ("file", *(f"{figure} here / there" for figure in FIGURES), "note")
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(4)]
    for row in (head, *rows):
        print("  ".join([row[0].ljust(widths[0]),
                         *(row[column].rjust(widths[column]) for column in (1, 2, 3)),
                         row[4]]).rstrip())


def main():
    explained = Explained(HERE / "explained.tsv")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(judge, captures(explained)))
    peers.done()
    show([row for row, _ in results])
    wrong = sum(not right for _, right in results)
    whole = bool(os.environ.get("INTEROP_DIRS"))
    for line in explained.unused() if whole else ():
        print(f"explained.tsv: not needed here: {line}")
    print(f"{len(results)} captures, {wrong} differences that nothing explains")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
