# SPDX-License-Identifier: BSD-2-Clause
"""Session rows held against the generator's truth."""
import re
from calendar import timegm
from collections import defaultdict
from time import strptime

from law import hold

TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.(\d{9})Z$")
CQ, CR, FQ, FR = 1, 2, 4, 8


def ns(text):
    found = TIME.match(text or "")
    if not found:
        return None
    return timegm(strptime(found[1], "%Y-%m-%dT%H:%M:%S")) * 10**9 + int(found[2])


class Agreement:
    """One capture: pairs rows with truth by id, name, type and start, then compares them."""

    def __init__(self, capture, rows, commands, full=True, loss=False):
        self.capture, self.commands, self.full, self.loss = capture, commands, full, loss
        self.generation = capture.summary["generation"]
        self.racy = self.generation == "1.7.0"     # answered queries have no true query time
        self.clientless = self.generation in ("1.7.0",
                                              "1.8.0")  # no client frames without an answer
        self.rows = defaultdict(list)
        self.ambiguous = 0
        self.repeats = defaultdict(list)
        for truth in capture.truth:
            if "repeat_of" in truth:
                self.repeats[truth["repeat_of"]].append(truth["frames"][0])
        self.swapped = set()  # repeats that stand in the file in front of what they repeat
        first = {truth["n"]: truth["frames"][0] for truth in capture.truth}
        for truth in capture.truth:
            if first.get(truth.get("repeat_of"), 0) > truth["frames"][0]:
                self.swapped |= {truth["n"], truth["repeat_of"]}
        for row in rows:
            row = {**row, "_start": ns(row["start"])}
            self.rows[row["id"], row["name"], row["type"]].append(row)

    def check(self, true, kind, truth, row, what=""):
        def said():
            plain = {key: value for key, value in (row or {}).items() if key[0] != "_"}
            return f"{what} n={truth['n']} row={plain} truth={truth}"
        return hold(true, f"{kind} ({self.generation})", said, *self.commands)

    def distance(self, row, truth):
        """How far a row's start is from what it may be; None: not this one."""
        client = row["client"]
        if client and truth["client"] != client["addr"] and self.generation != "1.14.7":
            return None
        if bool(truth.get("refresh")) != row["background"] and truth["name"] not in self.probes:
            return None
        starts = [truth["start"]] if truth["bitmap"] & (CQ | CR) else []
        starts += [truth["call"]] if truth.get("call") else []
        if self.racy:  # query times are overwritten by the answers'
            starts += [truth["start"] + (truth["waited_ns"] or 0)] if truth["bitmap"] & CR else []
            starts += [truth["call"] + attempt[2] for attempt in truth["attempts"]]
        far = min((abs(row["_start"] - start) for start in starts), default=None)
        return far if far is not None and far < 200_000_000 else None

    def all(self):
        self.probes = {truth["name"] for truth in self.capture.truth if truth["type"] == "HINFO"}
        for truth in sorted(self.capture.truth, key=lambda one: not one["bitmap"] & CQ):
            # without a frame of the client leg only the name that was forwarded can be known
            name = truth["name"]
            if not truth["bitmap"] & (CQ | CR):
                name = truth.get("asked", name)
            found = self.rows[truth["id"], name, truth["type"]]
            near = [(far, i) for i, row in enumerate(found)
                    if (far := self.distance(row, truth)) is not None]
            row = found.pop(min(near)[1]) if near else None
            if self.check(row is not None, "not found", truth, row):
                self.compare(truth, row)
        for left in self.rows.values():
            for row in left:
                self.check(False, "extra row", {"n": None}, row)
        total = max(1, len(self.capture.truth))
        hold(self.ambiguous <= total * 0.02 + 2, "ambiguous joins",
             f"{self.ambiguous} of {total} ({self.generation})", *self.commands)

    def compare(self, truth, row):
        background = truth["background"]
        truth["tapped"] = bool(truth["bitmap"] & CR)  # the answer is in the capture
        truth["whole"] = not truth["lost"] and not truth["unwritten"]
        self.check(row["background"] == background, "background", truth, row)
        self.check(row["transport"] in (truth["transport"],
                                        "tcp" if truth.get("refresh") else None),
                   "transport", truth, row)
        if truth.get("reused") != "open":  # within another one it looks like an internal lookup
            self.check(row["parent"] is None, "parent of a client's query", truth, row)
        if row["join"] == "ambiguous":
            self.ambiguous += 1
        if not background:
            self.status(truth, row)
        self.wait(truth, row)
        if row["join"] != "ambiguous" and not truth.get("refresh"):
            self.check(row["bitmap"] == truth["bitmap"], "bitmap", truth, row)
            if truth["whole"]:
                self.attempts(truth, row)
        plain = self.full and not background and not self.loss and row["join"] != "ambiguous"
        if truth["tapped"] and truth["whole"] and plain:
            self.check(row["realm"] == truth["realm"], "realm", truth, row)

    def status(self, truth, row):
        self.check(row["status"] == truth["status"] or row["status"] in truth["may"], "status",
                   truth, row,
                   f"{row['status']} for {truth['status']}")
        if truth["tapped"] and self.full:
            self.check(row["rcode"] == truth["rcode"], "rcode", truth, row)
        if truth["tapped"] and truth["whole"] and not self.loss and truth["n"] not in self.swapped:
            # those in the file before the answer; one that a later writer wrote may still count
            seen = sum(0 < frame < truth["frames"][1] for frame in self.repeats[truth["n"]])
            self.check(seen <= row["repeats"] <= truth["repeats"], "repeats", truth, row)

    def wait(self, truth, row):
        waited = row["waited_ms"]
        if truth.get("refresh"):
            return
        if truth["tapped"] and not self.racy:
            near = waited is not None and abs(waited - truth["waited_ns"] / 1e6) <= 0.0011
            self.check(near and row["waited_exact"], "waited", truth, row)
        elif waited is not None and truth["waited_ns"] is not None and not truth["lost"]:
            self.check(not row["waited_exact"] and waited <= truth["waited_ns"] / 1e6 + 0.0011,
                       "wait is no lower bound", truth, row)

    def attempts(self, truth, row):
        mine = [(a["upstream"]["addr"], a["outcome"]) for a in row["attempts"]]
        if truth.get("storm"):
            tries = sum(a["count"] for a in row["attempts"])
            self.check(tries == row["tries"] and len(mine) <= 4 and tries >= len(truth["attempts"]),
                       "storm", truth, row)
            return
        true = [(a[0], a[1]) for a in truth["attempts"]]
        if truth["status"] == "CaptureEdge" or not truth["bitmap"] & FQ:
            return
        if self.racy and (truth["repeats"] or "repeat_of" in truth):
            return  # the same key twice and no times: which is whose cannot be known
        self.check(mine == true and row["tries"] == len(true), "attempts", truth, row)
        first = row["attempts"][0] if row["attempts"] else None
        if not first or not true or {first["outcome"], true[0][1]} != {"answered"}:
            return
        if not self.racy:
            latency = first["latency_ms"]
            near = latency is not None and abs(latency - truth["attempts"][0][2] / 1e6) <= 0.0011
            self.check(near and first["latency_exact"], "latency", truth, row)
        if self.full:
            self.check(first["rcode"] == truth["rcode"], "attempt's rcode", truth, row)


def agree(capture, rows, *commands, **more):
    Agreement(capture, rows, commands, **more).all()


def add_up(report, *commands):
    """Sums that hold in every report."""
    totals = report["totals"]
    parts = ("succeeded", "failed", "sample_loss", "capture_edge", "unknown")
    sums = {"statuses of totals": sum(totals[part] for part in parts)}
    for section in ("statuses", "bitmaps", "types", "transports", "realms"):
        sums[section] = sum(one["sessions"] for one in report[section])
    sums["servers"] = sum(one["sessions"] for one in report["servers"])
    sums["timeline"] = sum(one["sessions"] for one in report["timeline"])
    for what, count in sums.items():
        hold(count == totals["sessions"], "sums", f"{what}: {count}, sessions {totals['sessions']}",
             *commands)


def totals_agree(capture, report, *commands):
    """The report's figures are those of the truth."""
    totals, true = report["totals"], capture.summary
    hold(totals["messages"] == true["messages"], "messages",
         f"{totals['messages']}, true {true['messages']}", *commands)
    nested = totals["internal"]  # of sockets that are used again while the first is open
    may = sum(truth.get("reused") == "open" for truth in capture.truth)
    hold(nested <= may, "internal", f"{nested}, at most {may}", *commands)
    hold(totals["sessions"] + nested == true["sessions"], "sessions",
         f"{totals['sessions']} and {nested} internal, true {true['sessions']}", *commands)
    for key in ("succeeded", "failed", "capture_edge", "unknown"):
        least = true[key] - nested
        most = true[key] + sum(true[f"{one}_maybe"]
                           for one in ("failed", "capture_edge", "sample_loss"))
        hold(least <= totals[key] <= most, key, f"{totals[key]}, true {least} to {most}", *commands)
