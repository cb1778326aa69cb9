// SPDX-License-Identifier: BSD-2-Clause
/* The keys (clients, names) with the most failures, then the most sessions. */
#include <stdlib.h>
#include <string.h>

#include "dns/name.h"
#include "report/parts.h"

void tops_init(struct tops *tops, bool names, size_t budget)
{
    *tops = (struct tops){.names = names};
    keys_init(&tops->table, budget);
}

struct key_search tops_expect(const struct tops *tops, const struct session *session)
{
    if (tops->names) {
        if (session->has_question && session->name_len != 0)
            return keys_expect(&tops->table, session->name, session->name_len, session->name_hash);
    } else if (session->has_client && session->client.len != 0) {
        return keys_expect(&tops->table, session->client.octet, session->client.len, 0);
    }
    return (struct key_search){0};
}

static int compare_weight(const struct key *a, const struct key *b)
{
    if (a->tally.failed != b->tally.failed)
        return a->tally.failed > b->tally.failed ? -1 : 1;
    return (a->tally.sessions < b->tally.sessions) - (a->tally.sessions > b->tally.sessions);
}

/* Next octet of a name as if written with dots; -1 at its end. */
static int name_octet(const struct key *key, size_t *at, size_t *label)
{
    if (*at >= key->len)
        return -1;
    if (*label == 0) {
        *label = key->name[(*at)++];
        return *label == 0 ? -1 : '.';
    }
    --*label;
    return key->name[(*at)++];
}

static int compare_names(const void *left, const void *right)
{
    const struct key *a = *(struct key *const *)left, *b = *(struct key *const *)right;
    size_t a_at = 0, b_at = 0, a_label = 0, b_label = 0;
    int order = compare_weight(a, b);
    while (order == 0) {
        int x = name_octet(a, &a_at, &a_label), y = name_octet(b, &b_at, &b_label);
        if (x == y && x < 0)
            break;
        order = (x > y) - (x < y);
    }
    return order;
}

static int compare_clients(const void *left, const void *right)
{
    const struct key *a = *(struct key *const *)left, *b = *(struct key *const *)right;
    int order = compare_weight(a, b);
    if (order != 0)
        return order;
    if (a->len != b->len)
        return a->len < b->len ? -1 : 1; /* IPv4 before IPv6 */
    return memcmp(a->name, b->name, a->len);
}

static const char *key_text(const struct tops *tops, const struct key *key, struct arena *arena)
{
    if (!tops->names) {
        char text[ADDR_TEXT_MAX];
        struct endpoint end = endpoint_of(key->name, key->len, 0);
        return arena_text(arena, text, endpoint_print_addr(&end, text));
    }
    struct text text = {0};
    dns_name_print(key->name, key->len, true, &text);
    const char *copy = arena_text(arena, text.at, text.len);
    text_done(&text);
    return copy;
}

typedef int (*compare_function)(const void *left, const void *right);

/* Lets the first of a heap, whose first is the last in order, sink to its place. */
static void sift_down(struct key **heap, size_t n, compare_function compare)
{
    for (size_t i = 0, child; (child = 2 * i + 1) < n; i = child) {
        if (child + 1 < n && compare(&heap[child + 1], &heap[child]) > 0)
            child++;
        if (compare(&heap[child], &heap[i]) <= 0)
            break;
        struct key *key = heap[i];
        heap[i] = heap[child];
        heap[child] = key;
    }
}

/* Puts the first N of all keys in order into CHOSEN. */
static void choose(const struct keys *keys, struct key **chosen, size_t n, compare_function compare)
{
    memory_copy(chosen, keys->at, n * sizeof(struct key *));
    qsort(chosen, n, sizeof(struct key *), compare);
    for (size_t i = 0; i < n / 2; i++) { /* the last one first: a heap */
        struct key *key = chosen[i];
        chosen[i] = chosen[n - 1 - i];
        chosen[n - 1 - i] = key;
    }
    for (size_t i = n; n != 0 && i < keys->n; i++) {
        if (compare(&keys->at[i], &chosen[0]) >= 0)
            continue;
        chosen[0] = keys->at[i];
        sift_down(chosen, n, compare);
    }
    qsort(chosen, n, sizeof(struct key *), compare);
}

void tops_finish(struct tops *tops, struct arena *arena, size_t limit)
{
    size_t total = tops->keys = tops->table.n, n = total < limit ? total : limit;
    for (size_t i = 0; i < total; i++)
        tops->failing_keys += tops->table.at[i]->tally.failed != 0;
    struct key **chosen = memory_get(n + 1, sizeof(struct key *));
    choose(&tops->table, chosen, n, tops->names ? compare_names : compare_clients);
    tops->all = (struct named_rows){arena_get(arena, n + 1, sizeof(struct named_row)), n};
    for (size_t i = 0; i < n; i++)
        tops->all.at[i] =
            (struct named_row){
            figures_of(&chosen[i]->tally), key_text(tops, chosen[i], arena), NULL};
    /* Those with failures stand in front: the failing ones are a beginning of the same rows. */
    tops->failing = tops->all;
    if (tops->failing.n > tops->failing_keys)
        tops->failing.n = tops->failing_keys;
    memory_free(chosen);
}

void tops_done(struct tops *tops)
{
    keys_done(&tops->table);
}
