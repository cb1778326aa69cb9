// SPDX-License-Identifier: BSD-2-Clause
/*
 * Ground truth: one JSON line for each session of which a frame is in the capture, in the order of
 * start.  status is what an ideal reader of the capture can tell; `may` lists what is right as well
 * (the edge of the capture is a matter of a second; a lost frame cannot always be known).
 */
#include <inttypes.h>
#include <stdlib.h>

#include "gen.h"

enum status { SUCCEEDED, FAILED, SAMPLE_LOSS, CAPTURE_EDGE, UNKNOWN, STATUSES };
static const char *const status_words[STATUSES] = {"Succeeded", "Failed", "SampleLoss",
                                                   "CaptureEdge", "Unknown"};
static const char *const status_keys[STATUSES] = {"succeeded", "failed", "sample_loss",
                                                  "capture_edge", "unknown"};

struct truth {
    const struct options *o;
    FILE *file;
    uint64_t sure[STATUSES], maybe[STATUSES], background, sessions, attempts, repeats;
    uint64_t wire_sure[STATUSES], wire_maybe[STATUSES], wire_sessions, wire_background;
};

struct truth *truth_open(const struct options *o)
{
    struct truth *truth = need(calloc(1, sizeof *truth));
    truth->o = o;
    if (!o->truth)
        return truth;
    truth->file = fopen(o->truth, "w");
    if (!truth->file)
        die("cannot open %s", o->truth);
    setvbuf(truth->file, NULL, _IOFBF, 1u << 20);
    return truth;
}

static bool is_background(const struct flow *flow)
{
    return flow->kind == KIND_REFRESH || flow->kind == KIND_PROBE;
}

static bool in_loss(const struct options *o)
{
    return o->loss > 0 || o->loss_answers > 0 || o->loss_burst.to > o->loss_burst.from;
}

/* The right verdict; bits of `may`: others that are right, too. */
static enum status judge(const struct options *o, const struct flow *flow, int64_t clock,
                         unsigned *may)
{
    *may = 0;
    if (flow->seen & BIT_CR) {
        if (!o->full)
            return UNKNOWN;
        return flow->rcode == RCODE_NOERROR || flow->rcode == RCODE_NXDOMAIN ? SUCCEEDED : FAILED;
    }
    bool edge = clock - flow->start < 7 * SECOND - 200 * MILLI;
    bool near = clock - flow->last_write < 7 * SECOND + SECOND / 2;
    if (flow->answered && (flow->pending || !flow->lost))
        return CAPTURE_EDGE;
    if (flow->answered) {
        *may |= near ? 1u << CAPTURE_EDGE : 0;
        if (o->generation->late_query && flow->seen == BIT_FQ)
            *may |= 1u << FAILED;
        return SAMPLE_LOSS;
    }
    if (in_loss(o))
        *may |= 1u << SAMPLE_LOSS;
    if (edge)
        return CAPTURE_EDGE;
    *may |= near ? 1u << CAPTURE_EDGE : 0;
    return FAILED;
}

static uint8_t rcode_sent(const struct flow *flow)
{
    return flow->untapped ? RCODE_REFUSED : flow->rcode;
}

/* The right verdict from the packets on the pod's eth0, where every query is a session.  When a
 * session is over that got no answer is a matter of 7 to 8 s, and of what else it waits for. */
static enum status judge_packets(const struct flow *flow, int64_t newest, unsigned *may)
{
    *may = 0;
    if (flow->answer_pod && flow->answer_pod <= newest) {
        unsigned rcode = rcode_sent(flow);
        return rcode == RCODE_NOERROR || rcode == RCODE_NXDOMAIN ? SUCCEEDED : FAILED;
    }
    int64_t last = flow->query_pod;
    for (unsigned i = 0; i < flow->attempts; i++) {
        const struct attempt *attempt = &flow->attempt[i];
        last = attempt->sent > last && attempt->sent <= newest ? attempt->sent : last;
        last = attempt->got > last && attempt->got <= newest ? attempt->got : last;
        last = attempt->late_answer > last && attempt->late_answer <= newest ? attempt->late_answer
                                                                             : last;
    }
    if (newest - last < 7 * SECOND - 200 * MILLI)
        return CAPTURE_EDGE;
    *may |= newest - last < 9 * SECOND ? 1u << CAPTURE_EDGE : 0;
    return FAILED;
}

/* Whether any packet of it is in the capture of the pod's eth0. */
static bool has_packets(const struct flow *flow, int64_t newest)
{
    int64_t first = flow->query_pod ? flow->query_pod : flow->attempts ? flow->attempt[0].sent : 0;
    return first && first <= newest;
}

static void write_attempts(FILE *out, const struct options *o, const struct flow *flow)
{
    char address[64];
    fputs(",\"attempts\":[", out);
    for (unsigned i = 0; i < flow->attempts; i++) {
        const struct attempt *attempt = &flow->attempt[i];
        address_text(address_upstream(o, attempt->upstream), address);
        fprintf(out, "%s[\"%s\",\"%s\",%" PRId64 "]", i ? "," : "", address,
                attempt->answered ? "answered" : "no_reply", attempt->ended - flow->call_time);
    }
    fputc(']', out);
}

static const char *type_word(unsigned type)
{
    switch (type) {
    case TYPE_A:
        return "A";
    case TYPE_AAAA:
        return "AAAA";
    case TYPE_SRV:
        return "SRV";
    case TYPE_TXT:
        return "TXT";
    case TYPE_PTR:
        return "PTR";
    default:
        return "HINFO";
    }
}

static const char *rcode_word(unsigned rcode)
{
    static const char *const words[] = {[RCODE_NOERROR] = "NOERROR",
                                        [RCODE_SERVFAIL] = "SERVFAIL",
                                        [RCODE_NXDOMAIN] = "NXDOMAIN",
                                        [RCODE_REFUSED] = "REFUSED"};
    return words[rcode];
}

static const char *realm(const struct flow *flow)
{
    static const char *const words[] = {"cluster",  "cache",    "upstream", "unknown",
                                        "upstream", "upstream", "upstream"};
    return words[flow->kind];
}

static void write_flags(FILE *out, const struct flow *flow)
{
    char name[256];
    fprintf(out, ",\"background\":%s,\"lost\":%u,\"unwritten\":%u,\"repeats\":%u",
            is_background(flow) ? "true" : "false", flow->lost, flow->pending, flow->repeats);
    if (flow->kind == KIND_REFRESH)
        fputs(",\"refresh\":true", out);
    if (flow->kind == KIND_STORM)
        fputs(",\"storm\":true", out);
    if (flow->asked_name != flow->name) {
        name_text(flow->asked_name, name);
        fprintf(out, ",\"asked\":\"%s\"", name);
    }
    if (flow->reused)
        fprintf(out, ",\"reused\":\"%s\"", flow->reused_open ? "open" : "closed");
    if (flow->repeat_of != NO_NUMBER)
        fprintf(out, ",\"repeat_of\":%" PRIu64, flow->repeat_of);
}

static void write_may(FILE *out, unsigned may)
{
    fputs(",\"may\":[", out);
    for (unsigned i = 0, n = 0; i < STATUSES; i++)
        if (may >> i & 1)
            fprintf(out, "%s\"%s\"", n++ ? "," : "", status_words[i]);
    fputc(']', out);
}

/* A time, or null for what is not in the capture. */
static void write_time(FILE *out, const char *key, int64_t at, int64_t newest)
{
    if (at && at <= newest)
        fprintf(out, ",\"%s\":%" PRId64, key, at);
    else
        fprintf(out, ",\"%s\":null", key);
}

static void write_sent(FILE *out, const struct options *o, const struct flow *flow, int64_t newest)
{
    char address[64];
    const char *comma = "";
    fprintf(out, ",\"tries\":%u,\"attempts\":[", flow->tries ? flow->tries : flow->attempts);
    for (unsigned i = 0; i < flow->attempts; i++) {
        const struct attempt *attempt = &flow->attempt[i];
        if (attempt->sent > newest)
            break;
        address_text(address_upstream(o, attempt->upstream), address);
        fprintf(out, "%s{\"upstream\":\"%s\",\"port\":%u,\"node_port\":%u,\"id\":\"%04x\"", comma,
                address, attempt->port, attempt->node_port, attempt->id);
        write_time(out, "sent", attempt->sent, newest);
        write_time(out, "got", attempt->got, newest);
        write_time(out, "late", attempt->late_answer, newest);
        fprintf(out, ",\"rcode\":\"%s\"}", rcode_word(attempt->rcode));
        comma = ",";
    }
    fputs("]}", out);
}

/* Who answers, and whom the client asks. */
static void write_servers(FILE *out, const struct options *o, const struct flow *flow)
{
    char server[64], service[64];
    uint8_t len = address_client(o, flow->client).len;
    address_text(address_server(o, flow->replica, len), server);
    address_text(address_service(o, len), service);
    fprintf(out, ",\"server\":\"%s\",\"service\":\"%s\"", server, service);
}

/* What the packets show. */
static void write_packets(FILE *out, const struct options *o, const struct flow *flow,
                          int64_t newest)
{
    unsigned may;
    enum status status = judge_packets(flow, newest, &may);
    fprintf(out, ",\"packets\":{\"status\":\"%s\"", status_words[status]);
    write_may(out, may);
    if (!is_background(flow))
        write_servers(out, o, flow);
    write_time(out, "query", flow->query_pod, newest);
    write_time(out, "answer", flow->answer_pod, newest);
    write_time(out, "client_query", flow->query_client, newest);
    write_time(out, "client_answer", flow->answer_client, newest);
    fprintf(out, ",\"rcode\":\"%s\"", rcode_word(rcode_sent(flow)));
    write_sent(out, o, flow, newest);
}

static void write_flow(const struct truth *truth, const struct flow *flow, enum status status,
                       unsigned may, int64_t packets)
{
    FILE *out = truth->file;
    char client[64], name[256];
    address_text(address_client(truth->o, flow->client), client);
    name_text(flow->name, name);
    fprintf(out,
            "{\"n\":%" PRIu64 ",\"start\":%" PRId64
            ",\"client\":\"%s\",\"port\":%u,\"id\":\"%04x\","
            "\"name\":\"%s\",\"type\":\"%s\",\"transport\":\"%s\",\"replica\":%u,\"status\":\"%s\"",
            flow->number, flow->start, client, flow->port, flow->id, name, type_word(flow->type),
            flow->tcp ? "tcp" : "udp", flow->replica + 1u, status_words[status]);
    write_may(out, may);
    fprintf(out, ",\"realm\":\"%s\",\"answered\":%s,\"rcode\":", realm(flow),
            flow->answered ? "true" : "false");
    if (flow->kind == KIND_MUTE)
        fputs("null,\"waited_ns\":null", out);
    else
        fprintf(out, "\"%s\",\"waited_ns\":%" PRId64, rcode_word(flow->rcode),
                flow->end - flow->start);
    if (flow->attempts)
        fprintf(out, ",\"call\":%" PRId64, flow->call_time);
    fprintf(out, ",\"made\":%u,\"bitmap\":%u,\"frames\":[%" PRIu64 ",%" PRIu64 "]", flow->made,
            flow->seen, flow->frame_query, flow->frame_answer);
    write_attempts(out, truth->o, flow);
    write_flags(out, flow);
    if (packets >= 0)
        write_packets(out, truth->o, flow, packets);
    fputs("}\n", out);
}

static void count_packets(struct truth *truth, const struct flow *flow, int64_t newest)
{
    unsigned may;
    enum status status = judge_packets(flow, newest, &may);
    if (is_background(flow)) {
        truth->wire_background++;
        return;
    }
    truth->wire_sessions++;
    truth->wire_sure[status] += !may;
    truth->wire_maybe[status] += may != 0;
}

void truth_flow(struct truth *truth, const struct flow *flow, int64_t clock, int64_t packets)
{
    unsigned may;
    bool has = has_packets(flow, packets);
    if (!flow->seen && !has)
        return;
    enum status status = judge(truth->o, flow, clock, &may);
    if (has)
        count_packets(truth, flow, packets);
    if (!flow->seen) {
        ; /* packets only */
    } else if (is_background(flow)) {
        truth->background++;
    } else {
        truth->sessions++;
        truth->repeats += flow->repeat_of != NO_NUMBER;
        truth->sure[status] += !may;
        truth->maybe[status] += may != 0;
    }
    if (truth->file)
        write_flow(truth, flow, status, may, packets);
}

static void close_packets(FILE *out, const struct truth *truth, const struct options *o,
                          const struct totals *totals)
{
    static const char *const keys[VANTAGES] = {"pod", "client", "any"};
    fprintf(out,
            ",\"packets\":{\"last\":%" PRId64 ",\"sessions\":%" PRIu64 ",\"background\":%" PRIu64,
            totals->last_packet, truth->wire_sessions, truth->wire_background);
    for (int i = 0; i < STATUSES; i++)
        fprintf(out, ",\"%s\":%" PRIu64 ",\"%s_maybe\":%" PRIu64, status_keys[i],
                truth->wire_sure[i], status_keys[i], truth->wire_maybe[i]);
    for (int i = 0; i < VANTAGES; i++)
        if (o->packets[i])
            fprintf(out,
                    ",\"%s\":{\"packets\":%" PRIu64 ",\"messages\":%" PRIu64
                    ",\"sightings\":%" PRIu64 "}",
                    keys[i], totals->packets[i], totals->messages[i], totals->sightings[i]);
    fputc('}', out);
}

void truth_close(struct truth *truth, const struct options *o, const struct totals *totals)
{
    FILE *out = o->out && o->out[0] == '-' && !o->out[1] ? stderr : stdout;
    fprintf(out,
            "{\"seed\":%" PRIu64 ",\"generation\":\"%s\",\"messages\":%" PRIu64
            ",\"bytes\":%" PRIu64 ",\"first\":%" PRId64 ",\"last\":%" PRId64
            ",\"sessions\":%" PRIu64 ",\"background\":%" PRIu64 ",\"repeats\":%" PRIu64,
            o->seed, o->generation->name, totals->frames, totals->bytes, totals->first,
            totals->last, truth->sessions, truth->background, truth->repeats);
    for (int i = 0; i < STATUSES; i++)
        fprintf(out, ",\"%s\":%" PRIu64 ",\"%s_maybe\":%" PRIu64, status_keys[i], truth->sure[i],
                status_keys[i], truth->maybe[i]);
    if (o->packets[POD] || o->packets[CLIENT] || o->packets[ANY])
        close_packets(out, truth, o, totals);
    fputs("}\n", out);
    if (truth->file && fclose(truth->file))
        die("cannot write %s", o->truth);
    free(truth);
}
