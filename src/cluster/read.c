// SPDX-License-Identifier: BSD-2-Clause
/* Reads a file of objects: an item at a time, with the place of each open object and list on a stack. */
#include <string.h>

#include "base/limits.h"
#include "cluster/draft.h"

struct reading {
    struct cluster *cluster;
    struct scan *scan;
    struct draft draft;
    uint8_t place[LIMIT_SCAN_DEPTH]; /* of what is open */
    bool object[LIMIT_SCAN_DEPTH];   /* or a list */
    unsigned depth;
    enum place next;       /* of the value whose key has come */
    const char *list_kind; /* of the document */
    bool is_list;          /* it has items */
    uint64_t kept, others; /* objects, and those of kinds that are not kept */
};

/* Where the next value stands. */
static enum place here(const struct reading *reading)
{
    if (reading->depth == 0)
        return PLACE_ROOT;
    return reading->object[reading->depth - 1] ? reading->next
                                               : (enum place)reading->place[reading->depth - 1];
}

static int open_level(struct reading *reading, const struct scan_item *item, const char **why)
{
    enum place place = here(reading);
    bool object = item->kind == SCAN_OBJECT;

    reading->place[reading->depth] = (uint8_t)place;
    reading->object[reading->depth] = object;
    reading->depth++;
    if (!object) {
        reading->is_list = reading->is_list || place == PLACE_OBJECT;
        return 0;
    }
    if (place == PLACE_ROOT) {
        reading->is_list = false;
        reading->list_kind = NULL;
    }
    if (place == PLACE_ROOT || place == PLACE_OBJECT)
        draft_begin(&reading->draft);
    return draft_open(&reading->draft, place, why);
}

static int close_level(struct reading *reading, const char **why)
{
    reading->depth--;
    enum place place = (enum place)reading->place[reading->depth];

    if (!reading->object[reading->depth])
        return 0;
    if (place != PLACE_OBJECT && (place != PLACE_ROOT || reading->is_list))
        return draft_close(&reading->draft, place, why);
    bool kept = draft_build(&reading->draft, reading->cluster,
                            place == PLACE_OBJECT ? reading->list_kind : NULL);
    reading->kept += kept;
    reading->others += !kept;
    return 0;
}

static int take(struct reading *reading, const struct scan_item *item, const char **why)
{
    enum place place;

    switch (item->kind) {
    case SCAN_OBJECT:
    case SCAN_LIST:
        return open_level(reading, item, why);
    case SCAN_CLOSE:
        return close_level(reading, why);
    case SCAN_KEY:
        place = (enum place)reading->place[reading->depth - 1];
        reading->next = place == PLACE_ELSEWHERE ? place : place_of(place, item->text);
        if (reading->next != PLACE_ELSEWHERE)
            draft_key(&reading->draft, reading->cluster, reading->next, item->text);
        return 0;
    case SCAN_VALUE:
        break;
    }
    place = here(reading);
    if (place == PLACE_ELSEWHERE)
        return 0;
    if (draft_value(&reading->draft, reading->cluster, place, item, why) < 0)
        return -1;
    if (place == PLACE_KIND && reading->place[reading->depth - 1] == PLACE_ROOT)
        reading->list_kind = reading->draft.kind;
    return 0;
}

static int read_all(struct reading *reading, struct error *error)
{
    struct scan_item item;
    const char *why = NULL;
    int found;

    while ((found = scan_next(reading->scan, &item, error)) == 1) {
        if (take(reading, &item, &why) < 0)
            return scan_refuse(reading->scan, &item, why, error);
        if (cluster_bytes(reading->cluster) > LIMIT_CLUSTER_BYTES)
            return scan_refuse(reading->scan, &item, "the objects take too much memory", error);
    }
    return found;
}

int cluster_read(struct cluster *cluster, const char *path, struct error *error)
{
    struct reading reading = {.cluster = cluster, .scan = scan_open(path, error)};

    if (reading.scan == NULL)
        return -1;
    draft_begin(&reading.draft);
    int result = read_all(&reading, error);
    if (result == 0 && reading.kept == 0) {
        struct scan_item start = {.line = 1, .column = 1};
        result = scan_refuse(reading.scan, &start,
                             reading.others == 0
                                 ? "holds no objects of a cluster; kubectl get "
                                   "pods,services,endpointslices,nodes,configmaps -A -o yaml makes "
                                   "such a file"
                                 : "holds no pods, services, endpoint slices, nodes or ConfigMaps",
                             error);
    }
    scan_close(reading.scan);
    draft_done(&reading.draft);
    return result;
}
