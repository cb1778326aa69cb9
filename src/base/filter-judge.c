// SPDX-License-Identifier: BSD-2-Clause
/* Whether a comparison holds for a row. */
#include <string.h>
#include <strings.h>

#include "base/filter-inside.h"
#include "base/memory.h"

/* ORDER: of the row's value and that of the filter: <0, 0, >0. */
static bool is_so(enum filter_op op, int order)
{
    switch (op) {
    case FILTER_LESS:
        return order < 0;
    case FILTER_LESS_EQUAL:
        return order <= 0;
    case FILTER_GREATER:
        return order > 0;
    case FILTER_GREATER_EQUAL:
        return order >= 0;
    case FILTER_EQUAL:
    case FILTER_KNOWN:
    case FILTER_MATCH:
        break;
    }
    return order == 0;
}

static int compare_texts(const struct value *value, const struct text *text, bool folded)
{
    size_t least = value->text.len < text->len ? value->text.len : text->len;
    int order = 0;

    if (least > 0)
        order = folded ? strncasecmp(value->text.at, text->at, least)
                       : memcmp(value->text.at, text->at, least);
    return order != 0 ? order : (value->text.len > text->len) - (value->text.len < text->len);
}

static bool is_text(const struct filter_term *term, const struct value *value)
{
    const struct field_spelling *spelling = term->place.field->spelling;
    bool folded = spelling != NULL && spelling->folded;

    /* most rows are told apart by length */
    if (term->op == FILTER_EQUAL && value->text.len != term->text.len)
        return false;
    return is_so(term->op, compare_texts(value, &term->text, folded));
}

/* The value as an address; false where it is none. */
static bool read_addr(struct filter_memory *memory)
{
    const struct value *value = &memory->value;
    char text[ADDR_TEXT_MAX];

    if (!memory->is_read && value->text.len < sizeof text) {
        memory_copy(text, value->text.at, value->text.len);
        text[value->text.len] = 0;
        memory->is_addr = endpoint_parse(text, &memory->addr);
    }
    memory->is_read = true;
    return memory->is_addr;
}

static bool is_address(const struct filter_term *term, struct filter_memory *memory)
{
    if (!read_addr(memory))
        return false;
    if (term->op == FILTER_EQUAL)
        return filter_network_has(&term->network, &memory->addr);
    struct endpoint bare = term->network.addr;
    bare.port = 0;
    return is_so(term->op, endpoint_compare(&memory->addr, &bare));
}

static bool is_found(const struct filter_term *term, const struct value *value)
{
    const struct field_spelling *spelling = term->place.field->spelling;
    const char *other;

    if (pattern_found(term->pattern, value->text.at, value->text.len))
        return true;
    other = spelling != NULL && spelling->other != NULL
                ? spelling->other(value->text.at, value->text.len)
                : NULL;
    return other != NULL && pattern_found(term->pattern, other, strlen(other));
}

static int64_t integer_of(const struct value *value)
{
    return value->kind == VALUE_COUNT  ? value->count
           : value->kind == VALUE_BOOL ? (int64_t)value->yes
                                       : value->ns;
}

/* A field alone: a boolean is true, anything else is known. */
static bool is_known(const struct value *value)
{
    return value->kind == VALUE_BOOL ? value->yes : value->kind != VALUE_NULL;
}

static void remember(struct filter_memory *memory, const struct field *field, struct value value)
{
    memory->field = field;
    memory->value = value;
    memory->is_read = memory->is_addr = false;
}

/* See filter-inside.h. */
bool filter_value_holds(const struct filter_term *term, struct filter_memory *memory)
{
    const struct value *value = &memory->value;
    int64_t integer;

    if (term->operand == OPERAND_NONE)
        return is_known(value);
    if (value->kind == VALUE_NULL)
        return false;
    switch (term->operand) {
    case OPERAND_INTEGER:
        integer = integer_of(value);
        return is_so(term->op, (integer > term->integer) - (integer < term->integer));
    case OPERAND_REAL:
        return is_so(term->op, (value->share > term->real) - (value->share < term->real));
    case OPERAND_TEXT:
        return is_text(term, value);
    case OPERAND_ADDRESS:
        return is_address(term, memory);
    case OPERAND_PATTERN:
        return is_found(term, value);
    case OPERAND_NONE:
        break;
    }
    return false;
}

static bool list_holds(const struct filter_term *term, const void *row,
                       struct filter_memory *memory)
{
    const struct field *field = term->place.field;

    for (size_t i = 0, n = field->count(row); i < n; i++) {
        text_clear(&memory->scratch);
        remember(memory, NULL, field->item_value(row, i, &memory->scratch));
        if (filter_value_holds(term, memory))
            return true;
    }
    return false;
}

/* In a row of the table that has the field. */
static bool field_holds(const struct filter_term *term, const void *row,
                        struct filter_memory *memory)
{
    const struct filter_place *place = &term->place;
    const struct field *field = place->field;

    if (field->shape != FIELD_VALUE && !field_present(place->table, field, row))
        return false;
    if (field->shape == FIELD_LIST && term->operand != OPERAND_NONE)
        return list_holds(term, row, memory);
    if (term->operand == OPERAND_NONE && field->count != NULL)
        return field->count(row) > 0;
    if (field->get == NULL) /* an object that is there */
        return true;
    if (memory->field != field)
        remember(memory, field, field_cell(place->table, field, row, &memory->scratch));
    if (!filter_value_holds(term, memory))
        return false;
    if (term->operand != OPERAND_ADDRESS || term->port == NULL)
        return true;
    remember(memory, NULL, field_cell(place->table, term->port, row, &memory->scratch));
    return memory->value.kind == VALUE_COUNT && memory->value.count == term->network.addr.port;
}

/* Whether an element of a map has the key that was asked for. */
static bool has_key(const struct filter_place *place, const void *item, struct text *key)
{
    text_clear(key);
    struct value value = place->rows->rows->fields[0].get(item, key);
    return value.kind == VALUE_TEXT && value.text.len == strlen(place->key) &&
           memcmp(value.text.at, place->key, value.text.len) == 0;
}

bool filter_term_holds(const struct filter_term *term, const void *row,
                       struct filter_memory *memory)
{
    const struct filter_place *place = &term->place;

    if (place->rows == NULL)
        return field_holds(term, row, memory) != term->negated;
    bool found = false;
    size_t n = field_present(place->outer, place->rows, row) ? place->rows->count(row) : 0;
    for (size_t i = 0; i < n && !found; i++) {
        const void *item = place->rows->item(row, i);
        memory->field = NULL;
        found = (place->key == NULL || has_key(place, item, &memory->key)) &&
                field_holds(term, item, memory);
    }
    memory->field = NULL; /* that of an element */
    return found != term->negated;
}
