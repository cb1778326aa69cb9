// SPDX-License-Identifier: BSD-2-Clause
/*
 * Runs scripts of messages through the stages of sessions and lookups and compares what comes out
 * with what the script expects.  A script is text, one statement a line, # begins a comment:
 *
 *   coredns VERSION [as IDENTITY]       who writes the frames that follow: sets their shape
 *   input N | connection N | ceiling BYTES | anyorder (rows may leave in another order than start)
 *   role ADDR ROLE                      as --role says it
 *   query ALIAS TRANSPORT CLIENT ID NAME TYPE    names a query (of a client, or of a server to its
 *                                       upstream); writes nothing
 *   TIME CQ ALIAS [OPTION]...           times are seconds; lines stand in the order of the file
 *   TIME CR ALIAS RCODE [OPTION]...
 *   TIME FQ ALIAS UPSTREAM [OPTION]...  the time of an FQ is that of its call, as CoreDNS taps it
 *   TIME FR ALIAS UPSTREAM RCODE [OPTION]...
 *   TIME q ALIAS SERVER [OPTION]...     packets: the query of ALIAS to SERVER, and its answer
 *   TIME r ALIAS SERVER RCODE [OPTION]...
 *   TIME icmp-q|icmp-r ALIAS SERVER [OPTION]...  an ICMP error that quotes one of them
 *   TIME connect|connected|broken|closed ALIAS SERVER
 *   TIME sent|got ALIAS SERVER OCTETS   a record of DoT
 *   gap                                 something that could not be read
 *   fill FROM TO STEP [SERVER]          a query answered from a zone every STEP seconds; not listed
 *   flood FROM TO N [SERVER]            N queries of as many clients without answer; not listed;
 *                                       both are frames or, with SERVER, packets
 *   = ALIAS STATUS REASON BITMAP [KEY=VALUE]...  a session, in the order of rows
 *   @ HOST OUTCOME [KEY=VALUE]...       a lookup, in the order of rows; scripts without such lines are
 *                                       about sessions only, those without = about lookups only
 *   loss INPUT PROVEN WINDOWS | server IDENTITY RESTARTS RELOADS | count KEY OPERATOR N
 *
 * Options: asked=T (query time of a response; else that of the last query of the alias), id= name=
 * type= client= socket= (what the frame says instead), noasker, udp, tcp, aa, nora, tc, answers=N,
 * ttl=N, ede=CODE, opcode=N, notime, headeronly (no question), stub (five octets), bare (no
 * message: no `full`), x=N (so many times), also=INPUT (another input holds it, too).
 * Packets: in=INPUT, on=INTERFACE[in|out|other], copy (has the IP id of the packet before of the
 * same alias and direction; others have a new one), ipid=N (0: none, as always in IPv6), hops=N,
 * cut=OCTETS (of DNS that are here), client=ADDR:PORT (the asking end on its way), by=ADDR and
 * icmp=TYPE*256+CODE (of ICMP errors; else the server says that its port is closed).
 * For lookups there is a shorter way to write what is asked:
 *
 *   ask TIME TOOK CLIENT ID NAME TYPE END [OPTION]...   a query at TIME and TOOK seconds behind it its
 *           END: an rcode, NODATA, `lost` (the query, on its way), `unheard` (the answer, on its way),
 *           `mute` (CoreDNS gives none), `dead` (SERVFAIL as its upstreams are silent; not tapped)
 *   seen client|server|both             as packets in the client's pod (so it is without this line), as
 *                                       frames of CoreDNS, or both: the same must come out twice;
 *                                       @client and @server are @ for one of them
 *   ends TIME | lookup-ceiling BYTES    the capture ends there; a ceiling of the stage of lookups
 *
 * In = lines repeats, background and parent are compared even where they are not mentioned;
 * waited=MS is exact, waited~MS a lower bound.  In @ lines so are stalls; names of stubs and steps are
 * told as `stub=glibc steps=NXDOMAIN:2,NOERROR:2` (of each the rcode and how often it was asked).
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "script.h"

_Noreturn void broken(const struct script *script, const char *what)
{
    fprintf(stderr, "%s:%u: %s\n", script->path, script->line, what);
    exit(99);
}

void failed(struct script *script, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    fprintf(stderr, "%s: ", script->path);
    vfprintf(stderr, format, list);
    fputc('\n', stderr);
    va_end(list);
    script->failures++;
}

/* Statements ----------------------------------------------------------------------------------- */

/* Begins the session stage, which the first frame or the ceiling in front of it does. */
static void begin(struct script *script)
{
    if (script->sessions)
        return;
    script->sessions = sessions_new(&script->options);
    lookups_begin(script);
}

static void set_coredns(struct script *script, char **words, unsigned n)
{
    unsigned part[3] = {0};
    const char *at = words[1];
    for (int i = 0; i < 3 && at; i++) {
        part[i] = (unsigned)strtoul(at, NULL, 10);
        at = strchr(at, '.');
        at += at != NULL;
    }
    script->coredns = part[0] << 16 | part[1] << 8 | part[2];
    script->identity[0] = script->version[0] = 0;
    if (script->coredns < 0x010904)
        return; /* states nothing */
    snprintf(script->identity, sizeof script->identity, "%s", n > 3 ? words[3] : "coredns-a");
    snprintf(script->version, sizeof script->version, "CoreDNS-%s", words[1]);
}

static void add_query(struct script *script, char **words, unsigned n)
{
    if (n != 7 || script->n_queries == QUERIES)
        broken(script, "query ALIAS TRANSPORT CLIENT ID NAME TYPE");
    struct query *query = &script->query[script->n_queries++];
    snprintf(query->alias, sizeof query->alias, "%s", words[1]);
    query->transport = (enum transport)number_of(script, transports, words[2]);
    query->client = end_of(words[3], 0);
    query->id = (uint16_t)strtoul(words[4], NULL, 16);
    snprintf(query->name, sizeof query->name, "%s", words[5]);
    query->type = number_of(script, types, words[6]);
}

static void own(struct script *script, int64_t when, bool answered, const char *server)
{
    unsigned number = answered ? script->fills++ : script->floods++;
    if (server)
        own_packets(script, when, number, answered, server);
    else
        own_frames(script, when, number, answered);
}

static void fill(struct script *script, char **words, const char *server)
{
    int64_t step = seconds_of(words[3]);
    for (int64_t when = when_of(words[1]); step > 0 && when < when_of(words[2]); when += step)
        own(script, when, true, server);
}

static void flood(struct script *script, char **words, const char *server)
{
    int64_t from = when_of(words[1]), to = when_of(words[2]), n = strtol(words[3], NULL, 10);
    for (int64_t i = 0; i < n; i++)
        own(script, from + (to - from) / n * i, false, server);
}

static void add_role(struct script *script, char **words)
{
    size_t n = script->options.n_roles;
    if (script->sessions || n == sizeof script->roles / sizeof *script->roles)
        broken(script, "roles stand in front of all messages, at most eight");
    script->roles[n] =
        (struct wire_role){end_of(words[1], 0), (enum role)number_of(script, roles, words[2])};
    script->options.roles = script->roles;
    script->options.n_roles = n + 1;
}

static void gap(struct script *script)
{
    struct message message = {.kind = MESSAGE_GAP, .input = script->input, .when = WHEN_NONE};
    message.frame = script->frames[script->input] + 1;
    sessions_add(script->sessions, &message);
    take_sessions(script);
}

static void keep(struct script *script, char (*lines)[LINE], unsigned *n, const char *text)
{
    if (*n == EXPECTED)
        broken(script, "too many lines");
    snprintf(lines[(*n)++], LINE, "%s", text);
}

void other_client(struct script *script, int64_t when)
{
    begin(script);
    own(script, BASE + when, true, script->at_server ? NULL : "10.96.0.10");
}

struct record *record_new(struct script *script, struct record **records, size_t *n, size_t *room)
{
    if (*n == *room) {
        *room = *room ? 2 * *room : 64;
        *records = realloc(*records, *room * sizeof **records);
        if (!*records)
            broken(script, "out of memory");
    }
    (*records)[*n] = (struct record){0};
    return &(*records)[(*n)++];
}

static bool is_check(const char *word)
{
    return strcmp(word, "loss") == 0 || strcmp(word, "server") == 0 || strcmp(word, "count") == 0;
}

/* A statement about lookups. */
static bool is_of_lookups(struct script *script, char **words, unsigned n, const char *text)
{
    bool here = strcmp(words[0], script->at_server ? "@server" : "@client") == 0;
    if (strcmp(words[0], "ask") == 0)
        ask(script, words, n);
    else if (strcmp(words[0], "seen") == 0 && n == 2) {
        script->both |= strcmp(words[1], "both") == 0;
        script->at_server |= strcmp(words[1], "server") == 0;
    } else if (strcmp(words[0], "ends") == 0 && n == 2)
        script->ends = seconds_of(words[1]);
    else if (strcmp(words[0], "lookup-ceiling") == 0 && n == 2)
        script->lookup_ceiling = strtoul(words[1], NULL, 10);
    else if ((here || strcmp(words[0], "@") == 0) && n >= 3)
        keep(script, script->lookups_expected, &script->n_lookups, text);
    else
        return words[0][0] == '@';
    return true;
}

void statement(struct script *script, const char *text)
{
    char line[LINE], *words[WORDS];
    snprintf(line, sizeof line, "%s", text);
    unsigned n = split(line, words);
    if (n == 0 || is_of_lookups(script, words, n, text))
        return;
    if (strcmp(words[0], "ceiling") == 0 && n == 2)
        script->options.ceiling_bytes = strtoul(words[1], NULL, 10);
    else if (strcmp(words[0], "anyorder") == 0)
        script->anyorder = true;
    else if (strcmp(words[0], "role") == 0 && n == 3)
        add_role(script, words);
    else if (strcmp(words[0], "coredns") == 0 && n >= 2)
        set_coredns(script, words, n);
    else if (strcmp(words[0], "query") == 0)
        add_query(script, words, n);
    else if (strcmp(words[0], "input") == 0 && n == 2)
        script->input = (uint32_t)strtoul(words[1], NULL, 10) & 15;
    else if (strcmp(words[0], "connection") == 0 && n == 2)
        script->connection = (uint32_t)strtoul(words[1], NULL, 10);
    else if (strcmp(words[0], "=") == 0 && n >= 5)
        keep(script, script->expected, &script->n_expected, text);
    else if (is_check(words[0]) && n == 4)
        keep(script, script->checks, &script->n_checks, text);
    else {
        begin(script);
        if (strcmp(words[0], "fill") == 0 && n >= 4)
            fill(script, words, n > 4 ? words[4] : NULL);
        else if (strcmp(words[0], "flood") == 0 && n >= 4)
            flood(script, words, n > 4 ? words[4] : NULL);
        else if (strcmp(words[0], "gap") == 0)
            gap(script);
        else if (n > 2 && strspn(words[0], "-.0123456789") == strlen(words[0]))
            (packet_is(words[1]) ? packet : frame)(script, words, n);
        else
            broken(script, "unknown statement");
    }
}

/* Comparing ------------------------------------------------------------------------------------ */

bool holds(const char *text, const char *word)
{
    size_t len = strlen(word);
    for (const char *at = text; (at = strstr(at, word)); at++)
        if ((at == text || at[-1] == ' ') && (at[len] == ' ' || at[len] == 0))
            return true;
    return false;
}

/* The first word of EXPECTED that RECORD does not bear out; NULL: it is as expected. */
static const char *differs(char **words, unsigned n, const struct record *record)
{
    bool repeats = false, background = false, parent = false;
    char begins[256];
    snprintf(begins, sizeof begins, "%s %s %s %s ", words[1], words[2], words[3], words[4]);
    if (strncmp(record->text, begins, strlen(begins)) != 0)
        return words[2];
    for (unsigned i = 5; i < n; i++) {
        repeats |= strncmp(words[i], "repeats=", 8) == 0;
        background |= strcmp(words[i], "background") == 0;
        parent |= strncmp(words[i], "parent=", 7) == 0;
        if (!holds(record->text, words[i]))
            return words[i];
    }
    if (!repeats && !holds(record->text, "repeats=0"))
        return "repeats";
    if (!background && holds(record->text, "background"))
        return "background";
    return !parent && strstr(record->text, " parent=") ? "parent" : NULL;
}

static void compare_one(struct script *script, const char *expected, size_t *last)
{
    char line[LINE], *words[WORDS];
    snprintf(line, sizeof line, "%s", expected);
    unsigned n = split(line, words);
    size_t len = strlen(words[1]);
    for (size_t i = 0; i < script->n_records; i++) {
        struct record *record = &script->records[i];
        if (record->matched || !record->listed || strncmp(record->text, words[1], len) != 0 ||
            record->text[len] != ' ')
            continue;
        const char *what = differs(words, n, record);
        record->matched = true;
        if (what)
            failed(script, "not as expected (%s)\n  want: %s\n  got:  %s", what, expected,
                   record->text);
        if (i < *last && !script->anyorder)
            failed(script, "%s left too late", words[1]);
        *last = i;
        return;
    }
    failed(script, "missing\n  want: %s", expected);
}

/* Names the sessions that caused others by their aliases. */
static void name_parents(struct script *script)
{
    for (size_t i = 0; i < script->n_records; i++) {
        struct record *record = &script->records[i];
        size_t len = strlen(record->text);
        for (size_t k = 0; record->parent && k < script->n_records; k++)
            if (script->records[k].number == record->parent)
                snprintf(record->text + len, LINE - len, " parent=%.*s",
                         (int)strcspn(script->records[k].text, " "), script->records[k].text);
        if (record->parent && !record->text[len])
            snprintf(record->text + len, LINE - len, " parent=?");
    }
}

static void compare(struct script *script)
{
    size_t last = 0;
    if (script->n_lookups > 0 && script->n_expected == 0)
        return;
    name_parents(script);
    for (unsigned i = 0; i < script->n_expected; i++)
        compare_one(script, script->expected[i], &last);
    for (size_t i = 0; i < script->n_records; i++)
        if (script->records[i].listed && !script->records[i].matched)
            failed(script, "not expected\n  got:  %s", script->records[i].text);
}

static uint64_t counted(const struct script *script, const char *key)
{
    struct session_counts counts = sessions_counts(script->sessions);
    for (int i = 0; i < STATUSES; i++)
        if (strcmp(key, status_words[i].word) == 0)
            return script->by_status[i];
    if (strcmp(key, "sessions") == 0)
        return script->n_records;
    if (strcmp(key, "servers") == 0)
        return sessions_servers(script->sessions);
    if (strcmp(key, "settled_early") == 0)
        return counts.settled_early;
    if (strcmp(key, "refused") == 0)
        return counts.refused;
    if (strcmp(key, "absurd_times") == 0)
        return counts.absurd_times;
    if (strcmp(key, "other_opcodes") == 0)
        return counts.other_opcodes;
    if (strcmp(key, "used_bytes") == 0)
        return counts.used_bytes;
    if (strcmp(key, "lookups_early") == 0)
        return lookups_counts(script->lookups).early;
    if (strcmp(key, "lookups_refused") == 0)
        return lookups_counts(script->lookups).refused;
    if (strcmp(key, "nameless") == 0)
        return lookups_counts(script->lookups).nameless;
    if (strcmp(key, "lookups") == 0)
        return script->n_told;
    if (strcmp(key, "open") == 0)
        return counts.open;
    broken(script, "unknown count");
}

static const struct server_facts *server_of(const struct script *script, const char *identity)
{
    for (size_t i = 0; i < sessions_servers(script->sessions); i++) {
        const struct server_facts *server = sessions_server(script->sessions, i);
        if (strcmp(server->identity ? server->identity : "none", identity) == 0)
            return server;
    }
    broken(script, "no such server");
}

static void check(struct script *script, const char *text)
{
    char line[LINE], *words[WORDS], got[128];
    snprintf(line, sizeof line, "%s", text);
    split(line, words);
    uint64_t want = strtoull(words[3], NULL, 10);
    bool held;
    if (strcmp(words[0], "count") == 0) {
        uint64_t is = counted(script, words[1]);
        held = words[2][0] == '>' ? is >= want : words[2][0] == '<' ? is <= want : is == want;
        snprintf(got, sizeof got, "%" PRIu64, is);
    } else if (strcmp(words[0], "loss") == 0) {
        struct loss_facts loss =
            sessions_loss(script->sessions, (uint32_t)strtoul(words[1], NULL, 10));
        held = loss.proven == strtoull(words[2], NULL, 10) && loss.windows == want;
        snprintf(got, sizeof got, "%" PRIu64 " in %zu windows", loss.proven, loss.windows);
    } else {
        const struct server_facts *server = server_of(script, words[1]);
        held = server->restarts == strtoull(words[2], NULL, 10) && server->reloads == want;
        snprintf(got, sizeof got, "restarts %" PRIu32 ", reloads %" PRIu32, server->restarts,
                 server->reloads);
    }
    if (!held)
        failed(script, "not as expected\n  want: %s\n  got:  %s", text, got);
}

/* Runs the script at PATH; how often it is not held. */
static unsigned run(struct script *script, const char *path, bool at_server)
{
    char line[LINE];
    FILE *file = fopen(path, "r");
    *script = (struct script){.path = path,
                              .at_server = at_server,
                              .lookup_ceiling = 4u << 20,
                              .coredns = 0x010b03,
                              .options = {.ceiling_bytes = 64u << 20, .slow_ns = 100 * WHEN_MS}};
    if (!file)
        broken(script, "cannot be opened");
    while (fgets(line, sizeof line, file)) {
        script->line++;
        line[strcspn(line, "#\n")] = 0;
        statement(script, line);
    }
    fclose(file);
    play(script);
    begin(script);
    sessions_end(script->sessions);
    take_sessions(script);
    lookups_finish(script);
    compare(script);
    lookups_compare(script);
    for (unsigned i = 0; i < script->n_checks; i++)
        check(script, script->checks[i]);
    sessions_free(script->sessions);
    lookups_free(script->lookups);
    free(script->records);
    free(script->told);
    return script->failures;
}

int main(int argc, char **argv)
{
    static struct script script;
    int bad = 0;
    for (int i = 1; i < argc; i++)
        bad += run(&script, argv[i], false) + (script.both ? run(&script, argv[i], true) : 0) > 0;
    printf("%d of %d scripts failed\n", bad, argc - 1);
    return bad > 0 || argc < 2;
}
