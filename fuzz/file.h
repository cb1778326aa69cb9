// SPDX-License-Identifier: BSD-2-Clause
#ifndef FUZZ_FILE_H
#define FUZZ_FILE_H
/* Inputs have names; this makes one for bytes in memory, without touching a disk. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* The name of a file that holds these bytes until the next call. */
static const char *file_of(const uint8_t *data, size_t size)
{
    static int fd = -1;
    static char name[64];

    if (fd < 0)
        fd = memfd_create("fuzz", MFD_CLOEXEC);
    if (fd < 0 || ftruncate(fd, 0) != 0 || pwrite(fd, data, size, 0) != (ssize_t)size)
        abort();
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    return name;
}

#endif
