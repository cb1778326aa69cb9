#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Files of two replicas read together are the one file that holds both, whatever their order; the
same file named twice changes nothing but `inputs`; the same capture moved by an hour doubles the
counts; a capture cut into rotated files is the whole."""
import law
from agree import add_up, agree
from prefix import boundaries

MIXED = ("--rate", 150, "--silent", .04, "--no-answer", .03, "--upstream-dead", .1, "--repeat", .2,
         "--refresh", .1)
WORK = law.WORK
SUMS = ("sessions", "succeeded", "failed", "sample_loss", "capture_edge", "unknown", "background",
        "messages")


def plain(report):
    """Without what tells of the files themselves."""
    own = ("inputs", "frames", "key")
    slow = [law.without(row, *own) for row in report["slow"]]
    findings = [law.without(row, "next") for row in report["findings"]]  # commands name files
    return {**law.without(report, "inputs"), "slow": slow, "findings": findings}


def replicas(generation):
    options = ("--generation", generation, "--messages", 6000, "--replicas", 2, *MIXED)
    whole = law.Capture(f"both-{generation}", *options)
    law.Capture(f"each-{generation}", *options, "--split")
    parts = [WORK / f"each-{generation}-{i}.fstrm" for i in (1, 2)]
    said = (whole.said, f"{whole.said} --split", f"dnstap-analyse {parts[0].name} {parts[1].name}")
    for order in (parts, parts[::-1]):
        law.same_rows(law.sessions(whole.path), law.sessions(*order), f"replicas ({generation})",
                      *said)
        law.same_lookups(law.rows("lookups", whole.path), law.rows("lookups", *order),
                         f"lookups of replicas ({generation})", *said)
        law.same(plain(law.report(whole.path)), plain(law.report(*order)),
                 f"report of replicas ({generation})", *said)
    agree(whole, law.sessions(*parts), *said)


def twice(generation):
    one = law.Capture(f"twice-{generation}", "--generation", generation, "--messages", 5000, *MIXED)
    said = (one.said, f"dnstap-analyse {one.path.name} {one.path.name}")
    law.same_rows(law.sessions(one.path), law.sessions(one.path, one.path),
                  f"named twice ({generation})", *said)
    law.same_lookups(law.rows("lookups", one.path), law.rows("lookups", one.path, one.path),
                     f"lookups, named twice ({generation})", *said)
    document = law.report(one.path, one.path)
    law.same(plain(law.report(one.path)), plain(document),
             f"report of a file named twice ({generation})", *said)
    law.hold(len(document["inputs"]) == 2, "inputs of a file named twice",
             f"{len(document['inputs'])}", *said)


def moved(generation):
    options = ("--generation", generation, "--messages", 5000, *MIXED)
    one = law.Capture(f"now-{generation}", *options)
    two = law.Capture(f"later-{generation}", *options, "--shift", 3600)
    said = (one.said, two.said, f"dnstap-analyse {one.path.name} {two.path.name}")
    alone, both = law.report(one.path), law.report(two.path, one.path)
    add_up(both, *said)
    for key in SUMS:
        law.hold(both["totals"][key] == 2 * alone["totals"][key],
                 f"moved by an hour ({generation})",
                 f"{key}: {both['totals'][key]}, not 2 x {alone['totals'][key]}", *said)
    for section in ("statuses", "bitmaps", "rcodes"):
        counts = [{str(without_counts(one)): one["sessions"] for one in document[section]}
                  for document in (alone, both)]
        law.same({key: 2 * count for key, count in counts[0].items()}, counts[1],
                 f"{section} moved by an hour ({generation})", *said)


def without_counts(row):
    return sorted(law.without(row, "sessions", "share").items(), key=str)


def rotated(generation):
    """A file cut between frames into three, a START each: as a rotating capture tool leaves it."""
    one = law.Capture(f"rotated-{generation}", "--generation", generation, "--messages", 6000,
                      *MIXED)
    data = one.path.read_bytes()
    ends, head = boundaries(data), data[:42]
    third = len(ends) // 3
    cuts = [42, ends[third - 1], ends[2 * third - 1], ends[-1]]
    parts = [WORK / f"rotated-{generation}.{i}" for i in range(3)]
    for part, begin, end in zip(parts, cuts, cuts[1:]):
        part.write_bytes(head + data[begin:end])
    said = (one.said, f"cut it behind frames {third} and {2 * third}, a START each",
            f"dnstap-analyse {parts[2].name} {parts[0].name} {parts[1].name}")
    law.same_rows(law.sessions(one.path), law.sessions(parts[2], parts[0], parts[1]),
                  f"rotated ({generation})", *said)
    law.same_lookups(law.rows("lookups", one.path),
                     law.rows("lookups", parts[2], parts[0], parts[1]),
                     f"lookups, rotated ({generation})", *said)
    joined = WORK / f"joined-{generation}.fstrm"
    joined.write_bytes(b"".join(part.read_bytes() for part in parts))
    law.same_rows(law.sessions(one.path), law.sessions(joined), f"joined with cat ({generation})",
                  *said)


def main():
    for generation in ("1.9.4", "1.11.3", "1.14.3", "1.14.7"):
        replicas(generation)
    for generation in ("1.7.0", "1.11.3") if law.SANITIZED else law.GENERATIONS:
        twice(generation)
        moved(generation)
        rotated(generation)
    law.finish()


if __name__ == "__main__":
    main()
