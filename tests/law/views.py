# SPDX-License-Identifier: BSD-2-Clause
"""What sessions the packets of generated traffic must give, by where they were captured."""
from collections import defaultdict

from agree import ns

# All in ns.
SETTLED = 6_800_000_000, 9_000_000_000  # a query without answer is judged so long after it
NEAR = 2_000       # captures hold microseconds
EVENT = 1_000_000  # times of one thing as two kinds of capture tell it


class Expected:
    """A session as a vantage shows it: one query of the truth or, where the client is seen, the
    queries that a stub sent again while it waited for the first one's answer."""

    def __init__(self, flows, vantage):
        self.flows, self.vantage = flows, vantage
        self.first = first = flows[0]
        self.background = first["background"]
        near = vantage != "pod"
        self.query = first["packets"]["client_query" if near else "query"]
        answers = [(flow["packets"]["client_answer" if near else "answer"],
                    flow["packets"]["rcode"]) for flow in flows]
        self.answers = sorted(answer for answer in answers if answer[0])
        # the capture ends when the answer has left the pod and has not reached the client
        self.between = vantage == "any" and not self.answers and \
            any(flow["packets"]["answer"] for flow in flows)
        self.attempts = [] if vantage == "client" else sorted(
            ({**attempt, "n": flow["n"]} for flow in flows
             for attempt in flow["packets"]["attempts"]), key=lambda one: one["sent"])
        self.start = self.query or (self.attempts[0]["sent"] if self.attempts else None)
        self.storm = bool(first.get("storm"))

    def key(self):
        first = self.first
        if self.background:  # all that is seen of it is what was forwarded
            return (None, None, first.get("asked", first["name"]), first["type"])
        return (first["client"], first["port"], first["name"], first["type"])

    def statuses(self, last):
        """Those that are right."""
        if self.answers:
            return {"Succeeded" if self.answers[0][1] in ("NOERROR", "NXDOMAIN") else "Failed"}
        times = [self.query, *(flow["packets"]["client_query" if self.vantage != "pod" else "query"]
                               for flow in self.flows)]
        for attempt in self.attempts:
            times += [attempt["sent"], attempt["got"], attempt["late"]]
        quiet = last - max(time for time in times if time)
        if quiet < SETTLED[0]:
            return {"CaptureEdge"}
        return {"Failed"} if quiet >= SETTLED[1] else {"Failed", "CaptureEdge"}

    def bitmap(self):
        got = any(attempt["got"] or attempt["late"] for attempt in self.attempts)
        return ((1 if self.query else 0) | (2 if self.answers else 0) |
                (4 if self.attempts else 0) | (8 if got else 0))


def chains(truth):
    """Queries of the truth by what the stub waits for."""
    of = {flow["n"]: flow for flow in truth}
    chain = {}
    for flow in sorted(truth, key=lambda one: one["packets"]["client_query"] or 0):
        first = of.get(flow.get("repeat_of"))
        if first is not None and first["n"] in chain:
            done = first["packets"]["client_answer"]
            if not done or flow["packets"]["client_query"] < done:
                chain[first["n"]].append(flow)
                continue
        chain[flow["n"]] = [flow]
    return chain.values()


def expected(truth, vantage):
    """The sessions of a capture taken there; background ones where CoreDNS's own work is seen."""
    asked = [flow for flow in truth if flow["packets"]["query"]]
    alone = [flow for flow in truth if flow["background"] and flow["packets"]["attempts"]]
    groups = chains(asked) if vantage != "pod" else [[flow] for flow in asked]
    if vantage != "client":
        groups = [*groups, *([flow] for flow in alone)]
    return [Expected(group, vantage) for group in groups]


def pair(wanted, rows):
    """(expected, row) for each session: same ends and question, nearest start; None where one has
    no other."""
    found, pairs = defaultdict(list), []
    for row in rows:
        client = row["client"] or {"addr": None, "port": None}
        key = (None, None) if row["background"] else (client["addr"], client["port"])
        found[(*key, row["name"], row["type"])].append((ns(row["start"]), row))
    for one in sorted(wanted, key=lambda one: one.start):
        here = found[one.key()]
        near = [(abs(start - one.start), i) for i, (start, _) in enumerate(here)
                if start is not None and abs(start - one.start) < EVENT]
        pairs.append((one, here.pop(min(near)[1])[1] if near else None))
    return pairs + [(None, row) for here in found.values() for _, row in here]
