// SPDX-License-Identifier: BSD-2-Clause
/* What went wrong with one attempt. */
#include "finding/upstream.h"

enum { RCODE_NOERROR = 0, RCODE_NXDOMAIN = 3, PORT_DOT = 853 };

/* It goes over a connection: dnstap says UDP of a TLS upstream when the client asked over UDP
 * (semantics.md section 1), but its port tells. */
static bool is_connected(const struct attempt *attempt)
{
    return attempt->transport == TRANSPORT_TCP || attempt->transport == TRANSPORT_DOT ||
           attempt->transport == TRANSPORT_DOH || attempt->upstream.port == PORT_DOT;
}

static enum fault fault_of_silence(const struct attempt *attempt)
{
    if (attempt->late)
        return FAULT_LATE;
    if (attempt->other_id)
        return FAULT_WRONG;
    if (attempt->quick)
        return is_connected(attempt) ? FAULT_CONNECT : FAULT_REFUSED;
    return attempt->spent || attempt->in_packets ? FAULT_SILENT : FAULT_DOUBTFUL;
}

enum fault fault_of(const struct attempt *attempt)
{
    switch (attempt->outcome) {
    case OUTCOME_ANSWERED:
        return attempt->rcode == RCODE_NOERROR || attempt->rcode == RCODE_NXDOMAIN ||
                       attempt->rcode == RCODE_NONE
                   ? FAULT_NONE
                   : FAULT_ERROR;
    case OUTCOME_NO_REPLY:
        return fault_of_silence(attempt);
    case OUTCOME_UNREACHABLE:
        return FAULT_REFUSED;
    case OUTCOME_CONNECT_FAILED:
        return FAULT_CONNECT;
    case OUTCOME_WRONG_REPLY:
        return FAULT_WRONG;
    default:
        return FAULT_UNKNOWN;
    }
}

bool fault_is_slow(enum fault fault)
{
    return fault == FAULT_LATE || fault == FAULT_SILENT || fault == FAULT_DOUBTFUL;
}

bool fault_is_silence(enum fault fault)
{
    return fault == FAULT_LATE || fault == FAULT_REFUSED || fault == FAULT_CONNECT ||
           fault == FAULT_SILENT || fault == FAULT_DOUBTFUL;
}
