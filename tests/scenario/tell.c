// SPDX-License-Identifier: BSD-2-Clause
/* Sessions become lines of words that a script can name. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "script.h"

void say(struct line *line, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    int n = vsnprintf(line->at + line->len, LINE - line->len, format, list);
    va_end(list);
    line->len += n > 0 && (size_t)n < LINE - line->len ? (size_t)n : 0;
}

void say_time(struct line *line, int64_t ns, int64_t unit)
{
    if (ns < 0)
        say(line, "-");
    uint64_t left = (uint64_t)(ns < 0 ? -ns : ns);
    say(line, "%" PRIu64, left / (uint64_t)unit);
    left %= (uint64_t)unit;
    for (bool first = true; left > 0; first = false) {
        unit /= 10;
        say(line, first ? ".%d" : "%d", (int)(left / (uint64_t)unit));
        left %= (uint64_t)unit;
    }
}

void say_end(struct line *line, const struct endpoint *end, uint16_t usual)
{
    struct endpoint shown = *end;
    char text[ADDR_TEXT_MAX];
    shown.port = shown.port == usual ? 0 : shown.port;
    endpoint_print(&shown, text);
    say(line, "%s", text[0] ? text : "none");
}

static bool has_name(const struct session *s, const char *name)
{
    size_t at = 0;
    if (strcmp(name, ".") == 0)
        return s->name_len == 1;
    while (at < s->name_len && s->name[at] && *name) {
        size_t len = s->name[at];
        if (strncasecmp((const char *)s->name + at + 1, name, len) != 0 || name[len] != '.')
            return false;
        at += len + 1;
        name += len + 1;
    }
    return !*name && at + 1 == s->name_len;
}

/* The query that this session is: where several look the same, the one asked then. */
static const char *alias_of(const struct script *script, const struct session *s)
{
    const char *found = NULL;
    for (unsigned i = 0; i < script->n_queries; i++) {
        const struct query *query = &script->query[i];
        if ((s->has_client && !endpoint_same(&s->client, &query->client)) ||
            (s->has_question &&
             (s->id != query->id || s->type != query->type || !has_name(s, query->name))))
            continue;
        for (unsigned k = 0; k < query->n_times; k++)
            if (query->times[k] == s->start)
                return query->alias;
        found = found ? found : query->alias;
    }
    return found                                              ? found
           : s->has_question && has_name(s, "flood.example.") ? "flood"
           : s->has_question && has_name(s, "fill.example.")  ? "fill"
                                                              : "?";
}

static bool is_usable(const struct attempt *attempt)
{
    return attempt->outcome == OUTCOME_OPEN || attempt->outcome == OUTCOME_UNKNOWN ||
           (attempt->outcome == OUTCOME_ANSWERED &&
            (attempt->rcode == 0 || attempt->rcode == 3 || attempt->rcode == RCODE_NONE));
}

enum told { UPSTREAMS, OUTCOMES_OF, COUNTS, LATENCIES, STARTS, REPLIES, TOLD };

static void say_attempt(struct line *line, const struct attempt *attempt, enum told what)
{
    switch (what) {
    case UPSTREAMS:
        say_end(line, &attempt->upstream, 53);
        say(line, is_usable(attempt) ? "" : "!");
        break;
    case OUTCOMES_OF:
        say(line, "%s", outcome_words[attempt->outcome].word);
        break;
    case COUNTS:
        say(line, "%" PRIu32, attempt->count);
        break;
    case STARTS:
        say_time(line, attempt->began - BASE, WHEN_SECOND);
        say(line, attempt->start_exact ? "" : "~");
        break;
    case REPLIES:
        say(line, "%s", attempt->rcode == RCODE_NONE ? "none" : word_of(rcodes, attempt->rcode));
        break;
    default:
        if (attempt->latency_ns == WHEN_NONE) {
            say(line, "none");
            break;
        }
        say_time(line, attempt->latency_ns, WHEN_MS);
        say(line, attempt->latency_exact ? "" : "~");
    }
}

static void say_attempts(struct line *line, const struct session *s)
{
    static const char *const keys[TOLD] = {"upstreams", "outcomes", "counts",
                                           "latencies", "starts",   "replies"};
    for (int what = 0; what < TOLD; what++) {
        say(line, " %s=%s", keys[what], s->attempts ? "" : "none");
        for (const struct attempt *attempt = s->attempts; attempt; attempt = attempt->next) {
            say_attempt(line, attempt, (enum told)what);
            say(line, attempt->next ? "," : "");
        }
    }
}

static const char *count_text(uint32_t n, char text[16])
{
    snprintf(text, 16, "%" PRIu32, n);
    return n == UINT32_MAX ? "none" : text;
}

static void say_answer(struct line *line, const struct session *s)
{
    static const char *const sources[] = {"none", "client", "upstream"};
    char answers[16], ttl[16];
    say(line, " rcode=%s by=%s answers=%s ttl=%s",
        s->rcode == RCODE_NONE ? "none" : word_of(rcodes, s->rcode), sources[s->rcode_source],
        count_text(s->answers, answers), count_text(s->ttl, ttl));
    const uint8_t *at = s->detail;
    say(line, " addresses=%s", s->n_addresses ? "" : "none");
    for (unsigned i = 0; i < s->n_addresses; i++, at += 1 + at[0]) {
        struct endpoint end = endpoint_of(at + 1, at[0], 0);
        say(line, i ? "," : "");
        say_end(line, &end, 0);
    }
    for (unsigned i = 0; i < s->n_edes; i++, at += 3 + at[2])
        say(line, " ede=%d", at[0] << 8 | at[1]);
}

static void say_unobserved(struct line *line, unsigned bits)
{
    static const char *const words[] = {"client_leg", "upstream_leg", "client_answer", "messages"};
    const char *between = " unobserved=";
    for (unsigned i = 0; i < 4; i++)
        if (bits >> i & 1) {
            say(line, "%s%s", between, words[i]);
            between = ",";
        }
}

static void say_inputs(struct line *line, uint64_t inputs)
{
    const char *between = " inputs=";
    for (unsigned i = 0; i < 64; i++)
        if (inputs >> i & 1) {
            say(line, "%s%u", between, i);
            between = ",";
        }
}

static void say_times(struct line *line, const struct session *s)
{
    say(line, " start=");
    say_time(line, s->start - BASE, WHEN_SECOND);
    if (s->end == WHEN_NONE) {
        say(line, " end=none");
    } else {
        say(line, " end=");
        say_time(line, s->end - BASE, WHEN_SECOND);
    }
    if (s->waited_ns == WHEN_NONE) {
        say(line, " waited=none");
        return;
    }
    say(line, s->waited_exact ? " waited=" : " waited~");
    say_time(line, s->waited_ns, WHEN_MS);
}

static void say_session(struct line *line, const struct script *script, const struct session *s)
{
    say(line, "%s %s %s %u", alias_of(script, s), status_words[s->status].word,
        reason_words[s->reason].word, s->bitmap);
    say_times(line, s);
    say(line, " realm=%s join=%s transport=%s tries=%" PRIu32 " repeats=%" PRIu32,
        realm_words[s->realm].word, join_words[s->join].word, word_of(transports, s->transport),
        s->tries, s->repeats);
    say(line, "%s%s", s->background ? " background" : "", s->truncated ? " truncated" : "");
    say(line, " client=");
    if (s->has_client)
        say_end(line, &s->client, 0);
    else
        say(line, "none");
    say(line, " server=");
    say_end(line, &s->server_addr, 53);
    if (s->has_client && !endpoint_same_addr(&s->service, &s->server_addr)) {
        say(line, " service=");
        say_end(line, &s->service, 53);
    }
    say(line, " identity=%s", s->identity ? s->identity : "none");
    say_answer(line, s);
    say_attempts(line, s);
    say_unobserved(line, s->unobserved);
    say_inputs(line, s->inputs);
}

/* Sessions of fill that are as they should be need no line; those of flood are only counted. */
static bool is_listed(const char *text)
{
    static const char fill[] = "fill Succeeded answered 3 ";
    return strncmp(text, "flood ", 6) != 0 && strncmp(text, fill, sizeof fill - 1) != 0;
}

void take_sessions(struct script *script)
{
    const struct session *s;
    while ((s = sessions_next(script->sessions))) {
        struct record *record =
            record_new(script, &script->records, &script->n_records, &script->records_room);
        struct line line = {record->text, 0};
        record->start = s->start;
        record->number = s->number;
        record->parent = s->internal ? s->parent : 0;
        say_session(&line, script, s);
        record->listed = is_listed(record->text);
        script->by_status[s->status]++;
        lookups_session(script, s);
    }
}
