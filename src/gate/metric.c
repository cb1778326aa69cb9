// SPDX-License-Identifier: BSD-2-Clause
/*
 * Figures of the report by their dotted paths, through the report's own field table.  A path through a
 * list is about all its rows: the condition is true where it is true of one.  Of numbers that one is kept
 * which is farthest beyond it, or nearest to it: the largest, but the smallest for "<" and "<=".
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/when.h"
#include "gate/inside.h"

/* Finding ------------------------------------------------------------------------------------------ */

/* A column made for people (`client`) is no figure. */
static const struct field *find_figure(const struct field_table *table, const char *path,
                                       size_t len)
{
    const struct field *field = field_find(table, path, len);

    return field != NULL && !(field->flags & FIELD_COLUMN_ONLY) ? field : NULL;
}

/* The list or map in TABLE that PATH begins with; *TAKEN: the octets of it. */
static const struct field *find_list(const struct field_table *table, const char *path, size_t len,
                                     size_t *taken)
{
    for (size_t i = 1; i + 1 < len; i++) {
        const struct field *field = path[i] == '.' ? find_figure(table, path, i) : NULL;
        if (field == NULL || field->rows == NULL)
            continue;
        *taken = i;
        return field;
    }
    return NULL;
}

/* "upstream.failure_rate" for "upstreams.failure_rate": the list is misspelt, its field is not. */
static void add_near_list(const struct field_table *table, const char *path, size_t len,
                          struct text *near)
{
    for (size_t i = 1; i + 1 < len && near->len == 0; i++) {
        const char *word = path[i] == '.' ? field_nearest(table, path, i) : NULL;
        const struct field *list = word != NULL ? find_figure(table, word, strlen(word)) : NULL;
        if (list != NULL && list->shape == FIELD_ROWS &&
            find_figure(list->rows, path + i + 1, len - i - 1) != NULL)
            text_format(near, "%s%.*s", word, (int)(len - i), path + i);
    }
}

/* Names the nearest path; the first HEAD octets of PATH are right. */
static int no_metric(const struct field_table *table, const char *path, size_t len, size_t head,
                     size_t at, struct error *error)
{
    const char *word = field_nearest(table, path + head, len - head);
    struct text hint = {0}, near = {0};

    if (word != NULL)
        text_add_string(&near, word);
    else
        add_near_list(table, path + head, len - head, &near);
    text_add_string(&hint, "in the report");
    if (near.len > 0)
        text_format(&hint, "; did you mean '%.*s%s'?", (int)head, path, near.at);
    condition_error(error, at, "there is no field", path, len, hint.at);
    text_done(&hint);
    text_done(&near);
    return -1;
}

/* The figure itself, REST of PATH in the rows of the last step. */
static int find_last(struct metric *metric, const struct field_table *table, const char *path,
                     size_t len, size_t head, size_t at, struct error *error)
{
    const struct field *field = find_figure(table, path + head, len - head);
    const char *why = NULL;

    if (field == NULL)
        return no_metric(table, path, len, head, at, error);
    if (table == &report_fields && strcmp(field->path, "gates") == 0)
        why = "is what is being judged";
    else if (field->shape == FIELD_ROWS || field->shape == FIELD_MAP)
        why = field->shape == FIELD_MAP ? "is an object: compare one of its keys (PATH.KEY)"
                                        : "is a list of objects: compare one of their fields";
    else if (field->shape == FIELD_GROUP)
        why = "is an object: compare one of its fields (--list-fields)";
    if (why != NULL)
        return condition_error(error, at, "", path, len, why);
    metric->steps[metric->n++] = (struct metric_step){table, field, NULL};
    return 0;
}

/* One step into a list or, with a key, into a map; *HEAD moves behind it. */
static void find_step(struct metric *metric, const struct field *field,
                      const struct field_table *table, const char *path, size_t len, size_t *head)
{
    struct metric_step *step = &metric->steps[metric->n];
    size_t key = 0;

    *step = (struct metric_step){table, field, NULL};
    metric->n++;
    if (field->shape != FIELD_MAP)
        return;
    /* keys are words, the bare value of a pair is all that follows */
    while (*head + key < len && (field->rows->n == 2 || path[*head + key] != '.'))
        key++;
    step->key = memory_get(key + 1, 1);
    memory_copy(step->key, path + *head, key);
    *head += key;
    if (field->rows->n != 2 && *head < len)
        *head += 1; /* the dot */
}

static int find(struct metric *metric, const char *path, size_t len, size_t at, struct error *error)
{
    const struct field_table *table = &report_fields;
    size_t head = 0, taken = 0;

    if (len > 5 && strncasecmp(path, "gates.", 6) == 0)
        return condition_error(error, at, "", path, len, "is what is being judged");
    while (metric->n + 1 < METRIC_STEPS_MAX) {
        const struct field *list = find_list(table, path + head, len - head, &taken);
        if (list == NULL)
            break;
        head += taken + 1;
        find_step(metric, list, table, path, len, &head);
        table = list->rows;
        if (list->shape == FIELD_MAP && table->n == 2) {
            metric->steps[metric->n++] = (struct metric_step){table, &table->fields[1], NULL};
            return 0;
        }
    }
    return find_last(metric, table, path, len, head, at, error);
}

const struct field *metric_find(void *context, const char *path, size_t len, size_t at,
                                struct error *error)
{
    struct metric *metric = context;

    *metric = (struct metric){0};
    if (find(metric, path, len, at, error) < 0) {
        metric_done(metric);
        return NULL;
    }
    metric->path = memory_get(len + 1, 1);
    memory_copy(metric->path, path, len);
    return metric->steps[metric->n - 1].field;
}

void metric_done(struct metric *metric)
{
    for (size_t i = 0; i < metric->n; i++)
        memory_free(metric->steps[i].key);
    memory_free(metric->path);
    *metric = (struct metric){0};
}

/* Reading ------------------------------------------------------------------------------------------ */

struct walk {
    const struct metric *metric;
    struct condition *condition;
    struct metric_reading *reading;
    struct text scratch, key;
    const struct field_table *row_table; /* of the outermost list */
    const void *row;
};

static void add_cell(const struct field_table *table, const char *path, const char *between,
                     const void *row, struct text *text)
{
    const struct field *field = field_find(table, path, strlen(path));
    struct text scratch = {0};
    struct value value = field == NULL ? value_null() : field_cell(table, field, row, &scratch);

    if (value.kind != VALUE_NULL && (value.kind != VALUE_TEXT || value.text.len > 0)) {
        text_add_string(text, text->len > 0 ? between : "");
        field_print(&value, text);
    }
    text_done(&scratch);
}

/* What a row is of: its first field, with what else tells it from others. */
static void name_row(const struct field_table *table, const void *row, struct text *name)
{
    text_clear(name);
    add_cell(table, table->fields[0].path, "", row, name);
    if (strcmp(table->fields[0].path, "addr") == 0)
        add_cell(table, "port", ":", row, name);
    add_cell(table, "subject.text", " ", row, name);
    add_cell(table, "upstream.addr", " to ", row, name);
}

static int64_t order_of(const struct value *a, const struct value *b)
{
    if (a->kind == VALUE_SHARE || a->kind == VALUE_NUMBER)
        return (a->share > b->share) - (a->share < b->share);
    if (a->kind == VALUE_COUNT)
        return (a->count > b->count) - (a->count < b->count);
    return (a->ns > b->ns) - (a->ns < b->ns);
}

static bool is_number(const struct value *value)
{
    return value->kind != VALUE_TEXT && value->kind != VALUE_BOOL && value->kind != VALUE_NULL;
}

/* Of two numbers that the condition is true of, or neither. */
static bool is_worse(const struct walk *walk, const struct value *value)
{
    const struct value *kept = &walk->reading->value;

    if (!is_number(value))
        return false;
    return condition_asks_less(walk->condition) ? order_of(value, kept) < 0
                                                : order_of(value, kept) > 0;
}

static void keep(struct walk *walk, const struct value *value)
{
    struct metric_reading *reading = walk->reading;

    reading->value = *value;
    text_clear(&reading->text);
    if (value->kind == VALUE_TEXT) {
        text_add(&reading->text, value->text.at, value->text.len);
        reading->value = value_text(reading->text.at, reading->text.len);
    }
    if (walk->row != NULL)
        name_row(walk->row_table, walk->row, &reading->row);
}

static void take(struct walk *walk, const struct value *value)
{
    struct metric_reading *reading = walk->reading;

    reading->any = true;
    if (value->kind == VALUE_NULL)
        return;
    bool holds = condition_holds(walk->condition, value);
    if (reading->value.kind == VALUE_NULL || (holds && !reading->holds) ||
        (holds == reading->holds && is_worse(walk, value)))
        keep(walk, value);
    reading->holds = reading->holds || holds;
}

static void take_figure(struct walk *walk, const struct metric_step *step, const void *row)
{
    const struct field *field = step->field;

    if (!field_present(step->table, field, row))
        return;
    if (field->shape != FIELD_LIST) {
        text_clear(&walk->scratch);
        struct value value = field->get(row, &walk->scratch);
        take(walk, &value);
        return;
    }
    for (size_t i = 0, n = field->count(row); i < n; i++) {
        text_clear(&walk->scratch);
        struct value value = field->item_value(row, i, &walk->scratch);
        take(walk, &value);
    }
}

static bool is_key(struct walk *walk, const struct metric_step *step, const void *item)
{
    text_clear(&walk->key);
    struct value value = step->field->rows->fields[0].get(item, &walk->scratch);
    field_print(&value, &walk->key);
    return walk->key.len == strlen(step->key) &&
           (walk->key.len == 0 || memcmp(walk->key.at, step->key, walk->key.len) == 0);
}

/* Steps from I on in ROW.  Goes as deep as tables are nested. */
static void walk_steps(struct walk *walk, size_t i, const void *row)
{
    const struct metric_step *step = &walk->metric->steps[i];
    bool found = step->key == NULL;

    if (i + 1 == walk->metric->n) {
        take_figure(walk, step, row);
        return;
    }
    size_t n = field_present(step->table, step->field, row) ? step->field->count(row) : 0;
    for (size_t k = 0; k < n; k++) {
        const void *item = step->field->item(row, k);
        if (step->key != NULL && !is_key(walk, step, item))
            continue;
        found = true;
        if (i == 0 && step->key == NULL) {
            walk->row_table = step->field->rows;
            walk->row = item;
        }
        walk_steps(walk, i + 1, item);
    }
    /* what a map of counts does not have was not seen */
    if (!found && step[1].field->kind == VALUE_COUNT) {
        struct value none = value_count(0);
        take(walk, &none);
    }
}

void metric_read(const struct metric *metric, struct condition *condition,
                 const struct report *report, struct metric_reading *reading)
{
    struct walk walk = {.metric = metric, .condition = condition, .reading = reading};

    *reading = (struct metric_reading){.value = value_null()};
    walk_steps(&walk, 0, report);
    text_done(&walk.scratch);
    text_done(&walk.key);
}

void metric_reading_done(struct metric_reading *reading)
{
    text_done(&reading->text);
    text_done(&reading->row);
}

struct value metric_value(const struct report *report, const char *path, struct text *scratch)
{
    const struct field *field = field_find(&report_fields, path, strlen(path));

    text_clear(scratch);
    return field == NULL ? value_null() : field_cell(&report_fields, field, report, scratch);
}

/* "17.42%", "0.0312%" */
static void print_share(double share, struct text *text)
{
    char digits[32];
    double percent = share * 100;

    int len = snprintf(digits, sizeof digits, percent < 1 ? "%.4f" : "%.2f", percent);
    if (len <= 0 || (size_t)len >= sizeof digits)
        return;
    while (len > 1 && digits[len - 1] == '0')
        len--;
    len -= digits[len - 1] == '.';
    text_add(text, digits, (size_t)len);
    text_add_char(text, '%');
}

void metric_print(const struct value *value, struct text *text)
{
    char word[WHEN_TEXT_MAX];

    switch (value->kind) {
    case VALUE_SHARE:
        print_share(value->share, text);
        break;
    case VALUE_MS:
        text_add(text, word, when_print_human(value->ns, false, word));
        break;
    case VALUE_COUNT:
        text_add_grouped(text, value->count);
        break;
    default:
        field_print(value, text);
        break;
    }
}
