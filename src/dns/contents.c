// SPDX-License-Identifier: BSD-2-Clause
#include "dns/contents.h"

#include <ldns/ldns.h>
#include <string.h>

#include "base/addr.h"
#include "base/limits.h"
#include "dns/name.h"
#include "dns/words.h"

enum { CLASS_IN = 1, TYPE_A = 1, TYPE_AAAA = 28, TYPE_OPT = 41, FIELDS_IN_FRONT = 4 };

bool dns_contents_known(const struct dns_message *message)
{
    return message->records.at != NULL && !message->malformed;
}

/* The record at WANTED of SECTION into RECORD; returns how many of it were met on the way. */
static size_t search(const struct dns_message *message, enum dns_section section, size_t wanted,
                     struct dns_record *record)
{
    struct dns_walk walk = {0};
    size_t n = 0;

    while (n <= wanted && dns_next_record(message, &walk, record) && record->section <= section)
        n += record->section == section && record->type != TYPE_OPT;
    return n;
}

size_t dns_contents(const struct dns_message *message, enum dns_section section)
{
    struct dns_record record;

    if (!dns_contents_known(message))
        return 0;
    return search(message, section, LIMIT_CONTENTS - 1, &record);
}

/* RFC 3597 section 5. */
static void add_unknown(struct text *text, struct slice rdata)
{
    static const char hex[] = "0123456789abcdef";
    char *at;

    text_format(text, "\\# %zu", rdata.len);
    if (rdata.len > 0)
        text_add_char(text, ' ');
    at = text_room(text, 2 * rdata.len + 1);
    for (size_t i = 0; i < rdata.len; i++) {
        *at++ = hex[rdata.at[i] >> 4];
        *at++ = hex[rdata.at[i] & 15];
    }
    text_end(text, at);
}

/* What ldns prints of a record's data: what stands behind name, TTL, class and type. */
static bool add_line(struct text *text, const char *line)
{
    for (int i = 0; i < FIELDS_IN_FRONT; i++) {
        line = strchr(line, '\t');
        if (line++ == NULL)
            return false;
    }
    for (; *line != 0; line++)
        if (*line != '\n')
            text_add_char(text, *line == '\t' ? ' ' : *line);
    return true;
}

/* ldns gets the message up to the end of the record, so that it sees no octet which the walk has not
 * seen. */
static bool add_rdata(struct text *text, const struct dns_message *message,
                      const struct dns_record *record)
{
    ldns_rr *rr = NULL;
    size_t at = record->at;
    bool good = ldns_wire2rr(&rr, message->wire.at, record->end, &at, LDNS_SECTION_ANSWER) ==
                LDNS_STATUS_OK;
    ldns_buffer *buffer = good ? ldns_buffer_new(LDNS_MIN_BUFLEN) : NULL;

    good = buffer != NULL && at == record->end &&
           ldns_rr2buffer_str_fmt(buffer, ldns_output_format_nocomments, rr) == LDNS_STATUS_OK &&
           ldns_buffer_reserve(buffer, 1);
    if (good) {
        ldns_buffer_write_u8(buffer, 0);
        good = add_line(text, (const char *)ldns_buffer_begin(buffer));
    }
    ldns_buffer_free(buffer);
    ldns_rr_free(rr);
    return good;
}

/* Nearly all records are these. */
static bool add_address(struct text *text, const struct dns_record *record)
{
    size_t len = record->type == TYPE_A ? 4 : record->type == TYPE_AAAA ? 16 : 0;

    if (record->class != CLASS_IN || record->rdata.len != len || len == 0)
        return false;
    /* ::ffff:192.0.2.1 in an AAAA record is another address than 192.0.2.1. */
    struct endpoint end = endpoint_of(record->rdata.at, len, 0);
    if (end.len != len)
        return false;
    char *at = text_room(text, ADDR_TEXT_MAX);
    text_end(text, at + endpoint_print_addr(&end, at));
    return true;
}

void dns_contents_print(const struct dns_message *message, enum dns_section section, size_t i,
                        struct text *text)
{
    struct dns_record record;
    uint8_t name[DNS_NAME_MAX + 1];
    size_t len;

    if (!dns_contents_known(message) || search(message, section, i, &record) <= i)
        return;
    len = dns_record_name(message, &record, name);
    if (len > 0)
        dns_name_print(name, len, false, text);
    else
        text_add_string(text, "(damaged name)");
    text_format(text, " %u %s %s", record.ttl, dns_class_word(record.class),
                dns_type_word(record.type));
    if (record.rdata.len == 0) /* of an UPDATE (RFC 2136 section 2.4) */
        return;
    text_add_char(text, ' ');
    size_t before = text->len;
    if (add_address(text, &record) || (len > 0 && add_rdata(text, message, &record)))
        return;
    text->len = before;
    text->at[before] = 0;
    add_unknown(text, record.rdata);
}
