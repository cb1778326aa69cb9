// SPDX-License-Identifier: BSD-2-Clause
#include "input/evidence.h"

#include <string.h>

#include "base/memory.h"

void evidence_link(struct evidence *evidence, uint16_t link)
{
    for (size_t i = 0; i < evidence->n_links; i++) {
        if (evidence->links[i] == link)
            return;
    }
    if (evidence->n_links < LIMIT_LINKS)
        evidence->links[evidence->n_links++] = link;
    else
        evidence->more_links = true;
}

/* Sections of one capture, and rotated files joined, name the same interfaces again. */
static bool same(const struct interface_facts *a, const struct interface_facts *b)
{
    return a->link == b->link && strcmp(a->name, b->name) == 0 &&
           strcmp(a->description, b->description) == 0 && strcmp(a->filter, b->filter) == 0;
}

size_t evidence_interface(struct evidence *evidence, const struct interface_facts *interface)
{
    size_t n = evidence->n_interfaces;

    for (size_t i = 0; i < n; i++) {
        if (same(&evidence->interfaces[i], interface))
            return i;
    }
    if (n == LIMIT_INTERFACES) {
        evidence->more_interfaces++;
        return SIZE_MAX;
    }
    evidence->interfaces = memory_grow(evidence->interfaces, n + 1, sizeof *evidence->interfaces);
    evidence->interfaces[n] = *interface;
    evidence->interfaces[n].packets = 0;
    evidence->interfaces[n].drops = EVIDENCE_NONE;
    evidence->n_interfaces++;
    return n;
}

void evidence_text(char *to, size_t size, struct slice text)
{
    size_t len = text.len < size - 1 ? text.len : size - 1;

    memory_copy(to, text.at, len);
    to[len] = 0;
}

void evidence_comment(struct evidence *evidence, struct slice text)
{
    uint64_t n = evidence->comments++;
    size_t size = (text.len < LIMIT_COMMENT_BYTES ? text.len : LIMIT_COMMENT_BYTES) + 1;
    char *copy;

    if (n >= LIMIT_COMMENTS)
        return;
    copy = memory_get(size, 1);
    evidence_text(copy, size, text);
    evidence->first_comments[n] = copy;
}

void evidence_done(struct evidence *evidence)
{
    for (size_t i = 0; i < LIMIT_COMMENTS; i++)
        memory_free((char *)evidence->first_comments[i]);
    memory_free(evidence->interfaces);
    *evidence = (struct evidence){0};
}
