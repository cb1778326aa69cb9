// SPDX-License-Identifier: BSD-2-Clause
#include "input/pcap/interface.h"

#include "base/when.h"
#include "input/pcap/block.h"

enum { /* options of an interface description */
    IF_NAME = 2,
    IF_DESCRIPTION = 3,
    IF_TSRESOL = 9,
    IF_FILTER = 11,
    IF_TSOFFSET = 14,
};
enum { ISB_IFDROP = 5, ISB_OSDROP = 7 }; /* of interface statistics */

#define SECOND ((uint64_t)WHEN_SECOND)
#define MICROSECONDS 1000000 /* of a second: what times count where nothing is stated */

/* if_tsresol: a negative power of 10, or, with the highest bit, of 2. */
static uint64_t units_of(uint8_t resolution)
{
    unsigned power = resolution & 0x7f;
    uint64_t units = 1;

    if (resolution & 0x80)
        return power < 64 ? UINT64_C(1) << power : 0;
    if (power > 19)
        return 0;
    while (power--)
        units *= 10;
    return units;
}

static void take_option(struct interface *interface, struct interface_facts *facts,
                        const struct option *option, bool big)
{
    struct bytes value = bytes_of(option->value.at, option->value.len);

    switch (option->code) {
    case IF_NAME:
        evidence_text(facts->name, sizeof facts->name, option->value);
        break;
    case IF_DESCRIPTION:
        evidence_text(facts->description, sizeof facts->description, option->value);
        break;
    case IF_TSRESOL:
        interface->units = units_of(bytes_u8(&value));
        break;
    case IF_FILTER: /* 0: a text of libpcap's language; else its machine code */
        if (bytes_u8(&value) == 0)
            evidence_text(facts->filter, sizeof facts->filter,
                          (struct slice){value.at, bytes_left(&value)});
        break;
    case IF_TSOFFSET:
        if (__builtin_mul_overflow((int64_t)block_u64(&value, big), WHEN_SECOND,
                                   &interface->offset_ns))
            interface->units = 0;
        break;
    default:
        break;
    }
}

bool interface_read(struct interface *interface, struct bytes body, bool big,
                    struct input_facts *facts)
{
    struct interface_facts row = {.name = ""};
    struct option option;
    size_t at;

    *interface = (struct interface){.units = MICROSECONDS};
    interface->link = row.link = block_u16(&body, big);
    bytes_skip(&body, 2);
    interface->snaplen = block_u32(&body, big);
    if (body.bad)
        return false;
    while (option_next(&body, big, &option)) {
        if (option.code == OPTION_COMMENT)
            evidence_comment(&facts->evidence, option.value);
        else
            take_option(interface, &row, &option, big);
    }
    if (interface->units && SECOND % interface->units == 0)
        interface->unit_ns = SECOND / interface->units;
    evidence_link(&facts->evidence, row.link);
    at = evidence_interface(&facts->evidence, &row);
    interface->row = at < UINT32_MAX ? (uint32_t)at : UINT32_MAX;
    return !body.bad;
}

static uint64_t sum(uint64_t a, uint64_t b)
{
    return a > INT64_MAX || b > INT64_MAX - a ? INT64_MAX : a + b;
}

/* DROPS were lost in this section so far; the row may have more, of sections before. */
static void note_drops(struct interface *interface, uint64_t drops, struct input_facts *facts)
{
    struct evidence *evidence = &facts->evidence;
    struct interface_facts *row;

    if (interface->row >= evidence->n_interfaces)
        return;
    row = &evidence->interfaces[interface->row];
    if (row->drops == EVIDENCE_NONE)
        row->drops = 0;
    if (drops > interface->told) {
        row->drops = sum(row->drops, drops - interface->told);
        interface->told = drops;
    }
}

void interface_count(struct interface *interface, struct bytes *options, bool big,
                     struct input_facts *facts)
{
    struct option option;
    uint64_t drops = 0;
    bool told = false;

    while (option_next(options, big, &option)) {
        struct bytes value = bytes_of(option.value.at, option.value.len);

        if (option.code == OPTION_COMMENT)
            evidence_comment(&facts->evidence, option.value);
        if (option.code != ISB_IFDROP && option.code != ISB_OSDROP)
            continue;
        drops = sum(drops, block_u64(&value, big));
        told = true;
    }
    if (told)
        note_drops(interface, drops, facts);
}

void interface_lose(struct interface *interface, uint64_t n, struct input_facts *facts)
{
    interface->lost = sum(interface->lost, n);
    note_drops(interface, interface->lost, facts);
}

/* FRACTION of UNITS in nanoseconds.  UNITS is a power of 10 or of 2. */
static uint64_t nanoseconds(uint64_t fraction, uint64_t units)
{
    if (units % SECOND == 0)
        return fraction / (units / SECOND);
    for (; units > UINT64_C(1) << 34; units >>= 1) /* digits far beyond nanoseconds */
        fraction >>= 1;
    return fraction * SECOND / units;
}

int64_t interface_when(const struct interface *interface, uint64_t time)
{
    uint64_t units = interface->units, ns;
    int64_t when;

    if (interface->unit_ns) {
        if (__builtin_mul_overflow(time, interface->unit_ns, &ns))
            return WHEN_NONE;
    } else if (!units || __builtin_mul_overflow(time / units, SECOND, &ns) ||
               __builtin_add_overflow(ns, nanoseconds(time % units, units), &ns)) {
        return WHEN_NONE;
    }
    if (__builtin_add_overflow(ns, interface->offset_ns, &when) || when < 0)
        return WHEN_NONE;
    return when;
}
