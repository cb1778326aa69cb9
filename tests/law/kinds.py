#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""One traffic captured as dnstap and as packets: on the CoreDNS pods' eth0, on the clients', and on
all interfaces of the node (each datagram twice, in front of and behind NAT).  Every session of the
truth has one row in each; status, rcode, wait and attempts are those of the truth, and so equal
among the kinds as far as both can know; each attempt stands under its own session, or under one
that is marked ambiguous."""
import law
from agree import ns
from views import EVENT, NEAR, expected, pair

PLAIN = ("--servfail", .03, "--silent", .03, "--no-answer", .04, "--untapped", .5, "--upstreams", 3,
         "--upstream-dead", .05, "--late", .3)
MIXED = (*PLAIN, "--repeat", .3, "--refresh", .1, "--tcp", .1, "--ipv6", .2, "--jitter")
CASES = {  # options, and the share of the forwarded sessions that may be ambiguous
    "slow": (("--rate", 10, "--messages", 800, *MIXED), .01),
    "usual": (("--rate", 200, "--messages", 8000, *MIXED), .01),
    "busy": (("--rate", 5000, "--messages", 25000, *MIXED), .02),
    "old": (("--rate", 200, "--messages", 6000, "--old-ids", "--nano", *MIXED), .01),
    "reuse": (("--rate", 150, "--messages", 6000, "--reuse", .15, "--repeat", .2, *PLAIN), .01),
    "busy-reuse": (("--rate", 5000, "--messages", 15000, "--reuse", .3, *PLAIN), .02),
    "few": (("--rate", 2000, "--messages", 15000, "--names", 60, *PLAIN), 1),
    "dead": (("--rate", 100, "--messages", 5000, "--upstream-dead", "4-12"), .01),
    "storm": (("--rate", 400, "--messages", 13000, "--storm", 2000), .01),
    "replicas": (("--rate", 200, "--messages", 6000, "--replicas", 3, *MIXED), .01),
}
GENERATIONS = {"1.11.3": tuple(CASES), "1.8.3": ("usual", "busy-reuse"),
               "1.14.7": ("usual", "busy-reuse", "few")}
VIEWS = {"pod": ("pod",), "client": ("client",), "any": ("any",), "both": ("client", "pod")}
GOOD = ("NOERROR", "NXDOMAIN")
HEAD = 2_000_000_000  # until then (traffic begins a second in) the other address of a dual-stack
                      # server may not be known
CROSSING = 100_000  # ns: from a client to its server, and something


class View:
    """The rows of one capture (or of two read together) against the truth."""

    def __init__(self, kind, capture, paths, label, said):
        self.kind, self.capture, self.label = kind, capture, label
        self.said = (capture.said, f"dnstap-analyse --view sessions -o ndjson {said}")
        self.near = kind in ("client", "any", "both")  # the client is seen: it waits once
        self.rows = law.sessions(*paths)
        vantage = {"both": "any"}.get(kind, kind)
        self.pairs = pair(expected(capture.truth, vantage), self.rows)
        self.of = {one.first["n"]: (one, row) for one, row in self.pairs if one and row}
        self.same_work = self.repeated()

    def repeated(self):
        """Sessions of one stub for one thing: where CoreDNS works for two of them at once, nothing
        in the packets of the pod tells which answer is whose."""
        groups = {}
        for one, _ in self.pairs:
            if one:
                groups.setdefault(one.first.get("repeat_of", one.first["n"]), []).append(one)
        return {one.first["n"]: group for group in groups.values() for one in group}

    def alike(self, one):
        return self.same_work[one.first["n"]]

    def check(self, true, what, one, row):
        def said():
            return f"row={row} truth={one.flows if one else None}"
        return law.hold(true, f"{what} ({self.kind}, {self.label})", said, *self.said)

    def all(self):
        for one, row in self.pairs:
            if self.check(one is not None, "extra row", one, row) and \
                    self.check(row is not None, "not found", one, row):
                self.ends(one, row)
                self.verdict(one, row)
                if row["join"] != "ambiguous" and self.kind != "client":
                    self.attempts(one, row)
        if self.kind == "client":
            seen = [row for row in self.rows if "upstream_leg" not in row["unobserved"]]
            self.check(not seen, "what is not seen is not told", None, seen[:1])
        else:
            self.joins()

    def ends(self, one, row):
        first = one.first
        head = one.start - self.capture.summary["first"] < HEAD
        self.check(row["background"] == one.background or (head and one.background), "background",
                   one, row)
        self.check(abs(ns(row["start"]) - one.start) <= (EVENT if one.background else NEAR),
                   "start", one, row)
        if one.background:
            return
        self.check(row["id"] == first["id"], "id", one, row)
        self.check(row["transport"] == first["transport"], "transport", one, row)
        self.check(row["parent"] is None, "parent of a client's query", one, row)
        server = first["packets"]["service" if self.kind == "client" else "server"]
        self.check(row["server"]["addr"] == server and row["server"]["port"] == 53, "server", one,
                   row)

    def answers(self, one):
        """(rcode, wait) that are right."""
        # two that cross each other on the way: either
        answers = [answer for answer in one.answers if answer[0] < one.answers[0][0] + CROSSING]
        if not self.near:  # any of those for the same thing
            answers = [answer for other in self.alike(one) for answer in other.answers
                       if answer[0] > one.query]
        return [(rcode, (at - one.query) / 1e6) for at, rcode in answers]

    def verdict(self, one, row):
        if one.background or one.between:
            return
        answers = self.answers(one)
        shared = not self.near and len(self.alike(one)) > 1
        right = one.statuses(self.capture.summary["packets"]["last"])
        if shared:
            right |= {"Succeeded" if rcode in GOOD else "Failed" for rcode, _ in answers}
            right |= {"Failed", "CaptureEdge"}
        self.check(row["status"] in right, "status", one, row)
        if row["rcode"] is None and (shared or not answers):
            waited = row["waited_ms"]
            self.check(waited is None or not row["waited_exact"], "wait without an answer", one,
                       row)
            return
        waits = [wait for rcode, wait in answers if rcode == row["rcode"]]
        if self.check(waits, "rcode", one, row):
            waited = row["waited_ms"]
            near = waited is not None and any(abs(waited - wait) <= .0022 for wait in waits)
            self.check(near and row["waited_exact"], "waited", one, row)
        self.check(row["rcode_source"] == "client_response", "whose rcode", one, row)

    def attempts(self, one, row):
        """Those of a row that is not ambiguous: its own and, but for what others took, all."""
        if one.storm:
            tries = one.first["packets"]["tries"]
            last = self.capture.summary["packets"]["last"]
            whole = one.answers and one.answers[0][0] < last
            self.check(row["tries"] == tries or not whole, "tries of a storm", one, row)
            self.check({a["outcome"] for a in row["attempts"]} <= {"unreachable", "open"},
                       "outcome of a storm", one, row)
            return
        self.check(row["tries"] == sum(a["count"] for a in row["attempts"]), "tries", one, row)
        alike = [one] if self.near else self.alike(one)
        for mine in row["attempts"]:
            true = [a for other in alike for a in other.attempts if is_same(mine, a)]
            if self.check(len(true) == 1, "attempt of another session", one, row):
                self.attempt(one, row, mine, true[0])
        if self.near:
            self.check(row["repeats"] == len(one.flows) - 1, "repeats", one, row)

    def attempt(self, one, row, mine, true):
        if true["got"]:
            self.check(mine["outcome"] == "answered" and mine["rcode"] == true["rcode"],
                       "outcome of an answered attempt", one, row)
            wait = (true["got"] - true["sent"]) / 1e6
            # seen further out, on the node's eth0, it takes some microseconds less
            self.check(mine["latency_ms"] is not None and abs(mine["latency_ms"] - wait) < .1,
                       "latency", one, row)
        else:
            self.check(mine["outcome"] in ("no_reply", "open") and mine["latency_ms"] is None,
                       "outcome of an attempt without answer", one, row)

    def joins(self):
        """Each attempt of the truth stands once: under its own session, or where the row says that
        it may be another's."""
        places = {}
        for row in self.rows:
            for attempt in row["attempts"]:
                key = (row["name"], attempt["upstream"]["addr"])
                places.setdefault(key, []).append((ns(attempt["start"]), row))
        forwarded = ambiguous = 0
        for one, row in self.pairs:
            if not one or not row or not one.attempts or one.storm or one.first["type"] == "HINFO":
                continue  # a probe at the head of a capture, before anything tells who is who
            alike = [self.of[other.first["n"]][1] for other in self.alike(one)
                     if other.first["n"] in self.of]
            forwarded += 1
            ambiguous += row["join"] == "ambiguous"
            name = one.first.get("asked", one.first["name"])
            for true in one.attempts:
                near = [there for start, there in places.get((name, true["upstream"]), ())
                        if abs(start - true["sent"]) < EVENT]
                mine = any(there is other for there in near for other in alike)
                self.check(mine or any(there["join"] == "ambiguous" for there in near),
                           "attempt stands elsewhere", one, row)
                self.check(mine or row["join"] == "ambiguous" or row["realm"] == "unknown",
                           "attempt not missed", one, row)
        most = self.capture.allowed * forwarded + 2
        law.hold(ambiguous <= most, f"ambiguous joins ({self.kind}, {self.label})",
                 f"{ambiguous} of {forwarded}", *self.said)


def is_same(mine, true):
    return (mine["upstream"]["addr"] == true["upstream"] and
            abs(ns(mine["start"]) - true["sent"]) < EVENT)


def tapped(capture, label):
    """The rows of dnstap, by the number of their session in the truth."""
    rows, found = {}, {}
    for row in law.sessions(capture.path):
        client = row["client"] or {"addr": None, "port": None}
        key = (client["addr"], client["port"], row["id"], row["name"], row["type"])
        rows.setdefault(key, []).append((ns(row["start"]), row))
    for truth in capture.truth:
        if truth["background"] or not truth["bitmap"] & 1:
            continue
        key = tuple(truth[part] for part in ("client", "port", "id", "name", "type"))
        here = [(abs(start - truth["start"]), i) for i, (start, _) in enumerate(rows.get(key, ()))]
        law.hold(here, f"not found (dnstap, {label})", f"{truth}", capture.said)
        if here:
            found[truth["n"]] = rows[key][min(here)[1]][1]
    return found


def compare(capture, label, taps, view):
    """A session as dnstap and as the pod's packets tell it."""
    judged = ("Succeeded", "Failed")
    for n, row in taps.items():
        one, other = view.of.get(n, (None, None))
        if not other or len(view.alike(one)) > 1:
            continue

        def hold(true, what):
            law.hold(true, f"{what} of dnstap and packets ({label})",
                     lambda: f"{row} {other} truth={one.flows}", *view.said)
        for part in ("client", "id", "name", "type", "class", "transport"):
            hold(row[part] == other[part], part)
        if row["status"] in judged and other["status"] in judged:
            hold(row["status"] == other["status"], "status")
        if row["rcode"] and other["rcode"]:
            hold(row["rcode"] == other["rcode"], "rcode")
        if row["waited_exact"] and other["waited_exact"] and \
                None not in (row["waited_ms"], other["waited_ms"]):
            hold(abs(row["waited_ms"] - other["waited_ms"]) < 1, "wait")
        if "ambiguous" in (row["join"], other["join"]) or one.storm or not one.answers or \
                (other["realm"] == "unknown" and not other["attempts"]):
            continue  # it may be said that it is not known
        if row["bitmap"] & 2 and other["bitmap"] & 2:
            hold(row["realm"] == other["realm"] or "unknown" in (row["realm"], other["realm"]),
                 "realm")
        if "CaptureEdge" not in (row["status"], other["status"]):
            mine, theirs = ([(a["upstream"]["addr"], a["outcome"]) for a in each["attempts"]]
                            for each in (row, other))
            hold(mine == theirs, "attempts")


def fused(capture, label, taps, view):
    """dnstap and the pod's packets read together: the same sessions, once each."""
    said = (capture.said, "dnstap-analyse --view sessions -o ndjson F.fstrm F-pod.pcap")
    rows = law.sessions(capture.path, capture.packets["pod"])
    rows = [row for row in rows if not row["background"]]
    for one, row in pair(expected(capture.truth, "pod"), rows):
        if one and one.background:
            continue
        kind = f"fused ({label})"
        known = one is not None and row is not None
        law.hold(known, f"{kind}: row", lambda: f"{row} truth={one and one.flows}", *said)
        if not known:
            continue
        n = one.first["n"]
        single = view.of.get(n, (None, None))[1]
        law.hold(n not in taps or row["inputs"] == [0, 1], f"{kind}: inputs",
                 lambda: f"{row} truth={one.flows}", *said)
        for part in ("status", "rcode", "waited_ms") if single and row["join"] != "ambiguous" \
                else ():
            law.hold(row[part] == single[part] or row["status"] != single["status"] and
                     single["status"] == "CaptureEdge", f"{kind}: {part}",
                     lambda: f"{row} alone={single}", *said)
        law.hold(n not in taps or row["server"]["identity"] == taps[n]["server"]["identity"],
                 f"{kind}: identity", lambda: f"{row} truth={one.flows}", *said)


def run(name, generation):
    options, allowed = CASES[name]
    label = f"{name}-{generation}"
    capture = law.Capture(label, "--generation", generation, *options,
                          packets=("pod", "client", "any"))
    capture.allowed = allowed
    views = {}
    for kind, vantages in VIEWS.items():
        paths = [capture.packets[vantage] for vantage in vantages]
        views[kind] = View(kind, capture, paths, label, law.words(path.name for path in paths))
        views[kind].all()
    taps = tapped(capture, label)
    compare(capture, label, taps, views["pod"])
    if name != "few":  # many of one question at once: whose is whose dnstap alone can tell
        fused(capture, label, taps, views["pod"])


def main():
    for generation, names in GENERATIONS.items():
        for name in names if not law.SANITIZED else ("usual",):
            run(name, generation)
    law.finish()


if __name__ == "__main__":
    main()
