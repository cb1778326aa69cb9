#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A capture that ends early holds exactly the sessions of its intact part: cut between frames it is
what the generator makes of so many frames; cut inside one, the same, and the cut is told.  What is
judged in a part is never judged otherwise in the whole; so lookups that were over long before the
part's end."""
import random
import struct
from datetime import datetime, timedelta

import law
from agree import agree

OPTIONS = ("--rate", 60, "--messages", 2400, "--silent", .05, "--servfail", .03, "--no-answer", .03,
           "--upstream-dead", .1, "--jitter")
OVER = timedelta(seconds=25)  # a session without answer settles after 17 s, a stub waits for 5 s
CUTS = 6 if law.SANITIZED else 12


def boundaries(data):
    """Offsets behind each data frame."""
    at, out = 0, []
    while at + 4 <= len(data):
        length = struct.unpack_from(">I", data, at)[0]
        if length:
            at += 4 + length
            out.append(at)
        else:
            at += 8 + struct.unpack_from(">I", data, at + 4)[0]
    return out


def name_of(row):
    return (row["start"], row["name"], row["type"], row["id"], str(row["client"]))


def when(row):
    return datetime.fromisoformat(row["start"][:26])


def lookups_of(capture):
    return {(row["start"], str(row["client"])): law.without(row, "sessions", "key", "stub", "stub_why")
            for row in law.rows("lookups", capture.path)}


def hold_lookups(part, whole, generation, *said):
    """STUB is left out: what is known of a client by then may still grow."""
    rows = lookups_of(part)
    last = max((when(row) for row in rows.values()), default=None)
    for key, row in rows.items():
        if when(row) < last - OVER:
            law.same(row, whole.lookups.get(key), f"lookup otherwise in the whole ({generation})",
                     *said, whole.said)


def cut(whole, data, judged, ends, frames, generation, draw):
    label = f"part-{generation}"
    part = law.Capture(label, "--generation", generation, *OPTIONS[:2], "--messages", frames,
                       *OPTIONS[4:], "--no-stop")
    said = (part.said, f"dnstap-analyse --view sessions -o ndjson {label}.fstrm")
    law.hold(part.path.read_bytes() == data[:ends[frames - 1]], "generator",
             "a prefix is not what it makes", *said)
    rows = law.sessions(part.path)
    agree(part, rows, *said)
    for row in rows:
        if row["status"] in ("Succeeded", "Failed") and not row["background"]:
            now = judged.get(name_of(row))
            law.hold(now == row["status"], f"judged otherwise in the whole ({generation})",
                     lambda: f"{row['status']}, then {now}: {row}", *said, whole.said)
    hold_lookups(part, whole, generation, *said)
    inside = ends[frames - 1] + 1 + draw.randrange(ends[frames] - ends[frames - 1] - 1)
    part.path.write_bytes(data[:inside])
    told = (whole.said, f"head -c {inside} whole-{generation}.fstrm >cut.fstrm",
            "dnstap-analyse cut.fstrm")
    law.same_rows(rows, law.sessions(part.path, status=(3,)), f"cut inside a frame ({generation})",
                  *told)
    document = law.report("--allow-partial", part.path)
    note = document["inputs"][0]["cut"] if document else None
    law.hold(bool(note) and "byte" in note, "cut not told", f"{note}", *told)


def main():
    for generation in law.GENERATIONS:
        whole = law.Capture(f"whole-{generation}", "--generation", generation, *OPTIONS)
        data = whole.path.read_bytes()
        ends = boundaries(data)
        whole.lookups = lookups_of(whole)
        judged = {name_of(row): row["status"] for row in law.sessions(whole.path)}
        draw = random.Random(f"{law.SEED} {generation}")
        # without query times a query frame alone cannot be tied to its forward call
        queries = {truth["frames"][0] for truth in whole.truth} if generation == "1.7.0" else ()
        for frames in sorted({1, 2, 3, 5, *(draw.randrange(1, len(ends) - 1)
                                            for _ in range(CUTS))}):
            cut(whole, data, judged, ends, frames + (frames in queries), generation, draw)
    law.finish()


if __name__ == "__main__":
    main()
