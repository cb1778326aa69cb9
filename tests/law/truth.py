#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Every generation of CoreDNS, at several rates: each session of the truth has one row, and status,
rcode, wait, attempts, bitmap and realm are those of the truth."""
import law
from agree import add_up, agree, totals_agree

MIXED = ("--repeat", .3, "--refresh", .1, "--tcp", .1, "--ipv6", .2, "--upstreams", 3,
         "--upstream-dead", .1, "--servfail", .03, "--silent", .04, "--no-answer", .03, "--jitter")
CASES = {  # some 15 s of traffic where failures have to settle
    "slow": ("--rate", 10, "--messages", 800, *MIXED),
    "plain": ("--rate", 150, "--messages", 6000),
    "mixed": ("--rate", 120, "--messages", 5500, *MIXED),
    "busy": ("--rate", 5000, "--messages", 9000, "--upstreams", 3, "--tcp", .05, "--jitter"),
    "reuse": ("--rate", 120, "--messages", 5000, "--reuse", .15, "--repeat", .2),
    "dead": ("--rate", 100, "--messages", 5000, "--upstream-dead", "4-12"),
    "storm": ("--rate", 400, "--messages", 13000, "--storm", 2000),
    "rewrite": ("--rate", 100, "--messages", 3500, "--rewrite", .3),
    "replicas": ("--rate", 120, "--messages", 5500, "--replicas", 3, "--bursts", *MIXED),
    "no-full": ("--rate", 100, "--messages", 3500, "--no-full", "--no-probe"),
}
LOSSY = {
    "loss": ("--rate", 120, "--messages", 5000, "--loss", .01),
    "burst": ("--rate", 120, "--messages", 5000, "--loss-burst", "6-9"),
}
LATE = ("1.7.0", "1.8.0")  # lone queries leave no trace there; loss is not proven


def run(name, generation, options, lossy=False):
    label = f"{name}-{generation}"
    # without clients' addresses, refreshes of TCP clients cannot be told from their queries
    udp = ("--tcp", 0) if generation in LATE else ()
    capture = law.Capture(label, "--generation", generation, *options, *udp)
    said = (capture.said, f"dnstap-analyse --view sessions -o ndjson {label}.fstrm")
    document = law.report(capture.path)
    add_up(document, *said)
    if name == "no-full":
        # only times and addresses tell one query from another; what is failed is failed, though
        most = capture.summary["failed"] + capture.summary["failed_maybe"]
        failed = document["totals"]["failed"]
        law.hold(failed <= most, "failed without messages", f"{failed}, true {most}", *said)
        true, sessions = capture.summary["sessions"], document["totals"]["sessions"]
        # only where the upstream leg names the client do the legs fit without an id
        law.hold(true == sessions or generation in (*LATE, "1.14.7"),
                 "sessions without messages", f"{sessions}, true {true}", *said)
        return
    agree(capture, law.sessions(capture.path), *said, loss=lossy)
    if not lossy:
        totals_agree(capture, document, *said)


def main():
    for generation in law.GENERATIONS:
        for name, options in CASES.items():
            if name == "replicas" and generation in ("1.7.0", "1.8.0", "1.8.3"):
                continue  # no identity: what came from where is not in the frames
            if name == "rewrite" and generation == "1.7.0":
                continue  # neither a common name nor a common time
            if law.SANITIZED and name not in ("mixed", "reuse"):
                continue
            run(name, generation, options)
        if generation not in LATE and not law.SANITIZED:
            for name, options in LOSSY.items():
                run(name, generation, options, lossy=True)
    law.finish()


if __name__ == "__main__":
    main()
