// SPDX-License-Identifier: BSD-2-Clause
/*
 * The questions that a process forwarded since it started with an empty cache: a cache hit for any
 * other proves that the frames of a forward are lost.  A start is known by the loop probe, which
 * comes a little behind the first work, so work is kept from where a start is possible (the first
 * frame of a stream, the end of a silence) until the probe came or should have come.
 */
#include "session/live.h"

/* Questions kept of one stream, some 100 octets each; with more nothing is told. */
#define QUESTIONS_MAX 8192

void cold_begin(struct stream *stream, int64_t when)
{
    cold_end(stream);
    if (stream->index >= STREAMS_FULL || stream->late)
        return;
    stream->forwarded = map_new(0, QUESTIONS_MAX);
    stream->cold_since = when;
}

void cold_end(struct stream *stream)
{
    map_free(stream->forwarded);
    stream->forwarded = NULL;
    stream->cold = false;
}

void cold_known(struct stream *stream)
{
    stream->cold = stream->forwarded != NULL;
}

void cold_tick(struct stream *stream, int64_t when)
{
    if (stream->forwarded && !stream->cold && when - stream->cold_since > PROBE_NS)
        cold_end(stream);
}

static size_t key_of(const uint8_t *name, size_t len, uint16_t type, uint8_t key[DNS_NAME_MAX + 3])
{
    memory_copy(key, name, len);
    bytes_lower(key, len);
    key[len] = (uint8_t)(type >> 8);
    key[len + 1] = (uint8_t)(type & 0xff);
    return len + 2;
}

void cold_forwarded(struct stream *stream, const uint8_t *name, size_t len, uint16_t type)
{
    uint8_t key[DNS_NAME_MAX + 3];
    if (!stream->forwarded || len == 0)
        return;
    if (!map_add(stream->forwarded, key, key_of(name, len, type, key), NULL))
        cold_end(stream);
}

bool cold_never_forwarded(const struct stream *stream, const struct session *session)
{
    uint8_t key[DNS_NAME_MAX + 3];
    return stream->cold && session->start > stream->cold_since &&
           !map_find(stream->forwarded, key,
                     key_of(session->name, session->name_len, session->type, key));
}
