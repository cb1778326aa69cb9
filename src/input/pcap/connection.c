// SPDX-License-Identifier: BSD-2-Clause
#include "input/pcap/connection.h"

static enum framing_kind kind_of(const struct connection *connection)
{
    return connection->transport == TRANSPORT_DOT ? FRAMING_TLS : FRAMING_DNS;
}

bool connection_may_start(const struct connection *connection, struct slice segment)
{
    return framing_may_start(kind_of(connection), segment);
}

/* Whether a TLS handshake is on its way.  Of one that was captured in part, or in one direction,
 * nobody knows how far it has come. */
static bool is_shaking(const struct connection *connection)
{
    const struct tls *tls = &connection->tls;
    bool both = connection->flow[0].begun && connection->flow[1].begun;
    bool from_start = connection->syn || tls->hello[0] || tls->hello[1];

    return connection->transport == TRANSPORT_DOT && !tls->open && both && from_start &&
           !connection->holes;
}

enum message_kind connection_end(const struct connection *connection, bool reset)
{
    if (connection->broken || (connection->closed && !reset))
        return MESSAGE_GAP;
    if (!reset)
        return is_shaking(connection) ? MESSAGE_BROKEN : MESSAGE_CLOSED;
    /* Who closes without reading what still comes sends a RST, too; it means something where a
     * query came after the other side's FIN. */
    return connection->closed && connection->waiting == 0 ? MESSAGE_GAP : MESSAGE_BROKEN;
}

bool connection_drop(struct connection *connection, struct flows *flows)
{
    bool some = false;

    for (unsigned side = 0; side < 2; side++) {
        some |= flow_drop(&connection->flow[side], flows);
        some |= framing_drop(&connection->framing[side], flows);
    }
    return some;
}

static struct carrier carrier_of(const struct connection *connection, unsigned side,
                                 const struct origin *origin)
{
    return (struct carrier){*origin, connection->end[side], connection->end[!side],
                            connection->transport};
}

void connection_event(const struct connection *connection, unsigned side, enum message_kind kind,
                      const struct origin *origin, struct message *message)
{
    struct carrier carrier = carrier_of(connection, side, origin);

    carrier_event(&carrier, kind, side == connection->server, message);
}

static void count(struct connection *connection, bool response)
{
    if (!response && connection->waiting < UINT16_MAX)
        connection->waiting++;
    else if (response && connection->waiting > 0)
        connection->waiting--;
}

static bool give_dns(struct connection *connection, unsigned side, const struct framing_use *use,
                     const struct unit *unit, struct message *message)
{
    struct carrier carrier = carrier_of(connection, side, &unit->origin);

    if (carrier_dns(&carrier, unit->body, unit->size, message)) {
        count(connection, message->response);
        return true;
    }
    framing_reject(&connection->framing[side], use, unit);
    return false;
}

static void give_record(struct connection *connection, unsigned side, struct intake *intake,
                        struct message *message)
{
    connection_event(connection, side, MESSAGE_RECORD, &intake->unit.origin, message);
    message->size = intake->record_size;
    count(connection, message->response);
    intake->record = false;
}

static bool give_tls(struct connection *connection, unsigned side, struct intake *intake,
                     struct message *message)
{
    const struct unit *unit = &intake->unit;
    struct tls_record record = {side == connection->server, unit->type, unit->size, unit->body,
                                unit->twin};
    enum tls_event event =
        tls_record(&connection->tls, &intake->tickets, &record, &intake->record_size);

    if (event == TLS_BROKEN) {
        if (connection->broken)
            return false;
        connection->broken = true;
        connection_event(connection, side, MESSAGE_BROKEN, &unit->origin, message);
        return true;
    }
    if ((event == TLS_OPEN || event == TLS_OPEN_MESSAGE) && !connection->connected) {
        connection->connected = true;
        intake->record = event == TLS_OPEN_MESSAGE;
        connection_event(connection, side, MESSAGE_CONNECTED, &unit->origin, message);
        return true;
    }
    if (event != TLS_MESSAGE && event != TLS_OPEN_MESSAGE)
        return false;
    give_record(connection, side, intake, message);
    return true;
}

/* What the unit is to the outside. */
static bool give(struct connection *connection, unsigned side, struct intake *intake,
                 const struct framing_use *use, struct message *message)
{
    if (use->kind == FRAMING_TLS)
        return give_tls(connection, side, intake, message);
    return give_dns(connection, side, use, &intake->unit, message);
}

/* A segment that does not go with the ones before: a connection on the same ports whose beginning
 * was not captured, or nothing. */
static void begin_again(struct connection *connection, unsigned side, struct intake *intake)
{
    struct flow *flow = &connection->flow[side];

    if (!connection_may_start(connection, intake->segment.bytes)) {
        intake->skips->n[SKIP_TCP_JUNK] += intake->segment.len;
        intake->segment.len = 0;
        return;
    }
    intake->skips->n[SKIP_TCP_GAP]++; /* nobody knows how many octets */
    connection->holes = true;
    flow_drop(flow, &intake->flows);
    framing_drop(&connection->framing[side], &intake->flows);
    connection->framing[side] = (struct framing){.lost = true};
    flow->missing = 0;
    flow->acks = false;
    flow_begin(flow, intake->segment.seq);
}

bool connection_pull(struct connection *connection, unsigned side, struct intake *intake,
                     struct message *message)
{
    struct framing *framing = &connection->framing[side];
    struct framing_use use = {kind_of(connection), intake->skips, &intake->flows};
    bool cut;

    if (intake->record) {
        give_record(connection, side, intake, message);
        return true;
    }
    for (;;) {
        while (framing_next(framing, &use, &intake->chunk, &intake->unit)) {
            if (give(connection, side, intake, &use, message))
                return true;
        }
        switch (
            flow_pull(&connection->flow[side], &intake->flows, &intake->segment, &intake->chunk)) {
        case FLOW_CHUNK:
            break;
        case FLOW_HOLE:
            intake->chunk.bytes = (struct slice){NULL, 0};
            intake->skips->n[SKIP_TCP_GAP] += intake->chunk.missing;
            cut = framing_hole(framing, &use, intake->chunk.missing, &intake->unit);
            connection->holes |= framing->lost;
            if (cut && give(connection, side, intake, &use, message))
                return true;
            break;
        case FLOW_LOST:
            begin_again(connection, side, intake);
            break;
        case FLOW_DRY:
            intake->chunk.bytes = (struct slice){NULL, 0};
            return false;
        }
    }
}
