// SPDX-License-Identifier: BSD-2-Clause
// The fields of a lookup: what each tells of one, and what where nothing is known.
#include "base/field.h"
#include "lookup-session.h"

static const struct field *field(const char *path)
{
    for (size_t i = 0; i < lookup_fields.n; i++)
        if (strcmp(lookup_fields.fields[i].path, path) == 0)
            return &lookup_fields.fields[i];
    fail_msg("no field %s", path);
    return NULL;
}

// What the cell of a table says.
static void tells(const struct lookup_row *row, const char *path, const char *expected)
{
    struct text scratch = {0}, cell = {0};
    struct value value = field_cell(&lookup_fields, field(path), row, &scratch);
    field_print(&value, &cell);
    text_add_char(&cell, 0);
    assert_string_equal(cell.at, expected);
    text_done(&scratch);
    text_done(&cell);
}

struct cell {
    const char *path, *text;
};

// The first lookup of some questions, when it is lent.
static void check(const struct asked *asked, size_t n, const struct cell *cells, size_t n_cells)
{
    struct stage stage;
    stage_open(&stage, 1 << 20);
    for (size_t i = 0; i < n; i++)
        lookups_add(stage.lookups, session_of(&stage, &asked[i]), T0, true);
    lookups_end(stage.lookups);
    struct lookup_row row = {lookups_next(stage.lookups), MS(100), NULL};
    assert_non_null(row.lookup);
    for (size_t i = 0; i < n_cells; i++)
        tells(&row, cells[i].path, cells[i].text);
    stage_close(&stage);
}

static void test_answered(void **state)
{
    static const int64_t again[] = {MS(5004), 0};
    static const struct asked asked[] = {
        {.took = 1, .client = 7, .port = 40001, .id = 1, .name = "web.a.zone.", .rcode = NXDOMAIN},
        {.ms = .05,
         .took = 1,
         .client = 7,
         .port = 40001,
         .id = 9999,
         .type = AAAA,
         .name = "web.a.zone.",
         .rcode = NXDOMAIN},
        {.ms = 1.2,
         .took = 5500,
         .client = 7,
         .port = 40002,
         .id = 2,
         .name = "web.zone.",
         .again = again,
         .addresses = 1},
        {.ms = 1.25,
         .took = 3,
         .client = 7,
         .port = 40002,
         .id = 7777,
         .type = AAAA,
         .name = "web.zone."}};
    static const struct cell cells[] = {
        {"start", "2026-11-21T10:00:00.000000000Z"},
        {"end", "2026-11-21T10:00:05.501200000Z"},
        {"client", "10.0.0.7:40001"},
        {"client.addr", "10.0.0.7"},
        {"client.port", "40001"},
        {"client.k8s", ""},
        {"host", "web."},
        {"types", "A AAAA"},
        {"outcome", "Resolved"},
        {"waited_ms", "5501.200"},
        {"waited", "5.5 s"},
        {"waited_exact", "true"},
        {"slow", "true"},
        {"queries", "5"},
        {"names", "2"},
        {"wasted", "2"},
        {"stalls", "5002.800"},
        {"stalled", "5.0 s"},
        {"stub", "glibc"},
        {"stub_why", "asked again after 5 s from the same port with the same id"},
        {"sessions", "s1 s2 s3 s4"},
        {"key", "l1"}};
    (void)state;
    check(asked, 4, cells, sizeof cells / sizeof *cells);
}

static void test_unanswered(void **state)
{
    static const struct asked asked = {.took = -1, .client = 7, .name = "web.test."};
    static const struct cell cells[] = {
        {"end", ""},           {"client", "10.0.0.7"},    {"client.port", ""},
        {"host", "web.test."}, {"outcome", "TimedOut"},   {"waited_ms", "0.000"},
        {"waited", ">= 0 ms"}, {"waited_exact", "false"}, {"slow", "false"},
        {"stalls", ""},        {"stalled", ""},           {"stub", "unknown"},
        {"stub_why", ""},      {"wasted", "0"},           {"types", "A"}};
    (void)state;
    check(&asked, 1, cells, sizeof cells / sizeof *cells);
}

// Of each name that was tried, the rcode that decided.
static void test_steps(void **state)
{
    static const struct asked asked[] = {
        {.took = 1, .client = 7, .port = 1, .id = 1, .name = "web.a.zone.", .rcode = NXDOMAIN},
        {.ms = .05,
         .took = 1,
         .client = 7,
         .port = 1,
         .id = 9999,
         .type = AAAA,
         .name = "web.a.zone.",
         .rcode = SERVFAIL}};
    struct stage stage;
    struct text text = {0};
    (void)state;
    stage_open(&stage, 1 << 20);
    for (size_t i = 0; i < 2; i++)
        lookups_add(stage.lookups, session_of(&stage, &asked[i]), T0, true);
    lookups_end(stage.lookups);
    struct lookup_row row = {lookups_next(stage.lookups), MS(100), NULL};
    const struct field *steps = field("steps");
    assert_int_equal(steps->count(&row), 1);
    const void *step = steps->item(&row, 0);
    for (size_t i = 0; i < steps->rows->n; i++) {
        struct text scratch = {0};
        struct value value = field_cell(steps->rows, &steps->rows->fields[i], step, &scratch);
        field_print(&value, &text);
        text_add_char(&text, ';');
        text_done(&scratch);
    }
    text_add_char(&text, 0);
    assert_string_equal(text.at, "web.a.zone.;A AAAA;SERVFAIL;2;");
    text_done(&text);
    stage_close(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answered),
        cmocka_unit_test(test_unanswered),
        cmocka_unit_test(test_steps),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
