# SPDX-License-Identifier: BSD-2-Clause
"""Packets of a pcap or pcapng file, to be changed and written again; hostile files are not read,
only made."""
import struct
from dataclasses import dataclass, replace

SHB, IDB, SPB, EPB = 0x0A0D0D0A, 1, 3, 6
# Octets in front of IP by link type, as far as the mutations look into packets.
FRONT = {0: 4, 1: 14, 12: 0, 101: 0, 108: 4, 113: 16, 228: 0, 229: 0, 276: 20}


@dataclass(frozen=True)
class Packet:
    link: int
    time: int    # ns
    data: bytes
    size: int    # on the wire

    def front(self):
        """Octets in front of the IP header; None where it is not known."""
        at = FRONT.get(self.link)
        if self.link == 1:
            while self.data[at - 2:at] in (b"\x81\x00", b"\x88\xa8"):
                at += 4
        if at is None or at >= len(self.data) or self.data[at] >> 4 not in (4, 6):
            return None
        return at

    def with_data(self, data, **more):
        return replace(self, data=data, size=len(data), **more)


def read(data):
    """The packets, as far as the file goes; [] where it is neither."""
    order = {b"\xd4\xc3\xb2\xa1": "<", b"\x4d\x3c\xb2\xa1": "<", b"\xa1\xb2\xc3\xd4": ">",
             b"\xa1\xb2\x3c\x4d": ">"}.get(data[:4])
    if order:
        return list(read_pcap(data, order, b"\x3c" in data[1:3]))
    return list(read_pcapng(data)) if data[:4] == b"\x0a\x0d\x0d\x0a" else []


def read_pcap(data, order, nano):
    link, at = struct.unpack_from(order + "I", data, 20)[0] & 0xFFFF if len(data) >= 24 else 0, 24
    while at + 16 <= len(data):
        seconds, fraction, kept, size = struct.unpack_from(order + "IIII", data, at)
        if at + 16 + kept > len(data):
            return
        yield Packet(link, seconds * 10**9 + fraction * (1 if nano else 1000),
                     data[at + 16:at + 16 + kept], size)
        at += 16 + kept


def read_pcapng(data):
    order, at, links, units = "<", 0, [], []
    while at + 12 <= len(data):
        kind, size = struct.unpack_from(order + "II", data, at)
        if kind == SHB:
            order = "<" if data[at + 8:at + 12] == b"\x4d\x3c\x2b\x1a" else ">"
            size, links, units = struct.unpack_from(order + "I", data, at + 4)[0], [], []
        body = data[at + 8:at + size - 4]
        if size < 12 or at + size > len(data):
            return
        if kind == IDB:
            links.append(struct.unpack_from(order + "H", body)[0])
            units.append(resolution(body[8:], order))
        elif kind == EPB:
            number, high, low, kept, wire = struct.unpack_from(order + "IIIII", body)
            if number < len(links):
                yield Packet(links[number], (high << 32 | low) * 10**9 // units[number],
                             body[20:20 + kept], wire)
        at += size


def resolution(options, order):
    """Units a second, of the options of an interface block."""
    at = 0
    while at + 4 <= len(options):
        code, size = struct.unpack_from(order + "HH", options, at)
        if code == 9 and size == 1:
            return (2 if options[at + 4] & 0x80 else 10) ** (options[at + 4] & 0x7F)
        at += 4 + (size + 3 & ~3)
    return 10**6


def write_pcap(packets, order="<", nano=False):
    """One link type: packets of others are left out."""
    link = packets[0].link if packets else 1
    out = [struct.pack(order + "IHHIIII", 0xA1B23C4D if nano else 0xA1B2C3D4, 2, 4, 0, 0, 262144,
                       link)]
    for packet in packets:
        if packet.link == link:
            seconds, rest = divmod(packet.time % (10**9 << 32), 10**9)
            out += [struct.pack(order + "IIII", seconds, rest if nano else rest // 1000,
                                len(packet.data), packet.size & 0xFFFFFFFF), packet.data]
    return b"".join(out)


def block(kind, body, order="<"):
    body += bytes(-len(body) % 4)
    size = struct.pack(order + "I", len(body) + 12)
    return struct.pack(order + "I", kind) + size + body + size


def option(code, value, order="<"):
    return struct.pack(order + "HH", code, len(value)) + value + bytes(-len(value) % 4)


def section(order="<"):
    return block(SHB, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1), order)


def write_pcapng(packets, order="<", exponent=9):
    """An interface for each link type."""
    links = list(dict.fromkeys(packet.link for packet in packets)) or [1]
    out = [section(order)]
    for link in links:
        out.append(block(IDB, struct.pack(order + "HHI", link, 0, 0)
                         + option(9, bytes([exponent]), order) + option(0, b"", order), order))
    for packet in packets:
        time = packet.time * 10**exponent // 10**9 & (1 << 64) - 1
        out.append(block(EPB, struct.pack(order + "IIIII", links.index(packet.link), time >> 32,
                                          time & 0xFFFFFFFF, len(packet.data),
                                          packet.size & 0xFFFFFFFF) + packet.data, order))
    return b"".join(out)
