// SPDX-License-Identifier: BSD-2-Clause
#include "input/pcap/servers.h"

#include <string.h>

#include "base/limits.h"
#include "base/lru.h"
#include "base/map.h"
#include "base/memory.h"
#include "dns/name.h"
#include "input/pcap/plausible.h"

enum { PORT_DNS = 53, PORT_DOT = 853, PORTS = 65536, QUERY_MAX = LIMIT_REMEMBERED_BYTES };

struct remembered { /* a query */
    struct carrier carrier;
    uint32_t len;
    bool used; /* holds one that was not given */
    uint8_t dns[QUERY_MAX];
};

struct servers {
    uint8_t asked[PORTS / 8]; /* a bit a port */
    uint8_t found[PORTS / 8]; /* ports of servers in the table: a first look before it is asked */
    struct lru *table;        /* of servers found, by endpoint; records are empty */
    struct skips *skips;
    /* A ring of queries, made when the first one comes, and their hashes, which are searched. */
    struct remembered *queries;
    uint64_t hashes[LIMIT_REMEMBERED];
    unsigned oldest;
    struct endpoint giving; /* the server found last */
    unsigned given;         /* places of the ring that were looked at for it */
};

static bool has_port(const uint8_t *bits, uint16_t port)
{
    return (bits[port >> 3] >> (port & 7) & 1) != 0;
}

static void set_port(uint8_t *bits, uint16_t port)
{
    bits[port >> 3] = (uint8_t)(bits[port >> 3] | 1u << (port & 7));
}

struct servers *servers_new(const uint16_t *ports, unsigned n_ports, struct skips *skips)
{
    struct servers *servers = memory_get(1, sizeof *servers);

    set_port(servers->asked, PORT_DNS);
    for (unsigned i = 0; i < n_ports; i++)
        set_port(servers->asked, ports[i]);
    servers->table = lru_new(sizeof(struct endpoint), 1, LIMIT_SERVERS);
    servers->skips = skips;
    servers->given = LIMIT_REMEMBERED;
    return servers;
}

void servers_free(struct servers *servers)
{
    if (!servers)
        return;
    lru_free(servers->table);
    memory_free(servers->queries);
    memory_free(servers);
}

static bool is_found(struct servers *servers, const struct endpoint *end)
{
    void *record;

    if (!has_port(servers->found, end->port))
        return false;
    record = lru_find(servers->table, end);
    if (record)
        lru_touch(servers->table, record);
    return record != NULL;
}

unsigned servers_ends(struct servers *servers, struct carrier *carrier)
{
    const struct endpoint *source = &carrier->source, *destination = &carrier->destination;
    bool answers = has_port(servers->asked, source->port) || is_found(servers, source);
    bool asked = has_port(servers->asked, destination->port) || is_found(servers, destination);

    if (!answers && !asked && carrier->transport == TRANSPORT_TCP) {
        answers = source->port == PORT_DOT;
        asked = destination->port == PORT_DOT;
        if (answers || asked)
            carrier->transport = TRANSPORT_DOT;
    }
    return (answers ? SERVERS_SOURCE : 0u) | (asked ? SERVERS_DESTINATION : 0u);
}

/* Of all that a query and its response have in common; never 0, which is an empty place. */
static uint64_t hash_of(const struct endpoint *client, const struct endpoint *server,
                        enum transport transport, struct slice dns)
{
    uint64_t id = (uint64_t)dns.at[0] << 8 | dns.at[1];
    uint64_t ends = map_mix(map_hash(client, sizeof *client), map_hash(server, sizeof *server));

    return map_mix(ends, id << 8 | (uint64_t)transport) | 1;
}

/* The place of the newest query with this hash, or LIMIT_REMEMBERED. */
static unsigned find(const struct servers *servers, uint64_t hash)
{
    for (unsigned i = 1; i <= LIMIT_REMEMBERED; i++) {
        unsigned place = (servers->oldest + LIMIT_REMEMBERED - i) % LIMIT_REMEMBERED;

        if (servers->hashes[place] == hash)
            return place;
    }
    return LIMIT_REMEMBERED;
}

static void forget(struct servers *servers, unsigned place)
{
    servers->skips->n[SKIP_NOT_DNS] += servers->queries[place].used;
    servers->queries[place].used = false;
    servers->hashes[place] = 0;
}

static void remember(struct servers *servers, const struct carrier *carrier, struct slice dns)
{
    uint64_t hash = hash_of(&carrier->source, &carrier->destination, carrier->transport, dns);
    unsigned place = servers->oldest;

    if (!servers->queries)
        servers->queries = memory_get(LIMIT_REMEMBERED, sizeof *servers->queries);
    /* Over TCP the same segment on another interface is a copy, and no message of its own. */
    if (carrier->transport == TRANSPORT_TCP && find(servers, hash) < LIMIT_REMEMBERED)
        return;
    forget(servers, place);
    servers->queries[place].carrier = *carrier;
    servers->queries[place].len = (uint32_t)dns.len;
    servers->queries[place].used = true;
    memory_copy(servers->queries[place].dns, dns.at, dns.len);
    servers->hashes[place] = hash;
    servers->oldest = (place + 1) % LIMIT_REMEMBERED;
}

static bool same_question(const struct remembered *query, struct slice dns)
{
    struct dns_message asked, answered;

    dns_read(&asked, query->dns, query->len, DNS_READ_QUESTION);
    dns_read(&answered, dns.at, dns.len, DNS_READ_QUESTION);
    return asked.type == answered.type && asked.class == answered.class &&
           dns_name_same(asked.name, asked.name_len, answered.name, answered.name_len);
}

static void add_server(struct servers *servers, const struct endpoint *server)
{
    if (lru_count(servers->table) == LIMIT_SERVERS) {
        lru_remove(servers->table, lru_oldest(servers->table));
        servers->skips->n[SKIP_FOLDED]++;
    }
    lru_add(servers->table, server);
    set_port(servers->found, server->port);
    servers->giving = *server;
    servers->given = 0;
}

enum servers_verdict servers_look(struct servers *servers, const struct carrier *carrier,
                                  struct slice dns)
{
    unsigned place;

    if (dns.len <= QUERY_MAX && plausible_query(dns)) {
        remember(servers, carrier, dns);
        return SERVERS_REMEMBERED;
    }
    if (!servers->queries || !plausible_response(dns))
        return SERVERS_NOTHING;
    place =
        find(servers, hash_of(&carrier->destination, &carrier->source, carrier->transport, dns));
    if (place == LIMIT_REMEMBERED || !same_question(&servers->queries[place], dns))
        return SERVERS_NOTHING;
    add_server(servers, &carrier->source);
    return SERVERS_FOUND;
}

bool servers_next(struct servers *servers, const struct carrier **carrier, struct slice *dns)
{
    while (servers->given < LIMIT_REMEMBERED) {
        unsigned place = (servers->oldest + servers->given++) % LIMIT_REMEMBERED;
        struct remembered *query = &servers->queries[place];

        if (!query->used || !endpoint_same(&query->carrier.destination, &servers->giving))
            continue;
        query->used = false;
        forget(servers, place);
        *carrier = &query->carrier;
        *dns = (struct slice){query->dns, query->len};
        return true;
    }
    return false;
}

void servers_end(struct servers *servers)
{
    for (unsigned i = 0; servers->queries && i < LIMIT_REMEMBERED; i++)
        forget(servers, i);
}
