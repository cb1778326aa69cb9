// SPDX-License-Identifier: BSD-2-Clause
#include "cli/told.h"

#include <string.h>

#include "cli/pipeline.h"
#include "cli/stop.h"

/* What is numbered in an input: as the formats call it. */
static const char *frame_word(const struct input_facts *facts)
{
    return strcmp(facts->format, "dnstap") == 0 ? "frame" : "packet";
}

/* What a reason counts. */
static const char *skip_unit(enum skip_reason reason, const struct input_facts *facts)
{
    switch (reason) {
    case SKIP_DAMAGED:
        return "record";
    case SKIP_TCP_GAP:
    case SKIP_TCP_JUNK:
        return "octet";
    case SKIP_FOLDED:
        return "piece";
    default:
        return frame_word(facts);
    }
}

static void tell_skip(const struct input_facts *facts, enum skip_reason reason)
{
    struct text line = {0};
    uint64_t n = facts->skips.n[reason];

    text_add_grouped(&line, (int64_t)n);
    text_format(&line, " %s%s skipped: %s (of ", skip_unit(reason, facts), n == 1 ? "" : "s",
                skip_words[reason].word);
    text_add_grouped(&line, (int64_t)facts->frames);
    text_format(&line, " %ss)", frame_word(facts));
    if (reason == SKIP_DAMAGED && facts->damaged_at > 0)
        text_format(&line, ", the first at byte %llu", (unsigned long long)facts->damaged_at);
    if (reason == SKIP_LINK)
        text_format(&line, ": %s", facts->unknown_links);
    pipeline_say(facts->file, line.at);
    text_done(&line);
}

/* What the user should know of is told anyway; the rest of what was left out, where he asks. */
static void tell_skips(const struct input_facts *facts, bool verbose)
{
    for (int i = 0; i < SKIP_REASONS; i++) {
        bool telling = skip_words[i].flags & (SKIP_IS_DAMAGE | SKIP_IS_TOLD);

        if (facts->skips.n[i] > 0 && (telling || verbose))
            tell_skip(facts, (enum skip_reason)i);
    }
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
    text_format(&line, " %ss, ", frame_word(facts));
    text_add_grouped(&line, (int64_t)facts->queries);
    text_add_string(&line, " queries, ");
    text_add_grouped(&line, (int64_t)facts->responses);
    text_add_string(&line, " responses");
    pipeline_say(facts->file, line.at);
    text_done(&line);
}

/* What --max-memory cost. */
static void tell_ceiling(const struct run *run)
{
    struct session_counts counts = sessions_counts(run->sessions);
    uint64_t early = run->messages != NULL ? messages_early(run->messages) : 0;
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
        text_clear(&line);
    }
    if (early > 0) {
        text_add_grouped(&line, (int64_t)early);
        text_add_string(&line, " messages are told without what their sessions know, because "
                               "--max-memory was met; raise it");
        pipeline_say(NULL, line.at);
    }
    text_done(&line);
}

/* Times of two inputs that contradict each other: waits and joins across them are off by as much. */
static void tell_skew(const struct inputs *inputs, const struct sessions *sessions)
{
    struct wire_skew skew = sessions_skew(sessions);
    char most[WHEN_TEXT_MAX];
    struct text line = {0};

    if (skew.n == 0)
        return;
    when_print_human(skew.most_ns, false, most);
    text_add_string(&line, "its clock differs from that of ");
    text_add_terminal(&line, inputs_facts(inputs, skew.ended)->file,
                      strlen(inputs_facts(inputs, skew.ended)->file), true);
    text_format(&line, ": what begins here ends there before, by up to %s (", most);
    text_add_grouped(&line, (int64_t)skew.n);
    text_add_string(&line, skew.n == 1 ? " time)" : " times)");
    pipeline_say(inputs_facts(inputs, skew.began)->file, line.at);
    text_done(&line);
}

/* Texts that a pattern was searched in for too long. */
static void tell_filter(const struct filter *filter)
{
    uint64_t n = filter == NULL ? 0 : filter_gave_up(filter);
    struct text line = {0};

    if (n == 0)
        return;
    text_add_string(&line, "--filter: a pattern took too many steps ");
    text_add_grouped(&line, (int64_t)n);
    text_add_string(&line, n == 1 ? " time" : " times");
    text_add_string(&line, ", and counts as not found there; a simpler one goes back less");
    pipeline_say(NULL, line.at);
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

void told_all(const struct run *run)
{
    const struct options *options = run->options;
    const struct inputs *inputs = run->inputs;
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
        tell_skips(facts, options->verbose);
    }
    if (!options->quiet) {
        tell_skew(inputs, run->sessions);
        tell_ceiling(run);
        tell_filter(options->filter);
    }
    tell_stop();
    text_done(&line);
}
