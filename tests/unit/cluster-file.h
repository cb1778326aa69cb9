// SPDX-License-Identifier: BSD-2-Clause
#ifndef TESTS_UNIT_CLUSTER_FILE_H
#define TESTS_UNIT_CLUSTER_FILE_H
/* Files of cluster objects for the tests, without touching a disk. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/text.h"
#include "cluster/cluster.h"

/* The name of a file that holds these bytes until the next call. */
static const char *file_with(const char *text, size_t len)
{
    static int fd = -1;
    static char name[64];

    if (fd < 0)
        fd = memfd_create("cluster", MFD_CLOEXEC);
    if (fd < 0 || ftruncate(fd, 0) != 0 || pwrite(fd, text, len, 0) != (ssize_t)len)
        abort();
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    return name;
}

/* The objects of a text, or of several, one after the other (ended by NULL), ready to be asked. */
static __attribute__((unused)) struct cluster *cluster_of(const char *const *texts)
{
    struct cluster *cluster = cluster_new();
    struct error error = {0};

    for (; *texts != NULL; texts++)
        if (cluster_read(cluster, file_with(*texts, strlen(*texts)), &error) < 0) {
            fprintf(stderr, "%s\n", error.text);
            cluster_free(cluster);
            return NULL;
        }
    cluster_finish(cluster);
    return cluster;
}

/* 2026-11-21T HH:MM:SS Z */
static __attribute__((unused)) int64_t clock_at(int hours, int minutes, int seconds)
{
    return (INT64_C(1795219200) + 3600 * hours + 60 * minutes + seconds) * WHEN_SECOND;
}

static __attribute__((unused)) const struct cluster_object *
who(const struct cluster *cluster, const char *address, uint16_t port, int64_t when)
{
    struct endpoint end;

    if (!endpoint_parse(address, &end))
        abort();
    end.port = port;
    return cluster_who(cluster, &end, when);
}

#endif
