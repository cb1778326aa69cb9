// SPDX-License-Identifier: BSD-2-Clause
/*
 * Names of one walk along a search list: a base with one suffix behind another, or alone.  Which part
 * is the suffix is written nowhere; what follows each other tells: web.shop.svc.cluster.local. and
 * then web.svc.cluster.local. (packets.md section 7).
 */
#include "dns/name.h"
#include "lookup/inside.h"

/* The octets of the labels with which both names begin. */
static size_t common(struct slice x, struct slice y)
{
    size_t at = 0;
    while (at < x.len && at < y.len && x.at[at] != 0 && x.at[at] == y.at[at] &&
           at + 1 + x.at[at] < x.len && at + 1 + x.at[at] < y.len &&
           memcmp(x.at + at + 1, y.at + at + 1, x.at[at]) == 0)
        at += 1u + x.at[at];
    return at;
}

static struct slice behind(struct slice name, size_t octets)
{
    return (struct slice){name.at + octets, name.len - octets};
}

static bool is_root(struct slice name)
{
    return name.len <= 1;
}

static bool is_same(struct slice a, struct slice b)
{
    return a.len == b.len && memcmp(a.at, b.at, a.len) == 0;
}

/* SUFFIX without its first label is NEXT: what Kubernetes writes into resolv.conf. */
static bool is_parent(struct slice suffix, struct slice next)
{
    return !is_root(suffix) && !is_root(next) && suffix.at[0] + 1u < suffix.len &&
           is_same(behind(suffix, suffix.at[0] + 1u), next);
}

static bool ends_with(struct slice name, struct slice suffix)
{
    return dns_name_within(name.at, name.len, suffix.at, suffix.len);
}

unsigned name_dots(struct slice name)
{
    unsigned labels = dns_name_labels(name.at, name.len);
    return labels > 0 ? labels - 1 : 0;
}

/* Where both suffixes are known, or the one behind QUICK: a base that is shorter than what the names
 * share is possible. */
static size_t known_base(const struct lookups *lookups, const struct endpoint *end, struct slice x,
                         struct slice y, size_t shared, bool quick)
{
    const struct client *client = client_find(lookups, end);
    for (size_t at = x.at[0] + 1u; client && at <= shared; at += x.at[at] + 1u) {
        bool knows_x = client_knows(lookups, client, behind(x, at));
        bool knows_y = client_knows(lookups, client, behind(y, at));
        if ((knows_x && knows_y) || (quick && (knows_x || knows_y)))
            return at;
    }
    return 0;
}

/* Whether the client asks for a name as it is first. */
static bool begins_plain(const struct lookups *lookups, const struct endpoint *end,
                         struct slice name)
{
    const struct client *client = client_find(lookups, end);
    return !client || name_dots(name) >= client->ndots;
}

size_t name_follows(const struct lookups *lookups, const struct endpoint *end, struct slice x,
                    struct slice y, bool quick)
{
    size_t shared = common(x, y);
    if (shared == 0 || shared >= x.len || shared >= y.len)
        return 0;
    struct slice left = behind(x, shared), next = behind(y, shared);
    if (is_root(left) && is_root(next))
        return 0;
    if (is_root(next)) /* the name as it is, behind the suffixes */
        return shared;
    if (is_root(left)) /* or in front of them, where it has ndots dots */
        return quick && begins_plain(lookups, end, x) ? shared : 0;
    if (is_parent(left, next))
        return shared;
    if (ends_with(next, left))
        return 0; /* another walk, behind a name that was asked for as it is */
    return known_base(lookups, end, x, y, shared, quick);
}

bool name_goes_on(const struct lookups *lookups, const struct open *open, struct slice y,
                  bool quick)
{
    struct slice x = step_name(open->last);
    size_t base = open->base_len;
    if (common(x, y) < base || base >= x.len || base >= y.len)
        return false;
    struct slice next = behind(y, base);
    for (const struct lookup_step *step = &open->first; step; step = step->next) {
        struct slice used = behind(step_name(step), base);
        if (!is_root(used) && ends_with(next, used))
            return false; /* another name that begins alike, on its own walk */
    }
    return is_root(next) || is_parent(behind(x, base), next) || quick ||
           client_knows(lookups, client_find(lookups, &open->client), next);
}
