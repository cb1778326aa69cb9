// SPDX-License-Identifier: BSD-2-Clause
/* Frame Streams files: START, data frames, STOP. */
#include <stdlib.h>
#include <string.h>

#include "gen.h"

#define BUFFER (1u << 20)

struct file {
    FILE *file;
    uint8_t *buffer;
    size_t n;
    uint64_t bytes;
};

struct output {
    struct file *file;
    uint32_t files;
};

static void flush(struct file *file)
{
    if (fwrite(file->buffer, 1, file->n, file->file) != file->n)
        die("cannot write");
    file->bytes += file->n;
    file->n = 0;
}

static void put(struct file *file, const void *at, size_t n)
{
    const uint8_t *from = at;
    if (file->n + n > BUFFER)
        flush(file);
    for (size_t i = 0; i < n; i++)
        file->buffer[file->n + i] = from[i];
    file->n += n;
}

static void put_length(struct file *file, size_t n)
{
    uint8_t be[4] = {(uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n};
    put(file, be, 4);
}

/* OUT.fstrm becomes OUT-1.fstrm, OUT-2.fstrm … */
static void open_one(struct file *file, const struct options *o, uint32_t i)
{
    static const char content[] = "protobuf:dnstap.Dnstap";
    char name[4096];
    const char *dot = strrchr(o->out, '.');
    int stem = dot ? (int)(dot - o->out) : (int)strlen(o->out);
    if (o->split)
        snprintf(name, sizeof name, "%.*s-%u%s", stem, o->out, i + 1, dot ? dot : "");
    else
        snprintf(name, sizeof name, "%s", o->out);
    file->file = strcmp(name, "-") ? fopen(name, "wb") : stdout;
    if (!file->file)
        die("cannot open %s", name);
    setvbuf(file->file, NULL, _IONBF, 0);
    file->buffer = need(malloc(BUFFER));
    put_length(file, 0);
    put_length(file, 12 + sizeof content - 1);
    put_length(file, 2); /* START */
    put_length(file, 1); /* field: content type */
    put_length(file, sizeof content - 1);
    put(file, content, sizeof content - 1);
}

struct output *output_open(const struct options *o)
{
    struct output *output = need(calloc(1, sizeof *output));
    output->files = !o->out ? 0 : o->split ? o->replicas : 1;
    output->file = need(calloc(output->files + 1, sizeof *output->file));
    for (uint32_t i = 0; i < output->files; i++)
        open_one(&output->file[i], o, i);
    return output;
}

void output_frame(struct output *output, uint32_t replica, const uint8_t *at, size_t len)
{
    if (!output->files)
        return;
    struct file *file = &output->file[output->files > 1 ? replica : 0];
    put_length(file, len);
    put(file, at, len);
}

uint64_t output_close(struct output *output, const struct options *o)
{
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < output->files; i++) {
        struct file *file = &output->file[i];
        if (o->stop) {
            put_length(file, 0);
            put_length(file, 4);
            put_length(file, 3); /* STOP */
        }
        flush(file);
        bytes += file->bytes;
        if (fclose(file->file))
            die("cannot write");
        free(file->buffer);
    }
    free(output->file);
    free(output);
    return bytes;
}
