// SPDX-License-Identifier: BSD-2-Clause
/* Names: which hosts were never found, which came to be, and what search lists cost.  A flood of
 * random names must not drive out those that are asked for again and again: where a table is full,
 * what was used least goes first. */
#include <string.h>

#include "base/limits.h"
#include "dns/name.h"
#include "finding/clients.h"

enum { TYPE_A = 1, TYPE_AAAA = 28 };

#define SAME_WISH_NS (2 * WHEN_SECOND)

void names_init(struct names *names)
{
    names->hosts = map_new(sizeof(struct asked_host), LIMIT_ASKED_HOSTS);
    names->gone = map_new(sizeof(struct gone_name), LIMIT_GONE_NAMES);
    names->found = memory_get(NAME_MARKS, sizeof *names->found);
    names->missing = memory_get(NAME_MARKS / 8, 1);
    names->gone_marks = memory_get(NAME_MARKS / 8, 1);
    names->once = memory_get(NAME_ONCE, sizeof *names->once);
}

static void host_done(struct asked_host *host)
{
    memory_free(host->clients.seen);
    memory_free(host->service);
}

void names_done(struct names *names)
{
    for (size_t i = 0; i < map_count(names->hosts); i++)
        host_done(map_at(names->hosts, i));
    map_free(names->hosts);
    map_free(names->gone);
    memory_free(names->found);
    memory_free(names->missing);
    memory_free(names->gone_marks);
    memory_free(names->once);
}

/* Hosts ------------------------------------------------------------------------------------------- */

static bool is_little_used(void *record, void *context)
{
    struct asked_host *host = record;
    uint64_t *dropped = context;
    host->uses /= 2;
    if (host->uses != 0)
        return false;
    *dropped += host->missing != 0;
    host_done(host);
    return true;
}

static struct asked_host *host_of(struct names *names, struct slice host)
{
    struct asked_host *found = map_add(names->hosts, host.at, host.len, NULL);
    while (found == NULL) {
        map_sweep(names->hosts, is_little_used, &names->folded_hosts);
        if (map_count(names->hosts) <= LIMIT_ASKED_HOSTS / 2)
            found = map_add(names->hosts, host.at, host.len, NULL);
    }
    if (found->uses < UINT32_MAX)
        found->uses++;
    return found;
}

/* Of the marks; the same in every run. */
static uint32_t mark_of(struct slice host)
{
    uint64_t hash = host.len * UINT64_C(0x9e3779b97f4a7c15), word;
    size_t at = 0;
    for (; at + sizeof word <= host.len; at += sizeof word) {
        memory_copy(&word, host.at + at, sizeof word);
        hash = (hash ^ word) * UINT64_C(0xff51afd7ed558ccd);
        hash ^= hash >> 32;
    }
    word = 0;
    memory_copy(&word, host.at + at, host.len - at);
    hash = (hash ^ word) * UINT64_C(0xff51afd7ed558ccd);
    return (uint32_t)(hash >> 32) ^ (uint32_t)(hash >> 11);
}

/* "svc" as the third label: the name of a service, its namespace in front of that. */
static bool is_service(const uint8_t *name, size_t len)
{
    static const uint8_t svc[] = {3, 's', 'v', 'c'};
    size_t at = dns_name_skip(name, len, 2);
    return at + sizeof svc < len && memcmp(name + at, svc, sizeof svc) == 0;
}

#define COUNT_BITS 0xfu

/* The bits of a mark that its place does not tell. */
static unsigned tag_of(uint32_t mark)
{
    return mark / NAME_MARKS & 0xffffu & ~COUNT_BITS;
}

static bool is_at(uint16_t place, uint32_t mark)
{
    return (place & ~COUNT_BITS) == tag_of(mark);
}

/* Whether the host needs a place among the hosts: those that come up once in a flood do not, and of
 * the others it is enough now and then. */
static bool mark_found(struct names *names, uint32_t mark)
{
    uint16_t *place = &names->found[mark % NAME_MARKS];
    unsigned count = is_at(*place, mark) ? *place & COUNT_BITS : 0;
    *place = (uint16_t)(tag_of(mark) | (count == COUNT_BITS ? 3 : count + 1));
    return count == 2 || count == COUNT_BITS ||
           (count == 0 && map_count(names->hosts) < LIMIT_ASKED_HOSTS / 4);
}

static bool is_marked(const uint8_t *marks, uint32_t mark)
{
    return marks[mark % NAME_MARKS / 8] >> (mark & 7) & 1;
}

static void set_mark(uint8_t *marks, uint32_t mark)
{
    marks[mark % NAME_MARKS / 8] |= (uint8_t)(1u << (mark & 7));
}

static void note_found(struct names *names, struct slice name, uint32_t mark,
                       const struct lookup_step *step)
{
    bool wanted = mark_found(names, mark);
    if (!wanted && !is_marked(names->missing, mark))
        return;
    struct asked_host *host = host_of(names, name);
    if (host->found)
        return;
    host->found = true;
    if (!is_service(step->name, step->name_len))
        return;
    host->service = memory_get(step->name_len, 1);
    host->service_len = step->name_len;
    memory_copy(host->service, step->name, step->name_len);
}

/* Tools like `getent hosts` ask for AAAA alone and then for A alone (packets.md section 4.1): somebody
 * wanted it once. */
static bool is_same_wish(const struct asked_host *host, const struct missing_once *now)
{
    return host->missing != 0 && now->type != 0 && host->newest.type != 0 &&
           host->newest.type != now->type && host->newest.client == now->client &&
           now->when - host->newest.when <= SAME_WISH_NS;
}

static void add_missing(struct names *names, struct asked_host *host,
                        const struct missing_once *now)
{
    bool same = is_same_wish(host, now);
    if (host->missing == 0)
        host->first = now->when;
    host->missing += !same;
    crowd_add(&host->clients, now->client);
    host->newest = *now;
    if (same)
        host->newest.type = 0;
    set_mark(names->missing, now->mark);
}

/* The host that is missing not for the first time; NULL: it is, as far as that is remembered.  In a flood
 * of random names that is all that most of them cost. */
static const struct asked_host *note_missing(struct names *names, const struct lookup *lookup)
{
    struct slice name = lookup_host(lookup);
    struct missing_once now = {.mark = mark_of(name),
                               .when = lookup->start,
                               .client = witness_of_client(&lookup->client),
                               .type = lookup->type[1] == 0 ? lookup->type[0] : 0};
    struct missing_once *once = &names->once[now.mark % NAME_ONCE];
    bool again = once->mark == now.mark && once->client != 0;
    if (!again && !is_marked(names->missing, now.mark)) {
        names->folded_hosts += once->client != 0; /* another's is forgotten */
        *once = now;
        return NULL;
    }
    struct asked_host *host = host_of(names, name);
    uint16_t found = names->found[now.mark % NAME_MARKS];
    if ((found & COUNT_BITS) != 0 && is_at(found, now.mark))
        host->found = true;
    if (host->missing == 0 && again)
        add_missing(names, host, once);
    add_missing(names, host, &now);
    return host;
}

/* Names that came to be --------------------------------------------------------------------------- */

/* Those that came to be are kept, as far as they are to be told. */
static bool is_little_gone(void *record, void *context)
{
    struct gone_name *gone = record;
    uint64_t *dropped = context;
    gone->uses /= 2;
    if (gone->uses != 0 || (gone->found != WHEN_NONE && gone->n >= GONE_TOLD))
        return false;
    ++*dropped;
    return true;
}

static void note_gone(struct names *names, const struct lookup_step *step)
{
    bool added = false;
    int64_t when = step->query[0].first;
    struct gone_name *gone = map_add(names->gone, step->name, step->name_len, &added);
    if (gone == NULL && !names->gone_full) {
        for (int i = 0; i < 32 && map_count(names->gone) > LIMIT_GONE_NAMES / 2; i++)
            map_sweep(names->gone, is_little_gone, &names->folded_gone);
        names->gone_full = map_count(names->gone) > LIMIT_GONE_NAMES / 2; /* all are to be told */
        gone = map_add(names->gone, step->name, step->name_len, &added);
    }
    if (gone == NULL) {
        names->folded_gone++;
        return;
    }
    if (gone->uses < UINT32_MAX)
        gone->uses++;
    if (added) {
        gone->found = WHEN_NONE;
        set_mark(names->gone_marks, mark_of((struct slice){step->name, step->name_len}));
    }
    if (gone->found != WHEN_NONE) {
        gone->late += when - gone->found > DENIAL_NS;
        gone->after += when - gone->found <= DENIAL_NS;
        gone->n += when - gone->found <= DENIAL_NS;
    } else if (added || when - gone->last > DENIAL_NS) { /* no cache remembers that long */
        gone->first = when;
        gone->n = 1;
    } else {
        gone->n++;
    }
    gone->last = when > gone->last || added ? when : gone->last;
}

static void note_come(struct names *names, const struct lookup_step *step, uint32_t mark)
{
    if (!is_marked(names->gone_marks, mark))
        return; /* nearly all */
    struct gone_name *gone = map_find(names->gone, step->name, step->name_len);
    int64_t when = step->query[0].first;
    if (gone != NULL && gone->found == WHEN_NONE && when >= gone->last &&
        when - gone->last <= DENIAL_NS)
        gone->found = when;
}

/* Lookups ----------------------------------------------------------------------------------------- */

/* Reverse names are asked for by logs and tools, and end NXDOMAIN as a rule; names with an underscore
 * are offers that need not exist (SRV, gRPC's _grpc_config). */
static bool is_of_interest(const struct lookup *lookup)
{
    static const uint8_t arpa[] = {4, 'a', 'r', 'p', 'a', 0};
    const struct lookup_step *step = lookup->steps;
    bool address = lookup->type[0] == TYPE_A || lookup->type[0] == TYPE_AAAA;
    if (!address || step->name_len < sizeof arpa || step->name[1] == '_')
        return address && step->name_len > 1 && step->name[1] != '_';
    return memcmp(step->name + step->name_len - sizeof arpa, arpa, sizeof arpa) != 0;
}

static bool is_missing(const struct lookup_step *step)
{
    for (unsigned i = 0; i < step->n; i++)
        if (step->query[i].result != RESULT_MISSING)
            return false;
    return true;
}

/* The step that tells that the name exists; NULL: none. */
static const struct lookup_step *positive(const struct lookup *lookup)
{
    for (const struct lookup_step *step = lookup->steps; step != NULL; step = step->next)
        for (unsigned i = 0; i < step->n; i++)
            if (step->query[i].result == RESULT_FOUND || step->query[i].result == RESULT_EMPTY)
                return step;
    return NULL;
}

/* Of lookups that stood still or lack frames it is not sure what was asked for. */
static bool is_missing_everywhere(const struct lookup *lookup)
{
    for (const struct lookup_step *step = lookup->steps; step != NULL; step = step->next)
        if (!is_missing(step))
            return false;
    return lookup->outcome == LOOKUP_NOT_FOUND && lookup->n_steps <= LOOKUP_STEPS_MAX &&
           !lookup->sample_loss && !lookup->capture_edge;
}

/* Queries for names that do not exist, of a lookup that went over two of them or more. */
static void note_walk(struct findings *findings, const struct lookup *lookup,
                      const struct lookup_step *found)
{
    struct names *names = &findings->clients->names;
    names->queries += lookup->queries;
    if (lookup->wasted == 0 || lookup->n_steps < 3)
        return;
    names->walks++;
    names->walk_queries += lookup->queries;
    names->wasted += lookup->wasted;
    struct slice host = lookup_host(lookup);
    names->walks_outside += found != NULL && found->next == NULL &&
                            dns_name_same(host.at, host.len, found->name, found->name_len);
    struct witness witness = witness_of_lookup(lookup, lookup->start);
    suspect_witness(suspect_of_capture(findings, FINDING_SEARCH_PATH), &witness);
}

void names_lookup(struct findings *findings, const struct lookup *lookup, enum harm harm)
{
    struct names *names = &findings->clients->names;
    const struct lookup_step *found = positive(lookup);
    note_walk(findings, lookup, found);
    if (!is_of_interest(lookup))
        return;
    if (found != NULL) {
        struct slice host = lookup_host(lookup), name = {found->name, found->name_len};
        uint32_t mark = mark_of(host);
        note_found(names, host, mark, found);
        if (map_count(names->gone) != 0)
            note_come(names, found,
                      host.at == name.at && host.len == name.len ? mark : mark_of(name));
    } else if (harm < HARM_STALLED && is_missing_everywhere(lookup)) {
        const struct asked_host *host = note_missing(names, lookup);
        if (host == NULL)
            return;
        for (const struct lookup_step *step = lookup->steps; step != NULL; step = step->next)
            note_gone(names, step);
    }
}
