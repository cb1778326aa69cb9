// SPDX-License-Identifier: BSD-2-Clause
#include "dns/spelling.h"

#include <string.h>
#include <strings.h>

#include "dns/name.h"
#include "dns/words.h"

struct pair {
    const char *other, *ours;
};

/* Those of Inspektor Gadget that differ by more than case. */
static const struct pair rcode_pairs[] = {
    {"Success", "NOERROR"},    {"FormatError", "FORMERR"},   {"ServerFailure", "SERVFAIL"},
    {"NameError", "NXDOMAIN"}, {"NotImplemented", "NOTIMP"},
};
static const struct pair type_pairs[] = {{"ALL", "ANY"}, {"*", "ANY"}};

struct vocabulary {
    const struct pair *pairs;
    size_t n_pairs;
    const char *(*word)(uint16_t number);
    const char *prefix;      /* of numbers without a word (RFC 3597) */
    const uint16_t *numbers; /* of words above 300 */
    size_t n_numbers;
};

enum { NUMBERS_LOW = 300 }; /* below stand all words but these few */
static const uint16_t type_numbers[] = {32768, 32769, 65281};

static const struct vocabulary types = {type_pairs,    sizeof type_pairs / sizeof *type_pairs,
                                        dns_type_word, "TYPE",
                                        type_numbers,  sizeof type_numbers / sizeof *type_numbers},
                               rcodes = {rcode_pairs,    sizeof rcode_pairs / sizeof *rcode_pairs,
                                         dns_rcode_word, "RCODE",
                                         NULL,           0},
                               classes = {NULL, 0, dns_class_word, "CLASS", NULL, 0};

static bool same(const char *word, const char *typed, size_t len)
{
    return strlen(word) == len && strncasecmp(word, typed, len) == 0;
}

/* Decimal digits up to 65535; -1 where it is something else. */
static int number_of(const char *typed, size_t len)
{
    int number = 0;

    for (size_t i = 0; i < len; i++) {
        if (typed[i] < '0' || typed[i] > '9' || i > 4)
            return -1;
        number = 10 * number + typed[i] - '0';
    }
    return len > 0 && number <= UINT16_MAX ? number : -1;
}

/* The I-th word: those of numbers that have one of their own, then the other spellings. */
static const char *word_at(const struct vocabulary *words, size_t i)
{
    size_t prefix = strlen(words->prefix);

    for (uint16_t number = 0; number < NUMBERS_LOW; number++) {
        const char *word = words->word(number);
        bool bare =
            strncmp(word, words->prefix, prefix) == 0 && word[prefix] >= '0' && word[prefix] <= '9';
        if (!bare && i-- == 0)
            return word;
    }
    if (i < words->n_numbers)
        return words->word(words->numbers[i]);
    i -= words->n_numbers;
    return i < words->n_pairs ? words->pairs[i].other : NULL;
}

/* -1 where TYPED is none of them. */
static int find_number(const struct vocabulary *words, const char *typed, size_t len)
{
    size_t prefix = strlen(words->prefix);

    for (size_t i = 0; i < words->n_pairs; i++)
        if (same(words->pairs[i].other, typed, len))
            typed = words->pairs[i].ours, len = strlen(typed);
    for (uint16_t i = 0; i < NUMBERS_LOW; i++)
        if (same(words->word(i), typed, len))
            return i;
    for (size_t i = 0; i < words->n_numbers; i++)
        if (same(words->word(words->numbers[i]), typed, len))
            return words->numbers[i];
    if (len > prefix && strncasecmp(words->prefix, typed, prefix) == 0)
        typed += prefix, len -= prefix;
    return number_of(typed, len);
}

static const char *find(const struct vocabulary *words, const char *typed, size_t len)
{
    int number = find_number(words, typed, len);
    return number >= 0 ? words->word((uint16_t)number) : NULL;
}

static bool read_word(const struct vocabulary *words, const char *typed, size_t len,
                      struct text *text)
{
    const char *word = find(words, typed, len);

    if (word != NULL)
        text_add_string(text, word);
    return word != NULL;
}

static const char *other_word(const struct vocabulary *words, const char *at, size_t len)
{
    for (size_t i = 0; i < words->n_pairs; i++)
        if (same(words->pairs[i].ours, at, len))
            return words->pairs[i].other;
    return NULL;
}

#define WORDS(name, vocabulary)                                                                    \
    static bool read_##name(const char *typed, size_t len, struct text *text)                      \
    {                                                                                              \
        return read_word(&vocabulary, typed, len, text);                                           \
    }                                                                                              \
    static const char *other_##name(const char *at, size_t len)                                    \
    {                                                                                              \
        return other_word(&vocabulary, at, len);                                                   \
    }                                                                                              \
    static const char *word_##name(size_t i)                                                       \
    {                                                                                              \
        return word_at(&vocabulary, i);                                                            \
    }                                                                                              \
    const struct field_spelling dns_##name##_spelling = {.what = #name,                            \
                                                         .read = read_##name,                      \
                                                         .other = other_##name,                    \
                                                         .word = word_##name,                      \
                                                         .folded = true}
WORDS(type, types);
WORDS(class, classes);
WORDS(rcode, rcodes);

/* Inspektor Gadget's words for rcodes, by number. */
static const char *const gadget_rcodes[] = {"Success",   "FormatError",    "ServerFailure",
                                            "NameError", "NotImplemented", "Refused"};
enum { GADGET_RCODES = sizeof gadget_rcodes / sizeof *gadget_rcodes };

void dns_rcode_print_gadget(uint16_t rcode, struct text *text)
{
    if (rcode < GADGET_RCODES)
        text_add_string(text, gadget_rcodes[rcode]);
    else
        text_add_count(text, rcode);
}

static bool read_gadget(const char *typed, size_t len, struct text *text)
{
    int number = find_number(&rcodes, typed, len);

    if (number >= 0)
        dns_rcode_print_gadget((uint16_t)number, text);
    return number >= 0;
}

/* IANA's word. */
static const char *other_gadget(const char *at, size_t len)
{
    return find(&rcodes, at, len);
}

const struct field_spelling dns_rcode_gadget_spelling = {.what = "rcode",
                                                         .read = read_gadget,
                                                         .other = other_gadget,
                                                         .word = word_rcode,
                                                         .folded = true};

static bool read_name(const char *typed, size_t len, struct text *text)
{
    uint8_t wire[256];
    struct text copy = {0};
    size_t wire_len;

    text_add(&copy, typed, len);
    wire_len = len > 0 ? dns_name_parse(copy.at, wire) : 0;
    text_done(&copy);
    if (wire_len > 0)
        dns_name_print(wire, wire_len, true, text);
    return wire_len > 0;
}

const struct field_spelling dns_name_spelling = {
    .what = "domain name", .read = read_name, .folded = true, .dotted = true};

/* Four hex digits, as Inspektor Gadget prints them; with 0x fewer will do. */
static bool read_id(const char *typed, size_t len, struct text *text)
{
    bool hex = len > 2 && typed[0] == '0' && (typed[1] == 'x' || typed[1] == 'X');
    unsigned id = 0;

    if (hex)
        typed += 2, len -= 2;
    if (len > 4 || (len < 4 && !hex))
        return false;
    for (size_t i = 0; i < len; i++) {
        static const char digits[] = "0123456789abcdef";
        const char *digit =
            strchr(digits, typed[i] >= 'A' && typed[i] <= 'F' ? typed[i] | 0x20 : typed[i]);
        if (digit == NULL || *digit == 0)
            return false;
        id = 16 * id + (unsigned)(digit - digits);
    }
    text_format(text, "%04x", id);
    return true;
}

const struct field_spelling dns_id_spelling = {
    .what = "DNS id of four hex digits", .read = read_id, .folded = true};
