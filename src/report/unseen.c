// SPDX-License-Identifier: BSD-2-Clause
/* What this capture could not show: verdict.unseen. */
#include <string.h>

#include "report/document.h"

static void unseen_add(struct report *report, const char *what)
{
    struct verdict *verdict = &report->verdict;
    if (verdict->n_unseen < VERDICT_UNSEEN)
        verdict->unseen[verdict->n_unseen++] = what;
}

/* "3 sessions …": WHAT stands behind the number. */
static void unseen_count(struct report *report, uint64_t n, const char *one, const char *many)
{
    if (n == 0)
        return;
    struct text text = {0};
    text_add_grouped(&text, (int64_t)n);
    text_add_char(&text, ' ');
    text_add_string(&text, n == 1 ? one : many);
    unseen_add(report, arena_text(&report->arena, text.at, text.len));
    text_done(&text);
}

/* Octets, not packets, are counted of TCP. */
static uint64_t left_out_octets(const struct input_row *input)
{
    return input->facts.skips.n[SKIP_TCP_GAP] + input->facts.skips.n[SKIP_TCP_JUNK];
}

static uint64_t left_out(const struct input_row *input)
{
    uint64_t n = 0;
    for (unsigned i = 0; i < SKIP_REASONS; i++)
        if (!(skip_words[i].flags & SKIP_IS_BESIDE))
            n += input->facts.skips.n[i];
    return n - left_out_octets(input);
}

/* What the capturing program says that it lost. */
static uint64_t dropped(const struct input_row *input)
{
    const struct evidence *evidence = &input->facts.evidence;
    uint64_t n = 0;
    for (size_t i = 0; i < evidence->n_interfaces; i++)
        if (evidence->interfaces[i].drops != EVIDENCE_NONE)
            n += evidence->interfaces[i].drops;
    return n;
}

/* What the inputs themselves lack. */
static void unseen_inputs(struct report *report)
{
    uint64_t frames = 0, packets = 0, cut = 0, unusable = 0;
    uint64_t octets = 0, lost = 0, drops = 0;
    for (size_t i = 0; i < report->facts.n_inputs; i++) {
        const struct input_row *input = &report->facts.inputs[i];
        *(input->has_packets ? &packets : &frames) += left_out(input);
        octets += left_out_octets(input);
        lost += input->loss.proven;
        drops += dropped(input);
        cut += input->facts.cut[0] != 0;
        unusable += input->facts.error[0] != 0;
    }
    if (report->facts.interrupted)
        unseen_add(report, "what follows in the inputs: reading was interrupted");
    unseen_count(report, unusable, "input could not be used", "inputs could not be used");
    unseen_count(report, cut, "input is cut inside a record", "inputs are cut inside a record");
    unseen_count(report, frames, "frame could not be read", "frames could not be read");
    unseen_count(report, packets, "packet or piece of one could not be read",
                 "packets or pieces of them could not be read");
    unseen_count(report, octets, "octet of DNS over TCP is missing or no DNS",
                 "octets of DNS over TCP are missing or no DNS");
    unseen_count(report, lost, "frame is provably lost, and maybe more than that",
                 "frames are provably lost, and maybe more than that");
    unseen_count(report, drops, "packet was dropped by the program that captured",
                 "packets were dropped by the program that captured");
}

static uint64_t sum(const struct report *report, bool packets, bool payloads)
{
    uint64_t n = 0;
    for (size_t i = 0; i < report->facts.n_inputs; i++) {
        const struct input_row *input = &report->facts.inputs[i];
        if (input->facts.format && input->has_packets == packets)
            n += payloads ? input->facts.payloads : input->facts.frames;
    }
    return n;
}

static const char unseen_path[] =
    "queries that were lost on their way to CoreDNS, and answers on their way back: that takes a "
    "capture in the client's pod, or on its node";

/* Whether all packets were captured in CoreDNS's pods. */
static bool at_servers(const struct report *report)
{
    for (size_t i = 0; i < report->facts.n_inputs; i++) {
        const struct input_row *input = &report->facts.inputs[i];
        if (input->has_packets &&
            (input->vantage == NULL || strcmp(input->vantage, "server") != 0))
            return false;
    }
    return true;
}

/* What CoreDNS does not tap, by what the sessions lack. */
static void unseen_dnstap(struct report *report, bool packets_too)
{
    const struct totals *totals = &report->totals;
    if (!packets_too) {
        unseen_add(report, unseen_path);
        unseen_add(report, "answers that CoreDNS sends itself (SERVFAIL, REFUSED) are not tapped");
        unseen_add(report,
                   "upstream replies that CoreDNS skips (wrong id or question) are not tapped: "
                   "they look like no reply, as do refused, reset and TLS connections");
        unseen_add(report,
                   "how long a query lay in CoreDNS's socket before it was read: it is in no wait");
    }
    if (sum(report, false, false) != 0 && sum(report, false, true) == 0)
        unseen_add(report,
                   "no DNS messages in the frames (dnstap without `full`): names, types and "
                   "rcodes");
    else
        unseen_count(report, packets_too ? 0 : totals->unobserved[3],
                     "session without a DNS message in its frames",
                     "sessions without DNS messages in their frames");
    if (totals->unobserved[0] != 0 && !packets_too)
        unseen_add(report,
                   "the client leg of failed queries (CoreDNS 1.8.1 and older do not tap it): "
                   "who asked and how long it took");
    if (totals->sessions != 0 && totals->waits == 0 && !packets_too)
        unseen_add(report,
                   "how long clients waited: no exact times in the frames (CoreDNS 1.7.1 and "
                   "older)");
}

static bool has_dot(const struct upstreams *upstreams)
{
    for (size_t i = 0; i < upstreams->n; i++)
        if (upstreams->rows[i]->by_transport[TRANSPORT_DOT] != 0)
            return true;
    return false;
}

/* What packets do not show here, by what the sessions lack. */
static void unseen_packets(struct report *report, bool dnstap_too)
{
    const struct totals *totals = &report->totals;
    if (sum(report, true, true) == 0 && sum(report, true, false) != 0)
        unseen_add(report, "DNS on ports that are not known: where only one direction was "
                           "captured, name them with --port");
    if (totals->sessions != 0 && totals->unobserved[1] == totals->sessions)
        unseen_add(report, "what CoreDNS asked upstreams: these packets were captured where that "
                           "does not pass (capture in the CoreDNS pod, or on its node)");
    else
        unseen_count(report, totals->unobserved[1],
                     "session whose upstream leg does not pass where packets were captured",
                     "sessions whose upstream leg does not pass where packets were captured");
    if (sum(report, true, true) != 0 && at_servers(report))
        unseen_add(report, unseen_path);
    if (has_dot(&report->upstreams))
        unseen_add(report, "what DNS over TLS carries: attempts there have sizes and times only, "
                           "and are tied to sessions by time");
    unseen_count(report, totals->unobserved[2],
                 "session whose answer cannot be seen: the capture shows one direction only",
                 "sessions whose answers cannot be seen: the capture shows one direction only");
    if (dnstap_too)
        return;
    unseen_count(report, totals->unobserved[0], "session without its client's query",
                 "sessions without their clients' queries");
    unseen_count(report, totals->unobserved[3],
                 "session that is encrypted, or cut short: its rcode is not shown",
                 "sessions that are encrypted, or cut short: their rcodes are not shown");
}

void unseen_make(struct report *report)
{
    bool dnstap = false, packets = false;
    unseen_inputs(report);
    for (size_t i = 0; i < report->facts.n_inputs; i++) {
        const struct input_row *input = &report->facts.inputs[i];
        dnstap = dnstap || (input->facts.format && !input->has_packets);
        packets = packets || (input->facts.format && input->has_packets);
    }
    if (report->n_filters > 0 && report->totals.sessions != 0)
        unseen_add(report,
                   "sessions that the filter leaves out: rates, findings and what upstreams were (up, "
                   "down) rest on the others alone, and lookups may have failed because of them");
    if (dnstap)
        unseen_dnstap(report, packets);
    if (packets)
        unseen_packets(report, dnstap);
    if (report->servers.unseen != NULL)
        unseen_add(report, report->servers.unseen);
    unseen_count(report, report->facts.counts.settled_early,
                 "session was judged before its time, because the memory ceiling was met",
                 "sessions were judged before their time, because the memory ceiling was met");
}
