// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "report/document.h"

static const char *text_copy(struct arena *arena, const char *text)
{
    return text == NULL ? NULL : arena_text(arena, text, strlen(text));
}

void input_row_skips(struct input_row *row)
{
    row->n_skipped = 0;
    for (unsigned i = 0; i < SKIP_REASONS; i++)
        if (row->facts.skips.n[i] != 0)
            row->skipped[row->n_skipped++] =
                (struct skip_row){skip_words[i].word, row->facts.skips.n[i]};
}

static void take_evidence(struct input_row *row, struct arena *arena)
{
    struct evidence *evidence = &row->facts.evidence;
    size_t n = evidence->n_interfaces;
    struct interface_facts *interfaces = arena_get(arena, n + 1, sizeof *interfaces);

    memory_copy(interfaces, evidence->interfaces, n * sizeof *interfaces);
    evidence->interfaces = interfaces;
    for (size_t i = 0; i < LIMIT_COMMENTS; i++)
        evidence->first_comments[i] = text_copy(arena, evidence->first_comments[i]);
}

static void take_loss(struct input_row *row, struct arena *arena, struct loss_facts loss)
{
    row->loss = loss;
    struct loss_window *windows = arena_get(arena, loss.windows + 1, sizeof *windows);
    memory_copy(windows, loss.window, loss.windows * sizeof *windows);
    row->loss.window = windows;
}

static void take_inputs(struct facts *facts, struct arena *arena, const struct inputs *inputs,
                        const struct sessions *sessions)
{
    facts->n_inputs = inputs_count(inputs);
    facts->inputs = arena_get(arena, facts->n_inputs + 1, sizeof *facts->inputs);
    for (size_t i = 0; i < facts->n_inputs; i++) {
        struct input_row *row = &facts->inputs[i];
        row->facts = *inputs_facts(inputs, i);
        row->facts.file = text_copy(arena, row->facts.file);
        row->facts.format = text_copy(arena, row->facts.format);
        row->facts.compression = text_copy(arena, row->facts.compression);
        take_evidence(row, arena);
        row->can_lose = row->facts.format != NULL;
        row->has_packets = row->can_lose && strcmp(row->facts.format, "dnstap") != 0;
        row->vantage = sessions != NULL ? sessions_vantage(sessions, (uint32_t)i) : NULL;
        row->loss.estimate = UINT64_MAX;
        if (row->can_lose && sessions != NULL)
            take_loss(row, arena, sessions_loss(sessions, (uint32_t)i));
        input_row_skips(row);
    }
}

static void name_server(struct server_facts *server, struct arena *arena)
{
    char addr[ADDR_TEXT_MAX];

    server->identity = text_copy(arena, server->identity);
    server->name = server->identity;
    if (server->name == NULL && endpoint_print_addr(&server->addr, addr) > 0)
        server->name = text_copy(arena, addr);
}

void facts_take(struct facts *facts, struct arena *arena, const struct inputs *inputs,
                const struct sessions *sessions)
{
    if (inputs != NULL)
        take_inputs(facts, arena, inputs, sessions);
    if (sessions == NULL)
        return;
    facts->counts = sessions_counts(sessions);
    facts->n_servers = sessions_servers(sessions);
    facts->servers = arena_get(arena, facts->n_servers + 1, sizeof *facts->servers);
    for (size_t i = 0; i < facts->n_servers; i++) {
        facts->servers[i] = *sessions_server(sessions, i);
        name_server(&facts->servers[i], arena);
    }
}
