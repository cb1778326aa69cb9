// SPDX-License-Identifier: BSD-2-Clause
#include "render/output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"

static int failed(const struct output *output, const char *what, struct error *error)
{
    const char *why = strerror(errno);
    struct text name = {0};

    if (output->file != NULL)
        text_add_terminal(&name, output->file, strlen(output->file), false);
    error_set(error, ERROR_OUTPUT, "%s: %s: %s", name.len > 0 ? name.at : "standard output", what,
              why);
    text_done(&name);
    return -1;
}

#define OUTPUT_LINKS 40 /* links in a row that the kernel follows */

char *output_target(const char *file)
{
    char link[PATH_MAX];
    char *path = memory_string(file);

    for (int i = 0; i < OUTPUT_LINKS; i++) {
        ssize_t len = readlink(path, link, sizeof link);
        if (len <= 0 || (size_t)len == sizeof link)
            break;
        struct text next = {0};
        const char *slash = strrchr(path, '/');
        if (link[0] != '/' && slash != NULL)
            text_add(&next, path, (size_t)(slash - path) + 1);
        text_add(&next, link, (size_t)len);
        memory_free(path);
        path = memory_string(next.at);
        text_done(&next);
    }
    return path;
}

/* The name of the temporary file is given up before its memory is: a signal may come in between. */
static void forget_temporary(struct output *output)
{
    char *name = output->temporary;

    output->temporary = NULL;
    memory_free(name);
}

/* A file beside PATH that gets its rights, or those that a new file would get. */
static int open_temporary(struct output *output, const struct stat *old, struct error *error)
{
    struct text name = {0};
    mode_t mask = umask(0);

    umask(mask);
    text_format(&name, "%s.XXXXXX", output->path);
    output->temporary = memory_string(name.at);
    text_done(&name);
    output->fd = mkstemp(output->temporary);
    if (output->fd < 0) {
        int why = errno;
        forget_temporary(output);
        errno = why;
        return failed(output, "cannot be made", error);
    }
    if (fchmod(output->fd, old != NULL ? old->st_mode & 0777 : 0666 & ~mask) < 0)
        return failed(output, "cannot be given its rights", error);
    return 0;
}

static int open_file(struct output *output, struct error *error)
{
    struct stat facts;
    bool there = stat(output->file, &facts) == 0;

    if (there && S_ISDIR(facts.st_mode)) {
        errno = EISDIR;
        return failed(output, "cannot be written", error);
    }
    if (there && !S_ISREG(facts.st_mode)) {
        output->fd = open(output->file, O_WRONLY | O_CLOEXEC | O_NOCTTY);
        return output->fd < 0 ? failed(output, "cannot be opened", error) : 0;
    }
    if (there && access(output->file, W_OK) < 0)
        return failed(output, "cannot be written", error);
    output->path = output_target(output->file);
    return open_temporary(output, there ? &facts : NULL, error);
}

int output_open(struct output *output, const char *file, struct error *error)
{
    *output = (struct output){.fd = -1, .file = file};
    if (file != NULL)
        return open_file(output, error);
    output->fd = STDOUT_FILENO;
    return 0;
}

int output_flush(struct output *output, struct error *error)
{
    size_t done = 0;

    while (done < output->text.len) {
        ssize_t n = write(output->fd, output->text.at + done, output->text.len - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return failed(output, "cannot be written", error);
        done += (size_t)n;
    }
    text_clear(&output->text);
    return 0;
}

int output_pour(struct output *output, struct error *error)
{
    return output->text.len < OUTPUT_FLUSH_BYTES ? 0 : output_flush(output, error);
}

int output_finish(struct output *output, struct error *error)
{
    if (output_flush(output, error) < 0)
        return -1;
    int fd = output->fd;
    output->fd = -1;
    if (close(fd) < 0 && errno != EINTR)
        return failed(output, "cannot be written", error);
    if (output->temporary != NULL && rename(output->temporary, output->path) < 0)
        return failed(output, "cannot be given its name", error);
    forget_temporary(output);
    return 0;
}

void output_done(struct output *output)
{
    if (output->fd > STDERR_FILENO)
        close(output->fd);
    if (output->temporary != NULL)
        unlink(output->temporary);
    forget_temporary(output);
    memory_free(output->path);
    text_done(&output->text);
    *output = (struct output){.fd = -1};
}
