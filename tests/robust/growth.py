#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Twice as many packets take twice as long, and no more memory than a ceiling: traffic that fills
each table, list and queue of the program, as somebody might who wants it to stand still."""
import os
import struct
import sys
import tempfile

import capture
import judge

START = 1_790_000_000 * 10**9
COUNT = 10_000 if judge.SANITIZED else 30_000
CLIENT, SERVER, UPSTREAM = 0x0A000001, 0x0A000002, 0x08080808
SYN, PUSH, SYN_ACK, RST = 0x02, 0x18, 0x12, 0x14
# A pace that is no pace: what was measured once more is within it, what is quadratic is not.
FACTOR, ALLOWED_SECONDS = 3, 0.5
FROM_THE_CEILING = ("ports", "same_now", "circle", "circle_at_once", "legs", "storm")


def ip(source, destination, protocol, body, number=0, fragment=0):
    return struct.pack(">BBHHHBBHII", 0x45, 0, 20 + len(body), number & 0xFFFF, fragment, 64, protocol,
                       0, source, destination) + body


def udp(ports, body):
    return struct.pack(">HHHH", *ports, 8 + len(body), 0) + body


def tcp(ports, sequence, flags, body=b""):
    return struct.pack(">HHIIBBHHH", *ports, sequence & 0xFFFFFFFF, 1, 0x50, flags, 65535, 0, 0) + body


def dns(number, response=False, name=b"\1a\4test\0"):
    return struct.pack(">HHHHHH", number & 0xFFFF, 0x8180 if response else 0x100, 1, 0, 0, 0) + name + \
        b"\0\1\0\1"


def framed(message):
    return struct.pack(">H", len(message)) + message


def query(i, source=CLIENT, destination=SERVER, port=None, name=b"\1a\4test\0", number=None):
    return ip(source, destination, 17, udp((1024 + i % 60000 if port is None else port, 53),
                                           dns(i if number is None else number, name=name)), i)


def answer(i, source=SERVER, destination=CLIENT, port=4000):
    return ip(source, destination, 17, udp((53, port), dns(i, True)), i)


# Each gives (octets, ns behind the packet before).

def reversed_segments(n):
    yield ip(CLIENT, SERVER, 6, tcp((4000, 53), 999, SYN)), 0
    for i in range(n):
        yield ip(CLIENT, SERVER, 6, tcp((4000, 53), 1000 + 10 * (n - i), PUSH, b"0123456789")), 1000


def holes(n):
    yield ip(CLIENT, SERVER, 6, tcp((4000, 53), 999, SYN)), 0
    for i in range(n):
        yield ip(CLIENT, SERVER, 6, tcp((4000, 53), 1000 + 2 * i, PUSH, b"x")), 1000


def single_octets(n):
    yield ip(CLIENT, SERVER, 6, tcp((4000, 53), 999, SYN)), 0
    message = framed(dns(1))
    for i in range(n):
        octet = message[i % len(message):i % len(message) + 1]
        yield ip(CLIENT, SERVER, 6, tcp((4000, 53), 1000 + i, PUSH, octet)), 1000


def large_segments(n):
    yield ip(CLIENT, SERVER, 6, tcp((4000, 53), 999, SYN)), 0
    body = b"".join(framed(dns(i)) for i in range(1000))
    for i in range(n // 1000):
        yield ip(CLIENT, SERVER, 6, tcp((4000, 53), 1000 + i * len(body), PUSH, body)), 1000


def half_open(n):
    for i in range(n):
        yield ip(CLIENT + i // 60000, SERVER, 6, tcp((1024 + i % 60000, 53), 1, SYN)), 1000


def open_and_shut(n):
    for i in range(n):
        yield ip(CLIENT, SERVER, 6, tcp((4000, 53), 1000, RST if i % 2 else SYN)), 1000


def records(n):
    yield ip(SERVER, UPSTREAM, 6, tcp((4000, 853), 999, SYN)), 0
    yield ip(UPSTREAM, SERVER, 6, tcp((853, 4000), 1999, SYN_ACK)), 0
    for i in range(n):
        yield ip(SERVER, UPSTREAM, 6, tcp((4000, 853), 1000 + 55 * i, PUSH,
                                          b"\x17\3\3\0\x32" + bytes(50))), 1000


def first_fragments(n):
    for i in range(n):
        yield ip(CLIENT, SERVER, 17, udp((4000, 53), dns(i) + bytes(8))[:32], i, 0x2000), 1000


def middle_fragments(n):
    for i in range(n):
        yield ip(CLIENT, SERVER, 17, bytes(8), 7, 0x2000 | (2 * i + 2) % 8000), 1000


def tunnels(n):
    packet = query(1)
    for _ in range(60):
        packet = ip(CLIENT, SERVER, 4, packet)
    for _ in range(n):
        yield packet, 1000


def ports(n):
    for i in range(n):
        yield query(i, CLIENT + i // 60000), 10_000


def names(n):
    for i in range(n):
        yield query(i, CLIENT + i // 60000, name=b"\x3f%063d\x3f%063d\0" % (i, i)), 10_000


def same(n):
    for i in range(n):
        yield query(i, port=4000, number=7), 10_000


def same_now(n):
    for i in range(n):
        yield query(i, port=4000, number=7), 0


def same_from_all(n):
    for i in range(n):
        yield query(i, CLIENT + i, port=4000, number=7), 10_000


def circle(n):
    for i in range(n):
        yield query(i, CLIENT + i % 1000, CLIENT + (i + 1) % 1000), 1000


def circle_at_once(n):
    for i in range(n):
        yield ip(CLIENT + i, SERVER + i, 17, udp((4000, 53), dns(7))), 0


def to_and_fro(n):
    for i in range(n):
        ends = (CLIENT, SERVER) if i % 2 else (SERVER, CLIENT)
        yield query(i, *ends, port=4000, number=7), 0


def legs(n):
    for i in range(n // 4):
        yield query(i, CLIENT + 9), 100
    for i in range(n // 4):
        yield query(i, SERVER, UPSTREAM), 100
    for i in range(n // 4):
        yield answer(i, UPSTREAM, SERVER, 1024 + i % 60000), 100
    for i in range(n // 4):
        yield answer(i, SERVER, CLIENT + 9, 1024 + i % 60000), 100


def storm(n):
    yield query(7, CLIENT + 9), 0
    for i in range(n):
        yield query(i, SERVER, UPSTREAM), 1000


def renamed_storm(n):
    yield query(7, CLIENT + 9), 0
    for i in range(n):
        yield query(i, SERVER, UPSTREAM, name=b"\4%04d\0" % (i % 9999)), 1000


def answers(n):
    for i in range(n):
        yield answer(7), 10_000


def errors(n):
    yield query(7, port=4000, number=7), 0
    for i in range(n):
        yield ip(SERVER, CLIENT, 1, b"\3\3\0\0\0\0\0\0" + query(i, port=4000, number=7)), 1000


def backwards(n):
    for i in range(n):
        yield query(i), -100_000


def days(n):
    for i in range(n):
        yield query(i), 86400 * 10**9 * (1 if i % 2 else -1)


def elsewhere(n):
    for i in range(n):
        yield ip(CLIENT, SERVER, 17, udp((1024 + i % 60000, 2000 + i % 7000), dns(i))), 1000


PATTERNS = (reversed_segments, holes, single_octets, large_segments, half_open, open_and_shut, records,
            first_fragments, middle_fragments, tunnels, ports, names, same, same_now, same_from_all,
            circle, circle_at_once, to_and_fro, legs, storm, renamed_storm, answers, errors, backwards,
            days, elsewhere)


def write(path, pattern, n):
    """Packet by packet: what this process holds counts as the program's memory."""
    time = START
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHIIII", 0xA1B23C4D, 2, 4, 0, 0, 262144, 101))
        for packet, step in pattern(n):
            time += step
            file.write(struct.pack("<IIII", *divmod(time, 10**9), len(packet), len(packet)) + packet)


def write_blocks(path, kind, n):
    """pcapng of many sections, interfaces, comments, or empty blocks."""
    interface = struct.pack("<HHI", 101, 0, 0)
    packet = struct.pack("<IIIII", 0, 0x6000, 0, 60, 60) + bytes(60)
    with open(path, "wb") as file:
        file.write(capture.section() + capture.block(capture.IDB, interface))
        for i in range(n):
            file.write({"sections": lambda: capture.section() + capture.block(capture.IDB, interface)
                        + capture.block(capture.EPB, packet),
                        "interfaces": lambda i=i: capture.block(
                            capture.IDB, interface + capture.option(3, b"k8s.podName=p%d" % i)),
                        "comments": lambda: capture.block(
                            capture.EPB, packet + capture.option(1, b"PodName: x") * 20),
                        "empty blocks": lambda: capture.block(0x999, b"")}[kind]())


def measure(path, more):
    run = judge.Run(["-o", "json", *more, path])
    problem = run.problem(os.path.getsize(path))
    # how long it takes is for the factor to judge
    return run.cpu, run.memory, "" if problem.startswith("slow") else problem


def check(name, make, path, more=()):
    seconds, memory, problem = [], 0, ""
    for n in (COUNT, 2 * COUNT):
        make(path, n)
        cpu, used, found = measure(path, more)
        seconds.append(cpu)
        memory, problem = max(memory, used), problem or found
    if not problem and seconds[1] > FACTOR * seconds[0] + ALLOWED_SECONDS:
        problem = "more than twice as long for twice as many"
    print(f"{name:32} {seconds[0]:7.2f} s {seconds[1]:7.2f} s {memory >> 20:5} MiB  {problem}",
          flush=True)
    return bool(problem)


def main():
    failed = 0
    print(f"{COUNT} and {2 * COUNT} packets, sanitized: {os.environ.get('SANITIZED', 'unknown')}")
    with tempfile.TemporaryDirectory(prefix="dnstap-analyse-growth.") as folder:
        path = os.path.join(folder, "capture")
        for pattern in PATTERNS:
            def make(path, n, pattern=pattern):
                write(path, pattern, n)
            failed += check(pattern.__name__, make, path)
            if pattern.__name__ in FROM_THE_CEILING:
                failed += check(f"{pattern.__name__}, in 4 MiB", make, path, ("--max-memory", "4M"))
        for kind in ("sections", "interfaces", "comments", "empty blocks"):
            failed += check(kind, lambda path, n, kind=kind: write_blocks(path, kind, n), path)
    print(f"{failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
