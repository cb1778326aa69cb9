#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Applications look names up with glibc, musl and Go, each as it does, along search lists, with losses
and errors: each of their calls has one row, with what they asked for, what they got, how long they
waited and how many queries that took.  And every session of any capture is in one lookup."""
import random
import struct

import law

A, AAAA = 1, 28
NOERROR, SERVFAIL, NXDOMAIN = 0, 2, 3
START = 1_795_255_200
SERVER = (10, 96, 0, 10)
ZONE = "cluster.local."
LISTS = {"shop": ["shop.svc." + ZONE, "svc." + ZONE, ZONE],
         "pay": ["pay.svc." + ZONE, "svc." + ZONE, ZONE, "corp.example."]}
US, MS = 1e-6, 1e-3


class Wire:
    """The packets that a client's eth0 sees."""

    def __init__(self):
        self.packets = []

    def put(self, when, client, port, query, ident, name, kind, rcode=None, answers=0):
        flags = 0x0100 if query else 0x8180 | rcode
        dns = struct.pack(">6H", ident, flags, 1, answers, 0, 0)
        for label in name.rstrip(".").split("."):
            dns += bytes([len(label)]) + label.encode()
        dns += struct.pack(">BHH", 0, kind, 1)
        for number in range(answers):
            data = bytes([192, 0, 2, number]) if kind == A else bytes(15) + bytes([number])
            dns += struct.pack(">HHHIH", 0xc00c, kind, 1, 30, len(data)) + data
        ends = ((client, port), (SERVER, 53)) if query else ((SERVER, 53), (client, port))
        udp = struct.pack(">4H", ends[0][1], ends[1][1], 8 + len(dns), 0) + dns
        ip = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(udp), len(self.packets) % 65535 + 1, 0, 64,
                         17, 0)
        self.packets.append((when, ip + bytes(ends[0][0]) + bytes(ends[1][0]) + udp))

    def write(self, path):
        with path.open("wb") as file:
            file.write(struct.pack("<IHHiIII", 0xa1b23c4d, 2, 4, 0, 0, 262144, 101))
            for when, packet in sorted(self.packets, key=lambda one: one[0]):
                second, ns = divmod(round(when * 1e9), 10**9)
                file.write(struct.pack("<IIII", START + second, ns, len(packet), len(packet)))
                file.write(packet)


class Stub:
    """One client with one resolver; a call at a time."""

    def __init__(self, wire, draw, number, kind):
        self.wire, self.draw, self.kind = wire, draw, kind
        self.addr = (10, 244, number // 200, number % 200 + 1)
        self.search = LISTS[draw.choice(list(LISTS))]
        self.last_port = 32768 + draw.randrange(9000)
        self.loss = draw.choice((0, 0, .03))
        self.timeout = draw.choice((5, 5, 5, 1, 2, 3))  # options timeout:N, glibc

    def port(self):
        self.last_port += 1
        return self.last_port

    def ask(self, when, port, ident, name, kind, lossy=True):
        """(when it was answered or None, rcode, whether there are records)"""
        self.sent += 1
        self.latest = max(self.latest, when)
        self.wire.put(when, self.addr, port, True, ident, name, kind)
        if self.dead or (lossy and self.draw.random() < self.loss):
            return None, None, False
        rcode, records = answer_of(name, kind)
        then = when + self.draw.choice((.2, .5, 3, 40, 400)) * MS * self.draw.uniform(.8, 1.2)
        self.wire.put(then, self.addr, port, False, ident, name, kind, rcode, records)
        return then, rcode, records > 0

    def call(self, when, host, kinds, dead=False):
        """What the application asks for, and what it gets, as its libc does."""
        self.sent, self.dead, self.latest = 0, dead, when
        names = [host]
        if not host.endswith("."):
            tried = [f"{host}.{suffix}" for suffix in self.search]
            names = [*tried, host + "."] if host.count(".") < 5 else [host + ".", *tried]
            names = names[:1] if self.kind == "musl" and host.count(".") >= 5 else names
        failed = empty = False
        outcome, at = "NotFound", when
        for name in names:
            results, at = getattr(self, self.kind)(at + 50 * US, name, kinds)
            known = [one for one in results if one[0] is not None]
            if any(records for _, _, records in known) and (
                    self.kind != "musl" or all(rcode not in (None, SERVFAIL)
                                               for _, rcode, _ in results)):
                outcome = "Resolved"
                break
            if len(known) < len(results) and (self.kind == "musl" or not known):
                outcome = "TimedOut"
                break
            bad = any(rcode == SERVFAIL for _, rcode, _ in known)
            failed, empty = failed or bad, empty or any(rcode == NOERROR for _, rcode, _ in known)
            outcome = "NotFound" if empty else "Failed" if failed else "NotFound"
            if self.kind == "musl" and (bad or any(rcode == NOERROR for _, rcode, _ in known)):
                outcome = "Failed" if bad else "NotFound"
                break
        return {"client": ".".join(map(str, self.addr)), "start": when + 50 * US, "end": at,
                "host": host.rstrip(".") + ".", "outcome": outcome, "queries": self.sent,
                "stub": self.kind, "seen": self.latest}

    def glibc(self, when, name, kinds):
        port, at = self.port(), when
        idents = [self.draw.randrange(65536) for _ in kinds]
        results = [self.ask(when + 60 * US * i, port, ident, name, kind)
                   for i, (ident, kind) in enumerate(zip(idents, kinds))]
        if any(then is None for then, _, _ in results):  # both again, one behind the other
            at = self.latest + self.timeout + .004
            for i, (ident, kind) in enumerate(zip(idents, kinds)):
                results[i] = self.ask(at, port, ident, name, kind, False)
                if results[i][0] is None:
                    return results, at + self.timeout
                at = results[i][0] + 60 * US
            return results, at
        at = max(then for then, _, _ in results)
        if all(rcode == SERVFAIL for _, rcode, _ in results):
            port = port if len(kinds) == 2 else self.port()
            results = [self.ask(at + 70 * US + 60 * US * i, port, ident, name, kind, False)
                       for i, (ident, kind) in enumerate(zip(idents, kinds))]
            at = max(then for then, _, _ in results)
        return results, at

    def musl(self, when, name, kinds):
        port, first = self.port(), self.draw.randrange(65536)
        idents = [(first + i * self.draw.randrange(0x8c, 0x12c)) % 65536 for i in range(len(kinds))]
        results = [self.ask(when + 10 * US * i, port, ident, name, kind)
                   for i, (ident, kind) in enumerate(zip(idents, kinds))]
        for i, (ident, kind) in enumerate(zip(idents, kinds)):
            if results[i][0] is None:
                results[i] = self.ask(when + 2.503 + 10 * US * i, port, ident, name, kind, False)
        return results, max(then or when + 5 for then, _, _ in results)

    def go(self, when, name, kinds):
        results, at = [], when
        for i, kind in enumerate(kinds):
            sent = when + 90 * US * i
            then, rcode, records = self.ask(sent, self.port(), self.draw.randrange(65536), name, kind)
            for _ in range(1):
                if then is None or rcode == SERVFAIL:
                    sent = sent + 5.003 if then is None else then + 80 * US
                    then, rcode, records = self.ask(sent, self.port(), self.draw.randrange(65536),
                                                    name, kind, False)
            results.append((then, rcode, records))
            at = max(at, then or sent + 5)
        return results, at


def answer_of(name, kind):
    """(rcode, records): what there is.  Names that begin with "bad" fail at the upstream."""
    if name.endswith(ZONE):
        inside = name[:-len(ZONE)].rstrip(".").split(".")
        there = len(inside) == 3 and inside[2] == "svc" and inside[0] in ("web", "db")
        return (NOERROR, int(kind == A)) if there else (NXDOMAIN, 0)
    if name.startswith("bad") and "corp" not in name:
        return SERVFAIL, 0
    known = name in ("api.example.com.", "a.b.c.d.e.example.com.")
    return (NOERROR, 2 if kind == A or "api" in name else 0) if known else (NXDOMAIN, 0)


HOSTS = ("web", "web.shop", "db.pay.svc", "api.example.com", "api.example.com.", "missing", "bad.test.",
         "web.shop.svc.cluster.local.", "a.b.c.d.e.example.com", "gone.example.com.", "nothing.web.shop")


def traffic(seed, path):
    draw, wire, calls = random.Random(seed), Wire(), []
    for number in range(40):
        stub = Stub(wire, draw, number, draw.choice(("glibc", "glibc", "musl", "go")))
        when = draw.uniform(0, 5)
        for _ in range(25):
            kinds = draw.choice(((A, AAAA), (A, AAAA), (A, AAAA), (A,), (AAAA,)))
            host = draw.choice(HOSTS)
            dead = host.endswith(".") and draw.random() < .03
            calls.append(stub.call(when, host, kinds, dead))
            when = max(calls[-1]["end"], calls[-1]["seen"]) + draw.choice((.05, .5, 3, 8))
    last = max(call["end"] for call in calls)
    other = Stub(wire, draw, 999, "glibc")
    other.sent = other.latest = other.loss = other.dead = 0
    for i in range(int(last) + 40):
        other.ask(i, 20000 + i, i, "api.example.com.", A)
    wire.write(path)
    return calls


def compare(call, row, said):
    start = (law_time(row["start"]) - call["start"]) * 1e3
    law.hold(abs(start) < .01, "start", lambda: f"{start} ms: {call} {row}", *said)
    for key in ("outcome", "queries"):
        law.hold(row[key] == call[key], key, lambda: f"{key}: {call} {row}", *said)
    law.hold(row["host"] == call["host"] or len(row["steps"]) == 1, "host",
             lambda: f"{call} {row}", *said)
    by_chance = "ids" in (row["stub_why"] or "")  # ids at random are like musl's once in 64 times
    law.hold(by_chance or row["stub"] in (call["stub"], "unknown"), "stub", lambda: f"{call} {row}",
             *said)
    waited = (call["end"] - call["start"]) * 1e3
    right = abs(row["waited_ms"] - waited) < .2 if row["waited_exact"] else \
        row["waited_ms"] <= waited + .2
    law.hold(right, "waited", lambda: f"{waited}: {call} {row}", *said)
    law.hold(row["waited_exact"] or call["outcome"] in ("TimedOut", "Failed", "Resolved"),
             "waited is exact", lambda: f"{call} {row}", *said)


def law_time(text):
    """Seconds behind START; captures hold the day of START only."""
    hours, minutes, seconds = text[11:-1].split(":")
    return (int(hours) * 60 + int(minutes)) * 60 + float(seconds) - START % 86400


def calls_are_lookups(seed):
    path = law.WORK / f"calls-{seed}.pcap"
    calls = traffic(seed, path)
    said = (f"LAW_SEED={law.SEED} tests/law/lookups.py",
            f"dnstap-analyse --view lookups -o ndjson {path.name}")
    rows = [row for row in law.rows("lookups", path) if row["client"]["addr"] != "10.244.4.200"]
    law.hold(len(rows) == len(calls), "as many rows as calls", f"{len(rows)}, not {len(calls)}",
             *said)
    by = {}
    for row in rows:
        by.setdefault(row["client"]["addr"], []).append(row)
    for call in calls:
        near = [row for row in by[call["client"]] if abs(law_time(row["start"]) - call["start"]) < .01]
        if law.hold(len(near) == 1, "one row a call", lambda: f"{len(near)}: {call} {near}", *said):
            compare(call, near[0], said)


def each_session_once(name, *options):
    """Every session with a client and a question that counts is in one lookup, and no other."""
    capture = law.Capture(name, *options)
    said = (capture.said, f"dnstap-analyse --view lookups -o ndjson {name}.fstrm")
    rows = law.rows("lookups", capture.path)
    keys = [key for row in rows for key in row["sessions"]]
    asked = [row["key"] for row in law.sessions(capture.path)
             if row["client"] and row["name"] and not row["background"] and not row["parent"]]
    law.hold(len(keys) == len(set(keys)), "a session in two lookups", f"{len(keys)} keys", *said)
    law.hold(sorted(keys) == sorted(asked), "sessions of lookups",
             lambda: f"{len(keys)}, not {len(asked)}: {set(asked) ^ set(keys)}", *said)
    figures = law.report(capture.path)["lookups"]
    outcomes = {"resolved": "Resolved", "not_found": "NotFound", "failed": "Failed",
                "timed_out": "TimedOut", "unknown": "Unknown"}
    for key, word in outcomes.items():
        count = sum(row["outcome"] == word for row in rows)
        law.hold(figures[key] == count, "figures of lookups", f"{key}: {figures[key]}, not {count}",
                 *said)
    law.hold(figures["count"] == len(rows), "figures of lookups", f"count {figures['count']}", *said)


def main():
    for seed in range(2 if law.SANITIZED else 8):
        calls_are_lookups(f"{law.SEED} {seed}")
    for generation in ("1.11.3",) if law.SANITIZED else ("1.8.3", "1.11.3", "1.14.7"):
        each_session_once(f"once-{generation}", "--generation", generation, "--rate", 120,
                          "--messages", 5000, "--silent", .04, "--no-answer", .03, "--repeat", .3,
                          "--upstream-dead", .1, "--reuse", .1)
    law.finish()


if __name__ == "__main__":
    main()
