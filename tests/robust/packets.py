# SPDX-License-Identifier: BSD-2-Clause
"""Mutations of a list of packets: order, times, copies, directions, fragments, segments, tunnels.
Each takes a random generator and the packets, and gives packets."""
import struct
from dataclasses import replace

SECOND = 10**9


def duplicate(rng, packets):
    out = []
    for packet in packets:
        out += [packet] * (1 if rng.random() < 0.8 else rng.randint(2, 4))
    return out


def shuffle(rng, packets):
    """Near one another, or all over."""
    reach = rng.choice((2, 5, 50, len(packets) + 1))
    return [packet for _, packet in
            sorted(((i + rng.random() * reach, packet) for i, packet in enumerate(packets)),
                   key=lambda one: one[0])]


def drop(rng, packets):
    share = rng.choice((0.01, 0.1, 0.5, 0.9))
    return [packet for packet in packets if rng.random() >= share]


def one_direction(rng, packets):
    """Only what comes from, or only what goes to port 53."""
    side = rng.choice((0, 2))
    return [packet for packet in packets if port_of(packet, side) != 53]


def port_of(packet, side):
    at = transport_at(packet)
    if at is None or at + 4 > len(packet.data):
        return None
    return struct.unpack_from(">H", packet.data, at + side)[0]


def transport_at(packet):
    """Where UDP or TCP begins in an unfragmented packet; None where it does not."""
    at = packet.front()
    if at is None or len(packet.data) < at + 40:
        return None
    if packet.data[at] >> 4 == 4:
        if packet.data[at + 9] not in (6, 17) or packet.data[at + 6] & 0x3F or packet.data[at + 7]:
            return None
        return at + 4 * (packet.data[at] & 15) if packet.data[at] & 15 >= 5 else None
    return at + 40 if packet.data[at + 6] in (6, 17) else None


def times(rng, packets):
    """Reversed, all the same, jumping, far away, before 1970 as far as a format can tell."""
    if not packets:
        return packets
    how = rng.randrange(7)
    if how == 0:
        return [replace(packet, time=other.time) for packet, other in zip(packets, packets[::-1])]
    if how == 1:
        return packets[::-1]
    step = rng.choice((0, 1, 1000, -SECOND, SECOND, 3600 * SECOND, 10 * 365 * 86400 * SECOND))
    if how == 2:
        return [replace(packet, time=packets[0].time) for packet in packets]
    if how == 3:
        at = rng.randrange(len(packets))
        return packets[:at] + [replace(one, time=max(0, one.time + step)) for one in packets[at:]]
    if how == 4:
        return [replace(one, time=max(0, one.time + step * rng.randint(-3, 3))) for one in packets]
    if how == 5:
        far = rng.choice((0, (1 << 32) * SECOND - 1, (1 << 31) * SECOND, (1 << 63) - 1, 1 << 63))
        return [replace(one, time=far) if rng.random() < 0.2 else one for one in packets]
    return [replace(one, time=i * step if step > 0 else 0) for i, one in enumerate(packets)]


def snap(rng, packets):
    size = rng.choice((1, 14, 20, 34, 42, 50, 54, 60, 70, 96, 128))
    return [replace(one, data=one.data[:size]) if rng.random() < 0.7 else one for one in packets]


def sizes(rng, packets):
    """What the record says of the length on the wire is wrong."""
    return [replace(one, size=rng.choice((0, 1, len(one.data) - 1, 65536, 1 << 31, (1 << 32) - 1)))
            if rng.random() < 0.2 else one for one in packets]


def flip(rng, packets):
    """Octets of headers, where lengths, flags and offsets stand."""
    share, reach = rng.choice((0.01, 0.1, 0.5)), rng.choice((40, 60, 80, 1500))
    return [flip_one(rng, one, reach) if one.data and rng.random() < share else one
            for one in packets]


def flip_one(rng, packet, reach):
    data = bytearray(packet.data)
    for _ in range(rng.choice((1, 1, 2, 8))):
        at = rng.randrange(min(len(data), reach))
        data[at] = rng.choice((0, 1, 0x7F, 0x80, 0xFF, data[at] ^ 1 << rng.randrange(8),
                               rng.randrange(256)))
    return replace(packet, data=bytes(data))


def fields(rng, packets):
    """Lengths, offsets and counts of IP, UDP, TCP and DNS headers get values at their ends."""
    return [field_one(rng, one) if rng.random() < 0.3 else one for one in packets]


def field_one(rng, packet):
    at, front = transport_at(packet), packet.front()
    if at is None or len(packet.data) < at + 20:
        return packet
    data = bytearray(packet.data)
    udp = data[front + 9 if data[front] >> 4 == 4 else front + 6] == 17
    where = rng.choice([front + 2, front + 4, front + 6] +
                       ([at + 4, at + 8, at + 10, at + 12, at + 14, at + 16] if udp else
                        [at + 4, at + 6, at + 8, at + 12, at + 14]))
    struct.pack_into(">H", data, where, rng.choice((0, 1, 7, 8, 11, 12, 0x2000, 0x7FFF, 0x8000,
                                                    0xFFFE, 0xFFFF, rng.randrange(65536))))
    return replace(packet, data=bytes(data))


def fragment(rng, packets):
    """IPv4 and IPv6 datagrams in pieces: in any order, some lost, doubled or overlapping."""
    out = []
    for packet in packets:
        front = packet.front()
        head_len = head_of(packet, front)
        if head_len < 20 or len(packet.data) < front + head_len + 8 or rng.random() < 0.5:
            out.append(packet)
        else:
            out += pieces(rng, packet, front, head_len)
    return out


def head_of(packet, front):
    """Octets of the IP header; 0 without one."""
    if front is None:
        return 0
    return 4 * (packet.data[front] & 15) if packet.data[front] >> 4 == 4 else 40


def pieces(rng, packet, front, head_len):
    head, body = packet.data[front:front + head_len], packet.data[front + head_len:]
    step, number = 8 * rng.randint(1, 8), rng.randrange(1 << 16)
    found = []
    for at in range(0, len(body), step):
        start = max(0, at - 8 * rng.choice((0, 0, 0, 1, 2)))
        part = body[start:at + step + 8 * rng.choice((0, 0, 0, 1))]
        more = at + step < len(body)
        found.append(packet.with_data(packet.data[:front] + fragment_head(
            head, start, more != (rng.random() < 0.02), len(part), number) + part))
    if rng.random() < 0.4:
        rng.shuffle(found)
    if rng.random() < 0.4:
        found.pop(rng.randrange(len(found)))
    if found and rng.random() < 0.2:
        found.append(rng.choice(found))
    return found


def fragment_head(head, offset, more, size, number):
    head = bytearray(head)
    if head[0] >> 4 == 4:
        struct.pack_into(">HHH", head, 2, len(head) + size, number, more << 13 | offset // 8)
        return bytes(head)
    following, head[6] = head[6], 44  # RFC 8200 section 4.5
    struct.pack_into(">H", head, 4, size + 8)
    return bytes(head) + struct.pack(">BBHI", following, 0, offset | more, number)


def is_tcp(packet, front):
    return packet.data[front + 9 if packet.data[front] >> 4 == 4 else front + 6] == 6


def addresses_at(packet, front):
    four = packet.data[front] >> 4 == 4
    return slice(front + 12, front + 20) if four else slice(front + 8, front + 40)


def segment(rng, packets):
    """TCP payload in other pieces: single octets, overlaps, retransmissions, gaps, wrong order."""
    out = []
    for packet in packets:
        at = transport_at(packet)
        front = packet.front()
        if at is None or len(packet.data) < at + 21 or not is_tcp(packet, front) or \
                packet.data[at + 12] >> 4 < 5:
            out.append(packet)
        else:
            out += segments(rng, packet, front, at)
    return out


def segments(rng, packet, front, at):
    body_at = at + 4 * (packet.data[at + 12] >> 4)
    body, sequence = packet.data[body_at:], struct.unpack_from(">I", packet.data, at + 4)[0]
    found, start = [], 0
    while start < len(body):
        end = start + rng.choice((1, 2, 3, 12, 20, 100, 1400))
        back = max(0, start - rng.choice((0, 0, 0, 1, 5)))
        part = body[back:end]
        if rng.random() < 0.05:  # an overlap with other content
            part = bytes(octet ^ 0x55 for octet in part)
        found.append(tcp(packet, front, at, body_at, sequence + back, part))
        start = end
    if rng.random() < 0.3:
        rng.shuffle(found)
    if found and rng.random() < 0.2:
        found.pop(rng.randrange(len(found)))
    return found or [packet]


def tcp(packet, front, at, body_at, sequence, part):
    data = bytearray(packet.data[:body_at] + part)
    struct.pack_into(">I", data, at + 4, sequence & 0xFFFFFFFF)
    if data[front] >> 4 == 4:
        struct.pack_into(">H", data, front + 2, len(data) - front)
    else:
        struct.pack_into(">H", data, front + 4, len(data) - front - 40)
    return packet.with_data(bytes(data))


def sequence(rng, packets):
    """All sequence numbers, and what acknowledges them, moved so that they wrap."""
    by = rng.choice((1 << 31, (1 << 32) - 1000, rng.randrange(1 << 32)))
    out = []
    for packet in packets:
        at, front = transport_at(packet), packet.front()
        if at is not None and len(packet.data) >= at + 12 and is_tcp(packet, front):
            data = bytearray(packet.data)
            for place in (at + 4, at + 8):
                number = struct.unpack_from(">I", data, place)[0]
                struct.pack_into(">I", data, place, number + by & 0xFFFFFFFF)
            packet = replace(packet, data=bytes(data))
        out.append(packet)
    return out


def tunnel(rng, packets):
    """IP in IP, often enough to go beyond any depth that is read; VXLAN, GRE."""
    depth = rng.choice((1, 1, 2, 3, 20))
    return [wrap(rng, packet, depth) if rng.random() < 0.5 else packet for packet in packets]


def wrap(rng, packet, depth):
    front = packet.front()
    if front is None:
        return packet
    before, inner = packet.data[:front], packet.data[front:]
    if before and inner[0] >> 4 == 6:
        return packet
    for _ in range(depth):
        how = rng.randrange(3)
        if how == 0:
            inner = ipv4(41 if inner[0] >> 4 == 6 else 4, inner)
        elif how == 1:
            inner = ipv4(47, b"\0\0" + (b"\x86\xdd" if inner[0] >> 4 == 6 else b"\x08\0") + inner)
        else:
            frame = bytes(12) + (b"\x86\xdd" if inner[0] >> 4 == 6 else b"\x08\0") + inner
            inner = ipv4(17, struct.pack(">HHHHIHH", 40000, rng.choice((4789, 8472)),
                                         (len(frame) + 16) & 0xFFFF, 0, 0x08000000, 0, 1) + frame)
    return packet.with_data(before + inner)


def ipv4(protocol, inner):
    return struct.pack(">BBHHHBBHII", 0x45, 0, (len(inner) + 20) & 0xFFFF, 7, 0, 64, protocol, 0,
                       0x0A000001, 0x0A000002) + inner


def relink(rng, packets):
    """Another link type than that of the bytes."""
    link = rng.choice((0, 1, 9, 12, 50, 51, 101, 105, 108, 113, 127, 147, 195, 228, 229, 239, 276,
                       65535))
    return [replace(one, link=link) for one in packets]


def link_headers(rng, packets, odd=True):
    """The same packets behind other link headers, rightly; ODD: interfaces and directions at
    random."""
    link = rng.choice((0, 1, 101, 113, 276))
    out = []
    for packet in packets:
        front = packet.front()
        if front is None:
            out.append(packet)
            continue
        six = packet.data[front] >> 4 == 6
        kind = b"\x86\xdd" if six else b"\x08\0"
        head = {0: struct.pack("<I", 30 if six else 2), 1: bytes(12) + kind, 101: b"",
                113: struct.pack(">HHH8s", rng.randrange(5) if odd else 4, 1, 6, bytes(8)) + kind,
                276: kind + struct.pack(">HIHBB8s", 0, rng.randrange(4) if odd else 1, 1,
                                        rng.randrange(5) if odd else 4, 6, bytes(8))}[link]
        out.append(packet.with_data(head + packet.data[front:], link=link))
    return out


MUTATIONS = (duplicate, shuffle, drop, one_direction, times, snap, sizes, flip, flip, fields, fields,
             fragment, fragment, segment, segment, sequence, tunnel, relink, link_headers)
