// SPDX-License-Identifier: BSD-2-Clause
#include "input/formats.h"

#include <string.h>

#include "input/dnstap/capture.h"
#include "input/pcap/capture.h"

static const struct input_format *const formats[] = {
    &dnstap_format,
    &pcap_format,
    &pcapng_format,
};

/* Files that people take for captures, by their magic numbers. */
#define CAPTURE_OF(whose) "is a packet capture of " whose \
    ", which is not read: make a pcap of it with Wireshark's editcap"
#define PCAP_ODD "is a packet capture (pcap) of a version that is not known"
static const struct {
    size_t len;
    uint8_t magic[8];
    const char *is;
} others[] = {
    {4, {0xd4, 0xc3, 0xb2, 0xa1}, PCAP_ODD},
    {4, {0xa1, 0xb2, 0xc3, 0xd4}, PCAP_ODD},
    {4, {0x4d, 0x3c, 0xb2, 0xa1}, PCAP_ODD},
    {4, {0xa1, 0xb2, 0x3c, 0x4d}, PCAP_ODD},
    {4, {0x34, 0xcd, 0xb2, 0xa1}, PCAP_ODD},
    {4, {0xa1, 0xb2, 0xcd, 0x34}, PCAP_ODD},
    {8, {'s', 'n', 'o', 'o', 'p'}, CAPTURE_OF("snoop")},
    {8, {'b', 't', 's', 'n', 'o', 'o', 'p'}, CAPTURE_OF("Bluetooth (btsnoop)")},
    {4, {'G', 'M', 'B', 'U'}, CAPTURE_OF("Microsoft Network Monitor")},
    {4, {'R', 'T', 'S', 'S'}, CAPTURE_OF("Microsoft Network Monitor")},
    {8, {'i', 'p', 't', 'r', 'a', 'c', 'e', ' '}, CAPTURE_OF("AIX iptrace")},
    {8, {'T', 'R', 'S', 'N', 'I', 'F', 'F', ' '}, CAPTURE_OF("Sniffer")},
    {4, {'X', 'C', 'P', 0}, CAPTURE_OF("NetXRay")},
    {8, {'O', 'b', 's', 'e', 'r', 'v', 'e', 'r'}, CAPTURE_OF("Observer")},
    {4, {0x1c, 0x00, 0x01, 0xac}, CAPTURE_OF("IXIA")},
    {4, {0xac, 0x01, 0x00, 0x1c}, CAPTURE_OF("IXIA")},
    {4, {0x1c, 0x00, 0x01, 0xab}, CAPTURE_OF("IXIA")},
    {4, {0xab, 0x01, 0x00, 0x1c}, CAPTURE_OF("IXIA")},
    {3, {'B', 'Z', 'h'}, "is compressed with bzip2, which is not read: decompress it first"},
    {4, {0x04, 0x22, 0x4d, 0x18}, "is compressed with lz4, which is not read: decompress it first"},
    {4, {'P', 'K', 3, 4}, "is a zip archive: unpack it first"},
    {4, {0x7f, 'E', 'L', 'F'}, "is a program"},
};

#define TEXT_LOOK 512

/* Printable ASCII, blanks and what may be UTF-8 or Latin, without a single control character. */
static bool is_text(const uint8_t *at, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        bool blank = at[i] == '\t' || at[i] == '\n' || at[i] == '\r' || at[i] == '\f';

        if (!blank && (at[i] < 0x20 || at[i] == 0x7f))
            return false;
    }
    return true;
}

static bool is_tar(const uint8_t *at, size_t len)
{
    return len >= 263 && memcmp(at + 257, "ustar", 5) == 0;
}

/* Why the stream has no bytes to look at. */
static int say_empty(const struct stream *stream, struct error *error)
{
    if (stream->state == STREAM_INTERRUPTED)
        return error_set(error, ERROR_INPUT, "nothing was read before a signal came");
    if (stream_compression(stream))
        return error_set(error, ERROR_INPUT, "is empty (%s)", stream_compression(stream));
    return error_set(error, ERROR_INPUT, "is empty");
}

static int say_other(struct stream *stream, struct error *error)
{
    size_t len = stream_want(stream, TEXT_LOOK);
    const uint8_t *at = stream->at;
    char why[96];

    stream_why(stream, why, sizeof why);
    if (len < 8 && why[0])
        return error_set(error, ERROR_INPUT, "cannot be read: %s", why);
    if (len == 0)
        return say_empty(stream, error);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (len >= others[i].len && memcmp(at, others[i].magic, others[i].len) == 0)
            return error_set(error, ERROR_INPUT, "%s", others[i].is);
    }
    if (is_tar(at, len))
        return error_set(error, ERROR_INPUT, "is a tar archive: unpack it first");
    if (dnstap_is_payload(stream))
        return error_set(error, ERROR_INPUT, "is a dnstap payload without frames");
    if (is_text(stream->at, len < TEXT_LOOK ? len : TEXT_LOOK))
        return error_set(error, ERROR_INPUT, "is text, not a capture");
    return error_set(error, ERROR_INPUT,
                     "is no capture (dnstap, pcap, pcapng), nor anything else that is known");
}

const struct input_format *formats_pick(struct stream *stream, struct error *error)
{
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        switch (formats[i]->probe(stream, error)) {
        case FORMAT_FITS:
            return formats[i];
        case FORMAT_UNUSABLE:
            return NULL;
        case FORMAT_OTHER:
            break;
        }
    }
    say_other(stream, error);
    return NULL;
}
