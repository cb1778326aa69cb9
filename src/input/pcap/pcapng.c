// SPDX-License-Identifier: BSD-2-Clause
#include "input/pcap/pcapng.h"

#include <inttypes.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "input/cut.h"
#include "input/message.h"
#include "input/pcap/block.h"
#include "input/pcap/interface.h"

enum { SHB_USERAPPL = 4, EPB_FLAGS = 2, EPB_DROPCOUNT = 4 }; /* options */
enum { DROPS_UNKNOWN = 0xffff };                              /* in the obsolete packet block */

struct pcapng {
    struct blocks blocks;
    struct input_facts *facts;
    struct interface *interfaces;
    size_t n, room;
    uint64_t more; /* interfaces beyond LIMIT_SECTION_INTERFACES */
    int64_t last;  /* time of the packet before */
};

struct pcapng *pcapng_open(struct stream *stream, struct input_facts *facts)
{
    struct pcapng *pcapng = memory_get(1, sizeof *pcapng);

    pcapng->blocks.stream = stream;
    pcapng->facts = facts;
    pcapng->last = WHEN_NONE;
    return pcapng;
}

void pcapng_close(struct pcapng *pcapng)
{
    if (!pcapng)
        return;
    memory_free(pcapng->interfaces);
    memory_free(pcapng);
}

static enum record skipped(struct trouble *trouble, const struct block *block, const char *what)
{
    return record_trouble(trouble, RECORD_SKIPPED, block->offset, "%s", what);
}

/* "Dumpcap (Wireshark) 4.0.17 (Git v4.0.17 …)": the version is the first word with a digit in front
 * that stands outside of parentheses. */
static void take_producer(struct input_facts *facts, struct slice text)
{
    char words[sizeof facts->producer + sizeof facts->producer_version], *version = NULL;
    unsigned depth = 0;

    if (facts->producer[0] || facts->producer_version[0])
        return;
    evidence_text(words, sizeof words, text);
    for (char *at = words; *at && !version; at++) {
        depth += *at == '(';
        depth -= *at == ')' && depth;
        if (*at == ' ' && depth == 0) {
            const char *digit = at[1] == 'v' ? at + 2 : at + 1;

            if (*digit >= '0' && *digit <= '9')
                version = at;
        }
    }
    if (version) {
        *version++ = 0;
        evidence_text(facts->producer_version, sizeof facts->producer_version,
                      (struct slice){(uint8_t *)version, strcspn(version, " ,;(")});
    }
    evidence_text(facts->producer, sizeof facts->producer,
                  (struct slice){(uint8_t *)words, strlen(words)});
}

static enum record take_section(struct pcapng *pcapng, const struct block *block,
                                struct trouble *trouble)
{
    bool big = pcapng->blocks.big;
    struct bytes body = block->body;
    uint16_t major, minor;
    struct option option;

    bytes_skip(&body, 4); /* byte order */
    major = block_u16(&body, big);
    minor = block_u16(&body, big);
    bytes_skip(&body, 8); /* length of the section: the blocks tell it, too */
    if (body.bad)
        return record_trouble(trouble, RECORD_LOST, block->offset, "a section header is too short");
    if (major != 1)
        return record_trouble(trouble, RECORD_LOST, block->offset,
                              "a section of pcapng %u.%u, which is not known", major, minor);
    while (option_next(&body, big, &option)) {
        if (option.code == OPTION_COMMENT)
            evidence_comment(&pcapng->facts->evidence, option.value);
        else if (option.code == SHB_USERAPPL)
            take_producer(pcapng->facts, option.value);
    }
    if (body.bad)
        cut_damage(pcapng->facts, block->offset);
    return RECORD_PACKET;
}

static void take_interface(struct pcapng *pcapng, const struct block *block)
{
    if (pcapng->n == LIMIT_SECTION_INTERFACES) {
        pcapng->more++;
        return;
    }
    if (pcapng->n == pcapng->room) {
        pcapng->room = pcapng->room ? 2 * pcapng->room : 4;
        pcapng->interfaces =
            memory_grow(pcapng->interfaces, pcapng->room, sizeof *pcapng->interfaces);
    }
    if (!interface_read(&pcapng->interfaces[pcapng->n++], block->body, pcapng->blocks.big,
                        pcapng->facts))
        cut_damage(pcapng->facts, block->offset);
}

static void take_statistics(struct pcapng *pcapng, const struct block *block)
{
    struct bytes body = block->body;
    uint32_t number = block_u32(&body, pcapng->blocks.big);

    bytes_skip(&body, 8); /* time */
    if (!body.bad && number < pcapng->n)
        interface_count(&pcapng->interfaces[number], &body, pcapng->blocks.big, pcapng->facts);
    else if (number - pcapng->n >= pcapng->more)
        body.bad = true;
    if (body.bad)
        cut_damage(pcapng->facts, block->offset);
}

/* epb_flags: bits 0-1 the direction, 2-4 how it was received, 4 for "meant for another host". */
static uint8_t direction_of(uint32_t flags)
{
    switch (flags & 3) {
    case 1:
        return (flags >> 2 & 7) == 4 ? DIRECTION_OTHER : DIRECTION_IN;
    case 2:
        return DIRECTION_OUT;
    default:
        return DIRECTION_UNKNOWN;
    }
}

static void take_options(struct pcapng *pcapng, struct interface *interface, struct bytes *body,
                         struct packet *packet)
{
    bool big = pcapng->blocks.big;
    struct option option;

    while (option_next(body, big, &option)) {
        struct bytes value = bytes_of(option.value.at, option.value.len);

        if (option.code == OPTION_COMMENT)
            evidence_comment(&pcapng->facts->evidence, option.value);
        else if (option.code == EPB_FLAGS)
            packet->direction = direction_of(block_u32(&value, big));
        else if (option.code == EPB_DROPCOUNT)
            interface_lose(interface, block_u64(&value, big), pcapng->facts);
    }
}

/* The LEN octets captured of a packet stand next in BODY.  NUMBER: of its interface. */
static enum record give(struct pcapng *pcapng, const struct block *block, struct packet *packet,
                        struct bytes *body, uint32_t number, uint32_t len, struct trouble *trouble)
{
    struct evidence *evidence = &pcapng->facts->evidence;
    struct interface *interface;
    size_t padding;

    packet->bytes = bytes_slice(body, len);
    if (body->bad)
        return skipped(trouble, block, "a packet is longer than its block");
    interface = &pcapng->interfaces[number];
    padding = (4 - len % 4) % 4;
    bytes_skip(body, padding < bytes_left(body) ? padding : bytes_left(body));
    packet->link = interface->link;
    packet->interface = number + 1;
    packet->direction = DIRECTION_UNKNOWN;
    packet->offset = block->offset;
    if (packet->len < len)
        packet->len = len;
    if (interface->row < evidence->n_interfaces)
        evidence->interfaces[interface->row].packets++;
    take_options(pcapng, interface, body, packet);
    if (body->bad)
        cut_damage(pcapng->facts, block->offset);
    return RECORD_PACKET;
}

/* Whether there is such an interface. */
static enum record find(struct pcapng *pcapng, const struct block *block, uint32_t number,
                        struct trouble *trouble)
{
    if (number < pcapng->n)
        return RECORD_PACKET;
    if (number - pcapng->n < pcapng->more)
        return RECORD_FOLDED;
    return record_trouble(trouble, RECORD_SKIPPED, block->offset,
                          "a packet of interface %" PRIu32 ", which is not described", number);
}

/* Enhanced packet blocks, and the obsolete ones: 16 bits are the interface's number there, and 16
 * the packets lost before this one. */
static enum record take_packet(struct pcapng *pcapng, const struct block *block,
                               struct packet *packet, struct trouble *trouble)
{
    bool big = pcapng->blocks.big, old = block->type == BLOCK_PACKET;
    struct bytes body = block->body;
    uint32_t number = old ? block_u16(&body, big) : block_u32(&body, big), len;
    uint16_t drops = old ? block_u16(&body, big) : DROPS_UNKNOWN;
    uint64_t time = (uint64_t)block_u32(&body, big) << 32;
    enum record record;

    time |= block_u32(&body, big);
    len = block_u32(&body, big);
    packet->len = block_u32(&body, big);
    record = find(pcapng, block, number, trouble);
    if (record != RECORD_PACKET)
        return record;
    if (drops != DROPS_UNKNOWN && drops)
        interface_lose(&pcapng->interfaces[number], drops, pcapng->facts);
    packet->when = pcapng->last = interface_when(&pcapng->interfaces[number], time);
    return give(pcapng, block, packet, &body, number, len, trouble);
}

/* Simple packet blocks have no time; they are given that of the packet before them. */
static enum record take_simple(struct pcapng *pcapng, const struct block *block,
                               struct packet *packet, struct trouble *trouble)
{
    struct bytes body = block->body;
    uint32_t len = block_u32(&body, pcapng->blocks.big);
    enum record record = find(pcapng, block, 0, trouble);

    if (record != RECORD_PACKET)
        return record;
    packet->len = len;
    packet->when = pcapng->last;
    if (pcapng->interfaces[0].snaplen && len > pcapng->interfaces[0].snaplen)
        len = pcapng->interfaces[0].snaplen;
    return give(pcapng, block, packet, &body, 0, len, trouble);
}

enum record pcapng_next(struct pcapng *pcapng, struct packet *packet, struct trouble *trouble)
{
    struct block block;

    for (;;) {
        enum record record = block_next(&pcapng->blocks, &block, trouble);

        if (record != RECORD_PACKET)
            return record;
        switch (block.type) {
        case BLOCK_ENHANCED:
        case BLOCK_PACKET:
            return take_packet(pcapng, &block, packet, trouble);
        case BLOCK_SIMPLE:
            return take_simple(pcapng, &block, packet, trouble);
        case BLOCK_INTERFACE:
            take_interface(pcapng, &block);
            break;
        case BLOCK_STATISTICS:
            take_statistics(pcapng, &block);
            break;
        default:
            record = take_section(pcapng, &block, trouble);
            break;
        }
        if (record != RECORD_PACKET)
            return record;
    }
}
