#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""--view messages of each capture: every message is one row, in the order of time; what a row tells of
its session is what --view sessions tells; filters part the rows."""
import json
import os
import subprocess
import sys
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

TOP = Path(os.environ.get("TOP_SRCDIR", Path(__file__).resolve().parent.parent))
FIXTURES = Path(os.environ.get("FIXTURES", TOP / "fixtures"))
TOOL = os.path.abspath(os.environ.get("TOOL", "./dnstap-analyse"))

TOGETHER = [tuple(f"{name}{end}.xz" for end in ends) for name, *ends in (
    ("01c-healthy", ".fstrm", "-coredns.pcap"), ("01c-healthy", ".fstrm", "-node.pcap"),
    ("01c-healthy", "-coredns.pcap", "-node.pcap"), ("01c-healthy", ".fstrm", ".fstrm"),
    ("07-client-loss", ".fstrm", "-coredns.pcap", "-client.pcap"),
    ("11-truncation", ".fstrm", "-coredns.pcap"), ("13-two-replicas", ".fstrm", "-node.pcap"),
    ("17-nodelocal-chain", "-node.fstrm", ".fstrm", "-node.pcap"),
    ("19-dot-upstream", ".fstrm", "-coredns.pcap"), ("21-odd-upstream", ".fstrm", "-coredns.pcap"),
    ("22-aks-guide", ".fstrm", "-coredns.pcap"))]


def run(*arguments):
    done = subprocess.run([TOOL, *map(str, arguments)], cwd=FIXTURES, capture_output=True, check=False)
    if done.returncode not in (0, 3):
        raise RuntimeError(f"{arguments}: exit {done.returncode}: {done.stderr.decode()[:300]}")
    return done.stdout


def rows(view, *arguments):
    return [json.loads(line) for line in run("--view", view, "-o", "ndjson", *arguments).splitlines()]


def seconds(row):
    text = row["timestamp"]
    return datetime.fromisoformat(text[:19]).timestamp() + int(text[20:29]) / 1e9


class Failures:
    def __init__(self, what):
        self.what, self.said, self.checks = what, [], 0

    def hold(self, true, text):
        self.checks += 1
        if not true:
            self.said.append(text)
        return true


def judge(names):
    """The laws that hold of any capture; where a message is in dnstap and in packets the frame of the
    packets stands for both, and the report counts both."""
    out = Failures(" ".join(names))
    kinds_differ = len({".pcap" in name for name in names}) > 1
    report = json.loads(run("-o", "json", *names))
    messages, sessions = rows("messages", *names), rows("sessions", *names)
    met = sum(one["queries"] + one["responses"] for one in report["inputs"])
    shown = [row for row in messages if row["tapped"]]
    counted = [row["sightings"] for row in messages if row["size"] is not None]  # not of empty frames
    out.hold(sum(counted) == met, f"{sum(counted)} sightings, not {met}")
    out.hold(kinds_differ or len(shown) == report["totals"]["messages"],
             f"{len(shown)} rows, not {report['totals']['messages']}")
    out.hold(all(a["timestamp"] <= b["timestamp"] for a, b in zip(messages, messages[1:])
                 if a["timestamp"] and b["timestamp"]), "not in the order of time")
    keys = {session["key"]: session for session in sessions}
    frames = defaultdict(list)
    for row in messages:
        frames[row["frame"]].append(row)
        if row["session"] and out.hold(row["session"] in keys, f"no session {row['session']}"):
            agree(out, row, keys[row["session"]])
    for session in sessions if not kinds_differ else ():
        encrypted = {"dot", "doh", "doq"} & {one["transport"] for one in session["attempts"]}
        for frame in session["frames"]:
            mine = [row for row in frames[frame] if row["session"] == session["key"]]
            out.hold(mine or (encrypted and not frames[frame]),
                     f"frame {frame} of {session['key']} is of {[r['session'] for r in frames[frame]]}")
        times(out, session, [row for frame in session["frames"] for row in frames[frame]
                             if row["session"] == session["key"]])
    parts = [len(rows("messages", "--filter", text, *names)) for text in ("qr==Q", "qr==R", "tapped")]
    out.hold(sum(parts[:2]) == len(messages), f"{parts[0]} queries, {parts[1]} responses")
    out.hold(parts[2] == len(shown), f"{parts[2]} tapped, not {len(shown)}")
    unanswered(out, messages)
    return out


def agree(out, row, session):
    """A message on the client leg has the id and question of its session, and its client (but for the
    loop plugin's probe, whose way on goes to an upstream)."""
    if row["leg"] != "client" or row["id"] is None or session["background"]:
        return
    client = row["dst" if row["qr"] == "R" else "src"]
    out.hold(row["id"] == session["id"], f"{row['frame']}: id {row['id']} in {session['key']}")
    out.hold(row["name"] is None or session["name"] is None or row["truncated"] or
             row["name"].lower() == session["name"],
             f"{row['frame']}: {row['name']} in {session['key']} of {session['name']}")
    out.hold(session["client"] is None or (client["addr"], client["port"]) ==
             (session["client"]["addr"], session["client"]["port"]),
             f"{row['frame']}: client {client} in {session['key']}")


def times(out, session, mine):
    """Latencies are those of the session and of its attempts."""
    answers = [row for row in mine if row["leg"] == "client" and row["qr"] == "R"]
    waits = {row["latency_ms"] for row in answers}
    out.hold(not answers or session["rcode_source"] != "client_response" or session["waited_ms"] in waits,
             f"{session['key']} waited {session['waited_ms']}, not {waits}")
    if len(session["attempts"]) != session["tries"]:
        return
    replies = Counter(row["latency_ms"] for row in mine if row["leg"] == "upstream" and row["qr"] == "R")
    attempts = Counter(one["latency_ms"] for one in session["attempts"]
                       if one["outcome"] == "answered" and one["transport"] in ("udp", "tcp"))
    out.hold(not attempts - replies, f"{session['key']}: latencies {replies} for attempts {attempts}")


def question(row):
    asker, answerer = ("dst", "src") if row["qr"] == "R" else ("src", "dst")
    return (row["id"], row["name"] and row["name"].lower(), row["qtype"], row["leg"], row["transport"],
            *(row[end][part] for end in (asker, answerer) for part in ("addr", "port")))


def unanswered(out, messages):
    """Behind a query that nobody answered there is no answer to it in its session; on the upstream leg
    dnstap has one id for all tries, and the answer is the last one's."""
    asked = defaultdict(list)
    for row in messages:
        key = (row["session"], *question(row))
        if row["qr"] == "Q":
            asked[key].append(row)
        elif row["tapped"]:
            for query in asked.pop(key, [])[-1 if row["leg"] == "upstream" else 0:]:
                out.hold(query["answered"] is not False or late(query, row),
                         f"{query['frame']} is not answered, but {row['frame']} is the answer")


def late(query, answer):
    """CoreDNS waits for 2 s."""
    return query["leg"] == "upstream" and seconds(answer) - seconds(query) >= 2


def captures():
    """All that hold messages; dnstap of 20,000 frames tells no more with sanitizers than without."""
    files = [*FIXTURES.glob("*.xz"), *FIXTURES.glob("packets/*"), *FIXTURES.glob("semantics/*")]
    names = sorted(str(path.relative_to(FIXTURES)) for path in files)
    return [(name,) for name in names if "unknown-link" not in name and
            not (os.environ.get("SANITIZED") == "yes" and name.startswith("10-"))] + TOGETHER


def finish(results):
    for one in results:
        for text in one.said[:5]:
            print(f"FAIL: {one.what}: {text}")
    failed = sum(len(one.said) for one in results)
    print(f"{len(results)} subjects, {sum(one.checks for one in results)} checks, {failed} failed")
    return 1 if failed or not results else 0


def main():
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return finish(list(pool.map(judge, captures())))


if __name__ == "__main__":
    sys.exit(main())
