// SPDX-License-Identifier: BSD-2-Clause
#ifndef TESTS_UNIT_PCAP_FILE_H
#define TESTS_UNIT_PCAP_FILE_H
/* Packet captures made in memory, classic and pcapng, in both byte orders. */
#include "input-capture.h"

#define MAGIC_US 0xa1b2c3d4u
#define MAGIC_NS 0xa1b23c4du
#define MAGIC_PATCHED 0xa1b2cd34u

static void put_number_of(struct text *text, bool big, uint64_t number, int octets)
{
    for (int i = 0; i < octets; i++)
        text_add_char(text, (char)(number >> 8 * (big ? octets - 1 - i : i) & 0xff));
}

static void put_16(struct text *text, bool big, uint16_t number)
{
    put_number_of(text, big, number, 2);
}

static void put_32(struct text *text, bool big, uint32_t number)
{
    put_number_of(text, big, number, 4);
}

static UNUSED void put_64(struct text *text, bool big, uint64_t number)
{
    put_number_of(text, big, number, 8);
}

/* Classic: the file header, then records. */
struct classic_shape {
    uint32_t magic;
    bool big;
    uint32_t link;
    uint16_t major, minor; /* 0.0: 2.4 */
    uint32_t snaplen;      /* 0: 262144 */
};

static UNUSED void put_file_header(struct text *text, const struct classic_shape *shape)
{
    put_32(text, shape->big, shape->magic);
    put_16(text, shape->big, shape->major ? shape->major : 2);
    put_16(text, shape->big, shape->major ? shape->minor : 4);
    put_64(text, shape->big, 0);
    put_32(text, shape->big, shape->snaplen ? shape->snaplen : 262144);
    put_32(text, shape->big, shape->link);
}

static UNUSED void put_record_header(struct text *text, const struct classic_shape *shape,
                                     uint32_t sec, uint32_t fraction, uint32_t captured,
                                     uint32_t len)
{
    put_32(text, shape->big, sec);
    put_32(text, shape->big, fraction);
    put_32(text, shape->big, captured);
    put_32(text, shape->big, len);
    if (shape->magic == MAGIC_PATCHED)
        put_64(text, shape->big, 0x0000000308000000);
}

static UNUSED void put_record(struct text *text, const struct classic_shape *shape, uint32_t sec,
                              uint32_t fraction, const void *at, size_t len)
{
    put_record_header(text, shape, sec, fraction, (uint32_t)len, (uint32_t)len);
    text_add(text, at, len);
}

/* pcapng: a block of TYPE around BODY. */
static UNUSED void put_block(struct text *text, bool big, uint32_t type, const struct text *body)
{
    uint32_t padding = (uint32_t)(-body->len & 3), len = (uint32_t)body->len + padding + 12;

    put_32(text, big, type);
    put_32(text, big, len);
    text_add(text, body->at ? body->at : "", body->len);
    text_add_fill(text, 0, padding);
    put_32(text, big, len);
}

static UNUSED void put_option(struct text *text, bool big, uint16_t code, const void *at,
                              size_t len)
{
    put_16(text, big, code);
    put_16(text, big, (uint16_t)len);
    text_add(text, at, len);
    text_add_fill(text, 0, -len & 3);
}

static UNUSED void put_section(struct text *text, bool big, const struct text *options)
{
    struct text body = {0};

    put_32(&body, big, 0x1a2b3c4d);
    put_16(&body, big, 1);
    put_16(&body, big, 0);
    put_64(&body, big, UINT64_MAX);
    if (options)
        text_add(&body, options->at, options->len);
    put_block(text, big, 0x0a0d0d0a, &body);
    text_done(&body);
}

static UNUSED void put_interface(struct text *text, bool big, uint16_t link,
                                 const struct text *options)
{
    struct text body = {0};

    put_16(&body, big, link);
    put_16(&body, big, 0);
    put_32(&body, big, 0);
    if (options)
        text_add(&body, options->at, options->len);
    put_block(text, big, 1, &body);
    text_done(&body);
}

/* An enhanced packet block. */
static UNUSED void put_packet(struct text *text, bool big, uint32_t interface, uint64_t time,
                              const void *at, size_t len, const struct text *options)
{
    struct text body = {0};

    put_32(&body, big, interface);
    put_32(&body, big, (uint32_t)(time >> 32));
    put_32(&body, big, (uint32_t)time);
    put_32(&body, big, (uint32_t)len);
    put_32(&body, big, (uint32_t)len);
    text_add(&body, at, len);
    text_add_fill(&body, 0, -len & 3);
    if (options)
        text_add(&body, options->at, options->len);
    put_block(text, big, 6, &body);
    text_done(&body);
}

#endif
