// SPDX-License-Identifier: BSD-2-Clause
/* Values in a filter, read as what the field holds. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/filter-inside.h"
#include "base/memory.h"
#include "base/when.h"

enum { WORDS_MAX = 32 }; /* that a message lists */

struct reading { /* of one value */
    struct filter_term *term;
    const struct field *field;
    const char *typed; /* raw, in the expression */
    size_t at, len;    /* of it */
    bool quoted;
    struct text value; /* backslashes resolved; at is never NULL */
    struct error *error;
};

static int wrong(const struct reading *reading, const char *why)
{
    return filter_error(reading->error, reading->at, "", reading->typed, reading->len, why);
}

/* Whole numbers, with a sign. */
static bool whole(const char *text, int64_t *number)
{
    char *end;

    if (!((*text >= '0' && *text <= '9') || (*text == '-' && text[1] >= '0' && text[1] <= '9')))
        return false;
    errno = 0;
    *number = strtoll(text, &end, 10);
    return errno == 0 && *end == 0;
}

/* Digits with a fraction, nothing else. */
static bool decimal(const char *text, double *number)
{
    char *end;

    if (text[0] < '0' || text[0] > '9' || strspn(text, "0123456789.") != strlen(text))
        return false;
    *number = strtod(text, &end);
    return *end == 0;
}

static int read_count(struct reading *reading)
{
    reading->term->operand = OPERAND_INTEGER;
    if (!whole(reading->value.at, &reading->term->integer))
        return wrong(reading, "is no whole number");
    return 0;
}

/* Bare numbers are milliseconds as in JSON, or what the field's other name says. */
static int read_duration(struct reading *reading)
{
    int64_t unit = reading->term->place.unit_ns != 0 ? reading->term->place.unit_ns : WHEN_MS;
    double number;
    struct error inner = {0};

    reading->term->operand = OPERAND_INTEGER;
    if (decimal(reading->value.at, &number)) {
        if (!(number * (double)unit < 9e18))
            return wrong(reading, "is longer than a duration can be");
        reading->term->integer = (int64_t)(number * (double)unit + .5);
        return 0;
    }
    if (when_parse_duration(reading->value.at, &reading->term->integer, &inner) < 0)
        return wrong(reading, "is no duration (like 200us, 5ms, 1.5s, 2m, 1h)");
    return 0;
}

static int read_time(struct reading *reading)
{
    enum when_base base;
    struct error inner = {0};

    reading->term->operand = OPERAND_INTEGER;
    if (reading->term->place.unit_ns == 1 && whole(reading->value.at, &reading->term->integer))
        return 0;
    if (when_parse_point(reading->value.at, &base, &reading->term->integer, &inner) < 0 ||
        base != WHEN_ABSOLUTE)
        return wrong(reading, "is no time (like 2026-11-20T10:00:00Z; --since and --until take "
                              "others, too)");
    return 0;
}

static int read_real(struct reading *reading, bool share)
{
    struct text *value = &reading->value;
    bool percent = share && value->len > 1 && value->at[value->len - 1] == '%';

    if (percent)
        value->at[--value->len] = 0;
    reading->term->operand = OPERAND_REAL;
    if (!decimal(value->at, &reading->term->real))
        return wrong(reading, share ? "is no share (like 0.01 or 1%)" : "is no number");
    if (percent)
        reading->term->real /= 100;
    /* "> 1" is meant as 1%, and would never be true */
    bool beyond = reading->term->real > 1 ||
                  (reading->term->real == 1 && reading->term->op == FILTER_GREATER);
    if (share && beyond)
        return wrong(reading, "is passed by no share: 1 is 100%, 0.01 is 1%");
    return 0;
}

static int read_bool(struct reading *reading)
{
    static const char *const words[] = {"false", "true", "0", "1"};

    reading->term->operand = OPERAND_INTEGER;
    if (reading->term->op != FILTER_EQUAL)
        return filter_error(reading->error, reading->at, "", reading->field->path,
                            strlen(reading->field->path), "is true or false: == and != compare it");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcasecmp(words[i], reading->value.at) != 0)
            continue;
        reading->term->integer = i & 1;
        return 0;
    }
    return wrong(reading, "is neither true nor false");
}

static bool is_order(enum filter_op op)
{
    return op == FILTER_LESS || op == FILTER_LESS_EQUAL || op == FILTER_GREATER ||
           op == FILTER_GREATER_EQUAL;
}

static int take_network(struct reading *reading, const struct filter_network *network)
{
    if (is_order(reading->term->op) && network->bits != 8u * network->addr.len)
        return wrong(reading, "is a network: == and != compare it");
    reading->term->operand = OPERAND_ADDRESS;
    reading->term->network = *network;
    return 0;
}

static int read_address(struct reading *reading)
{
    struct filter_network network = {0};

    if (!filter_network_read(reading->value.at, false, &network))
        return wrong(reading, "is no IPv4 or IPv6 address or network (10.244.0.0/16)");
    return take_network(reading, &network);
}

/* The field PATH.LAST of the group, in its table. */
static const struct field *part_of(const struct filter_place *place, const char *last)
{
    struct text path = {0};

    text_format(&path, "%s.%s", place->field->path, last);
    const struct field *field = field_find(place->table, path.at, path.len);
    text_done(&path);
    return field;
}

/* "client==10.244.1.7" is about its address; the rest about its text in a column.  True: RESULT. */
static bool read_endpoint(struct reading *reading, int *result)
{
    struct filter_place *place = &reading->term->place;
    const struct field *addr = part_of(place, "addr"), *port = part_of(place, "port");
    struct filter_network network = {0};

    if (addr == NULL || addr->spelling != &field_address)
        return false;
    if (!filter_network_read(reading->value.at, port != NULL, &network)) {
        if (strspn(reading->value.at, "0123456789.:/[]") != reading->value.len)
            return false;
        *result =
            wrong(reading, "is no address (10.0.0.1, 10.0.0.1:53) or network (10.244.0.0/16)");
        return true;
    }
    *result = take_network(reading, &network);
    if (network.addr.port != 0)
        reading->term->port = port;
    place->field = addr;
    return true;
}

/* "is none of: …" with the nearest word; words are given by I. */
static int no_word(const struct reading *reading, const char *what,
                   const char *(*word)(const struct field *field, size_t i))
{
    struct text hint = {0};
    const char *near = NULL, *one;
    struct field *entries = NULL;
    size_t n = 0;

    while ((one = word(reading->field, n)) != NULL) {
        entries = memory_grow(entries, n + 1, sizeof *entries);
        entries[n++] = (struct field){.path = one};
    }
    struct field_table words = {.fields = entries, .n = n};
    near = field_nearest(&words, reading->value.at, reading->value.len);
    text_format(&hint, "is no %s", what);
    if (near != NULL)
        text_format(&hint, "; did you mean '%s'?", near);
    for (size_t i = 0; near == NULL && n <= WORDS_MAX && i < n; i++)
        text_format(&hint, "%s%s", i == 0 ? " (there are: " : ", ", entries[i].path);
    if (near == NULL && n > 0 && n <= WORDS_MAX)
        text_add_char(&hint, ')');
    wrong(reading, hint.at);
    text_done(&hint);
    memory_free(entries);
    return -1;
}

static const char *fixed_word(const struct field *field, size_t i)
{
    return field->words[i];
}

static const char *spelled_word(const struct field *field, size_t i)
{
    return field->spelling->word != NULL ? field->spelling->word(i) : NULL;
}

static int read_text(struct reading *reading)
{
    const struct field *field = reading->field;
    struct filter_term *term = reading->term;

    term->operand = OPERAND_TEXT;
    term->text = (struct text){0};
    if (field->words != NULL) {
        for (size_t i = 0; field->words[i] != NULL; i++)
            if (strcasecmp(field->words[i], reading->value.at) == 0) {
                text_add_string(&term->text, field->words[i]);
                return 0;
            }
        return no_word(reading, field->path, fixed_word);
    }
    if (field->spelling != NULL && field->spelling->read != NULL) {
        if (field->spelling->read(reading->value.at, reading->value.len, &term->text))
            return 0;
        return no_word(reading, field->spelling->what, spelled_word);
    }
    text_add(&term->text, reading->value.at, reading->value.len);
    return 0;
}

static int read_pattern(struct reading *reading)
{
    const struct field_spelling *spelling = reading->field->spelling;
    bool folded = reading->field->words != NULL || (spelling != NULL && spelling->folded);
    bool dotted = spelling != NULL && spelling->dotted;
    char why[128] = "";
    size_t offset = 0;

    if (reading->field->kind != VALUE_TEXT && reading->field->kind != VALUE_NULL)
        return filter_error(reading->error, reading->at, "", reading->field->path,
                            strlen(reading->field->path), "is no text: ~ and !~ search texts");
    struct pattern *pattern =
        pattern_new(reading->value.at, reading->value.len, folded, dotted, why, &offset);
    if (pattern == NULL) {
        size_t origin = filter_value_origin(reading->typed, reading->len, reading->quoted, offset);
        return error_set(reading->error, ERROR_USAGE, "column %zu: in the pattern: %s",
                         reading->at + origin + 1, why);
    }
    reading->term->operand = OPERAND_PATTERN;
    reading->term->pattern = pattern;
    return 0;
}

static int read_value(struct reading *reading)
{
    if (reading->term->op == FILTER_MATCH)
        return read_pattern(reading);
    switch (reading->field->kind) {
    case VALUE_COUNT:
        return read_count(reading);
    case VALUE_SHARE:
    case VALUE_NUMBER:
        return read_real(reading, reading->field->kind == VALUE_SHARE);
    case VALUE_MS:
        return read_duration(reading);
    case VALUE_TIME:
        return read_time(reading);
    case VALUE_BOOL:
        return read_bool(reading);
    case VALUE_TEXT:
    case VALUE_NULL:
        break;
    }
    return reading->field->spelling == &field_address ? read_address(reading) : read_text(reading);
}

/* Objects and lists of them are compared by their fields, but for those that have a text. */
static bool is_plain(const struct field *field)
{
    bool has_text = field->shape == FIELD_GROUP || field->shape == FIELD_MAP;

    return field->shape == FIELD_VALUE || field->shape == FIELD_LIST ||
           (has_text && field->get != NULL);
}

static int read_any(struct reading *reading)
{
    int result;

    if (reading->field->shape == FIELD_GROUP && reading->term->op != FILTER_MATCH &&
        read_endpoint(reading, &result))
        return result;
    if (is_plain(reading->field))
        return read_value(reading);
    struct text why = {0};
    text_format(&why, "is %s: compare one of its %s (--list-fields)",
                reading->field->shape == FIELD_ROWS ? "a list of objects" : "an object",
                reading->field->shape == FIELD_MAP ? "keys" : "fields");
    filter_error(reading->error, reading->at, "", reading->field->path,
                 strlen(reading->field->path), why.at);
    text_done(&why);
    return -1;
}

int filter_operand_read(struct filter_term *term, const char *text,
                        const struct filter_token *token, struct error *error)
{
    struct reading reading = {.term = term,
                              .field = term->place.field,
                              .typed = text + token->value.at,
                              .at = token->value.at,
                              .len = token->value.len,
                              .quoted = token->quoted,
                              .error = error};

    term->op = token->op;
    term->negated = token->negated;
    if (token->op == FILTER_KNOWN)
        return 0;
    text_end(&reading.value, text_room(&reading.value, 1)); /* "" has a place, too */
    filter_value(reading.typed, reading.len, reading.quoted, &reading.value);
    int result = read_any(&reading);
    text_done(&reading.value);
    return result;
}

void filter_term_done(struct filter_term *term)
{
    if (term->operand == OPERAND_TEXT)
        text_done(&term->text);
    else if (term->operand == OPERAND_PATTERN)
        pattern_free(term->pattern);
    memory_free(term->place.key);
    *term = (struct filter_term){0};
}
