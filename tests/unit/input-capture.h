// SPDX-License-Identifier: BSD-2-Clause
#ifndef TESTS_UNIT_INPUT_CAPTURE_H
#define TESTS_UNIT_INPUT_CAPTURE_H
/* Captures made in memory for the tests of input/, and the files to put them in. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

#define UNUSED __attribute__((unused))
#define DNSTAP_TYPE "protobuf:dnstap.Dnstap"

static void put_be32(struct text *text, uint32_t number)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        text_add_char(text, (char)(number >> shift & 0xff));
}

static void put_varint(struct text *text, uint64_t number)
{
    for (; number >= 0x80; number >>= 7)
        text_add_char(text, (char)(number | 0x80));
    text_add_char(text, (char)number);
}

/* A varint field, a fixed32 field, a length-delimited field. */
static UNUSED void put_number(struct text *text, unsigned field, uint64_t number)
{
    put_varint(text, field << 3);
    put_varint(text, number);
}

static UNUSED void put_fixed32(struct text *text, unsigned field, uint32_t number)
{
    put_varint(text, field << 3 | 5);
    for (int shift = 0; shift < 32; shift += 8)
        text_add_char(text, (char)(number >> shift & 0xff));
}

static UNUSED void put_bytes(struct text *text, unsigned field, const void *at, size_t len)
{
    put_varint(text, field << 3 | 2);
    put_varint(text, len);
    text_add(text, at, len);
}

/* TYPE 2: START … CONTENT NULL: no content type. */
static UNUSED void put_control(struct text *text, uint32_t type, const char *content)
{
    size_t len = content ? strlen(content) : 0;

    put_be32(text, 0);
    put_be32(text, (uint32_t)(content ? 12 + len : 4));
    put_be32(text, type);
    if (!content)
        return;
    put_be32(text, 1);
    put_be32(text, (uint32_t)len);
    text_add(text, content, len);
}

static UNUSED void put_data(struct text *text, const void *at, size_t len)
{
    put_be32(text, (uint32_t)len);
    text_add(text, at, len);
}

/* The payload of a client query (TYPE 5) or another message at SEC seconds, its DNS id ID. */
static UNUSED void put_payload(struct text *text, uint32_t type, uint64_t sec, uint16_t id)
{
    uint8_t dns[17] = {(uint8_t)(id >> 8), (uint8_t)id, type % 2 ? 1 : 0x81, 0, 0, 1,
                       [15] = 1, [16] = 1};
    struct text message = {0};

    put_number(&message, 1, type);
    put_number(&message, 3, 1);
    put_bytes(&message, 4, "\12\0\0\1", 4);
    put_number(&message, 6, 4000);
    put_number(&message, 8, sec);
    put_fixed32(&message, 9, id);
    if (type % 2) {
        put_bytes(&message, 10, dns, sizeof dns);
    } else {
        put_number(&message, 12, sec);
        put_fixed32(&message, 13, id + 1u);
        put_bytes(&message, 14, dns, sizeof dns);
    }
    put_bytes(text, 2, "CoreDNS-1.11.3", 14);
    put_bytes(text, 14, message.at, message.len);
    put_number(text, 15, 1);
    text_done(&message);
}

static UNUSED void put_query(struct text *text, uint64_t sec, uint16_t id)
{
    struct text payload = {0};

    put_payload(&payload, 5, sec, id);
    put_data(text, payload.at, payload.len);
    text_done(&payload);
}

#define FILES_MAX 128
static char file_names[FILES_MAX][64];
static size_t file_count;

/* A file of these bytes, removed by files_remove. */
static UNUSED const char *file_make(const void *at, size_t len)
{
    char *name = file_names[file_count++];
    int fd;

    snprintf(name, sizeof file_names[0], "/tmp/dnstap-analyse-unit.XXXXXX");
    fd = mkstemp(name);
    if (fd < 0 || write(fd, at, len) != (ssize_t)len)
        abort();
    close(fd);
    return name;
}

static UNUSED const char *file_of(const struct text *text)
{
    return file_make(text->len ? text->at : "", text->len);
}

static UNUSED int files_remove(void **state)
{
    (void)state;
    while (file_count)
        unlink(file_names[--file_count]);
    return 0;
}

#endif
