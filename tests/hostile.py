# SPDX-License-Identifier: BSD-2-Clause
"""Texts that some format takes for something else, and inputs that hold them: names of files, what
CoreDNS calls itself, labels of pods.  Used by other tests."""
import json
import re
import struct

# What YAML 1.1 or 1.2 reads as something else than a text, what ends a text in some format, what
# terminals obey, and octets that are no UTF-8.
TEXTS = [text.encode("utf-8") if isinstance(text, str) else text for text in (
    "NO", "no", "on", "Off", "Yes", "y", "N", "~", "null", "Null", "true", "FALSE", "1e3", "1E+3",
    "012", "0o14", "0x1F", "0b101", "1_000", "-0", "+12", "190:20:30", "1.0", ".5", ".inf", "-.INF",
    ".nan", "2026-11-21", "2026-11-21T10:00:00Z", "2026-11-21 10:00:00.5 -5", "<<", "=", "- a",
    "a: b", "a #b", "#a", "*a", "&a", "!!binary a", "!a", "%YAML 1.1", "---", "...", "@a", "`a`",
    "{a}", "[a]", "? a", "|", ">", "'", "''", '"', '""', "\\", "\\n", "a,b", "a;b", " before",
    "behind ", "\ttab\t", "line\nline", "line\r\nline\r", "\n", "\x01\x02\x7f", "\x1b[31m",
    "\x85", "\xa0", "\u2028\u2029", "\ufeff", "\u202eexe", "\ufffe\uffff", "\U0001f600", "日本語",
    "=1+1", "+a", "@SUM(1)", "]]>", "<!--", "-->", "&amp;", "&#0;", "</script>", "<b a='b'>",
    b"\xff\xfe", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"a\xc3")]

LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?")


def readable(octets):
    """The text where there is one."""
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        return None


def varint(number):
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def protobuf(*fields):
    """Fields (number, value): numbers as varints, fixed 32 bits where given as bytes of a struct."""
    out = b""
    for number, value in fields:
        if isinstance(value, int):
            out += varint(number << 3) + varint(value)
        elif isinstance(value, tuple):
            out += varint(number << 3 | 5) + struct.pack("<I", value[0])
        else:
            out += varint(number << 3 | 2) + varint(len(value)) + value
    return out


def dns_message(number, is_answer, extra_text):
    flags = 0x8182 if is_answer else 0x0100  # SERVFAIL
    question = b"\x05texts\x04test\x00" + struct.pack(">HH", 1, 1)
    option = struct.pack(">HHH", 15, 2 + len(extra_text), 22) + extra_text  # RFC 8914
    opt = b"\x00" + struct.pack(">HHIH", 41, 1232, 0, len(option) if is_answer else 0)
    return struct.pack(">HHHHHH", number, flags, 1, 0, 0, 1) + question + opt + \
        (option if is_answer else b"")


def dnstap(texts=tuple(TEXTS)):
    """A capture in which each text is what CoreDNS calls itself and what it says of an error."""
    kind = b"protobuf:dnstap.Dnstap"
    field = struct.pack(">II", 1, len(kind)) + kind
    out = struct.pack(">III", 0, 4 + len(field), 2) + field  # START
    for number, text in enumerate(texts):
        common = ((2, 1), (3, 1), (4, bytes((10, 244, 1, 11))), (6, 20000 + number),
                  (8, 1795255200 + number), (9, (0,)))
        for is_answer in (False, True):
            message = dns_message(number, is_answer, text)
            rest = ((12, 1795255200 + number), (13, (5_000_000,)), (14, message)) \
                if is_answer else ((10, message),)
            frame = protobuf((1, text), (2, b"CoreDNS-1.14.7"), (15, 1),
                             (14, protobuf((1, 6 if is_answer else 5), *common, *rest)))
            out += struct.pack(">I", len(frame)) + frame
    return out + struct.pack(">III", 0, 4, 3)  # STOP


def cluster(path):
    """The objects of the file with each text that Kubernetes allows as a label's name and value."""
    document = json.loads(path.read_text("utf-8"))
    labels = {text: text for text in map(readable, TEXTS) if text and LABEL.fullmatch(text)}
    for one in document["items"]:
        if one["kind"] == "Pod":
            one["metadata"].setdefault("labels", {}).update(labels)
    return json.dumps(document)
