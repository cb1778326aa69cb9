// SPDX-License-Identifier: BSD-2-Clause
// The filter language: what is kept, what is refused and where, what is bounded.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <cmocka.h>

#include "base/filter.h"
#include "base/limits.h"

struct try {
    const char *host, *outcome;
    int64_t port;
    int64_t took[2];
    size_t n_took;
};
struct label {
    const char *key, *value;
};
struct row {
    const char *name, *state, *text, *addr;
    int64_t port, count, wait_ns, start;
    double rate, load;
    int slow; /* -1: null */
    bool has_peer;
    const char *addrs[3];
    size_t n_addrs;
    struct try tries[2];
    size_t n_tries;
    struct label labels[2];
    size_t n_labels;
};

#define GETTER(name, type, result)                                                                 \
    static struct value name(const void *at, struct text *scratch)                                 \
    {                                                                                              \
        const struct type *row = at;                                                               \
        (void)scratch;                                                                             \
        return result;                                                                             \
    }
GETTER(get_name, row, value_string(row->name))
GETTER(get_state, row, value_string(row->state))
GETTER(get_text, row, value_string(row->text))
GETTER(get_addr, row, value_string(row->addr))
GETTER(get_port, row, row->port ? value_count(row->port) : value_null())
GETTER(get_count, row, value_count(row->count))
GETTER(get_wait, row, value_ms(row->wait_ns))
GETTER(get_start, row, value_time(row->start))
GETTER(get_rate, row, value_share(row->rate))
GETTER(get_load, row, value_number(row->load))
GETTER(get_slow, row, row->slow < 0 ? value_null() : value_bool(row->slow))
GETTER(get_nothing, row, ((void)row, value_null()))
GETTER(try_host, try, value_string(row->host))
GETTER(try_port, try, value_count(row->port))
GETTER(try_outcome, try, value_string(row->outcome))
GETTER(label_key, label, value_string(row->key))
GETTER(label_value, label, value_string(row->value))

/* A text built anew for each row, as real ones are. */
static struct value get_peer(const void *at, struct text *scratch)
{
    const struct row *row = at;
    text_format(scratch, "%s:%d", row->addr, (int)row->port);
    return value_text(scratch->at, scratch->len);
}

static bool has_peer(const void *row)
{
    return ((const struct row *)row)->has_peer;
}

static size_t count_addrs(const void *row)
{
    return ((const struct row *)row)->n_addrs;
}

static struct value item_addr(const void *row, size_t i, struct text *scratch)
{
    (void)scratch;
    return value_string(((const struct row *)row)->addrs[i]);
}

static size_t count_took(const void *row)
{
    return ((const struct try *)row)->n_took;
}

static struct value item_took(const void *row, size_t i, struct text *scratch)
{
    (void)scratch;
    return value_ms(((const struct try *)row)->took[i]);
}

static size_t count_tries(const void *row)
{
    return ((const struct row *)row)->n_tries;
}

static const void *item_try(const void *row, size_t i)
{
    return &((const struct row *)row)->tries[i];
}

static size_t count_labels(const void *row)
{
    return ((const struct row *)row)->n_labels;
}

static const void *item_label(const void *row, size_t i)
{
    return &((const struct row *)row)->labels[i];
}

/* Lower case with a dot at the end; "-" is none. */
static bool read_name(const char *typed, size_t len, struct text *text)
{
    for (size_t i = 0; i < len; i++)
        text_add_char(text, typed[i] >= 'A' && typed[i] <= 'Z' ? (char)(typed[i] | 0x20) : typed[i]);
    if (len > 0 && typed[len - 1] != '.')
        text_add_char(text, '.');
    return !(len == 1 && typed[0] == '-');
}

static bool read_code(const char *typed, size_t len, struct text *text)
{
    if (len == 3 && strncasecmp(typed, "yes", 3) == 0)
        text_add_string(text, "OK");
    else if (len == 2 && strncasecmp(typed, "ok", 2) == 0)
        text_add_string(text, "OK");
    else
        return false;
    return true;
}

static const char *other_code(const char *at, size_t len)
{
    return len == 2 && strncmp(at, "OK", 2) == 0 ? "Yes" : NULL;
}

static const char *code_word(size_t i)
{
    return i == 0 ? "OK" : NULL;
}

static const struct field_spelling names = {
    .what = "name", .read = read_name, .folded = true, .dotted = true};
static const struct field_spelling codes = {
    .what = "code", .read = read_code, .other = other_code, .word = code_word};
static const char *const states[] = {"Open", "Closed", NULL};

static const struct field label_entries[] = {
    {.path = "key", .kind = VALUE_TEXT, .get = label_key},
    {.path = "value", .kind = VALUE_TEXT, .get = label_value},
};
static const struct field_table label_table = {"label", "", label_entries, 2, NULL, NULL};
static const struct field try_entries[] = {
    {.path = "peer", .shape = FIELD_GROUP, .kind = VALUE_TEXT, .get = try_host},
    {.path = "peer.addr", .kind = VALUE_TEXT, .spelling = &field_address, .get = try_host},
    {.path = "peer.port", .kind = VALUE_COUNT, .get = try_port},
    {.path = "outcome", .kind = VALUE_TEXT, .get = try_outcome},
    {.path = "took", .shape = FIELD_LIST, .kind = VALUE_MS, .count = count_took,
     .item_value = item_took},
};
static const struct field_table try_table = {"try", "", try_entries, 5, NULL, NULL};
static const struct field entries[] = {
    {.path = "name", .kind = VALUE_TEXT, .spelling = &names, .get = get_name},
    {.path = "state", .kind = VALUE_TEXT, .words = states, .get = get_state},
    {.path = "text", .kind = VALUE_TEXT, .get = get_text},
    {.path = "code", .kind = VALUE_TEXT, .spelling = &codes, .get = get_text},
    {.path = "peer", .shape = FIELD_GROUP, .kind = VALUE_TEXT, .present = has_peer, .get = get_peer},
    {.path = "peer.addr", .kind = VALUE_TEXT, .spelling = &field_address, .get = get_addr},
    {.path = "peer.port", .kind = VALUE_COUNT, .get = get_port},
    {.path = "bare", .shape = FIELD_GROUP, .present = has_peer},
    {.path = "bare.count", .kind = VALUE_COUNT, .get = get_count},
    {.path = "count", .kind = VALUE_COUNT, .get = get_count},
    {.path = "wait_ms", .kind = VALUE_MS, .get = get_wait},
    {.path = "wait", .kind = VALUE_TEXT, .flags = FIELD_COLUMN_ONLY, .get = get_text},
    {.path = "shown", .kind = VALUE_TEXT, .flags = FIELD_COLUMN_ONLY, .get = get_text},
    {.path = "start", .kind = VALUE_TIME, .get = get_start},
    {.path = "rate", .kind = VALUE_SHARE, .get = get_rate},
    {.path = "load", .kind = VALUE_NUMBER, .get = get_load},
    {.path = "slow", .kind = VALUE_BOOL, .get = get_slow},
    {.path = "nothing", .kind = VALUE_NULL, .get = get_nothing},
    {.path = "addrs", .shape = FIELD_LIST, .kind = VALUE_TEXT, .spelling = &field_address,
     .count = count_addrs, .item_value = item_addr},
    {.path = "tries", .shape = FIELD_ROWS, .rows = &try_table, .count = count_tries,
     .item = item_try},
    {.path = "labels", .shape = FIELD_MAP, .rows = &label_table, .count = count_labels,
     .item = item_label},
};
static const struct field_table table = {"toys", "", entries, sizeof entries / sizeof *entries,
                                         NULL, NULL};
/* A second kind of rows around them. */
static const struct field around_entries[] = {
    {.path = "count", .kind = VALUE_COUNT, .get = get_count},
    {.path = "whole", .kind = VALUE_BOOL, .get = get_slow},
};
static const struct field_table around = {"boxes", "", around_entries, 2, NULL, NULL};
static const struct field other_entries[] = {
    {.path = "elsewhere", .kind = VALUE_COUNT, .get = get_count},
    {.path = "took", .kind = VALUE_COUNT, .get = get_count}};
static const struct field_table others = {"others", "", other_entries, 2, NULL, NULL};
static const struct field_table *const elsewhere[] = {&others, NULL};
static const struct filter_alias aliases[] = {{"src", "peer", 0},
                                              {"wait_ns", "wait_ms", 1},
                                              {"wait_s", "wait_ms", WHEN_SECOND},
                                              {"start_raw", "start", 1},
                                              {"shown", "tries.peer", 0},
                                              {"any.addr", "peer.addr tries.peer.addr addrs", 0},
                                              {"any.port", "peer.port tries.peer.port", 0},
                                              {"any.word", "text state", 0}};
#define SCOPES                                                                                     \
    {                                                                                              \
        {&table, aliases, sizeof aliases / sizeof *aliases, NULL}, {&around, NULL, 0, "box"}       \
    }
static const struct filter_language plain = {.scopes = SCOPES, .n_scopes = 1, .elsewhere = elsewhere};
static const struct filter_language joint = {.scopes = SCOPES, .n_scopes = 2};
static const struct filter_language apart = {.scopes = SCOPES, .n_scopes = 2, .apart = true};

/* Bits 1, 2, 4, 8. */
static const struct row rows[] = {
    {.name = "db.shop.", .state = "Open", .text = "a,b", .addr = "10.0.1.7", .port = 53, .count = 3,
     .wait_ns = 5 * WHEN_MS, .start = INT64_C(1795168800) * WHEN_SECOND, .rate = .01, .load = 1.5,
     .slow = 1, .has_peer = true, .addrs = {"10.0.0.1", "fd00::1"}, .n_addrs = 2,
     .tries = {{"192.0.2.1", "ok", 53, {WHEN_SECOND, 2}, 2}, {"192.0.2.2", "lost", 853, {0}, 0}},
     .n_tries = 2, .labels = {{"app", "web"}, {"app.kubernetes.io/name", "shop"}}, .n_labels = 2},
    {.name = "web.shop.", .state = "Closed", .text = "OK", .addr = "10.0.2.7", .port = 54,
     .count = -2, .wait_ns = 1500 * WHEN_MS, .start = INT64_C(1795168801) * WHEN_SECOND, .rate = .5,
     .load = 0, .slow = 0, .has_peer = true, .addrs = {"10.0.0.2"}, .n_addrs = 1},
    {.name = "xdb.shop.", .state = "Open", .text = "(x)", .addr = "fd00::7", .port = 53, .count = 10,
     .wait_ns = WHEN_NONE, .start = WHEN_NONE, .rate = -1, .load = 1e3, .slow = -1,
     .has_peer = true, .tries = {{"192.0.2.2", "ok", 53, {0}, 1}}, .n_tries = 1},
    {.name = NULL, .state = NULL, .text = "a\\b", .addr = "10.0.1.7", .port = 53, .count = 0,
     .wait_ns = 0, .start = 0, .rate = 0, .load = -1, .slow = 0, .has_peer = false},
};
enum { ROWS = sizeof rows / sizeof *rows, ALL = (1 << ROWS) - 1 };

static unsigned kept(struct filter *filter, size_t scope)
{
    unsigned bits = 0;

    for (size_t i = 0; i < ROWS; i++) {
        const void *each[FILTER_SCOPES_MAX] = {&rows[i], &rows[i]};
        bits |= (unsigned)filter_keeps(filter, scope, each) << i;
    }
    return bits;
}

/* The rows that EXPRESSION keeps; 1000 where it is refused. */
static unsigned kept_by(const struct filter_language *language, const char *expression)
{
    struct filter *filter = filter_new(language);
    struct error error = {0};
    unsigned bits = 1000;

    if (filter_add(filter, expression, &error) == 0)
        bits = kept(filter, 0);
    else
        printf("%s: %s\n", expression, error.text);
    filter_free(filter);
    return bits;
}

struct keep {
    const char *expression;
    unsigned bits;
};

static const struct keep keeps[] = {
    /* all and nothing */
    {"", ALL}, {" ", ALL}, {",", ALL}, {" , ,", ALL}, {"count>=-5", ALL}, {"!count>=-5", 0},
    /* numbers */
    {"count==3", 1}, {"count=3", 1}, {"count != 3", 14}, {"count<3", 10}, {"count<=3", 11},
    {"count>3", 4}, {"count>=3", 5}, {"COUNT==003", 1}, {"count>9", 4}, {"count==-2", 2},
    {"load==1.5", 1}, {"load>=1.5", 5}, {"load<0", 8}, {"load", ALL},
    {"rate==1%", 1}, {"rate==0.01", 1}, {"rate>1%", 2}, {"rate<=50%", 11}, {"rate==50.0%", 2},
    {"rate", 11}, {"rate!=1%", 14},
    /* durations: ms, units, other names */
    {"wait_ms==5", 1}, {"wait_ms>5ms", 2}, {"wait_ms>=1.5s", 2}, {"wait_ms<1s", 9},
    {"wait_ms==5000\xc2\xb5s", 1}, {"wait_ms==5000000ns", 1}, {"wait_ms>=1s500ms", 2},
    {"wait_ms==5000us", 1}, {"wait_ms==1500.000", 2}, {"wait_ns>5000000", 2}, {"wait_ns==5ms", 1},
    {"wait_s==1.5", 2}, {"wait>1s", 2}, {"wait_ms", 11}, {"!wait_ms", 4}, {"wait_ms!=5", 14},
    {"wait_ms<0.001", 8}, {"wait_ms<=100000h", 11},
    /* times */
    {"start==2026-11-20T10:00:00Z", 1}, {"start>2026-11-20T10:00:00.5Z", 2},
    {"start<2026-11-20T11:00:00+01:00", 8}, {"start_raw==1795168800000000000", 1},
    {"start_raw>=2026-11-20T10:00:01Z", 2}, {"start!=2026-11-20T10:00:00Z", 14},
    /* booleans, and fields alone */
    {"slow", 1}, {"!slow", 14}, {"slow==true", 1}, {"slow==TRUE", 1}, {"slow==1", 1},
    {"slow==false", 10}, {"slow!=true", 14}, {"slow!=0", 5}, {"name", 7}, {"nothing", 0},
    {"nothing==x", 0}, {"nothing!=x", ALL}, {"nothing~x", 0}, {"nothing!~x", ALL}, {"addrs", 3},
    {"tries", 5}, {"labels", 1}, {"peer", 7}, {"bare", 7}, {"bare.count", 7},
    /* words, texts, names */
    {"state==Open", 5}, {"state==open", 5}, {"state!=OPEN", 10}, {"state<D", 1000},
    {"text==OK", 2}, {"text==ok", 0}, {"text==\"a,b\"", 1}, {"text==a\\,b", 1}, {"text==(x)", 4},
    {"text==a\\\\b", 8}, {"text==\"a\\\\b\"", 8}, {"text<a", 6}, {"text==\"\"", 0},
    {"text!=\"\"", ALL}, {"text== OK ", 2}, {"text == \"OK\" , count<0", 2},
    {"name==db.shop", 1}, {"name==db.shop.", 1}, {"name==DB.Shop", 1}, {"name!=db.shop", 14},
    {"name>db.shop", 6}, {"name==dbb.shop", 0},
    {"state~^o", 5}, {"state!~CLOSED", 13}, {"code==yes", 2}, {"code==Ok", 2}, {"code~^Y", 2}, {"code~^O", 2}, {"code!~Y", 13},
    /* patterns */
    {"name~^db", 1}, {"name~DB", 5}, {"name~shop$", 7}, {"name~shop\\.$", 7}, {"name~shop\\z", 7},
    {"name!~^db", 14}, {"name~(web|db)\\.shop", 7}, {"name~^(web|db)\\.shop$", 3},
    {"name~\"^w|^x\"", 6}, {"text~^.,.$", 1000}, {"text~^.\\,.$", 1}, {"text~\"^.,.$\"", 1},
    {"text~\\\\\\\\", 8}, {"text~\"[(]\"", 4}, {"text~\\(x\\)", 4}, {"text~\\)", 4}, {"text~\"\"", ALL},
    {"text~ok", 0}, {"text~(?i)ok", 2}, {"peer~^10\\.0\\.[12]\\.7:5[34]$", 3},
    /* addresses and networks */
    {"peer.addr==10.0.1.7", 1}, {"peer.addr==::ffff:10.0.1.7", 1}, {"peer.addr==10.0.0.0/16", 3},
    {"peer.addr==10.0.9.9/16", 3}, {"peer.addr==10.0.1.0/24", 1}, {"peer.addr==0.0.0.0/0", 3},
    {"peer.addr==::/0", 4}, {"peer.addr==fd00::/121", 4}, {"peer.addr==fd00::7/128", 4},
    {"peer.addr==fd00::8/125", 0}, {"peer.addr!=10.0.0.0/16", 12}, {"peer.addr==fd00:0::0007", 4},
    {"peer.addr>10.0.1.7", 6}, {"peer.addr<=10.0.1.7", 1}, {"peer.addr==10.0.1.6/31", 1},
    {"peer.addr==10.0.1.7/32", 1}, {"peer.addr==10.0.2.0/23", 2}, {"peer.port==53", 5},
    {"peer==10.0.1.7", 1}, {"peer==10.0.1.7:53", 1}, {"peer==10.0.1.7:54", 0}, {"peer==[fd00::7]", 4},
    {"peer==[fd00::7]:53", 4}, {"peer==fd00::7", 4}, {"peer==r/10.0.2.7:54", 2},
    {"peer==r/fd00::7:53", 4}, {"peer==r/fd00::7:54", 0}, {"peer==r/fd00::7", 4}, {"peer==r/[fd00::7]:53", 4},
    {"peer==fd00::7:53", 0}, {"peer.addr==r/fd00::7", 4}, {"peer==r/::/0", 4},
    {"peer==10.0.0.0/8", 3}, {"peer!=10.0.1.7:53", 14}, {"peer==p/shop/web:53", 0},
    {"src==10.0.2.7", 2}, {"src.port==54", 2}, {"SRC.Addr==10.0.2.7", 2}, {"src", 7},
    /* a name of several fields: any of them will do, for the opposite all must */
    {"any.addr==192.0.2.2", 5}, {"any.addr==10.0.0.2", 2}, {"any.addr==10.0.1.7", 1},
    {"any.addr!=10.0.1.7", 14}, {"!any.addr==192.0.2.2", 10}, {"!(any.addr!=192.0.2.2)", 5},
    {"any.addr==192.0.2.2,any.port==853", 1}, {"any.port==54||any.addr==fd00::7", 6},
    {"slow||any.port==54,name", 3}, {"any.port>60,slow", 1}, {"!any.port", 8}, {"any.port", 7},
    {"any.word~^O", 7}, {"any.word!~^O", 8}, {"(any.word~^O,!any.word~x)||count==0", 11},
    /* any element of a list, of the rows inside, of a map */
    {"addrs==10.0.0.1", 1}, {"addrs==fd00::/16", 1}, {"addrs==10.0.0.0/8", 3}, {"addrs!=10.0.0.1", 14},
    {"addrs~^10", 3}, {"addrs!~^10", 12},
    {"tries.outcome==lost", 1}, {"tries.outcome==ok", 5}, {"tries.outcome!=ok", 10},
    {"tries.outcome", 5}, {"tries.peer==192.0.2.2", 5}, {"tries.peer==192.0.2.2:53", 4},
    {"tries.peer==192.0.2.1:853", 0}, {"tries.peer.port>=800", 1}, {"tries.took>=1s", 1},
    {"tries.took==2ns", 1}, {"tries.took<1ms", 5}, {"tries.took", 5}, {"!tries.took", 10},
    {"shown==192.0.2.2:853", 1}, {"labels.app==web", 1},
    {"labels.app.kubernetes.io/name==shop", 1}, {"labels.App==web", 0}, {"labels.app", 1},
    {"labels.app!=web", 14}, {"labels.other", 0}, {"labels.app~^w", 1},
    /* and, or, not, parentheses */
    {"slow,count==3", 1}, {"slow,count==4", 0}, {"count==3||count==10", 5},
    {"count==3||count==10,slow", 1}, {"slow,count==3||count==10", 5},
    {"(count==3||count==10),slow", 1}, {"slow,(count==3||count==10)", 1},
    {"count==3 || count==10 || count==-2", 7}, {"!(count==3||count==10)", 10},
    {"!(slow,count==3)", 14}, {"!!slow", 1}, {"!!!slow", 14}, {"! slow", 14}, {"!(!(slow))", 1},
    {"!slow,!name", 8}, {"!slow||slow", ALL}, {"((((slow))))", 1}, {"(slow),(count==3)", 1},
    {"(slow,),", 1}, {"slow,||count==10", 5}, {"slow||,count==10", 5}, {"!name==db.shop", 14},
    {"!(count<0||count>5),!slow", 8}, {"(count<0||count>5),(slow||!slow)", 6},
    {"(count<0,slow||count>5),(!slow||!name)", 4}, {"(name~(a|b)||text==(x))", 7},
    {"(text==\"||\")||slow", 1},
    /* the same field again, and another one, an element or a part of it in between */
    {"name==a||name==b||name==db.shop||name==c", 1}, {"name==web.shop||count==3||name==db.shop", 3},
    {"peer.addr==10.9.0.0/16||peer.addr==10.0.1.0/24||peer.addr==fd00::/16", 5},
    {"peer==10.0.1.7:54||peer==10.0.2.7:54||peer==10.0.1.7:53", 3},
    {"addrs==10.0.0.9||addrs==10.0.0.2||peer.addr==10.0.2.7", 2},
    {"tries.outcome==x||tries.outcome==lost||tries.took>5s||tries.outcome==ok", 5},
    {"labels.app==x||labels.app==y||labels.app==web", 1}, {"count==3\n||\tcount==10", 5},
};

static void test_keeps(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof keeps / sizeof *keeps; i++) {
        unsigned bits = kept_by(&plain, keeps[i].expression);
        if (bits != keeps[i].bits)
            fail_msg("%s: %u, not %u", keeps[i].expression, bits, keeps[i].bits);
    }
}

/* A,B: both; A||B: either; !A: the others; repeated: both. */
static void test_laws(void **state)
{
    (void)state;
    size_t n = sizeof keeps / sizeof *keeps;
    for (size_t i = 0; i < n; i++) {
        const struct keep *a = &keeps[i], *b = &keeps[(i * 7 + 3) % n];
        char text[256];
        struct error error;

        if (a->bits > ALL || b->bits > ALL || strspn(a->expression, " ,") == strlen(a->expression) ||
            strspn(b->expression, " ,") == strlen(b->expression))
            continue;
        snprintf(text, sizeof text, "(%s),(%s)", a->expression, b->expression);
        assert_int_equal(kept_by(&plain, text), a->bits & b->bits);
        snprintf(text, sizeof text, "(%s)||(%s)", a->expression, b->expression);
        assert_int_equal(kept_by(&plain, text), a->bits | b->bits);
        snprintf(text, sizeof text, "!(%s)", a->expression);
        assert_int_equal(kept_by(&plain, text), ALL & ~a->bits);
        snprintf(text, sizeof text, "!(%s||!(%s))", a->expression, b->expression);
        assert_int_equal(kept_by(&joint, text), ALL & ~a->bits & b->bits);
        struct filter *filter = filter_new(&plain);
        assert_int_equal(filter_add(filter, a->expression, &error), 0);
        assert_int_equal(filter_add(filter, b->expression, &error), 0);
        assert_int_equal(kept(filter, 0), a->bits & b->bits);
        filter_free(filter);
    }
}

static const struct {
    const char *expression, *message;
} refused[] = {
    {"nmae==x", "column 1: there is no field 'nmae' in toys; did you mean 'name'?"},
    {"slow, nmae==x", "column 7: there is no field 'nmae' in toys; did you mean 'name'?"},
    {"zzzzzz", "column 1: there is no field 'zzzzzz' in toys"},
    {"elsewhere>1", "column 1: there is no field 'elsewhere' in toys; it is one of --view others"},
    {"tries.outcom==x",
     "column 1: there is no field 'tries.outcom' in toys; did you mean 'tries.outcome'?"},
    {"outcome==lost", "column 1: there is no field 'outcome' in toys; did you mean 'tries.outcome'?"},
    {"src.prot==53", "column 1: there is no field 'src.prot' in toys; did you mean 'src.port'?"},
    {"shown.adr==x", "column 1: there is no field 'shown.adr' in toys; did you mean 'shown.addr'?"},
    {"wait_nss>1", "column 1: there is no field 'wait_nss' in toys; did you mean 'wait_ns'?"},
    {"took>1s", "column 1: there is no field 'took' in toys; did you mean 'tries.took', or --view "
                "others?"},
    {"tries==3", "column 8: 'tries' is a list of objects: compare one of its fields (--list-fields)"},
    {"labels==3", "column 9: 'labels' is an object: compare one of its keys (--list-fields)"},
    {"labels~web", "column 8: 'labels' is an object: compare one of its keys (--list-fields)"},
    {"bare==3", "column 7: 'bare' is an object: compare one of its fields (--list-fields)"},
    {"wait.x", "column 1: there is no field 'wait.x' in toys; did you mean 'wait'?"},
    {"count", NULL},
    {"count==x", "column 8: 'x' is no whole number"},
    {"count==1.5", "column 8: '1.5' is no whole number"},
    {"count==0x10", "column 8: '0x10' is no whole number"},
    {"count==99999999999999999999", "column 8: '99999999999999999999' is no whole number"},
    {"count==-", "column 8: '-' is no whole number"},
    {"name=='x'", "column 7: values stand in \"...\", not in '...'"},
    {"count==", "column 8: a value is missing behind '==' (an empty one is \"\")"},
    {"count>,slow", "column 7: a value is missing behind '>' (an empty one is \"\")"},
    {"(count>)", "column 8: a value is missing behind '>' (an empty one is \"\")"},
    {"count~3", "column 7: 'count' is no text: ~ and !~ search texts"},
    {"rate==200x", "column 7: '200x' is no share (like 0.01 or 1%)"},
    {"load==1%", "column 7: '1%' is no number"},
    {"load==1.2.3", "column 7: '1.2.3' is no number"},
    {"wait_ms>5x", "column 9: '5x' is no duration (like 200us, 5ms, 1.5s, 2m, 1h)"},
    {"wait_ms>-5", "column 9: '-5' is no duration (like 200us, 5ms, 1.5s, 2m, 1h)"},
    {"wait_ms>99999999999999999999", "column 9: '99999999999999999999' is longer than a duration "
                                     "can be"},
    {"start>10:00", "column 7: '10:00' is no time (like 2026-11-20T10:00:00Z; --since and --until "
                    "take others, too)"},
    {"start>5", "column 7: '5' is no time (like 2026-11-20T10:00:00Z; --since and --until take "
                "others, too)"},
    {"slow>1", "column 6: 'slow' is true or false: == and != compare it"},
    {"slow==maybe", "column 7: 'maybe' is neither true nor false"},
    {"state==Opne", "column 8: 'Opne' is no state; did you mean 'Open'?"},
    {"state==zzzzzz", "column 8: 'zzzzzz' is no state (there are: Open, Closed)"},
    {"name==-", "column 7: '-' is no name"},
    {"code==kk", "column 7: 'kk' is no code; did you mean 'OK'?"},
    {"peer.addr==10.0.0.256",
     "column 12: '10.0.0.256' is no IPv4 or IPv6 address or network (10.244.0.0/16)"},
    {"peer.addr==10.0.0.1:53",
     "column 12: '10.0.0.1:53' is no IPv4 or IPv6 address or network (10.244.0.0/16)"},
    {"peer.addr==10.0.0.0/33",
     "column 12: '10.0.0.0/33' is no IPv4 or IPv6 address or network (10.244.0.0/16)"},
    {"peer.addr==[fd00::1",
     "column 12: '[fd00::1' is no IPv4 or IPv6 address or network (10.244.0.0/16)"},
    {"peer.addr<10.0.0.0/8", "column 11: '10.0.0.0/8' is a network: == and != compare it"},
    {"peer==10.0.0.1:99999", "column 7: '10.0.0.1:99999' is no address (10.0.0.1, 10.0.0.1:53) or "
                             "network (10.244.0.0/16)"},
    {"text~a(b", "column 9: in the pattern: missing closing parenthesis"},
    {"text~\\,\\,[z-a]", "column 13: in the pattern: range out of order in character class"},
    {"text~(*UTF)x", "column 12: in the pattern: using UTF is disabled by the application"},
    {"name=~x", "column 5: there is no operator '=~' (there are: ==, =, !=, <, <=, >, >=, ~, !~)"},
    {"name==!x",
     "column 5: there is no operator '==!' (there are: ==, =, !=, <, <=, >, >=, ~, !~)"},
    {"slow!", "column 5: there is no operator '!' (there are: ==, =, !=, <, <=, >, >=, ~, !~)"},
    {"==3", "column 1: a field is missing in front of the operator"},
    {"!=3", "column 1: a field is missing in front of the operator"},
    {"name contains \"x\"", "column 6: an operator (==, ~, ...), ',' or '||' is missing in front of "
                            "this"},
    {"slow (count==3)", "column 6: ',' or '||' is missing in front of this"},
    {"(slow) !count", "column 8: ',' or '||' is missing in front of this '!'"},
    {"name==\"x", "column 7: this quote is never closed"},
    {"name==\"x\"y", "column 10: an operator (==, ~, ...), ',' or '||' is missing in front of this"},
    {"\"x\"==name", "column 1: a field and an operator are missing in front of the quote"},
    {"slow && count==3", "column 6: and is written ','"},
    {"name==a && count==3",
     "column 9: '&&' is written ',' here (a value that has it stands in \"...\")"},
    {"slow|count==3", "column 5: or is written '||'"},
    {"(slow", "column 1: this '(' is never closed"},
    {"slow,((slow)", "column 6: this '(' is never closed"},
    {"slow)", "column 5: this ')' closes nothing"},
    {"name==x)", "column 8: this ')' closes nothing"},
    {"()", "column 1: nothing stands in these '()'"},
    {"slow,(,)", "column 6: nothing stands in these '()'"},
    {"||slow", "column 1: nothing stands in front of this '||'"},
    {"slow||", "column 5: nothing stands behind this '||'"},
    {"slow||||slow", "column 7: nothing stands in front of this '||'"},
    {"(slow||)", "column 6: nothing stands behind this '||'"},
    {"!", "column 1: nothing stands behind this '!'"},
    {"slow,!,slow", "column 6: nothing stands behind this '!'"},
    {"slow||!", "column 7: nothing stands behind this '!'"},
    {"name\x1b==x", "column 1: there is no field 'name\\x1b' in toys; did you mean 'name'?"},
};

static void test_refuses(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct filter *filter = filter_new(&plain);
        struct error error = {0};
        int result = filter_add(filter, refused[i].expression, &error);

        if (refused[i].message == NULL) {
            assert_int_equal(result, 0);
        } else {
            assert_int_equal(result, -1);
            assert_int_equal(error.code, ERROR_USAGE);
            assert_string_equal(error.text, refused[i].message);
            assert_int_equal(kept(filter, 0), ALL); /* nothing of it is left */
        }
        filter_free(filter);
    }
}

/* A column made of others has no value of its own to compare. */
static void test_columns(void **state)
{
    (void)state;
    static const struct filter_language bare = {.scopes = {{&table, NULL, 0, NULL}}, .n_scopes = 1};
    struct filter *filter = filter_new(&bare);
    struct error error = {0};

    assert_int_equal(filter_add(filter, "shown==x", &error), -1);
    assert_string_equal(error.text, "column 1: 'shown' is a column for reading, made of other "
                                    "fields: compare those");
    assert_int_equal(filter_add(filter, "wait>1s", &error), 0);
    filter_free(filter);
}

/* Two rows at hand: a name is the first one's that has it, box.NAME is the second one's. */
static void test_joint(void **state)
{
    (void)state;
    static const struct row big = {.count = 100, .slow = 1};
    static const struct keep some[] = {{"count==3", 1}, {"box.count==3", 0}, {"box.count==100", ALL},
                                       {"whole", ALL}, {"whole==false||count==3", 1},
                                       {"!(box.whole,count==3)", 14}};

    for (size_t i = 0; i < sizeof some / sizeof *some; i++) {
        struct filter *filter = filter_new(&joint);
        struct error error;
        unsigned bits = 0;

        assert_int_equal(filter_add(filter, some[i].expression, &error), 0);
        for (size_t r = 0; r < ROWS; r++) {
            const void *each[FILTER_SCOPES_MAX] = {&rows[r], &big};
            bits |= (unsigned)filter_keeps(filter, 0, each) << r;
        }
        assert_int_equal(bits, some[i].bits);
        filter_free(filter);
    }
}

/* Two kinds of rows that come at different times: parts go to the one that has all their names. */
static void test_apart(void **state)
{
    (void)state;
    static const struct {
        const char *expression;
        unsigned own, box;
        const char *message;
    } some[] = {
        {"count==3", 1, ALL, NULL},
        {"box.count==3", ALL, 1, NULL},
        {"name,whole", 7, 1, NULL},
        {" , name,,whole, ", 7, 1, NULL},
        {"whole||count==10", ALL, 5, NULL},
        {"(whole||count==10),count>5", 4, 5, NULL},
        {"!(whole),!name", 8, 14, NULL},
        {"name||count==0", ALL, ALL, NULL},
        {"name||whole", 0, 0,
         "column 7: fields of toys and of boxes stand in one part: put ',' between them, outside of "
         "parentheses, or ask for one kind only"},
        {"slow,(name,box.count==3)", 0, 0,
         "column 12: fields of toys and of boxes stand in one part: put ',' between them, outside of "
         "parentheses, or ask for one kind only"},
        {"slow,nmae", 0, 0, "column 6: there is no field 'nmae' in toys; did you mean 'name'?"},
        {"whole==x", 0, 0, "column 8: 'x' is neither true nor false"},
        {"whole,count==x", 0, 0, "column 14: 'x' is no whole number"},
        {"whole,(slow", 0, 0, "column 7: this '(' is never closed"},
        {"whole)", 0, 0, "column 6: this ')' closes nothing"},
        {"whole,,||", 0, 0, "column 8: nothing stands behind this '||'"},
    };

    for (size_t i = 0; i < sizeof some / sizeof *some; i++) {
        struct filter *filter = filter_new(&apart);
        struct error error = {0};
        int result = filter_add(filter, some[i].expression, &error);

        if (some[i].message != NULL && result < 0) {
            assert_string_equal(error.text, some[i].message);
        } else if (some[i].message == NULL) {
            assert_string_equal(error.text, "");
            assert_int_equal(kept(filter, 0), some[i].own);
            assert_int_equal(kept(filter, 1), some[i].box);
        }
        filter_free(filter);
    }
}

/* "a,a,a…" N times, in OPEN and CLOSE each. */
static char *many(struct text *text, const char *piece, size_t n)
{
    text_clear(text);
    for (size_t i = 0; i < n; i++)
        text_add_string(text, piece);
    return text->at;
}

static void test_limits(void **state)
{
    (void)state;
    struct text text = {0};
    struct error error = {0};
    struct filter *filter = filter_new(&apart);

    assert_int_equal(filter_add(filter, many(&text, "slow,", LIMIT_FILTER_TERMS), &error), 0);
    assert_int_equal(kept(filter, 0), 1);
    assert_int_equal(filter_add(filter, "slow", &error), -1);
    assert_non_null(strstr(error.text, "column 1: filters hold at most 2048 comparisons"));
    filter_free(filter);

    filter = filter_new(&plain);
    assert_int_equal(filter_add(filter, many(&text, ",", LIMIT_FILTER_BYTES), &error), 0);
    assert_int_equal(filter_add(filter, many(&text, ",", LIMIT_FILTER_BYTES + 1), &error), -1);
    many(&text, "(", LIMIT_FILTER_DEPTH);
    text_add_string(&text, "slow");
    text_add_fill(&text, ')', LIMIT_FILTER_DEPTH);
    assert_int_equal(filter_add(filter, text.at, &error), 0);
    assert_int_equal(filter_add(filter, many(&text, "(", LIMIT_FILTER_DEPTH + 1), &error), -1);
    assert_string_equal(error.text, "column 65: parentheses stand inside one another at most 64 "
                                    "times");
    assert_int_equal(filter_add(filter, many(&text, "!", LIMIT_FILTER_BYTES), &error), -1);
    assert_int_equal(filter_add(filter, many(&text, "text~a,", LIMIT_FILTER_PATTERNS), &error), 0);
    assert_int_equal(filter_add(filter, "text~a", &error), -1);
    assert_string_equal(error.text, "column 6: filters hold at most 64 patterns");
    assert_int_equal(filter_add(filter, "text==a", &error), 0);
    filter_free(filter);
    text_done(&text);
}

/* A pattern that goes back over and over is given up, and counted. */
static void test_gives_up(void **state)
{
    (void)state;
    struct row row = rows[0];
    const void *each[FILTER_SCOPES_MAX] = {&row, &row};
    struct error error;
    struct filter *filter = filter_new(&plain);

    row.text = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab";
    assert_int_equal(filter_add(filter, "text~^(a+)+$", &error), 0);
    assert_false(filter_keeps(filter, 0, each));
    assert_int_equal(filter_gave_up(filter), 1);
    row.text = "aaaaaaaa";
    assert_true(filter_keeps(filter, 0, each));
    assert_int_equal(filter_gave_up(filter), 1);
    filter_free(filter);

    /* one that only remembers much is not */
    static char text[1001];
    for (size_t i = 0; i < sizeof text - 1; i++)
        text[i] = "ab"[i % 3 == 0];
    row.text = text;
    /* as machine code, and, being too large for that, not */
    static const char *const patterns[] = {"text~^((a)|(b)|(?:x(c)))+$",
                                           "text~^((a)|(b)|(?:x(c)))+$|(?:yz){3000}"};
    for (size_t i = 0; i < 2; i++) {
        filter = filter_new(&plain);
        assert_int_equal(filter_add(filter, patterns[i], &error), 0);
        assert_true(filter_keeps(filter, 0, each));
        assert_int_equal(filter_gave_up(filter), 0);
        filter_free(filter);
    }
    filter_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keeps),  cmocka_unit_test(test_laws),
        cmocka_unit_test(test_refuses), cmocka_unit_test(test_columns),
        cmocka_unit_test(test_joint),  cmocka_unit_test(test_apart),
        cmocka_unit_test(test_limits), cmocka_unit_test(test_gives_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
