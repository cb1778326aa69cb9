#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""--view messages of dnstap and of the packets of the same traffic shows the same messages in the same
sessions, but for such as only one of them can show: each for a reason that is named and counted here."""
import lzma
import os
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from messages import FIXTURES, TOP, Failures, finish, rows, seconds

# Why only one of them shows a message, or shows it as another session's.
LOOPBACK = "the loop plugin's probe goes to CoreDNS over loopback"
HEALTH = "health checks are not tapped"
PROVEN = "CoreDNS's own SERVFAIL is not tapped, but its session proves it: its times are lower bounds"
UNTAPPED = "CoreDNS's own answer is not tapped, and nothing proves that it was sent"
SKIPPED = "a reply that CoreDNS skips is not tapped, and in packets it is of no session"
OTHER = "a reply to another question is tapped, but in packets it is of no session"
ENCRYPTED = "packets show no messages of DNS over TLS"
AMBIGUOUS = "several sessions asked the same at once, and packets cannot tell whose it is"
RENAMED = "CoreDNS asked for another name than its client, and packets do not tell for whom"
SOCKET = "the query lay in CoreDNS's socket, which dnstap does not see"
PAIRS = {
    "01c-healthy": {LOOPBACK: 4, SOCKET: 1},
    "02c-one-upstream-dead": {LOOPBACK: 4, SOCKET: 4, HEALTH: 12},
    "07-client-loss": {LOOPBACK: 4, SOCKET: 12},
    "11-truncation": {LOOPBACK: 4, SOCKET: 4, AMBIGUOUS: 4},
    "12-ipv6-rewrite": {LOOPBACK: 4, SOCKET: 8, RENAMED: 24},
    "19-dot-upstream": {LOOPBACK: 2, SOCKET: 1, PROVEN: 61, ENCRYPTED: 1609},
    "21-odd-upstream": {LOOPBACK: 4, SOCKET: 5, PROVEN: 18, UNTAPPED: 2, HEALTH: 99, SKIPPED: 64,
                        OTHER: 6},
    "22-aks-guide": {PROVEN: 1, HEALTH: 6},
}
NEAR_MS = 3  # between the network and CoreDNS's own times, which are later and, of answers, earlier
SOCKET_MS = 50


def said(row):
    return row["qr"], row["name"] and row["name"].lower(), row["qtype"], row["rcode"]


def contents(row):
    return *said(row), row["num_answers"], tuple(row["addresses"] or ())


def client_end(row):
    end = row["dst" if row["qr"] == "R" else "src"]
    return end["addr"], end["port"], row["transport"], row["id"]


def upstream_end(row):
    return row["nameserver"]["addr"]


def is_probe(row):
    return row["qtype"] == "HINFO" and row["name"].replace(".", "").isdigit()


def show(row):
    return " ".join(str(row[key]) for key in ("timestamp", "frame", "leg", "session", "id", "qr", "name",
                                              "qtype", "rcode", "transport"))


def match(left, right, key, other_key=None):
    """Pairs of one key, in the order of time; and what is left of both."""
    groups = defaultdict(list)
    for row in right:
        groups[(other_key or key)(row)].append(row)
    pairs, alone = [], []
    for row in left:
        same = groups.get(key(row))
        if same:
            pairs.append((row, same.pop(0)))
        else:
            alone.append(row)
    return pairs, alone, [row for same in groups.values() for row in same]


class Pair:
    def __init__(self, name):
        self.out, self.why = Failures(name), Counter()
        tap, packets = f"{name}.fstrm.xz", f"{name}-coredns.pcap.xz"
        self.tap, self.packets = rows("messages", tap), rows("messages", packets)
        self.tapped = {one["key"]: one for one in rows("sessions", tap)}
        self.seen = {one["key"]: one for one in rows("sessions", packets)}
        self.same = {}  # key of a session in dnstap: in packets

    def judge(self):
        tap, packets = self.clients()
        more, packets = self.upstreams(packets)
        for row in tap + more:
            self.explain(row, self.why_tapped(row), "dnstap")
        for row in packets:
            self.explain(row, self.why_packet(row), "packets")
        self.out.hold(dict(self.why) == PAIRS[self.out.what],
                      f"not as many times, or for other reasons: {dict(self.why)}")
        return self.out

    def explain(self, row, reason, where):
        if self.out.hold(reason, f"only in {where}: {show(row)}"):
            self.why[reason] += 1

    # The client leg --------------------------------------------------------------------------------

    def clients(self):
        """What is left of dnstap's, and of all packets."""
        client = [row for row in self.packets if row["leg"] == "client" and not is_probe(row)]
        others = [row for row in self.packets if row["leg"] != "client" or is_probe(row)]
        tap = [row for row in self.tap if row["leg"] == "client" and row["tapped"]]
        pairs, tap, client = match(tap, client, lambda row: (client_end(row), contents(row)))
        for one, other in pairs:
            self.same_session(one, other)
            self.same_times(one, other)
        untapped = [row for row in self.tap if not row["tapped"]]
        proven, untapped, client = match(untapped, client, lambda row: (client_end(row), said(row)))
        for one, other in proven:
            self.why[PROVEN] += 1
            self.same_session(one, other)
            self.out.hold(seconds(one) < seconds(other) + NEAR_MS / 1e3, f"later: {show(one)}")
            self.out.hold(one["latency_ms"] < other["latency_ms"] + NEAR_MS, f"longer: {show(one)}")
        return tap + untapped, client + others

    def same_session(self, one, other):
        known = self.same.setdefault(one["session"], other["session"])
        self.out.hold(known == other["session"],
                      f"{show(one)}: in packets of {known} and of {other['session']}")

    def same_times(self, one, other):
        """Packets are earlier than CoreDNS's times in queries, and later in answers of its."""
        if one["answered"] != other["answered"]:
            self.out.hold(self.answered_unseen(one, other),
                          f"answered {one['answered']} and {other['answered']}: {show(one)}")
        tap, packets = one["latency_ms"], other["latency_ms"]
        if tap is None or packets is None:
            self.out.hold(tap == packets, f"latencies {tap}, {packets}: {show(one)}")
            return
        longer = packets - tap if one["leg"] == "client" else tap - packets
        if one["leg"] == "client" and NEAR_MS <= longer < SOCKET_MS:
            self.why[SOCKET] += 1
            longer = 0
        self.out.hold(-NEAR_MS < longer < 2 * NEAR_MS, f"latencies {tap}, {packets}: {show(one)}")

    def answered_unseen(self, one, other):
        """The answer is not tapped; or what is tapped answers another question."""
        if one["leg"] == "client":
            return other["answered"] and not self.tapped[one["session"]]["bitmap"] & 2
        return one["answered"] and any(attempt["outcome"] == "wrong_reply" for attempt in
                                       self.seen[other["session"]]["attempts"])

    # The upstream leg ------------------------------------------------------------------------------

    def upstreams(self, packets):
        """Those of one session first; what is left of both."""
        tap = [row for row in self.tap if row["leg"] == "upstream"]
        upstream = [row for row in packets if row["leg"] == "upstream" or is_probe(row)]
        rest = [row for row in packets if row["leg"] != "upstream" and not is_probe(row)]
        pairs, tap, upstream = match(
            tap, upstream, lambda row: (self.same.get(row["session"]), upstream_end(row), contents(row)),
            lambda row: (row["session"], upstream_end(row), contents(row)))
        strays, tap, upstream = match(tap, upstream, lambda row: (upstream_end(row), contents(row)))
        for one, other in strays:
            self.explain(one, self.why_stray(one, other), "another session")
        wrong, tap, rest = match(tap, rest, lambda row: (upstream_end(row), contents(row)))
        self.why.update(OTHER for _ in wrong)
        for one, other in pairs + strays:
            self.same_times(one, other)
        return tap, upstream + rest

    def why_stray(self, one, other):
        if is_probe(one):
            return LOOPBACK
        session = self.tapped[one["session"]]
        if self.seen[other["session"]]["join"] == "ambiguous":
            return AMBIGUOUS
        if session["name"] != one["name"].lower() and self.seen[other["session"]]["client"] is None:
            return RENAMED
        return None

    # What only one of them shows -------------------------------------------------------------------

    def why_tapped(self, row):
        if is_probe(row) and row["leg"] == "client":
            return LOOPBACK
        end = row["src" if row["qr"] == "R" else "dst"]
        if row["leg"] == "upstream" and end["port"] == 853:
            return ENCRYPTED
        return None

    def why_packet(self, row):
        if row["leg"] == "upstream" and (row["name"], row["qtype"]) == (".", "NS"):
            return HEALTH
        if row["leg"] == "client" and row["qr"] == "R" and \
                row["rcode"] in ("ServerFailure", "Refused", "FormatError"):
            return UNTAPPED
        if row["leg"] is None and row["qr"] == "R" and row["session"] is None:
            return SKIPPED
        return None


def made():
    """22-aks-guide is what its script makes."""
    out = Failures("tests/gen/aks.py")
    with tempfile.TemporaryDirectory(prefix="dnstap-analyse-test.") as folder:
        subprocess.run([sys.executable, TOP / "tests/gen/aks.py", folder], check=True)
        for file in Path(folder).iterdir():
            out.hold(lzma.open(file).read() == lzma.open(FIXTURES / file.name).read(),
                     f"{file.name} is another one")
    return out


def main():
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return finish([made(), *pool.map(lambda name: Pair(name).judge(), PAIRS)])


if __name__ == "__main__":
    sys.exit(main())
