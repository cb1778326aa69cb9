// SPDX-License-Identifier: BSD-2-Clause
/* The slowest sessions: rows of --view sessions cut to the telling fields. */
#include "cluster/fields.h"
#include "dns/words.h"
#include "report/fields.h"
#include "session/fields.h"

#define SESSION(at) (&((const struct slow_entry *)(at))->session)

GETTER(slow_start, struct slow_entry, value_time(row->session.start))
GETTER(slow_status, struct slow_entry, value_string(status_words[row->session.status].word))
GETTER(slow_reason, struct slow_entry, value_string(reason_words[row->session.reason].word))
GETTER(slow_rcode, struct slow_entry,
       row->session.rcode == RCODE_NONE ? value_null()
                                        : value_string(dns_rcode_word(row->session.rcode)))
GETTER(slow_type, struct slow_entry,
       row->session.has_question ? value_string(dns_type_word(row->session.type)) : value_null())
GETTER(slow_bitmap, struct slow_entry, COUNT(row->session.bitmap))
GETTER(slow_waited, struct slow_entry, value_ms(row->session.waited_ns))
GETTER(slow_exact, struct slow_entry, value_bool(row->session.waited_exact))
GETTER(slow_tries, struct slow_entry, COUNT(row->session.tries))
GETTER(slow_port, struct slow_entry,
       row->session.client.port == 0 ? value_null() : value_count(row->session.client.port))

static bool slow_has_client(const void *at)
{
    return SESSION(at)->has_client;
}

static const struct cluster_object *client_object(const void *at)
{
    return session_client_object(SESSION(at), ((const struct slow_entry *)at)->cluster);
}
CLUSTER_GETTERS(client_object)

static struct value slow_client(const void *at, struct text *scratch)
{
    return cluster_value_endpoint(client_object(at), &SESSION(at)->client, true,
                                  ((const struct slow_entry *)at)->cluster != NULL, scratch);
}

static struct value slow_addr(const void *at, struct text *scratch)
{
    return session_value_endpoint(&SESSION(at)->client, false, scratch);
}

static struct value slow_name(const void *at, struct text *scratch)
{
    return session_value_name(SESSION(at), scratch);
}

static struct value slow_key(const void *at, struct text *scratch)
{
    return session_value_key(SESSION(at), scratch);
}

static size_t slow_upstreams(const void *at)
{
    size_t n = 0;
    for (const struct attempt *attempt = SESSION(at)->attempts; attempt != NULL;
         attempt = attempt->next)
        n++;
    return n;
}

static struct value slow_upstream(const void *at, size_t i, struct text *scratch)
{
    const struct attempt *attempt = SESSION(at)->attempts;
    while (i-- > 0)
        attempt = attempt->next;
    char text[ADDR_TEXT_MAX];
    text_add(scratch, text, endpoint_print(&attempt->upstream, text));
    if (attempt_unusable(attempt))
        text_add_char(scratch, '!');
    return value_text(scratch->at, scratch->len);
}

/* The frames as the session's own row tells them. */
static const struct field *frames_field(void)
{
    static const char path[] = "frames";
    return field_find(&session_fields, path, sizeof path - 1);
}

static size_t slow_frames(const void *at)
{
    struct session_row row = {SESSION(at), 0, NULL};
    return frames_field()->count(&row);
}

static struct value slow_frame(const void *at, size_t i, struct text *scratch)
{
    struct session_row row = {SESSION(at), 0, NULL};
    return frames_field()->item_value(&row, i, scratch);
}

static const struct field slow_table[] = {
    {.path = "start", .kind = VALUE_TIME, .help = "When the client asked.", .get = slow_start},
    {.path = "client",
     .shape = FIELD_GROUP,
     .kind = VALUE_TEXT,
     .present = slow_has_client,
     .get = slow_client,
     .help = "Who asked; null: the capture does not show it."},
    {.path = "client.addr", .kind = VALUE_TEXT, .help = "Its address.", .get = slow_addr},
    {.path = "client.port", .kind = VALUE_COUNT, .help = "Its port.", .get = slow_port},
    CLUSTER_FIELDS("client.", client_object),
    {.path = "name", .kind = VALUE_TEXT, .help = "Name that was asked for.", .get = slow_name},
    {.path = "type", .kind = VALUE_TEXT, .help = "Query type.", .get = slow_type},
    {.path = "status",
     .kind = VALUE_TEXT,
     .flags = FIELD_NEVER_NULL,
     .get = slow_status,
     .help = "Succeeded, Failed, SampleLoss, CaptureEdge or Unknown."},
    {.path = "reason",
     .kind = VALUE_TEXT,
     .flags = FIELD_NEVER_NULL,
     .get = slow_reason,
     .help = "Why, one word."},
    {.path = "rcode", .kind = VALUE_TEXT, .help = "Rcode of the answer.", .get = slow_rcode},
    FIELD_COUNT("bitmap", "Which of the four messages were seen: 1, 2, 4, 8 added up.",
                slow_bitmap),
    {.path = "waited_ms",
     .kind = VALUE_MS,
     .flags = FIELD_NEVER_NULL,
     .get = slow_waited,
     .help = "How long the client waited, milliseconds."},
    {.path = "waited_exact",
     .kind = VALUE_BOOL,
     .flags = FIELD_NEVER_NULL,
     .get = slow_exact,
     .help = "false: it waited at least that long."},
    FIELD_COUNT("tries", "Tries at upstreams.", slow_tries),
    {.path = "upstreams",
     .shape = FIELD_LIST,
     .kind = VALUE_TEXT,
     .count = slow_upstreams,
     .item_value = slow_upstream,
     .help = "Upstreams tried, in order; ! behind one that gave no usable answer."},
    {.path = "frames",
     .shape = FIELD_LIST,
     .kind = VALUE_TEXT,
     .count = slow_frames,
     .item_value = slow_frame,
     .help = "Its frames, input:frame number."},
    {.path = "key",
     .kind = VALUE_TEXT,
     .flags = FIELD_NEVER_NULL,
     .get = slow_key,
     .help = "Key of the session, stable within a run."},
};
const struct field_table report_slow_fields = {
    .name = "slow",
    .help = "The slowest sessions.",
    FIELDS(slow_table),
    .columns = "start,client,name,type,status,waited_ms,upstreams",
};
