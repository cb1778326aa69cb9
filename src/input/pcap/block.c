// SPDX-License-Identifier: BSD-2-Clause
#include "input/pcap/block.h"

#include <inttypes.h>

#include "base/limits.h"
#include "input/pcap/head.h"

enum {
    FRAME = 12,  /* octets of type and both lengths */
    LENGTH = 4,  /* of one length */
    BEFORE = 8,  /* of type and first length */
};

uint16_t block_u16(struct bytes *bytes, bool big)
{
    uint16_t value = bytes_be16(bytes);

    if (!big)
        value = (uint16_t)(value << 8 | value >> 8);
    return value;
}

uint32_t block_u32(struct bytes *bytes, bool big)
{
    return big ? bytes_be32(bytes) : bytes_le32(bytes);
}

uint64_t block_u64(struct bytes *bytes, bool big)
{
    uint64_t first;

    if (!big)
        return bytes_le64(bytes);
    first = bytes_be32(bytes);
    return first << 32 | bytes_be32(bytes);
}

static uint32_t number_at(const uint8_t *at, bool big)
{
    struct bytes bytes = bytes_of(at, 4);

    return block_u32(&bytes, big);
}

/* Types whose content matters here. */
static bool is_wanted(uint32_t type)
{
    return type == BLOCK_INTERFACE || type == BLOCK_PACKET || type == BLOCK_SIMPLE ||
           type == BLOCK_STATISTICS || type == BLOCK_ENHANCED || type == BLOCK_SECTION;
}

/* Types that writers fill with whatever there is: names, TLS keys, journals, their own. */
static bool may_be_large(uint32_t type)
{
    enum { NAMES = 4, JOURNAL = 9, SECRETS = 10, CUSTOM = 0xbad, CUSTOM_NO_COPY = 0x40000bad };

    return is_wanted(type) || type == NAMES || type == JOURNAL || type == SECRETS ||
           type == CUSTOM || type == CUSTOM_NO_COPY;
}

static enum record cut(struct trouble *trouble, uint64_t offset, uint64_t have, uint32_t len)
{
    return record_trouble(trouble, RECORD_CUT, offset,
                          "ends inside a block (%" PRIu64 " of %" PRIu32 " bytes)", have, len);
}

static enum record unlike(struct trouble *trouble, uint64_t offset, uint32_t first, uint32_t last)
{
    return record_trouble(trouble, RECORD_LOST, offset,
                          "a block has two lengths, %" PRIu32 " and %" PRIu32, first, last);
}

/* A block that is too long to be kept. */
static enum record step_over(struct blocks *blocks, const struct block *block, uint32_t len,
                             struct trouble *trouble)
{
    struct stream *stream = blocks->stream;
    uint64_t have = stream_skip(stream, len - LENGTH);
    uint32_t last;

    if (have < len - LENGTH || stream_want(stream, LENGTH) < LENGTH)
        return cut(trouble, block->offset, have + stream_left(stream), len);
    last = number_at(stream->at, blocks->big);
    if (last != len)
        return unlike(trouble, block->offset, len, last);
    stream_take(stream, LENGTH);
    return is_wanted(block->type)
               ? record_trouble(trouble, RECORD_OVERSIZED, block->offset,
                                "a block of %" PRIu32 " bytes is more than a packet needs", len)
               : RECORD_PACKET;
}

/* The first octets of the next block.  RECORD_PACKET: there is one, of LEN octets. */
static enum record begin(struct blocks *blocks, struct block *block, uint32_t *len,
                         struct trouble *trouble)
{
    struct stream *stream = blocks->stream;
    size_t have = stream_left(stream);
    enum head_kind kind;

    if (have < FRAME)
        have = stream_want(stream, FRAME);
    block->offset = stream_offset(stream);
    if (have == 0)
        return RECORD_END;
    kind = head_kind(stream->at, have);
    if (kind == HEAD_CLASSIC || (kind == HEAD_PCAPNG && blocks->begun))
        return RECORD_HEAD;
    if (have < FRAME)
        return record_trouble(trouble, RECORD_CUT, block->offset, "ends inside a block's header");
    if (kind == HEAD_PCAPNG) {
        blocks->big = stream->at[BEFORE] == 0x1a;
        blocks->begun = true;
    }
    block->type = number_at(stream->at, blocks->big);
    *len = number_at(stream->at + LENGTH, blocks->big);
    if (*len < FRAME || *len > LIMIT_BLOCK_BYTES ||
        (*len > LIMIT_FRAME_BYTES && !may_be_large(block->type)))
        return record_trouble(trouble, RECORD_LOST, block->offset,
                              "a block of %" PRIu32 " bytes cannot be", *len);
    return RECORD_PACKET;
}

enum record block_next(struct blocks *blocks, struct block *block, struct trouble *trouble)
{
    struct stream *stream = blocks->stream;

    for (;;) {
        enum record record;
        uint32_t len = 0, last;
        size_t have;

        stream_take(stream, blocks->lent);
        blocks->lent = 0;
        record = begin(blocks, block, &len, trouble);
        if (record != RECORD_PACKET)
            return record;
        if (len > LIMIT_FRAME_BYTES) {
            record = step_over(blocks, block, len, trouble);
            if (record != RECORD_PACKET)
                return record;
            continue;
        }
        have = stream_left(stream);
        if (have < len && (have = stream_want(stream, len)) < len)
            return cut(trouble, block->offset, have, len);
        last = number_at(stream->at + len - LENGTH, blocks->big);
        if (last != len)
            return unlike(trouble, block->offset, len, last);
        blocks->lent = len;
        block->body = bytes_of(stream->at + BEFORE, len - FRAME);
        if (is_wanted(block->type))
            return RECORD_PACKET;
    }
}

bool option_next(struct bytes *bytes, bool big, struct option *option)
{
    size_t len, padding;

    if (bytes_left(bytes) == 0)
        return false;
    option->code = block_u16(bytes, big);
    len = block_u16(bytes, big);
    if (option->code == 0)
        return false;
    option->value = bytes_slice(bytes, len);
    padding = (4 - len % 4) % 4;
    bytes_skip(bytes, padding < bytes_left(bytes) ? padding : bytes_left(bytes));
    return !bytes->bad;
}
