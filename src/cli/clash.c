// SPDX-License-Identifier: BSD-2-Clause
#include "cli/clash.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "render/output.h"

/* What a file is, whatever it is called: its inode, or, while it is not there, the inode of its
 * folder and its name in that. */
struct place {
    bool known, shared; /* shared: a device, which bears several writers */
    dev_t device;
    ino_t inode;
    char *name; /* owned; NULL: the file is there */
};

static void place_take(struct place *place, const struct stat *facts)
{
    place->known = true;
    place->shared = S_ISCHR(facts->st_mode);
    place->device = facts->st_dev;
    place->inode = facts->st_ino;
}

static struct place place_of_fd(int fd)
{
    struct place place = {0};
    struct stat facts;

    if (fstat(fd, &facts) == 0)
        place_take(&place, &facts);
    return place;
}

static struct place place_of(const char *file)
{
    struct place place = {0};
    struct stat facts;

    if (stat(file, &facts) == 0) {
        place_take(&place, &facts);
        return place;
    }
    char *target = output_target(file);
    const char *slash = strrchr(target, '/');
    struct text folder = {0};
    if (slash == NULL)
        text_add_char(&folder, '.');
    else
        text_add(&folder, target, (size_t)(slash - target) + 1);
    if (stat(folder.at, &facts) == 0) {
        place_take(&place, &facts);
        place.name = memory_string(slash == NULL ? target : slash + 1);
    }
    text_done(&folder);
    memory_free(target);
    return place;
}

static bool is_same(const struct place *a, const struct place *b)
{
    if (!a->known || !b->known || a->shared || b->shared)
        return false;
    if (a->device != b->device || a->inode != b->inode)
        return false;
    return a->name == NULL || b->name == NULL ? a->name == b->name : strcmp(a->name, b->name) == 0;
}

static int clash(struct error *error, const char *what, const char *file)
{
    struct text shown = {0};

    text_add_terminal(&shown, file, strlen(file), false);
    error_set(error, ERROR_USAGE, "-o: %s: %s", shown.at, what);
    text_done(&shown);
    return -1;
}

static int with_inputs(const struct options *options, const struct place *outputs,
                       struct error *error)
{
    for (size_t i = 0; i < options->n_files; i++) {
        bool standard = strcmp(options->files[i], "-") == 0;
        struct place input = standard ? place_of_fd(STDIN_FILENO) : place_of(options->files[i]);
        bool found = false;
        for (size_t j = 0; j < options->n_outputs && input.name == NULL && !found; j++) {
            const char *file = options->outputs[j].file;
            found = is_same(&input, &outputs[j]);
            if (found)
                clash(error, "is an input, too, and would be lost",
                      file ? file : "standard output");
        }
        memory_free(input.name);
        if (found)
            return -1;
    }
    return 0;
}

static int with_clusters(const struct options *options, const struct place *outputs,
                         struct error *error)
{
    for (size_t i = 0; i < options->n_clusters; i++) {
        if (strcmp(options->clusters[i], "-") == 0)
            continue; /* as an input, checked there */
        struct place cluster = place_of(options->clusters[i]);
        bool found = false;
        for (size_t j = 0; j < options->n_outputs && cluster.name == NULL && !found; j++)
            found = is_same(&cluster, &outputs[j]);
        memory_free(cluster.name);
        if (found)
            return clash(error, "is the file of --cluster, too, and would be lost",
                         options->clusters[i]);
    }
    return 0;
}

static int with_baseline(const struct options *options, const struct place *outputs,
                         struct error *error)
{
    bool found = false;

    if (options->baseline == NULL || strcmp(options->baseline, "-") == 0)
        return 0;
    struct place baseline = place_of(options->baseline);
    for (size_t j = 0; j < options->n_outputs && baseline.name == NULL && !found; j++)
        found = is_same(&baseline, &outputs[j]);
    memory_free(baseline.name);
    return found ? clash(error, "is the file of --baseline, too, and would be lost",
                         options->baseline)
                 : 0;
}

/* Standard input can be read once. */
static int with_standard(const struct options *options, struct error *error)
{
    size_t clusters = 0, inputs = 0;
    bool baseline = options->baseline != NULL && strcmp(options->baseline, "-") == 0;

    for (size_t i = 0; i < options->n_clusters; i++)
        clusters += strcmp(options->clusters[i], "-") == 0;
    for (size_t i = 0; i < options->n_files; i++)
        inputs += strcmp(options->files[i], "-") == 0;
    if ((clusters == 0 && !baseline) || clusters + inputs + baseline <= 1)
        return 0;
    return error_set(error, ERROR_USAGE, "%s: standard input (-) can be read once only",
                     baseline ? "--baseline" : "--cluster");
}

static int with_outputs(const struct options *options, const struct place *outputs,
                        struct error *error)
{
    for (size_t i = 0; i < options->n_outputs; i++) {
        const char *file = options->outputs[i].file;
        for (size_t j = 0; j < i && file != NULL; j++)
            if (is_same(&outputs[i], &outputs[j]))
                return clash(error, "two outputs go to the same file", file);
    }
    return 0;
}

int clash_check(const struct options *options, struct error *error)
{
    struct place outputs[OPTIONS_OUTPUTS_MAX] = {0};

    for (size_t i = 0; i < options->n_outputs; i++) {
        const char *file = options->outputs[i].file;
        outputs[i] = file != NULL ? place_of(file) : place_of_fd(STDOUT_FILENO);
    }
    int result = with_inputs(options, outputs, error);
    if (result == 0)
        result = with_clusters(options, outputs, error);
    if (result == 0)
        result = with_baseline(options, outputs, error);
    if (result == 0)
        result = with_outputs(options, outputs, error);
    if (result == 0)
        result = with_standard(options, error);
    for (size_t i = 0; i < options->n_outputs; i++)
        memory_free(outputs[i].name);
    return result;
}
