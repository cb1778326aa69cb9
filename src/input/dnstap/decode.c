// SPDX-License-Identifier: BSD-2-Clause
/* The hot part of dnstap: protobuf's wire format
 * (https://protobuf.dev/programming-guides/encoding). */
#include "input/dnstap/dnstap.h"

enum wire { WIRE_VARINT, WIRE_FIXED64, WIRE_LENGTH, WIRE_GROUP, WIRE_GROUP_END, WIRE_FIXED32 };

/* A field's number and wire type in one number, as they stand in front of the value. */
#define KEY(number, wire) ((uint32_t)(number) << 3 | (uint32_t)(wire))

enum { /* field numbers: Dnstap, then Message */
    DNSTAP_IDENTITY = 1, DNSTAP_VERSION = 2, DNSTAP_EXTRA = 3, DNSTAP_MESSAGE_FIELD = 14,
    DNSTAP_TYPE = 15,
    TYPE = 1, FAMILY = 2, PROTOCOL = 3, QUERY_ADDRESS = 4, RESPONSE_ADDRESS = 5, QUERY_PORT = 6,
    RESPONSE_PORT = 7, QUERY_SEC = 8, QUERY_NSEC = 9, QUERY_MESSAGE = 10, QUERY_ZONE = 11,
    RESPONSE_SEC = 12, RESPONSE_NSEC = 13, RESPONSE_MESSAGE = 14,
};

struct value {
    uint32_t key;
    uint64_t number;    /* WIRE_VARINT, WIRE_FIXED32 */
    struct slice slice; /* WIRE_LENGTH */
};

static inline uint32_t little(const uint8_t *at)
{
    return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

/* Seven bits an octet, the least first, at most 64 bits.  Here and not bytes_varint, so that the
 * cursor can stay in registers. */
static inline bool next_varint(struct bytes *bytes, uint64_t *number)
{
    const uint8_t *at = bytes->at;

    if (at < bytes->end && *at < 0x80) { /* most are one octet */
        *number = *at;
        bytes->at = at + 1;
        return true;
    }
    *number = 0;
    for (unsigned shift = 0; at < bytes->end && shift < 64; shift += 7) {
        uint8_t octet = *at++;

        *number |= (uint64_t)(octet & 0x7f) << shift;
        if (octet < 0x80) {
            bytes->at = at;
            return shift < 63 || octet < 2;
        }
    }
    return false;
}

/* The next LEN octets; NULL where there are fewer. */
static inline const uint8_t *next_octets(struct bytes *bytes, uint64_t len)
{
    const uint8_t *at = bytes->at;

    if (len > bytes_left(bytes))
        return NULL;
    bytes->at += len;
    return at;
}

/* The next field; false where the bytes are no protobuf.  Inlined into both loops, or it costs
 * half as much again. */
__attribute__((always_inline)) static inline bool
next_value(struct bytes *bytes, struct value *value)
{
    uint64_t key, len;

    if (!next_varint(bytes, &key) || key > UINT32_MAX || key >> 3 == 0)
        return false;
    value->key = (uint32_t)key;
    switch (key & 7) {
    case WIRE_VARINT:
        return next_varint(bytes, &value->number);
    case WIRE_LENGTH:
        if (!next_varint(bytes, &len))
            return false;
        value->slice.at = next_octets(bytes, len);
        value->slice.len = (size_t)len;
        return value->slice.at;
    case WIRE_FIXED32:
        value->slice.at = next_octets(bytes, 4);
        value->number = value->slice.at ? little(value->slice.at) : 0;
        return value->slice.at;
    case WIRE_FIXED64: /* no field that we know */
        return next_octets(bytes, 8);
    default:
        return false;
    }
}

/*
 * Writers put fields in the order of their numbers, with short lengths and numbers.  What stands in
 * that order is read by the functions below, without a choice by key: they stop in front of the
 * first field that is anything else (damage too), and the loops behind them read on from there.
 * QUICK octets are in sight in front of a number, so that it needs no look at the end.
 */
enum { QUICK = 8 };
#define ALWAYS __attribute__((always_inline)) static inline
#define APART __attribute__((noinline)) static

/* A number of at most four octets, or of five that are all used; NULL for others.  Each octet's
 * continuation bit is taken off with the next octet. */
ALWAYS const uint8_t *quick_number(const uint8_t *at, uint64_t *number)
{
    *number = at[0];
    if (at[0] < 0x80)
        return at + 1;
    *number += ((uint64_t)at[1] - 1) << 7;
    if (at[1] < 0x80)
        return at + 2;
    *number += ((uint64_t)at[2] - 1) << 14;
    if (at[2] < 0x80)
        return at + 3;
    *number += ((uint64_t)at[3] - 1) << 21;
    *number += ((uint64_t)at[4] - 1) << 28;
    return at[3] >= 0x80 && at[4] < 0x80 ? at + 5 : NULL;
}

/* These four step over one field and return what stands behind it: AT where another one stands
 * there. */
ALWAYS const uint8_t *quick_varint(const uint8_t *at, const uint8_t *end, uint32_t key,
                                   uint64_t *field)
{
    const uint8_t *behind;
    uint64_t number;

    if (end - at < QUICK || *at != key)
        return at;
    behind = quick_number(at + 1, &number);
    if (!behind)
        return at;
    *field = number;
    return behind;
}

ALWAYS const uint8_t *quick_port(const uint8_t *at, const uint8_t *end, uint32_t key,
                                 uint32_t *field)
{
    uint64_t number = *field;
    const uint8_t *behind = quick_varint(at, end, key, &number);

    *field = (uint32_t)number;
    return behind;
}

ALWAYS const uint8_t *quick_fixed(const uint8_t *at, const uint8_t *end, uint32_t key,
                                  uint32_t *field)
{
    if (end - at < 5 || *at != key)
        return at;
    *field = little(at + 1);
    return at + 5;
}

ALWAYS const uint8_t *quick_slice(const uint8_t *at, const uint8_t *end, uint32_t key,
                                  struct slice *field)
{
    const uint8_t *from = at + 2;
    size_t len;

    if (end - at < QUICK || *at != key)
        return at;
    len = at[1];
    if (len >= 0x80) {
        if (at[2] >= 0x80)
            return at;
        len += ((size_t)at[2] - 1) << 7;
        from++;
    }
    if (len > (size_t)(end - from))
        return at;
    *field = (struct slice){from, len};
    return from + len;
}

/* The fields of a Message up to the first that is not where it usually is. */
ALWAYS const uint8_t *quick_message(const uint8_t *at, const uint8_t *end,
                                    struct dnstap_fields *fields)
{
    if (end - at < QUICK || at[0] != KEY(TYPE, WIRE_VARINT) || at[2] != KEY(FAMILY, WIRE_VARINT) ||
        at[4] != KEY(PROTOCOL, WIRE_VARINT) || (at[1] | at[3] | at[5]) >= 0x80)
        return at;
    fields->type = at[1];
    fields->protocol = at[5];
    at = quick_slice(at + 6, end, KEY(QUERY_ADDRESS, WIRE_LENGTH), &fields->query_address);
    at = quick_slice(at, end, KEY(RESPONSE_ADDRESS, WIRE_LENGTH), &fields->response_address);
    at = quick_port(at, end, KEY(QUERY_PORT, WIRE_VARINT), &fields->query_port);
    at = quick_port(at, end, KEY(RESPONSE_PORT, WIRE_VARINT), &fields->response_port);
    at = quick_varint(at, end, KEY(QUERY_SEC, WIRE_VARINT), &fields->query_sec);
    at = quick_fixed(at, end, KEY(QUERY_NSEC, WIRE_FIXED32), &fields->query_nsec);
    at = quick_slice(at, end, KEY(QUERY_MESSAGE, WIRE_LENGTH), &fields->query_message);
    at = quick_varint(at, end, KEY(RESPONSE_SEC, WIRE_VARINT), &fields->response_sec);
    at = quick_fixed(at, end, KEY(RESPONSE_NSEC, WIRE_FIXED32), &fields->response_nsec);
    return quick_slice(at, end, KEY(RESPONSE_MESSAGE, WIRE_LENGTH), &fields->response_message);
}

/* Whether a key that no case knew is a field that we know, but with another wire type. */
static bool known_number(uint32_t key, uint32_t known)
{
    return key >> 3 < 32 && known >> (key >> 3) & 1;
}

/* The loop over a Message's fields that are not where they usually are. */
APART bool message_rest(struct bytes bytes, bool has_type, struct dnstap_fields *fields)
{
    struct value value = {0};

    while (bytes.at < bytes.end) {
        if (!next_value(&bytes, &value))
            return false;
        switch (value.key) {
        case KEY(TYPE, WIRE_VARINT):
            fields->type = (uint32_t)value.number;
            has_type = true;
            break;
        case KEY(PROTOCOL, WIRE_VARINT):
            fields->protocol = (uint32_t)value.number;
            break;
        case KEY(QUERY_ADDRESS, WIRE_LENGTH):
            fields->query_address = value.slice;
            break;
        case KEY(RESPONSE_ADDRESS, WIRE_LENGTH):
            fields->response_address = value.slice;
            break;
        case KEY(QUERY_PORT, WIRE_VARINT):
            fields->query_port = (uint32_t)value.number;
            break;
        case KEY(RESPONSE_PORT, WIRE_VARINT):
            fields->response_port = (uint32_t)value.number;
            break;
        case KEY(QUERY_SEC, WIRE_VARINT):
            fields->query_sec = value.number;
            break;
        case KEY(QUERY_NSEC, WIRE_FIXED32):
            fields->query_nsec = (uint32_t)value.number;
            break;
        case KEY(QUERY_MESSAGE, WIRE_LENGTH):
            fields->query_message = value.slice;
            break;
        case KEY(RESPONSE_SEC, WIRE_VARINT):
            fields->response_sec = value.number;
            break;
        case KEY(RESPONSE_NSEC, WIRE_FIXED32):
            fields->response_nsec = (uint32_t)value.number;
            break;
        case KEY(RESPONSE_MESSAGE, WIRE_LENGTH):
            fields->response_message = value.slice;
            break;
        case KEY(FAMILY, WIRE_VARINT): /* the addresses' lengths tell better */
        case KEY(QUERY_ZONE, WIRE_LENGTH):
            break;
        default:
            if (known_number(value.key, 0x7ffe))
                return false;
        }
    }
    return has_type;
}

static bool decode_message(struct slice slice, struct dnstap_fields *fields)
{
    const uint8_t *end = slice.at + slice.len, *at = quick_message(slice.at, end, fields);

    return at == end ? at > slice.at
                     : message_rest((struct bytes){at, end, false}, at > slice.at, fields);
}

/* The loop over a Dnstap's fields that are not where they usually are. */
APART enum dnstap_result decode_rest(struct bytes bytes, bool has_message,
                                     struct dnstap_fields *fields)
{
    bool has_type = false;
    struct value value = {0};

    while (bytes.at < bytes.end) {
        if (!next_value(&bytes, &value))
            return DNSTAP_BAD;
        switch (value.key) {
        case KEY(DNSTAP_IDENTITY, WIRE_LENGTH):
            fields->identity = value.slice;
            break;
        case KEY(DNSTAP_VERSION, WIRE_LENGTH):
            fields->version = value.slice;
            break;
        case KEY(DNSTAP_EXTRA, WIRE_LENGTH):
            break;
        case KEY(DNSTAP_MESSAGE_FIELD, WIRE_LENGTH):
            if (!decode_message(value.slice, fields))
                return DNSTAP_BAD;
            has_message = true;
            break;
        case KEY(DNSTAP_TYPE, WIRE_VARINT):
            fields->frame_type = (uint32_t)value.number;
            has_type = true;
            break;
        default:
            if (known_number(value.key, 0xc00e))
                return DNSTAP_BAD;
        }
    }
    if (!has_type)
        return DNSTAP_BAD;
    return has_message && fields->frame_type == 1 ? DNSTAP_MESSAGE : DNSTAP_NO_MESSAGE;
}

enum dnstap_result dnstap_decode(const uint8_t *payload, size_t len, struct dnstap_fields *fields)
{
    static const struct dnstap_fields none; /* copied: quicker than clearing, measured */
    struct bytes bytes = bytes_of(payload, len);
    const uint8_t *at = bytes.at, *end = bytes.end;
    struct slice message = {NULL, 0};

    *fields = none;
    at = quick_slice(at, end, KEY(DNSTAP_IDENTITY, WIRE_LENGTH), &fields->identity);
    at = quick_slice(at, end, KEY(DNSTAP_VERSION, WIRE_LENGTH), &fields->version);
    at = quick_slice(at, end, KEY(DNSTAP_MESSAGE_FIELD, WIRE_LENGTH), &message);
    if (message.at && !decode_message(message, fields))
        return DNSTAP_BAD;
    if (message.at && end - at == 2 && at[0] == KEY(DNSTAP_TYPE, WIRE_VARINT) && at[1] == 1) {
        fields->frame_type = 1;
        return DNSTAP_MESSAGE;
    }
    bytes.at = at;
    return decode_rest(bytes, message.at != NULL, fields);
}
