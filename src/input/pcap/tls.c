// SPDX-License-Identifier: BSD-2-Clause
#include "input/pcap/tls.h"

#include "input/pcap/octets.h"

enum {
    CHANGE_CIPHER_SPEC = 20, ALERT = 21, HANDSHAKE = 22, APPLICATION_DATA = 23, /* record types */
    CLIENT_HELLO = 1, SERVER_HELLO = 2,
    ALERT_SIZE = 2, ALERT_FATAL = 2,
    EXTENSION_VERSIONS = 43, VERSION_13 = 0x0304,
    DNS_LEAST = 12,
    /* Octets around a DNS message in a record: its own length (2) and, in TLS 1.3, the content type
     * (1) and the tag (16), RFC 8446 section 5.2; in TLS 1.2 nonce (8) and tag of AES-GCM, RFC
     * 5288, or the tag of ChaCha20-Poly1305, RFC 7905. */
    AROUND_13 = 2 + 1 + 16, AROUND_GCM = 2 + 8 + 16, AROUND_CHACHA = 2 + 16,
    CHACHA_FIRST = 0xcca8, CHACHA_LAST = 0xccae,
    /* TLS 1.3 records that hold an alert, or a Finished message with a hash of 32 or 48 octets
     * behind four of header. */
    ALERT_13 = 2 + 1 + 16, FINISHED_SHA256 = 36 + 1 + 16, FINISHED_SHA384 = 52 + 1 + 16,
    /* A client's certificate and its verification stand in front of its Finished; where no record
     * has its size (several messages in one), this many are taken for the handshake. */
    FLIGHT_MOST = 4,
};

/* RFC 8446 section 4.1.3.  In TLS 1.3 an extension tells the version, the field says 1.2: where the
 * extensions are not all there, nothing is known. */
static void read_server_hello(struct tls *tls, struct slice body)
{
    struct bytes bytes = bytes_of(body.at, body.len), extensions;
    uint16_t cipher;

    bytes_skip(&bytes, 4 + 2 + 32);       /* type and length, version, random */
    bytes_skip(&bytes, bytes_u8(&bytes)); /* session id */
    cipher = bytes_be16(&bytes);
    bytes_skip(&bytes, 1); /* compression */
    if (bytes.bad)
        return;
    extensions = bytes_left(&bytes) ? bytes_take(&bytes, bytes_be16(&bytes)) : bytes;
    while (bytes_left(&extensions) > 0) {
        uint16_t type = bytes_be16(&extensions);
        struct bytes extension = bytes_take(&extensions, bytes_be16(&extensions));

        if (type == EXTENSION_VERSIONS && bytes_be16(&extension) == VERSION_13) {
            tls->version = TLS_13;
            tls->around = AROUND_13;
            return;
        }
    }
    if (extensions.bad || bytes.bad)
        return;
    tls->version = TLS_12;
    tls->around = cipher >= CHACHA_FIRST && cipher <= CHACHA_LAST ? AROUND_CHACHA : AROUND_GCM;
}

static enum tls_event open_once(struct tls *tls)
{
    bool before = tls->open;

    tls->open = true;
    return before ? TLS_NOTHING : TLS_OPEN;
}

static enum tls_event take_handshake(struct tls *tls, const struct tls_record *record)
{
    uint8_t type = record->body.len ? record->body.at[0] : 0;

    if (tls->changed[record->server] && tls->version != TLS_13) {
        tls->finished[record->server] = true;
        return tls->finished[!record->server] ? open_once(tls) : TLS_NOTHING;
    }
    if (!record->server && type == CLIENT_HELLO)
        tls->hello[0] = true;
    if (record->server && type == SERVER_HELLO) {
        tls->hello[1] = true;
        read_server_hello(tls, record->body);
    }
    return TLS_NOTHING;
}

/* RFC 8446 section 6.  A warning ends nothing; close_notify is one, or is encrypted. */
static enum tls_event take_alert(const struct tls *tls, const struct tls_record *record)
{
    if (record->size == ALERT_SIZE)
        return record->body.len > 0 && record->body.at[0] == ALERT_FATAL ? TLS_BROKEN : TLS_NOTHING;
    return tls->open || !(tls->hello[0] || tls->hello[1]) ? TLS_NOTHING : TLS_BROKEN;
}

static bool is_finished(uint32_t size)
{
    return size == FINISHED_SHA256 || size == FINISHED_SHA384;
}

/* TLS 1.3 up to the client's Finished: all but the hellos is application data.  Where the server is
 * not captured, nothing else tells that it is TLS 1.3. */
static enum tls_event take_flight(struct tls *tls, const struct tls_record *record)
{
    tls->version = TLS_13;
    tls->around = AROUND_13;
    if (record->size == ALERT_13)
        return TLS_BROKEN;
    if (record->server || (!is_finished(record->size) && ++tls->flight < FLIGHT_MOST))
        return TLS_NOTHING;
    return open_once(tls);
}

static bool has_size(const struct tls_sizes *sizes, uint32_t size)
{
    for (unsigned i = 0; i < TLS_TICKETS; i++) {
        if (sizes->size[i] == size)
            return true;
    }
    return false;
}

static void keep_size(struct tls_sizes *sizes, uint32_t size)
{
    if (!has_size(sizes, size))
        sizes->size[sizes->n++ % TLS_TICKETS] = size;
}

/* What is suspected twice is known: the first answers of two connections may look like a ticket,
 * but hardly with one size. */
static void suspect_size(struct tls_tickets *tickets, uint32_t size)
{
    if (has_size(&tickets->suspected, size))
        keep_size(&tickets->known, size);
    keep_size(&tickets->suspected, size);
}

/*
 * A TLS 1.3 server's tickets stand in front of its first answer, but as the client does not wait
 * for them, often behind its first query.  OpenSSL and BoringSSL send two of one size side by
 * side, which are known by that, and one of the same size when a session is resumed.  One of a
 * size that was never met cannot be told from an answer; a record that follows it without a query
 * was the answer, then, and is given, too: it stands in for the one before.
 */
static enum tls_event take_answer(struct tls *tls, struct tls_tickets *tickets,
                                  const struct tls_record *record)
{
    bool first = tls->version == TLS_13 && !tls->no_tickets;

    if (first && !tls->answered && (record->twin || has_size(&tickets->known, record->size))) {
        keep_size(&tickets->known, record->size);
        return TLS_NOTHING;
    }
    if (tls->waiting > 0) {
        tls->waiting--;
    } else if (first && tls->answered) {
        suspect_size(tickets, tls->last);
        tls->no_tickets = true;
    } else {
        return TLS_NOTHING;
    }
    tls->answered = true;
    tls->last = record->size;
    return TLS_MESSAGE;
}

static enum tls_event take_query(struct tls *tls)
{
    /* Of two queries, the first is answered, or was sent without waiting for tickets. */
    tls->no_tickets |= tls->answered;
    if (tls->waiting < UINT16_MAX)
        tls->waiting++;
    return TLS_MESSAGE;
}

static enum tls_event take_data(struct tls *tls, struct tls_tickets *tickets,
                                const struct tls_record *record, uint32_t *size)
{
    bool handshake = !tls->open && (tls->hello[0] || tls->hello[1]);
    uint32_t around = tls->around ? tls->around : AROUND_13;
    enum tls_event opened = TLS_NOTHING, event;

    /* What a client sends before the server says anything is early data (RFC 8446 section 2.3). */
    if (handshake && tls->version != TLS_12 &&
        (record->server || tls->hello[1] || tls->server_data || is_finished(record->size))) {
        tls->server_data |= record->server;
        return take_flight(tls, record);
    }
    if (handshake && tls->version == TLS_12)
        opened = open_once(tls);
    if (!handshake && open_once(tls) == TLS_OPEN)
        tls->no_tickets = true; /* the capture began later */
    if (record->size < around + DNS_LEAST)
        return opened;
    *size = record->size - around;
    event = record->server ? take_answer(tls, tickets, record) : take_query(tls);
    if (event == TLS_MESSAGE)
        return opened == TLS_OPEN ? TLS_OPEN_MESSAGE : TLS_MESSAGE;
    return opened;
}

enum tls_event tls_record(struct tls *tls, struct tls_tickets *tickets,
                          const struct tls_record *record, uint32_t *size)
{
    switch (record->type) {
    case CHANGE_CIPHER_SPEC:
        tls->changed[record->server] = true;
        return TLS_NOTHING;
    case ALERT:
        return take_alert(tls, record);
    case HANDSHAKE:
        return take_handshake(tls, record);
    case APPLICATION_DATA:
        return take_data(tls, tickets, record, size);
    default:
        return TLS_NOTHING;
    }
}
