// SPDX-License-Identifier: BSD-2-Clause
#include "input/pcap/probe.h"

#include "base/limits.h"
#include "input/pcap/block.h"
#include "input/pcap/head.h"
#include "input/pcap/link.h"

enum { BLOCK_MIN = 12, SECTION_MIN = 28 }; /* octets of the least block, and section header */

static enum format_fit is_cut(const struct stream *stream, const char *kind, struct error *error)
{
    error_set(error, ERROR_INPUT, "is a packet capture (%s) that ends inside its header (after "
                                  "byte %zu)", kind, stream_left(stream));
    return FORMAT_UNUSABLE;
}

static enum format_fit is_of_link(uint16_t link, struct error *error)
{
    char name[LINK_TEXT_MAX];

    link_print(link, name);
    if (name[0] >= '0' && name[0] <= '9')
        error_set(error, ERROR_INPUT, "link type %s is not known", name);
    else
        error_set(error, ERROR_INPUT, "link type %u (%s) is not known", link, name);
    return FORMAT_UNUSABLE;
}

enum format_fit probe_pcap(struct stream *stream, struct error *error)
{
    size_t have = stream_want(stream, HEAD_BYTES);
    struct head head;

    if (head_kind(stream->at, have) != HEAD_CLASSIC)
        return FORMAT_OTHER;
    if (have < HEAD_BYTES)
        return is_cut(stream, "pcap", error);
    head = head_read(stream->at);
    if (head.major == 2 && head.minor == 2) {
        /* Its link types are RFC 1573's, its times nanoseconds, and nothing says so. */
        error_set(error, ERROR_INPUT, "is a packet capture of AIX (pcap 2.2), which is not read: "
                                      "make a pcap of it with Wireshark's editcap");
        return FORMAT_UNUSABLE;
    }
    return link_known(head.link) ? FORMAT_FITS : is_of_link(head.link, error);
}

/* The block that begins AT octets behind the stream's `at`: its type and length; 0: none does. */
static uint32_t block_at(struct stream *stream, size_t at, bool *big, uint32_t *type)
{
    struct bytes bytes;
    uint32_t len;

    if (stream_want(stream, at + BLOCK_MIN) < at + BLOCK_MIN)
        return 0;
    if (head_kind(stream->at + at, BLOCK_MIN) == HEAD_PCAPNG)
        *big = stream->at[at + 8] == 0x1a;
    bytes = bytes_of(stream->at + at, BLOCK_MIN);
    *type = block_u32(&bytes, *big);
    len = block_u32(&bytes, *big);
    return len >= BLOCK_MIN && len <= LIMIT_FRAME_BYTES ? len : 0;
}

/* Whether one of the first interfaces has a link type that is known.  Most often it is the first; a
 * live stream of others must show some packets. */
static enum format_fit probe_links(struct stream *stream, struct error *error)
{
    bool big = false, unknown = false;
    uint16_t link = 0;
    uint32_t len, type;

    for (size_t at = 0; at < LIMIT_LOOK_BYTES && (len = block_at(stream, at, &big, &type));
         at += len) {
        struct bytes body;

        if (type != BLOCK_INTERFACE)
            continue;
        body = bytes_of(stream->at + at + 8, 4);
        link = block_u16(&body, big);
        if (link_known(link))
            return FORMAT_FITS;
        unknown = true;
    }
    return unknown ? is_of_link(link, error) : FORMAT_FITS;
}

enum format_fit probe_pcapng(struct stream *stream, struct error *error)
{
    size_t have = stream_want(stream, HEAD_SIGN);
    bool big = false;
    uint32_t type, len;
    struct bytes version;
    uint16_t major, minor;

    if (head_kind(stream->at, have) != HEAD_PCAPNG)
        return FORMAT_OTHER;
    if (have < HEAD_SIGN || stream_want(stream, SECTION_MIN) < SECTION_MIN)
        return is_cut(stream, "pcapng", error);
    len = block_at(stream, 0, &big, &type);
    if (len && stream_want(stream, len) < len)
        return is_cut(stream, "pcapng", error);
    version = bytes_of(stream->at + 12, 4);
    major = block_u16(&version, big);
    minor = block_u16(&version, big);
    if (len < SECTION_MIN || major != 1) {
        error_set(error, ERROR_INPUT, "is a packet capture (pcapng) of version %u.%u, whose first "
                                      "block cannot be read", major, minor);
        return FORMAT_UNUSABLE;
    }
    return probe_links(stream, error);
}
