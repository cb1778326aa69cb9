// SPDX-License-Identifier: BSD-2-Clause
/*
 * --tolerance: how much worse than the baseline a figure may be.
 *
 *     rates=1pp/20%,percentiles=5ms/25%,counts=20
 *
 * A rate is worse where it rose by more than 1 percentage point and by more than 20 % of what it was, a
 * percentile by more than 5 ms and 25 %: either alone is noise, of small figures or of large ones.
 * What is left out keeps its default; the unit tells which of the two a number is.
 */
#include <stdlib.h>
#include <string.h>

#include "base/when.h"
#include "gate/inside.h"

const struct tolerance tolerance_default = {.01, .2, 5 * WHEN_MS, .25, 20};

/* Part of what was typed. */
struct part {
    const char *at;
    size_t len, column; /* from 0 */
};

static int wrong(const struct part *part, const char *why, struct error *error)
{
    return condition_error(error, part->column, "", part->at, part->len, why);
}

/* Digits with a fraction and UNIT behind them. */
static bool read_number(const struct part *part, const char *unit, double *number)
{
    size_t digits = strspn(part->at, "0123456789.");
    char text[32], *end;

    digits = digits < part->len ? digits : part->len;
    if (digits == 0 || digits >= sizeof text || part->at[0] == '.' ||
        part->len - digits != strlen(unit) || strncmp(part->at + digits, unit, strlen(unit)) != 0)
        return false;
    memory_copy(text, part->at, digits);
    text[digits] = 0;
    *number = strtod(text, &end);
    return *end == 0;
}

static int read_rate(struct tolerance *tolerance, const struct part *part, struct error *error)
{
    double number;

    if (read_number(part, "pp", &number))
        tolerance->rate_points = number / 100;
    else if (read_number(part, "%", &number))
        tolerance->rate_rise = number / 100;
    else
        return wrong(part, "is neither points (like 1pp) nor a share of what it was (like 20%)",
                     error);
    return 0;
}

static int read_wait(struct tolerance *tolerance, const struct part *part, struct error *error)
{
    struct text word = {0};
    struct error inner = {0};
    int64_t wait_ns;
    double number;
    int result = 0;

    text_add(&word, part->at, part->len);
    if (read_number(part, "%", &number))
        tolerance->wait_rise = number / 100;
    else if (word.len > 0 && when_parse_duration(word.at, &wait_ns, &inner) == 0)
        tolerance->wait_ns = wait_ns;
    else
        result = wrong(
            part, "is neither a duration (like 5ms) nor a share of what it was (like 25%)", error);
    text_done(&word);
    return result;
}

static int read_count(struct tolerance *tolerance, const struct part *part, struct error *error)
{
    double number;

    if (part->len > 9 || memchr(part->at, '.', part->len) != NULL ||
        !read_number(part, "", &number))
        return wrong(part, "is no whole number", error);
    tolerance->counts = (int64_t)number;
    return 0;
}

typedef int read_part(struct tolerance *tolerance, const struct part *part, struct error *error);

/* The words behind "NAME=", which '/' parts. */
static int read_values(struct tolerance *tolerance, struct part rest, read_part *read,
                       struct error *error)
{
    for (;;) {
        const char *slash = memchr(rest.at, '/', rest.len);
        struct part one = {rest.at, slash != NULL ? (size_t)(slash - rest.at) : rest.len,
                           rest.column};
        if (read(tolerance, &one, error) < 0)
            return -1;
        if (slash == NULL)
            return 0;
        rest = (struct part){slash + 1, rest.len - one.len - 1, rest.column + one.len + 1};
    }
}

static int read_setting(struct tolerance *tolerance, const struct part *part, struct error *error)
{
    static const struct {
        const char *name;
        read_part *read;
    } settings[] = {{"rates", read_rate}, {"percentiles", read_wait}, {"counts", read_count}};

    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        size_t len = strlen(settings[i].name);
        if (part->len <= len || strncmp(part->at, settings[i].name, len) != 0 ||
            part->at[len] != '=')
            continue;
        struct part rest = {part->at + len + 1, part->len - len - 1, part->column + len + 1};
        return read_values(tolerance, rest, settings[i].read, error);
    }
    return wrong(part, "is no tolerance (there are: rates=1pp/20%, percentiles=5ms/25%, counts=20)",
                 error);
}

int tolerance_read(struct tolerance *tolerance, const char *typed, struct error *error)
{
    const char *at = typed;

    for (;;) {
        struct part part = {at, strcspn(at, ","), (size_t)(at - typed)};
        if (read_setting(tolerance, &part, error) < 0)
            return -1;
        at += part.len;
        if (*at == 0)
            return 0;
        at++;
    }
}

/* Figures are printed with six and three decimals: less is no difference. */
static bool is_more(double now, double limit, double least)
{
    return now - limit > least / 2;
}

bool tolerance_rate_worse(const struct tolerance *tolerance, double before, double now)
{
    return is_more(now, before + tolerance->rate_points, 1e-6) &&
           is_more(now, before * (1 + tolerance->rate_rise), 1e-6);
}

bool tolerance_wait_worse(const struct tolerance *tolerance, double before_ms, double now_ms)
{
    return is_more(now_ms, before_ms + (double)tolerance->wait_ns / (double)WHEN_MS, 1e-3) &&
           is_more(now_ms, before_ms * (1 + tolerance->wait_rise), 1e-3);
}
