// SPDX-License-Identifier: BSD-2-Clause
#include "dns/words.h"

#include <ldns/ldns.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/map.h"
#include "base/memory.h"

struct word {
    uint16_t number;
    const char *word;
};

/* IANA's words for what ldns 1.8 does not know or writes in another way. */
static const struct word types[] = {
    {56, "NINFO"},    {57, "RKEY"},    {64, "SVCB"},   {65, "HTTPS"}, {66, "DSYNC"},
    {67, "HHIT"},     {68, "BRID"},    {100, "UINFO"}, {101, "UID"},  {102, "GID"},
    {103, "UNSPEC"},  {128, "NXNAME"}, {251, "IXFR"},  {252, "AXFR"}, {253, "MAILB"},
    {254, "MAILA"},   {255, "ANY"},    {258, "AVC"},   {259, "DOA"},  {260, "AMTRELAY"},
    {261, "RESINFO"}, {262, "WALLET"}, {263, "CLA"},   {264, "IPN"},  {32768, "TA"},
    {32769, "DLV"},   {65281, "WINS"},
};
static const struct word rcodes[] = {
    {4, "NOTIMP"},   {11, "DSOTYPENI"}, {16, "BADVERS"}, {17, "BADKEY"},   {18, "BADTIME"},
    {19, "BADMODE"}, {20, "BADNAME"},   {21, "BADALG"},  {22, "BADTRUNC"}, {23, "BADCOOKIE"},
};

static const char *own_word(const struct word *words, size_t n, uint16_t number)
{
    for (size_t i = 0; i < n; i++) {
        if (words[i].number == number)
            return words[i].word;
    }
    return NULL;
}

static const char *find_type(uint16_t type)
{
    const char *word = own_word(types, sizeof types / sizeof *types, type);
    const ldns_rr_descriptor *descriptor = ldns_rr_descript(type);

    /* ldns gives its first row, type 0, for whatever it does not know. */
    if (word || type == 0 || !descriptor || descriptor == ldns_rr_descript(0))
        return word;
    return descriptor->_name;
}

static const char *find_in(const ldns_lookup_table *table, uint16_t number)
{
    for (; table->name; table++) {
        if (table->id == number)
            return table->name;
    }
    return NULL;
}

static const char *find_class(uint16_t class)
{
    return find_in(ldns_rr_classes, class);
}

static const char *find_rcode(uint16_t rcode)
{
    const char *word = own_word(rcodes, sizeof rcodes / sizeof *rcodes, rcode);

    return word ? word : find_in(ldns_rcodes, rcode);
}

/* The words met so far, by number. */
struct memory {
    struct map *words; /* record: char[DNS_WORD_MAX] */
    const char *prefix;
    const char *(*find)(uint16_t number);
    const char *small[256]; /* the words of small numbers, which nearly all are */
};

static const char *recall_any(struct memory *memory, uint16_t number)
{
    bool added;
    char *record;
    const char *word;

    if (!memory->words)
        memory->words = map_new(DNS_WORD_MAX, 0);
    record = map_add(memory->words, &number, sizeof number, &added);
    if (!added)
        return record;
    word = memory->find(number);
    if (word && strlen(word) < DNS_WORD_MAX)
        memory_copy(record, word, strlen(word));
    else
        snprintf(record, DNS_WORD_MAX, "%s%u", memory->prefix, (unsigned)number);
    return record;
}

static inline const char *recall(struct memory *memory, uint16_t number)
{
    if (number > 255)
        return recall_any(memory, number);
    if (!memory->small[number])
        memory->small[number] = recall_any(memory, number);
    return memory->small[number];
}

const char *dns_type_word(uint16_t type)
{
    static struct memory memory = {.prefix = "TYPE", .find = find_type};

    return recall(&memory, type);
}

const char *dns_class_word(uint16_t class)
{
    static struct memory memory = {.prefix = "CLASS", .find = find_class};

    return recall(&memory, class);
}

const char *dns_rcode_word(uint16_t rcode)
{
    static struct memory memory = {.prefix = "RCODE", .find = find_rcode};

    return recall(&memory, rcode);
}
