// SPDX-License-Identifier: BSD-2-Clause
// DNS messages: everything that is read from the wire, and names printed and read back.
#include <assert.h>

#include "base/limits.h"
#include "dns/message.h"
#include "dns/name.h"

#include "fuzz.h"

static void check_name(const struct dns_message *message)
{
    struct text text = {0};
    uint8_t wire[256];
    size_t len;

    if (!message->name_len)
        return;
    dns_name_print(message->name, message->name_len, false, &text);
    len = dns_name_parse(text.at, wire);
    assert(len == message->name_len);
    assert(dns_name_same(wire, len, message->name, message->name_len));
    text_done(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t octets[16 * 32], lens[32];
    struct dns_ede edes[8];
    struct dns_message message, shallow;
    unsigned n;

    if (size > FUZZ_BYTES_MAX)
        return 0;
    dns_read(&message, data, size, DNS_READ_RECORDS);
    dns_read(&shallow, data, size, DNS_READ_QUESTION);
    assert(message.id == shallow.id && message.name_len == shallow.name_len);
    check_name(&message);
    n = dns_addresses(&message, octets, lens, 32);
    assert(n <= 32);
    for (unsigned i = 0; i < n; i++)
        assert(lens[i] == 4 || lens[i] == 16);
    n = dns_edes(&message, edes, 8);
    assert(n <= 8);
    for (unsigned i = 0; i < n; i++)
        assert(edes[i].text.len == 0 || (edes[i].text.at >= data && edes[i].text.len <= size));
    return 0;
}
