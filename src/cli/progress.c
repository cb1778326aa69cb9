// SPDX-License-Identifier: BSD-2-Clause
#include "cli/progress.h"

#include <stdio.h>
#include <time.h>

#include "base/text.h"
#include "base/when.h"

#define PROGRESS_AFTER (2 * WHEN_SECOND) /* shorter work needs no line */
#define PROGRESS_EVERY (WHEN_SECOND / 2)

static int64_t now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * WHEN_SECOND + time.tv_nsec;
}

struct progress progress_start(bool on)
{
    int64_t begun = on ? now() : 0;
    return (struct progress){.on = on, .begun = begun, .told = begun};
}

static void add_bytes(struct text *line, uint64_t bytes)
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};
    size_t unit = 0;
    uint64_t tenths = bytes * 10;

    while (tenths >= 10000 && unit < 4) {
        tenths /= 1000;
        unit++;
    }
    text_add_count(line, (int64_t)(tenths / 10));
    if (unit > 0 && tenths < 1000)
        text_format(line, ".%u", (unsigned)(tenths % 10));
    text_format(line, " %s", units[unit]);
}

static void show(const struct inputs *inputs, uint64_t messages, int64_t taken)
{
    struct text line = {0};
    uint64_t bytes = 0, total = 0;
    bool known = true;

    for (size_t i = 0; i < inputs_count(inputs); i++) {
        const struct input_facts *facts = inputs_facts(inputs, i);
        bytes += facts->bytes;
        total += facts->total_bytes;
        known = known && (facts->total_bytes > 0 || facts->error[0] != 0);
    }
    text_add_string(&line, "\r\033[Kdnstap-analyse: ");
    add_bytes(&line, bytes);
    if (known && total >= bytes) {
        text_add_string(&line, " of ");
        add_bytes(&line, total);
    }
    text_add_string(&line, ", ");
    text_add_grouped(&line, (int64_t)messages);
    text_add_string(&line, " messages, ");
    text_add_grouped(&line, (int64_t)((double)messages / ((double)taken / 1e9)));
    text_add_string(&line, "/s");
    if (known && total >= bytes && bytes > 0) {
        char left[WHEN_TEXT_MAX];
        int64_t ns = (int64_t)((double)taken * ((double)total / (double)bytes - 1));
        text_add_string(&line, ", ");
        text_add(&line, left, when_print_human(ns, false, left));
        text_add_string(&line, " left");
    }
    fwrite(line.at, 1, line.len, stderr);
    fflush(stderr);
    text_done(&line);
}

void progress_look(struct progress *progress, const struct inputs *inputs, uint64_t messages)
{
    if (!progress->on)
        return;
    int64_t time = now();
    if (time - progress->begun < PROGRESS_AFTER || time - progress->told < PROGRESS_EVERY)
        return;
    progress->told = time;
    progress->shown = true;
    show(inputs, messages, time - progress->begun);
}

void progress_end(struct progress *progress)
{
    if (progress->shown)
        fputs("\r\033[K", stderr);
    progress->shown = false;
}
