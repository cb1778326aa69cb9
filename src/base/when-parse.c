// SPDX-License-Identifier: BSD-2-Clause
/* Times and durations as users type them. */
#include <string.h>

#include "base/text.h"
#include "base/when.h"

static const int64_t MINUTE = 60 * WHEN_SECOND;
static const int64_t HOUR = 3600 * WHEN_SECOND;
static const int64_t DAY = 86400 * WHEN_SECOND;

struct date {
    int year, month, day;
};

/* Days since 1970 of a date of the Gregorian calendar (Hinnant, chrono-compatible low-level date
 * algorithms). */
static int64_t days_of(const struct date *date)
{
    int64_t year = date->year - (date->month <= 2);
    int64_t era = (year < 0 ? year - 399 : year) / 400;
    int64_t of_era_year = year - era * 400;
    int64_t of_year = (153 * (date->month + (date->month > 2 ? -3 : 9)) + 2) / 5 + date->day - 1;

    return era * 146097 + of_era_year * 365 + of_era_year / 4 - of_era_year / 100 + of_year -
           719468;
}

/* Fails with the user's WORD, escaped. */
static int fail(struct error *error, const char *word, const char *why)
{
    struct text shown = {NULL, 0, 0};
    size_t len = strlen(word);

    text_add_terminal(&shown, word, len < 80 ? len : 80, false);
    error_set(error, ERROR_USAGE, "\"%s%s\" %s", shown.at ? shown.at : "", len < 80 ? "" : "...",
              why);
    text_done(&shown);
    return -1;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Exactly two digits; -1 where they are not there. */
static int two_digits(const char *at)
{
    return is_digit(at[0]) && is_digit(at[1]) ? (at[0] - '0') * 10 + (at[1] - '0') : -1;
}

/* ".5" as a part of UNIT nanoseconds; what is finer than that is dropped.  Takes a text without a
 * dot as 0.  NULL where no digit follows the dot. */
static const char *parse_part(const char *at, int64_t unit, int64_t *part)
{
    *part = 0;
    if (*at != '.')
        return at;
    if (!is_digit(*++at))
        return NULL;
    for (; is_digit(*at); at++) {
        int64_t rest = unit % 10 * (*at - '0') / 10;

        unit /= 10;
        *part += unit * (*at - '0') + rest;
    }
    return at;
}

/* The unit whose word is the LEN octets at AT; 0 where it is none.  Micro is written in two ways. */
static int64_t unit_of(const char *at, size_t len)
{
    static const struct {
        const char *word;
        int64_t ns;
    } units[] = {{"ns", 1},
                 {"us", WHEN_US},
                 {"\xc2\xb5s", WHEN_US},
                 {"\xce\xbcs", WHEN_US},
                 {"ms", WHEN_MS},
                 {"s", WHEN_SECOND},
                 {"m", 60 * WHEN_SECOND},
                 {"h", 3600 * WHEN_SECOND}};

    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (strlen(units[i].word) == len && memcmp(at, units[i].word, len) == 0)
            return units[i].ns;
    }
    return 0;
}

enum reading { READ, NO_DURATION, TOO_LONG };

/* One number with its unit at *AT. */
static enum reading parse_piece(const char **at, int64_t *ns)
{
    const char *digits = *at, *dot;
    int64_t number = 0, part, unit;
    bool fits = true;
    size_t word;

    for (; is_digit(**at); ++*at)
        fits = fits && !__builtin_mul_overflow(number, 10, &number) &&
               !__builtin_add_overflow(number, **at - '0', &number);
    dot = *at;
    if (dot != digits && *dot == '.')
        *at += 1 + strspn(dot + 1, "0123456789");
    word = strcspn(*at, "0123456789.");
    unit = unit_of(*at, word);
    if (dot == digits || unit == 0 || parse_part(dot, unit, &part) == NULL)
        return NO_DURATION;
    *at += word;
    fits = fits && !__builtin_mul_overflow(number, unit, &number) &&
           !__builtin_add_overflow(number, part, ns);
    return fits ? READ : TOO_LONG;
}

/* A duration from AT on, as Go prints them, too ("1m30.5s"); WORD is what stands in the message. */
static int parse_duration(const char *at, const char *word, int64_t *duration_ns,
                          struct error *error)
{
    int64_t sum = 0, ns = 0;
    enum reading reading;

    do {
        reading = parse_piece(&at, &ns);
        if (reading == READ && __builtin_add_overflow(sum, ns, &sum))
            reading = TOO_LONG;
    } while (reading == READ && *at != 0);
    if (reading != READ)
        return fail(error, word,
                    reading == TOO_LONG ? "is longer than a duration can be"
                                        : "is not a duration (like 200us, 5ms, 1.5s, 2m, 1h)");
    *duration_ns = sum;
    return 0;
}

int when_parse_duration(const char *text, int64_t *duration_ns, struct error *error)
{
    return parse_duration(text, text, duration_ns, error);
}

/* "HH:MM", with SECONDS ":SS" and a part of a second behind it; NULL where it is no such clock.
 * A leap second (":60", MAY_LEAP) counts into the next minute. */
static const char *parse_clock(const char *at, bool seconds, bool may_leap, int64_t *ns)
{
    int hour = two_digits(at), minute, second = 0;
    int64_t part = 0;

    if (hour < 0 || hour > 23 || at[2] != ':')
        return NULL;
    minute = two_digits(at + 3);
    if (minute < 0 || minute > 59)
        return NULL;
    at += 5;
    if (seconds && *at == ':') {
        second = two_digits(at + 1);
        if (second < 0 || second > (may_leap ? 60 : 59))
            return NULL;
        at = parse_part(at + 3, WHEN_SECOND, &part);
    }
    *ns = hour * HOUR + minute * MINUTE + second * WHEN_SECOND + part;
    return at;
}

/* "Z", "+01:00": nanoseconds to take off. */
static const char *parse_zone(const char *at, int64_t *ns)
{
    char sign = *at++;

    *ns = 0;
    if (sign == 'Z' || sign == 'z')
        return at;
    if (sign != '+' && sign != '-')
        return NULL;
    at = parse_clock(at, false, false, ns);
    if (sign == '-')
        *ns = -*ns;
    return at;
}

static const char *parse_date(const char *at, int64_t *days)
{
    static const int month_days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    struct date date = {.year = 0};
    bool leap;
    int century = two_digits(at), year;

    if (century < 0)
        return NULL;
    year = two_digits(at + 2);
    if (year < 0 || at[4] != '-')
        return NULL;
    date.year = century * 100 + year;
    date.month = two_digits(at + 5);
    if (date.month < 1 || date.month > 12 || at[7] != '-')
        return NULL;
    date.day = two_digits(at + 8);
    leap = date.year % 4 == 0 && (date.year % 100 != 0 || date.year % 400 == 0);
    if (date.day < 1 || date.day > month_days[date.month - 1] + (leap && date.month == 2))
        return NULL;
    *days = days_of(&date);
    return at + 10;
}

/* RFC 3339 section 5.6.  0: read, 1: not of this form, -1: ERROR. */
static int parse_absolute(const char *text, int64_t *value, struct error *error)
{
    int64_t days, clock, zone;
    const char *at = parse_date(text, &days);

    if (!at || (*at != 'T' && *at != 't' && *at != ' '))
        return 1;
    if (two_digits(at + 1) < 0 || at[3] != ':' || two_digits(at + 4) < 0 || at[6] != ':')
        return 1;
    at = parse_clock(at + 1, true, true, &clock);
    at = at ? parse_zone(at, &zone) : NULL;
    if (!at || *at)
        return 1;
    clock -= zone;
    /* whole days first, so that the first and last day of the range can be told */
    if (days < 0) {
        days++;
        clock -= DAY;
    }
    if (__builtin_mul_overflow(days, DAY, &days) || __builtin_add_overflow(days, clock, value) ||
        *value == WHEN_NONE)
        return fail(error, text, "is not between 1677-09-22 and 2262-04-11");
    return 0;
}

int when_parse_point(const char *text, enum when_base *base, int64_t *value, struct error *error)
{
    const char *end;
    int result;

    if (*text == '+' || *text == '-') {
        *base = *text == '+' ? WHEN_FROM_START : WHEN_FROM_END;
        return parse_duration(text + 1, text, value, error);
    }
    end = parse_clock(text, true, false, value);
    if (end && !*end) {
        *base = WHEN_CLOCK;
        return 0;
    }
    *base = WHEN_ABSOLUTE;
    result = parse_absolute(text, value, error);
    if (result == 1)
        return fail(error, text,
                    "is not a time (like 2026-11-20T10:00:00Z, 10:00, 10:00:30, +90s, -5m)");
    return result;
}
