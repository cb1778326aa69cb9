// SPDX-License-Identifier: BSD-2-Clause
#ifndef BASE_WHEN_H
#define BASE_WHEN_H
/* Times: nanoseconds since 1970-01-01 UTC in an int64_t; durations: nanoseconds. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define WHEN_NONE INT64_MIN /* not known */
/* The last time that an input is believed (the year 2116): any duration may be added to it. */
#define WHEN_LAST (INT64_C(1) << 62)
#define WHEN_US INT64_C(1000)
#define WHEN_MS INT64_C(1000000)
#define WHEN_SECOND INT64_C(1000000000)
#define WHEN_TEXT_MAX 48 /* room for every text made here, final 0 included */

/* RFC 3339 in UTC with nine decimals: 2026-11-20T10:00:12.031775000Z.  Returns the length. */
size_t when_print(int64_t when, char text[WHEN_TEXT_MAX]);
/* For tables: "2026-11-20 10:00:12" or, with CLOCK_ONLY, "10:00:12", with DECIMALS (0-9) of a
 * second; in the local zone (TZ) when LOCAL, else UTC.  Zone rules are read once per process. */
size_t when_print_table(int64_t when, bool local, bool clock_only, int decimals, char text[WHEN_TEXT_MAX]);
/* The zone that such times are in at WHEN: "UTC", "CET", "+05:30" where it has no name of letters.
 * A local zone without offset is UTC, and so is one that the system does not know. */
size_t when_zone(int64_t when, bool local, char text[WHEN_TEXT_MAX]);
/* Milliseconds with exactly three decimals, rounded half away from zero: "6003.120". */
size_t when_print_ms(int64_t duration_ns, char text[WHEN_TEXT_MAX]);
/* For people, at most seven characters: "0.3 ms", "14 ms", "2.1 s", "1m40s" (no blank with COMPACT). */
size_t when_print_human(int64_t duration_ns, bool compact, char text[WHEN_TEXT_MAX]);
/* "5ms", "1s", "1.5s", "200us", "2m", "1h", several at once as Go prints them ("1m30s", "1h0m5s");
 * nothing else, never negative. */
int when_parse_duration(const char *text, int64_t *duration_ns, struct error *error);

enum when_base { WHEN_ABSOLUTE, WHEN_CLOCK, WHEN_FROM_START, WHEN_FROM_END };
/* A --since/--until word: RFC 3339 -> ABSOLUTE time; HH:MM[:SS[.fff]] -> CLOCK, ns since midnight;
 * "+90s" -> FROM_START, "-5m" -> FROM_END, durations. */
int when_parse_point(const char *text, enum when_base *base, int64_t *value, struct error *error);
/* The first instant of the day of WHEN, UTC or local. */
int64_t when_midnight(int64_t when, bool local);

#endif
