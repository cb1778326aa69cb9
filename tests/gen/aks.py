#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Makes fixtures/22-aks-guide.fstrm.xz and 22-aks-guide-coredns.pcap.xz: three quarters of a minute
of a small AKS cluster, as CoreDNS 1.11.3 taps it and as tcpdump in CoreDNS's pod sees it.  What is
tapped, in which order and with which times is as in recordings of that version: an attempt is tapped
when it is over, all attempts of a query have one query time, the answer that CoreDNS makes itself is
not tapped, health checks are not either.  The same bytes on every run.

    tests/gen/aks.py FOLDER"""
import heapq
import ipaddress
import itertools
import lzma
import random
import sys
from dataclasses import dataclass
from pathlib import Path

import capture
from capture import AAAA, CNAME, NS, SOA, A, Message, Record, encode

START = 1795255200 * 10**9  # 2026-11-21 10:00:00
US, MS, S = 10**3, 10**6, 10**9
COREDNS, UPSTREAM = "10.244.0.5", "168.63.129.16"
TEST_POD, WEB = "10.244.1.23", "10.244.2.14"
READ_TIMEOUT, TRIES = 2 * S, 3  # of CoreDNS 1.11.3: it gives up at the first error after 5 s
IDLE = 10 * S  # how long a socket to the upstream is kept
SEARCH = ("default.svc.cluster.local.", "svc.cluster.local.", "cluster.local.",
          "k2xq0vzjv3lubl5hdlyjwbgdpe.bx.internal.cloudapp.net.")
NOERROR, SERVFAIL, NXDOMAIN, REFUSED = 0, 2, 3, 5


@dataclass
class Answer:
    """What the upstream or a plugin says, and how long the upstream took for it (None: it says
    nothing)."""
    took: int | None = None
    rcode: int = NOERROR
    records: tuple = ()
    authority: tuple = ()
    cluster: bool = False  # CoreDNS answers by itself


def addresses(name, *texts, ttl=300):
    return tuple(Record(name, A if "." in text else AAAA, ttl, ipaddress.ip_address(text).packed)
                 for text in texts)


def denied(zone, primary, minimum):
    return (Record(zone, SOA, minimum, (primary, f"hostmaster.{zone}", 1795248000, 7200, 1800, 86400,
                                        minimum)),)


CLUSTER_SOA = denied("cluster.local.", "ns.dns.cluster.local.", 30)
NO_CLUSTER_NAME = Answer(rcode=NXDOMAIN, authority=CLUSTER_SOA, cluster=True)
NO_RECORDS = Answer(authority=CLUSTER_SOA, cluster=True)
AZURE_NXDOMAIN = Answer(rcode=NXDOMAIN, cluster=True)  # by the template in the Corefile
MICROSOFT = addresses("microsoft.com.", "203.0.113.20", "203.0.113.84", "203.0.113.112")
MICROSOFT_6 = addresses("microsoft.com.", "2001:db8:1030:20e::b3", "2001:db8:1030:a3::1ec")


@dataclass
class Query:
    """One that has come to CoreDNS."""
    client: str
    port: int
    id: int
    name: str
    type: int
    edns: bool
    asked: int = 0  # query time as CoreDNS takes it


class Network:
    """CoreDNS and what is around it.  Work is done in the order of time."""

    def __init__(self):
        self.random = random.Random(22)
        self.jobs, self.order = [], itertools.count()
        self.tap, self.packets = [], []
        self.sockets = []  # to the upstream: (port, since when it is idle)
        self.cache = {}

    def few(self, least, most):
        return int(least + (most - least) * self.random.random())

    def number(self, least, most):
        return int(self.random.random() * (most - least)) + least

    def at(self, when, job, *arguments):
        heapq.heappush(self.jobs, (when, next(self.order), job, arguments))

    def run(self):
        while self.jobs:
            when, _, job, arguments = heapq.heappop(self.jobs)
            job(when, *arguments)

    def packet(self, when, source, target, message):
        self.packets.append((when, source, target, encode(message, compressed=source[0] == UPSTREAM)))

    def frame(self, written, kind, query, message, asked, answered=None):
        """WRITTEN is when CoreDNS hands it to its tap, which is the order of the file."""
        upstream = UPSTREAM if kind in (capture.FORWARDER_QUERY, capture.FORWARDER_RESPONSE) else None
        self.tap.append((written, len(self.tap), capture.frame(
            kind, (query.client, query.port), upstream, asked, answered, encode(message))))

    # The client ------------------------------------------------------------------------------------

    def ask(self, when, client, port, name, kind, answer, edns=False):
        query = Query(client, port, self.number(0, 1 << 16), name, kind, edns)
        self.at(START + when, self.arrive, query, answer)

    def arrive(self, when, query, answer):
        message = Message(query.id, query.name, query.type, edns=query.edns)
        self.packet(when, (query.client, query.port), (COREDNS, 53), message)
        query.asked = when + self.few(30 * US, 60 * US)
        self.frame(query.asked, capture.CLIENT_QUERY, query, message, query.asked)
        key = (query.name, query.type)
        kept = self.cache.get(key)
        if answer.cluster:
            self.at(query.asked + self.few(60 * US, 140 * US), self.respond, query, answer, True, False)
        elif kept and kept[0] > when:
            self.at(query.asked + self.few(40 * US, 90 * US), self.respond, query, kept[1], True, True)
        else:
            began = query.asked + self.few(12 * US, 25 * US)
            self.at(began + self.few(50 * US, 80 * US), self.forward, query, answer, began, 1)

    def respond(self, when, query, answer, aa, ra, tapped=True):
        message = Message(query.id, query.name, query.type, True, answer.rcode, aa, ra, query.edns,
                          answer.records, answer.authority)
        self.packet(when, (COREDNS, 53), (query.client, query.port), message)
        if tapped:
            sent = when + self.few(20 * US, 40 * US)
            self.frame(sent, capture.CLIENT_RESPONSE, query, message, query.asked, sent)

    # The upstream ----------------------------------------------------------------------------------

    def socket(self, when):
        """The one used last, as long as it is kept."""
        self.sockets = [one for one in self.sockets if one[1] + IDLE > when]
        return self.sockets.pop()[0] if self.sockets else self.number(32768, 60999)

    def forward(self, when, query, answer, began, attempt):
        port, message = self.socket(when), Message(self.number(0, 1 << 16), query.name, query.type,
                                                   edns=query.edns)
        self.packet(when, (COREDNS, port), (UPSTREAM, 53), message)
        if answer.took is None:
            self.at(when + READ_TIMEOUT + self.few(100 * US, 900 * US), self.give_up, query, answer,
                    began, attempt)
        else:
            self.at(when + answer.took, self.reply, query, answer, began, port, message)

    def reply(self, when, query, answer, began, port, asked):
        said = Message(asked.id, query.name, query.type, True, answer.rcode, False, True, query.edns,
                       answer.records, answer.authority)
        self.packet(when, (UPSTREAM, 53), (COREDNS, port), said)
        self.sockets.append((port, when))
        read = when + self.few(40 * US, 80 * US)
        self.frame(read, capture.FORWARDER_QUERY, query, Message(query.id, query.name, query.type,
                                                                 edns=query.edns), began)
        said.id = query.id
        self.frame(read, capture.FORWARDER_RESPONSE, query, said, began, read)
        life = {NOERROR: 30, NXDOMAIN: 30, SERVFAIL: 5}.get(answer.rcode, 0)
        self.cache[(query.name, query.type)] = (read + life * S, answer)
        self.at(read + self.few(30 * US, 60 * US), self.respond, query, answer, False, True)

    def give_up(self, when, query, answer, began, attempt):
        self.frame(when, capture.FORWARDER_QUERY, query, Message(query.id, query.name, query.type,
                                                                 edns=query.edns), began)
        self.at(when + self.few(80 * US, 160 * US), self.check_health)
        if attempt < TRIES:
            self.at(when + self.few(60 * US, 100 * US), self.forward, query, answer, began, attempt + 1)
        else:
            self.at(when + self.few(60 * US, 120 * US), self.respond, query, Answer(rcode=SERVFAIL),
                    False, False, False)

    def check_health(self, when):
        port, message = self.number(32768, 60999), Message(self.number(0, 1 << 16), ".", NS)
        self.packet(when, (COREDNS, port), (UPSTREAM, 53), message)
        said = Message(message.id, ".", NS, True, NOERROR, False, True, False, tuple(
            Record(".", NS, 3600, f"{letter}.root-servers.net.") for letter in "abcdefghijklm"))
        self.at(when + self.few(2 * MS, 4 * MS), self.packet, (UPSTREAM, 53), (COREDNS, port), said)


def pair(network, when, client, port, name, answer, answer_6):
    """A and AAAA from one socket, as glibc asks."""
    network.ask(when, client, port, name, A, answer)
    network.ask(when + 22 * US, client, port, name, AAAA, answer_6)


def traffic(network):
    took = MS // 10  # in tenths of a millisecond
    # microsoft.com without its final dot: the names of the search list come first
    for step, suffix in enumerate(SEARCH):
        answer = AZURE_NXDOMAIN if "cloudapp" in suffix else NO_CLUSTER_NAME
        pair(network, 100 * MS + step * 800 * US, TEST_POD, 41000 + 7 * step, f"microsoft.com.{suffix}",
             answer, answer)
    pair(network, 103_200 * US, TEST_POD, 41028, "microsoft.com.", Answer(32 * took, records=MICROSOFT),
         Answer(41 * took, records=MICROSOFT_6))
    # with it: from the cache
    pair(network, 1100 * MS, TEST_POD, 43811, "microsoft.com.", Answer(), Answer())
    # slow
    name, alias = "api.contoso.com.", "api.westeurope.contoso.com."
    pair(network, 2 * S, WEB, 52110, name,
         Answer(1803 * took, records=(Record(name, CNAME, 60, alias),
                                      *addresses(alias, "198.51.100.7", ttl=60))),
         Answer(121 * took, authority=denied("contoso.com.", "ns1.contoso.com.", 60)))
    # the upstream's SERVFAIL: glibc asks at once again and gets it from the cache
    name, failed = "backup.contoso.net.", Answer(84 * took, SERVFAIL)
    pair(network, 3 * S, TEST_POD, 38207, name, failed, failed)
    pair(network, 3 * S + 9 * MS, TEST_POD, 38207, name, failed, failed)
    # REFUSED, which is not kept: Go asks again from another socket
    name, refused = "legacy.partner.example.", Answer(27 * took, REFUSED)
    network.ask(4 * S, WEB, 46903, name, A, refused, edns=True)
    network.ask(4 * S + 3200 * US, WEB, 55718, name, A, refused, edns=True)
    # never answered: dig waits for 10 s and is told SERVFAIL after 6 s
    network.ask(5 * S, WEB, 60442, "reports.contoso.org.", A, Answer(), edns=True)
    # a headless service whose answer holds an address too many, and later none
    name = f"myheadless.{SEARCH[0]}"
    ready = ("10.244.1.31", "10.244.2.32")
    stale = (*ready, "10.244.2.99")
    for when, port, ends in ((6 * S, 35540, stale), (40 * S, 49016, ready)):
        pair(network, when, TEST_POD, port, name,
             Answer(records=addresses(name, *ends, ttl=30), cluster=True), NO_RECORDS)
    # a typing error; another pod, from the cache; what is not kept any more, and slower now
    pair(network, 8 * S, TEST_POD, 45129, "micros0ft.com.",
         *2 * (Answer(67 * took, NXDOMAIN, authority=denied("com.", "a.gtld-servers.net.", 900)),))
    pair(network, 10_800 * MS, WEB, 51377, "api.contoso.com.", Answer(), Answer())
    pair(network, 14 * S, WEB, 50921, "microsoft.com.", Answer(), Answer())
    pair(network, 35 * S, TEST_POD, 57702, "microsoft.com.", Answer(63 * took, records=MICROSOFT),
         Answer(45 * took, records=MICROSOFT_6))


def main():
    folder = Path(sys.argv[1])
    network = Network()
    traffic(network)
    network.run()
    files = {"22-aks-guide.fstrm.xz": capture.frame_stream(data for _, _, data in sorted(network.tap)),
             "22-aks-guide-coredns.pcap.xz": capture.pcap(sorted(network.packets, key=lambda one: one[0]),
                                                          COREDNS)}
    for name, data in files.items():
        (folder / name).write_bytes(lzma.compress(data, preset=9))


if __name__ == "__main__":
    main()
