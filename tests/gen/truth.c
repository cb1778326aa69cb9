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

struct truth {
    const struct options *o;
    FILE *file;
    uint64_t sure[STATUSES], maybe[STATUSES], background, sessions, attempts, repeats;
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
    return rcode == RCODE_NOERROR ? "NOERROR" : rcode == RCODE_NXDOMAIN ? "NXDOMAIN" : "SERVFAIL";
}

static const char *realm(const struct flow *flow)
{
    static const char *const words[] = {"cluster",  "cache",    "upstream", "unknown",
                                        "upstream", "upstream", "upstream"};
    return words[flow->kind];
}

static void write_flags(FILE *out, const struct flow *flow)
{
    bool background = flow->kind == KIND_REFRESH || flow->kind == KIND_PROBE;
    char name[256];
    fprintf(out, ",\"background\":%s,\"lost\":%u,\"unwritten\":%u,\"repeats\":%u",
            background ? "true" : "false", flow->lost, flow->pending, flow->repeats);
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
    fputs("}\n", out);
}

static void write_flow(const struct truth *truth, const struct flow *flow, enum status status,
                       unsigned may)
{
    FILE *out = truth->file;
    char client[64], name[256];
    address_text(address_client(truth->o, flow->client), client);
    name_text(flow->name, name);
    fprintf(out,
            "{\"n\":%" PRIu64 ",\"start\":%" PRId64
            ",\"client\":\"%s\",\"port\":%u,\"id\":\"%04x\","
            "\"name\":\"%s\",\"type\":\"%s\",\"transport\":\"%s\",\"replica\":%u,\"status\":\"%s\","
            "\"may\":[",
            flow->number, flow->start, client, flow->port, flow->id, name, type_word(flow->type),
            flow->tcp ? "tcp" : "udp", flow->replica + 1u, status_words[status]);
    for (unsigned i = 0, n = 0; i < STATUSES; i++)
        if (may >> i & 1)
            fprintf(out, "%s\"%s\"", n++ ? "," : "", status_words[i]);
    fprintf(out, "],\"realm\":\"%s\",\"answered\":%s,\"rcode\":", realm(flow),
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
}

void truth_flow(struct truth *truth, const struct flow *flow, int64_t clock)
{
    unsigned may;
    if (!flow->seen)
        return;
    enum status status = judge(truth->o, flow, clock, &may);
    truth->attempts += flow->attempts;
    if (flow->kind == KIND_REFRESH || flow->kind == KIND_PROBE) {
        truth->background++;
    } else {
        truth->sessions++;
        truth->repeats += flow->repeat_of != NO_NUMBER;
        truth->sure[status] += !may;
        truth->maybe[status] += may != 0;
    }
    if (truth->file)
        write_flow(truth, flow, status, may);
}

void truth_close(struct truth *truth, const struct options *o, uint64_t frames, uint64_t bytes,
                 int64_t first, int64_t last)
{
    static const char *const keys[STATUSES] = {"succeeded", "failed", "sample_loss", "capture_edge",
                                               "unknown"};
    FILE *out = o->out[0] == '-' && !o->out[1] ? stderr : stdout;
    fprintf(out,
            "{\"seed\":%" PRIu64 ",\"generation\":\"%s\",\"messages\":%" PRIu64
            ",\"bytes\":%" PRIu64 ",\"first\":%" PRId64 ",\"last\":%" PRId64
            ",\"sessions\":%" PRIu64 ",\"background\":%" PRIu64 ",\"repeats\":%" PRIu64,
            o->seed, o->generation->name, frames, bytes, first, last, truth->sessions,
            truth->background, truth->repeats);
    for (int i = 0; i < STATUSES; i++)
        fprintf(out, ",\"%s\":%" PRIu64 ",\"%s_maybe\":%" PRIu64, keys[i], truth->sure[i], keys[i],
                truth->maybe[i]);
    fputs("}\n", out);
    if (truth->file && fclose(truth->file))
        die("cannot write %s", o->truth);
    free(truth);
}
