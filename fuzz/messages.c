// SPDX-License-Identifier: BSD-2-Clause
// A message as a row of the messages view: all that its fields tell, its records through ldns.  Eight
// octets in front of it say how it was captured.
#include <assert.h>

#include "base/limits.h"
#include "dns/contents.h"
#include "messages/messages.h"

#include "fuzz.h"

enum { CAPTURE_OCTETS = 8 };

/* What a text may take for what it is made of: names that point to one another, escaped. */
static void take(void *context, const char *key, size_t key_len, const struct field *field,
                 const struct value *value)
{
    size_t *octets = context;

    (void)key, (void)key_len, (void)field;
    if (value->kind == VALUE_TEXT) {
        assert(value->text.len < (1u << 20));
        for (size_t i = 0; i < value->text.len; i++)
            *octets += (unsigned char)value->text.at[i] != 0;
    }
}

static void open_any(void *context, const char *key, size_t key_len, bool array)
{
    (void)context, (void)key, (void)key_len, (void)array;
}

static void close_any(void *context, bool array)
{
    (void)context, (void)array;
}

static struct record record_of(const uint8_t *data, size_t size)
{
    static const uint8_t address[16] = {0xfd, 1};

    return (struct record){.when = data[0] ? (int64_t)data[0] << 54 : WHEN_NONE,
                           .latency_ns = data[1] ? (int64_t)data[1] << (data[7] % 40) : WHEN_NONE,
                           .frame = data[2],
                           .session = data[2] & 1,
                           .src = endpoint_of(data, data[3] & 4, 53),
                           .dst = endpoint_of(address, data[3] & 16, data[4]),
                           .wire = data + CAPTURE_OCTETS,
                           .wire_len = (uint32_t)(size - CAPTURE_OCTETS),
                           .size = data[4],
                           .server = data[5] & 1 ? 0 : UINT32_MAX,
                           .rcode = RCODE_NONE,
                           .leg = data[5] >> 1 & 3,
                           .transport = data[6] % 6,
                           .direction = data[5] >> 3 & 3,
                           .answered = data[5] >> 5 & 1,
                           .response = data[6] & 1,
                           .tapped = true,
                           .cut = data[6] >> 7};
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct record record;
    struct dns_message dns;
    size_t octets = 0;
    struct field_sink sink = {open_any, close_any, take, &octets};

    if (size < CAPTURE_OCTETS || size > FUZZ_BYTES_MAX)
        return 0;
    record = record_of(data, size);
    messages_read(&record, &dns);
    struct message_row row = {
        .record = &record, .dns = &dns, .identity = "x", .own_socket = data[7] & 1};
    field_walk(&message_fields, &row, &sink);
    for (unsigned section = DNS_ANSWER; section <= DNS_ADDITIONAL; section++)
        assert(dns_contents(&dns, (enum dns_section)section) <= LIMIT_CONTENTS);
    return 0;
}
