// SPDX-License-Identifier: BSD-2-Clause
/* What the sessions of a script make as lookups, and whether that is what it expects. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dns/name.h"
#include "dns/words.h"
#include "script.h"

static void say_words(struct line *line, const struct lookup *lookup)
{
    enum stub_why why;
    say(line, " types=%s", dns_type_word(lookup->type[0]));
    if (lookup->type[1])
        say(line, ",%s", dns_type_word(lookup->type[1]));
    say(line, " queries=%" PRIu32 " names=%" PRIu32 " wasted=%" PRIu32, lookup->queries,
        lookup->n_steps, lookup->wasted);
    say(line, " stub=%s", stub_words[lookup_stub(lookup, &why)].word);
    say(line, " why=%d", (int)why);
}

static void say_steps(struct line *line, const struct lookup *lookup)
{
    say(line, " steps=");
    for (const struct lookup_step *step = lookup->steps; step; step = step->next) {
        uint32_t n = 0;
        for (unsigned i = 0; i < step->n; i++)
            n += step->query[i].asked;
        uint16_t rcode = lookup_step_rcode(step);
        say(line, "%s:%" PRIu32 "%s", rcode == RCODE_NONE ? "none" : word_of(rcodes, rcode), n,
            step->next ? "," : "");
    }
}

static void say_lookup(struct line *line, const struct lookup *lookup)
{
    struct text name = {0};
    struct slice host = lookup_host(lookup);
    dns_name_print(host.at, host.len, true, &name);
    say(line, "%.*s %s start=", (int)name.len, name.at, lookup_outcome_words[lookup->outcome].word);
    text_done(&name);
    say_time(line, lookup->start - BASE, WHEN_SECOND);
    say(line, " client=");
    say_end(line, &lookup->client, 0);
    say(line, lookup->waited_exact ? " waited=" : " waited~");
    if (lookup->waited_ns == WHEN_NONE)
        say(line, "none");
    else
        say_time(line, lookup->waited_ns, WHEN_MS);
    say(line, " stalls=%s", lookup_stalls(lookup) ? "" : "none");
    for (size_t i = 0; i < lookup_stalls(lookup); i++) {
        say(line, i ? "," : "");
        say_time(line, lookup_stall(lookup, i), WHEN_MS);
    }
    say_words(line, lookup);
    say(line, " sessions=%" PRIu32, lookup->n_sessions);
    say_steps(line, lookup);
}

static void take_lookups(struct script *script)
{
    const struct lookup *lookup;
    while ((lookup = lookups_next(script->lookups))) {
        struct record *record =
            record_new(script, &script->told, &script->n_told, &script->told_room);
        struct line line = {record->text, 0};
        say_lookup(&line, lookup);
        record->listed = strncmp(record->text, "fill.example. Resolved ", 23) != 0 &&
                         strncmp(record->text, "flood.example. ", 15) != 0;
        record->start = lookup->start;
    }
}

void lookups_begin(struct script *script)
{
    script->lookups = lookups_new(&(struct lookup_options){script->lookup_ceiling});
}

void lookups_session(struct script *script, const struct session *session)
{
    lookups_add(script->lookups, session, sessions_watermark(script->sessions), true);
    take_lookups(script);
}

void lookups_finish(struct script *script)
{
    lookups_end(script->lookups);
    take_lookups(script);
}

/* The first word of EXPECTED that the record does not bear out; NULL: it is as expected. */
static const char *differs(char **words, unsigned n, const struct record *record)
{
    bool stalls = false;
    if (strncmp(strchr(record->text, ' ') + 1, words[2], strlen(words[2])) != 0)
        return words[2];
    for (unsigned i = 3; i < n; i++) {
        stalls |= strncmp(words[i], "stalls=", 7) == 0;
        if (!holds(record->text, words[i]))
            return words[i];
    }
    return !stalls && !holds(record->text, "stalls=none") ? "stalls" : NULL;
}

/* The next one that was told of is EXPECTED. */
static void compare_one(struct script *script, const char *expected, size_t *next)
{
    char line[LINE], *words[WORDS];
    snprintf(line, sizeof line, "%s", expected);
    unsigned n = split(line, words);
    while (*next < script->n_told && !script->told[*next].listed)
        ++*next;
    if (*next == script->n_told) {
        failed(script, "missing\n  want: %s", expected);
        return;
    }
    const struct record *record = &script->told[(*next)++];
    size_t len = strlen(words[1]);
    bool same = strncmp(record->text, words[1], len) == 0 && record->text[len] == ' ';
    const char *what = same ? differs(words, n, record) : words[1];
    if (what)
        failed(script, "not as expected (%s)\n  want: %s\n  got:  %s", what, expected,
               record->text);
}

void lookups_compare(struct script *script)
{
    size_t next = 0;
    int64_t last = WHEN_NONE;
    for (unsigned i = 0; i < script->n_lookups; i++)
        compare_one(script, script->lookups_expected[i], &next);
    for (; script->n_lookups > 0 && next < script->n_told; next++)
        if (script->told[next].listed)
            failed(script, "not expected\n  got:  %s", script->told[next].text);
    for (size_t i = 0; i < script->n_told; i++) {
        if (script->told[i].start < last && script->n_lookups > 0 && !script->anyorder)
            failed(script, "left too late: %s", script->told[i].text);
        last = script->told[i].start;
    }
}
