// SPDX-License-Identifier: BSD-2-Clause
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "report/upstreams.h"

void servers_add(struct servers *servers, const struct session *session,
                 const struct sample *sample)
{
    size_t i = session->server;
    if (i >= LIMIT_LIST_ROWS) {
        servers->folded_sessions++;
        return;
    }
    if (i >= servers->n) {
        if (i >= servers->room) {
            size_t room = servers->room == 0 ? 4 : servers->room;
            while (room <= i)
                room *= 2;
            servers->at = memory_grow(servers->at, room, sizeof *servers->at);
            servers->room = room;
        }
        while (servers->n <= i)
            servers->at[servers->n++] = (struct tally){.waited.exact_max = COMPACT_MANY};
    }
    tally_add(&servers->at[i], sample);
}

static int compare_servers(const void *left, const void *right)
{
    const struct server_row *a = left, *b = right;
    int order = figures_compare(&a->figures, &b->figures);
    if (order != 0)
        return order;
    if (a->facts.name == NULL || b->facts.name == NULL)
        return (a->facts.name == NULL) - (b->facts.name == NULL);
    return strcmp(a->facts.name, b->facts.name);
}

void servers_finish(struct servers *servers, struct arena *arena, const struct server_facts *facts,
                    size_t n)
{
    size_t most = n < LIMIT_LIST_ROWS ? n : LIMIT_LIST_ROWS, rows = 0;
    servers->rows = arena_get(arena, most + 1, sizeof *servers->rows);
    for (size_t i = 0; i < most; i++) {
        struct tally none = {0};
        struct tally *tally = i < servers->n ? &servers->at[i] : &none;
        /* an upstream that a probe of CoreDNS's own asked: nobody's replica */
        if (tally->sessions != 0 || facts[i].identity != NULL)
            servers->rows[rows++] = (struct server_row){figures_of(tally), facts[i], NULL};
    }
    servers->n_rows = rows;
    qsort(servers->rows, rows, sizeof *servers->rows, compare_servers);
}

void servers_done(struct servers *servers)
{
    for (size_t i = 0; i < servers->n; i++)
        compact_done(&servers->at[i].waited);
    memory_free(servers->at);
    *servers = (struct servers){0};
}
