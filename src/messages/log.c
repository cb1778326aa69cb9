// SPDX-License-Identifier: BSD-2-Clause
/*
 * Messages that wait for their sessions: found by input and frame, let go in the order of time.
 * They are held in memory with a ceiling; past it the oldest leave with what is known by then.
 */
#include "base/map.h"
#include "base/memory.h"
#include "messages/messages.h"

/* A process writes the frames of its connections up to a flush interval of 1 s apart (semantics.md
 * section 2), so that a message may come a little behind others of its time. */
#define LATE_NS (WHEN_SECOND + WHEN_SECOND / 4)
/* Connections of one file lie farther apart where their reader stood still; what comes later than
 * this behind others has another clock. */
#define LATEST_NS (60 * WHEN_SECOND)
#define BUCKETS_FIRST 1024

struct entry {
    struct record record;
    struct entry *next; /* of its bucket */
    uint64_t number;    /* in the order of arrival */
    int64_t came;       /* how far time was when it came: once all that is open began later, so
                           came later, the session of this one is over */
    bool linked;        /* it can be found: no older one is as like it */
    bool copied;        /* it is only a sighting of another one */
    bool settled;       /* its session has told of it */
    uint8_t octets[];   /* of the message, or of the name that its session tells */
};

struct place { /* in the heap */
    int64_t when;
    uint64_t number;
    struct entry *entry;
};

struct messages {
    size_t ceiling_bytes;
    size_t entry_bytes;
    struct place *heap;
    size_t n, room;
    struct entry **bucket;
    size_t mask;
    struct entry *newest; /* the one just added; NULL */
    struct entry *lent;
    int64_t clock; /* when the newest of those with a time was */
    uint64_t numbers, early;
};

static size_t entry_bytes(const struct entry *entry)
{
    return sizeof *entry + entry->record.wire_len + entry->record.name_len;
}

struct messages *messages_new(size_t ceiling_bytes)
{
    struct messages *messages = memory_get(1, sizeof *messages);

    messages->ceiling_bytes = ceiling_bytes;
    messages->mask = BUCKETS_FIRST - 1;
    messages->bucket = memory_get(BUCKETS_FIRST, sizeof *messages->bucket);
    return messages;
}

static void entry_free(struct messages *messages, struct entry *entry)
{
    if (entry == NULL)
        return;
    messages->entry_bytes -= entry_bytes(entry);
    memory_free(entry);
}

void messages_free(struct messages *messages)
{
    if (messages == NULL)
        return;
    entry_free(messages, messages->lent);
    for (size_t i = 0; i < messages->n; i++)
        entry_free(messages, messages->heap[i].entry);
    memory_free(messages->heap);
    memory_free(messages->bucket);
    memory_free(messages);
}

/* A packet of TCP may hold several messages, which their ids tell apart; a frame of dnstap holds one. */
static struct entry **bucket_of(const struct messages *messages, uint32_t input, uint64_t frame,
                                uint16_t id)
{
    uint64_t hash = map_mix(frame, (uint64_t)id << 32 | input);

    return &messages->bucket[hash & messages->mask];
}

static struct entry *find(const struct messages *messages, uint32_t input, uint64_t frame,
                          uint16_t id)
{
    struct entry *entry = *bucket_of(messages, input, frame, id);

    while (entry != NULL && (entry->record.frame != frame || entry->record.input != input ||
                             entry->record.id != id))
        entry = entry->next;
    return entry;
}

static void link_in(struct messages *messages, struct entry *entry)
{
    const struct record *record = &entry->record;
    struct entry **bucket = bucket_of(messages, record->input, record->frame, record->id);

    entry->next = *bucket;
    *bucket = entry;
    entry->linked = true;
}

static void link_out(struct messages *messages, const struct entry *entry)
{
    const struct record *record = &entry->record;
    struct entry **at = bucket_of(messages, record->input, record->frame, record->id);

    while (*at != entry)
        at = &(*at)->next;
    *at = entry->next;
}

/* As many buckets as entries. */
static void grow_buckets(struct messages *messages)
{
    memory_free(messages->bucket);
    messages->mask = 2 * messages->mask + 1;
    messages->bucket = memory_get(messages->mask + 1, sizeof *messages->bucket);
    for (size_t i = 0; i < messages->n; i++)
        if (messages->heap[i].entry->linked)
            link_in(messages, messages->heap[i].entry);
}

static bool before(const struct place *a, const struct place *b)
{
    return a->when != b->when ? a->when < b->when : a->number < b->number;
}

static void heap_add(struct messages *messages, struct entry *entry, int64_t when)
{
    struct place place = {when, entry->number, entry};

    if (messages->n == messages->room) {
        messages->room = messages->room > 0 ? 2 * messages->room : BUCKETS_FIRST;
        messages->heap = memory_grow(messages->heap, messages->room, sizeof *messages->heap);
    }
    size_t i = messages->n++;
    for (; i > 0 && before(&place, &messages->heap[(i - 1) / 2]); i = (i - 1) / 2)
        messages->heap[i] = messages->heap[(i - 1) / 2];
    messages->heap[i] = place;
}

static struct entry *heap_take(struct messages *messages)
{
    struct place *heap = messages->heap, last = heap[--messages->n];
    struct entry *first = heap[0].entry;
    size_t i = 0, child;

    for (; (child = 2 * i + 1) < messages->n; i = child) {
        child += child + 1 < messages->n && before(&heap[child + 1], &heap[child]);
        if (!before(&heap[child], &last))
            break;
        heap[i] = heap[child];
    }
    heap[i] = last;
    return first;
}

static bool is_full(const struct messages *messages)
{
    size_t held_bytes = messages->entry_bytes + messages->room * sizeof *messages->heap +
                        (messages->mask + 1) * sizeof *messages->bucket;

    return held_bytes > messages->ceiling_bytes;
}

static void insert(struct messages *messages, struct entry *entry)
{
    const struct record *record = &entry->record;
    int64_t when = record->when != WHEN_NONE ? record->when : messages->clock;

    if (when > messages->clock)
        messages->clock = when;
    entry->came = record->frame == 0                    ? when
                  : messages->clock - LATEST_NS <= when ? messages->clock
                                                        : when + LATEST_NS;
    messages->entry_bytes += entry_bytes(entry);
    entry->number = ++messages->numbers;
    heap_add(messages, entry, when);
    if (record->frame != 0 && find(messages, record->input, record->frame, record->id) == NULL)
        link_in(messages, entry);
    if (messages->n > messages->mask)
        grow_buckets(messages);
}

static void set_ends(struct record *record, const struct message *message)
{
    record->src = message->response ? message->answerer : message->asker;
    record->dst = message->response ? message->asker : message->answerer;
}

void messages_add(struct messages *messages, const struct message *message)
{
    const struct slice *wire = &message->dns.wire;
    size_t len = message->kind == MESSAGE_DNS && !message->no_payload ? wire->len : 0;

    messages->newest = NULL;
    if (message->kind != MESSAGE_DNS)
        return;
    struct entry *entry = memory_get(1, sizeof *entry + len);
    messages->newest = entry;
    memory_copy(entry->octets, wire->at, len);
    entry->record = (struct record){
        .when = message->when,
        .latency_ns = WHEN_NONE,
        .frame = message->frame,
        .wire = len > 0 ? entry->octets : NULL,
        .wire_len = (uint32_t)len,
        .size = message->leg == LEG_WIRE ? message->size : (uint32_t)len,
        .input = message->input,
        .sightings = 1,
        .server = UINT32_MAX,
        .id = message->leg == LEG_WIRE ? message->dns.id : 0,
        .rcode = RCODE_NONE,
        .leg = (uint8_t)message->leg,
        .transport = (uint8_t)message->transport,
        .direction = message->sighting.direction,
        .answered = TAG_UNKNOWN,
        .response = message->response,
        .packet = message->leg == LEG_WIRE,
        .tapped = true,
        .cut = message->sighting.cut,
    };
    set_ends(&entry->record, message);
    insert(messages, entry);
}

void messages_also(struct messages *messages)
{
    if (messages->newest != NULL)
        messages->newest->record.sightings++;
}

/* ENTRY is a sighting of another one, which is still here. */
static bool merge(struct messages *messages, struct entry *entry, const struct message_tag *tag)
{
    struct entry *first = find(messages, tag->copy_input, tag->copy_of, tag->copy_id);

    if (first == NULL || first == entry || first->copied)
        return false;
    first->record.sightings += entry->record.sightings;
    if (first->record.server == UINT32_MAX)
        first->record.server = tag->server;
    entry->copied = true;
    return true;
}

void messages_tag(struct messages *messages, const struct message_tag *tag)
{
    struct entry *entry = find(messages, tag->input, tag->frame, tag->id);

    if (entry == NULL || entry->copied)
        return;
    struct record *record = &entry->record;
    entry->settled = tag->settled;
    if (tag->server != UINT32_MAX)
        record->server = tag->server;
    if (tag->copy_of != 0 && merge(messages, entry, tag))
        return;
    if (tag->leg != LEG_WIRE) {
        record->leg = tag->leg;
        record->session = tag->session;
    }
    record->answered = tag->answered;
    record->latency_ns = record->response ? tag->latency_ns : WHEN_NONE;
    record->latency_exact = tag->latency_exact;
}

/* Forwarding failed: the server then answers SERVFAIL itself, behind the tap (semantics.md section 3;
 * 1.7.0 to 1.14.7).  Of what else is not answered it is not known whether anything was sent. */
static bool proves_response(const struct session *session)
{
    return session->status == STATUS_FAILED && session->frame_answer == 0 &&
           session->server_addr.len == 0 && !session->background && session->tries > 0 &&
           session->join != JOIN_AMBIGUOUS && session->rcode == RCODE_NONE &&
           (session->reason == REASON_UPSTREAM_NO_REPLY ||
            session->reason == REASON_UPSTREAM_UNREACHABLE);
}

void messages_session(struct messages *messages, const struct session *session)
{
    if (!proves_response(session))
        return;
    struct entry *query = find(messages, session->input_query, session->frame_query, 0);
    if (query != NULL)
        query->record.answered = TAG_ANSWERED;
    struct entry *entry = memory_get(1, sizeof *entry + session->name_len);
    memory_copy(entry->octets, session->name, session->name_len);
    entry->record = (struct record){
        .when = session->waited_ns != WHEN_NONE ? session->start + session->waited_ns
                                                : session->start,
        .latency_ns = session->waited_ns,
        .latency_exact = session->waited_exact,
        .session = session->number,
        .dst = session->client,
        .name = session->name_len > 0 ? entry->octets : NULL,
        .name_len = session->name_len,
        .input = session->input_query,
        .server = session->server,
        .id = session->id,
        .type = session->type,
        .rcode = 2, /* SERVFAIL */
        .leg = LEG_CLIENT,
        .transport = session->transport,
        .answered = TAG_UNKNOWN,
        .response = true,
    };
    insert(messages, entry);
}

/* Whether the next one has been told all that it can be. */
static bool is_over(const struct messages *messages, int64_t mark)
{
    if (mark == INT64_MAX || mark == WHEN_NONE)
        return mark == INT64_MAX;
    return messages->heap[0].when < mark - LATE_NS && messages->heap[0].entry->came < mark;
}

const struct record *messages_next(struct messages *messages, int64_t mark)
{
    entry_free(messages, messages->lent);
    messages->lent = NULL;
    while (messages->n > 0) {
        bool over = is_over(messages, mark);
        if (!over && !is_full(messages))
            return NULL;
        struct entry *entry = heap_take(messages);
        if (entry->linked)
            link_out(messages, entry);
        if (entry == messages->newest)
            messages->newest = NULL;
        if (entry->copied) {
            entry_free(messages, entry);
            continue;
        }
        messages->early += !over && !entry->settled;
        messages->lent = entry;
        return &entry->record;
    }
    return NULL;
}

uint64_t messages_early(const struct messages *messages)
{
    return messages->early;
}

void messages_read(const struct record *record, struct dns_message *dns)
{
    if (record->wire != NULL || record->name == NULL) {
        dns_read(dns, record->wire, record->wire_len, DNS_READ_RECORDS);
        return;
    }
    *dns = (struct dns_message){.reach = DNS_QUESTION,
                                .id = record->id,
                                .flags = DNS_QR,
                                .rcode = record->rcode,
                                .type = record->type,
                                .class = 1, /* IN: CoreDNS forwards no other class as a rule */
                                .qdcount = 1,
                                .name_len = record->name_len};
    memory_copy(dns->name, record->name, record->name_len);
}
