#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What --filter keeps is what the rows without it say: every comparison is made again here from the
JSON.  A||B keeps what A or B keeps, A,B what both do, !A the rest; the report counts the sessions
that are kept, and the lookups with such a session.  LAW_SEED chooses other pairs."""
import ipaddress
import itertools
import json
import os
import random
import re
import shlex

import law

FIXTURES = os.environ.get("FIXTURES", "fixtures")
CAPTURES = ("03d-all-upstreams-dead.fstrm.xz", "06-search-storm.fstrm.xz", "16-not-full.fstrm.xz",
            "02c-one-upstream-dead-coredns.pcap.xz", "13-two-replicas-node.pcap.xz",
            "12-ipv6-rewrite.fstrm.xz", "11-truncation.fstrm.xz")
PAIRS = 4 if law.SANITIZED else 12


def inside(value, network):
    return value is not None and ipaddress.ip_address(value) in ipaddress.ip_network(network)


def at(row, path):
    for key in path.split("."):
        row = None if row is None else row[key]
    return row


def above(path, limit):
    return lambda row: at(row, path) is not None and at(row, path) > limit


def equal(path, value):
    return lambda row: at(row, path) == value


def found(path, pattern):
    return lambda row: at(row, path) is not None and re.search(pattern, at(row, path)) is not None


SESSIONS = {
    "status==Failed": equal("status", "Failed"),
    "status!=succeeded": lambda row: row["status"] != "Succeeded",
    "reason==upstream_no_reply": equal("reason", "upstream_no_reply"),
    "rcode==NameError": equal("rcode", "NXDOMAIN"),
    "rcode!=Success": lambda row: row["rcode"] != "NOERROR",
    "rcode": lambda row: row["rcode"] is not None,
    "rcode~^(SERVFAIL|NXDOM)": found("rcode", "^(SERVFAIL|NXDOM)"),
    "type==28": equal("type", "AAAA"),
    "bitmap<4": lambda row: row["bitmap"] < 4,
    "slow": equal("slow", True),
    "waited_ms>1s": above("waited_ms", 1000),
    "waited>2ms": above("waited_ms", 2),
    "latency_ns_raw>5000000": above("waited_ms", 5),
    "waited_ms<=0.5": lambda row: row["waited_ms"] is not None and row["waited_ms"] <= .5,
    "waited_exact==false": equal("waited_exact", False),
    "client==10.244.0.0/16": lambda row: row["client"] is not None and
                             inside(row["client"]["addr"], "10.244.0.0/16"),
    "client.addr==10.244.1.12": lambda row: row["client"] is not None and
                                row["client"]["addr"] == "10.244.1.12",
    "client.port>=50000": lambda row: row["client"] is not None and
                          row["client"]["port"] is not None and row["client"]["port"] >= 50000,
    "addresses==10.96.0.0/12": lambda row: any(inside(one, "10.96.0.0/12")
                                               for one in row["addresses"]),
    "addresses": lambda row: bool(row["addresses"]),
    "ip.addr==172.30.0.54": lambda row: at(row, "client.addr") == "172.30.0.54" or
                            "172.30.0.54" in (row["server"]["addr"], row["server"]["service"]) or
                            any(one["upstream"]["addr"] == "172.30.0.54" for one in row["attempts"]),
    "udp.port!=53": lambda row: 53 not in (at(row, "client.port"), row["server"]["port"],
                                           *(one["upstream"]["port"] for one in row["attempts"])),
    "latency_ns<=1m0.5ms": lambda row: row["waited_ms"] is not None and row["waited_ms"] <= 60000.5,
    "frame.time<2026-11-21T09:24:50Z": lambda row: row["start"] < "2026-11-21T09:24:50",
    "upstreams==172.30.0.53:53": lambda row: any(
        (one["upstream"]["addr"], one["upstream"]["port"]) == ("172.30.0.53", 53)
        for one in row["attempts"]),
    "attempts.outcome==no_reply": lambda row: any(one["outcome"] == "no_reply"
                                                  for one in row["attempts"]),
    "attempts.latency_ms>10": lambda row: any((one["latency_ms"] or 0) > 10
                                              for one in row["attempts"]),
    "tries>1": above("tries", 1),
    "name~\\.svc\\.cluster\\.local$": found("name", r"\.svc\.cluster\.local\.$"),
    "name~^[a-m]": found("name", "(?i)^[a-m]"),
    "name==API.example.com": equal("name", "api.example.com."),
    "unobserved==upstream_leg": lambda row: "upstream_leg" in row["unobserved"],
    "background": equal("background", True),
    "join": lambda row: row["join"] is not None,
}
ATTEMPTS = {
    "outcome==answered": equal("outcome", "answered"),
    "outcome~^no": found("outcome", "^no"),
    "upstream==172.30.0.54": lambda row: row["upstream"]["addr"] == "172.30.0.54",
    "nameserver.addr!=172.30.0.54": lambda row: row["upstream"]["addr"] != "172.30.0.54",
    "latency>5ms": above("latency_ms", 5),
    "rcode==ServerFailure": equal("rcode", "SERVFAIL"),
    "count>1": above("count", 1),
    "type==AAAA": equal("type", "AAAA"),
    "name~^[a-m]": found("name", "(?i)^[a-m]"),
    "start_exact": equal("start_exact", True),
}
LOOKUPS = {
    "outcome==Resolved": equal("outcome", "Resolved"),
    "outcome!=Resolved": lambda row: row["outcome"] != "Resolved",
    "waited_ms>=5ms": lambda row: row["waited_ms"] is not None and row["waited_ms"] >= 5,
    "host~example": found("host", "example"),
    "steps.rcode==NXDOMAIN": lambda row: any(one["rcode"] == "NXDOMAIN" for one in row["steps"]),
    "steps.types==AAAA": lambda row: any("AAAA" in one["types"] for one in row["steps"]),
    "stalls>1s": lambda row: any(one > 1000 for one in row["stalls"]),
    "types==A": lambda row: "A" in row["types"],
    "wasted": lambda row: True,
    "wasted>0": above("wasted", 0),
    "stub==glibc": equal("stub", "glibc"),
    "slow": equal("slow", True),
}
# Of these a lookup knows nothing itself.
OF_SESSIONS = ("status==Failed", "rcode==NameError", "bitmap<4", "upstreams==172.30.0.53:53",
               "attempts.outcome==no_reply", "tries>1", "name~^[a-m]")


class View:
    def __init__(self, name, capture, truth):
        self.name, self.capture, self.truth = name, capture, truth
        self.lines = self.run()
        self.rows = [json.loads(line) for line in self.lines]
        self.masks = {text: [bool(true(row)) for row in self.rows] for text, true in truth.items()}

    def run(self, *filters):
        words = itertools.chain.from_iterable(("--filter", one) for one in filters)
        return law.tool("--view", self.name, "-o", "ndjson", *words,
                        os.path.join(FIXTURES, self.capture)).splitlines()

    def check(self, kind, mask, *filters):
        want = [line for line, kept in zip(self.lines, mask) if kept]
        got = self.run(*filters)
        law.hold(want == got, f"{self.name}: {kind}", lambda: f"{len(got)} rows, not {len(want)}",
                 f"dnstap-analyse --view {self.name} {' '.join(map(shlex.quote, filters))} "
                 f"{self.capture}")

    def laws(self, rng):
        for text, mask in self.masks.items():
            self.check("a comparison", mask, text)
            self.check("!A", [not kept for kept in mask], f"!({text})")
        pairs = list(itertools.combinations(self.masks, 2))
        for one, other in rng.sample(pairs, min(PAIRS, len(pairs))):
            a, b = self.masks[one], self.masks[other]
            both = [x and y for x, y in zip(a, b)]
            self.check("A||B", [x or y for x, y in zip(a, b)], f"({one}) || ({other})")
            self.check("A,B", both, f"{one}, {other}")
            self.check("A and B apart", both, one, other)
            self.check("!(A||B)", [not x and not y for x, y in zip(a, b)],
                       f"!(({one})||({other}))")


def joined(capture, sessions, attempts, rng):
    """An attempt with what its session is."""
    kept = {text: {row["key"] for row, mask in zip(sessions.rows, sessions.masks[text]) if mask}
            for text in OF_SESSIONS}
    for text in rng.sample(sorted(OF_SESSIONS), 3):
        if text.startswith(("rcode", "name", "upstreams")):
            continue
        mask = [row["session"] in kept[text] for row in attempts.rows]
        attempts.check("of sessions", mask, text)
        attempts.check("of sessions, or their own", [x or row["outcome"] == "answered" for x, row
                                                     in zip(mask, attempts.rows)],
                       f"session.{text}||outcome==answered")


def report(capture, sessions, lookups, rng):
    """Its sessions and lookups are the rows that the views show."""
    for text in rng.sample(sorted(OF_SESSIONS), 3):
        document = law.report("--filter", text, os.path.join(FIXTURES, capture))
        kept = [row for row, mask in zip(sessions.rows, sessions.masks[text]) if mask]
        counted = [row for row in kept if not row["background"] and row["parent"] is None]
        keys = {row["key"] for row in kept}
        mask = [any(key in keys for key in row["sessions"]) for row in lookups.rows]
        said = f"dnstap-analyse --filter {shlex.quote(text)} -o json {capture}"
        law.hold(document["filters"] == [text], "report: filters", str(document["filters"]), said)
        law.hold(document["totals"]["sessions"] == len(counted), "report: sessions",
                 f"{document['totals']['sessions']}, not {len(counted)}", said)
        law.hold(document["lookups"]["count"] == sum(mask), "report: lookups",
                 f"{document['lookups']['count']}, not {sum(mask)}", said)
        if all(len(row["sessions"]) < 32 for row in lookups.rows):
            lookups.check("with such a session", mask, f"sessions.{text}")
            lookups.check("with such a session, and their own",
                          [x and row["outcome"] == "Resolved"
                           for x, row in zip(mask, lookups.rows)],
                          f"sessions.{text},outcome==Resolved")


def main():
    rng = random.Random(f"filter-{law.SEED}")
    for capture in CAPTURES[:2] if law.SANITIZED else CAPTURES:
        sessions = View("sessions", capture, SESSIONS)
        attempts = View("attempts", capture, ATTEMPTS)
        lookups = View("lookups", capture, LOOKUPS)
        for view in (sessions, attempts, lookups):
            view.laws(rng)
        joined(capture, sessions, attempts, rng)
        report(capture, sessions, lookups, rng)
    law.finish()


if __name__ == "__main__":
    main()
