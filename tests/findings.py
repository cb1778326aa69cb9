#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What findings tell to run runs and shows something; the page says what the document says, in 80
columns, plain ASCII where the locale is, and its commands can be pasted as they stand."""
import json
import os
import shlex
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

TOP = Path(os.environ.get("TOP_SRCDIR", Path(__file__).resolve().parent.parent))
FIXTURES = Path(os.environ.get("FIXTURES", TOP / "fixtures"))
TOOL = os.environ.get("TOOL", "./dnstap-analyse")
NAME = "dnstap-analyse "


def run(*args, **environment):
    done = subprocess.run([TOOL, *args], cwd=FIXTURES, capture_output=True, check=False,
                          env={**os.environ, **environment})
    assert done.returncode in (0, 3), f"{args}: exit {done.returncode}: {done.stderr.decode()[:300]}"
    return done.stdout.decode("utf-8")


def try_command(command, what):
    """A command of ours: it is accepted as it stands, and shows a row."""
    words = shlex.split(command)
    assert run(*words[1:]), f"{what}: prints nothing: {command}"
    if "--fields" in words:  # a choice of columns is the table's
        at = words.index("--fields")
        del words[at:at + 2]
    assert run(*words[1:], "-o", "ndjson"), f"{what}: shows no row: {command}"


def page_commands(page):
    """The commands of the page, their lines joined as a shell joins them."""
    out, held = [], None
    for line in page.splitlines():
        if line.lstrip().startswith(("look: ", "then: ", "to decide: ")):
            held = line.lstrip().split(": ", 1)[1]
        elif held is not None:
            held += line
        if held is None:
            continue
        if held.endswith("\\"):
            held = held[:-1]
        elif held.count("'") % 2 == 0:
            out.append(words_of(held))
            held = None
    return out


def words_of(command):
    """Words, in which one blank is as good as several: the programs of other shells are the only ones."""
    return [" ".join(word.split()) for word in shlex.split(command)]


def judge(file, *options):
    document = json.loads(run("-o", "json", *options, file))
    rows = document["findings"]
    wide = run("-o", "wide", "--limit", "1000", *options, file, COLUMNS="80", LC_ALL="C")
    assert wide.isascii(), f"{file}: the page is not plain ASCII"
    for line in run(*options, file, COLUMNS="80", LC_ALL="C.UTF-8").splitlines():
        long_word = any(len(word) > 70 for word in line.split(" "))
        assert len(line) <= 80 or long_word, f"{file}: {len(line)} columns: {line}"
    told = [words_of(command) for row in rows for command in row["next"]]
    assert sorted(page_commands(wide)) == sorted(told), f"{file}: the page has other commands"
    for row in rows:
        what = f"{file}: {row['key']} {row['subject']['text']}"
        assert f" {row['key']}" in wide, f"{what} is not on the page"
        for command in row["next"]:
            if command.startswith(NAME):
                try_command(command, what)
    return {row["key"] for row in rows}


def main():
    names = ("02c-one-upstream-dead.fstrm", "03d-all-upstreams-dead.fstrm", "04-upstream-refuses.fstrm",
             "05-upstream-errors.fstrm", "06-search-storm.fstrm", "07-client-loss-client.pcap",
             "07-client-loss.fstrm", "08-slow-upstream-coredns.pcap", "09-starved.fstrm",
             "09b-cpu-quota-coredns.pcap", "10c-frames-removed.fstrm", "11-truncation.fstrm",
             "13-two-replicas.fstrm", "13-two-replicas-node.pcap", "14-restart-node.pcap",
             "15-same-socket-race-client.pcap", "16-not-full.fstrm", "19-dot-upstream.fstrm",
             "20-missing-names.fstrm", "21-odd-upstream.fstrm", "01c-healthy.fstrm")
    if os.environ.get("SANITIZED") == "yes":
        names = names[::3]
    jobs = [(f"{name}.xz",) for name in names]
    jobs += [("20-missing-names.fstrm.xz", "--cluster", "cluster/cluster.yaml"),
             ("22-aks-guide-coredns.pcap.xz", "--cluster", "cluster/aks.yaml")]
    keys, failed = set(), 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for job in [pool.submit(judge, *job) for job in jobs]:
            try:
                keys |= job.result()
            except (AssertionError, ValueError) as error:
                failed += 1
                print(f"FAIL: {error}", file=sys.stderr)
    print(f"{len(jobs)} captures, {len(keys)} keys of findings, {failed} failed")
    return 1 if failed or not keys else 0


if __name__ == "__main__":
    sys.exit(main())
