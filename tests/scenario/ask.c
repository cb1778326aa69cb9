// SPDX-License-Identifier: BSD-2-Clause
/* `ask`: a query and its answer in one line, as packets or as frames.  Such lines may stand in any
 * order; they are played in that of their times, with other clients' queries between them. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "script.h"

enum { LIFE_BEFORE = 2, LIFE_BEHIND = 20 }; /* seconds of other clients' queries */

static void add_event(struct script *script, int64_t when, const char *text)
{
    if (script->n_events == EVENTS)
        broken(script, "too many asks");
    struct event *event = &script->events[script->n_events];
    *event = (struct event){.when = when, .order = script->n_events};
    snprintf(event->text, sizeof event->text, "%s", text);
    script->n_events++;
}

/* Adds a line that is played at WHEN and tells of TOLD. */
static void add(struct script *script, int64_t when, int64_t told, const char *text)
{
    char line[LINE];
    uint64_t ns = (uint64_t)(told < 0 ? -told : told), second = (uint64_t)WHEN_SECOND;
    snprintf(line, sizeof line, "%s%" PRIu64 ".%09" PRIu64 " %s", told < 0 ? "-" : "", ns / second,
             ns % second, text);
    add_event(script, when, line);
}

static const char *alias_for(struct script *script, char **words)
{
    static char line[LINE];
    struct endpoint client = end_of(words[3], 0);
    uint16_t id = (uint16_t)strtoul(words[4], NULL, 16), type = number_of(script, types, words[6]);
    for (unsigned i = 0; i < script->n_queries; i++) {
        const struct query *query = &script->query[i];
        if (query->id == id && query->type == type && endpoint_same(&query->client, &client) &&
            strcmp(query->name, words[5]) == 0)
            return query->alias;
    }
    snprintf(line, sizeof line, "query k%u udp %s %s %s %s", script->n_queries, words[3], words[4],
             words[5], words[6]);
    statement(script, line);
    return script->query[script->n_queries - 1].alias;
}

/* What CoreDNS 1.11.3 taps: nothing of what it answers when its upstreams are dead. */
static void add_frames(struct script *script, const struct ask *ask)
{
    char line[LINE];
    if (ask->lost)
        return;
    snprintf(line, sizeof line, "CQ %s%s", ask->alias, ask->transport);
    add(script, ask->when, ask->when, line);
    snprintf(line, sizeof line, "FQ %s 172.30.0.53", ask->alias);
    for (int64_t t = 2 * WHEN_SECOND; ask->dead && t <= ask->took; t += 2 * WHEN_SECOND)
        add(script, ask->when + t, ask->when + 50 * WHEN_US, line);
    snprintf(line, sizeof line, "CR %s %s%s%s", ask->alias, ask->rcode, ask->options,
             ask->transport);
    if (!ask->dead && !ask->mute)
        add(script, ask->when + ask->took, ask->when + ask->took, line);
}

static void add_packets(struct script *script, const struct ask *ask)
{
    char line[LINE];
    snprintf(line, sizeof line, "q %s 10.96.0.10%s", ask->alias, ask->transport);
    add(script, ask->when, ask->when, line);
    snprintf(line, sizeof line, "r %s 10.96.0.10 %s%s%s", ask->alias, ask->rcode, ask->options,
             ask->transport);
    if (!ask->lost && !ask->mute && !ask->unheard)
        add(script, ask->when + ask->took, ask->when + ask->took, line);
}

void ask(struct script *script, char **words, unsigned n)
{
    struct ask ask = {.when = seconds_of(words[1]), .took = seconds_of(words[2])};
    const char *end = words[7];
    if (n < 8)
        broken(script, "ask TIME TOOK CLIENT ID NAME TYPE END [OPTION]...");
    ask.alias = alias_for(script, words);
    ask.lost = strcmp(end, "lost") == 0;
    ask.mute = strcmp(end, "mute") == 0;
    ask.dead = strcmp(end, "dead") == 0;
    ask.unheard = strcmp(end, "unheard") == 0;
    ask.rcode = ask.dead ? "SERVFAIL" : ask.unheard || strcmp(end, "NODATA") == 0 ? "NOERROR" : end;
    size_t len = (size_t)snprintf(ask.options, sizeof ask.options, "%s",
                                  strcmp(end, "NODATA") == 0 ? " answers=0" : "");
    for (unsigned i = 8; i < n; i++)
        if (strcmp(words[i], "tcp") == 0)
            ask.transport = " tcp";
        else if (len < sizeof ask.options)
            len += (size_t)snprintf(ask.options + len, sizeof ask.options - len, " %s", words[i]);
    ask.transport = ask.transport ? ask.transport : "";
    (script->at_server ? add_frames : add_packets)(script, &ask);
}

static int by_time(const void *a, const void *b)
{
    const struct event *x = a, *y = b;
    if (x->when != y->when)
        return x->when < y->when ? -1 : 1;
    return x->order < y->order ? -1 : 1;
}

void play(struct script *script)
{
    if (script->n_events == 0)
        return;
    qsort(script->events, script->n_events, sizeof *script->events, by_time);
    int64_t life = script->events[0].when - LIFE_BEFORE * WHEN_SECOND;
    int64_t end = script->events[script->n_events - 1].when + LIFE_BEHIND * WHEN_SECOND;
    end = script->ends && script->ends < end ? script->ends : end;
    for (unsigned i = 0; i <= script->n_events; i++) {
        int64_t next = i < script->n_events ? script->events[i].when : end;
        for (; life < next && life < end; life += WHEN_SECOND / 4)
            other_client(script, life);
        if (i < script->n_events && next < end)
            statement(script, script->events[i].text);
    }
}
