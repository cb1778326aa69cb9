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

size_t when_zone(int64_t when, bool local, char text[WHEN_TEXT_MAX])
{
    time_t seconds = (time_t)(when == WHEN_NONE ? 0 : floor_div(when, WHEN_SECOND));
    struct tm tm;

    zone_rules();
    if (!local || !localtime_r(&seconds, &tm) || tm.tm_gmtoff == 0)
        return put_end(text, put_string(text, "UTC"));
    size_t len = strftime(text, 9, "%Z", &tm);
    text[len] = 0;
    size_t letters = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
    if (len > 0 && letters == len)
        return len;
    uint64_t minutes = (uint64_t)(tm.tm_gmtoff < 0 ? -tm.tm_gmtoff : tm.tm_gmtoff) / 60;
    char *at = text;
    *at++ = tm.tm_gmtoff < 0 ? '-' : '+';
    at = put_digits(at, minutes / 60, 2);
    *at++ = ':';
    return put_end(text, put_digits(at, minutes % 60, 2));
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
