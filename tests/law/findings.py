#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Every session and lookup that failed or stalled is explained by one root or counted as
unexplained; what is said to be caused by a finding stands behind it; the verdict follows from the
findings.  On the fixtures, and on generated captures with and without faults; in the healthy ones
nothing is found."""
import json
import lzma
import os
from pathlib import Path

import law

FIXTURES = Path(os.environ.get("TOP_SRCDIR", ".")) / "fixtures"
SEVERITIES = ("info", "warning", "error", "critical")
STALLED_MS = 1000
SPORADIC = 0.005
KINDS = ("upstream", "server", "client", "name", "zone", "capture")
FAULTS = {
    "healthy": ("--servfail", 0, "--silent", 0, "--no-answer", 0),
    "dead": ("--servfail", 0, "--silent", 0, "--no-answer", 0, "--upstream-dead", "20-40"),
    "errors": ("--servfail", .1, "--silent", 0, "--no-answer", 0),
    "all": ("--servfail", .02, "--silent", .03, "--no-answer", .02, "--upstream-dead", .1,
            "--repeat", .2, "--refresh", .1, "--tcp", .1, "--storm", 4),
    "loss": ("--servfail", 0, "--silent", 0, "--no-answer", 0, "--loss-burst", "20-25"),
}


def went_wrong(file):
    """How many sessions went wrong; how many lookups failed, and how many of them may have stalled
    (where only CoreDNS is seen, a pause need not be one that anybody felt)."""
    sessions = [row for row in law.sessions("--allow-partial", file)
                if not row["background"] and not row["parent"]]
    text = law.tool("--view", "lookups", "-o", "ndjson", "--allow-partial", file)
    lookups = [json.loads(line) for line in text.splitlines()]
    failed = sum(row["outcome"] in ("Failed", "TimedOut") for row in lookups)
    stalled = sum(row["outcome"] not in ("Failed", "TimedOut") and
                  (bool(row["stalls"]) or (row["waited_ms"] or 0) >= STALLED_MS) for row in lookups)
    return (sum(row["status"] == "Failed" or (row["waited_ms"] or 0) >= STALLED_MS
                for row in sessions), failed, stalled)


def ledger(report, file, said):
    findings, left = report["findings"], report["totals"]["unexplained"]
    sessions, failed, stalled = went_wrong(file)
    total = {what: sum(finding["explains"][what] for finding in findings) + left[what]
             for what in ("sessions", "lookups")}
    law.hold(total["sessions"] == sessions, "sessions explained or not",
             f"{total['sessions']} explained or not, {sessions} went wrong", said)
    # A truncated answer without TCP behind it is a failure that looks like a name without address.
    cut = sum(finding["explains"]["lookups"] for finding in findings
              if finding["key"] == "truncated-no-tcp")
    law.hold(failed <= total["lookups"] <= failed + stalled + cut, "lookups explained or not",
             f"{total['lookups']} explained or not, {failed} failed, {stalled} stalled", said)


def causes(report, said):
    root = None
    for finding in report["findings"]:
        by = finding["caused_by"]
        if by is None:
            root = finding
            continue
        law.hold(root is not None and (by["key"], by["subject"]) ==
                 (root["key"], root["subject"]["text"]), "caused by the root in front of it",
                 f"{finding['key']} by {by}", said)


def sound(report, said):
    seen = set()
    for finding in report["findings"]:
        name = f"{finding['key']} {finding['subject']['text']}"
        law.hold(name not in seen, "each finding once", name, said)
        seen.add(name)
        start, end = finding["start"], finding["end"]
        law.hold((start is None) == (end is None) and (start or "") <= (end or ""),
                 "a period has two ends", f"{name}: {start} to {end}", said)
        law.hold(finding["subject"]["kind"] in KINDS and finding["severity"] in SEVERITIES and
                 len(finding["summary"]) > 20 and len(finding["advice"]) > 20 and
                 finding["reference"].startswith("https://"), "a finding is whole", name, said)
        for evidence in finding["evidence"]:
            law.hold(evidence["of"] is None or evidence["count"] <= evidence["of"],
                     "a part is no more than the whole", f"{name}: {evidence}", said)
        if finding["explains"]["sessions"] + finding["explains"]["lookups"]:
            law.hold(finding["severity"] != "info", "what hurts is no info", name, said)


def verdict(report, said):
    state = report["verdict"]["state"]
    worst = max((SEVERITIES.index(one["severity"]) for one in report["findings"]
                 if one["explains"]["sessions"] + one["explains"]["lookups"]), default=0)
    left = report["totals"]["unexplained"]
    law.hold((state == "failing") == (worst >= SEVERITIES.index("error")), "failing or not",
             f"{state}, worst {SEVERITIES[worst]}", said)
    for what, of in (("sessions", report["totals"]["sessions"]),
                     ("lookups", report["lookups"]["count"])):
        law.hold(state != "healthy" or left[what] <= SPORADIC * of,
                 "healthy leaves nothing but the odd one unexplained",
                 f"{left[what]} of {of} {what}", said)


def check(file, said):
    report = law.report("--allow-partial", file)
    ledger(report, file, said)
    causes(report, said)
    sound(report, said)
    verdict(report, said)
    return report


def generated(name, generation):
    capture = law.Capture(f"{name}-{generation}", "--generation", generation, "--rate", 100,
                          "--messages", 15000, "--clients", 30, "--names", 200, *FAULTS[name],
                          packets=("pod", "client"))
    for kind, file in (("dnstap", capture.path), *capture.packets.items()):
        said = f"{capture.said}; dnstap-analyse {file.name}"
        report = check(file, said)
        keys = {(one["key"], one["severity"]) for one in report["findings"]}
        # Some of the generator's names do not exist, and are asked for again.
        above = {key for key, severity in keys if severity != "info"} - {"missing-name"}
        if name == "healthy":
            law.hold(not above, f"nothing is found in healthy traffic ({kind})", f"{above}", said)
        if name == "dead" and kind != "client":
            found = {one["subject"]["text"] for one in report["findings"]
                     if one["key"] == "upstream-timeout"}
            law.hold(len(found) == 1, f"a dead upstream is found ({kind})", f"{keys}", said)


def main():
    for packed in sorted(FIXTURES.glob("*.xz")):
        file = law.WORK / packed.name.removesuffix(".xz")
        file.write_bytes(lzma.decompress(packed.read_bytes()))
        check(file, f"dnstap-analyse {packed.name}")
        file.unlink()
    for name in FAULTS:
        for generation in ("1.8.0", "1.11.3") if law.SANITIZED else law.GENERATIONS:
            generated(name, generation)
    law.finish()


if __name__ == "__main__":
    main()
