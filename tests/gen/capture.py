# SPDX-License-Identifier: BSD-2-Clause
"""DNS messages, dnstap frames of CoreDNS 1.11.3 and Ethernet packets, written octet by octet; for
fixtures that are made, and sharing nothing with the program that reads them."""
import ipaddress
import struct
from dataclasses import dataclass

A, NS, CNAME, SOA, AAAA, OPT = 1, 2, 5, 6, 28, 41
CLIENT_QUERY, CLIENT_RESPONSE, FORWARDER_QUERY, FORWARDER_RESPONSE = 5, 6, 7, 8  # dnstap.proto
IDENTITY, VERSION = b"coredns-6d4b8f7c9d-x2x7k", b"CoreDNS-1.11.3"
CONTENT_TYPE = b"protobuf:dnstap.Dnstap"


# Messages (RFC 1035 section 4) ---------------------------------------------------------------------

@dataclass
class Record:
    name: str
    type: int
    ttl: int
    data: bytes | str | tuple


@dataclass
class Message:
    id: int
    name: str
    type: int
    response: bool = False
    rcode: int = 0
    aa: bool = False
    ra: bool = False
    edns: bool = False
    answers: tuple = ()
    authority: tuple = ()


def write_name(out, name, known):
    """KNOWN has where names stand; None: nothing is compressed."""
    labels = name.rstrip(".").split(".") if name != "." else []
    for i in range(len(labels)):
        rest = ".".join(labels[i:])
        if known is not None and rest in known:
            out += struct.pack(">H", 0xc000 | known[rest])
            return
        if known is not None:
            known[rest] = len(out)
        out += bytes([len(labels[i])]) + labels[i].encode()
    out += b"\0"


def write_record(out, record, known):
    write_name(out, record.name, known)
    out += struct.pack(">HHIH", record.type, 1, record.ttl, 0)
    start = len(out)
    if isinstance(record.data, bytes):
        out += record.data
    elif isinstance(record.data, str):
        write_name(out, record.data, known)
    else:
        write_name(out, record.data[0], known)
        write_name(out, record.data[1], known)
        out += struct.pack(">5I", *record.data[2:])
    out[start - 2:start] = struct.pack(">H", len(out) - start)


def encode(message, compressed=False):
    known = {} if compressed else None
    flags = message.response << 15 | message.aa << 10 | 1 << 8 | message.ra << 7 | message.rcode
    out = bytearray(struct.pack(">6H", message.id, flags, 1, len(message.answers),
                                len(message.authority), message.edns))
    write_name(out, message.name, known)
    out += struct.pack(">HH", message.type, 1)
    for record in (*message.answers, *message.authority):
        write_record(out, record, known)
    if message.edns:
        out += b"\0" + struct.pack(">HHIH", OPT, 1232, 0, 0)  # RFC 6891
    return bytes(out)


# dnstap --------------------------------------------------------------------------------------------

def varint(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out) + bytes([value])


def number(field, value):
    return varint(field << 3) + varint(value)


def octets(field, value):
    return varint(field << 3 | 2) + varint(len(value)) + value


def stamp(field, when):
    """Seconds and, as fixed32 in the next field, nanoseconds."""
    return number(field, when // 10**9) + varint((field + 1) << 3 | 5) + \
        struct.pack("<I", when % 10**9)


def mapped(address):
    """IPv4 in 16 octets, as this version writes it where it listens on all addresses."""
    return bytes(10) + b"\xff\xff" + ipaddress.ip_address(address).packed


def frame(kind, client, upstream, asked, answered, message):
    """One dnstap frame; the fields that this version sets, in the order of their numbers."""
    inner = number(1, kind) + number(2, 1) + number(3, 1) + octets(4, mapped(client[0]))
    if upstream:
        inner += octets(5, mapped(upstream))
    inner += number(6, client[1])
    if upstream:
        inner += number(7, 53)
    inner += stamp(8, asked)
    if answered is None:
        inner += octets(10, message)
    else:
        inner += stamp(12, answered) + octets(14, message)
    return octets(1, IDENTITY) + octets(2, VERSION) + octets(14, inner) + number(15, 1)


def control(kind):
    body = struct.pack(">I", kind)
    if kind == 2:  # START
        body += struct.pack(">II", 1, len(CONTENT_TYPE)) + CONTENT_TYPE
    return struct.pack(">II", 0, len(body)) + body


def frame_stream(frames):
    return control(2) + b"".join(struct.pack(">I", len(one)) + one for one in frames) + control(3)


# Packets -------------------------------------------------------------------------------------------

def checksum(data):
    total = sum(struct.unpack(f">{len(data) // 2}H", data[:len(data) & ~1]))
    total += data[-1] << 8 if len(data) & 1 else 0
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def datagram(source, target, ip_id, ttl, payload):
    """UDP over IPv4, both with their checksums (RFC 768, RFC 791)."""
    ends = ipaddress.ip_address(source[0]).packed + ipaddress.ip_address(target[0]).packed
    length = 8 + len(payload)
    head = struct.pack(">HHH", source[1], target[1], length)
    udp = head + struct.pack(">H", checksum(ends + struct.pack(">HH", 17, length) + head + b"\0\0" +
                                            payload) or 0xffff) + payload
    ip = struct.pack(">BBHHHBBH", 0x45, 0, 20 + length, ip_id, 0x4000, ttl, 17, 0) + ends
    return ip[:10] + struct.pack(">H", checksum(ip)) + ip[12:] + udp


def pcap(packets, here):
    """Ethernet, microseconds, little-endian; of the pod with the address HERE."""
    out = bytearray(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 262144, 1))
    pod, node = bytes.fromhex("c2a7511e0305"), bytes.fromhex("aaaaaaaaaaaa")
    ip_ids = {}
    for when, source, target, payload in packets:
        ours = source[0] == here
        ip_ids[source[0]] = ip_id = (ip_ids.get(source[0], len(source[0]) * 2971) + 1) & 0xffff
        data = (node + pod if ours else pod + node) + b"\x08\x00" + \
            datagram(source, target, ip_id, 64 if ours else 63, payload)
        when //= 1000
        out += struct.pack("<IIII", when // 10**6, when % 10**6, len(data), len(data)) + data
    return bytes(out)
