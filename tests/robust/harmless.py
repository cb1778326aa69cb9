# SPDX-License-Identifier: BSD-2-Clause
"""Changes of a capture after which as many queries and responses stand in it as before: datagrams in
fragments, TCP in other segments, other sequence numbers, tunnels, link headers, formats."""
import struct

import capture
import packets

FRAGMENTS = 500  # octets of a datagram for each 8 that a fragment gets more: 62 fragments at most


def fragments(rng, some):
    """Datagrams in fragments, each whole, in some order."""
    out, number = [], rng.randrange(1 << 16)
    for packet in some:
        front = packet.front()
        head_len = packets.head_of(packet, front)
        if head_len < 20 or is_fragment(packet, front) or len(packet.data) < front + head_len + 8 or \
                rng.random() < 0.5:
            out.append(packet)
            continue
        head, body = packet.data[front:front + head_len], packet.data[front + head_len:]
        step, number = 8 * (rng.randint(2, 8) + len(body) // FRAGMENTS), number + 1 & 0xFFFF
        found = [packet.with_data(packet.data[:front] + packets.fragment_head(
                     head, at, at + step < len(body), len(body[at:at + step]), number)
                     + body[at:at + step]) for at in range(0, len(body), step)]
        if rng.random() < 0.3:
            rng.shuffle(found)
        out += found
    return out


def is_fragment(packet, front):
    if packet.data[front] >> 4 == 4:
        return packet.data[front + 6] & 0x3F or packet.data[front + 7]
    return packet.data[front + 6] == 44


def segments(rng, some):
    """TCP payload of connections whose beginning is there in other segments, in some order, with
    retransmissions.  (Where the beginning is not there, it is for the first segment to tell where a
    message begins.)"""
    out, begun = [], set()
    for packet in some:
        at, front = packets.transport_at(packet), packet.front()
        if at is None or len(packet.data) < at + 20 or not packets.is_tcp(packet, front):
            out.append(packet)
            continue
        side = packet.data[packets.addresses_at(packet, front)], packet.data[at:at + 4]
        if packet.data[at + 13] & 2:
            begun.add(side)
        out += cut_up(rng, packet, front, at) if side in begun else [packet]
    return out


def cut_up(rng, packet, front, at):
    body_at, found, start = at + 4 * (packet.data[at + 12] >> 4), [], 0
    body = packet.data[body_at:end_of(packet, front)]
    first = struct.unpack_from(">I", packet.data, at + 4)[0]
    while start < len(body):
        end = start + rng.choice((1, 2, 3, 12, 20, 100, 1400))
        found.append(packets.tcp(packet, front, at, body_at, first + start, body[start:end]))
        start = end
    if rng.random() < 0.3:
        rng.shuffle(found)
    if found and rng.random() < 0.2:
        found.insert(rng.randrange(len(found)), rng.choice(found))
    return found or [packet]


def end_of(packet, front):
    """Where the IP packet ends: Ethernet may have padding behind it."""
    if packet.data[front] >> 4 == 4:
        return front + struct.unpack_from(">H", packet.data, front + 2)[0]
    return front + 40 + struct.unpack_from(">H", packet.data, front + 4)[0]


def tunnels(rng, some):
    depth = rng.choice((1, 1, 2))
    return [packets.wrap(rng, packet, depth) if rng.random() < 0.5 else packet for packet in some]


def link_headers(rng, some):
    """All by one interface and in one direction, which tell copies from one another."""
    return packets.link_headers(rng, some, odd=False)


MUTATIONS = (fragments, segments, packets.sequence, tunnels, link_headers)


def change(rng, some):
    """The capture as it was, as it became, and the names of the changes."""
    before, steps = one_file(some), []
    for mutation in rng.sample(MUTATIONS, rng.choice((0, 1, 1, 2))):
        some = mutation(rng, some)
        steps.append(mutation.__name__)
    order = rng.choice("<<>")
    if rng.random() < 0.5:
        return before, one_file(some, order, rng.random() < 0.5), steps
    return before, capture.write_pcapng(some, order, rng.choice((6, 9))), steps


def one_file(some, order="<", nano=False):
    """A classic pcap, which has one link type; pcapng for packets of several."""
    if len({packet.link for packet in some}) > 1:
        return capture.write_pcapng(some, order)
    return capture.write_pcap(some, order, nano)
