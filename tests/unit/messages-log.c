// SPDX-License-Identifier: BSD-2-Clause
// Messages that wait for their sessions: none is lost, each is let go once, in the order of time.
#include "base/map.h"
#include "base/memory.h"
#include "messages/messages.h"
#include "report-session.h"

#define ROOM ((size_t)64 << 20)

/* A query or answer of 41 octets whose name begins with the number of its frame. */
static struct message packet(uint64_t frame, int64_t when, bool response)
{
    static uint8_t octets[41];
    struct message message = {.kind = MESSAGE_DNS,
                              .leg = LEG_WIRE,
                              .response = response,
                              .transport = TRANSPORT_UDP,
                              .input = 2,
                              .frame = frame,
                              .when = when,
                              .asker = endpoint_of("\12\0\0\1", 4, 40000),
                              .answerer = endpoint_of("\12\0\0\2", 4, 53),
                              .size = sizeof octets};
    const uint8_t head[12] = {(uint8_t)(frame >> 8), (uint8_t)frame, response ? 0x81 : 1, 0, 0, 1};

    memcpy(octets, head, sizeof head);
    memcpy(octets + 12, "\11example00\7example\5other\0\0\1\0\1", 29);
    octets[20] = (uint8_t)('0' + frame / 10 % 10);
    octets[21] = (uint8_t)('0' + frame % 10);
    dns_read(&message.dns, octets, sizeof octets, DNS_READ_RECORDS);
    message.sighting.direction = DIRECTION_IN;
    return message;
}

static void add(struct messages *messages, uint64_t frame, int64_t when, bool response)
{
    struct message message = packet(frame, when, response);

    messages_add(messages, &message);
    memset((uint8_t *)(uintptr_t)message.dns.wire.at, 0xff, message.dns.wire.len); /* it was lent */
}

static struct message_tag tag(uint64_t frame, uint64_t session, enum message_leg leg)
{
    return (struct message_tag){.input = 2,
                                .frame = frame,
                                .session = session,
                                .id = (uint16_t)frame,
                                .server = UINT32_MAX,
                                .leg = (uint8_t)leg,
                                .latency_ns = WHEN_NONE,
                                .answered = TAG_UNKNOWN};
}

/* The next one is of FRAME, and is whole. */
static const struct record *next(struct messages *messages, int64_t mark, uint64_t frame)
{
    const struct record *record = messages_next(messages, mark);
    struct dns_message dns;

    assert_non_null(record);
    assert_int_equal(record->frame, frame);
    assert_int_equal(record->input, 2);
    messages_read(record, &dns);
    assert_int_equal(dns.reach, DNS_WHOLE);
    assert_int_equal(dns.id, frame & 0xffff);
    assert_int_equal(dns.name[8], '0' + frame / 10 % 10);
    return record;
}

static void test_order(void **state)
{
    struct messages *messages = messages_new(ROOM);

    (void)state;
    assert_null(messages_next(messages, WHEN_NONE));
    assert_null(messages_next(messages, INT64_MAX));
    add(messages, 1, AT(5), false);
    add(messages, 2, AT(3), false);    /* behind others of its time */
    add(messages, 3, AT(5), true);     /* equal times: as they came */
    add(messages, 4, WHEN_NONE, true); /* none: where it came */
    add(messages, 5, AT(9), true);
    add(messages, 6, AT(4), true);
    assert_null(messages_next(messages, WHEN_NONE));
    assert_null(messages_next(messages, AT(3)));
    assert_null(messages_next(messages, AT(4.2))); /* others may come a little late */
    assert_null(messages_next(messages, AT(4.5))); /* its session may be as late as it was itself */
    next(messages, AT(5.1), 2);
    assert_null(messages_next(messages, AT(5.1)));
    assert_null(messages_next(messages, AT(9)));
    next(messages, AT(9.1), 6);
    next(messages, AT(9.1), 1);
    next(messages, AT(9.1), 3);
    next(messages, AT(9.1), 4);
    assert_null(messages_next(messages, AT(9.1)));
    next(messages, INT64_MAX, 5);
    assert_null(messages_next(messages, INT64_MAX));
    assert_int_equal(messages_early(messages), 0);
    messages_free(messages);
    messages_free(NULL);
}

static void test_told(void **state)
{
    struct messages *messages = messages_new(ROOM);
    struct message other = packet(3, AT(1), false);

    (void)state;
    add(messages, 1, AT(1), false);
    add(messages, 2, AT(2), true);
    other.kind = MESSAGE_CONNECT;
    messages_add(messages, &other); /* no DNS */
    const struct record *record = next(messages, INT64_MAX, 1);
    assert_false(record->response);
    assert_true(record->tapped);
    assert_int_equal(record->when, AT(1));
    assert_int_equal(record->src.octet[3], 1);
    assert_int_equal(record->src.port, 40000);
    assert_int_equal(record->dst.octet[3], 2);
    assert_int_equal(record->size, 41);
    assert_int_equal(record->direction, DIRECTION_IN);
    assert_int_equal(record->leg, LEG_WIRE);
    assert_int_equal(record->session, 0);
    assert_int_equal(record->sightings, 1);
    assert_int_equal(record->answered, TAG_UNKNOWN);
    assert_int_equal(record->server, UINT32_MAX);
    record = next(messages, INT64_MAX, 2);
    assert_true(record->response);
    assert_int_equal(record->src.octet[3], 2);
    assert_int_equal(record->dst.port, 40000);
    assert_int_equal(record->latency_ns, WHEN_NONE);
    assert_null(messages_next(messages, INT64_MAX));
    messages_free(messages);
}

/* What is known later is the better word; what comes behind a message's going changes nothing. */
static void test_tags(void **state)
{
    struct messages *messages = messages_new(ROOM);
    struct message_tag first = tag(2, 7, LEG_CLIENT), last = first, query = tag(1, 7, LEG_CLIENT);

    (void)state;
    messages_tag(messages, &query); /* not here yet */
    add(messages, 1, AT(1), false);
    add(messages, 2, AT(2), true);
    messages_tag(messages, &first);
    last.session = 8;
    last.leg = LEG_UPSTREAM;
    last.server = 3;
    last.latency_ns = 5 * WHEN_MS;
    last.latency_exact = true;
    messages_tag(messages, &last);
    query.answered = TAG_ANSWERED;
    query.latency_ns = 5 * WHEN_MS; /* of a query it is none */
    messages_tag(messages, &query);
    const struct message_tag nothing = tag(99, 1, LEG_CLIENT);
    messages_tag(messages, &nothing);
    const struct record *record = next(messages, INT64_MAX, 1);
    assert_int_equal(record->session, 7);
    assert_int_equal(record->leg, LEG_CLIENT);
    assert_int_equal(record->answered, TAG_ANSWERED);
    assert_int_equal(record->latency_ns, WHEN_NONE);
    messages_tag(messages, &query); /* lent out already */
    record = next(messages, INT64_MAX, 2);
    assert_int_equal(record->session, 8);
    assert_int_equal(record->leg, LEG_UPSTREAM);
    assert_int_equal(record->server, 3);
    assert_int_equal(record->latency_ns, 5 * WHEN_MS);
    assert_true(record->latency_exact);
    messages_tag(messages, &last);
    assert_null(messages_next(messages, INT64_MAX));
    messages_free(messages);
}

static void copy(struct messages *messages, uint64_t frame, uint64_t of)
{
    struct message_tag one = tag(frame, 0, LEG_WIRE);

    one.copy_of = of;
    one.copy_id = (uint16_t)of;
    one.copy_input = 2;
    messages_tag(messages, &one);
}

/* A and AAAA in one segment of TCP. */
static void test_same_frame(void **state)
{
    struct messages *messages = messages_new(ROOM);
    struct message message;

    (void)state;
    for (unsigned id = 1; id <= 3; id++) {
        message = packet(id, AT(1), false);
        message.frame = 9;
        messages_add(messages, &message);
    }
    for (unsigned id = 1; id <= 3; id++) {
        struct message_tag one = tag(9, 10 * id, LEG_CLIENT);
        one.id = (uint16_t)id;
        messages_tag(messages, &one);
    }
    message = packet(2, AT(2), false); /* as like another as can be: that one is meant */
    message.frame = 9;
    messages_add(messages, &message);
    struct message_tag one = tag(9, 40, LEG_CLIENT);
    one.id = 2;
    messages_tag(messages, &one);
    assert_int_equal(messages_next(messages, INT64_MAX)->session, 10);
    assert_int_equal(messages_next(messages, INT64_MAX)->session, 40);
    assert_int_equal(messages_next(messages, INT64_MAX)->session, 30);
    assert_int_equal(messages_next(messages, INT64_MAX)->session, 0);
    assert_null(messages_next(messages, INT64_MAX));
    messages_free(messages);
}

static void test_copies(void **state)
{
    struct messages *messages = messages_new(ROOM);

    (void)state;
    messages_also(messages); /* of none */
    add(messages, 1, AT(1), false);
    messages_also(messages); /* in another input, too */
    add(messages, 2, AT(1.001), false);
    copy(messages, 2, 1);
    copy(messages, 2, 1); /* said again: counted once */
    add(messages, 3, AT(1.002), false);
    messages_also(messages);
    copy(messages, 3, 1);
    add(messages, 4, AT(1.003), false);
    copy(messages, 4, 4);  /* itself */
    copy(messages, 4, 77); /* of what is not here */
    copy(messages, 4, 2);  /* of what is a copy itself: stands for itself */
    add(messages, 5, AT(1.004), false);
    copy(messages, 5, 4);
    assert_int_equal(next(messages, INT64_MAX, 1)->sightings, 5);
    messages_also(messages); /* of the newest one, which is a copy and goes with it */
    assert_int_equal(next(messages, INT64_MAX, 4)->sightings, 2);
    assert_null(messages_next(messages, INT64_MAX));
    messages_also(messages);
    assert_int_equal(messages_early(messages), 0);
    messages_free(messages);
}

/* Past the ceiling the oldest leave with what is known of them; none is lost. */
static void test_ceiling(void **state)
{
    enum { MESSAGES = 5000, CEILING = 100 << 10 };
    struct messages *messages = messages_new(CEILING);
    uint64_t seen = 0;
    size_t held = 0, most = 0;

    (void)state;
    for (uint64_t frame = 1; frame <= MESSAGES; frame++) {
        add(messages, frame, AT(1) + (int64_t)frame * WHEN_US, false);
        held++;
        while (messages_next(messages, WHEN_NONE)) {
            seen++;
            held--;
        }
        most = held > most ? held : most;
    }
    assert_in_range(most, 50, CEILING / 40);
    assert_int_equal(messages_early(messages), seen);
    assert_in_range(seen, MESSAGES - most, MESSAGES - 1);
    for (uint64_t frame = seen + 1; frame <= MESSAGES; frame++)
        next(messages, INT64_MAX, frame);
    assert_null(messages_next(messages, INT64_MAX));
    assert_int_equal(messages_early(messages), seen);
    messages_free(messages);

    messages = messages_new(0); /* room for none: each leaves at once */
    add(messages, 1, AT(1), false);
    next(messages, WHEN_NONE, 1);
    messages_also(messages);
    assert_null(messages_next(messages, WHEN_NONE));
    assert_int_equal(messages_early(messages), 1);
    messages_free(messages);
}

/* More than the tables hold at first: each is found, whenever it came. */
static void test_many(void **state)
{
    enum { MESSAGES = 20000, SPREAD = 7919 }; /* SPREAD is prime: all times, in no order */
    struct messages *messages = messages_new(ROOM);

    (void)state;
    for (uint64_t frame = 1; frame <= MESSAGES; frame++)
        add(messages, frame, AT(1) + (int64_t)(frame * SPREAD % MESSAGES) * WHEN_US, true);
    for (uint64_t frame = MESSAGES; frame > 0; frame -= 2) {
        struct message_tag one = tag(frame, frame, LEG_UPSTREAM);
        messages_tag(messages, &one);
        copy(messages, frame - 1, frame);
    }
    int64_t last = WHEN_NONE;
    for (unsigned i = 0; i < MESSAGES / 2; i++) {
        const struct record *record = messages_next(messages, INT64_MAX);
        assert_non_null(record);
        assert_true(i == 0 || record->when > last);
        last = record->when;
        assert_int_equal(record->frame % 2, 0);
        assert_int_equal(record->session, record->frame);
        assert_int_equal(record->sightings, 2);
    }
    assert_null(messages_next(messages, INT64_MAX));
    messages_free(messages);
}

/* Large ones, empty ones and such without payload. */
static void test_sizes(void **state)
{
    struct messages *messages = messages_new(ROOM);
    uint8_t *octets = memory_get(1, 65535);
    struct message message = packet(1, AT(1), true);
    struct dns_message dns;

    (void)state;
    memcpy(octets, message.dns.wire.at, message.dns.wire.len);
    memset(octets + message.dns.wire.len, 0x5a, 65535 - message.dns.wire.len);
    dns_read(&message.dns, octets, 65535, DNS_READ_RECORDS);
    messages_add(messages, &message);
    memory_free(octets);
    message = packet(2, AT(2), false);
    message.leg = LEG_CLIENT;
    message.no_payload = true; /* dnstap without `full` */
    message.size = 0;
    message.answerer = (struct endpoint){0};
    messages_add(messages, &message);
    const struct record *record = messages_next(messages, INT64_MAX);
    assert_int_equal(record->wire_len, 65535);
    assert_int_equal(record->wire[65534], 0x5a);
    messages_read(record, &dns);
    assert_int_equal(dns.id, 1);
    record = messages_next(messages, INT64_MAX);
    assert_null(record->wire);
    assert_int_equal(record->size, 0);
    assert_int_equal(record->dst.len, 0);
    assert_int_equal(record->leg, LEG_CLIENT);
    messages_read(record, &dns);
    assert_int_equal(dns.reach, DNS_NOTHING);
    messages_free(messages);
}

/* The SERVFAIL that CoreDNS sends where no upstream answers is in no frame of dnstap. */
static void test_untapped(void **state)
{
    struct messages *messages = messages_new(ROOM);
    struct made made;
    struct dns_message dns;

    (void)state;
    made_session(&made, AT(1), 9, "lost.example.", 6 * WHEN_SECOND);
    made_attempt(&made, AT(1), 53, OUTCOME_NO_REPLY);
    made_fail(&made, REASON_UPSTREAM_NO_REPLY, RCODE_NONE);
    made.session.waited_exact = false;
    made.session.id = 0xbeef;
    made.session.join = JOIN_EXACT;
    made.session.input_query = 2;
    made.session.frame_query = 1;
    struct message query = packet(1, AT(1), false);
    query.leg = LEG_CLIENT;
    messages_add(messages, &query);
    struct message_tag one = tag(1, made.session.number, LEG_CLIENT);
    one.id = 0;
    one.answered = TAG_NOT_ANSWERED;
    messages_tag(messages, &one);
    messages_session(messages, &made.session);
    memset(made.name, 0, sizeof made.name); /* it was lent */
    made.session.frame_answer = 4;          /* it was tapped */
    messages_session(messages, &made.session);
    made.session.frame_answer = 0;
    made.session.join = JOIN_AMBIGUOUS; /* the attempts may be another one's */
    messages_session(messages, &made.session);
    made.session.join = JOIN_EXACT;
    made.session.server_addr =
        endpoint_of("\12\0\0\2", 4, 53); /* packets: what is not there was not sent */
    messages_session(messages, &made.session);
    made.session.server_addr = (struct endpoint){0};
    made.session.reason = REASON_NO_ANSWER; /* nobody knows whether it was answered */
    messages_session(messages, &made.session);
    made.session.status = STATUS_CAPTURE_EDGE;
    made.session.reason = REASON_CAPTURE_END;
    messages_session(messages, &made.session);
    const struct record *record = next(messages, INT64_MAX, 1);
    assert_int_equal(record->answered, TAG_ANSWERED);
    record = messages_next(messages, INT64_MAX);
    assert_non_null(record);
    assert_false(record->tapped);
    assert_true(record->response);
    assert_int_equal(record->when, AT(7));
    assert_int_equal(record->latency_ns, 6 * WHEN_SECOND);
    assert_false(record->latency_exact);
    assert_int_equal(record->session, made.session.number);
    assert_int_equal(record->dst.octet[3], 9);
    assert_int_equal(record->leg, LEG_CLIENT);
    messages_read(record, &dns);
    assert_int_equal(dns.id, 0xbeef);
    assert_int_equal(dns.rcode, 2);
    assert_int_equal(dns.type, 1);
    assert_memory_equal(dns.name, "\4lost\7example", 14);
    assert_null(messages_next(messages, INT64_MAX));
    messages_free(messages);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),    cmocka_unit_test(test_told),
        cmocka_unit_test(test_tags),     cmocka_unit_test(test_same_frame),
        cmocka_unit_test(test_copies),   cmocka_unit_test(test_ceiling),
        cmocka_unit_test(test_many),     cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_untapped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
