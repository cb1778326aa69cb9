// SPDX-License-Identifier: BSD-2-Clause
// A main for a fuzz target without a fuzzer: replays the files named, and those in the folders.
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

static unsigned long replayed;

static int replay_file(const char *name)
{
    static uint8_t room[FUZZ_BYTES_MAX + 1];
    FILE *file = fopen(name, "rb");
    uint8_t *data;
    size_t len;

    if (!file) {
        perror(name);
        return 1;
    }
    len = fread(room, 1, sizeof room, file);
    fclose(file);
    /* of the very size, so that a sanitizer sees a read behind it */
    data = malloc(len ? len : 1);
    if (!data)
        return 1;
    memcpy(data, room, len);
    LLVMFuzzerTestOneInput(data, len);
    free(data);
    replayed++;
    return 0;
}

static int replay(const char *name)
{
    DIR *folder = opendir(name);
    const struct dirent *entry;
    char path[4096];
    int failed = 0;

    if (!folder)
        return replay_file(name);
    while ((entry = readdir(folder))) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", name, entry->d_name);
        failed |= replay_file(path);
    }
    closedir(folder);
    return failed;
}

int main(int argc, char **argv)
{
    int failed = 0;

    for (int i = 1; i < argc; i++)
        failed |= replay(argv[i]);
    printf("%lu files replayed\n", replayed);
    return failed || replayed == 0;
}
