// SPDX-License-Identifier: BSD-2-Clause
#include "base/when.h"

#include <string.h>
#include <time.h>

#include "base/text.h"

static const int64_t DAY_SECONDS = 86400;
static const int64_t MINUTE = 60 * WHEN_SECOND;
static const int64_t HOUR = 3600 * WHEN_SECOND;
static const int64_t DAY = 86400 * WHEN_SECOND;

/* a / b rounded down, b > 0 */
static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static int64_t part_of_second(int64_t when)
{
    int64_t part = when % WHEN_SECOND;

    return part < 0 ? part + WHEN_SECOND : part;
}

/* Puts the last DIGITS digits of NUMBER; returns the end. */
static inline char *put_digits(char *at, uint64_t number, int digits)
{
    for (int i = digits; i-- > 0; number /= 10)
        at[i] = (char)('0' + number % 10);
    return at + digits;
}

/* Nine digits; each of three parts by itself, which the processor does side by side. */
static inline char *put_nine(char *at, uint32_t number)
{
    put_digits(at, number / 1000000, 3);
    put_digits(at + 3, number / 1000 % 1000, 3);
    return put_digits(at + 6, number % 1000, 3);
}

/* Puts NUMBER with at least DIGITS digits. */
static char *put(char *at, uint64_t number, int digits)
{
    int n = 1;

    for (uint64_t rest = number; rest >= 10; rest /= 10)
        n++;
    return put_digits(at, number, n > digits ? n : digits);
}

static char *put_string(char *at, const char *string)
{
    while (*string)
        *at++ = *string++;
    return at;
}

static size_t put_end(char *first, char *at)
{
    *at = 0;
    return (size_t)(at - first);
}

struct calendar {
    int year, month, day, hour, minute, second;
};

/* Days since 1970 as a date of the Gregorian calendar, by eras of 400 years that begin in March
 * (Hinnant, chrono-compatible low-level date algorithms). */
static void date_of(int64_t days, struct calendar *date)
{
    int64_t shifted = days + 719468; /* since 0000-03-01 */
    int64_t era = floor_div(shifted, 146097);
    int64_t of_era = shifted - era * 146097;
    int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * of_year + 2) / 153; /* from March */

    date->day = (int)(of_year - (153 * month + 2) / 5 + 1);
    date->month = (int)(month < 10 ? month + 3 : month - 9);
    date->year = (int)(year + era * 400 + (date->month <= 2));
}

static int64_t days_of(const struct calendar *date)
{
    int64_t year = date->year - (date->month <= 2);
    int64_t era = floor_div(year, 400);
    int64_t of_era_year = year - era * 400;
    int64_t of_year = (153 * (date->month + (date->month > 2 ? -3 : 9)) + 2) / 5 + date->day - 1;

    return era * 146097 + of_era_year * 365 + of_era_year / 4 - of_era_year / 100 + of_year -
           719468;
}

static void calendar_utc(int64_t seconds, struct calendar *of)
{
    int64_t days = floor_div(seconds, DAY_SECONDS);
    int left = (int)(seconds - days * DAY_SECONDS);

    date_of(days, of);
    of->hour = left / 3600;
    of->minute = left / 60 % 60;
    of->second = left % 60;
}

static void zone_rules(void)
{
    static bool read;

    if (!read)
        tzset();
    read = true;
}

static void calendar_local(int64_t seconds, struct calendar *of)
{
    time_t when = (time_t)seconds;
    struct tm tm;

    zone_rules();
    if (!localtime_r(&when, &tm)) {
        calendar_utc(seconds, of);
        return;
    }
    *of = (struct calendar){tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
                            tm.tm_hour,        tm.tm_min,     tm.tm_sec};
}

static char *put_date(char *at, const struct calendar *of)
{
    at = put_digits(at, (uint64_t)of->year, 4);
    *at++ = '-';
    at = put_digits(at, (uint64_t)of->month, 2);
    *at++ = '-';
    return put_digits(at, (uint64_t)of->day, 2);
}

static char *put_clock(char *at, const struct calendar *of)
{
    at = put_digits(at, (uint64_t)of->hour, 2);
    *at++ = ':';
    at = put_digits(at, (uint64_t)of->minute, 2);
    *at++ = ':';
    return put_digits(at, (uint64_t)of->second, 2);
}

/* The first DECIMALS digits of the part of a second. */
static char *put_part(char *at, int64_t ns, int decimals)
{
    if (decimals <= 0)
        return at;
    for (int i = decimals; i < 9; i++)
        ns /= 10;
    *at++ = '.';
    return put_digits(at, (uint64_t)ns, decimals < 9 ? decimals : 9);
}

/* "2026-11-20T10:00:12." of a second; most times that are printed lie in the same as the last. */
static char *put_second(char *at, int64_t seconds)
{
    static _Thread_local int64_t last = INT64_MIN; /* no second of a time */
    static _Thread_local char shown[20];

    if (seconds != last) {
        struct calendar of;
        calendar_utc(seconds, &of);
        char *to = put_date(shown, &of);
        *to++ = 'T';
        to = put_clock(to, &of);
        *to = '.';
        last = seconds;
    }
    memcpy(at, shown, sizeof shown);
    return at + sizeof shown;
}

size_t when_print(int64_t when, char text[WHEN_TEXT_MAX])
{
    int64_t seconds = floor_div(when, WHEN_SECOND);
    char *at = text;

    if (when == WHEN_NONE)
        return put_end(text, at);
    at = put_second(at, seconds);
    at = put_nine(at, (uint32_t)part_of_second(when));
    *at++ = 'Z';
    return put_end(text, at);
}

size_t when_print_table(int64_t when, bool local, bool clock_only, int decimals,
                        char text[WHEN_TEXT_MAX])
{
    int64_t seconds = floor_div(when, WHEN_SECOND);
    struct calendar of;
    char *at = text;

    if (when == WHEN_NONE)
        return put_end(text, at);
    (local ? calendar_local : calendar_utc)(seconds, &of);
    if (!clock_only) {
        at = put_date(at, &of);
        *at++ = ' ';
    }
    at = put_clock(at, &of);
    at = put_part(at, part_of_second(when), decimals);
    return put_end(text, at);
}

/* The amount of a duration; its sign goes to *AT. */
static uint64_t amount(int64_t duration_ns, uint64_t unit, char **at)
{
    uint64_t ns = duration_ns < 0 ? 0 - (uint64_t)duration_ns : (uint64_t)duration_ns;
    uint64_t units = ns / unit + (ns % unit >= (unit + 1) / 2);

    if (duration_ns < 0 && units)
        *(*at)++ = '-';
    return units;
}

size_t when_print_ms(int64_t duration_ns, char text[WHEN_TEXT_MAX])
{
    char *at = text;
    uint64_t us;

    if (duration_ns == WHEN_NONE)
        return put_end(text, at);
    us = amount(duration_ns, (uint64_t)WHEN_US, &at);
    at = text_put_count(at, (int64_t)(us / 1000));
    *at++ = '.';
    at = put_digits(at, us % 1000, 3);
    return put_end(text, at);
}

/* NS in UNIT with the decimals that leave about three digits; NULL where it does not stay under
 * LIMIT units when rounded. */
static char *put_scaled(char *at, uint64_t ns, uint64_t unit, uint64_t limit, bool compact)
{
    uint64_t whole = (ns + unit / 2) / unit;
    uint64_t tenths = (ns + unit / 20) / (unit / 10);
    uint64_t hundredths = (ns + unit / 200) / (unit / 100);

    if (whole >= limit)
        return NULL;
    if (hundredths < 10 && ns > 0) { /* only of milliseconds */
        at = put_string(at, "0.");
        return put(at, hundredths, 2);
    }
    if (tenths >= (compact ? 1000u : 100u) || ns == 0)
        return put(at, whole, 1);
    at = put(at, tenths / 10, 1);
    *at++ = '.';
    return put(at, tenths % 10, 1);
}

static char *put_pair(char *at, uint64_t big, const char *big_unit, uint64_t small, int digits,
                      const char *small_unit)
{
    at = put_string(put(at, big, 1), big_unit);
    return put_string(put(at, small, digits), small_unit);
}

/* From a minute on. */
static char *put_long(char *at, uint64_t ns)
{
    uint64_t seconds = (ns + (uint64_t)WHEN_SECOND / 2) / (uint64_t)WHEN_SECOND;
    uint64_t minutes = (ns + (uint64_t)MINUTE / 2) / (uint64_t)MINUTE;
    uint64_t hours = (ns + (uint64_t)HOUR / 2) / (uint64_t)HOUR;

    if (seconds < 3600)
        return put_pair(at, seconds / 60, "m", seconds % 60, 2, "s");
    if (minutes < 6000)
        return put_pair(at, minutes / 60, "h", minutes % 60, 2, "m");
    if (hours < 24000)
        return put_pair(at, hours / 24, "d", hours % 24, 1, "h");
    return put_string(put(at, hours / 24, 1), "d");
}

size_t when_print_human(int64_t duration_ns, bool compact, char text[WHEN_TEXT_MAX])
{
    char *at = text, *end;
    uint64_t ns;

    if (duration_ns == WHEN_NONE)
        return put_end(text, at);
    ns = amount(duration_ns, 1, &at);
    end = put_scaled(at, ns, (uint64_t)WHEN_MS, 1000, compact);
    if (end)
        return put_end(text, put_string(end, compact ? "ms" : " ms"));
    end = put_scaled(at, ns, (uint64_t)WHEN_SECOND, 60, compact);
    if (end)
        return put_end(text, put_string(end, compact ? "s" : " s"));
    return put_end(text, put_long(at, ns));
}

int64_t when_midnight(int64_t when, bool local)
{
    struct tm tm;
    time_t seconds = (time_t)floor_div(when, WHEN_SECOND), first;
    int day;

    if (when == WHEN_NONE)
        return when;
    zone_rules();
    if (!local || !localtime_r(&seconds, &tm)) {
        int64_t midnight = floor_div(when, DAY);

        return midnight < INT64_MIN / DAY ? WHEN_NONE : midnight * DAY;
    }
    day = tm.tm_mday;
    tm.tm_hour = tm.tm_min = tm.tm_sec = 0;
    tm.tm_isdst = -1;
    first = mktime(&tm);
    if (tm.tm_mday != day) /* the clock jumps over midnight on this day */
        first += 3600;
    return (int64_t)first < INT64_MIN / WHEN_SECOND ? WHEN_NONE : (int64_t)first * WHEN_SECOND;
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

/* The unit whose word WORD is; 0 where it is none. */
static int64_t unit_of(const char *word)
{
    static const struct {
        const char *word;
        int64_t ns;
    } units[] = {
        {"us", 1000}, {"ms", 1000000}, {"s", 1000000000}, {"m", 60000000000}, {"h", 3600000000000}};

    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (strcmp(word, units[i].word) == 0)
            return units[i].ns;
    }
    return 0;
}

/* A duration from AT on; WORD is what stands in the message. */
static int parse_duration(const char *at, const char *word, int64_t *duration_ns,
                          struct error *error)
{
    static const char too_long[] = "is longer than a duration can be";
    const char *digits = at, *dot;
    int64_t number = 0, part, unit;

    for (; is_digit(*at); at++) {
        if (__builtin_mul_overflow(number, 10, &number) ||
            __builtin_add_overflow(number, *at - '0', &number))
            return fail(error, word, too_long);
    }
    dot = at;
    if (at != digits && *at == '.')
        at += 1 + strspn(at + 1, "0123456789");
    unit = unit_of(at);
    if (at == digits || !unit || !parse_part(dot, unit, &part))
        return fail(error, word, "is not a duration (like 200us, 5ms, 1.5s, 2m, 1h)");
    if (__builtin_mul_overflow(number, unit, &number) ||
        __builtin_add_overflow(number, part, &number))
        return fail(error, word, too_long);
    *duration_ns = number;
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
    struct calendar date = {.year = 0};
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
