// SPDX-License-Identifier: BSD-2-Clause
/*
 * The report of an earlier run, as -o json (or yaml: JSON is YAML) printed it.  It may come from anywhere:
 * it is read by the scanner for cluster objects, within its bounds, and only what is compared is kept.
 */
#include "gate/inside.h"
#include "input/scan.h"

static int take(struct snapshot_builder *builder, const struct scan_item *item, const char **why)
{
    switch (item->kind) {
    case SCAN_OBJECT:
    case SCAN_LIST:
        snapshot_open(builder, item->kind == SCAN_LIST);
        break;
    case SCAN_CLOSE:
        snapshot_close(builder);
        break;
    case SCAN_KEY:
        snapshot_key(builder, item->text, item->len);
        break;
    case SCAN_VALUE:
        return snapshot_value(builder, item->text, item->len, item->bare, why);
    }
    return 0;
}

static int read_all(struct scan *scan, struct snapshot_builder *builder, struct snapshot *snapshot,
                    struct error *error)
{
    struct scan_item item;
    const char *why = NULL;
    int found;

    while ((found = scan_next(scan, &item, error)) == 1) {
        if (take(builder, &item, &why) < 0)
            return scan_refuse(scan, &item, why, error);
        if (snapshot->too_many)
            return scan_refuse(scan, &item, "has more upstreams or findings than any report",
                               error);
    }
    return found;
}

/* What every report has. */
static const char *missing(const struct snapshot *snapshot)
{
    if (!snapshot->has_schema)
        return "is no report of dnstap-analyse (-o json)";
    static const enum snapshot_figure counts[] = {SNAPSHOT_SESSIONS, SNAPSHOT_SUCCEEDED,
                                                  SNAPSHOT_FAILED,   SNAPSHOT_SAMPLE_LOSS,
                                                  SNAPSHOT_WAITS,    SNAPSHOT_LOOKUPS};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        if (snapshot->figures[counts[i]] < 0)
            return "is a report without its counts";
    return NULL;
}

int baseline_read(struct snapshot *snapshot, const char *path, struct error *error)
{
    struct scan *scan = scan_open(path, error);
    struct snapshot_builder *builder = snapshot_begin(snapshot);
    int result = scan == NULL ? -1 : read_all(scan, builder, snapshot, error);

    snapshot_end(builder);
    if (result == 0 && missing(snapshot) != NULL) {
        struct scan_item start = {.line = 1, .column = 1};
        result = scan_refuse(scan, &start, missing(snapshot), error);
    }
    scan_close(scan);
    return result;
}
