// SPDX-License-Identifier: BSD-2-Clause
/* What is learned of a client from the walks that were seen: the suffixes of its search list, and how
 * many dots a name may have and is yet tried with them first. */
#include "base/limits.h"
#include "dns/name.h"
#include "lookup/inside.h"

static struct endpoint key_of(const struct endpoint *end)
{
    struct endpoint key = *end;
    key.port = 0;
    return key;
}

struct client *client_find(const struct lookups *lookups, const struct endpoint *end)
{
    struct endpoint key = key_of(end);
    return lru_count(lookups->clients) > 0 ? lru_find(lookups->clients, &key) : NULL;
}

struct client *client_of(struct lookups *lookups, const struct endpoint *end)
{
    struct endpoint key = key_of(end);
    struct client *client = lru_find(lookups->clients, &key);
    if (client) {
        lru_touch(lookups->clients, client);
        return client;
    }
    client = lru_add(lookups->clients, &key);
    if (!client) {
        lru_remove(lookups->clients, lru_oldest(lookups->clients));
        client = lru_add(lookups->clients, &key);
    }
    return client;
}

static struct slice name_of(const struct lookups *lookups, const struct suffix *suffix)
{
    return map_key(lookups->suffixes, map_at(lookups->suffixes, suffix->number - 1));
}

bool client_knows(const struct lookups *lookups, const struct client *client, struct slice suffix)
{
    for (unsigned i = 0; client && i < client->n_suffixes; i++) {
        struct slice known = name_of(lookups, &client->suffix[i]);
        if (dns_name_within(known.at, known.len, suffix.at, suffix.len))
            return true;
    }
    return false;
}

static uint32_t number_for(struct lookups *lookups, struct slice name)
{
    uint32_t *number = map_add(lookups->suffixes, name.at, name.len, NULL);
    if (number && *number == 0)
        *number = (uint32_t)map_count(lookups->suffixes);
    return number ? *number : 0;
}

/* Notes a suffix that a walk went through; those that no walk began with make room. */
static void learn_suffix(struct lookups *lookups, struct client *client, struct slice name,
                         bool begins)
{
    uint32_t number = number_for(lookups, name);
    struct suffix *free = NULL;
    if (number == 0)
        return; /* too many are known already */
    for (unsigned i = 0; i < client->n_suffixes; i++) {
        struct suffix *suffix = &client->suffix[i];
        if (suffix->number == number) {
            suffix->led += begins;
            return;
        }
        if (suffix->led == 0)
            free = suffix;
    }
    if (client->n_suffixes < CLIENT_SUFFIXES)
        free = &client->suffix[client->n_suffixes++];
    if (free)
        *free = (struct suffix){number, begins};
}

static unsigned labels_of(const uint8_t *name, size_t len)
{
    unsigned labels = 0;
    for (size_t at = 0; at < len; at += name[at] + 1u)
        labels++;
    return labels;
}

void client_learn(struct lookups *lookups, const struct endpoint *end, struct slice x,
                  struct slice y, size_t base_len, bool begins)
{
    struct slice from = {x.at + base_len, x.len - base_len},
                 to = {y.at + base_len, y.len - base_len};
    bool news = to.len > 1 && !dns_name_within(from.at, from.len, to.at, to.len);
    if (!begins && !news)
        return; /* X was Y before */
    struct client *client = client_of(lookups, end);
    if (begins && from.len > 1) {
        unsigned labels = labels_of(x.at, base_len);
        learn_suffix(lookups, client, from, true);
        if (labels > client->ndots) /* a base of that many labels has one dot less */
            client->ndots = (uint8_t)labels;
    }
    if (news)
        learn_suffix(lookups, client, to, false);
}

size_t client_base(const struct lookups *lookups, const struct client *client, struct slice name)
{
    size_t found = 0;
    for (unsigned i = 0; client && i < client->n_suffixes; i++) {
        struct slice suffix = name_of(lookups, &client->suffix[i]);
        size_t base = name.len - suffix.len;
        if (client->suffix[i].led == 0 || name.len <= suffix.len || (found > 0 && base >= found))
            continue;
        if (dns_name_within(name.at, name.len, suffix.at, suffix.len))
            found = base;
    }
    return found;
}
