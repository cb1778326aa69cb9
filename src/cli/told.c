// SPDX-License-Identifier: BSD-2-Clause
#include "cli/told.h"

#include "cli/pipeline.h"
#include "cli/stop.h"

/* Copies in another input are no damage, and a dnstap frame of another kind is none either. */
static bool is_damage(enum skip_reason reason)
{
    return reason == SKIP_OVERSIZED || reason == SKIP_UNDECODABLE || reason == SKIP_CONTROL;
}

static void tell_skips(const struct input_facts *facts, bool damage)
{
    struct text line = {0};

    for (int i = 0; i < SKIP_REASONS; i++) {
        uint64_t n = facts->skips.n[i];
        if (n == 0 || is_damage((enum skip_reason)i) != damage)
            continue;
        text_clear(&line);
        text_add_grouped(&line, (int64_t)n);
        text_format(&line, " %s skipped: %s (of %llu frames)", n == 1 ? "frame" : "frames",
                    skip_words[i].word, (unsigned long long)facts->frames);
        pipeline_say(facts->file, line.at);
    }
    text_done(&line);
}

static void tell_verbose(const struct input_facts *facts)
{
    struct text line = {0};

    if (facts->format == NULL)
        return;
    text_add_string(&line, facts->format);
    if (facts->compression != NULL)
        text_format(&line, ", %s", facts->compression);
    text_add_string(&line, ", ");
    text_add_grouped(&line, (int64_t)facts->frames);
    text_add_string(&line, " frames, ");
    text_add_grouped(&line, (int64_t)facts->queries);
    text_add_string(&line, " queries, ");
    text_add_grouped(&line, (int64_t)facts->responses);
    text_add_string(&line, " responses");
    pipeline_say(facts->file, line.at);
    text_done(&line);
}

/* What --max-memory cost. */
static void tell_ceiling(const struct sessions *sessions)
{
    struct session_counts counts = sessions_counts(sessions);
    struct text line = {0};

    if (counts.settled_early > 0) {
        text_add_grouped(&line, (int64_t)counts.settled_early);
        text_add_string(&line,
                        " sessions were judged before their time because --max-memory was met");
        pipeline_say(NULL, line.at);
        text_clear(&line);
    }
    if (counts.refused > 0) {
        text_add_grouped(&line, (int64_t)counts.refused);
        text_add_string(&line, " sessions are missing because --max-memory was met; raise it");
        pipeline_say(NULL, line.at);
    }
    text_done(&line);
}

static void tell_stop(void)
{
    int number = stop_signal();

    if (number != 0)
        pipeline_say(NULL, number == SIGINT    ? "interrupted (SIGINT): this is what was read"
                           : number == SIGTERM ? "interrupted (SIGTERM): this is what was read"
                                               : "interrupted (SIGHUP): this is what was read");
}

void told_all(const struct options *options, const struct inputs *inputs,
              const struct sessions *sessions)
{
    struct text line = {0};

    for (size_t i = 0; i < inputs_count(inputs); i++) {
        const struct input_facts *facts = inputs_facts(inputs, i);
        if (options->verbose)
            tell_verbose(facts);
        if (facts->error[0] != 0)
            pipeline_say(facts->file, facts->error);
        if (options->quiet && options->allow_partial)
            continue;
        if (facts->cut[0] != 0) {
            text_clear(&line);
            text_format(&line, "is cut %s", facts->cut);
            pipeline_say(facts->file, line.at);
        }
        tell_skips(facts, true);
        if (options->verbose)
            tell_skips(facts, false);
    }
    if (!options->quiet)
        tell_ceiling(sessions);
    tell_stop();
    text_done(&line);
}
