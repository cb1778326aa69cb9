// SPDX-License-Identifier: BSD-2-Clause
#include <getopt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "gen.h"

static const struct generation generations[] = {
    {"1.7.0", true, true, false, true, true, false, false, false, true, false, ASKER_NONE},
    {"1.8.0", true, false, false, true, true, false, false, true, true, false, ASKER_UPSTREAM},
    {"1.8.3", false, false, false, true, true, false, false, true, true, false, ASKER_CLIENT},
    {"1.9.4", false, false, true, true, true, false, false, true, false, false, ASKER_CLIENT},
    {"1.11.3", false, false, true, true, true, false, false, false, false, false, ASKER_CLIENT},
    {"1.12.1", false, false, true, true, true, false, false, false, false, false, ASKER_CLIENT},
    {"1.14.3", false, false, true, false, true, false, true, false, false, true, ASKER_CLIENT},
    {"1.14.7", false, false, true, false, false, true, false, false, false, true, ASKER_SOCKET},
};

static const char help[] =
    "Usage: gen [OPTION]... [OUT.fstrm [TRUTH.ndjson]]\n"
    "Writes a dnstap capture as CoreDNS would, the packets of the same traffic, a line of ground\n"
    "truth for each session, and a summary (JSON) on standard output (standard error when OUT is\n"
    "-; OUT may be left out when there are packets).\n"
    "  --pcap FILE                  packets on eth0 of the CoreDNS pods\n"
    "  --client-pcap FILE           … on eth0 of the clients\n"
    "  --any-pcap FILE              … on all interfaces of the node (SLL2)\n"
    "  --old-ids  --nano            no IP ids from unconnected sockets; nanoseconds in pcaps\n"
    "  --half-open N                nothing but a pcap: N TCP connections left half open, and a\n"
    "                               query for each thousand of them\n"
    "  --messages N, --sessions N   how much (default: 100000 messages); the capture ends cut off\n"
    "                               after N messages, or drained after N sessions\n"
    "  --seed N (1)                 other traffic of the same kind\n"
    "  --generation V (1.11.3)      1.7.0 1.8.0 1.8.3 1.9.4 1.11.3 1.12.1 1.14.3 1.14.7\n"
    "  --rate QPS (10000)  --clients N (4000)  --names N (2000000)  --upstreams N (2)\n"
    "  --replicas N (1)  --split    identities; one file for each: OUT-1.fstrm …\n"
    "  --forwarded S (0.35)         share of the sessions that are forwarded\n"
    "  --servfail S (0.0167)        … that an upstream answers with SERVFAIL\n"
    "  --silent S (0.0167)          … that no upstream answers\n"
    "  --no-answer S (0.0167)       … that get no answer at all (lone CLIENT_QUERY)\n"
    "  --untapped S (0)             share of those that CoreDNS refuses after all, untapped\n"
    "  --late S (0)                 share of the attempts without answer that are answered when\n"
    "                               CoreDNS has given up (packets)\n"
    "  --upstream-dead S|FROM-TO    upstream 1 leaves that share unanswered, or all in that time\n"
    "                               (seconds after the start; health checks take it out)\n"
    "  --storm N (0)                every 5000th session tries N times at once\n"
    "  --refresh S (0)              share of the cache hits that cause a prefetch\n"
    "  --rewrite S (0)              share of the forwarded that go on under another name\n"
    "  --loss S (0)  --loss-burst FROM-TO   frames lost at random, or all in that time\n"
    "  --loss-answers S (0)         client responses lost at random\n"
    "  --reuse S (0)                client port and id used again, also while open\n"
    "  --repeat S (0)               the client asks again while the first is open (of the slow "
    "ones)\n"
    "  --tcp S (0)  --ipv6 S (0)    share of queries over TCP, of clients with IPv6\n"
    "  --start EPOCH (1795168800)  --shift SECONDS (0)  --rename (other addresses)\n"
    "  --no-stop  --no-probe  --no-full (no DNS messages)\n"
    "  --jitter                     event times run back by some ms\n"
    "  --bursts                     each replica's frames come once a second\n";

void die(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("gen: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    exit(2);
}

void *need(void *memory)
{
    if (!memory)
        die("out of memory");
    return memory;
}

const struct generation *generation_find(const char *name)
{
    for (size_t i = 0; i < sizeof generations / sizeof generations[0]; i++)
        if (!strcmp(name, generations[i].name))
            return &generations[i];
    die("no generation %s", name);
}

static double number(const char *text)
{
    char *end;
    double value = strtod(text, &end);
    if (end == text || *end)
        die("not a number: %s", text);
    return value;
}

static uint64_t count(const char *text)
{
    double value = number(text);
    if (value < 0 || value > 1e15)
        die("out of range: %s", text);
    return (uint64_t)value;
}

static struct span span(const char *text)
{
    char *end;
    double from = strtod(text, &end);
    if (end == text || *end != '-')
        die("not FROM-TO: %s", text);
    double to = number(end + 1);
    if (to < from)
        die("ends before it begins: %s", text);
    return (struct span){(int64_t)(from * 1e9), (int64_t)(to * 1e9)};
}

enum { /* options that are not plain numbers or flags */
       O_GENERATION = 256,
       O_DEAD,
       O_BURST,
       O_START,
       O_SHIFT,
       O_NUMBERS
};
enum value { V_U64, V_U32, V_SHARE, V_TEXT, V_ON, V_OFF };
static const struct row {
    const char *name;
    enum value value;
    size_t at;
} rows[] = {
    {"messages", V_U64, offsetof(struct options, messages)},
    {"sessions", V_U64, offsetof(struct options, sessions)},
    {"seed", V_U64, offsetof(struct options, seed)},
    {"names", V_U64, offsetof(struct options, names)},
    {"storm", V_U64, offsetof(struct options, storm)},
    {"half-open", V_U64, offsetof(struct options, half_open)},
    {"pcap", V_TEXT, offsetof(struct options, packets[POD])},
    {"client-pcap", V_TEXT, offsetof(struct options, packets[CLIENT])},
    {"any-pcap", V_TEXT, offsetof(struct options, packets[ANY])},
    {"rate", V_SHARE, offsetof(struct options, rate)},
    {"clients", V_U32, offsetof(struct options, clients)},
    {"replicas", V_U32, offsetof(struct options, replicas)},
    {"upstreams", V_U32, offsetof(struct options, upstreams)},
    {"forwarded", V_SHARE, offsetof(struct options, forwarded)},
    {"servfail", V_SHARE, offsetof(struct options, servfail)},
    {"no-answer", V_SHARE, offsetof(struct options, no_answer)},
    {"silent", V_SHARE, offsetof(struct options, silent)},
    {"untapped", V_SHARE, offsetof(struct options, untapped)},
    {"late", V_SHARE, offsetof(struct options, late)},
    {"refresh", V_SHARE, offsetof(struct options, refresh)},
    {"rewrite", V_SHARE, offsetof(struct options, rename_share)},
    {"loss", V_SHARE, offsetof(struct options, loss)},
    {"loss-answers", V_SHARE, offsetof(struct options, loss_answers)},
    {"reuse", V_SHARE, offsetof(struct options, reuse)},
    {"repeat", V_SHARE, offsetof(struct options, repeat)},
    {"tcp", V_SHARE, offsetof(struct options, tcp)},
    {"ipv6", V_SHARE, offsetof(struct options, ipv6)},
    {"split", V_ON, offsetof(struct options, split)},
    {"rename", V_ON, offsetof(struct options, renamed)},
    {"jitter", V_ON, offsetof(struct options, jitter)},
    {"bursts", V_ON, offsetof(struct options, bursts)},
    {"old-ids", V_ON, offsetof(struct options, old_ids)},
    {"nano", V_ON, offsetof(struct options, nano)},
    {"no-stop", V_OFF, offsetof(struct options, stop)},
    {"no-full", V_OFF, offsetof(struct options, full)},
    {"no-probe", V_OFF, offsetof(struct options, probe)},
};
#define ROWS (sizeof rows / sizeof rows[0])

static void set(struct options *o, const struct row *row, const char *text)
{
    unsigned char *at = (unsigned char *)o + row->at;
    switch (row->value) {
    case V_U64:
        *(uint64_t *)(void *)at = count(text);
        break;
    case V_U32:
        *(uint32_t *)(void *)at = (uint32_t)count(text);
        break;
    case V_SHARE:
        *(double *)(void *)at = number(text);
        break;
    case V_TEXT:
        *(const char **)(void *)at = text;
        break;
    case V_ON:
        *(bool *)(void *)at = true;
        break;
    case V_OFF:
        *(bool *)(void *)at = false;
        break;
    }
}

static void set_other(struct options *o, int option)
{
    switch (option) {
    case O_GENERATION:
        o->generation = generation_find(optarg);
        break;
    case O_DEAD:
        if (strchr(optarg, '-'))
            o->dead = span(optarg);
        else
            o->dead_share = number(optarg);
        break;
    case O_BURST:
        o->loss_burst = span(optarg);
        break;
    case O_START:
        o->start = (int64_t)(number(optarg) * 1e9);
        break;
    case O_SHIFT:
        o->shift = (int64_t)(number(optarg) * 1e9);
        break;
    case 'h':
        fputs(help, stdout);
        exit(0);
    default:
        die("see --help");
    }
}

static void check(const struct options *o)
{
    if (!o->clients || !o->replicas || !o->upstreams || !o->names || !(o->rate > 0))
        die("nothing to do");
    if (o->replicas > 64 || o->upstreams > 15 || o->clients > 60000)
        die("too many");
    if (o->half_open && (!o->packets[POD] || o->half_open / o->clients > 28000))
        die("half open connections go to --pcap, and their clients have only so many ports");
    if (o->forwarded + o->servfail + o->silent + o->no_answer > 1)
        die("shares over 1");
}

/* OUT and TRUTH. */
static void names(struct options *o, int n, char **name)
{
    bool packets = o->packets[POD] || o->packets[CLIENT] || o->packets[ANY];
    if (n > 2 || (!n && !packets))
        die("see --help");
    o->out = n > 0 ? name[0] : NULL;
    o->truth = n > 1 ? name[1] : NULL;
}

void options_parse(struct options *o, int argc, char **argv)
{
    *o = (struct options){
        .seed = 1,
        .names = 2000000,
        .rate = 10000,
        .clients = 4000,
        .replicas = 1,
        .upstreams = 2,
        .forwarded = 0.35,
        .servfail = 0.0167,
        .silent = 0.0167,
        .no_answer = 0.0167,
        .start = 1795168800 * SECOND,
        .stop = true,
        .full = true,
        .probe = true,
        .generation = generation_find("1.11.3"),
    };
    struct option table[ROWS + 7] = {
        {"generation", 1, NULL, O_GENERATION}, {"upstream-dead", 1, NULL, O_DEAD},
        {"loss-burst", 1, NULL, O_BURST},      {"start", 1, NULL, O_START},
        {"shift", 1, NULL, O_SHIFT},           {"help", 0, NULL, 'h'}};
    for (size_t i = 0; i < ROWS; i++)
        table[6 + i] =
            (struct option){rows[i].name, rows[i].value < V_ON, NULL, O_NUMBERS + (int)i};
    for (int c; (c = getopt_long(argc, argv, "h", table, NULL)) != -1;) {
        if (c >= O_NUMBERS)
            set(o, &rows[c - O_NUMBERS], optarg);
        else
            set_other(o, c);
    }
    names(o, argc - optind, argv + optind);
    if (!o->messages && !o->sessions)
        o->messages = 100000;
    o->start += o->shift;
    check(o);
}
