// SPDX-License-Identifier: BSD-2-Clause
/* pcap files, one for each vantage that is asked for. */
#include <stdlib.h>
#include <string.h>

#include "packets.h"

#define BUFFER (1u << 20)
#define LINK_ETHERNET 1
#define LINK_SLL2 276

struct slot { /* a packet that waits for its turn */
    uint8_t *bytes;
    uint32_t len;
};

struct file {
    FILE *file;
    uint64_t packets, messages, sightings;
};

struct recording {
    const struct options *o;
    struct file file[VANTAGES];
    struct queue queue; /* flow: the slot; frame: the vantage; attempt: enum shown */
    struct slot *slot;
    uint64_t slots, *unused, n_unused;
    int64_t newest;
};

static void word(uint8_t *at, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        at[i] = (uint8_t)(value >> 8 * i);
}

static void put(const struct file *file, const uint8_t *at, size_t n)
{
    if (fwrite_unlocked(at, 1, n, file->file) != n)
        die("cannot write packets");
}

struct recording *recording_open(const struct options *o)
{
    struct recording *recording = need(calloc(1, sizeof *recording));
    uint8_t head[24] = {[4] = 2, [6] = 4};
    recording->o = o;
    word(head, o->nano ? 0xa1b23c4d : 0xa1b2c3d4);
    word(head + 16, 262144);
    for (int i = 0; i < VANTAGES; i++) {
        struct file *file = &recording->file[i];
        if (!o->packets[i])
            continue;
        file->file = fopen(o->packets[i], "wb");
        if (!file->file)
            die("cannot open %s", o->packets[i]);
        setvbuf(file->file, NULL, _IOFBF, BUFFER);
        word(head + 20, i == ANY ? LINK_SLL2 : LINK_ETHERNET);
        put(file, head, sizeof head);
    }
    return recording;
}

bool recording_wants(const struct recording *recording, enum vantage vantage)
{
    return recording->file[vantage].file;
}

/* Twice as many slots, the new ones unused. */
static void more_slots(struct recording *recording)
{
    uint64_t n = recording->slots ? 2 * recording->slots : 1024;
    recording->slot = need(realloc(recording->slot, n * sizeof *recording->slot));
    recording->unused = need(realloc(recording->unused, n * sizeof *recording->unused));
    for (uint64_t i = recording->slots; i < n; i++)
        recording->unused[recording->n_unused++] = i;
    recording->slots = n;
}

void recording_add(struct recording *recording, enum vantage vantage, int64_t at, enum shown shown,
                   const uint8_t *packet, size_t len)
{
    if (!recording->n_unused)
        more_slots(recording);
    uint64_t number = recording->unused[--recording->n_unused];
    struct slot *slot = &recording->slot[number];
    slot->bytes = need(malloc(len));
    slot->len = (uint32_t)len;
    memcpy(slot->bytes, packet, len);
    queue_push(&recording->queue,
               (struct todo){
                   .at = at, .flow = number, .frame = (uint8_t)vantage, .attempt = (uint8_t)shown});
}

static void write_packet(struct recording *recording, const struct todo *todo)
{
    struct file *file = &recording->file[todo->frame];
    struct slot *slot = &recording->slot[todo->flow];
    uint8_t head[16];
    word(head, (uint32_t)(todo->at / SECOND));
    word(head + 4, (uint32_t)(todo->at % SECOND / (recording->o->nano ? 1 : MICRO)));
    word(head + 8, slot->len);
    word(head + 12, slot->len);
    put(file, head, sizeof head);
    put(file, slot->bytes, slot->len);
    free(slot->bytes);
    recording->unused[recording->n_unused++] = todo->flow;
    recording->newest = todo->at;
    file->packets++;
    file->messages += todo->attempt == SHOWN_FIRST;
    file->sightings += todo->attempt != SHOWN_OTHER;
}

void recording_until(struct recording *recording, int64_t until)
{
    struct todo todo;
    while (recording->queue.n && recording->queue.at[0].at <= until) {
        queue_pop(&recording->queue, &todo);
        write_packet(recording, &todo);
    }
}

int64_t recording_newest(const struct recording *recording)
{
    return recording->newest;
}

void recording_close(struct recording *recording, struct totals *totals)
{
    struct todo todo;
    while (queue_pop(&recording->queue, &todo)) /* behind the end of the capture */
        free(recording->slot[todo.flow].bytes);
    totals->last_packet = recording->newest;
    for (int i = 0; i < VANTAGES; i++) {
        struct file *file = &recording->file[i];
        totals->packets[i] = file->packets;
        totals->messages[i] = file->messages;
        totals->sightings[i] = file->sightings;
        if (file->file && fclose(file->file))
            die("cannot write %s", recording->o->packets[i]);
    }
    free(recording->queue.at);
    free(recording->slot);
    free(recording->unused);
    free(recording);
}
