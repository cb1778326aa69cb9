// SPDX-License-Identifier: BSD-2-Clause
#ifndef CLUSTER_COREFILE_H
#define CLUSTER_COREFILE_H
/*
 * A Corefile, and what it says of zones, upstreams and the cache.
 *
 *     .:53 example.org {            a server block: zones, with ports and transports
 *         forward . 172.30.0.53 {   a plugin with its arguments
 *             max_concurrent 1000   a property of it
 *         }
 *         import custom/x.override  another text of the ConfigMaps, or a snippet: "(name) { … }"
 *     }
 *
 * It was written for CoreDNS, which refuses what it does not understand; here it is passed over.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"
#include "cluster/cluster.h"

struct corefile_words {
    const char *const *at;
    size_t n;
};

struct corefile_line {
    struct corefile_words words; /* at least one */
    unsigned depth;              /* 0: head of a server block, 1: plugin, 2: property … */
    size_t end; /* the number of the first line that does not stand in its braces */
};

struct corefile {
    const struct corefile_line *at;
    size_t n;
    bool cut; /* it goes on behind a limit */
};

/* What `import` may name: other texts, by key.  Everything lives in ARENA; TEXT is lent for the call. */
struct corefile corefile_parse(struct arena *arena, const char *text,
                               const struct cluster_labels *imports);
/* The first line of the word WORD in the braces of line PARENT from line FROM on (PARENT + 1 to begin
 * with); its number, or corefile->n. */
size_t corefile_find(const struct corefile *corefile, size_t parent, size_t from, const char *word);
/* The first argument of the property WORD of line PARENT; NULL: no such line; "" without argument. */
const char *corefile_property(const struct corefile *corefile, size_t parent, const char *word);

#endif
