// SPDX-License-Identifier: BSD-2-Clause
/* The fields of a session that are lists: addresses, extended errors, inputs, frames. */
#include "session/fields.h"

#define S(row) (((const struct session_row *)(row))->session)

const char *const session_unobserved_texts[] = {"client_leg", "upstream_leg", "client_answer",
                                                "messages", NULL};

size_t session_count_addresses(const void *row)
{
    return S(row)->n_addresses;
}

struct value session_item_address(const void *row, size_t i, struct text *scratch)
{
    const uint8_t *at = S(row)->detail;
    while (i-- > 0)
        at += 1 + at[0];
    struct endpoint end = endpoint_of(at + 1, at[0], 0);
    return session_value_endpoint(&end, false, scratch);
}

static const uint8_t *edes_of(const struct session *s)
{
    const uint8_t *at = s->detail;
    for (unsigned i = 0; i < s->n_addresses; i++)
        at += 1 + at[0];
    return at;
}

size_t session_count_edes(const void *row)
{
    return S(row)->n_edes;
}

const void *session_item_ede(const void *row, size_t i)
{
    static struct dns_ede ede; /* lent until the next call, as a field table has it */
    const uint8_t *at = edes_of(S(row));
    while (i-- > 0)
        at += 3 + at[2];
    ede = (struct dns_ede){.code = (uint16_t)(at[0] << 8 | at[1]), .text = {at + 3, at[2]}};
    return &ede;
}

static size_t count_bits(uint64_t bits)
{
    size_t n = 0; /* most have one or none: a loop is faster than counting all */
    for (; bits; bits &= bits - 1)
        n++;
    return n;
}

static unsigned nth_bit(uint64_t bits, size_t i)
{
    while (i-- > 0)
        bits &= bits - 1;
    return (unsigned)__builtin_ctzll(bits);
}

size_t session_count_unobserved(const void *row)
{
    return count_bits(S(row)->unobserved);
}

struct value session_item_unobserved(const void *row, size_t i, struct text *scratch)
{
    (void)scratch;
    return value_string(session_unobserved_texts[nth_bit(S(row)->unobserved, i)]);
}

size_t session_count_inputs(const void *row)
{
    return count_bits(S(row)->inputs);
}

struct value session_item_input(const void *row, size_t i, struct text *scratch)
{
    (void)scratch;
    return value_count(nth_bit(S(row)->inputs, i));
}

struct frame {
    uint32_t input;
    uint64_t number;
};

static bool before(const struct frame *a, const struct frame *b)
{
    return a->input != b->input ? a->input < b->input : a->number < b->number;
}

/* The frames of the session in order; returns how many there are, at most SESSION_FRAMES_MAX. */
static size_t frames_of(const struct session *s, struct frame frames[SESSION_FRAMES_MAX + 2])
{
    size_t n = 0;
    if (s->frame_query)
        frames[n++] = (struct frame){s->input_query, s->frame_query};
    for (const struct attempt *attempt = s->attempts; attempt; attempt = attempt->next) {
        if (attempt->frame_query && n < SESSION_FRAMES_MAX)
            frames[n++] = (struct frame){attempt->input_query, attempt->frame_query};
        if (attempt->frame_response && n < SESSION_FRAMES_MAX)
            frames[n++] = (struct frame){attempt->input_response, attempt->frame_response};
    }
    if (s->frame_answer)
        frames[n < SESSION_FRAMES_MAX ? n++ : SESSION_FRAMES_MAX - 1] =
            (struct frame){s->input_answer, s->frame_answer};
    for (size_t i = 1; i < n; i++)
        for (size_t k = i; k > 0 && before(&frames[k], &frames[k - 1]); k--) {
            struct frame frame = frames[k];
            frames[k] = frames[k - 1];
            frames[k - 1] = frame;
        }
    size_t kept = 0; /* a try without a client is the session's own query */
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || before(&frames[kept - 1], &frames[i]))
            frames[kept++] = frames[i];
    return kept;
}

size_t session_count_frames(const void *row)
{
    struct frame frames[SESSION_FRAMES_MAX + 2];
    return frames_of(S(row), frames);
}

struct value session_item_frame(const void *row, size_t i, struct text *scratch)
{
    struct frame frames[SESSION_FRAMES_MAX + 2];
    frames_of(S(row), frames);
    char *at = text_put_count(text_room(scratch, 48), frames[i].input);
    *at++ = ':';
    text_end(scratch, text_put_count(at, (int64_t)frames[i].number));
    return value_text(scratch->at, scratch->len);
}
