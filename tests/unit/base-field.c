// SPDX-License-Identifier: BSD-2-Clause
// Field tables: walks, look-ups, cells.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/field.h"
#include "base/when.h"

struct attempt {
    const char *upstream;
    int64_t latency_ns;
};
struct rcode {
    const char *word;
    int64_t n;
};
struct row {
    int64_t start, count;
    bool has_client, has_pod;
    const char *addr;
    size_t attempts;
    struct attempt attempt[3];
    size_t rcodes;
    struct rcode rcode[2];
    size_t texts;
    const char *text[3];
};

static struct value get_start(const void *row, struct text *scratch)
{
    (void)scratch;
    return value_time(((const struct row *)row)->start);
}

static struct value get_count(const void *row, struct text *scratch)
{
    (void)scratch;
    return value_count(((const struct row *)row)->count);
}

static bool has_client(const void *row)
{
    return ((const struct row *)row)->has_client;
}

static bool has_pod(const void *row)
{
    return ((const struct row *)row)->has_pod;
}

static struct value get_addr(const void *row, struct text *scratch)
{
    (void)scratch;
    return value_string(((const struct row *)row)->addr);
}

static struct value get_client(const void *row, struct text *scratch)
{
    text_add_string(scratch, "at ");
    text_add_string(scratch, ((const struct row *)row)->addr);
    return value_text(scratch->at, scratch->len);
}

static size_t count_texts(const void *row)
{
    return ((const struct row *)row)->texts;
}

static struct value text_item(const void *row, size_t i, struct text *scratch)
{
    text_add_string(scratch, ((const struct row *)row)->text[i]);
    return value_text(scratch->at, scratch->len);
}

static size_t count_attempts(const void *row)
{
    return ((const struct row *)row)->attempts;
}

static const void *attempt_item(const void *row, size_t i)
{
    return &((const struct row *)row)->attempt[i];
}

static size_t count_rcodes(const void *row)
{
    return ((const struct row *)row)->rcodes;
}

static const void *rcode_item(const void *row, size_t i)
{
    return &((const struct row *)row)->rcode[i];
}

static struct value get_upstream(const void *row, struct text *scratch)
{
    text_add_string(scratch, ((const struct attempt *)row)->upstream);
    return value_text(scratch->at, scratch->len);
}

static struct value get_latency(const void *row, struct text *scratch)
{
    (void)scratch;
    return value_ms(((const struct attempt *)row)->latency_ns);
}

static struct value get_word(const void *row, struct text *scratch)
{
    text_add_string(scratch, ((const struct rcode *)row)->word);
    return value_text(scratch->at, scratch->len);
}

static struct value get_n(const void *row, struct text *scratch)
{
    (void)scratch;
    return value_count(((const struct rcode *)row)->n);
}

static const struct field attempt_list[] = {
    {.path = "upstream", .kind = VALUE_TEXT, .get = get_upstream},
    {.path = "latency_ms", .kind = VALUE_MS, .get = get_latency},
};
static const struct field_table attempt_table = {
    .name = "attempts", .fields = attempt_list, .n = 2};
static const struct field rcode_list[] = {
    {.path = "rcode", .kind = VALUE_TEXT, .get = get_word},
    {.path = "n", .kind = VALUE_COUNT, .get = get_n},
    {.path = "again", .kind = VALUE_COUNT, .get = get_n},
};
static const struct field_table rcode_table = {.name = "rcodes", .fields = rcode_list, .n = 2};
static const struct field_table rcode_object_table = {
    .name = "rcodes", .fields = rcode_list, .n = 3};

static const struct field row_list[] = {
    {.path = "start", .kind = VALUE_TIME, .get = get_start},
    {.path = "client", .shape = FIELD_GROUP, .present = has_client, .get = get_client},
    {.path = "client.addr", .kind = VALUE_TEXT, .get = get_addr},
    {.path = "client.pod", .shape = FIELD_GROUP, .present = has_pod},
    {.path = "client.pod.name", .kind = VALUE_TEXT, .get = get_addr},
    {.path = "client.pod.n", .kind = VALUE_COUNT, .get = get_count},
    {.path = "clients", .kind = VALUE_COUNT, .get = get_count},
    {.path = "waited", .kind = VALUE_TEXT, .flags = FIELD_COLUMN_ONLY, .get = get_addr},
    {.path = "texts",
     .shape = FIELD_LIST,
     .kind = VALUE_TEXT,
     .count = count_texts,
     .item_value = text_item},
    {.path = "attempts",
     .shape = FIELD_ROWS,
     .flags = FIELD_NOT_CSV,
     .count = count_attempts,
     .item = attempt_item,
     .rows = &attempt_table},
    {.path = "rcodes",
     .shape = FIELD_MAP,
     .count = count_rcodes,
     .item = rcode_item,
     .rows = &rcode_table},
    {.path = "objects",
     .shape = FIELD_MAP,
     .count = count_rcodes,
     .item = rcode_item,
     .rows = &rcode_object_table},
};
static const struct field_table table = {
    .name = "rows", .fields = row_list, .n = sizeof row_list / sizeof *row_list};

static const struct row full = {.start = 0,
                                .count = 3,
                                .has_client = true,
                                .has_pod = true,
                                .addr = "10.0.0.1",
                                .attempts = 2,
                                .attempt = {{"a", 1500000}, {"b", WHEN_NONE}},
                                .rcodes = 2,
                                .rcode = {{"NOERROR", 12}, {"SERVFAIL", 3}},
                                .texts = 2,
                                .text = {"x", "y"}};
static const struct row bare = {.start = WHEN_NONE, .addr = "-"};

/* A sink that writes what it is told as JSON. */
struct heard {
    struct text text;
    bool first;
};

static void put_key(struct heard *heard, const char *key, size_t key_len)
{
    if (!heard->first)
        text_add_char(&heard->text, ',');
    heard->first = false;
    if (key) {
        text_add(&heard->text, key, key_len);
        text_add_char(&heard->text, ':');
    }
}

static void on_open(void *context, const char *key, size_t key_len, bool array)
{
    struct heard *heard = context;

    put_key(heard, key, key_len);
    text_add_char(&heard->text, array ? '[' : '{');
    heard->first = true;
}

static void on_close(void *context, bool array)
{
    struct heard *heard = context;

    text_add_char(&heard->text, array ? ']' : '}');
    heard->first = false;
}

static void on_value(void *context, const char *key, size_t key_len, const struct field *field,
                     const struct value *value)
{
    struct heard *heard = context;

    assert_non_null(field);
    put_key(heard, key, key_len);
    if (value->kind == VALUE_NULL)
        text_add_string(&heard->text, "null");
    else
        field_print(value, &heard->text);
}

static void test_walk(void **state)
{
    static const struct {
        const struct row *row;
        const char *want;
    } cases[] = {
        {&full,
         "{start:1970-01-01T00:00:00.000000000Z,client:{addr:10.0.0.1,pod:{name:10.0.0.1,n:3}},"
         "clients:3,texts:[x,y],attempts:[{upstream:a,latency_ms:1.500},"
         "{upstream:b,latency_ms:null}],rcodes:{NOERROR:12,SERVFAIL:3},"
         "objects:{NOERROR:{n:12,again:12},SERVFAIL:{n:3,again:3}}}"},
        {&bare, "{start:null,client:null,clients:0,texts:[],attempts:[],rcodes:{},objects:{}}"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct heard heard = {.first = true};
        struct field_sink sink = {on_open, on_close, on_value, &heard};

        field_walk(&table, cases[i].row, &sink);
        assert_string_equal(heard.text.at, cases[i].want);
        text_done(&heard.text);
    }
}

static void test_find(void **state)
{
    static const struct {
        const char *word, *want, *near;
    } cases[] = {
        {"start", "start", "start"},
        {"Client.ADDR", "client.addr", "client.addr"},
        {"client", "client", "client"},
        {"clien", NULL, "client"},
        {"clinet.addr", NULL, "client.addr"},
        {"strat", NULL, "start"},
        {"client.adr", NULL, "client.addr"},
        {"name", NULL, "client.pod.name"},
        {"rcode", NULL, "rcodes"},
        {"starts", NULL, "start"},
        {"nothing.like.it", NULL, NULL},
        {"zzzzz", NULL, NULL},
        {"", NULL, NULL},
        {"attemptsattemptsattemptsattemptsattemptsattemptsattemptsattemptsattempts", NULL, NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t len = strlen(cases[i].word);
        const struct field *field = field_find(&table, cases[i].word, len);
        const char *near = field_nearest(&table, cases[i].word, len);

        assert_string_equal(field ? field->path : "", cases[i].want ? cases[i].want : "");
        assert_string_equal(near ? near : "", cases[i].near ? cases[i].near : "");
    }
    assert_non_null(field_find(&table, "starting", 5)); /* of a list of words */
}

static void test_cells(void **state)
{
    static const struct {
        const char *path, *full, *bare; /* NULL: null */
    } cases[] = {
        {"start", "1970-01-01T00:00:00.000000000Z", NULL},
        {"client", "at 10.0.0.1", NULL},
        {"client.addr", "10.0.0.1", NULL},
        {"client.pod", "10.0.0.1 3", NULL},
        {"client.pod.name", "10.0.0.1", NULL},
        {"clients", "3", "0"},
        {"waited", "10.0.0.1", "-"},
        {"texts", "x y", ""},
        {"attempts", "a:1.500 b", ""},
        {"rcodes", "NOERROR:12 SERVFAIL:3", ""},
        {"objects", "NOERROR:12:12 SERVFAIL:3:3", ""},
    };
    struct text scratch = {NULL, 0, 0}, shown = {NULL, 0, 0};

    (void)state;
    for (size_t i = 0; i < 2 * sizeof cases / sizeof *cases; i++) {
        const char *path = cases[i / 2].path, *want = i % 2 ? cases[i / 2].bare : cases[i / 2].full;
        const struct field *field = field_find(&table, path, strlen(path));
        struct value value = field_cell(&table, field, i % 2 ? &bare : &full, &scratch);

        assert_int_equal(value.kind == VALUE_NULL, want == NULL);
        text_clear(&shown);
        field_print(&value, &shown);
        assert_string_equal(shown.at ? shown.at : "", want ? want : "");
    }
    text_done(&scratch);
    text_done(&shown);
}

/* The group inside a group that is not there is not there, whatever it says itself. */
static void test_nested_absence(void **state)
{
    struct row row = full;
    struct text scratch = {NULL, 0, 0};

    (void)state;
    row.has_client = false;
    assert_int_equal(field_cell(&table, &row_list[4], &row, &scratch).kind, VALUE_NULL);
    row.has_client = true;
    row.has_pod = false;
    assert_int_equal(field_cell(&table, &row_list[4], &row, &scratch).kind, VALUE_NULL);
    assert_int_equal(field_cell(&table, &row_list[2], &row, &scratch).kind, VALUE_TEXT);
    text_done(&scratch);
}

static void test_print(void **state)
{
    const struct {
        struct value value;
        const char *want;
    } cases[] = {
        {value_null(), ""},
        {value_string("a,b"), "a,b"},
        {value_count(-12), "-12"},
        {value_share(0), "0"},
        {value_share(1), "1"},
        {value_share(0.25), "0.25"},
        {value_share(1.0 / 3), "0.333333"},
        {value_share(0.9999999), "1"},
        {value_share(0.0000004), "0"},
        {value_share(0.000001), "0.000001"},
        {value_share(0.10000049), "0.1"},
        {value_number(12), "12.000"},
        {value_number(42.0005), "42.001"},
        {value_number(-0.0001), "0.000"},
        {value_number(-1.25), "-1.250"},
        {value_number(1e15), "1000000000000000"},
        {value_ms(6003120000), "6003.120"},
        {value_time(0), "1970-01-01T00:00:00.000000000Z"},
        {value_bool(true), "true"},
        {value_bool(false), "false"},
    };
    struct text text = {NULL, 0, 0};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        text_clear(&text);
        field_print(&cases[i].value, &text);
        assert_string_equal(text.at ? text.at : "", cases[i].want);
    }
    text_done(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_walk),  cmocka_unit_test(test_find),
        cmocka_unit_test(test_cells), cmocka_unit_test(test_nested_absence),
        cmocka_unit_test(test_print),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
