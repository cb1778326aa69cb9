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
        row->can_lose = row->facts.format != NULL && strcmp(row->facts.format, "dnstap") == 0;
        row->loss.estimate = UINT64_MAX;
        if (row->can_lose && sessions != NULL)
            take_loss(row, arena, sessions_loss(sessions, (uint32_t)i));
        input_row_skips(row);
    }
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
        facts->servers[i].identity = text_copy(arena, facts->servers[i].identity);
    }
}
