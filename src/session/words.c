// SPDX-License-Identifier: BSD-2-Clause
/* The closed sets of words of a session, with what each means and what to do about it. */
#include "session/session.h"

const struct word status_words[STATUSES] = {
    [STATUS_SUCCEEDED] = {"Succeeded", "Answered with NOERROR or NXDOMAIN.", NULL},
    [STATUS_FAILED] =
        {"Failed",
         "Answered with another rcode, or not answered although the capture was long and complete "
         "enough to show an answer.",
         "The reason tells what failed; the attempts tell where."},
    [STATUS_SAMPLE_LOSS] =
        {"SampleLoss",
         "Frames of this session were lost on the way into the capture, so that no verdict is "
         "possible.",
         "Give the dnstap sink more capacity: another replica, a faster disk, a bigger queue."},
    [STATUS_CAPTURE_EDGE] =
        {"CaptureEdge",
         "It began before the capture did, or had not had time to settle when the capture ended.",
         "Capture some 10 seconds longer on both sides."},
    [STATUS_UNKNOWN] = {"Unknown", "Answered, but the capture does not hold the answer's rcode.",
                        "Add `full` to the dnstap line of the Corefile."},
};

const struct word reason_words[REASONS] = {
    [REASON_ANSWERED] = {"answered", "NOERROR with records.", NULL},
    [REASON_NXDOMAIN] = {"nxdomain", "The name does not exist (an answer, not a failure).", NULL},
    [REASON_NODATA] = {"nodata", "NOERROR without records: the name exists, not with this type.",
                       NULL},
    [REASON_SERVFAIL] = {"servfail",
                         "CoreDNS answered SERVFAIL and no upstream sent it in this session (a "
                         "cached error has AA set).",
                         "Look for plugin/errors lines in the CoreDNS log of that time."},
    [REASON_REFUSED] =
        {"refused", "CoreDNS answered REFUSED by itself.",
         "Look at acl, at the zones of the Corefile, and at max_concurrent of forward."},
    [REASON_FORMERR] =
        {"formerr", "CoreDNS answered FORMERR by itself.",
         "Look at what the client sends, or whether an upstream answers another question."},
    [REASON_NOTIMP] = {"notimp", "CoreDNS answered NOTIMP by itself.", NULL},
    [REASON_OTHER_RCODE] = {"other_rcode", "Answered with another rcode that is an error.", NULL},
    [REASON_UPSTREAM_NO_REPLY] =
        {"upstream_no_reply",
         "The upstreams that were asked sent no usable reply; the client got a SERVFAIL that "
         "dnstap "
         "does not show, or nothing.",
         "Look at that upstream and the path to it; name a second upstream."},
    [REASON_UPSTREAM_UNREACHABLE] =
        {"upstream_unreachable",
         "The upstream could not be reached: ICMP unreachable, connection refused or reset.",
         "Look at its address and port in the Corefile, and at firewalls."},
    [REASON_UPSTREAM_ERROR] = {"upstream_error", "The upstream sent the rcode that the client got.",
                               "The fault is with the upstream or with whose zone it is."},
    [REASON_WRONG_REPLY] =
        {"wrong_reply",
         "The upstream's reply does not match the question, or CoreDNS could not use it.",
         "Something answers in the upstream's place, or breaks its replies."},
    [REASON_NO_ANSWER] =
        {"no_answer",
         "The query was tapped and nothing else: CoreDNS sent an error that dnstap does not show "
         "(SERVFAIL or REFUSED of its own), or dropped the query.",
         "Look for plugin/errors lines in the CoreDNS log of that time."},
    [REASON_LOST_FRAMES] = {"lost_frames",
                            "Frames of this session, or around it, are provably lost.",
                            "See the input's loss windows."},
    [REASON_CAPTURE_START] = {"capture_start", "It began before the capture did.", NULL},
    [REASON_CAPTURE_END] = {"capture_end",
                            "The capture, or the process, ended before it could settle.", NULL},
    [REASON_NO_MESSAGE] = {"no_message",
                           "The answer's frame holds no DNS message that can be read.",
                           "Add `full` to the dnstap line of the Corefile."},
};

const struct word realm_words[REALMS] = {
    [REALM_CLUSTER] = {"cluster", "Answered by CoreDNS from its cluster zones.", NULL},
    [REALM_LOCAL] = {"local", "Answered by CoreDNS from another of its own zones or plugins.",
                     NULL},
    [REALM_CACHE] = {"cache", "Answered by CoreDNS from its cache.", NULL},
    [REALM_UPSTREAM] = {"upstream", "Forwarded to an upstream.", NULL},
    [REALM_UNKNOWN] = {"unknown", "The capture does not tell who answered.", NULL},
};

const struct word join_words[JOINS] = {
    [JOIN_NULL] = {"null", "The session has no upstream leg.", NULL},
    [JOIN_EXACT] = {"exact", "The upstream leg carries the client's address, port and id.", NULL},
    [JOIN_UNIQUE] = {"unique", "Id, question and time fit this session alone.", NULL},
    [JOIN_AMBIGUOUS] =
        {"ambiguous",
         "The upstream leg fits several sessions; it stands once, under the oldest, and shapes "
         "neither reason nor wait.",
         NULL},
    [JOIN_TIME] = {"time", "Tied by time alone.", NULL},
    [JOIN_NONE] = {"none", "An upstream leg without any client leg in this capture.", NULL},
};

const struct word outcome_words[OUTCOMES] = {
    [OUTCOME_ANSWERED] = {"answered", "The upstream replied; its rcode is given.", NULL},
    [OUTCOME_NO_REPLY] =
        {"no_reply",
         "No usable reply: a timeout, a refused or closed connection, or a reply that CoreDNS "
         "skipped; dnstap does not tell which.",
         NULL},
    [OUTCOME_UNREACHABLE] = {"unreachable", "ICMP unreachable or connection refused.", NULL},
    [OUTCOME_CONNECT_FAILED] = {"connect_failed", "The TCP or TLS connection failed.", NULL},
    [OUTCOME_WRONG_REPLY] = {"wrong_reply",
                             "A reply to another question, or one without a question.", NULL},
    [OUTCOME_OPEN] = {"open", "Not over when the capture ended.", NULL},
    [OUTCOME_UNKNOWN] = {"unknown", "The frame that would tell is lost.", NULL},
};

const struct word bitmap_words[16] = {
    {"0", "nothing was seen", NULL},
    {"1", "no answer was seen: none was sent, none arrived, or dnstap does not show it", NULL},
    {"2", "only the answer was seen: the query came before the capture, or its frame is lost",
     NULL},
    {"3", "answered from the cluster's records, the cache or a plugin", NULL},
    {"4",
     "an upstream was asked without a reply and no client is seen: a failed query of CoreDNS "
     "1.8.1 or earlier, a failed refresh, or loss",
     NULL},
    {"5",
     "an upstream was asked and did not answer; the client got nothing, or a SERVFAIL that "
     "dnstap does not show",
     NULL},
    {"6", "answered after an upstream did not reply; the query's frame is missing", NULL},
    {"7",
     "answered although no upstream replied: an error of CoreDNS, a stale answer, or the reply is "
     "lost",
     NULL},
    {"8", "only an upstream's reply was seen: the capture's start, or loss", NULL},
    {"9", "asked and replied upstream, but the frames between and after are lost", NULL},
    {"10", "replied upstream and answered; both queries' frames are missing", NULL},
    {"11", "answered with an upstream's reply; the frame of the upstream query is lost", NULL},
    {"12", "an upstream replied and no client is seen: a refresh of the cache, or loss", NULL},
    {"13", "an upstream replied and no answer is seen: a reply that CoreDNS could not use, or loss",
     NULL},
    {"14",
     "resolved by an upstream; the client's query came before the capture, or its frame is lost",
     NULL},
    {"15", "resolved by an upstream", NULL},
};

const char *transport_word(enum transport transport)
{
    static const char *const words[] = {NULL, "udp", "tcp", "dot", "doh", "doq"};
    return (unsigned)transport < sizeof words / sizeof *words ? words[transport] : NULL;
}
