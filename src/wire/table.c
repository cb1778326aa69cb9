// SPDX-License-Identifier: BSD-2-Clause
/* The exchanges that are here: their memory, and the tables that find them. */
#include "dns/detail.h"
#include "dns/name.h"
#include "wire/inside.h"

#define BUCKETS 1024 /* at first; doubled while there are more exchanges than half of the buckets */

static void table_make(struct bucket_table *table)
{
    table->bucket = memory_get(BUCKETS, sizeof(struct exchange *));
    table->mask = BUCKETS - 1;
}

void table_init(struct wire *wire)
{
    table_make(&wire->keys);
    table_make(&wire->questions);
}

void table_done(struct wire *wire)
{
    memory_free(wire->keys.bucket);
    memory_free(wire->questions.bucket);
}

/* The pool's next larger blocks have 1024 octets. */
_Static_assert(sizeof(struct exchange) <= 512, "an exchange takes one block of 512 octets");

static uint32_t key_of(uint16_t id, uint16_t port)
{
    return (uint32_t)map_mix((uint64_t)id << 16 | port, 2);
}

static uint32_t connection_key(const struct endpoint *asker)
{
    uint64_t words[2];
    memory_copy(words, asker->octet, 16);
    return (uint32_t)map_mix(map_mix(words[0], words[1]), (uint64_t)asker->port << 16 | 3);
}

static uint32_t question_key(uint32_t name_hash, uint16_t type)
{
    return (uint32_t)map_mix((uint64_t)name_hash << 16 | type, 4);
}

static void hang_key(struct bucket_table *table, struct exchange *exchange)
{
    struct exchange **head = &table->bucket[exchange->key_hash & table->mask];
    exchange->next_key = *head;
    exchange->key_link = head;
    if (*head)
        (*head)->key_link = &exchange->next_key;
    *head = exchange;
}

static void hang_question(struct bucket_table *table, struct exchange *exchange)
{
    struct exchange **head = &table->bucket[exchange->question_hash & table->mask];
    exchange->next_question = *head;
    exchange->question_link = head;
    if (*head)
        (*head)->question_link = &exchange->next_question;
    *head = exchange;
}

/* Hangs a chain into the doubled table, from its end on, so that its order stays. */
static void spread_keys(struct bucket_table *table, struct exchange *chain)
{
    struct exchange *reversed = NULL, *next;
    for (; chain; chain = next) {
        next = chain->next_key;
        chain->next_key = reversed;
        reversed = chain;
    }
    for (; reversed; reversed = next) {
        next = reversed->next_key;
        hang_key(table, reversed);
    }
}

static void spread_questions(struct bucket_table *table, struct exchange *chain)
{
    struct exchange *reversed = NULL, *next;
    for (; chain; chain = next) {
        next = chain->next_question;
        chain->next_question = reversed;
        reversed = chain;
    }
    for (; reversed; reversed = next) {
        next = reversed->next_question;
        hang_question(table, reversed);
    }
}

static void grow(struct bucket_table *table,
                 void (*spread)(struct bucket_table *table, struct exchange *chain))
{
    struct exchange **old = table->bucket;
    size_t buckets = (size_t)table->mask + 1;
    table->bucket = memory_get(2 * buckets, sizeof *table->bucket);
    table->mask = (uint32_t)(2 * buckets - 1);
    for (size_t i = 0; i < buckets; i++)
        spread(table, old[i]);
    memory_free(old);
}

static void index_key(struct wire *wire, struct exchange *exchange)
{
    const struct endpoint *asker = &exchange->forms[0].asker;
    bool dns = exchange->kind == EXCHANGE_DNS;
    if (2 * ++wire->keys.n > wire->keys.mask)
        grow(&wire->keys, spread_keys);
    exchange->key_hash = dns ? key_of(exchange->id, asker->port) : connection_key(asker);
    hang_key(&wire->keys, exchange);
    *table_latest(wire, asker) = exchange;
}

static void index_question(struct wire *wire, struct exchange *exchange)
{
    if (2 * ++wire->questions.n > wire->questions.mask)
        grow(&wire->questions, spread_questions);
    exchange->question_hash = question_key(exchange->name_hash, exchange->type);
    hang_question(&wire->questions, exchange);
}

static bool set_name(struct wire *wire, struct exchange *exchange, const struct dns_message *dns)
{
    if (dns->name_len == 0 || exchange->name)
        return false;
    exchange->name = pool_get(&wire->pool, dns->name_len);
    if (!exchange->name)
        return false;
    bytes_copy(exchange->name, dns->name, dns->name_len);
    bytes_lower(exchange->name, dns->name_len);
    exchange->name_len = dns->name_len;
    exchange->name_hash = dns->name_hash;
    exchange->type = dns->type;
    exchange->class = dns->class;
    return exchange->has_question = true;
}

void exchange_set_question(struct wire *wire, struct exchange *exchange,
                           const struct dns_message *dns)
{
    if (set_name(wire, exchange, dns))
        index_question(wire, exchange);
}

static struct exchange *room_for(struct wire *wire)
{
    struct exchange *exchange = pool_get(&wire->pool, sizeof *exchange);
    if (!exchange) {
        wire->counts.refused++;
        wire->full = true;
    }
    return exchange;
}

struct exchange *exchange_new(struct wire *wire, const struct message *message,
                              enum exchange_kind kind)
{
    struct exchange *exchange = room_for(wire);
    if (!exchange)
        return NULL;
    *exchange = (struct exchange){.number = ++*wire->options.numbers,
                                  .asked = WHEN_NONE,
                                  .asked_last = WHEN_NONE,
                                  .answered = WHEN_NONE,
                                  .answered_last = WHEN_NONE,
                                  .refused = WHEN_NONE,
                                  .wrong = WHEN_NONE,
                                  .kind = (uint8_t)kind,
                                  .transport = (uint8_t)message->transport,
                                  .id = message->dns.id,
                                  .rcode = 0xffff,
                                  .answers = UINT32_MAX,
                                  .ttl = UINT32_MAX,
                                  .size = message->size,
                                  .input_query = message->input,
                                  .input_answer = message->input};
    exchange->root = exchange;
    exchange->forms = &exchange->only;
    exchange->only = (struct form){message->asker, message->answerer};
    exchange->n_forms = 1;
    exchange->older = wire->newest;
    if (wire->newest)
        wire->newest->newer = exchange;
    else
        wire->oldest = exchange;
    wire->newest = exchange;
    wire->open++;
    index_key(wire, exchange);
    if (kind == EXCHANGE_DNS)
        exchange_set_question(wire, exchange, &message->dns);
    return exchange;
}

static void unindex(struct wire *wire, struct exchange *exchange)
{
    *exchange->key_link = exchange->next_key;
    if (exchange->next_key)
        exchange->next_key->key_link = exchange->key_link;
    wire->keys.n--;
    struct exchange **latest = table_latest(wire, &exchange->forms[0].asker);
    if (*latest == exchange)
        *latest = NULL;
    if (!exchange->question_link)
        return;
    *exchange->question_link = exchange->next_question;
    if (exchange->next_question)
        exchange->next_question->question_link = exchange->question_link;
    wire->questions.n--;
}

void exchange_free(struct wire *wire, struct exchange *exchange)
{
    ending_unschedule(exchange);
    if (wire->read_out == exchange)
        wire->read_out = exchange->newer ? exchange->newer : exchange->older;
    unindex(wire, exchange);
    if (exchange->older)
        exchange->older->newer = exchange->newer;
    else
        wire->oldest = exchange->newer;
    if (exchange->newer)
        exchange->newer->older = exchange->older;
    else
        wire->newest = exchange->older;
    wire->open--;
    if (wire->touched == exchange)
        wire->touched = NULL;
    if (exchange->forms != &exchange->only)
        pool_put(&wire->pool, exchange->forms, FORMS_BYTES);
    pool_put(&wire->pool, exchange->name, exchange->name_len);
    pool_put(&wire->pool, exchange->detail, exchange->detail_len);
    pool_put(&wire->pool, exchange, sizeof *exchange);
}

void table_to_front(struct wire *wire, struct exchange *exchange)
{
    if (!exchange->question_link)
        return;
    *exchange->question_link = exchange->next_question;
    if (exchange->next_question)
        exchange->next_question->question_link = exchange->question_link;
    hang_question(&wire->questions, exchange);
}

static struct exchange *same_key(struct exchange *exchange, uint32_t hash)
{
    while (exchange && exchange->key_hash != hash)
        exchange = exchange->next_key;
    return exchange;
}

static struct exchange *same_question(struct exchange *exchange, uint32_t hash)
{
    while (exchange && exchange->question_hash != hash)
        exchange = exchange->next_question;
    return exchange;
}

void table_expect(const struct wire *wire, const struct message *message)
{
    const struct dns_message *dns = &message->dns;
    uint32_t key = key_of(dns->id, message->asker.port);
    __builtin_prefetch(&wire->keys.bucket[key & wire->keys.mask]);
    if (dns->name_len > 0 && !message->response)
        __builtin_prefetch(&wire->questions.bucket[question_key(dns->name_hash, dns->type) &
                                                   wire->questions.mask]);
}

void table_fetch(const struct exchange *exchange)
{
    for (size_t at = 0; at < sizeof *exchange; at += 64)
        __builtin_prefetch((const char *)exchange + at, 1);
}

struct exchange *table_of_key(const struct wire *wire, uint16_t id, uint16_t port)
{
    uint32_t hash = key_of(id, port);
    return same_key(wire->keys.bucket[hash & wire->keys.mask], hash);
}

struct exchange *table_of_connection(const struct wire *wire, const struct endpoint *asker)
{
    uint32_t hash = connection_key(asker);
    return same_key(wire->keys.bucket[hash & wire->keys.mask], hash);
}

struct exchange *table_next_key(const struct exchange *exchange)
{
    return same_key(exchange->next_key, exchange->key_hash);
}

struct exchange *table_of_name(const struct wire *wire, uint32_t name_hash, uint16_t type)
{
    uint32_t hash = question_key(name_hash, type);
    return same_question(wire->questions.bucket[hash & wire->questions.mask], hash);
}

struct exchange *table_of_question(const struct wire *wire, const struct dns_message *dns)
{
    return dns->name_len > 0 ? table_of_name(wire, dns->name_hash, dns->type) : NULL;
}

struct exchange *table_next_question(const struct exchange *exchange)
{
    return same_question(exchange->next_question, exchange->question_hash);
}

bool exchange_same_question(const struct exchange *exchange, const struct dns_message *dns)
{
    return exchange->has_question && exchange->name_hash == dns->name_hash &&
           exchange->type == dns->type && exchange->class == dns->class &&
           dns_name_same(exchange->name, exchange->name_len, dns->name, dns->name_len);
}

/* For tables that forget where two meet: without the seed of base/map.h, so that they forget alike
 * in every run (the same input gives the same bytes).  They have no chains that somebody could make
 * long. */
static uint32_t steady_key(const struct endpoint *asker, uint16_t id)
{
    uint64_t words[2];
    memory_copy(words, asker->octet, 16);
    uint64_t ends = map_fold(words[0] ^ UINT64_C(0x9e3779b97f4a7c15),
                             words[1] ^ UINT64_C(0xd1b54a32d192ed03));
    return (uint32_t)map_fold(ends ^ ((uint64_t)asker->port << 16 | id),
                              UINT64_C(0x8bb84b93962eacc9));
}

struct exchange **table_latest(struct wire *wire, const struct endpoint *asker)
{
    return &wire->latest[steady_key(asker, 0) % LATEST_SLOTS];
}

/* What the place of KEY does not tell of it. */
static uint16_t gone_tag(uint32_t key)
{
    uint16_t tag = (uint16_t)(key / GONE_SLOTS);
    return tag ? tag : 1;
}

void table_note_gone(struct wire *wire, const struct exchange *exchange)
{
    if (exchange->kind != EXCHANGE_DNS || exchange->asked == WHEN_NONE)
        return;
    for (unsigned i = 0; i < exchange->n_forms; i++) {
        uint32_t key = steady_key(&exchange->forms[i].asker, exchange->id);
        wire->gone[key % GONE_SLOTS] = gone_tag(key);
    }
}

bool table_is_gone(const struct wire *wire, const struct endpoint *asker, uint16_t id)
{
    uint32_t key = steady_key(asker, id);
    return wire->gone[key % GONE_SLOTS] == gone_tag(key);
}

void exchange_set_detail(struct wire *wire, struct exchange *exchange,
                         const struct dns_message *dns)
{
    uint8_t detail[DNS_DETAIL_MAX];
    uint16_t n_addresses, n_edes;
    if (exchange->detail || (!dns->addresses && !dns->edns_octets))
        return;
    size_t len = dns_detail(dns, detail, &n_addresses, &n_edes);
    exchange->detail = len ? pool_get(&wire->pool, len) : NULL;
    if (!exchange->detail)
        return;
    memory_copy(exchange->detail, detail, len);
    exchange->detail_len = (uint16_t)len;
    exchange->n_addresses = n_addresses;
    exchange->n_edes = n_edes;
}
