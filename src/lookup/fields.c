// SPDX-License-Identifier: BSD-2-Clause
/* The fields of a lookup, in the order of the JSON keys. */
#include "session/fields.h"
#include "cluster/fields.h"
#include "dns/name.h"
#include "dns/spelling.h"
#include "dns/words.h"
#include "lookup/lookup.h"

#define L(row) (((const struct lookup_row *)(row))->lookup)
#define STEP(row) ((const struct lookup_step *)(row))

static const char *const outcome_texts[] = {"Resolved", "NotFound", "Failed",
                                            "TimedOut", "Unknown",  NULL};
static const char *const stub_texts[] = {"unknown", "glibc", "musl", "go", NULL};

#define GETTER(name, expression)                                                                   \
    static struct value name(const void *row, struct text *scratch)                                \
    {                                                                                              \
        (void)scratch;                                                                             \
        return expression;                                                                         \
    }

GETTER(get_start, value_time(L(row)->start))
GETTER(get_end, value_time(L(row)->end))

static const struct cluster_object *client_object(const void *at)
{
    const struct lookup_row *row = at;
    struct endpoint client = row->lookup->client;
    client.port = 0; /* chosen by chance: it tells nothing */
    return row->cluster != NULL ? cluster_who(row->cluster, &client, row->lookup->start) : NULL;
}
CLUSTER_GETTERS(client_object)

static struct value get_client(const void *at, struct text *scratch)
{
    const struct lookup_row *row = at;
    return cluster_value_endpoint(client_object(row), &row->lookup->client, true,
                                  row->cluster != NULL, scratch);
}

GETTER(get_client_addr, session_value_endpoint(&L(row)->client, false, scratch))
GETTER(get_client_port, L(row)->client.port ? value_count(L(row)->client.port) : value_null())
GETTER(get_outcome, value_string(lookup_outcome_words[L(row)->outcome].word))
GETTER(get_waited, value_ms(L(row)->waited_ns))
GETTER(get_waited_exact,
       L(row)->waited_ns == WHEN_NONE ? value_null() : value_bool(L(row)->waited_exact))
GETTER(get_slow, value_bool(lookup_is_slow(L(row), ((const struct lookup_row *)row)->slow_ns)))
GETTER(get_queries, value_count(L(row)->queries))
GETTER(get_names, value_count(L(row)->n_steps))
GETTER(get_wasted, value_count(L(row)->wasted))

static struct value name_value(const uint8_t *name, size_t len, struct text *scratch)
{
    dns_name_print(name, len, true, scratch);
    return value_text(scratch->at, scratch->len);
}

static struct value get_host(const void *row, struct text *scratch)
{
    struct slice host = lookup_host(L(row));
    return name_value(host.at, host.len, scratch);
}

static struct value get_stub(const void *row, struct text *scratch)
{
    enum stub_why why;
    (void)scratch;
    return value_string(stub_words[lookup_stub(L(row), &why)].word);
}

static struct value get_why(const void *row, struct text *scratch)
{
    enum stub_why why;
    (void)scratch;
    lookup_stub(L(row), &why);
    return value_string(stub_why_texts[why]);
}

GETTER(get_step_name, name_value(STEP(row)->name, STEP(row)->name_len, scratch))

static struct value get_step_rcode(const void *row, struct text *scratch)
{
    uint16_t rcode = lookup_step_rcode(STEP(row));
    (void)scratch;
    return rcode == RCODE_NONE ? value_null() : value_string(dns_rcode_word(rcode));
}

static struct value get_step_queries(const void *row, struct text *scratch)
{
    int64_t n = 0;
    (void)scratch;
    for (unsigned i = 0; i < STEP(row)->n; i++)
        n += STEP(row)->query[i].asked;
    return value_count(n);
}

static size_t count_step_types(const void *row)
{
    return STEP(row)->n;
}

static struct value item_step_type(const void *row, size_t i, struct text *scratch)
{
    (void)scratch;
    return value_string(dns_type_word(STEP(row)->query[i].type));
}

static struct value get_waited_text(const void *row, struct text *scratch)
{
    char text[WHEN_TEXT_MAX];
    if (L(row)->waited_ns == WHEN_NONE)
        return value_null();
    if (!L(row)->waited_exact)
        text_add_string(scratch, ">= ");
    text_add(scratch, text, when_print_human(L(row)->waited_ns, false, text));
    return value_text(scratch->at, scratch->len);
}

static size_t count_types(const void *row)
{
    return L(row)->type[1] != 0 ? 2 : 1;
}

static struct value item_type(const void *row, size_t i, struct text *scratch)
{
    (void)scratch;
    return value_string(dns_type_word(L(row)->type[i]));
}

static size_t count_steps(const void *row)
{
    size_t n = 0;
    for (const struct lookup_step *step = L(row)->steps; step; step = step->next)
        n++;
    return n;
}

static const void *item_step(const void *row, size_t i)
{
    const struct lookup_step *step = L(row)->steps;
    while (i-- > 0)
        step = step->next;
    return step;
}

static size_t count_stalls(const void *row)
{
    return lookup_stalls(L(row));
}

static struct value item_stall(const void *row, size_t i, struct text *scratch)
{
    (void)scratch;
    return value_ms(lookup_stall(L(row), i));
}

/* Of too many to be kept, at least that long. */
static struct value get_stalled(const void *row, struct text *scratch)
{
    char text[WHEN_TEXT_MAX];
    size_t n = lookup_stalls(L(row));
    int64_t all = 0;
    for (size_t i = 0; i < n && lookup_stall(L(row), i) < INT64_MAX - all; i++)
        all += lookup_stall(L(row), i);
    if (n == 0)
        return value_null();
    if (L(row)->n_stalls > n)
        text_add_string(scratch, ">= ");
    text_add(scratch, text, when_print_human(all, false, text));
    return value_text(scratch->at, scratch->len);
}

static size_t count_sessions(const void *row)
{
    return lookup_sessions(L(row));
}

static struct value key_text(char letter, uint64_t number, struct text *scratch)
{
    char *at = text_room(scratch, 24);
    *at++ = letter;
    text_end(scratch, text_put_count(at, (int64_t)number));
    return value_text(scratch->at, scratch->len);
}

static struct value item_session(const void *row, size_t i, struct text *scratch)
{
    return key_text('s', lookup_session(L(row), i), scratch);
}

static struct value get_key(const void *row, struct text *scratch)
{
    return key_text('l', L(row)->number, scratch);
}

#define VALUE(p, k, f, w, h, g)                                                                    \
    {                                                                                              \
        .path = p, .shape = FIELD_VALUE, .kind = k, .flags = f, .words = w, .help = h, .get = g    \
    }

#define TEXT(p, f, s, h, g)                                                                        \
    {                                                                                              \
        .path = p, .shape = FIELD_VALUE, .kind = VALUE_TEXT, .flags = f, .spelling = s, .help = h, \
        .get = g                                                                                   \
    }

static const struct field step_entries[] = {
    TEXT("name", FIELD_NEVER_NULL, &dns_name_spelling, "Name that was tried, lower case.",
          get_step_name),
    {.path = "types",
     .shape = FIELD_LIST,
     .kind = VALUE_TEXT,
     .flags = FIELD_NEVER_NULL,
     .spelling = &dns_type_spelling,
     .help = "Types asked for, in the order of asking.",
     .count = count_step_types,
     .item_value = item_step_type},
    TEXT("rcode", 0, &dns_rcode_spelling,
        "Rcode that decided: that of the records found, else the worst; null where none is known.",
        get_step_rcode),
    VALUE("queries", VALUE_COUNT, FIELD_NEVER_NULL, NULL, "Queries sent, repeats included.",
          get_step_queries),
};
static const struct field_table step_fields = {
    "steps",      "A name that was tried.",
    step_entries, sizeof step_entries / sizeof *step_entries,
    NULL,         NULL};

static const struct field entries[] = {
    VALUE("start", VALUE_TIME, FIELD_NEVER_NULL, NULL, "When the first query came (UTC).",
          get_start),
    VALUE("end", VALUE_TIME, 0, NULL,
          "When the last answer that the application needed was sent (UTC); null without one.",
          get_end),
    {.path = "client",
     .shape = FIELD_GROUP,
     .kind = VALUE_TEXT,
     .help = "Who asked.",
     .get = get_client},
    TEXT("client.addr", 0, &field_address, "Address of the client.", get_client_addr),
    VALUE("client.port", VALUE_COUNT, 0, NULL, "Port of its first query.", get_client_port),
    CLUSTER_FIELDS("client.", client_object),
    TEXT("host", FIELD_NEVER_NULL, &dns_name_spelling,
          "What the application asked for, lower case, the search suffix removed.", get_host),
    {.path = "types",
     .shape = FIELD_LIST,
     .kind = VALUE_TEXT,
     .flags = FIELD_NEVER_NULL,
     .spelling = &dns_type_spelling,
     .help = "Types asked for, in the order of asking.",
     .count = count_types,
     .item_value = item_type},
    VALUE("outcome", VALUE_TEXT, FIELD_NEVER_NULL, outcome_texts,
          "What the application got: Resolved, NotFound, Failed, TimedOut or Unknown.",
          get_outcome),
    VALUE(
        "waited_ms", VALUE_MS, 0, NULL,
        "How long the application waited, in milliseconds; a proven lower bound where waited_exact "
        "is false.",
        get_waited),
    {.path = "waited",
     .shape = FIELD_VALUE,
     .kind = VALUE_TEXT,
     .flags = FIELD_COLUMN_ONLY,
     .help = "waited_ms with a unit; >= before a lower bound.",
     .get = get_waited_text},
    VALUE("waited_exact", VALUE_BOOL, 0, NULL, "Whether waited_ms is exact.", get_waited_exact),
    VALUE("slow", VALUE_BOOL, FIELD_NEVER_NULL, NULL, "Whether it waited longer than --slow.",
          get_slow),
    VALUE("queries", VALUE_COUNT, FIELD_NEVER_NULL, NULL, "Queries sent, repeats included.",
          get_queries),
    {.path = "steps",
     .shape = FIELD_ROWS,
     .flags = FIELD_NOT_CSV,
     .help = "Names tried, in order; at most 16, names is exact.",
     .count = count_steps,
     .item = item_step,
     .rows = &step_fields},
    VALUE("names", VALUE_COUNT, FIELD_NEVER_NULL, NULL, "Names tried, all counted.", get_names),
    VALUE("wasted", VALUE_COUNT, FIELD_NEVER_NULL, NULL,
          "Queries for names that do not exist, tried by the search list before the one that does.",
          get_wasted),
    {.path = "stalls",
     .shape = FIELD_LIST,
     .kind = VALUE_MS,
     .flags = FIELD_NEVER_NULL,
     .help = "How long the stub's timer ran each time before it asked again, in milliseconds; at "
             "most 16.",
     .count = count_stalls,
     .item_value = item_stall},
    {.path = "stalled",
     .shape = FIELD_VALUE,
     .kind = VALUE_TEXT,
     .flags = FIELD_COLUMN_ONLY,
     .help = "All stalls together, with a unit; empty without any.",
     .get = get_stalled},
    VALUE("stub", VALUE_TEXT, FIELD_NEVER_NULL, stub_texts,
          "Which stub resolver asked, likely, by its habits: glibc, musl, go or unknown.",
          get_stub),
    VALUE("stub_why", VALUE_TEXT, 0, NULL, "What tells the stub; null where it is unknown.",
          get_why),
    {.path = "sessions",
     .shape = FIELD_LIST,
     .kind = VALUE_TEXT,
     .flags = FIELD_NEVER_NULL,
     .help = "Keys of its sessions, in order; at most 32.",
     .count = count_sessions,
     .item_value = item_session},
    VALUE("key", VALUE_TEXT, FIELD_NEVER_NULL, NULL, "Its name within this run.", get_key),
};

const struct field_table lookup_fields = {
    "lookups",
    "What an application waited for: the sessions of one getaddrinfo call.",
    entries,
    sizeof entries / sizeof *entries,
    "start,client,host,outcome,waited,stalled,queries,wasted,stub",
    "start,client,host,types,outcome,waited,stalled,queries,names,wasted,stub,stub_why,sessions"};
