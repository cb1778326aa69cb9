# SPDX-License-Identifier: BSD-2-Clause
"""Traffic that nobody sent: few addresses, ports, ids and names, so that everything is ambiguous;
who asks also answers, in circles; times stand still, jump, and run backwards."""
import struct

from capture import Packet

START = 1_790_000_000 * 10**9
STEPS = (0, 0, 1, 1000, 30_000, 1_000_000, 20_000_000, 300_000_000, 2_000_000_000, 5_000_000_000,
         -1000, -3_000_000_000)
NAMES = (b"\0", b"\1a\0", b"\1a\4test\0", b"\1A\4test\0", b"\1a\4test\3svc\7cluster\5local\0",
         b"\4test\3svc\7cluster\5local\0", b"\0011\0012\0", b"\3www\7example\3com\0")


class World:
    """Who is there, and what they may say."""

    def __init__(self, rng):
        self.rng, self.time = rng, START
        self.hosts = [bytes([10, 0, 0, n]) for n in range(1, rng.choice((2, 3, 5, 8)) + 1)]
        if rng.random() < 0.2:
            self.hosts = [bytes([0xFD] + [0] * 14) + host[3:] for host in self.hosts]
        self.ports = rng.sample((4000, 4001, 40000, 53, 5353, 1024), rng.choice((1, 2, 4)))
        self.servers = rng.choice(((53,), (53, 5353), (53, 853), (1053,)))
        self.ids = [rng.randrange(1 << 16) for _ in range(rng.choice((1, 2, 10)))]
        self.names = rng.sample(NAMES, rng.choice((1, 2, 5)))
        self.steps = rng.sample(STEPS, rng.choice((1, 2, 4)))
        self.tcp_share = rng.choice((0, 0, 0.1, 0.6))
        self.link = rng.choice((1, 101, 113, 276))
        self.sequence = {}

    def message(self, response):
        rng = self.rng
        name = rng.choice(self.names)
        question = name + struct.pack(">HH", rng.choice((1, 1, 28, 6, 255)), 1)
        flags = (0x8180 if response else 0x0100) ^ rng.choice((0, 0, 0, 0x0200, 0x0400, 2, 3, 5, 0x80))
        answers, records = 0, b""
        if response and not flags & 15:
            answers = rng.choice((0, 1, 2))
            records = (b"\xc0\x0c\0\1\0\1\0\0\0\x1e\0\4" + rng.choice(self.hosts)[-4:]) * answers
        edns = rng.random() < 0.2
        return struct.pack(">HHHHHH", rng.choice(self.ids), flags, 1, answers, 0, edns) + question + \
            records + (b"\0\0\x29\4\xd0\0\0\0\0\0\0" if edns else b"")

    def packet(self):
        rng = self.rng
        self.time = max(0, self.time + rng.choice(self.steps))
        source, destination = rng.choice(self.hosts), rng.choice(self.hosts)
        port, server, response = rng.choice(self.ports), rng.choice(self.servers), rng.random() < 0.4
        ports = (server, port) if response else (port, server)
        if server == 853 or rng.random() < self.tcp_share:
            inner, protocol = self.tcp(source, destination, ports, server == 853, response), 6
        else:
            inner, protocol = udp(ports, self.message(response)), 17
        inner = self.ip(source, destination, protocol, inner)
        if rng.random() < 0.05:
            inner = self.ip(destination, source, 1 if len(source) == 4 else 58,
                            bytes([rng.choice((3, 1, 11)), rng.choice((0, 3, 4)), 0, 0, 0, 0, 0, 0])
                            + inner)
        return Packet(self.link, self.time, self.front(inner) + inner, len(inner) + 20)

    def tcp(self, source, destination, ports, tls, response):
        rng, key = self.rng, (source, destination, ports)
        flags = rng.choice((2, 0x12, 0x10, 0x18, 0x18, 0x18, 0x18, 0x11, 4))
        body = b""
        if flags == 0x18 and tls:
            kind, size = rng.choice(((22, 200), (20, 1), (23, 50), (23, 300), (21, 2)))
            body = struct.pack(">BHH", kind, 0x303, size) + rng.randbytes(size)
        elif flags == 0x18:
            body = b"".join(struct.pack(">H", len(one)) + one for one in
                            (self.message(response) for _ in range(rng.choice((1, 1, 2)))))
        sequence = self.sequence.get(key, 1000)
        if rng.random() < 0.9:
            self.sequence[key] = sequence + len(body) + (flags & 3 > 0)
        return struct.pack(">HHIIBBHHH", *ports, sequence & 0xFFFFFFFF, 1, 0x50, flags, 65535, 0,
                           0) + body

    def ip(self, source, destination, protocol, body):
        if len(source) == 16:
            return struct.pack(">IHBB", 0x60000000, len(body), protocol, 64) + source + destination \
                + body
        return struct.pack(">BBHHHBBH", 0x45, 0, len(body) + 20, self.rng.choice((0, 0, 1, 2, 3)), 0,
                           self.rng.choice((64, 63)), protocol, 0) + source + destination + body

    def front(self, inner):
        rng, kind = self.rng, b"\x86\xdd" if inner[0] >> 4 == 6 else b"\x08\0"
        return {1: bytes(12) + kind, 101: b"",
                113: struct.pack(">HHH8s", rng.randrange(5), 1, 6, bytes(8)) + kind,
                276: kind + struct.pack(">HIHBB8s", 0, rng.randrange(3), 1, rng.randrange(5), 6,
                                        bytes(8))}[self.link]


def udp(ports, message):
    return struct.pack(">HHHH", *ports, len(message) + 8, 0) + message


def invent(rng, count):
    """COUNT packets, some of them seen twice."""
    world, out = World(rng), []
    while len(out) < count:
        packet = world.packet()
        out += [packet] * rng.choice((1, 1, 1, 1, 2, 3))
    return out
