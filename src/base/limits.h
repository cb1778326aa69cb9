// SPDX-License-Identifier: BSD-2-Clause
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H
/* Every bound of the program, with the reason for its value. */

/* A dnstap frame: libfstrm's writers and readers refuse more than 1 MiB; a DNS message has 64 KiB. */
#define LIMIT_FRAME_BYTES (1u << 20)
/* One read(2) of an input: larger ones gain nothing (performance.md section 4). */
#define LIMIT_READ_BYTES (256u << 10)
/* Jumps of a compressed name: 255 octets hold at most 127 labels. */
#define LIMIT_NAME_JUMPS 128
/* Records of one message that are looked at: 64 KiB hold at most 5,957 of the smallest. */
#define LIMIT_RECORDS 8192
/* Keys of one top list (clients, names) kept exactly; rarer ones are folded and counted. */
#define LIMIT_TOP_KEYS 16384
/* Rows of a list that is whole in JSON (upstreams, servers, paths). */
#define LIMIT_LIST_ROWS 10000
/* Addresses kept of one answer for the `addresses` field. */
#define LIMIT_ADDRESSES 256
/* Records told of one section of a message, as text: names that point to one another make a message
 * of 64 KiB some 12 MB long. */
#define LIMIT_CONTENTS 256
/* YAML and JSON.  One value of it, or what stands between two values: the API server of Kubernetes takes
 * objects of at most 1.5 MiB.  How deep values may be nested: those that are looked at are eight deep,
 * and Kubernetes itself refuses some hundreds. */
#define LIMIT_SCAN_VALUE_BYTES (2u << 20)
#define LIMIT_SCAN_DEPTH 128
/* Things of one kind in one object of a cluster (labels, ports, addresses, endpoints): a slice has at
 * most 1,000 endpoints of 100 addresses. */
#define LIMIT_CLUSTER_ITEMS 131072
/* What is kept of all objects: a pod takes less than 1 KiB, and 5,000 nodes have 150,000 pods. */
#define LIMIT_CLUSTER_BYTES (256u << 20)
/* Objects that had one address after one another, the youngest ones: Kubernetes keeps 12,500 pods that
 * are over, of all addresses. */
#define LIMIT_CLUSTER_CLAIMS 1024
/* Lines and octets of a Corefile with all that it imports, and imports inside one another: real ones
 * have some dozens of lines, and a snippet may import itself. */
#define LIMIT_COREFILE_LINES 16384
#define LIMIT_COREFILE_BYTES (8u << 20)
#define LIMIT_COREFILE_IMPORTS 4
/* Files that may be open at once; rotated captures come by the thousand. */
#define LIMIT_OPEN_FILES 64
/* Bytes of an input that are looked at before work begins: some tens of frames, for its first time. */
#define LIMIT_LOOK_BYTES (16u << 10)
/* Memory of a decompressor: what xz -9 (65 MiB) and zstd --long (a window of 2^27) need at most. */
#define LIMIT_XZ_BYTES (128u << 20)
#define LIMIT_ZSTD_WINDOW_LOG 27
/* A Frame Streams control frame: the length that the protocol allows (libfstrm). */
#define LIMIT_CONTROL_BYTES 512
/* Frames remembered to find their copies in overlapping inputs: 4 MiB; copies stand near one
 * another, because the inputs are read side by side in the order of time. */
#define LIMIT_COPIES (1u << 17)
/* Buckets of the timeline while its end is not known, and its rows (20-60 fit every width). */
#define LIMIT_FINE_BUCKETS 600
#define LIMIT_TIMELINE_ROWS 60
/* Filters: octets of an expression, comparisons of all of them, parentheses inside one another, and
 * patterns (up to 64 KiB each when they are compiled).  People type some ten of them, scripts that
 * list names some hundred. */
#define LIMIT_FILTER_BYTES (64u << 10)
#define LIMIT_FILTER_TERMS 2048
#define LIMIT_FILTER_DEPTH 64
#define LIMIT_FILTER_PATTERNS 64
/* What one search of a pattern may take: steps (PCRE2's match limit: about 1 ms; a name has 255
 * octets, so that patterns that go back over it twice end in time), depth of going back, and KiB of
 * memory.  Compiled patterns above this size are not translated to machine code. */
#define LIMIT_PATTERN_STEPS 100000
#define LIMIT_PATTERN_DEPTH 10000
#define LIMIT_PATTERN_KIB 1024
#define LIMIT_PATTERN_JIT_BYTES 16384
/* Attempts waiting to be put in the order of their time, 16 octets each: a session without answer is
 * held for 17 s, so this is enough for 60,000 attempts a second; beyond, the oldest goes first. */
#define LIMIT_MOMENTS (1u << 20)
/* Bad periods told of one upstream; the smallest are folded and counted. */
#define LIMIT_BAD_PERIODS 50
/* Different rcodes counted of one upstream; sane ones send less than ten. */
#define LIMIT_UPSTREAM_RCODES 64
/* Octets captured of one packet: what libpcap takes at most of a network; jumbo frames and what
 * segmentation offload leaves together have 64 KiB. */
#define LIMIT_PACKET_BYTES (256u << 10)
/* A pcapng block: Wireshark's limit.  Longer ones are damage; blocks that are looked into (packets,
 * interfaces, sections) have at most LIMIT_FRAME_BYTES. */
#define LIMIT_BLOCK_BYTES (16u << 20)
/* Interfaces of a pcapng section: node-wide gadgets write one a container.  Packets of further ones
 * are left out. */
#define LIMIT_SECTION_INTERFACES 16384
/* Interfaces and comments of an input that the report shows, and octets of a comment: enough to
 * know the capture by. */
#define LIMIT_INTERFACES 64
#define LIMIT_COMMENTS 8
#define LIMIT_COMMENT_BYTES 512
/* Different link types told of an input; a node has two or three. */
#define LIMIT_LINKS 16
/* Tags, labels and headers between Ethernet's and IP's (VLAN, QinQ, MPLS, PPPoE): real ones are at
 * most three or four deep. */
#define LIMIT_LINK_TAGS 16
/* IPv6 extension headers of a packet: senders may repeat some, but real packets have one or two. */
#define LIMIT_IP_HEADERS 16
/* Tunnels inside one another: an overlay network in a node's tunnel, and once more for a mirror. */
#define LIMIT_TUNNELS 4
/* Fragmented datagrams that are put together at once, octets held for them, fragments of one (64 KiB
 * over the smallest paths that exist have about 120), and how long they wait: fragments of one
 * datagram are sent at once, and an answer whose others do not come must still find its query. */
#define LIMIT_FRAGMENTED 4096
#define LIMIT_FRAGMENT_BYTES (4u << 20)
#define LIMIT_FRAGMENTS 128
#define LIMIT_FRAGMENT_NS INT64_C(1000000000)
/* Connections to DNS servers known at once, 10 MiB; a node has some thousands, and closed ones are
 * known until others need their place. */
#define LIMIT_CONNECTIONS 32768
/* Octets of DNS over TCP that wait for others, of all connections; of one direction, segments that
 * came early, in octets (Linux offers 64 KiB before it knows more) and in number; and how far ahead
 * a segment may stand: more is not on its way between a DNS client and its server, so that it is of
 * another connection, or damaged. */
#define LIMIT_TCP_BYTES (16u << 20)
#define LIMIT_TCP_HELD_BYTES (128u << 10)
#define LIMIT_TCP_PIECES 256
#define LIMIT_TCP_AHEAD (1 << 20)
/* Packets of a connection that may stand in a capture in front of one that was sent before them, and
 * that they acknowledge: those of different processors and interfaces change places. */
#define LIMIT_TCP_PATIENCE 4
/* The longest TLS record (RFC 5246 section 6.2.3; TLS 1.3's are shorter). */
#define LIMIT_TLS_RECORD_BYTES ((1u << 14) + 2048)
/* Queries to unknown ports that wait for an answer which proves them, and their octets: some seconds
 * of a busy server, once; servers found that way. */
#define LIMIT_REMEMBERED 1024
#define LIMIT_REMEMBERED_BYTES 512
#define LIMIT_SERVERS 1024
/* Clients whose habits are remembered, 1.4 MiB, the one that has been idle longest makes room; and
 * suffixes of their search lists: a cluster has one for each namespace. */
#define LIMIT_LOOKUP_CLIENTS 4096
#define LIMIT_LOOKUP_SUFFIXES 4096
/* Findings: who may be at fault (at most 7 KiB each, with their scopes), the lists of them that
 * sessions point to, and sessions whose lookup has not come yet. */
#define LIMIT_SUSPECTS 1024
#define LIMIT_DOCKETS 8192
#define LIMIT_CHARGED 65536
/* Addresses of clients whose namespaces scopes may count, some 60 octets each: of all pods that one node
 * or one CoreDNS sees, and of those that came and went. */
#define LIMIT_SCOPE_ADDRESSES 65536
/* Clients whose queries are followed between two places of their way: a node has some hundred pods;
 * of further ones the loss is not told. */
#define LIMIT_WAYS 4096
/* Hosts that applications asked for, found or not, and names that did not exist: a cluster has some
 * thousand services; what is asked for least is forgotten first. */
#define LIMIT_ASKED_HOSTS 4096
#define LIMIT_GONE_NAMES 4096
/* Names of services whose answers are held against the files of a cluster (each at most 5 KiB, nearly
 * all some hundred octets). */
#define LIMIT_SERVICE_NAMES 16384
/* Clients whose rate of asking is followed, 256 octets each. */
#define LIMIT_ASKING_CLIENTS 4096
/* Servers whose pace and silences are followed, 40 KiB each: a cluster has some ten; spells in which
 * they did badly.  Forwards of a server that may be open beside a query (16 octets each: 20 s at
 * 6,000 a second), and refused queries that wait to be held against them. */
#define LIMIT_WATCHED_SERVERS 64
#define LIMIT_SPELLS 256
#define LIMIT_FORWARDS (1u << 17)
#define LIMIT_REJECTS (1u << 14)
/* Paths from a server to an upstream whose attempts are judged by time, 30 KiB each; suffixes of
 * names that upstreams answered with errors, and the domains of them that may be suspects; questions
 * that failed or were forwarded in the last seconds. */
#define LIMIT_FINDING_PATHS 256
#define LIMIT_ERROR_ZONES 4096
#define LIMIT_ERROR_NAMES 256
#define LIMIT_ERROR_TOPS 64 /* top domains, once there are so many */
#define LIMIT_ECHOES 4096
/* Upstreams and findings of an earlier report, each, and the octets of their names: a report has at most
 * LIMIT_LIST_ROWS upstreams, LIMIT_SUSPECTS findings of a kind, and names of a few hundred octets. */
#define LIMIT_BASELINE_ROWS 65536
#define LIMIT_BASELINE_BYTES (32u << 20)
/* Upstreams and findings that one gate names; it tells how many more there are. */
#define LIMIT_GATE_NAMES 5
/* Upstreams whose states the HTML report draws, the worst first: its table has them all. */
#define LIMIT_HTML_LANES 40

#endif
