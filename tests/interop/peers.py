# SPDX-License-Identifier: BSD-2-Clause
"""What other programs read in a capture: tshark in packets, fstrm_dump and dnstap-ldns in dnstap."""
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field

WORK = tempfile.mkdtemp(prefix="dnstap-analyse-interop.")
SECONDS = 900  # a program that takes longer hangs
# No settings of whoever runs this.
CLEAN = dict(os.environ, HOME=WORK, XDG_CONFIG_HOME=WORK, WIRESHARK_CONFIG_DIR=WORK)
MISSING = [name for name in ("tshark", "fstrm_dump", "dnstap-ldns", "xz", "gzip", "zstd")
           if shutil.which(name) is None]

PACKED = {b"\xfd7zXZ": "xz", b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}
PCAP = (b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\xc3\xd4", b"\x4d\x3c\xb2\xa1", b"\xa1\xb2\x3c\x4d",
        b"\x0a\x0d\x0d\x0a")
FSTRM = b"\0\0\0\0\0\0\0"  # the escape of a control frame and the head of its length


@dataclass
class Counts:
    """What a program says of a capture."""
    frames: int = 0
    queries: int = 0
    responses: int = 0
    refused: str = ""                            # why the file cannot be used at all
    left_out: Counter = field(default_factory=Counter)  # messages, by the protocol they stand in

    def figures(self):
        return (self.frames, self.queries, self.responses)


def kind_of(path):
    """(what compressed it, "packets", "dnstap" or None) by the first bytes."""
    with open(path, "rb") as file:
        head = file.read(8)
    packer = next((name for magic, name in PACKED.items() if head.startswith(magic)), None)
    if packer:
        with subprocess.Popen([packer, "-dc", path], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL) as unpack:
            head = unpack.stdout.read(8)
            unpack.kill()
    if head[:4] in PCAP:
        return packer, "packets"
    return packer, "dnstap" if head.startswith(FSTRM) else None


class Plain:
    """The file without its compression; `path` is gone afterwards where it was made."""

    def __init__(self, path, packer):
        self.path, self.made = path, None
        if packer:
            handle, self.made = tempfile.mkstemp(dir=WORK)
            with os.fdopen(handle, "wb") as file:  # of a cut file: as far as it goes
                subprocess.run([packer, "-dc", path], stdout=file, stderr=subprocess.DEVNULL,
                               check=False)
            self.path = self.made

    def __enter__(self):
        return self.path

    def __exit__(self, *_):
        if self.made:
            os.unlink(self.made)


TSHARK = ["tshark", "-n", "-o", "tcp.reassemble_out_of_order:TRUE"]
IS_RESPONSE = {"1": True, "True": True, "0": False, "False": False}


def tshark(path, *options, without=(), headers=False):
    """Counts of all DNS messages but those that stand inside of a protocol in WITHOUT; with HEADERS,
    only of those whose header is all there."""
    counts = Counts()
    with subprocess.Popen(
            [*TSHARK, *options, "-r", path, "-T", "fields", "-e", "frame.protocols",
             "-e", "dns.flags.response", "-e", "dns.count.add_rr"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=CLEAN, encoding="utf-8", errors="replace") as run:
        for line in run.stdout:
            counts.frames += 1
            protocols, responses, last = line.rstrip("\n").split("\t")
            if not responses:
                continue
            flags = [IS_RESPONSE[flag] for flag in responses.split(",")]
            if headers:  # the last field of a header; only the last message of a packet can be cut
                flags = flags[:len(last.split(",")) if last else 0]
            inside = next((one for one in protocols.split(":") if one in without), None)
            if inside:
                counts.left_out[inside] += len(flags)
            else:
                counts.responses += sum(flags)
                counts.queries += len(flags) - sum(flags)
        said = run.stderr.read()
    if run.returncode != 0 and counts.frames == 0:
        counts.refused = said.strip().splitlines()[-1][-160:] if said.strip() else "no word"
    return counts


def interfaces(path):
    """The interfaces that the packets name, as display filters."""
    done = subprocess.run(
        [*TSHARK, "-r", path, "-T", "fields", "-e", "sll.ifindex", "-e", "frame.interface_id"],
        capture_output=True, env=CLEAN, encoding="utf-8", check=False, timeout=SECONDS)
    found = set()
    for line in set(done.stdout.splitlines()):
        index, _, block = line.partition("\t")
        if index:
            found.add(f"sll.ifindex == {index}")
        elif block:
            found.add(f"frame.interface_id == {block}")
    return sorted(found)


def tshark_apart(path, *options, **more):
    """The same with the packets of each interface read as a capture of its own: there tshark does
    not take the copy of a TCP segment on another interface for a retransmission."""
    counts = tshark(path, *options, **more)
    whole, filters = counts.frames, interfaces(path)
    if len(filters) < 2:
        return counts
    counts = Counts(frames=whole)
    for one in filters:
        handle, part = tempfile.mkstemp(dir=WORK, suffix=".pcapng")
        os.close(handle)
        subprocess.run([*TSHARK, "-r", path, "-Y", one, "-w", part], capture_output=True, env=CLEAN,
                       check=False, timeout=SECONDS)
        inside = tshark(part, *options, **more)
        os.unlink(part)
        counts.queries += inside.queries
        counts.responses += inside.responses
        counts.left_out += inside.left_out
    return counts


LINE = re.compile(r"^\S+ \S+ [A-Z](Q|R) .*? (\d+)b ")


def dnstap(path):
    """Data frames by fstrm_dump, messages that hold DNS by dnstap-ldns."""
    counts = Counts()
    done = subprocess.run(["fstrm_dump", path], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                          check=False, timeout=SECONDS)
    counts.frames = done.stderr.count(b"\nData frame ")
    done = subprocess.run(["dnstap-ldns", "-q", "-r", path], capture_output=True, check=False,
                          timeout=SECONDS, encoding="utf-8", errors="replace")
    for line in done.stdout.splitlines():
        found = LINE.match(line)
        if found and found[2] != "0":
            counts.queries += found[1] == "Q"
            counts.responses += found[1] == "R"
    if counts.frames == 0 and done.returncode != 0:
        counts.refused = (done.stderr.strip().splitlines() or ["no word"])[-1][-160:]
    return counts


def done():
    shutil.rmtree(WORK, ignore_errors=True)


if MISSING:
    done()
    print(f"missing: {', '.join(MISSING)} (scripts/setup.sh: interop_packages)", file=sys.stderr)
    sys.exit(77)
