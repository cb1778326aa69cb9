# SPDX-License-Identifier: BSD-2-Clause
"""Mutations of whole capture files: as bytes, as records and blocks, and by the tools that people
use on captures."""
import gzip
import lzma
import shutil
import struct
import subprocess

import capture

ENDS = (0, 1, 3, 7, 8, 11, 12, 16, 20, 28, 32, 0x7F, 0xFF, 0xFFFF, 0x10000, 0x40000, 0x40001,
        0x100000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFF0, 0xFFFFFFFF)


# Bytes ---------------------------------------------------------------------------------------------

def cut(rng, data):
    return data[:rng.randrange(len(data) + 1)]


def cut_front(rng, data):
    return data[rng.randrange(min(len(data), 200) + 1):]


def flip_bits(rng, data):
    out = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 5, 20)) if out else 0):
        at = rng.randrange(len(out))
        out[at] ^= 1 << rng.randrange(8)
    return bytes(out)


def flip_head(rng, data):
    """The file header and what stands behind it."""
    return flip_bits(rng, data[:64]) + data[64:]


def hole(rng, data):
    """Bytes taken out, put in twice, or replaced by zeros."""
    if len(data) < 8:
        return data
    start = rng.randrange(len(data))
    end = min(len(data), start + rng.choice((1, 2, 4, 7, 16, 100, 1000)))
    filling = rng.choice((b"", data[start:end] * 2, bytes(end - start), rng.randbytes(end - start)))
    return data[:start] + filling + data[end:]


def tail(rng, data):
    """Something behind the last record."""
    return data + rng.choice((bytes(rng.randrange(1, 64)), rng.randbytes(rng.randrange(1, 64)),
                              b"a line of text\n", b"\xff" * 24, data[:24], data[:100]))


def twice(_, data):
    """cat a b: a file header in the middle of the records."""
    return data + data


# Records and blocks --------------------------------------------------------------------------------

def lengths(rng, data):
    """One of the lengths that the file states of its records becomes another."""
    places = [place for place in record_places(data) if place + 4 <= len(data)]
    if not places:
        return flip_head(rng, data)
    out = bytearray(data)
    for place in rng.sample(places, min(len(places), rng.choice((1, 1, 3)))):
        order = rng.choice("<<<>")
        old = struct.unpack_from(order + "I", out, place)[0]
        struct.pack_into(order + "I", out, place,
                         rng.choice((*ENDS, old + 1 & 0xFFFFFFFF, old - 1 & 0xFFFFFFFF, old ^ 4)))
    return bytes(out)


def record_places(data):
    """Where lengths stand: of records (pcap), of blocks and what is in them (pcapng)."""
    at, places = 24, []
    if data[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1"):
        while at + 16 <= len(data):
            places += [at + 8, at + 12]
            at += 16 + struct.unpack_from("<I", data, at + 8)[0]
    elif data[:4] == b"\x0a\x0d\x0d\x0a":
        at = 0
        while at + 12 <= len(data):
            size = struct.unpack_from("<I", data, at + 4)[0]
            places += [at + 4, at + 8, at + 12, at + 20, at + 24, at + size - 4]
            at += max(size, 12)
    else:  # Frame Streams: a length in front of each frame, big-endian
        at = 0
        while at + 8 <= len(data):
            places.append(at)
            size = struct.unpack_from(">I", data, at)[0]
            at += 4 + (size or 4 + struct.unpack_from(">I", data, at + 4)[0])
    return places


def blocks(rng, data):
    """pcapng blocks that few writers make: old packets, simple packets, statistics, names, secrets,
    journal entries, unknown ones; another section; blocks doubled, moved or left out."""
    if data[:4] != b"\x0a\x0d\x0d\x0a":
        return twice(rng, data)
    parts = split_blocks(data)
    for _ in range(rng.choice((1, 2, 5))):
        if not parts:
            break
        at, how = rng.randrange(len(parts)), rng.randrange(5)
        if how == 0:
            parts.insert(at, parts[rng.randrange(len(parts))])
        elif how == 1:
            parts.pop(at)
        elif how == 2:
            parts.insert(at, capture.section(rng.choice("<<>")))
        else:
            parts.insert(at, odd_block(rng))
    return b"".join(parts)


def split_blocks(data):
    parts, at = [], 0
    while at + 12 <= len(data):
        size = struct.unpack_from("<I", data, at + 4)[0]
        if size < 12 or at + size > len(data):
            break
        parts.append(data[at:at + size])
        at += size
    return parts + ([data[at:]] if at < len(data) else [])


def odd_block(rng):
    kind = rng.choice((1, 2, 3, 4, 5, 6, 9, 0xA, 0xBAD, 0x40000BAD, rng.randrange(1 << 32)))
    text = rng.choice((b"", b"k8s.podName=a;k8s.node=b", b"\xff" * 40, b"PodName: x\nPodNamespace: y",
                       b"%" * 30, rng.randbytes(20)))
    body = {1: struct.pack("<HHI", rng.choice((1, 101, 276, 9999)), 0, rng.choice((0, 96, 1 << 31))),
            2: struct.pack("<HHIIII", 0, 3, 0, 0, 60, 60) + bytes(60),
            3: struct.pack("<I", rng.choice((60, 10, 0xFFFFFFFF))) + bytes(60),
            4: struct.pack("<HH", 1, 8) + b"\x0a\0\0\1abc\0" + struct.pack("<HH", 0, 0),
            5: struct.pack("<III", rng.choice((0, 9)), 0, 0),
            6: struct.pack("<IIIII", rng.choice((0, 7)), 0, 0, 20, 20) + bytes(20)
            }.get(kind, rng.randbytes(rng.choice((0, 1, 8, 33))))
    for _ in range(rng.choice((0, 1, 3))):
        body += capture.option(rng.choice((1, 2, 3, 4, 5, 9, 14, 2988, rng.randrange(65536))), text)
    if rng.random() < 0.2:  # an option that reaches beyond its block
        body += struct.pack("<HH", 1, rng.choice((1, 5, 65535)))
    return capture.block(kind, body)


# Tools ---------------------------------------------------------------------------------------------

def tool(rng, path, other):
    """editcap, mergecap or randpkt on the file at PATH: the path of what it made, or PATH where it
    is missing or makes nothing."""
    made = path + ".tool"
    seed = str(rng.randrange(1, 1 << 31))
    share = rng.choice(("0.0005", "0.005", "0.05"))
    commands = (
        ["editcap", "--seed", seed, "-E", share, path, made],
        ["editcap", "--seed", seed, "-E", share, "-o", "40", path, made],
        ["editcap", "-s", str(rng.choice((20, 60, 96, 100))), path, made],
        ["editcap", "-C", str(rng.choice((4, 14, 20, -4, -60))), path, made],
        ["editcap", "-L", "-C", "4", path, made],
        ["editcap", "-F", rng.choice(("pcap", "nsecpcap", "pcapng", "modpcap", "nokiapcap")), path,
         made],
        ["editcap", "-T", rng.choice(("ether", "rawip", "linux-sll", "null", "ppp")), path, made],
        ["editcap", "-t", rng.choice(("-3600", "0.000001", "1000000000")), path, made],
        ["mergecap", "-w", made, path, other],
        ["mergecap", "-a", "-w", made, other, path],
        ["mergecap", "-F", "pcap", "-w", made, path, other],
        ["randpkt", "-b", "300", "-c", "50", "-F", rng.choice(("pcap", "pcapng")), "-t",
         rng.choice(("dns", "eth", "ip", "ipv6", "tcp", "udp", "sll", "icmp", "fddi", "vxlan")), made],
    )
    command = rng.choice(commands)
    if shutil.which(command[0]) is None:
        return path, []
    done = subprocess.run(command, capture_output=True, check=False)
    return (made if done.returncode == 0 else path), [command[0]]


# Compression ---------------------------------------------------------------------------------------

def packed(rng, data):
    """As it came from a compressor, and sometimes not all of it."""
    out = rng.choice((lambda: gzip.compress(data, 1), lambda: lzma.compress(data, preset=0),
                      lambda: gzip.compress(data, 1) + gzip.compress(data, 1)))()
    return rng.choice((out, out, cut(rng, out), flip_bits(rng, out)))


MUTATIONS = (cut, cut, cut_front, flip_bits, flip_bits, flip_head, hole, hole, tail, twice, lengths,
             lengths, lengths, blocks, blocks)
